"""The judge of every exchange on commands: results, questions about their Tokens, and how they are sent."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.wire.commands import Commands
from ocpi_conformance.conformance.wire.ruling import Ruling, View
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.samples import Samples

BEGIN = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
CHARGERS = (Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers"),)
DRIVERS = (Role(role="EMSP", country_code="NL", party_id="MSP", name="Drivers"),)
SAMPLES = Samples(7, country_code="NL", party_id="MSP", now=clock.now)
APP, CARD = SAMPLES.token(type="APP_USER"), SAMPLES.token(type="RFID")
LOCATION = {"location_id": "LOC1"}


class Talk:
    """Exchanges of one run, a second apart, with all that was said of them."""

    def __init__(self, party: Cpo | Emsp, roles: tuple[Role, ...]) -> None:
        self.party, self.roles, self.judge = party, roles, Commands()
        self.ids = itertools.count(1)
        self.at = BEGIN
        self.rulings: list[Ruling] = []

    def take(self, request: Request, answer: Any, *, sent: str = "", status: int = 200) -> None:
        """Judge one exchange; `sent` is the endpoint of a call of ours."""
        exchange = Exchange(
            id=next(self.ids),
            direction="sent" if sent else "received",
            party=self.party.name,
            scenario="s",
            started=self.at,
            elapsed_s=0.1,
            request=request,
            response=Response(headers=(), body=orjson.dumps(answer), status=status),
            endpoint=endpoints("2.2.1").get(sent) if sent else endpoint_of(self.party, request),
        )
        self.at += timedelta(seconds=1)
        view = View(exchange, self.party, "2.2.1", self.roles)
        self.rulings += self.judge.answered(view) if sent else self.judge.requested(view)

    def get(self) -> None:
        """Something else that we ask, so that nothing is open any more."""
        self.take(request("GET", "http://iut/locations"), {"status_code": 1000}, sent="locations.sender.list")

    @property
    def broken(self) -> set[str]:
        return slugs(self.rulings, holds=False)

    @property
    def met(self) -> set[str]:
        return slugs(self.rulings, holds=True) - self.broken


def slugs(rulings: Iterable[Ruling], *, holds: bool) -> set[str]:
    return {ruling.slug.removeprefix("commands-") for ruling in rulings if ruling.holds is holds}


def request(method: str, url: str, body: Any = None) -> Request:
    return Request(method=method, url=url, headers=(), body=b"" if body is None else orjson.dumps(body))


@pytest.fixture
def cpo() -> Talk:
    """We are an eMSP; the IUT is a CPO."""
    party = Emsp(
        name="emsp",
        roles=[Role(role="EMSP", country_code="NL", party_id="MSP", name="Peer")],
        base_url="http://peer",
        verify=False,
    )
    return Talk(party, CHARGERS)


@pytest.fixture
def emsp() -> Talk:
    """We are a CPO; the IUT is an eMSP."""
    party = Cpo(
        name="cpo",
        roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="Peer")],
        base_url="http://peer",
        verify=False,
    )
    return Talk(party, DRIVERS)


def command(
    talk: Talk,
    name: str = "START_SESSION",
    said: str = "ACCEPTED",
    *,
    timeout: Any = 30,
    query: str = "",
    **body,
) -> str:
    """Send a command; its response URL."""
    assert isinstance(talk.party, Emsp)
    url = talk.party.new_response_url(name) + query
    answer = {"status_code": 1000, "data": {"result": said, "timeout": timeout}}
    sent = f"commands.receiver.{name.lower()}"
    talk.take(request("POST", f"http://iut/{name}", {"response_url": url, **body}), answer, sent=sent)
    return url


def result(talk: Talk, url: str, said: str = "ACCEPTED", *, status: int = 200) -> None:
    talk.take(request("POST", url, {"result": said}), {"status_code": 1000}, status=status)


def question(talk: Talk, token: dict[str, Any], place: Any = None) -> None:
    """A real-time authorization."""
    url = f"{talk.party.url('tokens', 'SENDER')}/{token['uid']}/authorize?type={token['type']}"
    talk.take(request("POST", url, place), {"status_code": 1000})


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        ([{"result": "ACCEPTED", "timeout": 30}], set()),
        ("odd", set()),
        ({"result": "REJECTED"}, {"result-only-if-accepted"}),
    ],
)
def test_a_result_is_blamed_by_an_answer_that_can_be_read(cpo: Talk, said: Any, blamed: set[str]) -> None:
    """An answer in a list of one is read; one that says nothing legible is the affair of other judges."""
    assert isinstance(cpo.party, Emsp)
    url = cpo.party.new_response_url("STOP_SESSION")
    asked = request("POST", "http://iut/STOP_SESSION", {"response_url": url})
    cpo.take(asked, {"status_code": 1000, "data": said}, sent="commands.receiver.stop_session")
    result(cpo, url)
    assert cpo.broken == blamed


def test_one_result_in_time_at_the_url_is_met(cpo: Talk) -> None:
    """What a CPO should do breaks nothing, and is spoken of."""
    result(cpo, command(cpo, query="?a=1&b=%2F", token=APP, **LOCATION))

    assert not cpo.broken
    assert {"result-url-as-given", "result-in-time", "result-once", "start-app-token-not-asked"} <= cpo.met


@pytest.mark.parametrize(("said", "broken"), [("ACCEPTED", set()), ("REJECTED", {"result-only-if-accepted"})])
def test_a_result_is_due_only_where_the_command_was_accepted(cpo: Talk, said: str, broken: set[str]) -> None:
    """A refusal is the end of it."""
    result(cpo, command(cpo, said=said))

    assert cpo.broken == broken


@pytest.mark.parametrize(
    ("timeout", "broken"), [(0, {"result-in-time"}), (1, set()), ("30", set()), (True, set()), (None, set())]
)
def test_the_stated_timeout_is_kept(cpo: Talk, timeout: Any, broken: set[str]) -> None:
    """What is no timeout is for the schema to judge."""
    result(cpo, command(cpo, timeout=timeout))

    assert cpo.broken == broken


def test_a_second_result_is_too_much(cpo: Talk) -> None:
    """A result is told once."""
    url = command(cpo)
    result(cpo, url)
    result(cpo, url, "FAILED")

    assert cpo.broken == {"result-once"}


def test_a_result_that_was_not_taken_may_come_again(cpo: Talk) -> None:
    """Our own outage blames nobody."""
    url = command(cpo)
    result(cpo, url, status=500)
    result(cpo, url)

    assert not cpo.broken


@pytest.mark.parametrize(("name", "broken"), [("RESERVE_NOW", set()), ("START_SESSION", {"result-once"})])
def test_only_a_reservation_is_withdrawn(cpo: Talk, name: str, broken: set[str]) -> None:
    """CANCELED_RESERVATION comes to the same URL, later."""
    url = command(cpo, name)
    result(cpo, url)
    result(cpo, url, "CANCELED_RESERVATION")

    assert cpo.broken == broken


@pytest.mark.parametrize("change", [lambda url: url + "x", lambda url: url.partition("?")[0]])
def test_another_url_is_wrong(cpo: Talk, change: Any) -> None:
    """The URL is taken as it was given."""
    result(cpo, change(command(cpo, query="?a=1")))

    assert cpo.broken == {"result-url-as-given"}


def test_a_url_may_be_written_otherwise(cpo: Talk) -> None:
    """Clients escape more or less than the eMSP did."""
    result(cpo, command(cpo, query="?of=a%2Fb~").replace("%2F", "/").replace("~", "%7E"))

    assert not cpo.broken
    assert "result-url-as-given" in cpo.met


@pytest.mark.parametrize("cut", [False, True])
def test_a_result_may_come_before_the_answer_is_read(cpo: Talk, cut: bool) -> None:
    """It is judged once its command is known."""
    assert isinstance(cpo.party, Emsp)
    url = cpo.party.new_response_url("STOP_SESSION")
    result(cpo, url if cut else f"{url}?a=1")
    assert not cpo.broken
    body = {"response_url": f"{url}?a=1"}
    answer = {"status_code": 1000, "data": {"result": "ACCEPTED", "timeout": 30}}
    cpo.take(request("POST", "http://iut/STOP_SESSION", body), answer, sent="commands.receiver.stop_session")

    assert cpo.broken == ({"result-url-as-given"} if cut else set())


@pytest.mark.parametrize(("name", "about"), [("START_SESSION", "start"), ("RESERVE_NOW", "reserve")])
def test_no_question_about_the_tokens_of_commands(cpo: Talk, name: str, about: str) -> None:
    """Of an app's Token never, of a card not at the same place."""
    for token in (APP, CARD):
        command(cpo, name, token=token, **LOCATION)
    question(cpo, APP)
    question(cpo, CARD, LOCATION)
    cpo.get()

    assert cpo.broken == {f"{about}-app-token-not-asked", f"{about}-rfid-token-not-asked"}


def test_cards_may_be_asked_about_elsewhere_and_later(cpo: Talk) -> None:
    """The driver may have gone on; a quarter of an hour is enough."""
    command(cpo, token=CARD, **LOCATION)
    question(cpo, CARD, {"location_id": "LOC2"})
    question(cpo, {**CARD, "type": "OTHER"}, LOCATION)
    question(cpo, CARD)
    cpo.at += timedelta(minutes=15)
    question(cpo, CARD, LOCATION)
    cpo.get()

    assert not cpo.broken


def test_a_question_is_about_the_last_command(cpo: Talk) -> None:
    """A Token that reserved and then starts is asked about for the start."""
    command(cpo, "RESERVE_NOW", token=APP, **LOCATION)
    command(cpo, "START_SESSION", token=APP, **LOCATION)
    question(cpo, APP)
    cpo.get()

    assert cpo.broken == {"start-app-token-not-asked"}


def test_a_question_before_the_command_is_none_of_its_business(cpo: Talk) -> None:
    """Only what came after can be blamed."""
    question(cpo, APP)
    command(cpo, token=APP, **LOCATION)

    assert not cpo.broken


# What an eMSP sends


def sent(talk: Talk, name: str, method: str = "POST", *, status_code: int = 1000, **body: Any) -> None:
    url = f"{talk.party.url('commands', 'RECEIVER')}/{name}"
    talk.take(request(method, url, body), {"status_code": status_code})


def starting(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"response_url": f"http://iut/{number}", "token": APP, **LOCATION, **more}


def reserving(number: int = 1, **more: Any) -> dict[str, Any]:
    more = {"expiry_date": "2026-01-01T13:00:00Z", "reservation_id": f"R{number}", **more}
    return starting(number, **more)


def test_commands_of_an_emsp_are_met(emsp: Talk) -> None:
    """What an eMSP should do breaks nothing, and is spoken of."""
    sent(emsp, "START_SESSION", **starting(1))
    sent(emsp, "RESERVE_NOW", **reserving(2))
    sent(emsp, "RESERVE_NOW", **reserving(3, location_id="LOC2"))
    sent(emsp, "RESERVE_NOW", **{**reserving(2), "response_url": "http://iut/4"})

    assert not emsp.broken
    expected = {"sent-by-post", "url-names-command", "response-url-unique", "start-token-own"}
    assert expected | {"reserve-token-own", "reservation-id-unique", "reserve-expiry-ahead"} <= emsp.met


@pytest.mark.parametrize(
    ("name", "body", "broken"),
    [
        ("START_SESSION", starting(token={**APP, "party_id": "XXX"}), {"start-token-own"}),
        ("RESERVE_NOW", reserving(token={**APP, "party_id": "XXX"}), {"reserve-token-own"}),
        ("RESERVE_NOW", reserving(expiry_date="2026-01-01T11:00:00Z"), {"reserve-expiry-ahead"}),
        ("start_session", starting(), {"url-names-command"}),
        ("START_SESSION", starting(token=None), set()),
        ("RESERVE_NOW", reserving(reservation_id=5, expiry_date=7), set()),
    ],
)
def test_a_command_breaks_one_duty(emsp: Talk, name: str, body: dict[str, Any], broken: set[str]) -> None:
    """Each is named alone; what the schema judges is left to it."""
    sent(emsp, name, **body)

    assert emsp.broken == broken


@pytest.mark.parametrize("name", ["START_SESSION", ""])
def test_a_method_that_there_is_not(emsp: Talk, name: str) -> None:
    """Commands are sent by POST; what is none names no command."""
    sent(emsp, name, "PUT", **starting())

    assert emsp.broken == {"sent-by-post"}


def test_a_response_url_is_used_once(emsp: Talk) -> None:
    """Two commands with one URL can't be told apart."""
    sent(emsp, "START_SESSION", **starting(1))
    sent(emsp, "START_SESSION", **starting(1))

    assert emsp.broken == {"response-url-unique"}


def test_a_command_that_was_not_taken_may_come_again(emsp: Talk) -> None:
    """It is the same command still."""
    sent(emsp, "START_SESSION", status_code=3000, **starting(1))
    sent(emsp, "START_SESSION", **starting(1))

    assert not emsp.broken


def test_a_reservation_id_stands_for_one_location(emsp: Talk) -> None:
    """At another Location it is another reservation."""
    sent(emsp, "RESERVE_NOW", **reserving(1))
    sent(emsp, "RESERVE_NOW", **{**reserving(1, location_id="LOC2"), "response_url": "http://iut/2"})

    assert emsp.broken == {"reservation-id-unique"}


@pytest.mark.parametrize(("connector", "broken"), [({"connector_id": "1"}, set()), ({}, {"connector"})])
def test_some_evses_want_a_connector(emsp: Talk, connector: dict[str, str], broken: set[str]) -> None:
    """Where the EVSE says so, a connector is named."""
    assert isinstance(emsp.party, Cpo)
    location = emsp.party.add_location(full=True)
    evse = location["evses"][0]
    emsp.party.change_evse(location, evse["uid"], {"capabilities": ["START_SESSION_CONNECTOR_REQUIRED"]})
    place = {"location_id": location["id"].lower(), "evse_uid": evse["uid"], **connector}
    sent(emsp, "START_SESSION", **starting(**place))

    assert emsp.broken == ({"start-connector-where-required"} if broken else set())
    assert ("start-connector-where-required" in emsp.met) is not bool(broken)


def test_a_hub_passes_on_tokens_of_others(emsp: Talk) -> None:
    """It doesn't list those for whom it speaks."""
    emsp.roles = (*DRIVERS, replace(DRIVERS[0], role="HUB"))
    sent(emsp, "START_SESSION", **starting(token={**APP, "party_id": "XXX"}))

    assert not emsp.broken
