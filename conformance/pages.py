"""Lists of the IUT, asked page by page."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from ..reports.result import Verdict
from ..simulators.calling import Answer
from ..simulators.connection import Connection
from ..simulators.links import links, next_link
from ..simulators.party import Party
from .check import Stop
from .iut import Iut

__all__ = ["IutList", "Key", "a_list", "following", "keys", "lists"]

FEWEST = 3
MOST = 1000
"""A list of more objects than this isn't read as a whole."""
NEEDS_DATE = frozenset({"sessions"})
SINCE = "2015-01-01T00:00:00Z"
FIRST = ("locations", "tokens")

Key = tuple[str, ...]


class IutList:
    """One paged list of the IUT."""

    def __init__(self, peer: Party, connection: Connection, module: str) -> None:
        self.module = module
        self.endpoint = f"{module}.sender.list"
        self.url = connection.url(module, "SENDER") or ""
        self._peer = peer
        self._connection = connection
        self.needs_date = module in NEEDS_DATE
        self._always = {"date_from": SINCE} if self.needs_date else {}

    def get(self, **params: Any) -> Answer:
        """One page. Sessions can't be asked for without `date_from`."""
        asked = {**self._always, **{name: str(value) for name, value in params.items()}}
        return self._at(self.url, asked)

    def _at(self, url: str, params: dict[str, str] | None = None) -> Answer:
        return self._peer.call("GET", url, to=self._connection, endpoint=self.endpoint, params=params or None)

    def after(self, answer: Answer) -> Answer | None:
        """The page that a Link leads to; None where there is none."""
        target = following(answer)
        return self._at(urljoin(answer.exchange.request.url, target)) if target else None

    def crawl(self, first: Answer | None = None, *, most: int = MOST, **params: Any) -> list[Answer]:
        """All pages from one on, along the Links, until one has none, fails, repeats a Link, or `most` came."""
        answers = [first if first is not None else self.get(**params)]
        seen: set[str] = set()
        while len(answers) < most and answers[-1].accepted:
            target = following(answers[-1])
            if target is None or target in seen:
                break
            seen.add(target)
            answers.append(self._at(urljoin(answers[-1].exchange.request.url, target)))
        return answers

    def whole(self) -> list[Any]:
        """All its objects, read in the largest pages it gives. Raises Stop where that isn't possible."""
        found: list[Any] = []
        while True:
            answer = self.get(offset=len(found))
            if not answer.accepted:
                raise Stop(Verdict.INCONCLUSIVE, f"the list of {self.module} can't be read: {answer}")
            found += answer.items
            total = answer.header("X-Total-Count") or ""
            more = following(answer) is not None or (total.isdigit() and len(found) < int(total))
            if not more or not answer.items:
                return found
            if len(found) > MOST:
                raise Stop(Verdict.INCONCLUSIVE, f"the list of {self.module} has more than {MOST} objects")


def following(answer: Answer) -> str | None:
    """The target of the Link to the next page, also of one without any relation."""
    header = ", ".join(answer.headers("Link"))
    return next_link(header) or next((target for target, rels in links(header) if target and not rels), None)


def keys(items: Iterable[Any]) -> list[Key]:
    """What tells objects of a list apart, in their order."""
    return [
        tuple(
            str(item.get(name, "")).casefold() for name in ("country_code", "party_id", "id", "uid", "type")
        )
        if isinstance(item, dict)
        else (repr(item),)
        for item in items
    ]


def lists(iut: Iut, peer: Party) -> list[IutList]:
    """All paged lists that the IUT serves. Raises Stop where there are none."""
    rows = [row for row in peer.endpoints if row.paged and row.interface == "SENDER"]
    served = [row.module for row in rows if iut.connection.url(row.module, "SENDER")]
    if not served:
        raise Stop(Verdict.NOT_APPLICABLE, "it lists no SENDER interface, so it serves no lists")
    served.sort(key=lambda module: module not in FIRST)
    return [IutList(peer, iut.connection, module) for module in served]


def a_list(iut: Iut, peer: Party, *, fewest: int = FEWEST) -> tuple[IutList, list[Any]]:
    """The first list that has enough objects to show paging, and these. Raises Stop where none has."""
    counted = []
    for found in lists(iut, peer):
        items = found.whole()
        if len(items) >= fewest:
            return found, items
        counted.append(f"{found.module} {len(items)}")
    told = ", ".join(counted)
    raise Stop(Verdict.INCONCLUSIVE, f"needs a list of at least {fewest} objects; the IUT serves {told}")
