"""Flaws of a party that pushes, which show when nobody can take what it pushes."""

from .. import clock
from ..calling import CallFault
from ..mishaps import MISHAPS
from ..store import key_of
from .adversity_pulling import SLOW_S, again, daze, dazed, outcome
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, unsent

PUT = ("locations.receiver.put_location", "tokens.receiver.put")
POST = ("cdrs.receiver.post", "commands.receiver.*")
AFTER = {
    "server-error": "adversity-push-after-server-error",
    "too-many-requests": "adversity-push-after-too-many-requests",
    "unauthorized": "adversity-push-after-unauthorized",
    "html": "adversity-push-after-html",
    "truncated": "adversity-push-after-truncated-json",
    "wrong-json": "adversity-push-after-wrong-json",
    "cut": "adversity-push-after-cut",
}


def _end_after(mishap: str, slug: str) -> None:
    """One flaw for each mishap: the next push isn't sent."""

    def ended(party: Party, request: Request, proceed: Proceed) -> Response:
        if not addresses(party, request, *PUT):
            return proceed(request)
        if party.notes.pop("pushes ended", False):
            return unsent()

        def met(name: str) -> None:
            party.notes["pushes ended"] = name == mishap

        return outcome(proceed, request, met)

    ended.__doc__ = f"After the mishap {mishap} of a push the next one isn't sent."
    calling(f"push-left-out-after-{mishap}", breaks=(slug,))(ended)


for _mishap in MISHAPS:
    _end_after(_mishap, AFTER[_mishap])


@calling("push-sent-again-at-once", breaks=("adversity-push-heeds-retry-after",))
def push_sent_again_at_once(party: Party, request: Request, proceed: Proceed) -> Response:
    """A push that is refused with HTTP 429 is sent again without waiting."""
    response = proceed(request)
    refused = response.status == 429 and addresses(party, request, *PUT)
    return proceed(again(request)) if refused else response


@calling("slow-push-sent-twice", breaks=("adversity-slow-push-sent-once",))
def slow_push_sent_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """A push whose answer takes most of a second is sent again."""
    begun = clock.now()
    response = proceed(request)
    took = (clock.now() - begun).total_seconds()
    return proceed(again(request)) if addresses(party, request, *PUT) and took > SLOW_S else response


@calling("refused-push-kept", breaks=("adversity-failed-push-not-kept",))
def refused_push_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """A push that was refused with HTTP 401 is sent again before the next one."""
    if not addresses(party, request, *PUT):
        return proceed(request)
    kept: Request | None = party.notes.pop("kept push", None)
    if kept is not None:
        proceed(again(kept))
    response = proceed(request)
    if response.status == 401:
        party.notes["kept push"] = request
    return response


@calling("failed-push-forgotten", breaks=("adversity-failed-push-served",))
def failed_push_forgotten(party: Party, request: Request, proceed: Proceed) -> Response:
    """An object whose push is answered with HTTP 500 is no object of its own any more."""
    response = proceed(request)
    body = request.json
    if response.status == 500 and addresses(party, request, *PUT):
        names = ("country_code", "party_id", *(("uid", "type") if "uid" in body else ("id",)))
        party.store.own("tokens" if "uid" in body else "locations").delete(
            key_of(*(body[name] for name in names))
        )
    return response


@calling("failed-patch-left", breaks=("adversity-failed-patch-looked-into",))
def failed_patch_left(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a PATCH that is answered with HTTP 500 it doesn't look what the other side has."""
    if not addresses(party, request, "*.receiver.patch*", "*.receiver.get*"):
        return proceed(request)
    if request.method == "GET":
        return unsent() if party.notes.pop("patch failed", False) else proceed(request)
    response = proceed(request)
    party.notes["patch failed"] = response.status == 500
    return response


@calling("lost-post-sent-again", breaks=("adversity-lost-post-not-repeated",))
def lost_post_sent_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """A POST whose answer was cut is sent once more."""
    try:
        return proceed(request)
    except CallFault:
        if not addresses(party, request, *POST):
            raise
        return proceed(again(request))


@calling("dazed-by-failed-push", breaks=("adversity-up-after-failed-pushes",))
def dazed_by_failed_push(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a push that is answered with a page of HTML its own lists fail once."""
    if not addresses(party, request, *PUT):
        return proceed(request)
    return outcome(proceed, request, lambda name: daze(party) if name == "html" else None)


serving("dazed-by-failed-push", breaks=())(dazed)
