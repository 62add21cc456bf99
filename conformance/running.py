"""One run, from settings to results: find the IUT, play the scenarios, state what they show."""

import contextlib
import importlib.util
import os
import secrets
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
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
from .claim import Claim
from .deviations import load as load_baseline
from .doctor import Diagnosis, examine
from .editions import edition_of
from .embedded import Embedded
from .errors import ConformanceError, UsageError
from .flaws import find as find_flaw
from .plugin import Plugin, Watcher
from .requirement import CatalogueError
from .reviewing import insist
from .selecting import choose
from .settings import Settings
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
            return self.story.untold(self.diagnosis)
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
    with _terminable(), opened(settings, watcher=watcher) as ready:
        for note in ready.story.remarks:
            watcher.note(note)
        try:
            code = pytest.main(arguments(settings), plugins=[ready.plugin]) if ready.plugin else 0
        finally:
            watcher.close()
        result = ready.result(code)
    folder = store(result, settings)
    if not quiet:
        print_result(result, console or Console(), report=str(folder / "report.html"))
    return result.statement.exit_code


@contextlib.contextmanager
def opened(settings: Settings, *, watcher: Watcher, embed: type[Embedded] = Embedded) -> Iterator[Opened]:
    """Find the IUT, choose what to judge, and serve the peers until the end of the run.

    `embed` starts the embedded party, where that is the IUT.
    Raises what the settings, the selection, the baseline and the embedded party raise: see `errors`.
    """
    for name in settings.flaw:
        find_flaw(name, role=settings.role)
    catalogue = _catalogue(settings)
    if settings.claimed is not None:
        insist(settings.claimed)
    started = clock.now()
    baseline = (
        load_baseline(settings.baseline, catalogue, today=started.date()) if settings.baseline else None
    )
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with _target(settings, embed) as target:
        diagnosis = None if settings.embedded else examine(settings)
        claim = settings.claimed or (diagnosis.claim if diagnosis else None)
        claim = claim or Claim.default(settings.role, settings.ocpi_version)
        selection = catalogue.select(claim)
        wanted = choose(settings, catalogue, selection)
        story = Story(settings, claim, catalogue, selection, wanted, baseline, run_id, started)
        if diagnosis is not None and not diagnosis.usable:
            yield Opened(story, None, None, diagnosis)
            return
        bench = Bench(
            settings=settings,
            claim=claim,
            catalogue=catalogue,
            selection=selection,
            selected=wanted.selected,
            trigger=target.trigger,
            versions_url=target.versions_url,
            token_a=target.token,
        )
        with bench:
            yield Opened(story, Plugin(bench, watcher=watcher), bench, diagnosis)


def _catalogue(settings: Settings) -> Catalogue:
    try:
        return load(settings.scenarios).in_edition(edition_of(settings.edition, settings.ocpi_version))
    except CatalogueError as error:
        raise UsageError(
            str(error),
            hint="a row takes what those of `ocpi-conformance list requirements --format json` have",
        ) from error


def store(result: Result, settings: Settings) -> Path:
    """Write the result where the settings want it, and return that folder."""
    folder = settings.output or Path("ocpi-results") / result.run.id
    write_all(result, folder, formats=settings.format)
    return folder


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: with a result. Only a main thread can see to that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
    https = settings.tls or settings.tls_cert
    with embed(
        role=settings.role,
        version=settings.ocpi_version,
        seed=settings.seed,
        flaws=settings.flaw,
        arguments=["--insecure"] if https else [],
    ) as embedded:
        trigger = HttpTrigger(embedded.trigger_url, token=embedded.trigger_token)
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
        *("-p", "no:unraisableexception", "-p", "no:threadexception"),
        *("-o", "python_files=*.py", "--capture=no", "--continue-on-collection-errors"),
    ]


def scenarios_folder() -> Path:
    """Where the scenarios lie, found without importing them."""
    spec = importlib.util.find_spec("ocpi_conformance.scenarios")
    if spec is None or not spec.submodule_search_locations:
        raise ConformanceError("the scenarios are not installed", hint="install ocpi-conformance anew")
    return Path(next(iter(spec.submodule_search_locations)))
