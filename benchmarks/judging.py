"""Judging 10,000 locations: our validator, jsonschema alone, and the mere parsing of the bytes."""

import statistics
import time
from collections.abc import Callable

import jsonschema
import orjson
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.samples import Samples

LOCATIONS = 10_000
SLOW = 100
"""So many are enough for jsonschema alone; its time is scaled."""


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median wall time of some runs."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    """Print times and ratios."""
    samples = Samples(1)
    locations = [samples.location() for _ in range(LOCATIONS)]
    raw = orjson.dumps(locations)
    judge = validator("2.2.1", "Location", many=True)
    alone = jsonschema.Draft202012Validator(validator("2.2.1", "Location").schema)
    ours = seconds(lambda: judge.is_valid(locations))
    parse = seconds(lambda: orjson.loads(raw))
    slow = (
        seconds(lambda: [alone.is_valid(location) for location in locations[:SLOW]], runs=3)
        * LOCATIONS
        / SLOW
    )
    assert judge.is_valid(locations)
    print(f"{LOCATIONS} locations, {len(raw) / 2**20:.1f} MiB")
    print(f"ours {ours:.3f} s, jsonschema alone {slow:.1f} s: {slow / ours:.0f} times as fast (goal: 50)")
    print(f"ours {ours:.3f} s, orjson.loads {parse:.3f} s: ratio {ours / parse:.2f} (goal: at most 3)")
