"""Flaws of a CPO that serves the list of its CDRs, and of an eMSP that should fetch it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from .. import clock
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_data, with_envelope

CPO = ("CPO",)
LIST = "cdrs.sender.list"


@serving("cdrs-not-listed", breaks=("cdrs-list-serves-cdrs",), roles=CPO)
def cdrs_not_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of CDRs fails unless it is asked for with a moment."""
    response = proceed(request)
    if not addresses(party, request, LIST) or {"date_from", "date_to"} & request.query.keys():
        return response
    return with_envelope(response, status_code=3000, data=None)


@serving("cdrs-after-date-from", breaks=("cdrs-list-date-from-inclusive",), roles=CPO)
def cdrs_after_date_from(party: Party, request: Request, proceed: Proceed) -> Response:
    """date_from brings CDRs that were updated later, and not those of that very moment."""
    response = proceed(request)
    moment = request.query.get("date_from")
    if moment is None or not addresses(party, request, LIST):
        return response

    def later(data: Any) -> Any:
        return [cdr for cdr in data if cdr["last_updated"] != moment] if isinstance(data, list) else data

    return with_data(response, later)


@serving("cdrs-up-to-date-to", breaks=("cdrs-list-date-to-exclusive",), roles=CPO)
def cdrs_up_to_date_to(party: Party, request: Request, proceed: Proceed) -> Response:
    """date_to brings CDRs that were updated at that very moment, too."""
    moment = clock.parse(request.query.get("date_to", ""))
    if moment is not None and addresses(party, request, LIST):
        query = {**request.query, "date_to": clock.stamp(moment + timedelta(milliseconds=1))}
        request = replace(request, url=urlsplit(request.url)._replace(query=urlencode(query)).geturl())
    return proceed(request)


@calling("cdrs-not-pulled", breaks=("cdrs-pull-possible",), roles=("EMSP",))
def cdrs_not_pulled(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of CDRs is never fetched."""
    if not addresses(party, request, LIST):
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "data": []})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)
