"""Commands: what each one that goes out must have, and what follows it: its result, and no question about its Token."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ...simulators import clock
from ...simulators.answering import Place, locate
from ...simulators.calling import Answer
from ...simulators.exchange import Exchange
from ...simulators.store import key_of
from .ruling import Ruling, View

MODULE = "commands"
COMMANDS = frozenset(
    {"CANCEL_RESERVATION", "RESERVE_NOW", "START_SESSION", "STOP_SESSION", "UNLOCK_CONNECTOR"}
)
OF_TOKENS = {"START_SESSION": "start", "RESERVE_NOW": "reserve"}
"""Commands that carry a Token, and how the requirements on it begin."""
FOR_APPS = frozenset({"AD_HOC_USER", "APP_USER"})
CARD_REST = timedelta(minutes=15)
"""For so long a card that came with a command is not to be asked about."""
WITHDRAWN = "CANCELED_RESERVATION"
NEEDS_CONNECTOR = "START_SESSION_CONNECTOR_REQUIRED"
SKEW = timedelta(minutes=5)

MOST = 10_000
"""So many commands are remembered."""

Object = dict[str, Any]


@dataclass
class Issued:
    """A command of ours, what was answered to it, and how many results have come."""

    name: str
    result: str
    timeout_s: int | None
    sent: datetime
    answered: datetime
    token: tuple[str, str] | None
    location_id: str
    results: int = 0


class Commands:
    """Judges commands of either direction; remembers those that have gone out."""

    def __init__(self) -> None:
        self._issued: dict[tuple[str, str], Issued] = {}
        """By party and response URL."""
        self._early: dict[tuple[str, str], list[Exchange]] = {}
        """Results that came while their command was still being answered."""
        self._questions: list[Exchange] = []
        """Real-time authorizations, until the command is known that was being answered meanwhile."""
        self._urls: set[tuple[str, str]] = set()
        self._reserved: dict[tuple[str, str], str] = {}

    # A CPO: we command, it reports

    def answered(self, view: View) -> Iterator[Ruling]:
        """A command of ours, and its answer; whatever we send after a question shows whose it was."""
        endpoint, body = view.endpoint, view.request.json
        if endpoint is not None and isinstance(body, dict) and _is_command(endpoint.id):
            key = (view.party.name, _tail(str(body.get("response_url"))))
            issued = self._issued[key] = _issue(view, body, endpoint.segments[-1])
            for forgotten in list(self._issued)[:-MOST]:
                del self._issued[forgotten]
            for result in self._early.pop(key, ()):
                yield from self._result(issued, result)
            path = key[1].partition("?")[0]
            for other in [found for found in self._early if found[1].partition("?")[0] == path]:
                for result in self._early.pop(other):
                    yield _as_given(False, result)
        ended = view.exchange.started + timedelta(seconds=view.exchange.elapsed_s)
        ripe = [one for one in self._questions if one.party == view.party.name and one.started < ended]
        for question in ripe:
            self._questions.remove(question)
            yield from self._asked(question)

    def _asked(self, question: Exchange) -> Iterator[Ruling]:
        """A question about a Token: the last command with it, if any, was to spare it."""
        segments = question.request.segments
        token = segments[-2].casefold(), question.request.query.get("type", "RFID")
        commands = [
            issued
            for (party, _), issued in self._issued.items()
            if party == question.party and issued.token == token and issued.sent <= question.started
        ]
        if commands:
            yield from _spared(max(commands, key=lambda issued: issued.sent), token[1], question)

    # Both: what the IUT sends

    def requested(self, view: View) -> Iterator[Ruling]:
        """A result or a question of a CPO, or a command of an eMSP."""
        place = locate(view.party, view.request)
        if place is None:
            return
        if (place.module, place.interface) == (MODULE, "SENDER"):
            yield from self._heard(view, place)
        elif (place.module, place.interface) == (MODULE, "RECEIVER"):
            yield from self._command(view, place)
        elif (place.module, place.interface, place.rest[1:]) == ("tokens", "SENDER", ("authorize",)):
            self._questions = [*self._questions[-99:], view.exchange]

    def _heard(self, view: View, place: Place) -> Iterator[Ruling]:
        """A request to our interface for results."""
        if view.request.method != "POST" or view.response.status == 401:
            return
        key = (view.party.name, _tail(view.request.url))
        issued = self._issued.get(key)
        if issued is not None:
            yield from self._result(issued, view.exchange)
            return
        path = key[1].partition("?")[0]
        begun = any(url.partition("?")[0] == path for party, url in self._issued if party == key[0])
        ours = len(place.rest) == 2 and view.party.store.own(MODULE).get(key_of(*place.rest)) is not None
        if ours and not begun:
            self._early.setdefault(key, []).append(view.exchange)
        else:
            yield _as_given(False, view.exchange)

    def _result(self, issued: Issued, exchange: Exchange) -> Iterator[Ruling]:
        """A result at the URL of a command."""
        yield _as_given(True, exchange)
        body = exchange.request.json
        result = body.get("result") if isinstance(body, dict) else None
        if result == WITHDRAWN and issued.name == "RESERVE_NOW" and issued.results:
            return
        accepted = issued.result == "ACCEPTED"
        if not accepted and issued.result:
            expected = f"no result, as {issued.name} was answered with {issued.result}"
            yield Ruling("commands-result-only-if-accepted", False, expected, str(result))
        if accepted and not issued.results and issued.timeout_s is not None:
            late = (exchange.started - issued.answered).total_seconds()
            expected = f"within {issued.timeout_s} s"
            yield Ruling("commands-result-in-time", late <= issued.timeout_s, expected, f"after {late:.2f} s")
        taken = exchange.response is not None and exchange.response.status // 100 == 2
        if taken:  # what was not taken may be sent again
            once = issued.results == 0
            issued.results += 1
            yield Ruling("commands-result-once", once, "one result", f"{issued.results}: {result}")
        about = OF_TOKENS.get(issued.name)
        if about and issued.token:
            kind = "app" if issued.token[1] in FOR_APPS else "rfid" if issued.token[1] == "RFID" else ""
            if kind:
                yield Ruling(f"commands-{about}-{kind}-token-not-asked", True)

    # An eMSP: it commands

    def _command(self, view: View, place: Place) -> Iterator[Ruling]:
        method, name = view.request.method, "/".join(place.rest)
        yield Ruling("commands-sent-by-post", method == "POST", "POST", method)
        if method != "POST":
            return
        yield Ruling("commands-url-names-command", name in COMMANDS, " or ".join(sorted(COMMANDS)), name)
        body = view.request.json
        if name not in COMMANDS or not isinstance(body, dict):
            return
        url = body.get("response_url")
        if isinstance(url, str):
            new = (view.party.name, url) not in self._urls
            yield Ruling("commands-response-url-unique", new, "a URL of its own", f"{url}, used before")
            if view.succeeded:  # what was not taken may be sent again
                self._urls.add((view.party.name, url))
        if name in OF_TOKENS:
            yield from _owner(view, name, body.get("token"))
        if name == "START_SESSION":
            yield from _connector(view, body)
        elif name == "RESERVE_NOW":
            yield from self._reservation(view, body)

    def _reservation(self, view: View, body: Object) -> Iterator[Ruling]:
        """Its id stands for one Location; it ends in the future."""
        identifier, location_id = body.get("reservation_id"), body.get("location_id")
        if isinstance(identifier, str) and isinstance(location_id, str):
            key, here = (view.party.name, identifier.casefold()), location_id.casefold()
            others = [known for known in self._reserved if known != key and known[0] == key[0]]
            first = self._reserved.setdefault(key, here)
            if first != here or others:
                yield Ruling(
                    "commands-reservation-id-unique",
                    first == here,
                    f"{identifier} for Location {first} only",
                    f"also for {location_id}",
                )
        expiry = clock.parse(str(body.get("expiry_date")))
        if expiry is not None:
            ahead = expiry > view.exchange.started - SKEW
            expected = f"later than {clock.stamp(view.exchange.started)}"
            yield Ruling("commands-reserve-expiry-ahead", ahead, expected, clock.stamp(expiry))


def _is_command(endpoint_id: str) -> bool:
    return endpoint_id.startswith("commands.receiver.")


def _tail(url: str) -> str:
    """Path and query of a URL, decoded: what its host is called is not always told to who serves it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = "&".join(f"{name}={value}" for name, value in parse_qsl(parts.query, keep_blank_values=True))
    return f"{unquote(parts.path)}?{query}" if query else unquote(parts.path)


def _as_given(holds: bool, exchange: Exchange) -> Ruling:
    return Ruling(
        "commands-result-url-as-given", holds, "the response_url of a command", _tail(exchange.request.url)
    )


def _token_of(body: Object) -> tuple[str, str] | None:
    token = body.get("token")
    if not isinstance(token, dict):
        return None
    return str(token.get("uid")).casefold(), str(token.get("type"))


def _issue(view: View, body: Object, name: str) -> Issued:
    """A command with its answer."""
    data = view.data if view.succeeded and isinstance(view.data, dict) else {}
    unreadable = "" if view.succeeded else str(Answer(view.exchange))
    timeout = data.get("timeout")
    began = view.exchange.started
    return Issued(
        name=name,
        result=str(data.get("result") or unreadable),
        timeout_s=timeout if isinstance(timeout, int) and not isinstance(timeout, bool) else None,
        sent=began,
        answered=began + timedelta(seconds=view.exchange.elapsed_s),
        token=_token_of(body),
        location_id=str(body.get("location_id", "")).casefold(),
    )


def _spared(issued: Issued, kind: str, question: Exchange) -> Iterator[Ruling]:
    """A real-time authorization of a Token that came with a command before."""
    about = OF_TOKENS.get(issued.name)
    found = f"{question.request.method} {_tail(question.request.url)}"
    expected = f"no question about the Token of {issued.name}"
    if about and kind in FOR_APPS:
        yield Ruling(f"commands-{about}-app-token-not-asked", False, expected, found)
    elif about and kind == "RFID" and question.started - issued.sent < CARD_REST:
        place = question.request.json
        location_id = place.get("location_id") if isinstance(place, dict) else None
        if str(location_id).casefold() == issued.location_id:  # elsewhere the card may be asked about
            yield Ruling(f"commands-{about}-rfid-token-not-asked", False, expected, found)


def _owner(view: View, name: str, token: Any) -> Iterator[Ruling]:
    """The Token is one of the IUT's own; a hub passes on those of others."""
    own = {
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "EMSP"
    }
    if not own or view.is_hub or not isinstance(token, dict):
        return
    owner = (str(token.get("country_code")), str(token.get("party_id")))
    holds = (owner[0].casefold(), owner[1].casefold()) in own
    expected = " or ".join(sorted(" ".join(known) for known in own)).upper()
    yield Ruling(f"commands-{OF_TOKENS[name]}-token-own", holds, expected, " ".join(owner))


def _connector(view: View, body: Object) -> Iterator[Ruling]:
    """At some EVSEs a connector has to be named."""
    wanted = str(body.get("location_id")).casefold(), str(body.get("evse_uid")).casefold()
    for location in view.party.store.own("locations"):
        for evse in location.get("evses") or ():
            here = (str(location["id"]).casefold(), str(evse["uid"]).casefold())
            if here == wanted and NEEDS_CONNECTOR in (evse.get("capabilities") or ()):
                holds = body.get("connector_id") is not None
                yield Ruling(
                    "commands-start-connector-where-required", holds, "a connector_id", "no connector_id"
                )


__all__ = ["Commands"]
