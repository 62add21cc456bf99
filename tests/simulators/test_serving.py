"""Serving on sockets: addresses, limits, TLS."""

import socket
from contextlib import suppress

import pytest
from ocpi_conformance.simulators import allowance as allowing
from ocpi_conformance.simulators import serving
from ocpi_conformance.simulators.allowance import Allowance
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.journal import Journal
from ocpi_conformance.simulators.raw import RawCaller
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.serving import Server, ServingError


def test_parties_share_a_server_under_their_names(make_cpo, server):
    first, second = make_cpo(), make_cpo()
    assert first.base_url == f"{server.origin}/{first.name}"
    for party in (first, second):
        token = party.connections.invite().token_in
        assert party.get_versions(party.versions_url, token=token).data[0]["url"] == f"{party.base_url}/2.2.1"


def test_where_no_party_is_there_is_404(make_cpo, server):
    answer = make_cpo().call("GET", f"{server.origin}/nobody/versions")
    assert (answer.http_status, answer.envelope) == (404, {})


def test_a_request_that_is_too_large_is_not_read(make_cpo, monkeypatch):
    monkeypatch.setattr(serving, "MAX_REQUEST_BYTES", 1000)
    cpo = make_cpo()
    token = cpo.connections.invite().token_in
    answers = [
        cpo.call("POST", cpo.url("credentials"), token=token, raw=b"x" * size) for size in (1001, 1000)
    ]
    assert [answer.http_status for answer in answers] == [413, 400]
    assert cpo.call("POST", cpo.url("credentials"), raw=b"x" * 1001).http_status == 401
    assert cpo.journal.all("POST", direction="received")[0].request.body == b""


def test_a_head_that_is_too_long_is_refused_and_the_connection_closed(make_cpo, server):
    raw, cpo = RawCaller(journal=Journal()), make_cpo()
    for size in (70_000, 200_000):
        found = raw.send("GET", cpo.versions_url, headers=[("X-Request-ID", "x" * size)])
        assert found.response.status == 431
    assert raw.send("GET", cpo.versions_url, headers=[("X-Request-ID", "x" * 16_000)]).response.status == 401
    assert cpo.call("GET", cpo.versions_url).http_status == 401


def test_what_is_no_path_leads_nowhere(make_cpo, server):
    raw, cpo = RawCaller(journal=Journal()), make_cpo()
    statuses = {
        target: raw.send("GET", cpo.versions_url, target=target).response.status
        for target in ("*", "//", "/", f"//{cpo.name}/versions", f"/%00/{cpo.name}", f"/./{cpo.name}")
    }
    assert set(statuses.values()) <= {400, 401, 404}


@pytest.mark.parametrize("bind", ["", "8000", "localhost:", "localhost:http", "localhost:99999", ":80x"])
def test_an_address_that_is_none_says_how_to_write_one(bind: str):
    with pytest.raises(ServingError, match="write HOST:PORT"):
        Server(bind=bind)


def test_an_address_in_use_is_named(server):
    with pytest.raises(ServingError, match=f"can't listen on 127.0.0.1:{server.port}"):
        Server(bind=f"127.0.0.1:{server.port}")


def test_a_public_url_is_what_parties_call_themselves():
    server = Server(public_url="https://peer.example/ocpi/")
    cpo = Cpo(name="cpo", roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="")])
    server.add(cpo)
    assert cpo.versions_url == "https://peer.example/ocpi/cpo/versions"
    server.stop()
    cpo.close()


def test_an_ipv6_address_is_written_in_brackets():
    server = Server(bind="[::1]:0")
    assert server.origin == f"http://[::1]:{server.port}"
    server.stop()


def test_other_applications_are_mounted_beside_parties(make_cpo, server):
    async def hello(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    server.mount("hello", hello)
    answer = make_cpo().call("GET", f"{server.origin}/hello/x")
    assert answer.exchange.response.body == b"hello"


def test_parties_register_over_tls_and_check_certificates(tmp_path):
    certificate = self_signed("127.0.0.1", "localhost")
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificate.chain)
    role = {"country_code": "NL", "party_id": "ABC", "name": ""}
    with Server(certificate=certificate) as server:
        cpo = Cpo(name="cpo", roles=[Role(role="CPO", **role)], verify=str(ca))
        emsp = Emsp(name="emsp", roles=[Role(role="EMSP", **role)], verify=str(ca))
        server.add(cpo)
        server.add(emsp)
        assert server.origin.startswith("https://")
        outcome = emsp.register(cpo.versions_url, cpo.connections.invite().token_in)
        assert outcome.failure == ""
        distrustful = Emsp(name="other", roles=emsp.roles)
        refused = distrustful.register(cpo.versions_url, cpo.connections.invite().token_in)
        assert "CERTIFICATE_VERIFY_FAILED" in refused.failure
        careless = Emsp(name="careless", roles=emsp.roles, verify=False)
        token = cpo.connections.invite().token_in
        assert careless.get_versions(cpo.versions_url, token=token).accepted
    for party in (cpo, emsp, distrustful, careless):
        party.close()


def test_a_server_takes_as_much_as_it_is_allowed_to(make_cpo):
    """By number and by size; what comes beyond reaches no party, and is counted."""
    for allowance, statuses in (
        (Allowance(requests=2), [401, 401, 503, 503]),
        (Allowance(size=1500), [401, 401, 503, 503]),
    ):
        cpo = make_cpo()
        with Server(allowance=allowance) as server:
            server.add(cpo)
            found = [cpo.call("POST", cpo.url("credentials"), raw=b"x" * 1000) for _ in range(4)]
        assert [answer.http_status for answer in found] == statuses
        assert allowance.refused == 2
        assert len(cpo.journal.all(direction="received")) == 2


def test_what_is_sent_at_a_time_is_bounded(make_cpo, monkeypatch):
    monkeypatch.setattr(allowing, "AT_A_TIME", 1000)
    cpo = make_cpo()
    with Server() as server:
        server.add(cpo)
        found = [cpo.call("POST", cpo.url("credentials"), raw=b"x" * size) for size in (900, 1100, 900)]
    assert [answer.http_status for answer in found] == [401, 503, 401]


def test_connections_that_say_nothing_leave_room_for_others(make_cpo, monkeypatch):
    """Each beyond the bound is closed at once, and once the idle ones are gone there is room again."""
    monkeypatch.setattr(serving, "MAX_CONNECTIONS", 8)
    cpo = make_cpo()
    with Server() as server:
        server.add(cpo)
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(9)]
        with idle[-1] as refused:
            refused.settimeout(20)
            with suppress(ConnectionResetError):
                assert refused.recv(1) == b""
        idle[0].close()
        while cpo.call("GET", cpo.versions_url).http_status != 401:
            pass
        for connection in idle:
            connection.close()
