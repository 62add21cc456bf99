"""Small values that the tests of the engine are made of."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import orjson
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.ledger import Ledger
from ocpi_conformance.conformance.requirement import Requirement
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.trigger import Trigger, Triggered
from ocpi_conformance.conformance.wire import WireJudge
from ocpi_conformance.reports.result import Verdict, VerdictRow
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of, locate
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.connection import Role, authorization
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.party import Limits, Party
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.samples import Samples


def a_requirement(slug: str = "locations-a", **values: Any) -> Requirement:
    """A requirement of the locations module."""
    row = {"level": "MUST", "keyword": "SHALL", "anchor": "mod.asciidoc#x", "duty": "Does it.", **values}
    return Requirement(
        slug=slug, module=values.pop("module", "locations"), **{k: v for k, v in row.items() if k != "module"}
    )


def an_answer(*, status: int | None = 200, number: int = 7, fault: str = "") -> Answer:
    """The answer to a GET; without a status no response came."""
    response = None if status is None else Response(headers=(), body=b'{"status_code":1000}', status=status)
    exchange = Exchange(
        id=number,
        direction="sent",
        party="peer",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=Request(method="GET", url="http://iut/x", headers=(), body=b""),
        response=response,
        fault=fault,
    )
    return Answer(exchange)


def a_row(requirement: str = "locations-a", verdict: Verdict = Verdict.PASS, **values: Any) -> VerdictRow:
    """A judgement as it stands in the record."""
    row = {
        "level": "MUST",
        "module": "locations",
        "duty": "Does it.",
        "scenario": "s",
        "check": "c",
        **values,
    }
    return VerdictRow(requirement=requirement, verdict=verdict, **row)


OK = {"status_code": 1000}
IDS = {
    "X-Request-ID": "5f5f5b8a-3f6e-4b53-8a51-2f6d0a7f0001",
    "X-Correlation-ID": "5f5f5b8a-3f6e-4b53-8a51-2f6d0a7f0002",
}
US, THEM = ("NL", "TS1"), ("DE", "IUT")
OPPOSITE = {"CPO": "EMSP", "EMSP": "CPO"}
_PARTIES = {"CPO": Cpo, "EMSP": Emsp}
_DEFAULT: Any = object()


def a_peer(role: str, *, parties: int = 2) -> Cpo | Emsp:
    """A party of ours that is served nowhere, with one party or two."""
    roles = [
        Role(role=role, country_code="NL", party_id=f"TS{number}", name="Ours")
        for number in range(1, parties + 1)
    ]
    return _PARTIES[role](name="peer", roles=roles, base_url="http://peer", verify=False)


def routing(sender: tuple[str, str], receiver: tuple[str, str]) -> dict[str, str | None]:
    """The routing headers of a message from one party to another."""
    return {
        "OCPI-from-country-code": sender[0],
        "OCPI-from-party-id": sender[1],
        "OCPI-to-country-code": receiver[0],
        "OCPI-to-party-id": receiver[1],
    }


class Spoken:
    """What the wire judge said of some messages."""

    def __init__(self, ledger: Ledger) -> None:
        judgements = [entry.judgement for entry in ledger.entries()]
        self.met = {found.slug for found in judgements if found.verdict is Verdict.PASS}
        self.broken = {found.slug for found in judgements if found.verdict is not Verdict.PASS}
        self.verdicts = {found.slug: found.verdict for found in judgements if found.slug in self.broken}
        self.all = self.met | self.broken


class Wire:
    """A wire judge that selects every requirement, between a peer of ours and an IUT of a role.

    Messages are right unless told otherwise. Of headers a None leaves one out.
    """

    def __init__(
        self, role: str = "CPO", *, parties: int = 2, iut_roles: Sequence[Role] | None = None
    ) -> None:
        self.peer = a_peer(OPPOSITE[role], parties=parties)
        self.ledger = Ledger()
        self.token = self.peer.connections.invite("a-token-of-ours").token_in
        self.judge = WireJudge(
            ledger=self.ledger,
            selected={found.slug: found for found in load()},
            parties={self.peer.name: self.peer},
            version="2.2.1",
        )
        known = Role(role=role, country_code=THEM[0], party_id=THEM[1], name="Theirs")
        self.judge.iut_roles = (known,) if iut_roles is None else tuple(iut_roles)
        self.samples = Samples(seed=7, country_code=THEM[0], party_id=THEM[1])
        self._numbers = count(1)

    @property
    def spoken(self) -> Spoken:
        return Spoken(self.ledger)

    def answered(
        self,
        endpoint: str | None,
        data: Any = _DEFAULT,
        *,
        status: int | None = 200,
        envelope: Mapping[str, Any] | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        asked: Mapping[str, str | None] | None = None,
        body: Any = _DEFAULT,
        url: str = "http://iut/x",
    ) -> Spoken:
        """Judge an answer of the IUT to a request of ours; without a status none came."""
        row = endpoints("2.2.1").get(endpoint) if endpoint else None
        routed = row is not None and row.functional
        sent = {**IDS, **(routing(US, THEM) if routed else {}), **(asked or {})}
        back = {"Content-Type": "application/json", **IDS, **(routing(THEM, US) if routed else {})}
        if row is not None and row.paged:
            back |= {"X-Total-Count": "1", "X-Limit": "50"}
        content = {**OK, "timestamp": clock.stamp(clock.now()), **(envelope or {})}
        if data is not _DEFAULT:
            content["data"] = data
        response = Response(
            headers=_pairs({**back, **(headers or {})}),
            body=orjson.dumps(content) if raw is None else raw,
            status=status or 0,
        )
        request = Request(
            method=row.method if row else "GET",
            url=url,
            headers=_pairs(sent),
            body=b"" if body is _DEFAULT else orjson.dumps(body),
        )
        return self._judge("sent", request, response if status else None, row)

    def asked(
        self,
        method: str,
        url: str,
        body: Any = _DEFAULT,
        *,
        headers: Mapping[str, str | None] | None = None,
        raw: bytes | None = None,
        status: int = 200,
    ) -> Spoken:
        """Judge a request of the IUT to the peer, by what follows the peer's own address or a full URL."""
        full = url if url.startswith("http") else f"http://peer/2.2.1{url}"
        content = raw if raw is not None else b"" if body is _DEFAULT else orjson.dumps(body)
        number = next(self._numbers)
        sent: dict[str, str | None] = {
            "Authorization": authorization(self.token),
            "X-Request-ID": f"5f5f5b8a-3f6e-4b53-8a51-{number:012d}",
            "X-Correlation-ID": IDS["X-Correlation-ID"],
        }
        if content:
            sent["Content-Type"] = "application/json"
        request = Request(method=method, url=full, headers=(), body=content)
        place = locate(self.peer, request)
        if place is not None and place.interface:
            sent |= routing(THEM, US)
        request = Request(method=method, url=full, headers=_pairs({**sent, **(headers or {})}), body=content)
        response = Response(headers=(), body=orjson.dumps(OK), status=status)
        return self._judge("received", request, response, endpoint_of(self.peer, request))

    def push(self, module: str, path: str, body: Any, *, method: str = "PUT", **options: Any) -> Spoken:
        """Judge a push of the IUT to our receiver interface of a module."""
        return self.asked(method, f"/receiver/{module}/{path}", body, **options)

    def _judge(self, direction: Any, request: Request, response: Response | None, endpoint: Any) -> Spoken:
        self.judge.judge(
            Exchange(
                id=next(self._numbers),
                direction=direction,
                party=self.peer.name,
                scenario="s",
                started=clock.now(),
                elapsed_s=0.01,
                request=request,
                response=response,
                fault="" if response else "refused",
                endpoint=endpoint,
            )
        )
        return self.spoken


def _pairs(headers: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers.items() if value is not None)


class PartyTrigger(Trigger):
    """Makes a party in this process act."""

    kind = "party"

    def __init__(self, party: Party) -> None:
        self._party = party

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        connection = self._party.connections.with_party(
            asked["peer"]["country_code"], asked["peer"]["party_id"]
        )
        try:
            data = self._party.act(action, connection, asked["parameters"])  # type: ignore[arg-type]
        except KeyError as error:
            return Triggered(outcome="unsupported", detail=str(error))
        except Exception as error:
            return Triggered(outcome="failed", detail=str(error))
        return Triggered(outcome="done", data=data)


@contextmanager
def a_bench(
    role: str = "CPO",
    *,
    limits: Limits | None = None,
    trigger: Trigger | None = None,
    token: str | None = None,
    **settings: Any,
) -> Iterator[tuple[Bench, Cpo | Emsp]]:
    """A bench and, as its IUT, a reference party in this process, served on the same free port."""
    iut = _PARTIES[role](
        name="iut",
        roles=[Role(role=role, country_code="DE", party_id="IUT", name="Theirs")],
        limits=limits or Limits(page=2, locations=5, tokens=5, tariffs=1, sessions=1, cdrs=1),
        verify=False,
    )
    iut.furnish()
    claim = Claim.default(role, "2.2.1")
    selection = load().select(claim)
    bench = Bench(
        settings=Settings(role=role, insecure=True, patience_s=2, **settings),
        claim=claim,
        catalogue=load(),
        selection=selection,
        selected=selection.applicable,
        trigger=trigger or PartyTrigger(iut),
        versions_url="",
        token_a=token or iut.connections.invite().token_in,
    )
    bench.server.add(iut)
    bench.versions_url = iut.versions_url
    try:
        with bench:
            yield bench, iut
    finally:
        iut.settle()
        iut.close()
