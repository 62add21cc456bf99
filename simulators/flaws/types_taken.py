"""Flaws in how a receiver takes values that are legal."""

from ..party import Party
from .flaw import Proceed, Request, Response, serving
from .shaping import addresses, ok, with_body, with_envelope

PUTS = ("tokens.receiver.put", "locations.receiver.put_location")
TEXTS = ("issuer", "name")


@serving("moment-without-zone-refused", breaks=("types-datetime-forms-accepted",))
def moment_without_zone_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """An object whose last_updated has one fraction digit and no Z is refused with 2001."""
    value = request.json if isinstance(request.json, dict) else {}
    bare = len(str(value.get("last_updated"))) == len("2026-01-31T12:00:00.2")
    if not bare or not addresses(party, request, *PUTS):
        return proceed(request)
    response = proceed(with_body(request, lambda body: {**body, "last_updated": 0}))
    return with_envelope(response, status_message="last_updated is no date") if not ok(response) else response


@serving("texts-reduced-to-ascii", breaks=("types-string-utf8-kept",))
def texts_reduced_to_ascii(party: Party, request: Request, proceed: Proceed) -> Response:
    """Characters beyond ASCII become question marks."""
    if not addresses(party, request, *PUTS) or "東京".encode() not in request.body:
        return proceed(request)

    def plain(text: str) -> str:
        return text.encode("ascii", "replace").decode()

    return proceed(
        with_body(
            request,
            lambda body: {
                name: plain(value) if name in TEXTS and isinstance(value, str) else value
                for name, value in body.items()
            },
        )
    )
