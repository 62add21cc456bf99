"""CDRs priced and audited a second on one core, from their JSON and parsed, beside a naive sum in binary floats."""

import time
from collections.abc import Callable
from typing import Any

import orjson
from ocpi_conformance.schemas.auditing import audit
from ocpi_conformance.schemas.pricing import price
from ocpi_conformance.simulators.samples import Samples

CDRS = 2000
RUNS = 3
ZONE = "Europe/Amsterdam"

Json = dict[str, Any]


def naive(cdr: Json) -> float:
    """The least that anybody could compute: first price of each dimension times volume, no rule applied, in floats."""
    prices = {
        part["type"]: part["price"]
        for tariff in cdr["tariffs"]
        for element in reversed(tariff["elements"])
        for part in element["price_components"]
    }
    total = prices.get("FLAT", 0.0)
    for period in cdr["charging_periods"]:
        for part in period["dimensions"]:
            total += prices.get(part["type"], 0.0) * part["volume"]
    return total


def rate(work: Callable[[Any], object], values: list[Any]) -> float:
    """Values a second of CPU time, the best of some runs."""
    best = 0.0
    for _ in range(RUNS):
        begin = time.process_time()
        for value in values:
            work(value)
        best = max(best, len(values) / (time.process_time() - begin))
    return best


def main() -> None:
    """Print the rates, and how many times a naive sum costs."""
    samples = Samples(1)
    cdrs = [samples.cdr() for _ in range(CDRS)]
    raw = [orjson.dumps(cdr) for cdr in cdrs]
    periods = sum(len(cdr["charging_periods"]) for cdr in cdrs) / CDRS
    priced = rate(lambda cdr: price(cdr, time_zone=ZONE), cdrs)
    audited = rate(lambda cdr: audit(cdr, time_zone=ZONE), cdrs)
    whole = rate(lambda data: audit(orjson.loads(data), time_zone=ZONE), raw)
    least = rate(naive, cdrs)
    parsed = rate(orjson.loads, raw)
    print(f"{CDRS} CDRs of {periods:.1f} periods by tariffs of every kind, each tariff read anew")
    print(f"priced {priced:,.0f}/s, audited {audited:,.0f}/s, from JSON {whole:,.0f}/s (goal: 10,000/s)")
    print(
        f"beside it: orjson.loads {parsed:,.0f}/s, naive sum {least:,.0f}/s, {least / priced:.1f} times as fast"
    )
