"""One run, from settings to results: find the IUT, play the scenarios, state what they show."""

import contextlib
import gc
import importlib.util
import os
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from ..reports.console import print_result
from ..reports.folder import write_all
from ..reports.progress import Progress
from ..reports.result import Result, Verdict
from ..simulators import clock
from .bench import Bench
from .catalogue import Catalogue, load
from .checkpoints import Checkpoints
from .claim import Claim
from .deviations import load as load_baseline
from .doctor import Diagnosis, examine
from .editions import edition_of
from .embedded import Embedded
from .errors import ConformanceError, UsageError
from .evidence import Evidence
from .flaws import find as find_flaw
from .plugin import Plugin, Watcher
from .requirement import CatalogueError
from .reviewing import insist
from .selecting import choose
from .settings import Settings
from .signals import handling
from .story import Story, own_error
from .trigger import HttpTrigger, Trigger, trigger_of


@dataclass(frozen=True)
class _Target:
    """Where the IUT is, whether embedded or the user's."""

    versions_url: str
    token: str
    trigger: Trigger


@dataclass(frozen=True)
class Opened:
    """A run that is ready to be played: pytest is to be given `plugin`, which is None where the IUT is of no use."""

    story: Story
    plugin: Plugin | None
    bench: Bench | None
    diagnosis: Diagnosis | None

    def result(self, code: int | pytest.ExitCode) -> Result:
        """The result, once pytest has ended with `code`."""
        if self.plugin is None or self.bench is None:
            assert self.diagnosis is not None
            return self.story.untold(self.diagnosis.summary)
        self.bench.end()
        # pytest calls it an interruption too when a file of scenarios can't be read: that is our own failure.
        own = self.plugin.trouble or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)
        extra = [own_error(self.plugin.trouble or f"pytest ended with exit code {int(code)}")] if own else []
        complete = code != pytest.ExitCode.INTERRUPTED or bool(own)
        return self.story.told(self.bench, self.plugin, complete=complete, extra=extra)


def run(settings: Settings, *, console: Console | None = None, quiet: bool = False) -> int:
    """Run the suite and return the exit code. The results lie in the output folder, whatever the outcome.

    `quiet` prints no progress and no summary.
    """
    # A bar that moves would write over the questions to a person.
    still = Console(stderr=True, force_terminal=False) if settings.trigger_person else None
    watcher = Silence() if quiet else Progress(still)
    started = clock.now()
    result = None
    try:
        with handling(signal.default_int_handler, signal.SIGTERM), opened(settings, watcher=watcher) as ready:
            for note in ready.story.remarks:
                watcher.note(note)
            result = _played(ready, settings)
    except KeyboardInterrupt:
        result = result or _interrupted(settings, started)
    finally:
        watcher.close()
    with handling(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM):
        folder = store(result, settings)
    if not quiet:
        print_result(result, console or Console(), report=str(folder / "report.html"))
    return result.statement.exit_code


def _played(ready: Opened, settings: Settings) -> Result:
    """Play the scenarios, as far as nobody interrupts."""
    plugin, bench, story = ready.plugin, ready.bench, ready.story
    if plugin is None or bench is None:
        return ready.result(0)
    folder = folder_of(settings, story.run_id)
    plugin.watcher = Checkpoints(
        plugin.watcher,
        lambda: story.told(bench, plugin, complete=False, extra=[], evidence=False),
        Evidence(bench.journal, lambda: story.redaction(bench), folder),
        folder,
    )
    try:
        code = play(settings, plugin)
    except KeyboardInterrupt:
        code = pytest.ExitCode.INTERRUPTED
    with handling(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM):
        return ready.result(code)


def play(settings: Settings, plugin: Plugin) -> int | pytest.ExitCode:
    """Let pytest play the scenarios; its exit code."""
    usual = gc.get_threshold()
    # Every parsed list is thousands of objects, none of them in a cycle: at the usual thresholds the search for
    # cycles takes a third of the run.
    gc.set_threshold(20_000, 20, 50)
    try:
        return pytest.main(arguments(settings), plugins=[plugin])
    finally:
        gc.set_threshold(*usual)


def _interrupted(settings: Settings, started: datetime) -> Result:
    """The result of a run that was interrupted before its first scenario."""
    story = _story(settings, started, settings.claimed)
    return story.untold("the run was interrupted before it began", complete=False)


@contextlib.contextmanager
def opened(settings: Settings, *, watcher: Watcher, embed: type[Embedded] = Embedded) -> Iterator[Opened]:
    """Find the IUT, choose what to judge, and serve the peers until the end of the run.

    `embed` starts the embedded party, where that is the IUT.
    Raises what the settings, the selection, the baseline and the embedded party raise: see `errors`.
    """
    for name in settings.flaw:
        find_flaw(name, role=settings.role)
    if settings.claimed is not None:
        insist(settings.claimed)
    started = clock.now()
    # Before anything is sent: what is wrong with the settings shows here.
    story = _story(settings, started, settings.claimed)
    with _target(settings, embed) as target:
        diagnosis = None if settings.embedded else examine(settings)
        if diagnosis is not None and diagnosis.claim is not None and settings.claimed is None:
            story = _story(settings, started, diagnosis.claim)
        if diagnosis is not None and not diagnosis.usable:
            yield Opened(story, None, None, diagnosis)
            return
        bench = Bench(
            settings=settings,
            claim=story.claim,
            catalogue=story.catalogue,
            selection=story.selection,
            selected=story.wanted.selected,
            trigger=target.trigger,
            versions_url=target.versions_url,
            token_a=target.token,
        )
        with bench:
            yield Opened(story, Plugin(bench, watcher=watcher), bench, diagnosis)


def _story(settings: Settings, started: datetime, claim: Claim | None) -> Story:
    """What a run sets out to show; without a claim all that an implementation of its role can have."""
    catalogue = _catalogue(settings)
    baseline = (
        load_baseline(settings.baseline, catalogue, today=started.date()) if settings.baseline else None
    )
    claim = claim or Claim.default(settings.role, settings.ocpi_version)
    selection = catalogue.select(claim)
    return Story(
        settings=settings,
        claim=claim,
        catalogue=catalogue,
        selection=selection,
        wanted=choose(settings, catalogue, selection),
        baseline=baseline,
        run_id=f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        started=started,
    )


def _catalogue(settings: Settings) -> Catalogue:
    try:
        return load(settings.scenarios).in_edition(edition_of(settings.edition, settings.ocpi_version))
    except CatalogueError as error:
        raise UsageError(
            str(error),
            hint="a row takes what those of `ocpi-conformance list requirements --format json` have",
        ) from error


def folder_of(settings: Settings, run_id: str) -> Path:
    """Where the settings want the results of a run."""
    return settings.output or Path("ocpi-results") / run_id


def store(result: Result, settings: Settings) -> Path:
    """Write the result where the settings want it, and return that folder."""
    folder = folder_of(settings, result.run.id)
    write_all(result, folder, formats=settings.format)
    return folder


@contextlib.contextmanager
def _target(settings: Settings, embed: type[Embedded]) -> Iterator[_Target]:
    if not settings.embedded:
        trigger = trigger_of(settings)
        try:
            yield _Target(settings.versions_url, settings.token, trigger)
        finally:
            trigger.close()
        return
    # It lies on the same machine: over https it takes whatever certificate our side serves with.
    https = ["--insecure"] if settings.tls or settings.tls_cert else []
    with embed(
        role=settings.role,
        version=settings.ocpi_version,
        seed=settings.seed,
        flaws=settings.flaw,
        arguments=[*https, *(("--tls", settings.tls) if settings.tls else ())],
    ) as embedded:
        trigger = HttpTrigger(embedded.trigger_url, token=embedded.trigger_token, verify=settings.verify)
        try:
            yield _Target(embedded.versions_url, embedded.token, trigger)
        finally:
            trigger.close()


class Silence:
    """Tells nobody how a run goes."""

    def note(self, text: str) -> None: ...
    def started(self, total: int) -> None: ...
    def scenario(self, id: str, title: str) -> None: ...
    def finished(self, id: str, verdict: Verdict) -> None: ...
    def close(self) -> None: ...


def arguments(settings: Settings) -> list[str]:
    """pytest on our scenarios alone: nothing of the user's own configuration or plugins takes part."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    folders = [str(scenarios_folder())]
    if settings.scenarios:
        folders.append(str(settings.scenarios))
    return [
        *folders,
        *("-c", os.devnull, "--rootdir", folders[0], "--import-mode=importlib", "--assert=plain"),
        *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:faulthandler"),
        *(
            "-p",
            "no:unraisableexception",
            "-p",
            "no:threadexception",
            "-p",
            "no:warnings",
            "-p",
            "no:doctest",
        ),
        *("-p", "no:stepwise", "-p", "no:setuponly", "-p", "no:setupplan", "-p", "no:subtests"),
        *("-o", "python_files=*.py", "--capture=no", "--continue-on-collection-errors"),
    ]


def scenarios_folder() -> Path:
    """Where the scenarios lie, found without importing them."""
    spec = importlib.util.find_spec("ocpi_conformance.scenarios")
    if spec is None or not spec.submodule_search_locations:
        raise ConformanceError("the scenarios are not installed", hint="install ocpi-conformance anew")
    return Path(next(iter(spec.submodule_search_locations)))
