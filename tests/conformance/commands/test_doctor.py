"""doctor: what it prints and how it exits."""

import json

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.simulators.serving import Server


def test_embedded_party_is_fit(capsys: pytest.CaptureFixture[str]):
    """Without settings the embedded party is looked at."""
    assert cli.main(["doctor"]) == 0
    assert "A run can begin." in capsys.readouterr().out


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> str:
    """A URL at which nobody listens, and a token."""
    monkeypatch.setenv("IUT_TOKEN", "s3cret")
    with Server() as gone:
        return f"{gone.origin}/versions"


def test_unreachable_one_exits_10(
    nobody: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """The reason and what would help, in 80 columns, without the token."""
    monkeypatch.setenv("COLUMNS", "80")

    assert cli.main(["doctor", "--versions-url", nobody, "--token-env", "IUT_TOKEN"]) == 10

    text = capsys.readouterr().out
    assert "refuses the connection" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "s3cret" not in text


def test_json_for_a_pipeline(nobody: str, capsys: pytest.CaptureFixture[str]):
    """The same as data."""
    assert (
        cli.main(["doctor", "--versions-url", nobody, "--token-env", "IUT_TOKEN", "--format", "json"]) == 10
    )

    found = json.loads(capsys.readouterr().out)
    assert found["usable"] is False
    assert {"name", "ok", "detail", "hint", "fatal"} == set(found["items"][0])
