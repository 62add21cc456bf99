"""A platform with malice in all that it says: the reference party with a misbehaviour around both its sides.

It runs in the process of the test, on a socket of its own, and is triggered over HTTP as any other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from ocpi_conformance.simulators import triggering
from ocpi_conformance.simulators.certificates import Certificate
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.party import Limits, Misbehaviour, Party
from ocpi_conformance.simulators.roles import ROLES
from ocpi_conformance.simulators.serving import Server

Change = Callable[[str], str]
TRIGGER_TOKEN = "trigger-of-the-hostile"


@dataclass(frozen=True)
class Platform:
    """Where it is, and by what it is reached."""

    party: Party
    server: Server
    token: str

    @property
    def flags(self) -> list[str]:
        """What a run has to be told; the tokens are in `environ`."""
        return [
            *("--versions-url", self.party.versions_url, "--token-env", "TOKEN_OF_A_TEST"),
            *("--role", self.party.role.lower(), "--trigger-url", f"{self.server.origin}/{triggering.NAME}"),
            *("--trigger-token-env", "TRIGGER_TOKEN_OF_A_TEST"),
        ]

    @property
    def environ(self) -> dict[str, str]:
        return {"TOKEN_OF_A_TEST": self.token, "TRIGGER_TOKEN_OF_A_TEST": TRIGGER_TOKEN}


@contextmanager
def a_platform(
    role: str = "CPO", *misbehaviours: Misbehaviour, certificate: Certificate | None = None
) -> Iterator[Platform]:
    """Serve one; what it calls is not verified."""
    party = ROLES[role](
        name=role.lower(),
        roles=[Role(role=role, country_code="DE", party_id="EVL", name="Evil")],
        seed=1,
        limits=Limits(page=5, locations=6, tokens=6),
        misbehaviours=misbehaviours,
        verify=False,
        timeout_s=5,
    )
    with Server(certificate=certificate) as server:
        server.add(party)
        server.mount(triggering.NAME, triggering.application(party, TRIGGER_TOKEN))  # type: ignore[arg-type]
        party.furnish()
        try:
            yield Platform(party, server, party.connections.invite().token_in)
        finally:
            party.close()


def in_every_string(change: Change) -> Misbehaviour:
    """Changes every string of every body that it sends, and adds a header of that form.

    Versions stay, as do URLs and tokens of credentials: otherwise there would be nothing to say more to.
    """

    def serving(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        response = proceed(request)
        if "/versions" in request.url or request.url.rstrip("/").endswith("/2.2.1"):
            return response
        return _with_header(response.with_json(_walked(response.json, change)), change)

    def calling(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        if not request.has_json:
            return proceed(request)
        return proceed(_with_header(request.with_json(_walked(request.json, change)), change))

    return Misbehaviour("in-every-string", serving=serving, calling=calling)


_KEPT = frozenset({"token", "url", "role", "country_code", "party_id"})


def _walked(value: Any, change: Change, *, credentials: bool = False) -> Any:
    if isinstance(value, dict):
        credentials = credentials or {"token", "url", "roles"} <= value.keys()
        return {
            key: inner if credentials and key in _KEPT else _walked(inner, change, credentials=credentials)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_walked(inner, change, credentials=credentials) for inner in value]
    return change(value) if isinstance(value, str) else value


def _with_header(message: Any, change: Change) -> Any:
    text = "".join(letter for letter in change("x") if " " <= letter <= "~")[:2000]
    return replace(message, headers=(*message.headers, ("X-Request-ID", text), ("X-Remark", text)))
