"""What is seen while a run goes on: one live line in a terminal, one line a scenario elsewhere."""

from collections import Counter
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Live
from rich.text import Text

from .console import STYLES
from .plain import one_line
from .result import Verdict

__all__ = ["Progress"]


class Progress:
    """Told what the run does, shows how far it is.

    A terminal gets a bar with the verdicts so far and the scenario under way, which vanishes at the end. A
    pipe or a log gets one plain line for each finished scenario. `close` may be called twice.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live: Live | None = None
        self._task = None
        self._total = 0
        self._counts: Counter[Verdict] = Counter()
        self._titles: dict[str, tuple[str, float]] = {}

    def started(self, total: int) -> None:
        """`total` scenarios will run."""
        self._total = total
        if self._console.is_terminal and self._live is None:
            self._live = Live(
                SpinnerColumn(),
                BarColumn(bar_width=16),
                MofNCompleteColumn(),
                TextColumn("{task.fields[tally]}"),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
                refresh_per_second=5,
            )
            self._live.start()
            self._task = self._live.add_task("", total=total, tally="")
        elif not self._console.is_terminal:
            self._console.print(f"{total} scenario{'' if total == 1 else 's'}", markup=False)

    def note(self, text: str) -> None:
        """Something to know before the first scenario."""
        self._console.print(f"note: {one_line(text)}", markup=False, soft_wrap=True)

    def scenario(self, id: str, title: str) -> None:
        """The scenario `id` begins."""
        self._titles[id] = (one_line(title), monotonic())
        if self._live and self._task is not None:
            self._live.update(self._task, description=self._fitting(title or id))

    def finished(self, id: str, verdict: Verdict) -> None:
        """The scenario `id` came to `verdict`."""
        self._counts[verdict] += 1
        if self._live and self._task is not None:
            self._live.update(self._task, advance=1, tally=self._tally())
            return
        title, since = self._titles.pop(id, ("", monotonic()))
        width = len(str(self._total))
        line = Text(f"{self._counts.total():>{width}}/{self._total}  ")
        line.append(f"{verdict:<14}", STYLES[verdict])
        line.append(f"  {one_line(id)}" + (f": {title}" if title else "") + f" ({monotonic() - since:.1f} s)")
        self._console.print(line, soft_wrap=True)

    def close(self) -> None:
        """The run is over, whichever way it ended."""
        if self._live:
            self._live.stop()
            self._live = None

    def _fitting(self, title: str) -> str:
        room = max(self._console.width - 50, 10)
        title = one_line(title)
        return title if len(title) <= room else title[: room - 1] + "…"

    def _tally(self) -> str:
        """The verdicts so far, in the markup of rich; our own words only."""
        shown = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN, Verdict.PASS)
        parts = [(self._counts[verdict], verdict) for verdict in shown if self._counts[verdict]]
        return " ".join(f"[{STYLES[verdict]}]{count} {verdict.lower()}[/]" for count, verdict in parts)
