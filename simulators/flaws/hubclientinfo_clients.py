"""Flaws of a party that a hub tells of others."""

from dataclasses import replace

import orjson

from .. import clock
from ..answering import locate
from ..hubclientinfo import MODULE
from ..store import Key, Table, key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_data, with_envelope, with_objects, without

PUT, GET, LIST = f"{MODULE}.receiver.put", f"{MODULE}.receiver.get", f"{MODULE}.sender.list"


def _kept(party: Party) -> Table:
    return party.store.received(MODULE)


def _key(request: Request) -> Key:
    return key_of(*request.segments[-2:])


@serving("planned-client-hidden", breaks=("hubclientinfo-put-stored",))
def planned_client_hidden(party: Party, request: Request, proceed: Proceed) -> Response:
    """A party that is PLANNED can't be read back."""
    response = proceed(request)
    if not addresses(party, request, GET) or not ok(response):
        return response
    hidden = response.envelope["data"]["status"] == "PLANNED"
    gone = Response(response.headers, response.body, 404)
    return with_envelope(gone, status_code=2000, data=None) if hidden else response


@serving("suspended-client-as-before", breaks=("hubclientinfo-put-replaces",))
def suspended_client_as_before(party: Party, request: Request, proceed: Proceed) -> Response:
    """That a party is SUSPENDED is heard, and not kept."""
    before = _kept(party).get(_key(request)) if addresses(party, request, PUT) else None
    response = proceed(request)
    if before is not None and ok(response) and request.json["status"] == "SUSPENDED":
        _kept(party).put(_key(request), before)
    return response


@serving("client-of-rare-role-refused", breaks=("hubclientinfo-put-accepts-every-kind",))
def client_of_rare_role_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """It knows no role NSP."""
    rare = isinstance(request.json, dict) and request.json.get("role") == "NSP"
    return proceed(replace(request, body=b"{}") if rare and addresses(party, request, PUT) else request)


@serving("new-client-as-200", breaks=("hubclientinfo-put-new-201",))
def new_client_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A party that is new to it is answered with HTTP 200."""
    response = proceed(request)
    return replace(response, status=200) if addresses(party, request, PUT) and ok(response) else response


@serving("known-client-as-201", breaks=("hubclientinfo-put-known-200",))
def known_client_as_201(party: Party, request: Request, proceed: Proceed) -> Response:
    """A party that it knows is answered with HTTP 201."""
    response = proceed(request)
    return replace(response, status=201) if addresses(party, request, PUT) and ok(response) else response


@serving("client-of-unknown-status-taken", breaks=("hubclientinfo-put-invalid-refused",))
def client_of_unknown_status_taken(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whatever a hub calls the status of a party is answered with success."""
    response = proceed(request)
    body = request.json
    if not addresses(party, request, PUT) or ok(response) or body.get("status") != "ASLEEP":
        return response
    return with_envelope(response, status_code=1000, status_message=None)


@serving("client-url-wins", breaks=("hubclientinfo-put-party-mismatch-refused",))
def client_url_wins(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whom a ClientInfo is about is read from the URL alone."""
    if addresses(party, request, PUT) and isinstance(request.json, dict):
        country_code, party_id = request.segments[-2:]
        request = request.with_json({**request.json, "country_code": country_code, "party_id": party_id})
    return proceed(request)


@serving("refused-client-kept", breaks=("hubclientinfo-refused-leaves-store",))
def refused_client_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """A ClientInfo that it refused for its URL is kept all the same."""
    response = proceed(request)
    body = request.json
    if addresses(party, request, PUT) and not ok(response) and {"party_id", "status"} <= set(body):
        country_code, party_id = request.segments[-2:]
        if body["party_id"] != party_id:
            _kept(party).put(_key(request), {**body, "country_code": country_code, "party_id": party_id})
    return response


@serving("unknown-client-as-200", breaks=("hubclientinfo-get-unknown-404",))
def unknown_client_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """That it doesn't know a party it says with HTTP 200."""
    response = proceed(request)
    unknown = addresses(party, request, GET) and response.status == 404
    return replace(response, status=200) if unknown else response


@serving("client-deleted", breaks=("hubclientinfo-delete-not-offered",))
def client_deleted(party: Party, request: Request, proceed: Proceed) -> Response:
    """DELETE makes it forget a party."""
    response = proceed(request)
    place = locate(party, request)
    if request.method != "DELETE" or place is None or place.module != MODULE or response.status != 405:
        return response
    _kept(party).delete(_key(request))
    return with_envelope(replace(response, status=200), status_code=1000, status_message=None)


@calling("client-list-not-asked-for", breaks=("hubclientinfo-pull-possible",))
def client_list_not_asked_for(party: Party, request: Request, proceed: Proceed) -> Response:
    """It never asks a hub for its list."""
    if not addresses(party, request, LIST):
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "timestamp": clock.stamp(clock.now()), "data": []})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)


@calling("client-list-not-read", breaks=("hubclientinfo-pull-updates-store",))
def client_list_not_read(party: Party, request: Request, proceed: Proceed) -> Response:
    """It gets the list of a hub and keeps nothing of it."""
    response = proceed(request)
    return with_data(response, lambda data: []) if addresses(party, request, LIST) else response  # noqa: ARG005


@serving("client-info-without-last-updated", breaks=("hubclientinfo-client-info-fields",))
def client_info_without_last_updated(party: Party, request: Request, proceed: Proceed) -> Response:
    """What it gives back of a party doesn't say since when."""
    response = proceed(request)
    if not addresses(party, request, GET):
        return response
    return with_objects(response, lambda info: without(info, "last_updated"))


@serving("client-info-role-misspelt", breaks=("hubclientinfo-client-info-values",))
def client_info_role_misspelt(party: Party, request: Request, proceed: Proceed) -> Response:
    """The role of a party comes back in another spelling."""
    response = proceed(request)
    if not addresses(party, request, GET):
        return response
    return with_objects(response, lambda info: {**info, "role": f"{info['role'][:1]}-{info['role'][1:]}"})
