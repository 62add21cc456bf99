"""Flaws of a CPO in how it pushes its Tariffs."""

from dataclasses import replace
from typing import Any

import orjson

from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_body, with_data
from .tariffs_served import CPO, LIST, PLACES, naming

PUT = "tariffs.receiver.put"
DELETE = "tariffs.receiver.delete"
DELETED = "tariffs-deleted"
PUSHED = "tariffs-pushed"

SILENCE = Response(headers=(), body=orjson.dumps({"status_code": 1000}), status=200)
"""What is taken for an answer to a request that is never sent."""


def _known(party: Party, request: Request) -> bool:
    """Whether a Tariff was PUT before; from now on it was."""
    pushed: set[str] = party.notes.setdefault(PUSHED, set())
    name = request.segments[-1]
    known = name in pushed
    pushed.add(name)
    return known


@calling("new-tariff-untold", breaks=("tariffs-push-new-by-put",), roles=CPO)
def new_tariff_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tariffs are never PUT."""
    return SILENCE if addresses(party, request, PUT) else proceed(request)


@calling("changed-tariff-untold", breaks=("tariffs-push-change-by-put",), roles=CPO)
def changed_tariff_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff is PUT once and never again."""
    if addresses(party, request, PUT) and _known(party, request):
        return SILENCE
    return proceed(request)


@calling("deleted-tariff-untold", breaks=("tariffs-push-delete",), roles=CPO)
def deleted_tariff_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody is told when a Tariff is deleted."""
    return SILENCE if addresses(party, request, DELETE) else proceed(request)


@calling("pushed-tariff-unlike-list", breaks=("tariffs-push-put-matches-served",), roles=CPO)
def pushed_tariff_unlike_list(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff that is PUT links to another page than the one that is listed."""
    if addresses(party, request, PUT):
        page = "https://example.org/other-tariff"
        request = with_body(request, lambda tariff: {**tariff, "tariff_alt_url": page})
    return proceed(request)


@calling("tariff-patched-besides", breaks=("tariffs-push-only-put-and-delete",), roles=CPO)
def tariff_patched_besides(party: Party, request: Request, proceed: Proceed) -> Response:
    """After each PUT of a Tariff comes a PATCH."""
    response = proceed(request)
    if addresses(party, request, PUT):
        patch = replace(request, method="PATCH").with_header("X-Request-ID", _another(request))
        proceed(patch)
    return response


def _another(request: Request) -> str:
    """A message id that is new: the last digit is another."""
    name = request.header("X-Request-ID") or "0"
    return name[:-1] + ("1" if name[-1] != "1" else "2")


@calling("tariff-deleted-as-stranger", breaks=("tariffs-push-url-own-party",), roles=CPO)
def tariff_deleted_as_stranger(party: Party, request: Request, proceed: Proceed) -> Response:
    """DELETE names a party that is not in the credentials."""
    if addresses(party, request, DELETE):
        *before, _, name = request.url.split("/")
        request = replace(request, url="/".join([*before, "ZZZ", name]))
    return proceed(request)


@calling("changed-tariff-keeps-moment", breaks=("tariffs-last-updated-advances",), roles=CPO)
def changed_tariff_keeps_moment(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff that has changed is PUT with the last_updated of before."""
    if addresses(party, request, PUT) and isinstance(request.json, dict):
        moments: dict[str, str] = party.notes.setdefault("tariffs-moments", {})
        moment = moments.setdefault(request.segments[-1], request.json["last_updated"])
        request = with_body(request, lambda tariff: {**tariff, "last_updated": moment})
    return proceed(request)


def _remember_deleted(party: Party, request: Request) -> None:
    if addresses(party, request, DELETE):
        party.notes[DELETED] = request.segments[-1]


@calling("deleted-tariff-id-used-again", breaks=("tariffs-deleted-never-used-again",), roles=CPO)
def deleted_tariff_id_used_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Tariff gets the id of one that was deleted."""
    name = party.notes.get(DELETED)
    if name is not None and addresses(party, request, PUT):
        url = "/".join([*request.url.split("/")[:-1], name])
        request = replace(with_body(request, lambda tariff: {**tariff, "id": name}), url=url)
    _remember_deleted(party, request)
    return proceed(request)


@calling("deleted-tariff-listed", breaks=("tariffs-deleted-not-listed",), roles=CPO)
def deleted_tariff_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff that was deleted stays in the list."""
    if addresses(party, request, PUT):
        party.notes.setdefault("tariffs-bodies", {})[request.segments[-1]] = request.json
    _remember_deleted(party, request)
    return proceed(request)


@serving("deleted-tariff-listed", breaks=("tariffs-deleted-not-listed",), roles=CPO)
def deleted_tariff_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff that was deleted stays in the list."""
    response = proceed(request)
    kept: Any = party.notes.get("tariffs-bodies", {}).get(party.notes.get(DELETED, ""))
    first = request.query.get("offset", "0") == "0" and "date_to" not in request.query
    if kept is None or not first or not addresses(party, request, LIST):
        return response
    return with_data(response, lambda data: [*data, kept])


@calling("deleted-tariff-named", breaks=("tariffs-deleted-unreferenced",), roles=CPO)
def deleted_tariff_remembered(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Connector names a Tariff that was deleted, until it is looked at once."""
    _remember_deleted(party, request)
    return proceed(request)


@serving("deleted-tariff-named", breaks=("tariffs-deleted-unreferenced",), roles=CPO)
def deleted_tariff_named(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Connector names a Tariff that was deleted, until it is looked at once."""
    response = proceed(request)
    if DELETED not in party.notes or not addresses(party, request, PLACES):
        return response
    name = party.notes.pop(DELETED)
    return with_data(response, lambda data: [*data[:-1], *(naming(one, name) for one in data[-1:])])
