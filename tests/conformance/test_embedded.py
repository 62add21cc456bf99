"""The embedded implementation: a process that is there when it is needed and gone afterwards."""

import os
import signal
import subprocess
import sys

import pytest
from ocpi_conformance.conformance.embedded import Embedded, EmbeddedError
from ocpi_conformance.conformance.errors import UsageError
from ocpi_conformance.conformance.trigger import HttpTrigger
from ocpi_conformance.simulators.calling import Caller
from ocpi_conformance.simulators.connection import authorization
from ocpi_conformance.simulators.exchange import Request


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def iut():
    with Embedded(role="EMSP", seed=3) as iut:
        yield iut


def test_it_answers_over_http(iut: Embedded):
    """What it says of itself is true: the URL answers, and the token opens it."""
    caller = Caller()
    request = Request(
        method="GET", url=iut.versions_url, headers=(("Authorization", authorization(iut.token)),), body=b""
    )
    try:
        response = caller.send(request)
    finally:
        caller.close()

    assert response.status == 200
    assert response.envelope["data"][0]["version"] == "2.2.1"


def test_it_can_be_made_to_act(iut: Embedded):
    """Its trigger interface takes an action that needs no connection."""
    trigger = HttpTrigger(iut.trigger_url, token=iut.trigger_token)

    answer = trigger.act("issue-token", version="2.2.1", role="EMSP", peer={})
    trigger.close()

    assert answer.done
    assert answer.data["token"]


def test_it_is_gone_afterwards_even_after_an_exception():
    """No process is left behind."""
    iut = Embedded(role="CPO")
    pids = []

    def broken_run() -> None:
        with iut:
            pids.append(iut.pid)
            assert is_alive(iut.pid)
            raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        broken_run()

    assert not is_alive(pids[0])
    assert iut.pid == 0


def test_it_ends_when_the_one_who_started_it_is_killed():
    """SIGKILL leaves no time to stop it, so it watches over its stdin."""
    source = (
        "from ocpi_conformance.conformance.embedded import Embedded\n"
        "import time\n"
        "with Embedded(role='CPO') as iut:\n"
        "    print(iut.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        ended = subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], timeout=20, check=False)

    assert ended.returncode == 0


def test_a_refused_flag_is_the_users_mistake():
    """An unknown flaw is told with what serve says of it."""
    with pytest.raises(UsageError, match="no flaw 'no-such-flaw'"):
        Embedded(role="CPO", flaws=["no-such-flaw"]).start()


def test_one_that_is_never_ready_is_given_up():
    """The wait is bounded, and the process stopped."""
    late = Embedded(role="CPO", start_s=0.001)

    with pytest.raises(EmbeddedError, match=r"not ready within 0\.001 s"):
        late.start()

    assert late.pid == 0


def test_settings_of_the_run_do_not_leak_into_it(monkeypatch: pytest.MonkeyPatch):
    """Variables meant for the run (a bind address, a token) are not its own."""
    monkeypatch.setenv("OCPI_CONFORMANCE_HOST", "192.0.2.1")

    with Embedded(role="CPO") as iut:
        assert "127.0.0.1" in iut.versions_url
