"""The suite under the user's own pytest: the run is opened and closed with pytest's session."""

import contextlib
import os
from pathlib import Path

import pytest

from . import settings as configuration
from .errors import ConformanceError
from .running import Opened, Silence, opened, store


class Embedding:
    """Writes the results when the session ends, and lets its exit code be the suite's."""

    def __init__(self, ready: Opened, settings: configuration.Settings, stack: contextlib.ExitStack) -> None:
        self._ready = ready
        self._settings = settings
        self._stack = stack

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """State what was shown."""
        result = self._ready.result(exitstatus)
        self._folder = store(result, self._settings)
        self._statement = result.statement
        session.exitstatus = result.statement.exit_code

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the statement below pytest's own summary."""
        terminalreporter.section("OCPI conformance")
        terminalreporter.line(f"{self._statement.outcome.upper()}  {self._statement.text}")
        terminalreporter.line(str(self._folder / "report.html"))

    def pytest_unconfigure(self) -> None:
        self._stack.close()


def open_run(config: pytest.Config, path: Path | None) -> None:
    """Open a run and register its plugin. What is wrong with the settings is pytest's usage error."""
    stack = contextlib.ExitStack()
    try:
        settings = configuration.load(path, os.environ, {})
        ready = stack.enter_context(opened(settings, watcher=Silence()))
    except ConformanceError as error:
        stack.close()
        raise pytest.UsageError(f"{error}{f'; {error.hint}' if error.hint else ''}") from None
    if ready.plugin is None:
        reason = ready.diagnosis.summary if ready.diagnosis else ""
        store(ready.result(0), settings)
        stack.close()
        raise pytest.UsageError(reason)
    config.addinivalue_line("python_files", "*.py")
    config.pluginmanager.register(ready.plugin, "ocpi-conformance-run")
    config.pluginmanager.register(Embedding(ready, settings, stack), "ocpi-conformance-results")
