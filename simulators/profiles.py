"""Profiles: what a connector will give over time, from what was asked for and what it can."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from . import clock
from .quantities import number

Json = dict[str, Any]

_PHASES = {"AC_3_PHASE": 3, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2}


def capacity(connector: Mapping[str, Any], unit: str, *, at_most_a: float | None = None) -> float:
    """The most that a connector gives, in A per phase or in W, under a local limit in A per phase."""
    amperes = float(connector["max_amperage"])
    if at_most_a is not None:
        amperes = min(amperes, at_most_a)
    if unit == "A":
        return amperes
    watts = amperes * connector["max_voltage"] * _PHASES.get(connector["power_type"], 1)
    rated = connector.get("max_electric_power")
    return min(watts, float(rated)) if rated is not None else watts


def planned(
    profile: Mapping[str, Any] | None,
    limit: float,
    unit: str,
    *,
    started: datetime,
    at: datetime,
    duration_s: int,
) -> Json:
    """The ActiveChargingProfile from the moment `at`, for so many seconds.

    A profile without a start of its own is relative to when charging `started`; where it says nothing, or
    more than the connector gives, `limit` holds.
    Source: `mod_charging_profiles.asciidoc#mod_charging_profiles_charging_profile_class`.
    """
    asked: list[tuple[float, float]] = []
    ended = float("inf")
    if profile is not None:
        begin = clock.parse(profile.get("start_date_time") or "") or started
        offset = (at - begin).total_seconds()
        steps = sorted(profile.get("charging_profile_period") or (), key=lambda step: step["start_period"])
        asked = [(step["start_period"] - offset, float(step["limit"])) for step in steps]
        if profile.get("duration") is not None:
            ended = profile["duration"] - offset
    edges = {0, *(int(start) for start, _ in asked if 0 < start < duration_s)}
    if 0 < ended < duration_s:
        edges.add(int(ended))
    periods: list[Json] = []
    for edge in sorted(edges):
        wished = [value for start, value in asked if int(start) <= edge]
        value = min(wished[-1], limit) if wished and edge < int(min(ended, 2**31)) else limit
        step = {"start_period": edge, "limit": number(round(value, 1))}
        if not periods or periods[-1]["limit"] != step["limit"]:
            periods.append(step)
    return {
        "start_date_time": clock.stamp(at),
        "charging_profile": {
            "duration": duration_s,
            "charging_rate_unit": unit,
            "charging_profile_period": periods,
        },
    }
