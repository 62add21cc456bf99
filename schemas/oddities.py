"""Oddities: values that are unusual and nevertheless right, so that who receives them has to take them.

for oddity in oddities("2.2.1", "Token", token, fixed={"/uid"}):
    print(oddity, oddity.body)
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .exemplars import ABSENT, FORMS, Change, Path, Site, found_at, root_of, sites
from .finding import pointer
from .validation import validator

__all__ = ["KINDS", "Oddity", "oddities", "together"]

KINDS = (
    "null",
    "absent",
    "empty",
    "longest",
    "unicode",
    "decimals",
    "fraction",
    "bare",
    "value",
    "unknown",
)
"""null for `?` and `*`, optional fields left off, empty lists, texts of the greatest length, texts that are no ASCII,
numbers of four decimals, a DateTime with one decimal of a second and one without Z, new values of an OpenEnum, fields
that the text doesn't have."""

UNICODE = "Ünïcødé – 充電 ⚡ \N{ELECTRIC PLUG}"
UNKNOWN = "x_ocpi_conformance"
NEW_VALUE = "OCPI_CONFORMANCE"


@dataclass(frozen=True, kw_only=True)
class Oddity(Change):
    """A value with one place that is unusual."""

    kind: str

    def __str__(self) -> str:
        return f"{self.pointer} {self.what} ({self.kind})"


def oddities(
    version: str, name: str, base: Any, *, shape: str = "full", fixed: Collection[str] = ()
) -> tuple[Oddity, ...]:
    """All oddities of a valid value, always the same in the same order.

    `fixed` are JSON Pointers of what has to stay, with all below it, as ids that stand in the URL too. Oddities that
    a condition forbids are left out. Raises `library.UnknownSchemaError`.
    """
    root, judge = root_of(version, name, shape), validator(version, name, shape)
    made = (
        Oddity(kind=kind, path=path, value=value, root=root, base=base)
        for site in sites(root)
        if not _is_fixed(site.path, fixed)
        for kind, path, value in _forms(site, found_at(base, site.path))
    )
    order = {kind: place for place, kind in enumerate(KINDS)}
    fit = (oddity for oddity in made if judge.is_valid(oddity.body))
    return tuple(sorted(fit, key=lambda oddity: order[oddity.kind]))


def together(base: Any, chosen: Iterable[Oddity], *, version: str, name: str, shape: str = "full") -> Any:
    """Several oddities in one value, as far as they go together; deeper places first, so that none is made up anew."""
    judge = validator(version, name, shape)
    value = base
    for oddity in sorted(chosen, key=lambda oddity: -len(oddity.path)):
        candidate = oddity.within(value)
        if judge.is_valid(candidate):
            value = candidate
    return value


def _is_fixed(path: Path, fixed: Collection[str]) -> bool:
    return any(pointer(path[:count]) in fixed for count in range(1, len(path) + 1))


def _forms(site: Site, found: Any) -> Iterator[tuple[str, Path, Any]]:
    schema, path = site.schema, site.path
    if path and site.nullable:
        yield "null", path, None
    if path and not site.required and found is not ABSENT:
        yield "absent", path, ABSENT
    if path and site.kind == "array" and not schema.get("minItems", 0):
        yield "empty", path, []
    if site.kind == "object":
        yield "unknown", (*path, UNKNOWN), {"a": [1, None]}
    if site.kind == "number":
        number = found if isinstance(found, (int, float)) and not isinstance(found, bool) else 12
        yield "decimals", path, round(int(number) + 0.3456, 4)
    if schema.get("x-open"):
        yield "value", path, NEW_VALUE
    elif site.kind == "string" and "enum" not in schema:
        yield from ((kind, path, text) for kind, text in _texts(schema, found))


def _texts(schema: dict[str, Any], found: Any) -> Iterator[tuple[str, str]]:
    form, most = schema.get("x-format", ""), schema.get("maxLength")
    if form in ("string", "CiString", "URL") and most is not None:
        yield "longest", FORMS.get(form, "x").ljust(most, "x")
    if form == "string":
        yield "unicode", UNICODE[:most].rstrip()
    if form == "DateTime":
        seconds = (found if isinstance(found, str) else FORMS[form])[:19]
        yield "fraction", f"{seconds}.2Z"
        yield "bare", seconds
