"""Objects that the IUT writes, judged by the schemas. Each finding blames one requirement."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ...schemas.validation import Finding, Validator, validator
from ..catalogue import load
from .ruling import Ruling, View
from .values import datetime_slug

FORMATS = {
    "CiString": "types-cistring",
    "string": "types-string-printable",
    "URL": "types-url",
    "language": "types-language",
    "country-alpha-2": "types-country-alpha2",
    "country-alpha-3": "types-country-alpha3",
    "currency": "types-currency",
    "latitude": "types-latitude",
    "longitude": "types-longitude",
    "time-zone": "locations-time-zone-known",
}
OWN_URLS = {
    ("Version", "url"): "versions-url-absolute",
    ("Endpoint", "url"): "versions-endpoint-url-absolute",
    ("Credentials", "url"): "credentials-url-absolute",
}
OWN_VALUES = {
    ("Credentials", "token"): "credentials-token-length",
}

OWN_CONDITIONS = frozenset({("CDR", "id"), ("CDR", "credit_reference_id"), ("CDR", "type")})
"""Conditions on which chapters have requirements of their own, and judges that speak of them."""

NUMBERS = frozenset({"number", "int"})
RULES = {
    "required": ("fields", "types-required-fields"),
    "null": ("fields", "types-null-only-optional"),
    "cardinality": ("fields", "types-list-not-empty"),
    "condition": ("conditions", "types-required-fields"),
    "type": ("values", "types-json-type"),
    "length": ("values", "types-length"),
    "enum": ("values", "types-enum"),
    "format": ("values", "types-json-type"),
}
"""For each rule of a finding: the end of the name of the class's own requirement, and who else is blamed."""

PATCH_TIMES = (("/last_updated", "required"), ("/last_updated", "null"))
PUT_COMPLETE = "transport-client-put-complete"
MOST_WRONG = 200
"""Wrong objects of one list of which it is said what is wrong; a list of thousands would hold up the run."""


class Objects:
    """Judges bodies and `data`.

    Remembers what was already reported, so that a name of an unknown field draws one warning, and what was
    already shown, so that a met requirement costs nothing more.
    """

    def __init__(self) -> None:
        self._unknown: set[tuple[str, str]] = set()
        self._shown: set[str] = set()
        self._ours: set[tuple[str, str]] = set()

    def answered(self, view: View) -> Iterator[Ruling]:
        """The `data` of an answer of the IUT."""
        endpoint = view.endpoint
        self._remember(view)
        if endpoint is None or endpoint.answer is None or not view.succeeded:
            return
        data = view.news
        judge = validator(view.version, endpoint.answer, many=endpoint.many)
        if view.known and (not judge.is_valid(data) or judge.unknown_fields(data)):
            data = view.response.envelope.get("data")  # places are told as they are in the whole list
        kind = list if endpoint.many else dict if judge.schema.get("x-kind") == "class" else str
        if isinstance(data, kind):  # another kind is for the judge of answers
            # What a receiver gives back is ours: with the fields that we put there.
            yield from self._judge(judge, data, ours=endpoint.interface == "RECEIVER")

    def _remember(self, view: View) -> None:
        """Where something wrong of ours was taken in: who gives it back is not to blame for it."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.body is None or endpoint.interface != "RECEIVER" or view.refused:
            return
        if view.request.has_json:
            judge = validator(view.version, endpoint.body, shape="patch" if endpoint.patch else "full")
            self._ours |= {(found.object, found.field) for found in judge.findings(view.request.json)}

    def requested(self, view: View) -> Iterator[Ruling]:
        """The body of a request of the IUT."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.body is None or not view.request.has_json:
            return
        judge = validator(view.version, endpoint.body, shape="patch" if endpoint.patch else "full")
        pushed = view.request.method == "PUT" and endpoint.functional
        yield from self._judge(judge, view.request.json, pushed=pushed)

    def _judge(
        self, judge: Validator, value: Any, *, pushed: bool = False, ours: bool = False
    ) -> Iterator[Ruling]:
        """`pushed` objects answer to the duty of PUT where a required field of their own is missing."""
        blamed: set[str] = set()
        for finding in judge.findings(value, most=MOST_WRONG):
            if ours and (finding.object, finding.field) in self._ours:
                continue
            if judge.shape == "patch" and (finding.pointer, finding.rule) in PATCH_TIMES:
                continue  # the modules have requirements of their own on it
            slug = blame(finding, value, root=judge.name)
            if pushed and finding.rule == "required" and finding.pointer.count("/") == 1:
                slug = PUT_COMPLETE
            if slug is not None:
                blamed.add(slug)
                yield Ruling(
                    slug, False, f"{finding.object}.{finding.field}: {finding.expected}", _found(finding)
                )
        unknown = () if ours else judge.unknown_fields(value)
        for finding in unknown:
            place = (finding.object, finding.field)
            if place not in self._unknown:
                self._unknown.add(place)
                yield Ruling(
                    "types-no-unknown-fields",
                    False,
                    f"a field of {finding.object}",
                    f"{finding.field} at {finding.pointer}",
                )
        if not unknown and not ours:
            yield Ruling("types-no-unknown-fields", True)
        if pushed and PUT_COMPLETE not in blamed:
            yield Ruling(PUT_COMPLETE, True)
        yield from self._met(judge, value, blamed)

    def _met(self, judge: Validator, value: Any, blamed: set[str]) -> Iterator[Ruling]:
        """What a value shows to be met. Looks no further once all that it could show has been shown."""
        if reach(judge) <= self._shown:
            return
        met = shown_by(judge, judge.objects_in(value)) | own_in(judge.schema, value)
        met |= {slug for name in forms_in(judge.schema, value) for slug in slugs_of(name)}
        for slug in met - blamed:
            self._shown.add(slug)
            yield Ruling(slug, True)


def blame(finding: Finding, value: Any, *, root: str) -> str | None:
    """The one requirement that a finding in an object of class `root` breaks; None where there is none."""
    place = (finding.object, finding.field)
    if finding.rule == "condition" and place in OWN_CONDITIONS:
        return None
    if place in OWN_VALUES and finding.rule in ("enum", "length"):
        return OWN_VALUES[place]
    if finding.rule == "format":
        if finding.format == "URL":
            return OWN_URLS.get(place, "types-url")
        if finding.format == "DateTime":
            return datetime_slug(str(_at(value, finding.pointer)))
        if finding.format in FORMATS:
            return FORMATS[finding.format]
    if finding.rule == "length":
        if finding.format == "URL":
            return "types-url-length"
        if finding.format == "DateTime":
            return "types-datetime-length"
    if finding.rule == "type" and finding.format in ("latitude", "longitude"):
        return FORMATS[finding.format]
    if finding.rule == "type" and not rows_of(finding.object, root) and finding.expected in NUMBERS:
        return "types-number"
    suffix, generic = RULES[finding.rule]
    own = rows_of(finding.object, root)
    return own.get(suffix) or own.get("valid") or (own.get("fields") if own else generic)


@cache
def class_rows() -> Mapping[str, Mapping[str, str]]:
    """For each class its own requirements, by the end of their names: fields, values, conditions or valid."""
    rows: dict[str, dict[str, str]] = {}
    for requirement in load():
        for name in requirement.objects:
            rows.setdefault(name, {})[requirement.slug.rpartition("-")[2]] = requirement.slug
    return rows


def rows_of(name: str, root: str) -> Mapping[str, str]:
    """The requirements of a class where it is met with inside `root`.

    Some classes are at home in several modules: the rows that credentials have of them end there.
    """
    rows = class_rows().get(name, {})
    if root != "Credentials" and any(slug.startswith("credentials-") for slug in rows.values()):
        return {}
    return rows


def shown_by(judge: Validator, classes: Iterable[str]) -> set[str]:
    """The requirements that are met when objects of these classes have no finding."""
    met: set[str] = set()
    for name in classes:
        met |= set(rows_of(name, judge.name).values()) or generic(judge).get(name, set())
    return met


@cache
def generic(judge: Validator) -> Mapping[str, set[str]]:
    """For each class the requirements of the types chapter that its fields could break."""
    found: dict[str, set[str]] = {}
    for part in _parts(judge.schema):
        if part.get("x-kind") == "class":
            fields = part.get("properties", {})
            slugs = found.setdefault(part["title"], {"types-json-type"})
            if part.get("required"):
                slugs |= {"types-required-fields", "types-null-only-optional"}
            if any("minItems" in field for field in fields.values()):
                slugs.add("types-list-not-empty")
            if any("enum" in (field.get("items") or field) for field in fields.values()):
                slugs.add("types-enum")
            if any(_bounded(field.get("items") or field) for field in fields.values()):
                slugs.add("types-length")
    return found


def _bounded(field: Mapping[str, Any]) -> bool:
    return "maxLength" in field and field.get("x-format") not in ("DateTime", "URL")


def own_in(schema: Mapping[str, Any], value: Any) -> set[str]:
    """The requirements of single fields of which a value has an instance."""
    if not schema:
        return set()  # beyond what the text has: as deep as anybody likes
    if isinstance(value, list):
        return set().union(*(own_in(schema.get("items", {}), inner) for inner in value))
    if not isinstance(value, dict):
        return set()
    known = schema.get("properties", {})
    found = set()
    for name, inner in value.items():
        place = (schema.get("title", ""), name)
        found |= {slugs[place] for slugs in (OWN_URLS, OWN_VALUES) if place in slugs}
        found |= own_in(known.get(name, {}), inner)
    return found


@cache
def reach(judge: Validator) -> frozenset[str]:
    """All requirements that a value of this kind could show to be met."""
    classes, forms = set(), set()
    for part in _parts(judge.schema):
        if part.get("x-kind") == "class":
            classes.add(part["title"])
        forms.add(form_of(part))
    own = {slug for slugs in (OWN_URLS, OWN_VALUES) for (name, _), slug in slugs.items() if name in classes}
    return frozenset(own | shown_by(judge, classes) | {slug for name in forms for slug in slugs_of(name)})


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for part in (*schema.get("properties", {}).values(), schema.get("items")):
        if isinstance(part, dict):
            yield from _parts(part)


def form_of(schema: Mapping[str, Any]) -> str:
    """The form of a plain value: its format, or "number"; empty where it has none."""
    return schema.get("x-format") or ("number" if schema.get("x-type") in NUMBERS else "")


def forms_in(schema: Mapping[str, Any], value: Any) -> set[str]:
    """The forms of which a value has at least one instance."""
    if not schema:
        return set()
    if isinstance(value, list):
        items = schema.get("items", {})
        return set().union(*(forms_in(items, inner) for inner in value))
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return set().union(*(forms_in(known[name], inner) for name, inner in value.items() if name in known))
    return {form_of(schema)} if value is not None else set()


@cache
def slugs_of(form: str) -> tuple[str, ...]:
    """The requirements on a form."""
    if form == "DateTime":
        return ("types-datetime-format", "types-datetime-utc", "types-datetime-length")
    if form == "URL":
        return ("types-url", "types-url-length")
    if form == "number":
        return ("types-number",)
    return (FORMATS[form],) if form in FORMATS else ()


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return value


def _found(finding: Finding) -> str:
    return f"{finding.found} at {finding.pointer}" if finding.found else f"nothing at {finding.pointer}"
