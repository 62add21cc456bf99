"""What the attacks of this chapter are made with: raw requests, a canary on this machine, a further party."""

import socket
from urllib.parse import urlsplit

from ocpi_conformance.conformance import Check, Iut
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.probing import Probe
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.canary import Answering, Canary
from ocpi_conformance.simulators.certificates import Certificate
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange, Response
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.raw import RawCaller

LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
GUEST = "security-guest"
TRIES = 3


def raw_caller(bench: Bench) -> RawCaller:
    """A caller that checks nothing of what it sends."""
    settings = bench.settings
    return RawCaller(
        journal=bench.journal,
        scenario=bench.scenario,
        timeout_s=settings.timeout_s,
        verify=settings.verify,
        pace=bench.pace,
    )


def canary(
    bench: Bench, check: Check, *, certificate: Certificate | None = None, answer: Answering | None = None
) -> Canary:
    """A canary on the loopback interface. The rest is INCONCLUSIVE where the IUT isn't on this machine."""
    host = bench.settings.bind.rpartition(":")[0]
    at_home = host in LOOPBACK and not bench.settings.public_url
    check.requires(
        at_home and urlsplit(bench.versions_url).hostname in (*LOOPBACK, "::1"),
        "the canary listens on the loopback interface only: test this on the machine of the IUT, with bind there",
    )
    address = host if host != "localhost" else "127.0.0.1"
    return Canary(
        host=address,
        name=_other_name(address),
        journal=bench.journal,
        scenario=bench.scenario,
        certificate=certificate,
        answer=answer,
    )


def _other_name(address: str) -> str:
    """Another name of a loopback address: many clients tell hosts apart by their names and not by their ports."""
    try:
        known = socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)
    except OSError:
        return ""
    return "localhost" if known and known[0][4][0] == address.strip("[]") else ""


def hung(exchange: Exchange) -> bool:
    """Whether no answer came in time, which is neither a refusal nor anything else."""
    return exchange.response is None and exchange.fault.startswith("TimeoutError")


def a_guest(iut: Iut, bench: Bench, check: Check) -> Credentials:
    """A further party that is registered with the IUT, the same one for all scenarios of this chapter."""
    for party in bench.parties()[1:]:
        if party.notes.get(GUEST) and party.connections.registered():
            assert isinstance(party, Credentials)
            return party
    guest = bench.new_peer(furnished=False)
    guest.register(iut.versions_url, str(iut.act("issue-token")["token"]))
    check.requires(guest.connections.registered(), "a further party could not register")
    guest.notes[GUEST] = True
    return guest


def opened(exchange: Exchange) -> bool:
    """Whether an answer is a success on both layers."""
    return exchange.response is not None and Answer(exchange).accepted


def gives_objects(exchange: Exchange) -> bool:
    """Whether an answer opens a functional module: versions and their details are open to more."""
    data = Answer(exchange).data if opened(exchange) else None
    if isinstance(data, dict):
        return bool(data) and "endpoints" not in data
    return isinstance(data, list) and not any(isinstance(item, dict) and "version" in item for item in data)


def shown(exchange: Exchange) -> str:
    """An exchange in a word or two."""
    return f"HTTP {exchange.response.status}" if exchange.response else exchange.fault


def token_in(call: Exchange) -> str:
    """The token that a call of the IUT carried, however it was written; empty where it carried none."""
    header = call.request.header("Authorization")
    return (token_of(header) or (header or "").partition(" ")[2]).rstrip("\r\n")


def known_to(party: Party, *others: str) -> set[str]:
    """The tokens that a party gave or was given: who is called by its wish learns nothing new from them."""
    return {*party.connections.issued, *party.connections.received, *others}


def goes_on(probe: Probe, peer: Party, iut: Iut) -> tuple[bool, list[Exchange]]:
    """Whether the IUT answers, at the third question at the latest; the questions.

    That it has had enough of us (HTTP 403, 429) is an answer too.
    """
    asked = []
    for _ in range(TRIES):
        answer = probe.send(peer, to=iut.connection)
        asked.append(answer.exchange)
        if answer.http_status is not None and answer.http_status < 500:
            return True, asked
    return False, asked


def unless(holds: object, text: str) -> str:
    """What was found, where that isn't just what was expected."""
    return "" if holds else text


def answered(response: Response | None) -> str:
    """All text of an answer: its headers and its body."""
    if response is None:
        return ""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    return f"{headers}\n\n{response.body.decode('utf-8', 'replace')}"
