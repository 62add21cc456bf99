"""Flaws of a party that knows the usual forms only: it refuses what is unusual, or doesn't keep it."""

from collections.abc import Callable
from typing import Any

from ..answering import invalid, written
from ..exchange import Request, Response
from ..party import Party
from .flaw import Proceed, serving
from .shaping import addresses

CPO, EMSP, BOTH = ("CPO",), ("EMSP",), ("CPO", "EMSP")
ASTRAL = 0x10000
"""From here on a character takes four bytes in UTF-8, and two places in UTF-16."""

TEXTS = (
    ("token", CPO, "tokens.receiver.*"),
    ("location", EMSP, "locations.receiver.*"),
    ("session", EMSP, "sessions.receiver.*"),
    ("tariff", EMSP, "tariffs.receiver.put"),
    ("cdr", EMSP, "cdrs.receiver.post"),
)
"""Objects that are stored: whose texts, by whom, at which endpoints."""
MORE_TEXTS = (
    ("command", CPO, "commands.receiver.*"),
    ("result", EMSP, "commands.sender.result"),
    ("credentials", BOTH, "credentials.post"),
)
TIMES = (
    ("profile", CPO, "chargingprofiles.receiver.set"),
    ("preferences", CPO, "sessions.sender.preferences"),
    ("client-info", BOTH, "hubclientinfo.receiver.put"),
)
"""Objects without texts of their own: they have times."""


def _astral(value: Any) -> bool:
    """Whether any text in a value has a character of four bytes."""
    return _any_text(value, lambda text: any(ord(character) >= ASTRAL for character in text))


def _exact(value: Any) -> bool:
    """Whether any text in a value is a time with one decimal of a second."""
    return _any_text(value, lambda text: len(text) == 22 and text[19:20] == "." and text.endswith("Z"))


def _any_text(value: Any, holds: Callable[[str], bool]) -> bool:
    if isinstance(value, str):
        return holds(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_any_text(each, holds) for each in inner)


def _without_astral(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(character for character in value if ord(character) < ASTRAL)
    if isinstance(value, dict):
        return {name: _without_astral(inner) for name, inner in value.items()}
    return [_without_astral(each) for each in value] if isinstance(value, list) else value


def _refuses(
    flaw: str, name: str, roles: tuple[str, ...], pattern: str, odd: Callable[[Any], bool], what: str
) -> None:
    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, pattern) and odd(request.json):
            return written(request, invalid(f"{what} can't be read"))
        return proceed(request)

    around.__doc__ = f"Refuses a body ({name}) that has {what}."
    serving(flaw, breaks=(f"negative-{name}-odd-accepted",), roles=roles)(around)


def _loses(name: str, roles: tuple[str, ...], pattern: str) -> None:
    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, pattern) and _astral(request.json):
            return proceed(request.with_json(_without_astral(request.json)))
        return proceed(request)

    around.__doc__ = f"Keeps texts ({name}) without the characters that take four bytes."
    serving(f"{name}-characters-lost", breaks=(f"negative-{name}-odd-kept",), roles=roles)(around)


@serving(
    "places-need-evses",
    breaks=("negative-authorization-odd-accepted", "tokens-authorize-location-without-evses"),
    roles=EMSP,
)
def places_need_evses(party: Party, request: Request, proceed: Proceed) -> Response:
    """Refuses an authorization at a place whose evse_uids are null, as a list is what it expects."""
    body = request.json
    named = isinstance(body, dict) and "evse_uids" in body
    if addresses(party, request, "tokens.sender.authorize") and named and body["evse_uids"] is None:
        return written(request, invalid("evse_uids is no list"))
    return proceed(request)


for text in (*TEXTS, *MORE_TEXTS):
    _refuses(f"{text[0]}-characters-refused", *text, _astral, "a character of four bytes")
for stored in TEXTS:
    _loses(*stored)
for time in TIMES:
    _refuses(f"{time[0]}-fraction-refused", *time, _exact, "a time with one decimal of a second")
