"""Client owned objects: what a push may address, and how its parts are merged.

Source: `transport_and_format.asciidoc#transport_and_format_client_owned_object_push`.
"""

from typing import Any

from ..schemas.validation import validator
from . import clock
from .answering import Reply, Visit, invalid, unknown
from .store import Key, Object, Table, key_of


def foreign(visit: Visit) -> Reply | None:
    """A refusal where the URL names a party that isn't the other platform's."""
    if visit.connection.owns(visit.parameters["country_code"], visit.parameters["party_id"]):
        return None
    return unknown("No such party on this connection")


def mismatch(visit: Visit, **fields: str) -> Reply | None:
    """A refusal where fields of the body differ from the URL; `fields` maps a field to its parameter."""
    for name, parameter in fields.items():
        if name in visit.body and str(visit.body[name]).casefold() != visit.parameters[parameter].casefold():
            return invalid(f"{name} differs between URL and body")
    return None


def stored(created: bool) -> Reply:
    """The answer to a push: 201 for a new object, 200 for a known one."""
    return Reply(http_status=201 if created else 200)


def merge(table: Table, key: Key, changes: Object) -> bool:
    """Apply a PATCH: given fields replace, others stay. False where the object is unknown."""
    with table.lock:
        known = table.get(key)
        if known is None:
            return False
        table.put(key, {**known, **changes})
    return True


def spoilt(version: str, visit: Visit, known: Object, changed: Object) -> Reply | None:
    """A refusal where a PATCH would make an object break a rule between fields, such as one of opening times."""
    judge = validator(version, visit.endpoint.body or "")
    if judge.is_valid(changed) or not judge.is_valid(known):
        return None
    wrong = judge.findings(changed)[0]
    return invalid(f"after this PATCH {wrong.pointer or '/'} isn't as expected: {wrong.expected}")


def later_of(first: Any, second: Any) -> Any:
    """The later of two DateTimes as they are written."""
    one, other = clock.parse(first or ""), clock.parse(second or "")
    if one is None or other is None:
        return second or first
    return second if other >= one else first


def owner_key(visit: Visit, *names: str) -> Key:
    """The key of the object that a URL of a receiver addresses."""
    return key_of(*(visit.parameters[name] for name in ("country_code", "party_id", *names)))
