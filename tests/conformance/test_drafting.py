"""Drafts of a claim: what is listed is claimed, what can't be told is a comment, and a run takes them as they are."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.drafting import draft
from ocpi_conformance.conformance.errors import UnreachableError, UsageError
from ocpi_conformance.conformance.features import features, limits
from ocpi_conformance.conformance.reviewing import insist
from ocpi_conformance.conformance.settings import Settings, load
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.serving import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

TOKEN = "drafters-token"
PARTIES = {"CPO": Cpo, "EMSP": Emsp}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def parties(server: Server) -> Iterator[dict[str, Cpo | Emsp]]:
    made = {}
    for role, kind in PARTIES.items():
        party = made[role] = kind(
            name=role.lower(), roles=[Role(role=role, country_code="NL", party_id=role[:3], name="X")]
        )
        party.connections.invite(TOKEN)
        server.add(party)
    yield made
    for party in made.values():
        party.close()


def aimed_at(url: str, **more: Any) -> Settings:
    sources = {"token": "variable IUT_TOKEN", **dict.fromkeys(more, "flag")}
    return Settings(versions_url=url, token=TOKEN, timeout_s=5.0, sources=sources, **more)


def stub(server: Server, endpoints: list[dict[str, str]], versions: tuple[str, ...] = ("2.2.1",)) -> str:
    """An implementation that lists these endpoints."""

    async def listed(request: Request) -> Response:
        data = [{"version": version, "url": f"{origin}/{version}"} for version in versions]
        return JSONResponse({"status_code": 1000, "data": data, "timestamp": "2026-01-01T00:00:00Z"})

    async def details(request: Request) -> Response:
        data = {"version": request.path_params["version"], "endpoints": endpoints}
        return JSONResponse({"status_code": 1000, "data": data, "timestamp": "2026-01-01T00:00:00Z"})

    name = f"stub{len(endpoints)}{'-'.join(versions)}{abs(hash(str(endpoints)))}"
    origin = f"{server.origin}/{name}"
    server.mount(
        name, Starlette(routes=[Route(f"/{name}/versions", listed), Route(f"/{name}/{{version}}", details)])
    )
    return f"{origin}/versions"


def endpoint(identifier: str, role: str) -> dict[str, str]:
    return {"identifier": identifier, "role": role, "url": f"https://iut.example/{identifier}"}


@pytest.mark.parametrize("role", PARTIES)
def test_the_draft_is_a_configuration_that_claims_all_that_is_listed(
    role: str, parties: dict[str, Cpo | Emsp], tmp_path: Path
):
    """The role is told by the interfaces; the file loads, and its claim is consistent."""
    path = tmp_path / "ocpi.toml"
    path.write_text(draft(aimed_at(parties[role].versions_url)), encoding="utf-8")

    settings = load(path, {"IUT_TOKEN": TOKEN}, {})
    claim = settings.claimed

    assert claim is not None
    assert settings.role == role
    insist(claim)
    served = {
        (module, "" if module == "credentials" else side) for module, side in parties[role].interfaces()
    }
    assert claim.endpoints() == served
    assert all(claim.has(name) for name in features())
    assert str(path) in claim.reason("locations", "RECEIVER" if role == "CPO" else "SENDER")


@pytest.mark.parametrize("role", PARTIES)
def test_every_feature_and_limit_of_the_role_is_listed(role: str, parties: dict[str, Cpo | Emsp]):
    """Those that discovery can't tell stand in comments, with their meaning."""
    lines = draft(aimed_at(parties[role].versions_url)).splitlines()

    for feature in features().values():
        if role in feature.means and not feature.of:
            assert f"# {feature.name} = true  # {feature.means[role]}" in lines
    for name in limits():
        assert any(line.startswith(f"# {name} = ") for line in lines)


def test_nothing_but_gets_is_sent_and_the_token_stays_good(parties: dict[str, Cpo | Emsp]):
    """A CREDENTIALS_TOKEN_A can be used once; a draft doesn't use it."""
    cpo = parties["CPO"]
    since = cpo.journal.mark()

    draft(aimed_at(cpo.versions_url))

    asked = cpo.journal.all(direction="received", since=since)
    assert [exchange.request.method for exchange in asked] == ["GET", "GET"]
    assert parties["EMSP"].register(cpo.versions_url, TOKEN).succeeded


def test_what_is_not_listed_is_left_out_and_its_features_denied(server: Server):
    """Modules that aren't there are comments; features of none that is there are false."""
    url = stub(server, [endpoint("credentials", "SENDER"), endpoint("locations", "SENDER")])

    text = draft(aimed_at(url))

    table = tomllib.loads(text)["claim"]
    assert table["modules"] == {"locations": ["SENDER"]}
    assert table["features"]["reservations"] is False
    assert "push" not in table["features"]
    assert '# tokens = ["RECEIVER"]  # not listed' in text.splitlines()


def test_the_review_stands_above(server: Server):
    """Advice on the modules that are listed."""
    url = stub(server, [endpoint("credentials", "SENDER"), endpoint("commands", "RECEIVER")])

    assert "# Review: " in draft(aimed_at(url))


def test_foreign_names_stay_in_their_comment(server: Server):
    """A module that is no module of OCPI can't break out of its line."""
    url = stub(
        server,
        [
            endpoint("credentials", "SENDER"),
            endpoint("tokens", "RECEIVER"),
            endpoint('x\nrole = "EMSP"', "SENDER"),
        ],
    )

    assert tomllib.loads(draft(aimed_at(url)))["role"] == "CPO"


def test_a_platform_of_both_roles_asks_which(server: Server):
    """Each gets a claim of its own, and the other's interfaces stand in comments."""
    url = stub(
        server,
        [
            endpoint("credentials", "SENDER"),
            *(endpoint("locations", side) for side in ("SENDER", "RECEIVER")),
        ],
    )

    with pytest.raises(UsageError) as caught:
        draft(aimed_at(url))
    assert "--role" in caught.value.hint
    text = draft(aimed_at(url, role="EMSP"))
    assert tomllib.loads(text)["claim"]["modules"] == {"locations": ["RECEIVER"]}
    assert "# locations SENDER is listed too" in text


def test_other_versions_are_told(server: Server):
    """The one that can be tested is taken."""
    listed = [endpoint("credentials", "SENDER"), endpoint("locations", "SENDER")]

    text = draft(aimed_at(stub(server, listed, ("2.1.1", "2.2.1"))))

    assert 'ocpi_version = "2.2.1"  # it lists 2.1.1 too' in text.splitlines()
    with pytest.raises(UnreachableError, match=r"2\.1\.1"):
        draft(aimed_at(stub(server, listed, ("2.1.1",))))


def test_what_is_no_ocpi_is_said(server: Server):
    """As the doctor says it."""

    async def page(request: Request) -> Response:
        return HTMLResponse("<html>Welcome</html>")

    server.mount("page", Starlette(routes=[Route("/page", page)]))

    with pytest.raises(UnreachableError, match="HTML"):
        draft(aimed_at(f"{server.origin}/page"))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("variable IUT_TOKEN", 'token_env = "IUT_TOKEN"'),
        ("file /run/token", 'token_file = "/run/token"'),
        ("variable OCPI_CONFORMANCE_TOKEN", "# the token is that of the variable OCPI_CONFORMANCE_TOKEN"),
    ],
)
def test_the_token_is_named_by_its_source(source: str, line: str, parties: dict[str, Cpo | Emsp]):
    """The token itself stands nowhere."""
    settings = Settings(
        versions_url=parties["EMSP"].versions_url, token=TOKEN, sources={"token": source}, insecure=True
    )

    text = draft(settings)

    assert any(one.startswith(line) for one in text.splitlines())
    assert TOKEN not in text
