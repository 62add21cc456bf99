"""Flaws of a CPO whose Tokens are PATCHed, invalidated and deleted."""

from typing import Any
from urllib.parse import urlsplit

from .. import clock
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, invalid_patch_taken, ok, unknown_taken, with_body, without
from .tokens_received import copies, key_in

CPO = ("CPO",)
PATCH = "tokens.receiver.patch"


@serving("patch-token-ignored", breaks=("tokens-patch-applies",), roles=CPO)
def patch_token_ignored(party: Party, request: Request, proceed: Proceed) -> Response:
    """Of a PATCH only the validity is taken."""
    return _rewriting(
        party,
        request,
        proceed,
        lambda known, new: {
            **known,
            **{name: new[name] for name in ("valid", "last_updated") if name in new},
        },
    )


@serving("patch-token-resets-optionals", breaks=("tokens-patch-keeps-rest",), roles=CPO)
def patch_token_resets_optionals(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH takes away what is printed on the Token."""
    return _rewriting(party, request, proceed, lambda known, new: {**without(known, "visual_number"), **new})


def _rewriting(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    """Store of a PATCH what `change` makes of the Token and the body."""
    if not addresses(party, request, PATCH):
        return proceed(request)
    known = copies(party).get(key_in(request))
    response = proceed(request)
    if ok(response) and known is not None:
        copies(party).put(key_in(request), change(known, request.json))
    return response


@serving("patch-token-ignores-type", breaks=("tokens-patch-honours-type",), roles=CPO)
def patch_token_ignores_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH goes to the RFID Token of that uid, whatever type it names."""
    if addresses(party, request, PATCH) and copies(party).get(key_in(request, "RFID")) is not None:
        url = urlsplit(request.url)._replace(query="").geturl()
        request = Request(request.headers, request.body, request.method, url)
    return proceed(request)


@serving(
    "patch-token-without-last-updated-accepted",
    breaks=("tokens-patch-without-last-updated-2001",),
    roles=CPO,
)
def patch_token_without_last_updated_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH that says not when the Token was changed is taken."""
    if addresses(party, request, PATCH):
        request = with_body(request, lambda changes: {"last_updated": clock.stamp(clock.now()), **changes})
    return proceed(request)


@serving("patch-invalid-token-accepted", breaks=("tokens-patch-invalid-refused",), roles=CPO)
def patch_invalid_token_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH with values of the wrong kind is answered with success."""
    return invalid_patch_taken(party, request, proceed, PATCH, "Token")


@serving("patch-unknown-token-accepted", breaks=("tokens-patch-unknown-refused",), roles=CPO)
def patch_unknown_token_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of a Token that it doesn't have is answered with success."""
    return unknown_taken(party, request, proceed, PATCH)


@serving("invalidated-token-erased", breaks=("tokens-invalidated-kept",), roles=CPO)
def invalidated_token_erased(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that became invalid is erased."""
    response = proceed(request)
    if addresses(party, request, PATCH, "tokens.receiver.put") and ok(response):
        token = copies(party).get(key_in(request))
        if token is not None and not token["valid"]:
            copies(party).delete(key_in(request))
    return response


@serving("delete-removes-token", breaks=("tokens-delete-not-offered",), roles=CPO)
def delete_removes_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """A DELETE, refused as it is, erases the Token."""
    if request.method == "DELETE" and "tokens" in request.segments:
        copies(party).delete(key_in(request))
    return proceed(request)
