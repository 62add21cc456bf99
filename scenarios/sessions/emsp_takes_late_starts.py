"""Sessions: a charge that was given up as too late begins after all, and the eMSP is told of it."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_place
from ocpi_conformance.simulators.peculiar import begins_nothing, peculiar
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", feature="remote-start", writes=True)

START = "commands.receiver.start_session"


def test_a_session_begins_after_its_timeout(iut: Iut, cpo: Cpo, check: Check) -> None:
    """START_SESSION comes to nothing in time; then the driver plugs in, and the Session begins."""
    iut.url("commands", "SENDER")
    evse = a_place(iut, cpo)["evses"][0]
    place = {
        "location_id": a_place(iut, cpo)["id"],
        "evse_uid": evse["uid"],
        "connector_id": evse["connectors"][0]["id"],
    }
    with peculiar(cpo, begins_nothing):
        iut.act("start-session", **place)
        start = iut.sends("POST", endpoint=START)
    command = start.exchange.request.json if start.exchange else None
    whole = isinstance(command, dict) and "token" in command and isinstance(command.get("response_url"), str)
    check.requires(whole, "no whole START_SESSION came")
    assert isinstance(command, dict)
    timeout = cpo.post_result(iut.connection, command["response_url"], "TIMEOUT")
    session = cpo.begin_session(
        command["token"],
        **place,
        auth_method="COMMAND",
        authorization_reference=command.get("authorization_reference"),
    )

    put = cpo.push_session(iut.connection, session)

    check(
        "sessions-late-start-accepted",
        put.accepted,
        expected="success",
        found=put,
        evidence=[start, timeout, put],
    )
