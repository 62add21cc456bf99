"""What holds within one CDR, whatever was said before: ids, times, totals, place."""

import base64
import binascii
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ...simulators import clock
from . import periods
from .periods import ROUNDING_H, ROUNDING_KWH, Object, number
from .places import EMI3
from .ruling import Ruling, View

NORMAL_ID = 36
SKEW_S = 300
"""Clocks may differ by this much before a session is said to end in the future."""
NOT_KNOWN = "#NA"
COSTS = {"total_energy_cost": "ENERGY", "total_time_cost": "TIME", "total_parking_cost": "PARKING_TIME"}


def judge(cdr: Object, view: View, time_zone: str | None) -> Iterator[Ruling]:
    """All rulings on one CDR that the IUT wrote; `time_zone` is that of its Location, if it is known."""
    yield from _credit(cdr)
    yield from _owner(cdr, view)
    yield from _times(cdr, view)
    yield from _identity(cdr)
    yield from _totals(cdr)
    yield from _signed(cdr.get("signed_data"))
    yield from periods.judge(cdr, time_zone)


def unused_reservation(cdr: Object) -> bool:
    """Whether nothing was ever charged or parked: a reservation that never became a session."""
    told = periods.totals(cdr)
    return not any(told.get(name) for name in periods.PRICED)


def _credit(cdr: Object) -> Iterator[Ruling]:
    """What a Credit CDR must have, and what a normal one must not."""
    credit, reference, name = cdr.get("credit"), cdr.get("credit_reference_id"), cdr.get("id")
    if credit is True:
        yield Ruling("cdrs-credit-reference-set", bool(reference), "credit_reference_id", repr(reference))
        if isinstance(reference, str) and isinstance(name, str):
            other = reference.casefold() != name.casefold()
            yield Ruling("cdrs-credit-id-differs", other, f"another id than {reference}", name)
    elif isinstance(name, str):
        short = len(name) <= NORMAL_ID
        yield Ruling("cdrs-normal-id-short", short, f"at most {NORMAL_ID} characters", f"{len(name)}")
    if reference:
        yield Ruling(
            "cdrs-credit-flag-set", credit is True, "credit true beside credit_reference_id", repr(credit)
        )


def _owner(cdr: Object, view: View) -> Iterator[Ruling]:
    """The owner is a CPO of this platform; a hub may speak for any."""
    if view.is_hub or not view.iut_roles or not {"country_code", "party_id"} <= set(cdr):
        return
    own = {
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "CPO"
    }
    owner = str(cdr["country_code"]), str(cdr["party_id"])
    yield Ruling(
        "cdrs-owner-among-roles",
        (owner[0].casefold(), owner[1].casefold()) in own,
        "one of the CPO roles in the credentials",
        " ".join(owner),
    )


def _times(cdr: Object, view: View) -> Iterator[Ruling]:
    start, end = clock.parse(cdr.get("start_date_time", "")), clock.parse(cdr.get("end_date_time", ""))
    if start is None or end is None or periods.UNKNOWN_YEAR in (start.year, end.year):
        return
    yield Ruling(
        "cdrs-end-not-before-start", end >= start, f"not before {clock.stamp(start)}", clock.stamp(end)
    )
    latest = view.exchange.started + timedelta(seconds=view.exchange.elapsed_s + SKEW_S)
    yield Ruling("cdrs-sent-after-session-ended", end <= latest, "an end in the past", clock.stamp(end))


def _identity(cdr: Object) -> Iterator[Ruling]:
    """The session and the place: an unused reservation alone has none."""
    unused, place = unused_reservation(cdr), cdr.get("cdr_location")
    if not unused or cdr.get("session_id"):
        yield Ruling("cdrs-session-id-set", bool(cdr.get("session_id")), "session_id", "none")
    if not isinstance(place, dict):
        return
    if not unused:
        missing = [name for name in ("evse_uid", "connector_id") if place.get(name) == NOT_KNOWN]
        yield Ruling(
            "cdrs-evse-named",
            not missing,
            "the EVSE and the connector",
            f"{NOT_KNOWN} as {', '.join(missing)}",
        )
    evse_id = place.get("evse_id")
    if isinstance(evse_id, str) and evse_id != NOT_KNOWN:
        formed = EMI3.fullmatch(evse_id) is not None
        yield Ruling("cdrs-evse-id-emi3", formed, "an id such as NL*ABC*E1234*5", evse_id)


def _totals(cdr: Object) -> Iterator[Ruling]:
    """Energy and durations of the whole against those of the periods and of the session."""
    told = periods.totals(cdr)
    yield from _energy(cdr)
    for name, dimension in COSTS.items():
        cost = cdr.get(name)
        if isinstance(cost, dict) and number(cost.get("excl_vat")):
            yield Ruling(
                "cdrs-dimensions-cover-costs",
                dimension in told,
                f"{dimension} in a period, as {name} is not 0",
                "none",
            )
    if not unused_reservation(cdr):
        lacking = [name for name in ("ENERGY", "TIME") if name not in told]
        yield Ruling(
            "cdrs-energy-and-time-told", not lacking, "ENERGY and TIME", f"no {' and no '.join(lacking)}"
        )
    yield from _durations(cdr, told)


def _energy(cdr: Object) -> Iterator[Ruling]:
    """The energy of the whole is that of the periods; at least that, where some periods may not tell theirs."""
    measured = [periods.volumes(period) for period in periods.objects(cdr.get("charging_periods"))]
    energies = [volumes["ENERGY"] for volumes in measured if "ENERGY" in volumes]
    energy = number(cdr.get("total_energy"))
    if energy is None or not energies or min(energies) < 0:
        return
    rest = energy - sum(energies)
    open_ = any(not {"ENERGY", "PARKING_TIME", "RESERVATION_TIME"} & volumes.keys() for volumes in measured)
    least = "at least " if open_ else ""
    yield Ruling(
        "cdrs-total-energy-sum",
        (abs(rest) if not open_ else -rest) <= ROUNDING_KWH * len(energies),
        f"{least}{sum(energies):g} kWh, as the periods",
        f"{energy:g} kWh",
    )


def _durations(cdr: Object, told: dict[str, float]) -> Iterator[Ruling]:
    span, total, parked = (
        periods.session_span(cdr),
        number(cdr.get("total_time")),
        number(cdr.get("total_parking_time")),
    )
    if total is None:
        return
    rounding = ROUNDING_H * max(1, len(periods.objects(cdr.get("charging_periods"))))
    if span is not None and not told.get("RESERVATION_TIME"):
        hours = (span[1] - span[0]).total_seconds() / 3600
        # Where a reservation came first, and no period tells of it, the charging session begins with the periods.
        first = min(periods.starts(cdr), default=span[0])
        begun = (span[1] - first).total_seconds() / 3600
        holds = min(abs(total - hours), abs(total - begun)) <= ROUNDING_H
        yield Ruling("cdrs-total-time-is-duration", holds, f"{hours:.4f} h from start to end", f"{total:g} h")
    if parked is not None:
        holds = -ROUNDING_H <= parked <= total + ROUNDING_H
        yield Ruling("cdrs-total-parking-time-within-total", holds, f"at most {total:g} h", f"{parked:g} h")
        if "PARKING_TIME" in told:
            least = told["PARKING_TIME"]
            holds = least <= parked + rounding
            yield Ruling("cdrs-parking-time-covers-periods", holds, f"at least {least:g} h", f"{parked:g} h")
    if "TIME" in told and not told.get("RESERVATION_TIME"):
        most = total - (parked if parked is not None and 0 <= parked <= total else 0.0)
        yield Ruling(
            "cdrs-charging-time-excludes-parking",
            told["TIME"] <= most + rounding,
            f"at most {most:g} h of TIME, which is total_time less total_parking_time",
            f"{told['TIME']:g} h",
        )


def _signed(data: Any) -> Iterator[Ruling]:
    """Key and signed values are Base64."""
    if not isinstance(data, dict):
        return
    values = data.get("signed_values")
    coded = {"public_key": data.get("public_key")}
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            coded[f"signed_values/{index}/signed_data"] = value.get("signed_data")
    texts = {name: text for name, text in coded.items() if isinstance(text, str)}
    if texts:
        wrong = [name for name, text in texts.items() if not _base64(text)]
        yield Ruling("cdrs-signed-data-base64", not wrong, "Base64", f"something else in {', '.join(wrong)}")


def _base64(text: str) -> bool:
    """Base64 of either alphabet, in one line or several."""
    plain = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
