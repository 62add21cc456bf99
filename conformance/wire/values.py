"""Single values that the IUT writes, judged beyond what a schema can say: decimals, markup, #NA, ranges."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html.entities import html5
from typing import Any, NamedTuple

import orjson

from ...schemas.formats import DATE_TIME, NOT_AVAILABLE
from ...schemas.validation import Validator, validator
from .ruling import Ruling, View

LONGEST_DATETIME = 25
DATETIMES = ("types-datetime-format", "types-datetime-utc", "types-datetime-length")
DECIMALS = 4
RANGES = {"latitude": ("types-latitude", 90), "longitude": ("types-longitude", 180)}

Schema = Mapping[str, Any]

_OFFSET = re.compile(r"[0-9:.]+\s?[+-][0-9]{2}(?::?[0-9]{2})?")
_TAG = re.compile(
    r"</?(?:a|b|big|body|br|code|div|em|font|h[1-6]|hr|html|i|img|li|ol|p|pre|script|small|span|strong|style|sub|sup"
    r"|table|td|th|tr|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};)")
_ESCAPED = re.compile(rb"\\u00(?:3[cC]|26|23)")
_FINE = re.compile(rb"\.[0-9]{5,}(?:[eE][+-]?[0-9]+)?\s*[,}\]]")
_TINY = re.compile(rb"[0-9][eE]-[0-9]+\s*[,}\]]")
_FAR = re.compile(rb'itude"\s*:\s*"-?(?:1[89]|9|[2-9][0-9]{2})')


class Place(NamedTuple):
    """A plain value in an object: the class and field it stands in, and whether that field is required."""

    owner: str
    field: str
    required: bool
    schema: Schema
    value: Any


class Values:
    """Judges the plain values in bodies and `data`; remembers what was shown to be met."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, bool]] = set()

    def answered(self, view: View) -> Iterator[Ruling]:
        """The `data` of an answer of the IUT."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.answer is None or not view.succeeded:
            return
        if endpoint.interface == "RECEIVER" and endpoint.method == "GET":
            return  # it gives back what is ours
        data = view.news
        if isinstance(data, list if endpoint.many else dict):
            judge = validator(view.version, endpoint.answer, many=endpoint.many)
            raw = orjson.dumps(data) if view.known else view.response.body
            yield from self._judge(judge, data, raw)

    def requested(self, view: View) -> Iterator[Ruling]:
        """The body of a request of the IUT."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.body is None or not isinstance(view.request.json, (dict, list)):
            return
        # What is required is required in the whole object, of which a PATCH has a part.
        judge = validator(view.version, endpoint.body)
        yield from self._judge(judge, view.request.json, view.request.body, part=endpoint.patch)

    def _judge(self, judge: Validator, value: Any, raw: bytes, *, part: bool = False) -> Iterator[Ruling]:
        kind = (judge.name, part)
        if kind in self._seen and not suspect(raw):
            return
        if value:
            self._seen.add(kind)
        shown: set[str] = set()
        for place in places(judge.schema, value):
            for ruling in judge_place(place):
                if not ruling.holds:
                    yield ruling
                elif ruling.slug not in shown:
                    shown.add(ruling.slug)
                    yield ruling


def suspect(raw: bytes) -> bool:
    """Whether the bytes of a message have what a value of it may be wrong for; the rest isn't walked through.

    That is #NA, markup (either may be escaped), a number of many decimals, a coordinate that may be out of range.
    Simple searches come first: they are the fast ones.
    """
    if b"#NA" in raw or b"<" in raw or b"&" in raw:
        return True
    return bool(
        (b"\\u00" in raw and _ESCAPED.search(raw))
        or _FINE.search(raw)
        or ((b"e-" in raw or b"E-" in raw) and _TINY.search(raw))
        or (b"itude" in raw and _FAR.search(raw))
    )


def places(
    schema: Schema, value: Any, owner: str = "", field: str = "", required: bool = True
) -> Iterator[Place]:
    """Every plain value that the schema knows of."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for inner in value:
                yield from places(items, inner, owner, field, required)
    elif isinstance(value, dict):
        demanded = schema.get("required", ())
        for name, part in schema.get("properties", {}).items():
            if value.get(name) is not None:
                yield from places(part, value[name], schema.get("title", ""), name, name in demanded)
    else:
        yield Place(owner, field, required, schema, value)


def judge_place(place: Place) -> Iterator[Ruling]:
    """What one value shows."""
    value, where = place.value, f"{place.owner}.{place.field}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if place.schema.get("x-type") == "number":
            yield Ruling(
                "types-number-decimals",
                decimals(value) <= DECIMALS,
                f"{where}: at most {DECIMALS} decimals",
                repr(value),
            )
    elif isinstance(value, str):
        yield from _text(place, value, where)


def _text(place: Place, value: str, where: str) -> Iterator[Ruling]:
    if place.schema.get("x-kind") != "enum":
        unfilled = value == NOT_AVAILABLE and not place.required
        yield Ruling(
            "types-not-available-only-strings", not unfilled, f"{where}: left out, as it is optional", value
        )
    if (place.owner, place.field) == ("DisplayText", "text"):
        yield Ruling("types-displaytext-plain", not markup(value), "text without markup", markup(value))
    known = RANGES.get(place.schema.get("x-format", ""))
    if known and re.fullmatch(r"-?[0-9]{1,3}\.[0-9]+", value):
        slug, most = known
        yield Ruling(slug, abs(Decimal(value)) <= most, f"{where}: from -{most} to {most}", value)


def decimals(number: float) -> int:
    """How many decimals a number has, written plainly."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def markup(text: str) -> str:
    """The first tag or character entity of HTML in a text; empty where there is none."""
    tag = _TAG.search(text)
    if tag:
        return tag.group()
    entities = (found for found in _ENTITY.finditer(text) if found[1].startswith("#") or found[1] in html5)
    return next((found.group() for found in entities), "")


def datetime_slug(text: str) -> str:
    """The requirement that a text breaks which is no DateTime: on its zone, its length or its form."""
    date, _, time = text.partition("T")
    if len(date) == 10 and _OFFSET.fullmatch(time):
        return "types-datetime-utc"
    return "types-datetime-length" if len(text) > LONGEST_DATETIME else "types-datetime-format"


def datetime_forms(value: Any, where: str) -> Iterator[Ruling]:
    """Judge a value that should be a DateTime: one requirement is blamed, or all three are met."""
    if isinstance(value, str) and DATE_TIME(value) and len(value) <= LONGEST_DATETIME:
        for slug in DATETIMES:
            yield Ruling(slug, True)
        return
    slug = datetime_slug(value) if isinstance(value, str) else "types-datetime-format"
    wanted, found = DATE_TIME.expected, repr(value)[:80]
    if slug == "types-datetime-length":
        wanted, found = f"at most {LONGEST_DATETIME} characters", f"{len(value)} characters: {found}"
    yield Ruling(slug, False, f"{where}: {wanted}", found)
