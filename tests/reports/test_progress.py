"""A log gets a line a scenario; a terminal gets one live line that goes away."""

import io
import re

from ocpi_conformance.reports import Verdict
from ocpi_conformance.reports.progress import Progress
from rich.console import Console


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    progress = Progress(Console(file=out, width=80, force_terminal=terminal))
    progress.started(2)
    for id, verdict in (("a::one", Verdict.PASS), ("a::two", Verdict.FAIL)):
        progress.scenario(id, "Reads [bold]it[/] \x1b[2J.")
        progress.finished(id, verdict)
    progress.close()
    progress.close()
    return out.getvalue()


def test_log_has_a_plain_line_for_each_scenario() -> None:
    lines = [re.sub(r"\(\d+\.\d s\)", "(t)", line) for line in shown(terminal=False).splitlines()]

    assert lines == [
        "2 scenarios",
        "1/2  PASS            a::one: Reads [bold]it[/] \\x1b[2J. (t)",
        "2/2  FAIL            a::two: Reads [bold]it[/] \\x1b[2J. (t)",
    ]


def test_terminal_shows_verdicts_and_escapes_titles() -> None:
    text = shown(terminal=True)

    assert "1 fail" in text
    assert "[bold]it[/]" in text
    assert "\x1b[2J" not in text


def test_calls_out_of_order_do_no_harm() -> None:
    out = io.StringIO()
    progress = Progress(Console(file=out))
    progress.finished("unknown", Verdict.PASS)
    progress.close()

    assert "unknown" in out.getvalue()
