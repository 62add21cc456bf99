"""Flaws of an eMSP that is sent CDRs: what it refuses, what it says, what it shows, and what it lets be changed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from ..answering import locate
from ..cdrs import cdr_key
from ..store import Key, Table, key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, with_status, without

EMSP = ("EMSP",)
POST = "cdrs.receiver.post"
GET = "cdrs.receiver.get"
FULL_TEXT = 255

Object = dict[str, Any]


def _kept(party: Party) -> Table:
    return party.store.received("cdrs")


def _refused(response: Response, message: str) -> Response:
    return with_envelope(response, status_code=2001, status_message=message).with_header("Location", None)


def _refusing(
    name: str,
    slugs: str | tuple[str, ...],
    summary: str,
    refuses: Callable[[Party, Object], bool],
) -> None:
    """A flaw of an eMSP that refuses some CDRs."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        cdr = request.json
        if not addresses(party, request, POST) or not isinstance(cdr, dict) or not refuses(party, cdr):
            return proceed(request)
        response = proceed(request)
        if response.status == 201:
            _kept(party).delete(cdr_key(cdr))
        return _refused(Response(response.headers, response.body, 200), "We don't take this")

    around.__doc__ = summary
    serving(name, breaks=(slugs,) if isinstance(slugs, str) else slugs, roles=EMSP)(around)


def _first(party: Party, _: Object) -> bool:
    """Whether it is the first CDR of all."""
    first = "first-cdr" not in party.notes
    party.notes["first-cdr"] = True
    return first


def _dimensions(cdr: Object) -> list[Object]:
    return [part for period in cdr.get("charging_periods") or () for part in period["dimensions"]]


def _amount(cdr: Object) -> float:
    return cdr["total_cost"]["excl_vat"]


def _billed(party: Party, cdr: Object) -> bool:
    """Whether there is another CDR of the session."""
    return not cdr.get("credit") and any(
        cdr.get("session_id") == known.get("session_id") and known["id"] != cdr["id"]
        for known in _kept(party)
    )


def _bare(cdr: Object) -> bool:
    return "session_id" in cdr and "total_parking_time" not in cdr


def _unpublished(party: Party, cdr: Object) -> bool:
    name = (cdr.get("cdr_location") or {}).get("id")
    return name is not None and all(known["id"] != name for known in party.store.received("locations"))


_refusing("first-cdr-refused", "cdrs-post-accepted", "The first CDR is refused.", _first)
_refusing(
    "bare-cdr-refused",
    "cdrs-post-accepts-minimal",
    "A CDR without total_parking_time is refused.",
    lambda _, cdr: _bare(cdr),
)
_refusing(
    "cdr-with-null-refused",
    "cdrs-post-accepts-nulls",
    "A CDR in which a field is null is refused.",
    lambda _, cdr: None in cdr.values(),
)
_refusing(
    "cdr-with-long-remark-refused",
    "cdrs-post-accepts-full",
    "A remark may have 254 characters at most.",
    lambda _, cdr: len(cdr.get("remark") or "") >= FULL_TEXT,
)
_refusing(
    "cdr-with-discharge-refused",
    "cdrs-post-accepts-every-dimension",
    "A CDR with energy that went back to the grid is refused.",
    lambda _, cdr: any(part["type"] == "ENERGY" and part["volume"] < 0 for part in _dimensions(cdr)),
)
_refusing(
    "cdr-by-command-refused",
    "cdrs-post-accepts-every-auth-method",
    "The CDR of a session that was authorized by a command is refused.",
    lambda _, cdr: cdr["auth_method"] == "COMMAND",
)
_refusing(
    "cdr-of-unpublished-location-refused",
    "cdrs-post-accepts-unpublished-location",
    "The CDR of a Location that isn't known is refused.",
    _unpublished,
)
_refusing(
    "cdr-of-unused-reservation-refused",
    "cdrs-post-accepts-unused-reservation",
    "A CDR whose EVSE is not available is refused.",
    lambda _, cdr: (cdr.get("cdr_location") or {}).get("evse_uid") == "#NA",
)
_refusing(
    "negative-cdr-refused",
    "cdrs-post-accepts-credit",
    "A CDR with a negative cost is refused, unless its id is of full length.",
    lambda _, cdr: _amount(cdr) < 0 and len(cdr["id"]) < 39,
)
_refusing(
    "long-credit-cdr-id-refused",
    "cdrs-post-accepts-long-credit-id",
    "A CDR with an id of more than 36 characters is refused.",
    lambda _, cdr: len(cdr["id"]) > 36,
)
_refusing(
    "second-cdr-refused",
    "cdrs-post-accepts-new-after-credit",
    "A new CDR for a session is refused even though the one before was taken back.",
    _billed,
)
_refusing(
    "twin-cdr-refused",
    "cdrs-owners-kept-apart",
    "A CDR whose id another party has used is refused.",
    lambda party, cdr: any(
        known["id"] == cdr["id"] and known["party_id"] != cdr["party_id"] for known in _kept(party)
    ),
)


@serving("new-cdr-as-200", breaks=("cdrs-post-created-201",), roles=EMSP)
def new_cdr_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new CDR is answered like one that was known."""
    response = proceed(request)
    if not addresses(party, request, POST) or not ok(response):
        return response
    return Response(response.headers, response.body, 200)


@serving("cdr-without-location-header", breaks=("cdrs-post-location-header",), roles=EMSP)
def cdr_without_location_header(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer to a CDR says not where it is."""
    response = proceed(request)
    return response.with_header("Location", None) if addresses(party, request, POST) else response


@serving("cdr-location-relative", breaks=("cdrs-post-location-url",), roles=EMSP)
def cdr_location_relative(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Location of a CDR is a path."""
    response = proceed(request)
    url = response.header("Location")
    if not addresses(party, request, POST) or url is None:
        return response
    return response.with_header("Location", urlsplit(url).path)


@serving("first-cdr-not-shown", breaks=("cdrs-get-by-location-url",), roles=EMSP)
def first_cdr_not_shown(party: Party, request: Request, proceed: Proceed) -> Response:
    """The first CDR can't be seen where it is said to be."""
    if _is_first(party, request):
        return with_envelope(with_status(proceed(request), 404), status_code=2000, data=None)
    return proceed(request)


@serving("first-cdr-shown-otherwise", breaks=("cdrs-get-same-cdr",), roles=EMSP)
def first_cdr_shown_otherwise(party: Party, request: Request, proceed: Proceed) -> Response:
    """The first CDR is shown with another total_time."""
    response = proceed(request)
    if not _is_first(party, request) or not ok(response):
        return response
    return with_data(response, lambda cdr: {**cdr, "total_time": cdr["total_time"] + 1})


def _is_first(party: Party, request: Request) -> bool:
    """Whether a GET is for the CDR that was sent before all others; remembers it when that is sent."""
    if addresses(party, request, POST) and isinstance(request.json, dict) and "id" in request.json:
        party.notes.setdefault("first-cdr-sent", cdr_key(request.json))
    return addresses(party, request, GET) and _key_in(request) == party.notes.get("first-cdr-sent")


@serving("cdr-shown-without-remark", breaks=("cdrs-get-keeps-optionals",), roles=EMSP)
def cdr_shown_without_remark(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs are shown without their remarks."""
    response = proceed(request)
    if not addresses(party, request, GET) or not ok(response):
        return response
    return with_data(response, lambda cdr: without(cdr, "remark"))


@serving("unknown-cdr-as-200", breaks=("cdrs-get-unknown-404",), roles=EMSP)
def unknown_cdr_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A GET for a CDR that isn't there is answered with HTTP 200 and an OCPI error."""
    response = proceed(request)
    return (
        with_status(response, 200) if addresses(party, request, GET) and response.status == 404 else response
    )


@serving("cdr-replaced-by-put", breaks=("cdrs-put-not-offered",), roles=EMSP)
def cdr_replaced_by_put(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR can be replaced by PUT."""
    return _changing(party, request, proceed, "PUT", lambda _, new: new)


@serving("cdr-changed-by-patch", breaks=("cdrs-patch-not-offered",), roles=EMSP)
def cdr_changed_by_patch(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR can be changed by PATCH."""
    return _changing(party, request, proceed, "PATCH", lambda known, changes: {**known, **changes})


@serving("cdr-removed-by-delete", breaks=("cdrs-delete-not-offered",), roles=EMSP)
def cdr_removed_by_delete(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR can be removed by DELETE."""
    return _changing(party, request, proceed, "DELETE", lambda *_: None)


def _changing(
    party: Party,
    request: Request,
    proceed: Proceed,
    method: str,
    change: Callable[[Object, Any], Object | None],
) -> Response:
    """Do to the CDR at a URL what a method says, as if it were offered."""
    response = proceed(request)
    place = locate(party, request)
    if place is None or (place.module, place.interface, request.method) != ("cdrs", "RECEIVER", method):
        return response
    known = _kept(party).get(_key_in(request))
    if known is None:
        return response
    changed = change(known, request.json)
    if changed is None:
        _kept(party).delete(_key_in(request))
    else:
        _kept(party).put(_key_in(request), changed)
    return with_envelope(with_status(response, 200), status_code=1000, status_message=None)


def _key_in(request: Request) -> Key:
    """The key of the CDR that a URL addresses."""
    return key_of(*unquote(request.segments[-1]).split("*", 2))


@serving("known-cdr-replaced", breaks=("cdrs-known-id-not-replaced",), roles=EMSP)
def known_cdr_replaced(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR with a known id takes the place of the one before."""
    if addresses(party, request, POST) and isinstance(request.json, dict) and "id" in request.json:
        _kept(party).delete(cdr_key(request.json))
    return proceed(request)


@serving("repeated-cdr-marked", breaks=("cdrs-post-repeated-kept",), roles=EMSP)
def repeated_cdr_marked(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR that is sent again gets a remark that says so."""
    response = proceed(request)
    if addresses(party, request, POST) and ok(response) and response.status == 200:
        _kept(party).put(cdr_key(request.json), {**request.json, "remark": "Sent again"})
    return response


@serving("credited-cdr-marked", breaks=("cdrs-credit-leaves-original",), roles=EMSP)
def credited_cdr_marked(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR that is taken back gets a total_cost of 0."""
    response = proceed(request)
    cdr = request.json
    if addresses(party, request, POST) and ok(response) and cdr.get("credit"):
        key = key_of(cdr["country_code"], cdr["party_id"], cdr["credit_reference_id"])
        known = _kept(party).get(key)
        if known is not None:
            _kept(party).put(key, {**known, "total_cost": dict.fromkeys(known["total_cost"], 0)})
    return response


@serving("wrong-cdrs-as-2003", breaks=("cdrs-post-invalid-refused",), roles=EMSP)
def wrong_cdrs_as_2003(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs with missing or wrong values are refused as if their Location were unknown."""
    response = proceed(request)
    if not addresses(party, request, POST) or response.envelope.get("status_code") != 2001:
        return response
    return with_envelope(response, status_code=2003)
