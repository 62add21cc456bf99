"""Whole runs, as a user makes them: clean, flawed, interrupted, and against what can't be tested."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.editions import freeze
from ocpi_conformance.conformance.embedded import Embedded
from ocpi_conformance.simulators.actions import actions

COMMAND = [sys.executable, "-m", "ocpi_conformance.conformance", "run"]
TOKEN = "a-token-of-ours"


def run(*arguments: str, folder: Path, **environ: str) -> tuple[int, dict, str]:
    """Exit code, record and terminal output of one run."""
    done = subprocess.run(
        [*COMMAND, "--output", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        env=_environ(**environ),
        check=False,
    )
    path = folder / "result.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return done.returncode, record, done.stdout + done.stderr


def _environ(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OCPI_CONFORMANCE_")}
    return {**kept, **more}


@pytest.mark.parametrize("role", ["cpo", "emsp"])
def test_the_reference_parties_are_clean(role, tmp_path):
    """All that applies is shown, and every rendering is there."""
    code, record, output = run("--role", role, "--seed", "7", folder=tmp_path)
    worse = [
        f"{row['requirement']} {row['verdict']}: {row['found'] or row['reason']}"
        for row in record["verdicts"]
        if row["scored"] and row["verdict"] in ("FAIL", "WARN", "INCONCLUSIVE", "ERROR")
    ]
    assert (code, worse) == (0, []), output
    assert {path.name for path in tmp_path.iterdir()} == {
        "result.json",
        "exchanges.ndjson",
        "traffic.har",
        "report.html",
        "junit.xml",
        "summary.md",
        "allure-results",
        "coverage.json",
        "MANIFEST.sha256",
    }


def test_no_secret_is_stored(tmp_path):
    """Neither token A nor the trigger's stands in any file of a run, plain or encoded; exchanged ones are masked."""
    with Embedded(role="CPO") as iut:
        code, _, output = run(
            *("--versions-url", iut.versions_url, "--token-env", "A", "--trigger-url", iut.trigger_url),
            *("--trigger-token-env", "B", "--disruptive", "--quiet-s", "0.05", "--profile", "core"),
            folder=tmp_path,
            A=iut.token,
            B=iut.trigger_token,
        )
        secrets = [iut.token, iut.trigger_token]
    assert code == 10, output
    forms = [
        form for secret in secrets for end in ("", "\n", "\r\n") for form in (secret, _encoded(secret + end))
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    assert [str(path) for path, text in texts.items() if any(form in text + output for form in forms)] == []
    exchanges = texts[tmp_path / "exchanges.ndjson"]
    assert "Token ***" in exchanges
    assert r"\"token\":\"***\"" in exchanges


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_nothing_listens(tmp_path):
    """An IUT that is down: a clear message, a written result, exit code 10."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, record, output = run(
        "--versions-url", f"http://127.0.0.1:{port}/versions", "--token-env", "T", folder=tmp_path, T=TOKEN
    )
    assert code == 10
    assert record["statement"]["outcome"] == "partial"
    assert "refuses the connection" in output
    assert not [row for row in record["verdicts"] if row["verdict"] in ("PASS", "FAIL", "WARN", "ERROR")]


@contextmanager
def a_server(status: int, body: bytes, kind: str) -> Iterator[str]:
    """A server that answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/versions"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "word"),
    [
        (200, b"<html>Welcome</html>", "text/html", "html"),
        (401, b'{"status_code":2000,"timestamp":"2026-01-01T00:00:00Z"}', "application/json", "token"),
        (503, b"busy", "text/plain", "503"),
    ],
)
def test_what_answers_is_no_ocpi(status, body, kind, word, tmp_path):
    """HTML, a refused token, a gateway's error: the message names what came."""
    with a_server(status, body, kind) as url:
        code, record, output = run("--versions-url", url, "--token-env", "T", folder=tmp_path, T=TOKEN)
    assert code == 10
    assert word in output.lower()
    assert record["statement"]["outcome"] == "partial"


def test_a_server_that_hangs(tmp_path):
    """It accepts and never answers: the run ends by itself."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/versions"
        code, record, output = run(
            "--versions-url", url, "--token-env", "T", "--timeout-s", "0.5", folder=tmp_path, T=TOKEN
        )
    assert code == 10
    assert record["statement"]["exit_code"] == 10
    assert "no answer" in output.lower()


def test_sigterm_leaves_a_result(tmp_path):
    """Ended in the middle, a run writes what it knows and says that it is not complete."""
    command = [*COMMAND, "--output", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environ()
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"1/" in line:
                process.send_signal(signal.SIGTERM)
                break
        process.stderr.read()
        assert process.wait(timeout=60) == 2
    record = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert record["run"]["complete"] is False
    assert record["statement"]["outcome"] == "void"


def test_sigterm_before_the_first_scenario_leaves_a_result(tmp_path):
    """The IUT doesn't answer yet: what is written says that nothing was shown."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/versions"
        with subprocess.Popen(
            [*COMMAND, "--versions-url", url, "--token-env", "T", "--output", str(tmp_path)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=_environ(T=TOKEN),
        ) as process:
            asked, _ = silent.accept()
            with asked:
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=60) == 2
            assert process.stderr is not None
            assert b"Traceback" not in process.stderr.read()
    record = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (record["run"]["complete"], record["statement"]["outcome"]) == (False, "void")
    assert (tmp_path / "report.html").exists()


def test_a_killed_run_can_be_rendered(tmp_path):
    """Nothing can be done on SIGKILL: what was kept before is a result that says it isn't complete."""
    folder = tmp_path / "out"
    command = [*COMMAND, "--role", "emsp", "--quiet-s", "0.3", "--output", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environ()
    ) as process:
        while not (folder / "result.json").exists():
            assert process.poll() is None
        process.kill()
        process.wait()
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert record["run"]["complete"] is False
    assert any(row["verdict"] == "PASS" for row in record["verdicts"])

    page = tmp_path / "report.html"
    done = subprocess.run(
        [*COMMAND[:-1], "report", str(folder), "--format", "html", "--output", str(page)],
        capture_output=True,
        text=True,
        env=_environ(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Interrupted" in page.read_text(encoding="utf-8")
    assert (folder / "exchanges.ndjson").read_text(encoding="utf-8").strip()


def test_an_unknown_flaw_is_a_usage_error(tmp_path):
    code, record, output = run("--flaw", "drops-lnk-header", folder=tmp_path)
    assert (code, record) == (4, {})
    assert "drops-lnk-header" in output
    assert "Traceback" not in output


def test_a_scenario_file_that_cannot_be_read(tmp_path):
    """A mistake in a file of the user's ends the run void, naming file and reason."""
    (tmp_path / "mine.py").write_text("import no_such_module\n", encoding="utf-8")
    code, record, output = run("--scenarios", str(tmp_path), folder=tmp_path / "out")
    assert code == 3
    assert record["statement"]["outcome"] == "void"
    assert "mine.py" in output
    assert "no_such_module" in output


def test_an_implementation_that_cannot_reach_us(tmp_path):
    """Its registration fails for a reason of ours: nobody is blamed, and the message names what to set."""
    with Embedded(role="CPO") as iut, socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        taken.close()
        code, record, output = run(
            *("--versions-url", iut.versions_url, "--token-env", "T", "--public-url", nowhere),
            *("--select", "credentials-post-registers", "--select", "credentials-post-fetches-*"),
            folder=tmp_path,
            T=iut.token,
        )
    assert code == 10, output
    assert {row["verdict"] for row in record["verdicts"] if row["module"] == "credentials"} <= {
        "INCONCLUSIVE",
        "DESELECTED",
        "NOT_APPLICABLE",
    }
    assert "public_url" in output


def test_a_contradictory_claim_ends_the_run_before_it_begins(tmp_path):
    """Nothing is sent, nothing is written, and the lines are named."""
    config = tmp_path / "ocpi.toml"
    config.write_text('[claim]\nmodules = ["locations"]\nfeatures.reservations = true\n', encoding="utf-8")

    code, record, output = run(str(config), folder=tmp_path / "out")

    assert (code, record) == (4, {})
    assert "features.reservations = true" in output


def test_claimed_but_absent_fails_and_served_but_unclaimed_is_noted(tmp_path):
    """The first is a broken duty, the second a note."""
    config = tmp_path / "ocpi.toml"
    config.write_text(
        '[claim]\nmodules = { locations = ["SENDER", "RECEIVER"], tariffs = ["SENDER"] }\n', encoding="utf-8"
    )

    code, record, _ = run(str(config), "--select", "versions-lists-*", folder=tmp_path / "out")

    broken = [row for row in record["verdicts"] if row["verdict"] == "FAIL"]
    assert (code, [row["requirement"] for row in broken]) == (1, ["versions-lists-claimed-endpoints"])
    assert broken[0]["found"] == "missing: locations RECEIVER"
    assert any("not claimed" in note and "tokens RECEIVER" in note for note in record["run"]["notes"])
    assert not any("tokens" in row["requirement"] for row in broken)


def test_a_check_that_is_newer_than_the_edition_is_informative(tmp_path):
    """It is judged and shown, counted apart, and can't fail a run; the record names the edition."""
    slug, flaw = "versions-details-version-matches", ("--flaw", "details-of-other-version")
    older = [row for row in load() if row.slug != slug]
    edition = tmp_path / "edition.toml"
    freeze("2.2.1-d2/2030.1", older, version="2.2.1", day=date(2030, 1, 1), path=edition)

    code, record, output = run(*flaw, "--edition", str(edition), folder=tmp_path / "frozen")

    rows = [row for row in record["verdicts"] if row["requirement"] == slug]
    assert "FAIL" in {row["verdict"] for row in rows}
    assert not any(row["scored"] for row in rows)
    assert (code, record["statement"]["outcome"]) == (0, "conformant"), output
    assert {row["verdict"] for row in record["profiles"]} == {"PASS"}
    assert record["run"]["editions"] == ["2.2.1-d2/2030.1"]
    assert "edition 2.2.1-d2/2030.1" in output
    assert "informative, not scored: 1 fail" in output
    assert run(*flaw, "--select", slug, folder=tmp_path / "now")[0] == 1


def test_what_is_not_applicable_names_the_line_of_the_claim(tmp_path):
    """Both where the duty is tied to a feature and where only scenarios that need the feature show it."""
    config = tmp_path / "ocpi.toml"
    config.write_text("[claim.features]\npull = false\npush-locations = false\n", encoding="utf-8")
    chosen = ("locations-push-patch-only-changes", "transport-client-survives-bad-object")

    _, record, _ = run(
        str(config),
        *(part for slug in chosen for part in ("--select", slug)),
        "--select",
        "versions-get-*",
        folder=tmp_path / "out",
    )

    found = {row["requirement"]: (row["verdict"], row["reason"]) for row in record["verdicts"]}
    assert found[chosen[0]] == ("NOT_APPLICABLE", f"{config} [claim] features.push-locations = false")
    assert found[chosen[1]] == ("NOT_APPLICABLE", f"{config} [claim] features.pull = false")


@pytest.fixture(scope="module", params=["CPO", "EMSP"])
def untriggered(request, tmp_path_factory):
    """The records of two runs against the same kind of IUT: one that can make it act, and one that can't."""
    folder = tmp_path_factory.mktemp("untriggered")
    found = []
    for name in ("with", "without"):
        with Embedded(role=request.param, seed=7) as iut:
            hook = ("--trigger-url", iut.trigger_url, "--trigger-token-env", "B") if name == "with" else ()
            code, record, output = run(
                *("--versions-url", iut.versions_url, "--token-env", "A", "--role", request.param, *hook),
                *("--disruptive", "--quiet-s", "0.05", "--patience-s", "2", "--seed", "7"),
                folder=folder / name,
                A=iut.token,
                B=iut.trigger_token,
            )
        exchanges = (folder / name / "exchanges.ndjson").read_text(encoding="utf-8").splitlines()
        found.append((code, record, [json.loads(line) for line in exchanges], output))
    return found


def test_without_a_trigger_the_run_is_inconclusive(untriggered):
    """Exit code 10, and each reason names an action of the list."""
    code, record, _, output = untriggered[1]
    asked = {
        row["reason"].removeprefix("needs the IUT to act: ").partition(".")[0]
        for row in record["verdicts"]
        if row["reason"].startswith("needs the IUT to act")
    }
    assert (code, record["statement"]["outcome"]) == (10, "partial"), output
    assert asked
    assert asked <= {action.name for action in actions() if record["iut"]["role"] in action.roles}
    assert not [row for row in record["verdicts"] if row["verdict"] in ("FAIL", "ERROR")]


def test_without_a_trigger_nothing_that_needs_one_passes(untriggered):
    """What a scenario could not show for lack of an action is no pass, and every pass of a client has evidence."""
    (_, record, _, _), (_, without, exchanges, _) = untriggered
    known = {exchange["id"] for exchange in exchanges}
    waiting = {row["requirement"] for row in without["verdicts"] if row["reason"].startswith("needs the IUT")}
    ended = {row["requirement"]: row["verdict"] for row in without["coverage"]}
    acts = {row.slug: row.acts for row in load()}
    assert not [slug for slug in waiting if ended[slug] == "PASS"]
    for row in without["verdicts"]:
        if row["verdict"] == "PASS" and acts[row["requirement"]] == "client":
            assert set(row["exchanges"]) & known, row["requirement"]
    passed = {row["requirement"] for row in record["coverage"] if row["verdict"] == "PASS"}
    lost = {slug for slug in passed if ended[slug] == "INCONCLUSIVE"}
    assert lost >= {slug for slug in waiting if slug in passed}
    assert len(lost) > 20
