"""A canary sings of whoever calls it."""

from collections.abc import Callable, Iterator

import pytest
from ocpi_conformance.simulators.calling import Caller, CallFault
from ocpi_conformance.simulators.canary import PARTY, Canary, plain
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.journal import Journal


@pytest.fixture
def get() -> Iterator[Callable[..., Response]]:
    """Send a GET, with `headers`, checking certificates or not."""
    callers = {verify: Caller(verify=verify) for verify in (True, False)}

    def send(url: str, *, verify: bool = True, **headers: str) -> Response:
        return callers[verify].send(Request(method="GET", url=url, headers=tuple(headers.items()), body=b""))

    yield send
    for caller in callers.values():
        caller.close()


def test_calls_are_noted_with_what_they_carried(get):
    journal = Journal()
    with Canary(journal=journal, scenario="here") as canary:
        response = get(canary.url("versions?x=1"), Authorization="Token abc")
    assert response.status == 404
    (call,) = canary.calls
    assert call.request.header("authorization") == "Token abc"
    assert call.request.url == canary.url("versions?x=1")
    assert journal.all("GET", party=PARTY, direction="received") == [call]
    assert call.scenario == "here"


def test_callers_get_what_was_said_to_be_given(get):
    with Canary(answer=lambda request: plain(302, Location=f"{request.url}/x")) as canary:
        response = get(canary.url())
    assert (response.status, response.header("Location")) == (302, canary.url() + "/x")


def test_who_guesses_the_port_alone_is_not_noted(get):
    with Canary() as canary:
        response = get(canary.origin + "/canary")
    assert (response.status, canary.calls) == (404, [])


def test_who_begins_a_handshake_and_hangs_up_is_counted(get):
    with Canary(certificate=self_signed("elsewhere.example")) as canary:
        with pytest.raises(CallFault, match="CERTIFICATE_VERIFY_FAILED"):
            get(canary.url())
        assert (canary.greetings, canary.calls) == (1, [])
        get(canary.url(), verify=False)
        assert (canary.greetings, len(canary.calls)) == (2, 1)


def test_its_urls_may_have_another_host_than_it_listens_on():
    with Canary(host="127.0.0.1", name="canary.example") as canary:
        assert canary.url("x").startswith("http://canary.example:")
