"""The pytest plugin of one run: gives scenarios their fixtures, orders them, and turns what happens into judgements."""

import time
import types
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from ..reports.result import Verdict
from ..simulators.charging import ChargingError
from ..simulators.connection import NotListedError
from ..simulators.party import Party
from .bench import Bench
from .check import Check, NonConformance, Stop
from .iut import Iut
from .ledger import Judgement
from .marking import MARK, Phase
from .redaction import of_run
from .settings import Settings


class Watcher(Protocol):
    """Who is told of a run's progress."""

    def started(self, total: int) -> None: ...
    def scenario(self, id: str, title: str) -> None: ...
    def finished(self, id: str, verdict: Verdict) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Played:
    """One scenario as it went."""

    id: str
    title: str
    module: str
    verdict: Verdict
    duration_s: float
    reason: str


_CHECK = pytest.StashKey[Check]()


class Plugin:
    """Registered for one run; `watcher` is told how it goes, and may be replaced until it begins."""

    def __init__(self, bench: Bench, *, watcher: Watcher) -> None:
        self._bench = bench
        self.played: list[Played] = []
        self.withheld: dict[str, str] = {}
        self.unclaimed: dict[str, str] = {}
        """Requirements of which only scenarios speak that the claim rules out, with the line that does."""
        self.trouble = ""
        self.watcher = watcher

    # Selection

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", f"{MARK}(module, iut, side, ...): to whom a scenario applies")
        if not config.pluginmanager.hasplugin("terminalreporter"):
            # Nobody reads pytest's own tracebacks then, and formatting them costs more than most scenarios.
            config.option.tbstyle = "line"

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the scenarios that apply and speak of a selected requirement, in the order of their phases."""
        kept = []
        for item in items:
            if denial := self._denied(item):
                for slug in self._slugs(item):
                    self.unclaimed.setdefault(slug, denial)
            elif reason := self._why_not(item):
                for slug in self._slugs(item):
                    self.withheld.setdefault(slug, reason)
            else:
                kept.append(item)
        for slug in {slug for item in kept for slug in self._slugs(item)} | set(self.withheld):
            self.unclaimed.pop(slug, None)
        items[:] = sorted(kept, key=_place)
        self.watcher.started(len(items))

    def _why_not(self, item: pytest.Item) -> str:
        about, settings = _mark(item), self._bench.settings
        if about["iut"] not in ("any", self._bench.claim.role):
            return f"a scenario for the role {about['iut']}"
        if not any(slug in self._bench.selected for slug in self._slugs(item)) and self._slugs(item):
            return "none of its requirements is selected"
        if settings.read_only and (about["writes"] or about["phase"] >= Phase.DISRUPTIVE):
            return f"withheld by read_only: it changes data of the IUT{_cautious(settings)}"
        if not settings.disruptive and about["phase"] >= Phase.DISRUPTIVE:
            return "withheld: it renews or ends the registration (set disruptive = true)"
        if about["attacks"] and not settings.attacks:
            return "withheld: it sends what an attacker or a broken client would (set attacks = true)"
        return ""

    def _denied(self, item: pytest.Item) -> str:
        """The line of the claim that rules a scenario of its role out."""
        about, claim = _mark(item), self._bench.claim
        if about["iut"] not in ("any", claim.role):
            return ""
        side = "" if about["side"] == "any" else about["side"]
        return claim.reason(about["module"], side, feature=about["feature"])

    def _slugs(self, item: pytest.Item) -> frozenset[str]:
        return slugs_of(item, self._bench.catalogue)

    # Fixtures

    @pytest.fixture
    def check(self, request: pytest.FixtureRequest) -> Check:
        """The checks of this scenario."""
        return request.node.stash[_CHECK]

    @pytest.fixture
    def iut(self) -> Iut:
        """The implementation under test."""
        return Iut(self._bench)

    @pytest.fixture
    def peer(self) -> Party:
        """The party that faces the IUT: an eMSP for a CPO, a CPO for an eMSP."""
        return self._bench.peer

    @pytest.fixture
    def emsp(self) -> Party:
        """The peer, in scenarios for a CPO."""
        return self._bench.peer

    @pytest.fixture
    def cpo(self) -> Party:
        """The peer, in scenarios for an eMSP."""
        return self._bench.peer

    @pytest.fixture
    def bench(self) -> Bench:
        """The test bench, for scenarios that need further peers."""
        return self._bench

    # Playing

    def pytest_internalerror(self, excrepr: object) -> None:
        self.trouble = str(excrepr)[-2000:]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = report.longreprtext.strip().splitlines() or ["no reason given"]
            self.trouble = (
                f"can't read {report.nodeid or 'the scenarios'}: {lines[-1].removeprefix('E').strip()}"
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        scenario = scenario_id(item)
        check = Check(
            scenario=scenario,
            ledger=self._bench.ledger,
            selected=self._bench.selected,
            known=self._bench.catalogue.__contains__,
        )
        item.stash[_CHECK] = check
        self.watcher.scenario(scenario, _title(item))
        self._bench.begin(scenario)
        self._outcome: tuple[Verdict, str] | None = None
        begin = time.perf_counter()
        result = yield
        self._bench.end()
        verdict, reason = self._conclude(item, check)
        self.played.append(
            Played(
                id=scenario,
                title=_title(item),
                module=_mark(item)["module"],
                verdict=verdict,
                duration_s=time.perf_counter() - begin,
                reason=reason,
            )
        )
        self.watcher.finished(scenario, verdict)
        return result

    def pytest_runtest_setup(self, item: pytest.Item) -> None:  # noqa: ARG002
        """Don't begin where the IUT has fallen silent."""
        reason = self._bench.silence
        if reason:
            raise Stop(Verdict.INCONCLUSIVE, reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        """Let the checks speak: a failed one fails the test when it has ended."""
        result = yield
        failures = [found for found in pyfuncitem.stash[_CHECK].failures if found.verdict is Verdict.FAIL]
        if failures:
            lines = [f"{found.slug}: expected {found.expected}, found {found.found}" for found in failures]
            raise NonConformance(of_run(self._bench).text("\n".join(lines)))
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo is not None and self._outcome is None:
            self._outcome = _read(call.excinfo)
        return report

    def _conclude(self, item: pytest.Item, check: Check) -> tuple[Verdict, str]:
        """Give what a scenario that stopped early would still have judged its verdict and its reason."""
        stopped, reason = self._outcome or (None, "")
        if stopped is not None:
            for slug in self._slugs(item) - check.spoken:
                if slug in self._bench.selected:
                    self._bench.ledger.add(
                        Judgement(slug=slug, verdict=stopped, scenario=check.scenario, reason=reason)
                    )
        verdicts = [found.verdict for found in check.failures] + ([stopped] if stopped else [])
        return (Verdict.worst(verdicts) if verdicts else Verdict.PASS), reason


def _read(excinfo: pytest.ExceptionInfo[BaseException]) -> tuple[Verdict, str] | None:
    error = excinfo.value
    if isinstance(error, NonConformance):
        return None
    if isinstance(error, Stop):
        return error.verdict, error.reason
    if isinstance(error, NotListedError | ChargingError):
        return Verdict.INCONCLUSIVE, str(error)
    place = excinfo.traceback[-1]
    return Verdict.ERROR, f"{type(error).__name__}: {error} ({Path(str(place.path)).name}:{place.lineno + 1})"


def slugs_of(item: pytest.Item, known: Any) -> frozenset[str]:
    """The requirements that a scenario's source names, its helpers in the same file included."""
    function = getattr(item, "function", None)
    return frozenset(slug for slug in _strings(function, set()) if slug in known) if function else frozenset()


def _strings(function: types.FunctionType, visited: set[types.CodeType]) -> Iterator[str]:
    code = function.__code__
    if code in visited:
        return
    visited.add(code)
    yield from _constants(code)
    for name in code.co_names:
        helper = function.__globals__.get(name)
        if isinstance(helper, types.FunctionType) and helper.__module__ == function.__module__:
            yield from _strings(helper, visited)
        elif isinstance(helper, (str, tuple, dict, frozenset)):
            yield from _texts(helper)


def _constants(code: types.CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _constants(constant)
        else:
            yield from _texts(constant)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, frozenset)):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)


def scenario_id(item: pytest.Item) -> str:
    """A stable id: folder, file and function, as `locations/cpo_serves::test_list`."""
    path = Path(item.path)
    return f"{path.parent.name}/{path.stem}::{item.name}"


def _cautious(settings: Settings) -> str:
    """Where read_only was nobody's wish: what ends it."""
    source = settings.sources.get("read_only", "")
    allowing = "attacks = true, disruptive = true or read_only = false allows more"
    return f" ({source} sets it; {allowing})" if source.startswith("the profile") else ""


def _place(item: pytest.Item) -> tuple[int, bool]:
    """Where in a run a scenario stands: by its phase, and there before all others what the others build on."""
    about = _mark(item)
    return about["phase"], about["module"] != _FIRST.get(about["phase"], about["module"])


_FIRST = {Phase.UNREGISTERED: "versions", Phase.REGISTERED: "credentials"}


def _mark(item: pytest.Item) -> dict[str, Any]:
    mark = item.get_closest_marker(MARK)
    base = {
        "module": "",
        "iut": "any",
        "side": "any",
        "feature": "",
        "writes": False,
        "attacks": False,
        "phase": Phase.REGISTERED,
    }
    return base if mark is None else {**base, **mark.kwargs}


def _title(item: pytest.Item) -> str:
    documentation = getattr(getattr(item, "function", None), "__doc__", None) or item.name
    return documentation.strip().splitlines()[0]
