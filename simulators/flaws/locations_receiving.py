"""Flaws of an eMSP in what it takes and refuses, answers and pulls of Locations."""

from dataclasses import replace
from typing import Any

from ...schemas.validation import validator
from ..answering import endpoint_of, locate
from ..store import key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .locations_storing import where
from .shaping import addresses, with_data, with_envelope

EMSP = ("EMSP",)
PUT = "locations.receiver.put_*"
PUT_LOCATION = "locations.receiver.put_location"
PATCH = "locations.receiver.patch_*"
GET = "locations.receiver.get_*"
NEW_PLUGS = ("CHAOJI", "GBT_", "NEMA_")


def as_success(response: Response) -> Response:
    """The response as if all were well."""
    return with_envelope(replace(response, status=200), status_code=1000, status_message=None)


def as_refusal(response: Response) -> Response:
    """The response as if the object were invalid."""
    return with_envelope(replace(response, status=200), status_code=2001, data=None)


def is_valid(party: Party, request: Request) -> bool:
    """Whether the body of a push, if it is JSON, is what its endpoint takes."""
    endpoint = endpoint_of(party, request)
    if endpoint is None or endpoint.body is None or not request.has_json:
        return True
    shape = "patch" if endpoint.patch else "full"
    return validator(party.version, endpoint.body, shape=shape).is_valid(request.json)


@serving("put-new-location-as-200", breaks=("locations-put-new-201",), roles=EMSP)
def put_new_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT that creates something is answered with HTTP 200."""
    response = proceed(request)
    created = addresses(party, request, PUT) and response.status == 201
    return replace(response, status=200) if created else response


@serving("put-known-location-as-201", breaks=("locations-put-known-200",), roles=EMSP)
def put_known_as_201(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT that replaces something is answered with HTTP 201."""
    response = proceed(request)
    good = addresses(party, request, PUT) and response.envelope.get("status_code") == 1000
    return replace(response, status=201) if good else response


@serving("put-location-needs-postal-code", breaks=("locations-put-accepts-minimal",), roles=EMSP)
def put_needs_postal_code(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Location without a postal code is refused."""
    body = request.json
    if addresses(party, request, PUT_LOCATION) and isinstance(body, dict) and "postal_code" not in body:
        return as_refusal(proceed(request))
    return proceed(request)


@serving("put-location-refuses-nulls", breaks=("locations-put-accepts-nulls",), roles=EMSP)
def put_refuses_nulls(party: Party, request: Request, proceed: Proceed) -> Response:
    """Objects with a null for what they don't have are refused."""
    body = request.json if isinstance(request.json, dict) else {}
    if addresses(party, request, PUT) and None in body.values():
        return as_refusal(proceed(request))
    return proceed(request)


@serving("put-location-refuses-new-plugs", breaks=("locations-put-accepts-full",), roles=EMSP)
def put_refuses_new_plugs(party: Party, request: Request, proceed: Proceed) -> Response:
    """Connectors of the types that came with 2.2.1 are refused."""
    if addresses(party, request, PUT_LOCATION) and any(name.encode() in request.body for name in NEW_PLUGS):
        return as_refusal(proceed(request))
    return proceed(request)


@serving("put-location-refuses-far-east", breaks=("locations-put-accepts-full",), roles=EMSP)
def put_refuses_far_east(party: Party, request: Request, proceed: Proceed) -> Response:
    """Longitudes are held to the bounds of latitudes: Locations beyond 90 degrees are refused."""
    body = request.json if isinstance(request.json, dict) else {}
    coordinates = body.get("coordinates")
    longitude = coordinates.get("longitude") if isinstance(coordinates, dict) else None
    far = isinstance(longitude, str) and longitude.lstrip("-").partition(".")[0].zfill(3) >= "090"
    response = proceed(request)
    return as_refusal(response) if far and addresses(party, request, PUT_LOCATION) else response


@serving("put-invalid-location-accepted", breaks=("locations-put-invalid-refused",), roles=EMSP)
def put_invalid_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT of an object that is incomplete or malformed is acknowledged."""
    response = proceed(request)
    return (
        as_success(response) if addresses(party, request, PUT) and not is_valid(party, request) else response
    )


@serving("patch-invalid-location-accepted", breaks=("locations-patch-invalid-refused",), roles=EMSP)
def patch_invalid_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH with a value of the wrong kind is acknowledged."""
    response = proceed(request)
    wrong = addresses(party, request, PATCH) and not is_valid(party, request)
    return as_success(response) if wrong and "last_updated" in request.json else response


@serving(
    "patch-without-last-updated-accepted",
    breaks=("locations-patch-without-last-updated-2001",),
    roles=EMSP,
)
def patch_without_last_updated_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH that doesn't say when something changed is acknowledged."""
    response = proceed(request)
    timeless = addresses(party, request, PATCH) and "last_updated" not in (request.json or {})
    return as_success(response) if timeless else response


@serving("patch-unknown-location-accepted", breaks=("locations-patch-unknown-refused",), roles=EMSP)
def patch_unknown_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of what isn't there is acknowledged."""
    response = proceed(request)
    return as_success(response) if addresses(party, request, PATCH) and response.status == 404 else response


@serving("put-location-trusts-url", breaks=("locations-put-id-mismatch-2001",), roles=EMSP)
def put_trusts_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """The id in the body of a PUT is overruled by that in the URL."""
    body = request.json
    if not addresses(party, request, PUT) or not isinstance(body, dict):
        return proceed(request)
    field = "uid" if addresses(party, request, "locations.receiver.put_evse") else "id"
    return proceed(request.with_json({**body, field: request.segments[-1]}) if field in body else request)


@serving("put-location-ignores-owner", breaks=("locations-put-owner-mismatch-refused",), roles=EMSP)
def put_ignores_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """The owner in the body of a Location is overruled by that in the URL."""
    body, place = request.json, locate(party, request)
    if not addresses(party, request, PUT_LOCATION) or not isinstance(body, dict) or place is None:
        return proceed(request)
    country, owner = place.rest[:2]
    return proceed(request.with_json({**body, "country_code": country, "party_id": owner}))


@serving("refused-location-stored", breaks=("locations-refused-leaves-store",), roles=EMSP)
def refused_stored(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Location whose id differs from the URL is refused, and stored by the URL all the same."""
    response = proceed(request)
    body: Any = request.json
    if addresses(party, request, PUT_LOCATION) and isinstance(body, dict) and is_valid(party, request):
        table, key, _ = where(party, request)
        if key_of(body["id"]) != key[2:]:
            table.put(key, {**body, "id": request.segments[-1]})
    return response


@serving("delete-removes-location", breaks=("locations-delete-not-offered",), roles=EMSP)
def delete_removes_location(party: Party, request: Request, proceed: Proceed) -> Response:
    """DELETE removes a Location."""
    response = proceed(request)
    place = locate(party, request)
    aimed = place is not None and (place.module, place.interface) == ("locations", "RECEIVER")
    if request.method != "DELETE" or not aimed or response.status != 405:
        return response
    table, key, names = where(party, request)
    if not names:
        table.delete(key)
    return as_success(response)


@serving("receiver-gives-another-connector", breaks=("locations-receiver-get-parts",), roles=EMSP)
def receiver_gives_another_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """Asked for one Connector, it gives another of the EVSE."""
    response = proceed(request)
    if not addresses(party, request, "locations.receiver.get_connector"):
        return response
    return with_data(response, lambda connector: {**connector, "id": "another"})


@serving("receiver-unknown-location-as-200", breaks=("locations-receiver-get-unknown-404",), roles=EMSP)
def receiver_unknown_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """What it doesn't have is answered with HTTP 200 and 2003."""
    response = proceed(request)
    if not addresses(party, request, GET) or response.status != 404:
        return response
    return with_envelope(replace(response, status=200), status_code=2003)


@calling("pull-asks-for-one-location", breaks=("locations-pull-possible",), roles=EMSP)
def pull_asks_for_one(party: Party, request: Request, proceed: Proceed) -> Response:
    """Made to pull, it asks for a Location called `all`."""
    if not addresses(party, request, "locations.sender.list"):
        return proceed(request)
    url, _, query = request.url.partition("?")
    return proceed(replace(request, url=f"{url.rstrip('/')}/all?{query}".rstrip("?")))


@calling("pull-skips-first-location", breaks=("locations-pull-updates-store",), roles=EMSP)
def pull_skips_first(party: Party, request: Request, proceed: Proceed) -> Response:
    """A pull doesn't take over the first Location of the list."""
    response = proceed(request)
    if not addresses(party, request, "locations.sender.list") or "offset" in request.query:
        return response
    return with_data(response, lambda data: data[1:])
