"""Deviations: failures that the user knows of, listed with a reason and an expiry, lest they be forgotten.

[[deviation]]
requirement = "paging-link-on-every-page"
reason = "our gateway drops the header, ticket 4711"
expires = 2027-01-31
scenario = "paging/crawl::test_link"     # optional: excused there only
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..reports.result import Verdict, VerdictRow
from .errors import UsageError, nearest
from .options import read_toml
from .requirement import Requirement

__all__ = ["Baseline", "Deviation", "load"]

_FIELDS = {"requirement": True, "reason": True, "expires": True, "scenario": False}
_BROKEN = (Verdict.FAIL, Verdict.WARN)


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """One known failure. It excuses up to and including the day on which it expires."""

    requirement: str
    reason: str
    expires: date
    scenario: str = ""

    def covers(self, requirement: str, scenario: str) -> bool:
        """Whether a failure of `requirement` in `scenario` is this one."""
        return requirement == self.requirement and self.scenario in ("", scenario)

    def __str__(self) -> str:
        return f"{self.requirement} in {self.scenario}" if self.scenario else self.requirement


@dataclass(frozen=True)
class Baseline:
    """All listed deviations, as of a day."""

    deviations: tuple[Deviation, ...]
    today: date

    def match(self, requirement: str, scenario: str = "") -> Deviation | None:
        """The deviation that excuses a failure; an expired one excuses nothing."""
        return next((found for found in self._valid() if found.covers(requirement, scenario)), None)

    @property
    def expired(self) -> tuple[Deviation, ...]:
        """Deviations whose day has passed."""
        return tuple(found for found in self.deviations if found.expires < self.today)

    def passing(self, rows: Iterable[VerdictRow]) -> tuple[Deviation, ...]:
        """Deviations of what now passes: at least one PASS, and no failure left that they would excuse.

        What wasn't judged in this run is not among them.
        """
        judged = list(rows)
        return tuple(found for found in self._valid() if _passes(found, judged))

    def stale(self, rows: Iterable[VerdictRow]) -> tuple[str, ...]:
        """Each deviation that has to be looked at again, with the reason: passes now, or has expired."""
        passing = [f"{found} (passes now)" for found in self.passing(rows)]
        return (*passing, *(f"{found} (expired on {found.expires})" for found in self.expired))

    def _valid(self) -> Sequence[Deviation]:
        return [found for found in self.deviations if found.expires >= self.today]


def _passes(deviation: Deviation, rows: Iterable[VerdictRow]) -> bool:
    verdicts = {row.verdict for row in rows if deviation.covers(row.requirement, row.scenario)}
    return Verdict.PASS in verdicts and not verdicts.intersection(_BROKEN)


def load(path: Path, catalogue: Iterable[Requirement], *, today: date | None = None) -> Baseline:
    """Read a baseline file, whose entries name requirements of the catalogue; `today` defaults to UTC's day.

    Raises:
        UsageError: the file can't be read, an entry is incomplete or names an unknown requirement.
    """
    table = read_toml(path)
    for key in table:
        if key != "deviation":
            raise UsageError(
                f"{key} in {path} is unknown", hint="a baseline holds [[deviation]] entries only"
            )
    rows = table.get("deviation", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(
            f"deviation in {path} is no list of tables", hint="write [[deviation]] above each entry"
        )
    slugs = frozenset(requirement.slug for requirement in catalogue)
    found = tuple(_read(row, f"entry {number} of {path}", slugs) for number, row in enumerate(rows, 1))
    _no_twins(found, path)
    return Baseline(found, today or datetime.now(UTC).date())


def _read(row: Mapping[str, Any], where: str, slugs: frozenset[str]) -> Deviation:
    for name in row:
        if name not in _FIELDS:
            raise UsageError(f"{where} has an unknown field {name!r}", hint=nearest(name, _FIELDS))
    for name, required in _FIELDS.items():
        if required and name not in row:
            raise UsageError(f"{where} has no {name}", hint="it takes requirement, reason and expires")
    for name in ("requirement", "reason", "scenario"):
        value = row.get(name, "-")
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{where}: {name} is {value!r}", hint="it takes a text that isn't empty")
    if row["requirement"] not in slugs:
        raise UsageError(
            f"{where}: there is no requirement {row['requirement']!r}",
            hint=nearest(row["requirement"], slugs),
        )
    return Deviation(
        requirement=row["requirement"],
        reason=row["reason"].strip(),
        expires=_day(row["expires"], where),
        scenario=row.get("scenario", ""),
    )


def _day(value: Any, where: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{where}: expires is {value!r}", hint="it takes a day, as 2027-01-31") from error


def _no_twins(deviations: Iterable[Deviation], path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for found in deviations:
        if (found.requirement, found.scenario) in seen:
            raise UsageError(f"{path} lists {found} twice", hint="keep one entry")
        seen.add((found.requirement, found.scenario))
