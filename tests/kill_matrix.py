"""The kill matrix: every flaw of the embedded party is switched on by itself, and what the suite then says is compared
with what the flaw declares.

    python tests/kill_matrix.py [--role cpo] [--role emsp] [--together N] [--record] [FLAW ...]

Exits 1 where a flaw is not caught by all that it declares, or where anything else is broken by it. With `--record` what
came out is written to where `docs/kill-matrix.md` is made from (`ocpi-conformance catalogue document`).

With `--together` some flaws that have nothing to do with each other share a run, and where it isn't exactly what they
declare between them each gets a run of its own. It takes a fraction of the time, and has one blind spot: what one flaw
breaks beyond its declaration stays unseen if another in the same run declares just that.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from ocpi_conformance.conformance.catalogue import load as catalogued
from ocpi_conformance.conformance.commands.serve import prepare
from ocpi_conformance.conformance.embedded import Embedded
from ocpi_conformance.conformance.kills import Kill, record
from ocpi_conformance.conformance.profiles import profiles, requested_by
from ocpi_conformance.conformance.running import Silence, opened
from ocpi_conformance.conformance.running import play as play_scenarios
from ocpi_conformance.conformance.serve_settings import ServeSettings
from ocpi_conformance.conformance.settings import load
from ocpi_conformance.conformance.verdict import by_requirement
from ocpi_conformance.simulators.flaws import Flaw, get
from ocpi_conformance.simulators.flaws import flaws as all_flaws

SEED = 1
QUIET_S = 0.2
PATIENCE_S = 3.0
"""The embedded party acts before its trigger answers: what hasn't come by then won't come."""
BROKEN = frozenset({"FAIL", "WARN"})
LONERS = ("credentials", "versions", "transport", "paging", "types", "journeys")
ACCUSED = frozenset({"FAIL", "WARN", "ERROR"})
"""A flaw may leave much that can't be shown any more (INCONCLUSIVE); it must not bring a word against the rest."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One flaw in one role: what it must break, what it broke, and with which verdicts."""

    flaw: str
    role: str
    declared: frozenset[str]
    verdicts: tuple[tuple[str, str], ...]
    exit_code: int
    legal: bool = False

    @property
    def survived(self) -> frozenset[str]:
        """Requirements that the flaw must break and that were not shown to be broken."""
        return self.declared - {slug for slug, verdict in self.verdicts if verdict in BROKEN}

    @property
    def collateral(self) -> frozenset[str]:
        """Requirements that were called broken although the flaw doesn't touch them."""
        return frozenset(slug for slug, verdict in self.verdicts if verdict in ACCUSED) - self.declared

    @property
    def holds(self) -> bool:
        return (
            not self.survived and not self.collateral and self.exit_code in ((0, 10) if self.legal else (1,))
        )

    @property
    def kill(self) -> Kill:
        """The row as it is written down."""
        return Kill(
            flaw=self.flaw,
            role=self.role,
            declared=tuple(self.declared),
            survived=tuple(self.survived),
            collateral=tuple(self.collateral),
            exit_code=self.exit_code,
            holds=self.holds,
        )


class Forked(Embedded):
    """The embedded party in a process of its own that begins as a copy of this one: nothing is loaded anew."""

    def __init__(
        self, *, role: str, version: str = "2.2.1", seed: int = 0, flaws: Sequence[str] = (), **_: object
    ):
        self._role = role
        self._wanted = ServeSettings(ocpi_version=version, seed=seed, flaw=tuple(flaws))

    def start(self) -> "Forked":
        """Fork, and read from the child where it is."""
        ours, theirs = multiprocessing.Pipe()
        self._child = os.fork()
        if self._child == 0:
            ours.close()
            self._serve(theirs)
        theirs.close()
        self._pipe = ours
        self._take(ours.recv_bytes())
        return self

    def _serve(self, pipe: Connection) -> NoReturn:
        server, party, described = prepare(self._role, self._wanted)
        with server:
            pipe.send_bytes(json.dumps(described).encode())
            with contextlib.suppress(EOFError):
                pipe.recv_bytes()
        party.close()
        os._exit(0)

    def stop(self) -> None:
        """Let the child go, and wait for it."""
        self._pipe.close()
        os.waitpid(self._child, 0)


def play(role: str, flaws: Sequence[str], *, quiet_s: float = QUIET_S) -> tuple[dict[str, str], int]:
    """Run the suite against the embedded party; the verdict of each scored requirement, and the exit code."""
    played = tuple(get(name).as_tried if ":" not in name else name for name in flaws)
    flags = {"role": role, "flaw": played, "seed": SEED, "patience_s": PATIENCE_S, "quiet_s": quiet_s}
    if kept := requested(flaws):
        flags["profile"] = (*kept, *(found.name for found in profiles() if not found.on_request))
    settings = load(None, {}, flags)
    with opened(settings, watcher=Silence(), embed=Forked) as ready:
        result = ready.result(play_scenarios(settings, ready.plugin))
    told = {slug for name in flaws for slug in get(name).shows}
    verdicts = by_requirement(row for row in result.verdicts if row.scored or row.requirement in told)
    return {slug: verdict.value for slug, verdict in verdicts.items()}, result.statement.exit_code


def requested(names: Iterable[str]) -> tuple[str, ...]:
    """The profiles on request that flaws need to be seen."""
    catalogue = catalogued()
    slugs = {slug for name in names for role in get(name).roles for slug in get(name).declared(role)}
    kept = {requested_by(catalogue[slug]) for slug in slugs if slug in catalogue}
    return tuple(sorted(kept - {""}))


def try_flaw(role: str, name: str) -> Row:
    """One flaw by itself. A broken requirement is one with FAIL or WARN; nothing else may be less than PASS."""
    verdicts, code = play(role, [name])
    flaw = get(name)
    return Row(
        flaw=name,
        role=role,
        declared=frozenset(flaw.declared(role)),
        legal=bool(flaw.legal),
        verdicts=tuple(sorted(verdicts.items())),
        exit_code=code,
    )


def try_at_once(role: str, names: Sequence[str]) -> Row:
    """Several flaws in one run: what they declare between them must break, and nothing else."""
    verdicts, code = play(role, names)
    return Row(
        flaw=" + ".join(names),
        role=role,
        declared=frozenset().union(*(get(name).declared(role) for name in names)),
        verdicts=tuple(sorted(verdicts.items())),
        exit_code=code,
    )


def try_flaws(role: str, names: Sequence[str]) -> list[Row]:
    """Several flaws in one run, if that tells as much as a run for each; else a run for each."""
    if len(names) > 1:
        declared = {name: frozenset(get(name).declared(role)) for name in names}
        shared = try_at_once(role, names)
        if shared.holds:
            return [
                replace(
                    shared,
                    flaw=name,
                    declared=slugs,
                    verdicts=tuple(found for found in shared.verdicts if found[0] in slugs),
                )
                for name, slugs in declared.items()
            ]
    return [try_flaw(role, name) for name in names]


def matrix(pairs: Iterable[tuple[str, str]], *, workers: int = 2, together: int = 1) -> Iterable[Row]:
    """Try many flaws, each run in a process of its own."""
    with processes(workers) as pool:
        for future in [pool.submit(try_flaws, role, names) for role, names in grouped(list(pairs), together)]:
            yield from future.result()


def processes(workers: int) -> ProcessPoolExecutor:
    """Processes that play one run each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warmed"])
    return ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1)


def grouped(pairs: Sequence[tuple[str, str]], size: int) -> list[tuple[str, list[str]]]:
    """Flaws of one role that may share a run: of different files, declaring different requirements.

    What spoils registrations or every exchange leaves nothing to be seen of others, and stays alone. What only
    profiles on request show is played with others of the same profile.
    """
    known = {name: get(name) for _, name in pairs}
    groups: list[tuple[str, list[str]]] = []
    for role, name in pairs:
        for other_role, names in groups if size > 1 else []:
            if other_role != role or len(names) == size:
                continue
            if all(_apart(known[name], known[other], role) for other in names):
                names.append(name)
                break
        else:
            groups.append((role, [name]))
    return groups


def _apart(one: Flaw, other: Flaw, role: str) -> bool:
    """Whether two flaws may share a run."""
    if one.legal or other.legal:
        return False
    chapters = {one.chapter, other.chapter}
    if set(one.breaks[role]) & set(other.breaks[role]) or requested([one.name]) != requested([other.name]):
        return False
    return bool(requested([one.name])) or (len(chapters) == 2 and not chapters & set(LONERS))


def pairs_of(roles: Sequence[str], names: Sequence[str]) -> list[tuple[str, str]]:
    """Each named flaw, or each there is, in each role that it is declared for."""
    return [(role, name) for name in names or all_flaws() for role in get(name).roles if role in roles]


def main() -> int:
    """Print a line for each flaw, and what doesn't fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--role", action="append", type=str.upper, choices=["CPO", "EMSP"])
    parser.add_argument("--together", type=int, default=1, metavar="N", help="up to N flaws share a run")
    parser.add_argument("--workers", type=int, default=3 * (os.cpu_count() or 2))
    parser.add_argument("--record", action="store_true", help="write down what came out")
    parser.add_argument("flaw", nargs="*")
    given = parser.parse_args()
    pairs = pairs_of(given.role or ["CPO", "EMSP"], given.flaw)
    wrong = 0
    played: list[Kill] = []
    try:
        for row in matrix(pairs, workers=given.workers, together=given.together):
            wrong += not row.holds
            played.append(row.kill)
            print(
                f"{'ok  ' if row.holds else 'WRONG'} {row.role:4} {row.flaw}: {len(row.declared)} declared",
                flush=True,
            )
            if not row.holds:
                print(f"      exit code {row.exit_code}")
                print(f"      survived:   {', '.join(sorted(row.survived)) or '-'}")
                extra = [f"{slug} {verdict}" for slug, verdict in row.verdicts if slug in row.collateral]
                print(f"      collateral: {', '.join(extra) or '-'}", flush=True)
    finally:
        if given.record:
            record(kill for kill in played if ":" not in kill.flaw)
    print(f"{len(pairs) - wrong} of {len(pairs)} flaws caught by exactly what they declare")
    return 1 if wrong or not pairs else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
