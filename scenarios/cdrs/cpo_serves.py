"""CDRs: a CPO serves the list of its CDRs, as a whole and by the moment of their last update."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import IutList, following
from ocpi_conformance.conformance.wire.periods import DURATIONS, number, totals
from ocpi_conformance.conformance.wire.records import COSTS
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="cdrs", iut="CPO", side="SENDER")

JUDGED_ON_EACH_CDR = (
    "cdrs-sent-after-session-ended",
    "cdrs-id-unique",
    "cdrs-normal-id-short",
    "cdrs-owner-among-roles",
    "cdrs-end-not-before-start",
    "cdrs-session-id-set",
    "cdrs-total-energy-sum",
    "cdrs-total-time-is-duration",
    "cdrs-total-parking-time-within-total",
    "cdrs-parking-time-covers-periods",
    "cdrs-charging-time-excludes-parking",
    "cdrs-dimensions-cover-costs",
    "cdrs-energy-and-time-told",
    "cdrs-period-tariff-listed",
    "cdrs-signed-data-base64",
    "cdrs-evse-named",
    "cdrs-evse-id-emi3",
    "cdrs-period-per-price-change",
    "cdrs-period-volumes-fit",
    "cdrs-session-only-dimensions-absent",
    "cdrs-periods-within-session",
    "cdrs-first-period-at-start",
    "cdrs-periods-in-order",
)
"""The judge of every exchange speaks of these, of each CDR that has what they are about."""

Cdr = dict[str, Any]


def parked(cdr: Cdr) -> bool:
    return number(cdr.get("total_parking_time")) is not None


def changing(cdr: Cdr) -> bool:
    elements = [part for tariff in cdr.get("tariffs") or () for part in tariff.get("elements") or ()]
    return len(cdr.get("charging_periods") or ()) > 1 and any(part.get("restrictions") for part in elements)


DEPENDING: dict[str, tuple[Callable[[Cdr], Any], str]] = {
    "cdrs-total-energy-sum": (lambda cdr: "ENERGY" in totals(cdr), "ENERGY in a charging period"),
    "cdrs-total-parking-time-within-total": (parked, "total_parking_time"),
    "cdrs-parking-time-covers-periods": (
        lambda cdr: parked(cdr) and "PARKING_TIME" in totals(cdr),
        "total_parking_time and PARKING_TIME",
    ),
    "cdrs-charging-time-excludes-parking": (lambda cdr: "TIME" in totals(cdr), "TIME in a charging period"),
    "cdrs-dimensions-cover-costs": (
        lambda cdr: any(cdr.get(name) for name in COSTS),
        "the parts of its cost",
    ),
    "cdrs-period-tariff-listed": (
        lambda cdr: any(period.get("tariff_id") for period in cdr.get("charging_periods") or ()),
        "a charging period that names a Tariff",
    ),
    "cdrs-signed-data-base64": (lambda cdr: cdr.get("signed_data"), "signed data"),
    "cdrs-period-per-price-change": (changing, "a price that changes on the way"),
    "cdrs-period-volumes-fit": (
        lambda cdr: totals(cdr).keys() & set(DURATIONS),
        "durations in its charging periods",
    ),
    "cdrs-periods-in-order": (lambda cdr: len(cdr.get("charging_periods") or ()) > 1, "two charging periods"),
    "cdrs-evse-id-emi3": (lambda cdr: (cdr.get("cdr_location") or {}).get("evse_id") != "#NA", "an evse_id"),
}
"""What a CDR may well be without."""


def test_the_list_holds_cdrs(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP reads the list; every CDR in it is judged by itself."""
    iut.url("cdrs", "SENDER")
    found = IutList(emsp, iut.connection, "cdrs")

    pages = found.crawl(most=20)

    first = pages[0]
    cdrs = [cdr for page in pages for cdr in page.items if isinstance(cdr, dict)]
    check.requires(first.status_code is not None, f"the list has no response format: {first}")
    legal = (
        first.accepted
        and isinstance(first.data, list)
        and all(isinstance(cdr.get("id"), str) for cdr in cdrs)
    )
    check("cdrs-list-serves-cdrs", legal, expected="a list of CDRs", found=first, evidence=pages[:3])
    check.requires(cdrs, "it lists no CDR; let it have some that a registered eMSP may see")
    formed = [cdr for cdr in cdrs if validator(iut.claim.ocpi_version, "CDR").is_valid(cdr)]
    for slug, (has, what) in DEPENDING.items():
        if not any(map(has, formed)):
            check.not_applicable(slug, f"no CDR in its list has {what}")


def test_moments_choose_from_the_list(iut: Iut, emsp: Emsp, check: Check) -> None:
    """From the moment of one CDR on, and up to it: the one has it, the other hasn't."""
    iut.url("cdrs", "SENDER")
    found = IutList(emsp, iut.connection, "cdrs")
    times = sorted((known, cdr["last_updated"]) for cdr in found.get().items if (known := moment(cdr)))
    check.requires(
        times, "it lists no CDR with a last_updated; let it have some that a registered eMSP may see"
    )
    pivot, at = times[len(times) // 2]

    since, before = found.crawl(date_from=at, most=20), found.crawl(date_to=at, most=20)
    taken = since[0].accepted and before[0].accepted
    check.requires(taken, f"it doesn't take date_from and date_to: {since[0]}, {before[0]}")

    moments = [known for page in since for cdr in page.items if (known := moment(cdr))]
    slug = "cdrs-list-date-from-inclusive"
    if pivot not in moments and following(since[-1]) and min(moments, default=pivot) >= pivot:
        check.inconclusive(slug, f"the list from {at} on is too long to be read to the end", evidence=since)
    else:
        check(
            slug,
            pivot in moments and min(moments) >= pivot,
            expected=f"CDRs from {at} on, that moment included",
            found=told(moments),
            evidence=since,
        )
    moments = [known for page in before for cdr in page.items if (known := moment(cdr)) and known >= pivot]
    check(
        "cdrs-list-date-to-exclusive",
        not moments,
        expected=f"CDRs before {at}",
        found=told(moments),
        evidence=before,
    )


def told(moments: list[datetime]) -> str:
    return ", ".join(sorted({clock.stamp(each) for each in moments})) or "none"


def moment(cdr: Any) -> datetime | None:
    """When a CDR was last updated."""
    return clock.parse(str(cdr.get("last_updated"))) if isinstance(cdr, dict) else None
