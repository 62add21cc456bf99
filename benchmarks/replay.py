"""A whole run against a served CPO, beside a bare httpx client that sends the same requests to the same server."""

import json
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from ocpi_conformance.conformance import running
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.embedded import Embedded
from ocpi_conformance.conformance.plugin import Plugin
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.trigger import HttpTrigger, Trigger, Triggered
from ocpi_conformance.reports.result import Verdict

ROUNDS = 5
Call = tuple[str, str, dict[str, str], bytes]


@dataclass
class Recorded(Trigger):
    """A trigger that remembers when it was used, so that it can be replayed in its place."""

    inner: HttpTrigger
    used: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)

    def act(self, action: str, **asked: Any) -> Triggered:
        self.used.append((time.time(), action, asked))
        return self.inner.act(action, **asked)

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        raise AssertionError(f"{action} goes through act: {asked}")


class Clock:
    """Times a run from the first scenario to the last judgement: reading the scenarios is start-up."""

    seconds = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        """All scenarios, played and judged."""
        begin = time.perf_counter()
        result = yield
        self.seconds = time.perf_counter() - begin
        return result


def one_round(role: str) -> tuple[float, float, int]:
    """Seconds of the run, seconds of the replay, and how many requests it was."""
    claim = Claim.default(role, "2.2.1")
    catalogue = load()
    selection = catalogue.select(claim)
    with Embedded(role=role, seed=1) as embedded:
        inner = HttpTrigger(embedded.trigger_url, token=embedded.trigger_token)
        token = embedded.token
        for warm in (False, True):
            settings = Settings(role=role, seed=1, disruptive=False)
            # The first time both sides load and compile what they need: that is start-up.
            trigger = Recorded(inner)
            bench = Bench(
                settings=settings,
                claim=claim,
                catalogue=catalogue,
                selection=selection,
                selected=selection.applicable,
                trigger=trigger,
                versions_url=embedded.versions_url,
                token_a=token,
            )
            clock = Clock()
            with bench:
                plugin = Plugin(bench, watcher=running.Silence())
                pytest.main(running.arguments(settings), plugins=[plugin, clock])
                legal = (Verdict.PASS, Verdict.NOT_APPLICABLE)
                worse = [found for found in plugin.played if found.verdict not in legal]
                assert not worse, worse
                if warm:
                    requests = _requests(bench, trigger, embedded)
                    begin = time.perf_counter()
                    _replay(requests)
                    return clock.seconds, time.perf_counter() - begin, len(requests)
                token = bench.act("issue-token", bench.peer, {})["token"]
    raise AssertionError("the warm round returns")


def _requests(bench: Bench, trigger: Recorded, embedded: Embedded) -> list[Call]:
    """Everything that the run sent, in its order, triggers among it."""
    sent = [
        (exchange.started.timestamp(), exchange.request)
        for exchange in bench.journal.all(direction="sent")
        if exchange.response is not None
    ]
    timed = [(at, (given.method, given.url, dict(given.headers), given.body)) for at, given in sent]
    timed += [(at, _trigger_call(embedded, action, asked)) for at, action, asked in trigger.used]
    return [call for _, call in sorted(timed, key=lambda pair: pair[0])]


def _trigger_call(embedded: Embedded, action: str, asked: Mapping[str, Any]) -> Call:
    headers = {"Authorization": f"Bearer {embedded.trigger_token}", "Content-Type": "application/json"}
    return (
        "POST",
        f"{embedded.trigger_url}/{action}",
        headers,
        json.dumps({"action": action, **asked}).encode(),
    )


def _replay(calls: list[Call]) -> None:
    with httpx.Client(timeout=30, trust_env=False) as client:
        for method, url, headers, body in calls:
            client.request(method, url, headers=headers, content=body or None)


def main() -> None:
    """Print the medians and their ratio, for both roles."""
    for role in ("CPO", "EMSP"):
        rounds = [one_round(role) for _ in range(ROUNDS)]
        played = statistics.median(found[0] for found in rounds)
        replayed = statistics.median(found[1] for found in rounds)
        ratio = statistics.median(found[0] / found[1] for found in rounds)
        print(
            f"{role}: run {played:.2f} s, bare replay of {rounds[0][2]} requests {replayed:.2f} s, ratio {ratio:.2f}"
            " (goal: at most 1.5)"
        )
