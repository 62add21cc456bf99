"""Runs against platforms that call without end, and against one that shows a certificate of somebody else."""

import threading
from collections.abc import Callable
from pathlib import Path

from ocpi_conformance.simulators.calling import Caller, CallFault
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.connection import authorization
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.party import Misbehaviour, Party

from tests.hostile.platform import a_platform
from tests.hostile.runs import REPORTS, a_run, assert_a_result

CALLBACKS = 3_000


def a_flood(threads: list[threading.Thread]) -> Misbehaviour:
    """Answers the first command as it should, and then reports its outcome three thousand times."""

    def serving(party: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        response = proceed(request)
        url = request.json.get("response_url") if isinstance(request.json, dict) else None
        if url and not threads:
            token = party.connections.registered()[0].token_out
            for _ in range(3):
                threads.append(threading.Thread(target=_post, args=(str(url), str(token), CALLBACKS // 3)))
                threads[-1].start()
        return response

    return Misbehaviour("floods", serving=serving)


def _post(url: str, token: str, times: int) -> None:
    caller = Caller(timeout_s=20)
    headers = (
        ("Authorization", authorization(token)),
        ("Content-Type", "application/json"),
        ("X-Request-ID", "1"),
        ("X-Correlation-ID", "1"),
    )
    for _ in range(times):
        try:
            caller.send(Request(method="POST", url=url, headers=headers, body=b'{"result":"ACCEPTED"}'))
        except CallFault:
            break
    caller.close()


def test_callbacks_in_thousands_are_outlived(tmp_path: Path):
    """All of them are taken, judged and kept, beside the rest of the run."""
    threads: list[threading.Thread] = []
    with a_platform("CPO", a_flood(threads)) as platform:
        ended = a_run(*platform.flags, folder=tmp_path / "out", environ=platform.environ)
        for thread in threads:
            thread.join()
    assert threads
    assert_a_result(ended)
    received = (
        (ended.folder / "exchanges.ndjson").read_bytes().count(b'{"result":"ACCEPTED"}'.replace(b'"', b'\\"'))
    )
    assert received >= CALLBACKS // 2


def test_a_certificate_for_another_host_is_refused_in_words(tmp_path: Path):
    """No call is made over such a connection, so nothing can be said of the platform; and what to do is said."""
    certificate = self_signed("cpo.example")
    authority = tmp_path / "authority.pem"
    authority.write_bytes(certificate.chain)
    with a_platform("CPO", certificate=certificate) as platform:
        ended = a_run(
            *platform.flags, "--ca-file", str(authority), folder=tmp_path / "out", environ=platform.environ
        )
        assert platform.party.journal.all() == []
    assert ended.code == 10, ended.output
    assert "Traceback" not in ended.output
    assert {path.name for path in ended.folder.iterdir()} >= REPORTS
    said = ended.record["statement"]["text"]
    assert "127.0.0.1" in said
    assert "certificate" in said
    assert "insecure" in said
    assert set(ended.verdicts("PASS", "FAIL", "WARN", "ERROR")) == set()


def test_unchecked_the_same_certificate_will_do_and_the_report_says_so(tmp_path: Path):
    with a_platform("CPO", certificate=self_signed("cpo.example")) as platform:
        ended = a_run(
            *platform.flags,
            *("--insecure", "--select", "versions-*"),
            folder=tmp_path / "out",
            environ=platform.environ,
        )
    assert_a_result(ended)
    assert ended.record["run"]["insecure"] is True
    assert ended.verdicts("PASS")
