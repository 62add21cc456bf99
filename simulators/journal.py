"""The journal: every exchange of a party, in the order in which they ended, kept from the first second."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from .exchange import Exchange, Request, Response

M = TypeVar("M", Request, Response)

SHORT_BODY = 256 * 1024
"""Bytes that are left of a long body once a journal has to save room, and one to show that there was more."""
_NEWEST = 4
"""Exchanges that keep their bodies whatever their size: somebody may be about to read them."""


@dataclass(frozen=True)
class Sighting:
    """What a look into the journal found. `near` are the exchanges that came closest when nothing matched."""

    wanted: str
    exchange: Exchange | None
    near: tuple[Exchange, ...] = ()

    @property
    def seen(self) -> bool:
        return self.exchange is not None

    def __bool__(self) -> bool:
        return self.seen


class Journal:
    """An append-only record that threads may write to and wait on.

    `limit` is the number of exchanges that are kept, `limit_bytes` the size of their headers and bodies together.
    `on_record` is called with each exchange after it has been added, in the thread that recorded it.
    """

    def __init__(
        self,
        *,
        limit: int = 50_000,
        limit_bytes: int = 192 * 2**20,
        on_record: Callable[[Exchange], None] | None = None,
    ) -> None:
        self._exchanges: list[Exchange] = []
        self._changed = threading.Condition()
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._bytes = 0
        self._start = 0
        self._next_id = 0
        self.on_record = on_record

    def claim_id(self) -> int:
        """A number for the exchange that begins now."""
        with self._changed:
            self._next_id += 1
            return self._next_id

    def record(self, exchange: Exchange) -> None:
        """Add an exchange. Beyond the size long bodies are shortened, beyond either limit the oldest are forgotten."""
        with self._changed:
            self._exchanges.append(exchange)
            self._bytes += _size(exchange)
            if self._bytes > self._limit_bytes:
                self._shorten()
            if len(self._exchanges) > self._limit:
                self._forget(max(1, self._limit // 10))
            self._changed.notify_all()
        if self.on_record is not None:
            self.on_record(exchange)

    @property
    def forgotten(self) -> int:
        """How many exchanges are kept no longer, as there were too many."""
        return self._start

    def _shorten(self) -> None:
        """Save room: by what is long in older exchanges, and where that isn't half of it, by the oldest of them."""
        old = max(0, len(self._exchanges) - _NEWEST)
        self._exchanges[:old] = map(_short, self._exchanges[:old])
        sizes = [_size(exchange) for exchange in self._exchanges]
        self._bytes = sum(sizes)
        room, excess = self._limit_bytes // 2, sum(sizes[:old])
        count = 0
        while excess > room:
            excess -= sizes[count]
            count += 1
        self._forget(count)

    def _forget(self, count: int) -> None:
        self._bytes -= sum(map(_size, self._exchanges[:count]))
        del self._exchanges[:count]
        self._start += count

    def mark(self) -> int:
        """A bookmark: the place after the newest exchange."""
        with self._changed:
            return self._start + len(self._exchanges)

    def all(
        self,
        method: str | None = None,
        *,
        endpoint: str | None = None,
        path: str | None = None,
        party: str | None = None,
        direction: str | None = None,
        where: Callable[[Exchange], bool] | None = None,
        since: int = 0,
    ) -> list[Exchange]:
        """The recorded exchanges that match, oldest first.

        `endpoint` is an id, or a prefix of ids ending in a star (`locations.receiver.*`); `path` is the end
        of the URL's path.
        """
        with self._changed:
            candidates = self._exchanges[max(0, since - self._start) :]
        return [
            exchange
            for exchange in candidates
            if _matches(exchange, method, endpoint, path, party, direction)
            and (where is None or where(exchange))
        ]

    def next(
        self,
        method: str | None = None,
        *,
        endpoint: str | None = None,
        path: str | None = None,
        party: str | None = None,
        direction: str = "received",
        where: Callable[[Exchange], bool] | None = None,
        since: int = 0,
        within: float = 5.0,
    ) -> Sighting:
        """Wait up to `within` seconds for a match that was recorded after the bookmark `since`."""
        wanted = " ".join(part for part in (method, endpoint or path) if part) or "any request"
        deadline = time.monotonic() + within
        looked = since
        while True:
            mark = self.mark()
            found = self.all(
                method,
                endpoint=endpoint,
                path=path,
                party=party,
                direction=direction,
                where=where,
                since=looked,
            )
            if found:
                return Sighting(wanted, found[0])
            looked = mark
            with self._changed:
                if self._start + len(self._exchanges) == mark and not self._changed.wait(
                    deadline - time.monotonic()
                ):
                    break
            if time.monotonic() >= deadline:
                break
        near = self.all(direction=direction, party=party, since=since)
        return Sighting(wanted, None, tuple(near[-5:]))


def _size(exchange: Exchange) -> int:
    request, response = exchange.request, exchange.response
    size = len(request.body) + len(request.url)
    for name, value in request.headers:
        size += len(name) + len(value)
    if response is not None:
        size += len(response.body)
        for name, value in response.headers:
            size += len(name) + len(value)
    return size


def _short(exchange: Exchange) -> Exchange:
    request, response = exchange.request, exchange.response
    if max(len(request.body), len(response.body) if response else 0) <= SHORT_BODY + 1:
        return exchange
    return replace(exchange, request=_cut(request), response=_cut(response) if response else None)


def _cut(message: M) -> M:
    return replace(message, body=message.body[: SHORT_BODY + 1])


def _matches(
    exchange: Exchange,
    method: str | None,
    endpoint: str | None,
    path: str | None,
    party: str | None,
    direction: str | None,
) -> bool:
    if method is not None and exchange.request.method != method:
        return False
    if party is not None and exchange.party != party:
        return False
    if direction is not None and exchange.direction != direction:
        return False
    if path is not None and not exchange.request.path.endswith(path):
        return False
    if endpoint is None:
        return True
    found = exchange.endpoint.id if exchange.endpoint else ""
    return found.startswith(endpoint[:-1]) if endpoint.endswith("*") else found == endpoint
