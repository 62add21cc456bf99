"""A whole run against a served CPO, beside a bare httpx client that sends the same requests to the same server."""

import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from ocpi_conformance.conformance import running
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.embedded import Embedded
from ocpi_conformance.conformance.plugin import Plugin
from ocpi_conformance.conformance.selecting import choose
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.trigger import HttpTrigger, Trigger, Triggered
from ocpi_conformance.reports.result import Verdict

ROUNDS = 9
Call = tuple[str, str, dict[str, str], bytes]


@dataclass
class Recorded(Trigger):
    """A trigger that remembers when it was used, so that it can be replayed in its place."""

    inner: HttpTrigger
    used: list[tuple[float, str, str, dict[str, Any]]] = field(default_factory=list)
    bench: Bench | None = None

    def act(self, action: str, **asked: Any) -> Triggered:
        scenario = self.bench.scenario if self.bench else ""
        self.used.append((time.time(), scenario, action, asked))
        return self.inner.act(action, **asked)

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        raise AssertionError(f"{action} goes through act: {asked}")


def one_round(role: str) -> tuple[float, float, int, int]:
    """Seconds of the scenarios, seconds of the replay, how many requests and how many scenarios it was."""
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
                selected=choose(settings, catalogue, selection).selected,
                trigger=trigger,
                versions_url=embedded.versions_url,
                token_a=token,
            )
            trigger.bench = bench
            with bench:
                plugin = Plugin(bench, watcher=running.Silence())
                running.play(settings, plugin)
                legal = (Verdict.PASS, Verdict.NOT_APPLICABLE)
                worse = [found for found in plugin.played if found.verdict not in legal]
                assert not worse, worse
                if warm:
                    return _compare(bench, plugin, trigger, embedded)
                token = bench.act("issue-token", bench.peer, {})["token"]
    raise AssertionError("the warm round returns")


def _compare(
    bench: Bench, plugin: Plugin, trigger: Recorded, embedded: Embedded
) -> tuple[float, float, int, int]:
    """Time the scenarios whose requests mean the same when they are sent again, and those requests.

    A token that opened once opens nothing later: where an answer is of another kind, the server had less to do.
    """
    sent = _sent(bench, trigger, embedded)
    again = _replay([call for _, _, call, _ in sent])
    other = {scenario for (_, scenario, _, kind), found in zip(sent, again, strict=True) if found != kind}
    calls = [call for _, scenario, call, _ in sent if scenario not in other]
    played = [found for found in plugin.played if found.id not in other]
    begin = time.perf_counter()
    _replay(calls)
    replayed = time.perf_counter() - begin
    return sum(found.duration_s for found in played), replayed, len(calls), len(played)


def _sent(bench: Bench, trigger: Recorded, embedded: Embedded) -> list[tuple[float, str, Call, int]]:
    """Everything that the run sent, in its order, triggers among it: when, in which scenario, what, kind of answer."""
    sent = [
        (
            exchange.started.timestamp(),
            exchange.scenario,
            (given.method, given.url, dict(given.headers), given.body),
            exchange.response.status // 100,
        )
        for exchange in bench.journal.all(direction="sent")
        if exchange.response is not None
        for given in [exchange.request]
    ]
    for at, scenario, action, asked in trigger.used:
        sent.append((at, scenario, _trigger_call(embedded, action, asked), 2))
    return sorted(sent, key=lambda one: one[0])


def _trigger_call(embedded: Embedded, action: str, asked: Mapping[str, Any]) -> Call:
    headers = {"Authorization": f"Bearer {embedded.trigger_token}", "Content-Type": "application/json"}
    return (
        "POST",
        f"{embedded.trigger_url}/{action}",
        headers,
        json.dumps({"action": action, **asked}).encode(),
    )


def _replay(calls: list[Call]) -> list[int]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        return [
            client.request(method, url, headers=headers, content=body or None).status_code // 100
            for method, url, headers, body in calls
        ]


def main() -> None:
    """Print the medians and their ratio, for both roles."""
    for role in ("CPO", "EMSP"):
        rounds = [one_round(role) for _ in range(ROUNDS)]
        played = statistics.median(found[0] for found in rounds)
        replayed = statistics.median(found[1] for found in rounds)
        ratio = statistics.median(found[0] / found[1] for found in rounds)
        print(
            f"{role}: {rounds[0][3]} scenarios {played:.2f} s, bare replay of their {rounds[0][2]} requests "
            f"{replayed:.2f} s, ratio {ratio:.2f} (goal: at most 1.5)"
        )
