"""Flaws of a CPO that pushes what changed in its Locations."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from ..answering import locate
from ..parts import part
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_body, with_data, with_envelope, without

CPO = ("CPO",)
PUT_LOCATION = "locations.receiver.put_location"
PUT_EVSE = "locations.receiver.put_evse"
PUT_CONNECTOR = "locations.receiver.put_connector"
PATCH_EVSE = "locations.receiver.patch_evse"
WHOLE = ("locations.sender.list", "locations.sender.location")

Object = dict[str, Any]


def with_segment(request: Request, place: int, segment: str) -> Request:
    """A request with another segment in its path; `place` counts from the end."""
    parts = request.path.split("/")
    parts[place] = quote(segment, safe="")
    return replace(request, url=request.url.replace(urlsplit(request.url).path, "/".join(parts)))


def to_receiver(request: Request, place: int) -> Request:
    """A request whose URL names the receiver as the owner; `place` is that of its country, from the end."""
    country, party = (request.header(f"OCPI-to-{name}") or "" for name in ("country-code", "party-id"))
    return with_segment(with_segment(request, place, country), place + 1, party)


def is_new(party: Party, request: Request) -> bool:
    """Whether a Location is PUT for the first time; what repairs a failed push later on is left alone."""
    if not addresses(party, request, PUT_LOCATION):
        return False
    seen = party.notes.setdefault("locations-put", set())
    new = request.segments[-1] not in seen
    seen.add(request.segments[-1])
    return new


@calling(
    "push-location-by-post",
    breaks=("locations-push-new-location-by-put", "locations-push-never-deletes"),
    roles=CPO,
)
def push_location_by_post(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Location is POSTed."""
    return proceed(replace(request, method="POST") if is_new(party, request) else request)


@calling(
    "push-location-url-names-receiver",
    breaks=("locations-push-url-owner-equals-body", "locations-push-url-own-party"),
    roles=CPO,
)
def push_location_url_names_receiver(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URL of a new Location names the receiver's party as its owner."""
    return proceed(to_receiver(request, -3) if is_new(party, request) else request)


@calling("push-evse-url-names-receiver", breaks=("locations-push-url-own-party",), roles=CPO)
def push_evse_url_names_receiver(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URL of an EVSE names the receiver's party as its owner, unless the Location was PUT before."""
    is_new(party, request)
    known = party.notes.get("locations-put", ())
    wrong = addresses(party, request, PATCH_EVSE) and request.segments[-2] not in known
    return proceed(to_receiver(request, -4) if wrong else request)


@calling("push-evse-url-has-evse-id", breaks=("locations-push-url-ids-equal-body",), roles=CPO)
def push_evse_url_has_evse_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URL of an EVSE ends with its evse_id, where its uid belongs."""
    if not addresses(party, request, PUT_EVSE):
        return proceed(request)
    return proceed(with_segment(request, -1, request.json["evse_id"]))


@calling("push-location-without-hours", breaks=("locations-push-put-matches-served",), roles=CPO)
def push_location_without_hours(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Location is PUT without the opening times that it is served with."""
    if not addresses(party, request, PUT_LOCATION):
        return proceed(request)
    return proceed(with_body(request, lambda location: without(location, "opening_times")))


@calling("push-patch-without-last-updated", breaks=("locations-push-patch-has-last-updated",), roles=CPO)
def push_patch_without_last_updated(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of an EVSE doesn't say when it changed."""
    if not addresses(party, request, PATCH_EVSE):
        return proceed(request)
    return proceed(with_body(request, lambda changes: without(changes, "last_updated")))


@calling("push-patch-of-whole-evse", breaks=("locations-push-patch-only-changes",), roles=CPO)
def push_patch_of_whole_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of an EVSE brings all fields of it."""
    if not addresses(party, request, PATCH_EVSE):
        return proceed(request)
    location_id, uid = request.segments[-2:]
    known = (found for found in party.store.own("locations") if found["id"] == location_id)
    evse = next((part(location, uid) for location in known), None)
    return proceed(with_body(request, lambda changes: {**(evse or {}), **changes}))


@calling("push-of-another-status", breaks=("locations-push-status-change",), roles=CPO)
def push_of_another_status(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where an EVSE gets a new status, the status UNKNOWN is pushed."""
    return _status(party, request, proceed, lambda status: status if status == "REMOVED" else "UNKNOWN")


@calling("push-of-removed-as-inoperative", breaks=("locations-push-removed-status",), roles=CPO)
def push_of_removed_as_inoperative(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where an EVSE is removed, the status INOPERATIVE is pushed."""
    return _status(party, request, proceed, lambda status: "INOPERATIVE" if status == "REMOVED" else status)


def _status(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    if not addresses(party, request, PATCH_EVSE):
        return proceed(request)
    return proceed(with_body(request, lambda changes: {**changes, "status": change(changes["status"])}))


@calling(
    "push-of-removed-by-delete",
    breaks=("locations-push-never-deletes", "locations-push-removed-status"),
    roles=CPO,
)
def push_of_removed_by_delete(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where an EVSE is removed, it is DELETEd at the receiver."""
    if not addresses(party, request, PATCH_EVSE) or request.json.get("status") != "REMOVED":
        return proceed(request)
    return proceed(replace(request.with_header("Content-Type", None), method="DELETE", body=b""))


@calling("push-of-old-connector", breaks=("locations-push-connector-change",), roles=CPO)
def push_of_old_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where a Connector changes, another value is pushed than is served."""
    if not addresses(party, request, PUT_CONNECTOR):
        return proceed(request)
    return proceed(with_body(request, lambda one: {**one, "max_amperage": one["max_amperage"] - 1}))


@calling("push-new-evse-by-patch", breaks=("locations-push-new-evse-by-put",), roles=CPO)
def push_new_evse_by_patch(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new EVSE is sent by PATCH."""
    return proceed(replace(request, method="PATCH") if addresses(party, request, PUT_EVSE) else request)


@calling("push-keeps-last-updated", breaks=("locations-push-last-updated-advances",), roles=CPO)
def push_keeps_last_updated(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of an EVSE has the time of long ago."""
    if not addresses(party, request, PATCH_EVSE):
        return proceed(request)
    return proceed(with_body(request, lambda changes: {**changes, "last_updated": "2020-01-01T00:00:00Z"}))


@serving("removed-evse-vanishes", breaks=("locations-removed-evse-stays-served",), roles=CPO)
def removed_evse_vanishes(party: Party, request: Request, proceed: Proceed) -> Response:
    """An EVSE that was removed is no longer served."""
    response = proceed(request)
    if addresses(party, request, *WHOLE):
        return with_data(
            response, lambda data: list(map(_left, data)) if isinstance(data, list) else _left(data)
        )
    place = locate(party, request)
    gone = (
        isinstance(response.envelope.get("data"), dict)
        and response.envelope["data"].get("status") == "REMOVED"
    )
    if place is None or not addresses(party, request, "locations.sender.evse") or not gone:
        return response
    return with_envelope(replace(response, status=404), status_code=2003, data=None)


def _left(location: Object) -> Object:
    evses = [evse for evse in location.get("evses", ()) if evse["status"] != "REMOVED"]
    return {**location, "evses": evses} if evses else location
