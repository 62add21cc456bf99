"""CPU seconds of `ocpi-conformance --help`, beside those of an empty Python program."""

import resource
import statistics
import subprocess
import sys

RUNS = 7


def cpu_s(command: list[str]) -> float:
    """User and system seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians and their ratio."""
    ours = [sys.executable, "-m", "ocpi_conformance.conformance", "--help"]
    bare = [sys.executable, "-c", "pass"]
    pairs = [(cpu_s(ours), cpu_s(bare)) for _ in range(RUNS)]
    help_s = statistics.median(pair[0] for pair in pairs)
    empty_s = statistics.median(pair[1] for pair in pairs)
    print(
        f"--help {help_s:.3f} s CPU, empty program {empty_s:.3f} s CPU, ratio {help_s / empty_s:.1f} (goal: < 0.5 s)"
    )
