"""python -m tests.field [--only NAME]: run against libraries of others; 0 if the findings equal the baselines."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ocpi_conformance.conformance.catalogue import load as load_catalogue
from ocpi_conformance.conformance.deviations import load as load_baseline

from .cases import CASES, Case
from .comparing import differences, findings
from .hosting import Host, HostError, hosted
from .notes import PAGE, written

LIMIT_S = 300.0
AT_ONCE = 2


@dataclass(frozen=True)
class Ended:
    """How a case ended: what differs from its baseline, and what it came to."""

    case: Case
    different: Sequence[str]
    summary: str


def main() -> int:
    """Play the cases, some at a time, and say of each whether it found what its baseline lists."""
    parser = argparse.ArgumentParser(prog="python -m tests.field", description=__doc__)
    parser.add_argument(
        "--environments", type=Path, default=Path(".venv/field"), help="folder of one environment a library"
    )
    parser.add_argument("--output", type=Path, help="keep the results here")
    parser.add_argument("--only", action="append", default=[], help="cases whose name holds this")
    parser.add_argument(
        "--notes", action="store_true", help="write the baselines into docs/field-notes.md, no run"
    )
    options = parser.parse_args()
    if options.notes:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    cases = [case for case in CASES if not options.only or any(part in case.name for part in options.only)]
    if not cases:
        parser.error(f"--only fits none of {', '.join(case.name for case in CASES)}")
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(AT_ONCE) as pool:
        output = options.output or Path(temporary)
        failed = 0
        for ended in pool.map(lambda case: play(case, options.environments, output / case.name), cases):
            failed += bool(ended.different)
            print(f"{ended.case.name}: {ended.summary}", flush=True)
            for line in ended.different:
                print(f"  {line}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


def play(case: Case, environments: Path, output: Path) -> Ended:
    """One run of the suite against one platform."""
    python = environments / case.library / "bin" / "python"
    begun = time.monotonic()
    try:
        with hosted(python, case.role, mended=case.mended, folder=output / "host") as host:
            said = run(case, host, output)
    except HostError as error:
        return Ended(case, [str(error)], "not run")
    except subprocess.TimeoutExpired:
        return Ended(case, [f"it took more than {LIMIT_S:g} s"], "not ended")
    written = output / "result.json"
    if not written.exists():
        return Ended(case, [said.strip()[-600:]], "no result")
    result = json.loads(written.read_text(encoding="utf-8"))
    listed = {entry.requirement for entry in load_baseline(case.baseline, load_catalogue()).deviations}
    counts = Counter(row["verdict"] for row in findings(result).values())
    took = f"{time.monotonic() - begun:.0f} s"
    return Ended(
        case, list(differences(result, listed)), f"{counts['FAIL']} FAIL, {counts['WARN']} WARN, {took}"
    )


def run(case: Case, host: Host, output: Path) -> str:
    """The suite as a user runs it; what it printed."""
    settings = {
        "role": case.role,
        "versions-url": host.versions_url,
        "ca-file": host.ca_file,
        "trigger-url": host.trigger_url,
        "token-env": "OCPI_TOKEN",
        "trigger-token-env": "HOOK_TOKEN",
        "output": str(output),
        "patience-s": "1",
        "rate": "0",
        "seed": "0",
        "baseline": str(case.baseline),
    }
    flags = [text for name, value in settings.items() for text in (f"--{name}", value)]
    # A platform that lives for this run alone may lose its registration, and be attacked.
    flags += ["--disruptive", "--attacks"]
    return subprocess.run(
        [sys.executable, "-m", "ocpi_conformance.conformance", "run", *flags],
        env=os.environ | {"OCPI_TOKEN": host.token, "HOOK_TOKEN": host.trigger_token},
        timeout=LIMIT_S,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
