"""Paging: lists served page by page, and crawled by following the Link header."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from . import clock
from .answering import Reply, Visit, invalid
from .calling import Answer
from .links import next_link
from .store import Object, Table

if TYPE_CHECKING:
    from .connection import Connection
    from .party import Party

MAX_PAGES = 2_000
"""A crawl ends here at the latest: a server may link its pages in a circle, or to ever new ones."""
MAX_EMPTY_PAGES = 20
"""So many pages without an object, each of which links to the next, lead nowhere."""
MAX_BYTES = 128 * 2**20
"""Of a crawl: who makes one keeps its pages."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The parameters of a paged request.

    Source: `transport_and_format.asciidoc#transport_and_format_paginated_request`.
    """

    date_from: datetime | None
    date_to: datetime | None
    offset: int
    limit: int


def window(query: dict[str, str], *, maximum: int) -> Window | str:
    """Read the parameters; a text says what is wrong with them."""
    moments: dict[str, datetime | None] = {}
    for name in ("date_from", "date_to"):
        text = query.get(name)
        moments[name] = clock.parse(text) if text else None
        if text and moments[name] is None:
            return f"{name} is no DateTime: {text[:40]}"
    numbers = {"offset": 0, "limit": maximum}
    for name in numbers:
        text = query.get(name)
        if text:
            if not re.fullmatch(r"[0-9]{1,9}", text):
                return f"{name} is no whole number: {text[:40]}"
            numbers[name] = int(text)
    return Window(
        date_from=moments["date_from"],
        date_to=moments["date_to"],
        offset=numbers["offset"],
        limit=min(numbers["limit"], maximum) or maximum,
    )


def page(
    party: "Party", visit: Visit, table: Table, *, where: Callable[[Object], bool] | None = None
) -> Reply:
    """One page of a table, narrowed by `where`, with X-Total-Count, X-Limit and, if there is more, Link."""
    asked = window(visit.query, maximum=party.limits.page)
    if isinstance(asked, str):
        return invalid(asked)
    rows, total = table.page(asked.date_from, asked.date_to, asked.offset, asked.limit, where)
    headers = {"X-Total-Count": str(total), "X-Limit": str(party.limits.page)}
    following = asked.offset + len(rows)
    if rows and following < total:
        kept = {key: value for key, value in visit.query.items() if key not in ("offset", "limit")}
        query = urlencode({"offset": following, "limit": asked.limit, **kept})
        headers["Link"] = (
            f'<{party.url(visit.endpoint.module, visit.endpoint.interface)}?{query}>; rel="next"'
        )
    return Reply(data=rows, headers=headers)


def crawl(
    party: "Party",
    connection: "Connection",
    endpoint: str,
    *,
    params: dict[str, str] | None = None,
    pages: int = MAX_PAGES,
) -> Iterator[Answer]:
    """Get page after page until there is no Link, a page fails, a link repeats, `pages` have come or too much has.

    Raises NotListedError where the other side has no such list.
    """
    row = party.endpoints.get(endpoint)
    url = connection.listed(row.module, row.interface)
    params = {"limit": str(party.limits.page), **(params or {})}
    seen: set[str] = set()
    empty = size = 0
    for _ in range(pages):
        answer = party.call("GET", url, to=connection, endpoint=endpoint, params=params)
        yield answer
        link = next_link(", ".join(answer.headers("Link")))
        if not answer.accepted or link is None:
            return
        url, params = urljoin(url, link), None
        empty = 0 if answer.items else empty + 1
        size += len(answer.exchange.response.body) if answer.exchange.response else 0
        if url in seen or empty >= MAX_EMPTY_PAGES or size > MAX_BYTES:
            return
        seen.add(url)


def dates(parameters: dict[str, Any]) -> dict[str, str]:
    """The time window of an action's parameters, as query parameters."""
    return {name: str(parameters[name]) for name in ("date_from", "date_to") if parameters.get(name)}


def counted(answers: list[Answer]) -> dict[str, Any]:
    """What an action tells about a crawl."""
    return {"pages": len(answers), "objects": sum(len(answer.items) for answer in answers)}
