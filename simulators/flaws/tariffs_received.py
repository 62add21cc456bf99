"""Flaws of an eMSP in what it makes of the Tariffs that it is sent, and of those that it pulls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from ..answering import locate
from ..store import key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .locations_receiving import as_refusal, as_success, is_valid
from .shaping import addresses, ok, with_data, with_envelope

EMSP = ("EMSP",)
PUT = "tariffs.receiver.put"
GET = "tariffs.receiver.get"
DELETE = "tariffs.receiver.delete"
LIST = "tariffs.sender.list"

Object = dict[str, Any]
Change = Callable[[Object], Object]


def _table(party: Party) -> Any:
    return party.store.received("tariffs")


def _key(party: Party, request: Request) -> tuple[str, ...]:
    place = locate(party, request)
    return key_of(*(place.rest if place else ()))


def _body(request: Request) -> Object:
    return request.json if isinstance(request.json, dict) else {}


def _stores(name: str, slug: str, summary: str, change: Callable[[Party, Object], Object]) -> None:
    """A flaw of what is kept of a Tariff that was PUT."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if addresses(party, request, PUT) and ok(response):
            key = _key(party, request)
            _table(party).put(key, change(party, _table(party).get(key)))
        return response

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=EMSP)(around)


def _refuses(name: str, slug: str, summary: str, where: Callable[[Object], bool]) -> None:
    """A flaw of Tariffs that are refused although they are right."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, PUT) and is_valid(party, request) and where(_body(request)):
            return as_refusal(proceed(request))
        return proceed(request)

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=EMSP)(around)


def _is_new(party: Party, tariff: Object) -> bool:
    """Whether a Tariff comes for the first time."""
    seen: set[str] = party.notes.setdefault("tariffs-seen", set())
    new = tariff["id"] not in seen
    seen.add(tariff["id"])
    return new


def _at_one(tariff: Object) -> Object:
    elements = [
        {**element, "price_components": [{**part, "price": 1} for part in element["price_components"]]}
        for element in tariff["elements"]
    ]
    return {**tariff, "elements": elements}


def components(tariff: Object) -> list[Object]:
    return [part for element in tariff["elements"] for part in element["price_components"]]


_stores(
    "put-tariff-rounds-prices",
    "tariffs-put-stored",
    "All prices of a new Tariff that links to a page are kept as 1.",
    lambda party, tariff: (
        _at_one(tariff) if _is_new(party, tariff) and "tariff_alt_url" in tariff else tariff
    ),
)
_stores(
    "put-tariff-loses-page",
    "tariffs-put-optionals-kept",
    "The page that a Tariff links to is not kept.",
    lambda _, tariff: {name: value for name, value in tariff.items() if name != "tariff_alt_url"},
)
_stores(
    "put-tariff-turns-elements-round",
    "tariffs-put-elements-in-order",
    "The elements of a Tariff are kept in another order.",
    lambda _, tariff: {**tariff, "elements": tariff["elements"][::-1]},
)
_refuses(
    "put-tariff-needs-optionals",
    "tariffs-put-accepts-minimal",
    "Tariffs of one element and with nothing optional are refused.",
    lambda tariff: set(tariff) == REQUIRED and len(tariff["elements"]) == 1,
)
_refuses(
    "put-tariff-refuses-nulls",
    "tariffs-put-accepts-nulls",
    "Tariffs with a null are refused.",
    lambda tariff: None in tariff.values(),
)
_refuses(
    "put-tariff-refuses-long-texts",
    "tariffs-put-accepts-full",
    "Tariffs with a text of 512 characters are refused.",
    lambda tariff: any(len(text["text"]) == 512 for text in tariff.get("tariff_alt_text") or ()),
)
_refuses(
    "put-tariff-refuses-green",
    "tariffs-put-accepts-every-type",
    "Tariffs of the type PROFILE_GREEN are refused.",
    lambda tariff: tariff.get("type") == "PROFILE_GREEN",
)
_refuses(
    "put-tariff-refuses-no-tax",
    "tariffs-put-accepts-every-dimension",
    "Tariffs with a VAT of 0 are refused.",
    lambda tariff: any(part.get("vat") == 0 for part in components(tariff)),
)
_refuses(
    "put-tariff-refuses-sundays",
    "tariffs-put-accepts-every-restriction",
    "Tariffs with prices for Sundays are refused.",
    lambda tariff: any(
        "SUNDAY" in ((element.get("restrictions") or {}).get("day_of_week") or ())
        for element in tariff["elements"]
    ),
)

REQUIRED = {"country_code", "party_id", "id", "currency", "elements", "last_updated"}


@serving("put-tariff-never-replaces", breaks=("tariffs-put-replaces",), roles=EMSP)
def put_never_replaces(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT of a known Tariff is acknowledged, and nothing changes."""
    before = _table(party).get(_key(party, request)) if addresses(party, request, PUT) else None
    response = proceed(request)
    if before is not None and ok(response):
        _table(party).put(_key(party, request), before)
    return response


@serving("put-tariff-merges", breaks=("tariffs-put-resets-optionals",), roles=EMSP)
def put_merges(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT leaves optional fields as they were where it doesn't name them."""
    before = _table(party).get(_key(party, request)) if addresses(party, request, PUT) else None
    response = proceed(request)
    if before is not None and ok(response):
        _table(party).put(_key(party, request), {**before, **_body(request)})
    return response


@serving("put-new-tariff-as-200", breaks=("tariffs-put-new-201",), roles=EMSP)
def put_new_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT that creates a Tariff is answered with HTTP 200."""
    response = proceed(request)
    created = addresses(party, request, PUT) and response.status == 201
    return replace(response, status=200) if created else response


@serving("put-known-tariff-as-201", breaks=("tariffs-put-known-200",), roles=EMSP)
def put_known_as_201(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT that replaces a Tariff is answered with HTTP 201."""
    response = proceed(request)
    return replace(response, status=201) if addresses(party, request, PUT) and ok(response) else response


@serving("put-invalid-tariff-accepted", breaks=("tariffs-put-invalid-refused",), roles=EMSP)
def put_invalid_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff that is incomplete or malformed is acknowledged."""
    response = proceed(request)
    wrong = addresses(party, request, PUT) and not is_valid(party, request)
    return as_success(response) if wrong else response


@serving("put-tariff-trusts-url", breaks=("tariffs-put-id-mismatch-2001",), roles=EMSP)
def put_trusts_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """The id in the body of a PUT is overruled by that in the URL."""
    if addresses(party, request, PUT) and "id" in _body(request):
        request = request.with_json({**_body(request), "id": request.segments[-1]})
    return proceed(request)


@serving("put-tariff-ignores-owner", breaks=("tariffs-put-owner-mismatch-refused",), roles=EMSP)
def put_ignores_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """The owner in the body of a PUT is overruled by that in the URL."""
    place = locate(party, request)
    if addresses(party, request, PUT) and _body(request) and place is not None:
        country, owner = place.rest[:2]
        request = request.with_json({**_body(request), "country_code": country, "party_id": owner})
    return proceed(request)


@serving("refused-tariff-stored", breaks=("tariffs-refused-leaves-store",), roles=EMSP)
def refused_stored(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff whose id differs from the URL is refused, and stored by the URL all the same."""
    response = proceed(request)
    body = _body(request)
    if addresses(party, request, PUT) and is_valid(party, request) and not ok(response):
        key = _key(party, request)
        if key_of(body["id"]) != key[2:]:
            _table(party).put(key, {**body, "id": request.segments[-1]})
    return response


@serving("tariffs-of-one-id-mixed-up", breaks=("tariffs-owners-kept-apart",), roles=EMSP)
def owners_mixed_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Tariff replaces all others that have its id, whoever owns them."""
    response = proceed(request)
    if addresses(party, request, PUT) and ok(response):
        table, key = _table(party), _key(party, request)
        for other, value in table.items():
            if other != key and other[-1] == key[-1]:
                table.put(
                    other,
                    {**_body(request), "country_code": value["country_code"], "party_id": value["party_id"]},
                )
    return response


@serving("receiver-unknown-tariff-as-200", breaks=("tariffs-receiver-get-unknown-404",), roles=EMSP)
def unknown_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """What it doesn't have is answered with HTTP 200 and 2003."""
    response = proceed(request)
    if addresses(party, request, GET) and response.status == 404:
        return with_envelope(replace(response, status=200), status_code=2003)
    return response


@serving("patch-changes-tariff", breaks=("tariffs-patch-not-offered",), roles=EMSP)
def patch_changes(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of a Tariff is applied."""
    response = proceed(request)
    place = locate(party, request)
    aimed = place is not None and (place.module, place.interface) == ("tariffs", "RECEIVER")
    known = _table(party).get(_key(party, request)) if aimed and request.method == "PATCH" else None
    if known is None or response.status != 405:
        return response
    _table(party).put(_key(party, request), {**known, **_body(request)})
    return as_success(response)


@serving("delete-keeps-tariff", breaks=("tariffs-delete-removes",), roles=EMSP)
def delete_keeps(party: Party, request: Request, proceed: Proceed) -> Response:
    """DELETE of a Tariff is acknowledged, and the Tariff stays."""
    before = _table(party).get(_key(party, request)) if addresses(party, request, DELETE) else None
    response = proceed(request)
    if before is not None:
        _table(party).put(_key(party, request), before)
    return response


@serving("delete-removes-all-tariffs", breaks=("tariffs-delete-leaves-others",), roles=EMSP)
def delete_removes_all(party: Party, request: Request, proceed: Proceed) -> Response:
    """DELETE of one Tariff removes all."""
    response = proceed(request)
    if addresses(party, request, DELETE) and ok(response):
        _table(party).clear()
    return response


@calling("tariffs-never-pulled", breaks=("tariffs-pull-possible",), roles=EMSP)
def never_pulled(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Tariffs is never asked for."""
    if not addresses(party, request, LIST):
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "data": []})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)


@calling("pulled-tariffs-dropped", breaks=("tariffs-pull-updates-store",), roles=EMSP)
def pulled_dropped(party: Party, request: Request, proceed: Proceed) -> Response:
    """What a pull of Tariffs brings is not kept."""
    response = proceed(request)
    return with_data(response, lambda _: []) if addresses(party, request, LIST) else response


@calling("pulled-tariffs-only-added", breaks=("tariffs-pull-replaces-list",), roles=EMSP)
def pulled_only_added(party: Party, request: Request, proceed: Proceed) -> Response:
    """What a pulled list no longer has is kept."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    known = list(_table(party))

    def joined(data: Any) -> Any:
        listed = {tariff["id"] for tariff in data}
        return [*data, *(tariff for tariff in known if tariff["id"] not in listed)]

    return with_data(response, joined)
