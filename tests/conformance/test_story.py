"""A run told: from what it set out to show to its one result."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.deviations import Baseline, Deviation
from ocpi_conformance.conformance.doctor import Diagnosis, Item
from ocpi_conformance.conformance.ledger import Judgement
from ocpi_conformance.conformance.plugin import Played, Plugin
from ocpi_conformance.conformance.profiles import requested_by
from ocpi_conformance.conformance.selecting import choose
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.story import Story, killers
from ocpi_conformance.reports.progress import Progress
from ocpi_conformance.reports.result import Outcome, Result, Verdict
from ocpi_conformance.simulators.flaws import flaws
from rich.console import Console

from tests.conformance.builders import a_bench

SLUG = "versions-get-answers"


def a_story(baseline: Baseline | None = None, **settings: Any) -> Story:
    """A run that is to judge one requirement."""
    given = Settings(select=(SLUG,), seed=7, **settings)
    claim = Claim.default("CPO", "2.2.1")
    selection = load().select(claim)
    return Story(
        settings=given,
        claim=claim,
        catalogue=load(),
        selection=selection,
        wanted=choose(given, load(), selection),
        baseline=baseline,
        run_id="r1",
        started=datetime(2024, 1, 1, tzinfo=UTC),
    )


def told(
    bench: Bench, story: Story, *verdicts: Verdict, complete: bool = True, played: tuple[Played, ...] = ()
) -> Result:
    """The result of a run in which these were the judgements."""
    plugin = Plugin(bench, watcher=Progress(Console(quiet=True)))
    plugin.played += played
    for verdict in verdicts:
        bench.ledger.add(Judgement(slug=SLUG, verdict=verdict, scenario="s"))
    return story.told(bench, plugin, complete=complete, extra=[])


def test_a_run_is_told() -> None:
    """Who was tested, what was asked, what came of it, and the evidence."""
    with a_bench() as (bench, iut):
        secret = bench.connection().token_out or ""
        bench.ledger.add(Judgement(slug=SLUG, verdict=Verdict.PASS, scenario="s", found=secret))
        result = told(bench, a_story(name="Mine"))

    assert (result.run.id, result.run.seed, result.run.ocpi_version, result.run.complete) == (
        "r1",
        7,
        "2.2.1",
        True,
    )
    assert result.iut.versions_url == iut.versions_url
    assert [found["party_id"] for found in result.iut.roles] == ["IUT"]
    assert {
        "identifier": "tokens",
        "role": "RECEIVER",
        "url": iut.url("tokens", "RECEIVER"),
    } in result.iut.endpoints
    assert {row.verdict for row in result.verdicts if row.requirement == SLUG} == {Verdict.PASS}
    assert {row.verdict for row in result.verdicts if row.requirement != SLUG} == {
        Verdict.DESELECTED,
        Verdict.NOT_APPLICABLE,
    }
    assert len(result.coverage) == sum(not requested_by(found) for found in load())
    assert result.exchanges
    assert secret
    assert secret not in str(result)
    assert bench.token_a not in str(result)


@pytest.mark.parametrize(
    ("verdicts", "options", "code"),
    [
        ((Verdict.FAIL,), {}, 1),
        ((Verdict.WARN,), {}, 10),
        ((Verdict.WARN,), {"strict": True}, 1),
        ((Verdict.WARN,), {"flaw": ("drops-link",)}, 1),
        ((), {}, 10),
    ],
)
def test_the_statement_follows_from_the_rows(
    verdicts: tuple[Verdict, ...], options: dict[str, Any], code: int
) -> None:
    """A part of the requirements is partial at best; where a flaw is on a warning is a catch."""
    with a_bench() as (bench, _):
        assert told(bench, a_story(**options), *verdicts).statement.exit_code == code


def test_an_interrupted_run_states_nothing() -> None:
    """What it did not come to is inconclusive, and no deviation is called stale."""
    listed = Deviation(requirement=SLUG, reason="old", expires=date(2020, 1, 1))
    with a_bench() as (bench, _):
        result = told(bench, a_story(Baseline((listed,), date(2024, 1, 1))), complete=False)

    assert (result.statement.outcome, result.statement.exit_code) == (Outcome.VOID, 2)
    (row,) = [row for row in result.verdicts if row.requirement == SLUG]
    assert (row.verdict, row.reason) == (
        Verdict.INCONCLUSIVE,
        "the run was interrupted before it came to this",
    )


def test_a_stale_deviation_is_told() -> None:
    """An expired one spoils a run that would pass."""
    listed = Deviation(requirement=SLUG, reason="old", expires=date(2020, 1, 1))
    with a_bench() as (bench, _):
        result = told(bench, a_story(Baseline((listed,), date(2024, 1, 1))), Verdict.PASS)

    assert result.statement.exit_code == 1
    assert "expired on 2020-01-01" in result.statement.text


def test_a_scenario_that_failed_itself_voids_the_run() -> None:
    """Our own error accuses nobody."""
    broken = Played(
        id="mine", title="", module="m", verdict=Verdict.ERROR, duration_s=0, reason="KeyError: 'x'"
    )
    with a_bench() as (bench, _):
        result = told(bench, a_story(), Verdict.FAIL, played=(broken,))

    assert (result.statement.outcome, result.statement.exit_code) == (Outcome.VOID, 3)
    assert [(row.scenario, row.reason) for row in result.verdicts if row.requirement == "suite"] == [
        ("mine", "KeyError: 'x'")
    ]


def test_a_run_that_could_not_begin_says_why() -> None:
    """Nothing passes and nothing fails."""
    story = a_story(versions_url="http://127.0.0.1:1/versions", token="a-token")
    item = Item(name="reachable", ok=False, fatal=True, detail="it refuses the connection", hint="start it")

    result = story.untold(Diagnosis((item,)).summary)

    assert result.statement.exit_code == 10
    assert "it refuses the connection" in result.statement.text
    assert {row.verdict for row in result.verdicts if row.requirement == SLUG} == {Verdict.INCONCLUSIVE}
    assert not [row for row in result.verdicts if row.verdict in (Verdict.PASS, Verdict.FAIL)]
    assert result.iut.name == "implementation under test"


def test_killers_are_those_of_the_role() -> None:
    """Each requirement with every flaw that must break it there."""
    for role in ("CPO", "EMSP"):
        pairs = {(slug, name) for slug, names in killers(role).items() for name in names}
        assert pairs == {(slug, flaw.name) for flaw in flaws().values() for slug in flaw.breaks.get(role, ())}
