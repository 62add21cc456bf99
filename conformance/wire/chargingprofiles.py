"""Charging profiles on the wire: what is asked for, what comes of it and when, and what a profile has within itself."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ...simulators.answering import Place, locate
from ...simulators.calling import Answer
from ...simulators.exchange import Exchange, Request
from .ruling import Ruling, View

MODULE = "chargingprofiles"
SET = "chargingprofiles.receiver.set"
UPDATE = "chargingprofiles.sender.update"
USEFUL_S = (300, 3600)
"""How long an update should look ahead (`mod_charging_profiles.asciidoc#mod_charging_profiles_msp_put_method`)."""

Object = dict[str, Any]


class ChargingProfiles:
    """Judges both sides of the module. Remembers the response URLs that the IUT has given."""

    def __init__(self) -> None:
        self._urls: set[str] = set()

    def answered(self, view: View) -> Iterator[Ruling]:
        """What the IUT says to results and updates: nothing but that it has them."""
        endpoint = view.endpoint
        if endpoint is None or (endpoint.module, endpoint.interface) != (MODULE, "SENDER"):
            return
        if view.succeeded:
            data = view.response.envelope.get("data")
            slug = (
                "chargingprofiles-update-answer-without-data"
                if endpoint.id == UPDATE
                else "chargingprofiles-result-answer-without-data"
            )
            yield Ruling(slug, data is None, "no data", type(data).__name__)

    def requested(self, view: View) -> Iterator[Ruling]:
        """What the IUT asks of our sessions, and what it tells of its own."""
        place = locate(view.party, view.request)
        if place is None or place.module != MODULE:
            return
        yield from _profile(_profile_in(view.request.json))
        if place.interface == "RECEIVER":
            yield from self._asked(view, place)
        elif view.request.method == "POST":
            yield from _outcome(view, place)
        elif view.endpoint is not None and view.endpoint.id == UPDATE:
            yield from _update(view, place)

    def _asked(self, view: View, place: Place) -> Iterator[Ruling]:
        """A request about a session of ours."""
        if view.endpoint is None:
            return
        sessions = {str(session["id"]).casefold() for session in view.party.store.own("sessions")}
        named = place.rest[0]
        yield Ruling(
            "chargingprofiles-request-names-session",
            named.casefold() in sessions,
            "the id of one of our sessions",
            named,
        )
        url = response_url(view.request)
        if view.request.method == "GET":
            duration = view.request.query.get("duration", "")
            holds = duration.isascii() and duration.isdigit()
            yield Ruling("chargingprofiles-get-has-duration", holds, "whole seconds", duration or "none")
        if view.request.method != "PUT":
            holds = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).netloc)
            yield Ruling("chargingprofiles-request-has-response-url", holds, "an absolute URL", url or "none")
        if url:
            new = url not in self._urls
            yield Ruling(
                "chargingprofiles-response-url-unique", new, "a URL of its own", f"{url}, used before"
            )
            if view.succeeded:  # what was not taken may be sent again
                self._urls.add(url)


def response_url(request: Request) -> str:
    """Where the outcome of a request is wanted; empty where it doesn't say so."""
    if request.method != "PUT":
        return request.query.get("response_url", "")
    url = request.json.get("response_url") if isinstance(request.json, dict) else None
    return url if isinstance(url, str) else ""


def _outcome(view: View, place: Place) -> Iterator[Ruling]:
    """A result that came to us: to the URL that was given, because a request was accepted, in time."""
    asked = _ours(view, f"{MODULE}.receiver.*")
    given = [response_url(exchange.request) for exchange in asked]
    yield Ruling(
        "chargingprofiles-outcome-to-given-url",
        any(same(url, view.request.url) for url in given),
        "a response_url as it was given",
        view.request.url,
    )
    cause = next(
        (
            exchange
            for exchange, url in zip(asked, given, strict=True)
            if url and _segments(url)[-2:] == place.rest[-2:]
        ),
        None,
    )
    if cause is None or cause.response is None:
        return
    cause_answer = Answer(cause)
    data = cause_answer.data if isinstance(cause_answer.data, dict) else {}
    result, timeout = data.get("result"), data.get("timeout")
    if result is None and cause_answer.accepted:
        return  # the judge of schemas has what is wrong with that answer
    yield Ruling(
        "chargingprofiles-outcome-only-if-accepted", result == "ACCEPTED", "an answer ACCEPTED", str(result)
    )
    if isinstance(timeout, int):
        answered = cause.started + timedelta(seconds=cause.elapsed_s)
        late = (view.exchange.started - answered).total_seconds()
        yield Ruling(
            "chargingprofiles-outcome-in-time", late <= timeout, f"within {timeout} s", f"after {late:.3f} s"
        )
    asked_s, profile = cause.request.query.get("duration", ""), _profile_in(view.request.json)
    if asked_s.isdigit() and profile:
        told_s = profile.get("duration")  # left out it goes on for ever, which is no more than can be known
        holds = not isinstance(told_s, int) or told_s <= int(asked_s)
        yield Ruling("chargingprofiles-active-length", holds, f"at most {asked_s} s", f"{told_s} s")


def _update(view: View, place: Place) -> Iterator[Ruling]:
    """An ActiveChargingProfile that nobody asked for: only who has set a profile gets it."""
    session_id = place.rest[0].casefold()
    before = [
        exchange
        for exchange in _ours(view, SET)
        if exchange.started <= view.exchange.started and _last(exchange.request.url).casefold() == session_id
    ]
    yield Ruling(
        "chargingprofiles-update-only-after-set",
        any(_accepted(exchange) for exchange in before),
        "a profile that we have set on the session before",
        f"{len(before)} tries to set one, none ACCEPTED",
    )
    profile = _profile_in(view.request.json)
    if profile:
        duration, (least, most) = profile.get("duration"), USEFUL_S
        holds = not isinstance(duration, int) or least <= duration <= most
        yield Ruling("chargingprofiles-update-duration", holds, f"{least} to {most} s", f"{duration} s")


def _ours(view: View, endpoint: str) -> list[Exchange]:
    """What this party of ours has asked for in the run, the newest first."""
    return view.party.journal.all(endpoint=endpoint, direction="sent", party=view.party.name)[::-1]


def _accepted(exchange: Exchange) -> bool:
    data = Answer(exchange).data
    return isinstance(data, dict) and data.get("result") == "ACCEPTED"


def same(first: str, second: str) -> bool:
    """Whether two URLs are the same but for their percent-encoding."""
    one, other = urlsplit(first), urlsplit(second)
    return _segments(first) == _segments(second) and parse_qsl(one.query) == parse_qsl(other.query)


def _segments(url: str) -> tuple[str, ...]:
    return tuple(unquote(segment) for segment in urlsplit(url).path.split("/") if segment)


def _last(url: str) -> str:
    return (_segments(url) or ("",))[-1]


def _profile_in(body: Any) -> Object:
    """The ChargingProfile in a body, wherever it stands there; empty where there is none."""
    for name in ("profile", "charging_profile"):
        inner = body.get(name) if isinstance(body, dict) else None
        body = inner if isinstance(inner, dict) else body
    return body if isinstance(body, dict) and "charging_rate_unit" in body else {}


def _digits(number: float) -> int:
    """How many digits a number has behind the point, zeros at its end left off."""
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _profile(profile: Object) -> Iterator[Ruling]:
    """What a ChargingProfile has within itself."""
    rows = profile.get("charging_profile_period")
    periods = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    rates = [profile.get("min_charging_rate"), *(period.get("limit") for period in periods)]
    numbers = [rate for rate in rates if isinstance(rate, (int, float)) and not isinstance(rate, bool)]
    if numbers:
        fine = [rate for rate in numbers if _digits(rate) > 1]
        shown = ", ".join(map(str, fine))
        yield Ruling("chargingprofiles-one-decimal", not fine, "at most one digit behind the point", shown)
    starts = [start for period in periods if isinstance(start := period.get("start_period"), int)]
    if starts and len(starts) == len(periods):
        holds = starts[0] >= 0 and all(first < second for first, second in pairwise(starts))
        yield Ruling(
            "chargingprofiles-periods-in-order", holds, "each start after the one before", str(starts)
        )


__all__ = ["ChargingProfiles", "response_url", "same"]
