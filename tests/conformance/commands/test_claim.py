"""claim: where it writes, and what it refuses."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.serving import Server

TOKEN = "s3cret-of-a-claim"


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A CPO's versions endpoint; the variable IUT_TOKEN holds a token for it."""
    monkeypatch.setenv("IUT_TOKEN", TOKEN)
    cpo = Cpo(name="cpo", roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="C")])
    cpo.connections.invite(TOKEN)
    with Server() as server:
        server.add(cpo)
        yield cpo.versions_url
    cpo.close()


def test_stdout_has_the_file_and_nothing_else(url: str, capsys: pytest.CaptureFixture[str]):
    """So that it can be redirected."""
    assert cli.main(["claim", "--from", url, "--token-env", "IUT_TOKEN"]) == 0

    said = capsys.readouterr()
    assert tomllib.loads(said.out)["versions_url"] == url
    assert TOKEN not in said.out + said.err


def test_a_file_is_never_overwritten_unasked(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Whoever has filled in a claim keeps it."""
    path = tmp_path / "ocpi.toml"
    command = ["claim", "--from", url, "--token-env", "IUT_TOKEN", "--output", str(path)]

    assert cli.main(command) == 0
    path.write_text("mine", encoding="utf-8")
    assert cli.main(command) == 4
    assert (path.read_text(encoding="utf-8"), "--force" in capsys.readouterr().err) == ("mine", True)
    assert cli.main([*command, "--force"]) == 0
    assert tomllib.loads(path.read_text(encoding="utf-8"))["role"] == "CPO"
    assert [one.name for one in tmp_path.iterdir()] == ["ocpi.toml"]


def test_a_wrong_token_exits_10(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """With what would help, and no file begun."""
    monkeypatch.setenv("IUT_TOKEN", "another")

    assert cli.main(["claim", "--from", url, "--token-env", "IUT_TOKEN"]) == 10

    said = capsys.readouterr()
    assert "the token is not accepted" in said.err
    assert said.out == ""


def test_without_an_address_there_is_nothing_to_look_at(capsys: pytest.CaptureFixture[str]):
    """The embedded party needs no claim."""
    assert cli.main(["claim"]) == 4
    assert "--from URL" in capsys.readouterr().err
