"""Flaws of a CPO that sends its CDRs: where to, how, how often, and what it makes of them afterwards."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from ..cdrs import PLACES, cdr_key
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_body, with_data, with_objects, without

CPO = ("CPO",)
POST = "cdrs.receiver.post"
GET = "cdrs.receiver.get"
LIST = "cdrs.sender.list"

Object = dict[str, Any]
Change = Callable[[Object], Object]


def _once(party: Party, name: str) -> bool:
    """Whether this is asked for the first time."""
    first = name not in party.notes
    party.notes[name] = True
    return first


def _is_credit(cdr: Object) -> bool:
    return bool(cdr.get("credit"))


def _told(name: str, slugs: str | tuple[str, ...], summary: str, change: Change) -> None:
    """A flaw of CDRs in the same way wherever they are seen."""

    def sent(party: Party, request: Request, proceed: Proceed) -> Response:
        return proceed(with_body(request, change) if addresses(party, request, POST) else request)

    def served(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        return with_objects(response, change) if addresses(party, request, LIST) else response

    sent.__doc__ = served.__doc__ = summary
    breaks = (slugs,) if isinstance(slugs, str) else slugs
    calling(name, breaks=breaks, roles=CPO)(sent)
    serving(name, breaks=breaks, roles=CPO)(served)


def _credited(name: str, slugs: str | tuple[str, ...], summary: str, change: Change) -> None:
    """A flaw of Credit CDRs."""
    _told(name, slugs, summary, lambda cdr: change(cdr) if _is_credit(cdr) else cdr)


_credited(
    "credit-cdr-without-reference",
    "cdrs-credit-reference-set",
    "Credit CDRs don't say which CDR they take back.",
    lambda cdr: without(cdr, "credit_reference_id"),
)
_credited(
    "credit-cdr-same-id",
    "cdrs-credit-id-differs",
    "A Credit CDR has the id of the CDR that it takes back.",
    lambda cdr: {**cdr, "id": cdr["credit_reference_id"]},
)
_credited(
    "credit-cdr-of-nothing",
    "cdrs-credit-refers-to-original",
    "Credit CDRs take back a CDR that there never was.",
    lambda cdr: {**cdr, "credit_reference_id": "CDR-OF-NOBODY"},
)
_credited(
    "credit-cdr-elsewhere",
    "cdrs-credit-same-data",
    "Credit CDRs name another place than the CDR that they take back.",
    lambda cdr: {**cdr, "cdr_location": {**cdr["cdr_location"], "name": "Elsewhere"}},
)
_credited(
    "credit-cdr-negates-all",
    "cdrs-credit-only-total-cost-negated",
    "Other costs than total_cost are negative in Credit CDRs.",
    lambda cdr: {**cdr, "total_reservation_cost": {"excl_vat": -1}},
)
_credited(
    "credit-cdr-positive",
    "cdrs-credit-total-cost-negative",
    "The total_cost of Credit CDRs is as positive as it was.",
    lambda cdr: {**cdr, "total_cost": {name: 1 - amount for name, amount in cdr["total_cost"].items()}},
)
_told(
    "cdr-auth-method-of-start",
    "cdrs-auth-method-last",
    "CDRs say WHITELIST, whatever the session was authorized by, and COMMAND of those that it was.",
    lambda cdr: {**cdr, "auth_method": "COMMAND" if cdr["auth_method"] == "WHITELIST" else "WHITELIST"},
)
_told(
    "cdr-authorization-reference-dropped",
    "cdrs-authorization-reference-last",
    "CDRs don't have the authorization_reference that the eMSP gave.",
    lambda cdr: without(cdr, "authorization_reference"),
)
_told(
    "cdr-postal-code-dropped",
    "cdrs-postal-code-kept",
    "CDRs have no postal code although the Location has one.",
    lambda cdr: {**cdr, "cdr_location": without(cdr["cdr_location"], "postal_code")},
)


@calling("cdr-put", breaks=("cdrs-push-by-post", "cdrs-push-never-replaces"), roles=CPO)
def cdr_put(party: Party, request: Request, proceed: Proceed) -> Response:
    """New CDRs are PUT."""
    return proceed(replace(request, method="PUT") if addresses(party, request, POST) else request)


@calling("cdr-put-after-post", breaks=("cdrs-push-never-replaces",), roles=CPO)
def cdr_put_after_post(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR that was taken is PUT to where it is, once more."""
    response = proceed(request)
    place = response.header("Location")
    if addresses(party, request, POST) and place and _once(party, "cdr-put-after-post"):
        proceed(_another(replace(request, method="PUT", url=place)))
    return response


@calling("cdr-posted-below-owner", breaks=("cdrs-post-url",), roles=CPO)
def cdr_posted_below_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR is POSTed to a URL with country code and party id at its end."""
    if addresses(party, request, POST) and _once(party, "cdr-posted-below-owner"):
        owner = f"{party.me.country_code}/{party.me.party_id}"
        request = replace(request, url=f"{request.url.rstrip('/')}/{owner}")
    return proceed(request)


@calling("cdr-looked-for-by-id", breaks=("cdrs-check-at-location-url",), roles=CPO)
def cdr_looked_for_by_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR is asked for under its id, wherever the eMSP said that it is."""
    if addresses(party, request, GET):
        url = f"{request.url.rsplit('/', 1)[0]}/{request.url.rsplit('*', 1)[-1]}"
        request = replace(request, url=url)
    return proceed(request)


@calling("session-billed-twice", breaks=("cdrs-session-billed-once",), roles=CPO)
def session_billed_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """A session is billed by two CDRs with different ids."""
    response = proceed(request)
    if addresses(party, request, POST) and ok(response) and _once(party, "session-billed-twice"):
        proceed(_another(with_body(request, lambda cdr: {**cdr, "id": f"{cdr['id']}-2"})))
    return response


@calling("cdr-id-used-twice", breaks=("cdrs-id-unique",), roles=CPO)
def cdr_id_used_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new CDR has the id of one that is listed."""
    if addresses(party, request, POST) and _once(party, "cdr-id-used-twice"):
        old = next(iter(party.store.own("cdrs")))["id"]
        request = with_body(request, lambda cdr: {**cdr, "id": old})
    return proceed(request)


def _another(request: Request) -> Request:
    """The request with an id of its own."""
    return request.with_header("X-Request-ID", str(uuid4()))


def _sent(party: Party) -> set[tuple[str, ...]]:
    """The keys of the CDRs that were sent."""
    return {key[1:] for key, _ in party.store.own(PLACES).items()}


@serving("sent-cdrs-listed-otherwise", breaks=("cdrs-never-changed",), roles=CPO)
def sent_cdrs_listed_otherwise(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR that was sent is listed with a remark that it didn't have."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    sent = _sent(party)
    return with_objects(
        response, lambda cdr: {**cdr, "remark": "Sent to the eMSP"} if cdr_key(cdr) in sent else cdr
    )


@serving("cdr-last-updated-moves", breaks=("cdrs-last-updated-stays",), roles=CPO)
def cdr_last_updated_moves(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR is listed each time as if it had been updated on another day."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    party.notes["day"] = day = party.notes.get("day", 0) % 27 + 1
    moment = f"2020-01-{day:02d}T00:00:00Z"
    return with_objects(
        response, lambda cdr: {**cdr, "last_updated": moment} if "signed_data" in cdr else cdr
    )


@serving("sent-cdrs-not-listed", breaks=("cdrs-posted-is-listed",), roles=CPO)
def sent_cdrs_not_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs that were sent are left out of the list."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    sent = _sent(party)
    return with_data(
        response,
        lambda data: [cdr for cdr in data if cdr_key(cdr) not in sent] if isinstance(data, list) else data,
    )
