"""The judge of what every request of the IUT must have: each duty met in all legal forms, and broken."""

import base64
from typing import Any

import pytest
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.detours import AGAIN

from tests.conformance.builders import US, Wire, routing

TOKEN = "a-token-of-ours"
LIST = "/sender/tokens"
ROUTING = dict.fromkeys(routing(US, US))
UUID = "5F5F5B8A-3F6E-4B53-8A51-2F6D0A7F0009"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def header(name: str, value: str | None) -> dict[str, Any]:
    return {"headers": {name: value}}


LEGAL: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", LIST, {}),
    ("GET", f"{LIST}/", {}),
    ("GET", f"{LIST}?date_from=2015-06-29T20:39:09Z&date_to=2015-06-29T20%3A39%3A09.2&offset=0&limit=10", {}),
    ("GET", f"{LIST}?date_from=&limit=", {}),
    ("GET", f"{LIST}?type=RFID&whatever=1", {}),
    ("GET", LIST, {"headers": {"Authorization": None, "authorization": f"Token {encoded(TOKEN)}"}}),
    ("GET", LIST, {"headers": {"X-Request-ID": None, "x-request-id": UUID}}),
    ("GET", LIST, {"headers": routing(("de", "iut"), ("nl", "ts2"))}),
    ("GET", LIST, {"status": 503}),
    ("GET", "http://peer/versions", {}),
    ("GET", "http://peer/versions/", {}),
    ("GET", "", {}),
    ("GET", "/credentials", {}),
    ("DELETE", "/credentials", header("Content-Type", "application/json")),
    ("DELETE", "/credentials", {"status": 405}),
    ("GET", "/credentials/", {"status": 401}),
    ("GET", "/tokens", {"status": 401}),
]


@pytest.mark.parametrize(("method", "url", "options"), LEGAL)
def test_legal_requests_break_nothing(method: str, url: str, options: dict[str, Any]) -> None:
    """Whatever the text allows is met."""
    spoken = Wire("EMSP" if "receiver" in url else "CPO").asked(method, url, **options)

    assert spoken.broken == set()
    assert "transport-client-authorization-right-token" in spoken.met


def test_a_token_that_we_named_in_wrong_credentials_is_ours() -> None:
    """Whoever takes such Credentials presents what they say."""
    wire = Wire("CPO")
    wire.peer.connections.named.add("wrong")

    spoken = wire.asked("GET", "http://peer/versions", **header("Authorization", f"Token {encoded('wrong')}"))

    assert "transport-client-authorization-right-token" in spoken.met
    assert "wrong" not in wire.peer.connections.issued


BROKEN: list[tuple[str, str, dict[str, Any], str]] = [
    ("GET", LIST, header("Authorization", None), "transport-client-authorization-present"),
    ("GET", LIST, header("Authorization", f"Bearer {encoded(TOKEN)}"), "transport-client-authorization-scheme"),
    ("GET", LIST, header("Authorization", f"Token  {encoded(TOKEN)}"), "transport-client-authorization-scheme"),
    ("GET", LIST, header("Authorization", encoded(TOKEN)), "transport-client-authorization-scheme"),
    ("GET", LIST, header("Authorization", f"Token {TOKEN}"), "transport-client-authorization-encoded"),
    ("GET", LIST, header("Authorization", "Token e30"), "transport-client-authorization-encoded"),
    ("GET", LIST, header("Authorization", f"Token {encoded(TOKEN + chr(10))}"),
     "transport-client-authorization-no-newline"),
    ("GET", LIST, header("Authorization", f"Token {encoded('made up')}"), "transport-client-authorization-right-token"),
    ("GET", LIST, header("X-Request-ID", None), "transport-client-request-id-present"),
    ("GET", LIST, header("X-Request-ID", ""), "transport-client-request-id-present"),
    ("GET", LIST, header("X-Correlation-ID", None), "transport-client-correlation-id-present"),
    ("GET", LIST, header("X-Request-ID", "17"), "transport-client-ids-are-uuids"),
    ("GET", LIST, header("X-Correlation-ID", f"{{{UUID}}}"), "transport-client-ids-are-uuids"),
    ("GET", LIST, {"headers": ROUTING}, "transport-client-routing-present"),
    ("GET", LIST, header("OCPI-from-party-id", None), "transport-client-routing-present"),
    ("GET", LIST, header("OCPI-to-party-id", "TS9"), "transport-client-routing-to"),
    ("GET", LIST, header("OCPI-to-country-code", "DE"), "transport-client-routing-to"),
    ("GET", LIST, header("OCPI-from-party-id", "XXX"), "transport-client-routing-from"),
    ("GET", "http://peer/versions", header("OCPI-to-party-id", "TS1"), "transport-client-routing-absent-configuration"),
    ("GET", "/credentials", {"headers": routing(US, US)}, "transport-client-routing-absent-configuration"),
    ("GET", "/tokens", {"status": 404}, "versions-client-uses-listed-urls"),
    ("GET", "http://peer/ocpi/versions", {"status": 404}, "versions-client-uses-listed-urls"),
    ("GET", "http://peer/2.1.1/credentials", {"status": 404}, "versions-client-uses-listed-urls"),
    ("GET", "/receiver/tokens", {"status": 404}, "versions-client-uses-listed-urls"),
    ("GET", f"{LIST}?date_from=2015-06-29", {}, "paging-client-parameters-valid"),
    ("GET", f"{LIST}?date_to=2015-06-29T20:39:09%2B00:00", {}, "paging-client-parameters-valid"),
    ("GET", f"{LIST}?offset=-1", {}, "paging-client-parameters-valid"),
    ("GET", f"{LIST}?limit=all", {}, "paging-client-parameters-valid"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "url", "options", "slug"), BROKEN)
def test_each_fault_breaks_one_duty(method: str, url: str, options: dict[str, Any], slug: str) -> None:
    """One fault, one duty, and no other is blamed with it."""
    assert Wire().asked(method, url, **options).broken == {slug}


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("APPLICATION/JSON", True),
        ("text/plain", False),
        (None, False),
    ],
)
def test_bodies_are_announced_as_json(kind: str | None, holds: bool) -> None:
    """With parameters or without; what has no body needs no announcement."""
    wire = Wire()
    body = wire.samples.session()

    spoken = wire.push("sessions", f"DE/IUT/{body['id']}", body, headers={"Content-Type": kind})

    assert ("transport-client-content-type" in spoken.met) is holds
    assert ("transport-client-content-type" in spoken.broken) is not holds


def test_a_request_id_is_new_each_time() -> None:
    """Seen twice it breaks the duty, whichever URL it was sent to; the correlation id may come again."""
    wire = Wire()

    assert wire.asked("GET", LIST, headers={"X-Request-ID": UUID}).broken == set()
    assert wire.asked("GET", "/credentials", headers={"X-Request-ID": UUID}).broken == {
        "transport-client-request-id-unique"
    }


def test_a_redirect_within_our_host_may_be_followed_with_the_same_request_id() -> None:
    """The text says nothing of redirects, and it was ours."""
    wire = Wire()
    wire.asked("GET", LIST, headers={"X-Request-ID": UUID})

    assert wire.asked("GET", f"{LIST}?{AGAIN}", headers={"X-Request-ID": UUID}).broken == set()


def test_our_own_request_ids_are_not_held_against_it() -> None:
    """An IUT that passes on the id of a request of ours has not used it before."""
    wire = Wire()
    wire.answered(
        "credentials.get",
        envelope={"status_code": 2000},
        asked={"X-Request-ID": UUID},
        headers={"X-Request-ID": UUID},
    )

    assert wire.asked("GET", LIST, headers={"X-Request-ID": UUID}).broken == set()


def test_what_is_refused_for_its_token_is_not_judged_by_its_routing() -> None:
    """Behind a 401 nobody has looked at the rest."""
    assert not {
        slug for slug in Wire().asked("GET", LIST, status=401, headers=ROUTING).all if "routing" in slug
    }


def test_between_two_platforms_of_one_party_each_routing_may_be_left_out() -> None:
    """Yet what is sent is judged."""
    assert "transport-client-routing-present" not in Wire(parties=1).asked("GET", LIST, headers=ROUTING).all
    wrong = {"headers": {"OCPI-to-party-id": "TS2"}}
    assert Wire(parties=1).asked("GET", LIST, **wrong).broken == {"transport-client-routing-to"}


def test_a_hub_speaks_for_others() -> None:
    """A hub lists only itself: whose requests it passes on can't be told from its roles."""
    hub = Role(role="HUB", country_code="DE", party_id="HUB", name="Hub")

    assert Wire(iut_roles=[hub]).asked("GET", LIST).broken == set()


def test_before_it_said_who_it_is_nothing_is_said_of_its_name() -> None:
    """Without roles there is nothing to compare with."""
    assert "transport-client-routing-from" not in Wire(iut_roles=[]).asked("GET", LIST).all


@pytest.mark.parametrize(
    ("path", "slugs"),
    [
        ("DE/IUT/{id}", set()),
        ("de/iut/{id}", set()),
        ("/DE/IUT/{id}", {"transport-client-joins-urls"}),
        ("IUT/DE/{id}", {"transport-client-owned-url", "tariffs-push-url-own-party"}),
        ("DE/IUT/other", {"transport-client-owned-url"}),
    ],
)
def test_client_owned_objects_go_to_their_own_url(path: str, slugs: set[str]) -> None:
    """Owner and id in the URL are those of the object; segments are joined with one slash."""
    wire = Wire()
    tariff = wire.samples.tariff()

    assert wire.push("tariffs", path.format(id=tariff["id"]), tariff).broken == slugs


def test_a_part_of_an_object_need_not_name_its_owner() -> None:
    """A PATCH without the ids says nothing of the URL."""
    patch = {"status": "COMPLETED", "last_updated": "2024-01-01T00:00:00Z"}

    spoken = Wire().push("sessions", "DE/IUT/S1", patch, method="PATCH")

    assert spoken.broken == set()
    assert "transport-client-owned-url" not in spoken.all
