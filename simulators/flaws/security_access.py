"""Flaws in whom a party lets in, and whose objects it opens, when something is spoofed."""

from dataclasses import replace
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from ..answering import locate
from ..connection import Connection, authorization, new_token
from ..party import Party
from .flaw import Proceed, Request, Response, serving
from .shaping import functional

OWNED = ("country_code", "party_id")


def _as(request: Request, connection: Connection | None) -> Request:
    """The request as if the holder of a connection had made it."""
    return request.with_header("Authorization", authorization(connection.token_in)) if connection else request


def _owner(party: Party, request: Request) -> Connection | None:
    """The connection of whoever a receiver's URL names, where that isn't the one that asks."""
    place = locate(party, request)
    asking = party.connections.by_header(request.header("Authorization"))
    if place is None or place.interface != "RECEIVER" or len(place.rest) < len(OWNED):
        return None
    if asking is None or not asking.registered or asking.owns(*place.rest[:2]):
        return None
    return party.connections.with_party(*place.rest[:2])


def _named(request: Request) -> list[str]:
    """The party from which the routing headers say that a request comes."""
    return [request.header(f"OCPI-from-{part}") or "" for part in ("country-code", "party-id")]


def _spoofed(party: Party, request: Request) -> bool:
    """Whether the routing headers name a party that the token isn't of."""
    asking = party.connections.by_header(request.header("Authorization"))
    named = _named(request)
    return asking is not None and asking.registered and all(named) and not asking.owns(*named)


def _anybody(party: Party) -> Connection | None:
    return next(iter(party.connections.registered()), None)


@serving("reads-for-anybody", breaks=("security-foreign-object-not-read",))
def reads_for_anybody(party: Party, request: Request, proceed: Proceed) -> Response:
    """An object of another party is shown to whoever knows its URL."""
    owner = _owner(party, request) if request.method == "GET" and not _spoofed(party, request) else None
    return proceed(_as(request, owner))


@serving("writes-for-anybody", breaks=("security-foreign-object-not-written",))
def writes_for_anybody(party: Party, request: Request, proceed: Proceed) -> Response:
    """An object of another party is changed by whoever knows its URL."""
    owner = _owner(party, request) if request.method in ("PUT", "PATCH") else None
    return proceed(_as(request, owner))


@serving("believes-routing-headers", breaks=("security-routing-headers-open-nothing",))
def believes_routing_headers(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whoever writes another party's name into the routing headers is taken for that party."""
    if not _spoofed(party, request):
        return proceed(request)
    return proceed(_as(request, party.connections.with_party(*_named(request))))


@serving("trusts-forwarded-for", breaks=("security-proxy-headers-open-nothing",))
def trusts_forwarded_for(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests without a token that say they come from this machine are let in."""
    local = request.header("X-Forwarded-For") == "127.0.0.1" and request.header("Authorization") is None
    return proceed(_as(request, _anybody(party)) if local else request)


@serving("guards-paths-as-written", breaks=("security-path-tricks-open-nothing",))
def guards_paths_as_written(party: Party, request: Request, proceed: Proceed) -> Response:
    """A path that begins with the versions and then climbs out of them is taken for one of the versions."""
    path = unquote(request.path)
    open_to_all = urlsplit(party.versions_url).path
    if not path.startswith(f"{open_to_all}/..") or ";" in path:
        return proceed(request)
    meant = replace(request, url=request.url.replace(request.path, normpath(path)))
    nobody = party.connections.add(Connection(token_in=new_token(), registered=True))
    try:
        return proceed(_as(meant, nobody))
    finally:
        party.connections.remove(nobody)


@serving("takes-token-in-query", breaks=("security-token-in-query-refused",))
def takes_token_in_query(party: Party, request: Request, proceed: Proceed) -> Response:
    """A token may stand in the query as well."""
    token = request.query.get("token")
    if token and request.header("Authorization") is None and functional(party, request):
        return proceed(request.with_header("Authorization", authorization(token)))
    return proceed(request)
