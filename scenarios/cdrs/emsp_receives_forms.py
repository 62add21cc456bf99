"""CDRs: a CPO sends CDRs in every form that the text allows, and an eMSP takes them all."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import with_nothing, without_optionals
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Cpo

from .billing import Biller, a_biller

pytestmark = applies_to(module="cdrs", iut="EMSP", side="RECEIVER", writes=True)

NORMAL_ID = 36
CREDIT_ID = 39
UNKNOWN = "#NA"
LENGTHS = {"meter_id": 255, "remark": 255, "invoice_reference_id": 39, "authorization_reference": 36}
PLACE_LENGTHS = {"name": 255, "address": 45, "city": 45, "state": 20, "postal_code": 10}
COSTS = ("fixed", "energy", "time", "parking", "reservation")
EXTREMES = {"MAX_CURRENT": 32, "MIN_CURRENT": -16, "MAX_POWER": 11, "MIN_POWER": -3.7}

Cdr = dict[str, Any]


def test_the_least_is_accepted(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CDR has nothing but what is required, and its session."""
    biller = a_biller(iut, cpo)
    cdr = bare(iut, biller.cdr())
    cdr["total_cost"] = {"excl_vat": cdr["total_cost"]["excl_vat"]}
    accepted(biller, check, "cdrs-post-accepts-minimal", cdr)


def test_nothing_may_be_said(iut: Iut, cpo: Cpo, check: Check) -> None:
    """What is not there is said as null, and for lists as null or as an empty list."""
    biller = a_biller(iut, cpo)
    version = iut.claim.ocpi_version
    for lists in (None, []):
        cdr = with_nothing(version, "CDR", bare(iut, biller.cdr()), lists=lists)
        cdr["cdr_location"] = with_nothing(version, "CdrLocation", cdr["cdr_location"])
        accepted(biller, check, "cdrs-post-accepts-nulls", cdr)


def test_the_most_is_accepted(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CDR has every field, and the longest strings; it is shown with all of them."""
    biller = a_biller(iut, cpo)
    cdr = biller.cdr()
    zero = dict.fromkeys(cdr["total_cost"], 0)
    cdr = {
        **{f"total_{part}_cost": zero for part in COSTS},
        **cdr,
        **{name: "X" * length for name, length in LENGTHS.items()},
        "id": cdr["id"].ljust(NORMAL_ID, "X"),
        "tariffs": [*(cdr.get("tariffs") or ()), cpo.samples.tariff(full=True)],
        "signed_data": longest(cpo.samples.signed_data(full=True)),
        "home_charging_compensation": True,
    }
    cdr["cdr_location"] = {
        **cdr["cdr_location"],
        **{name: "X" * most for name, most in PLACE_LENGTHS.items()},
    }
    post = accepted(biller, check, "cdrs-post-accepts-full", cdr)

    look = biller.look(post)
    check.requires(look is not None and look.accepted, f"a CDR that was POSTed can't be seen: {look or post}")
    assert look is not None
    found = differences(iut.claim.ocpi_version, "CDR", cdr, look.data, required=False, legal=True)
    told = "; ".join(map(str, found))
    check("cdrs-get-keeps-optionals", not found, expected="as sent", found=told, evidence=[post, look])


def test_every_kind_is_accepted(iut: Iut, cpo: Cpo, check: Check) -> None:
    """CDRs tell of every dimension, with energy given back to the grid, and of every way to be authorized."""
    biller = a_biller(iut, cpo)
    # Without Tariffs, so that no cost depends on what is told.
    cdr = bare(iut, biller.cdr(), besides=("session_id", "total_parking_time"))
    first = cdr["charging_periods"][0]
    ahead = {"start_date_time": first["start_date_time"], "dimensions": dimensions(RESERVATION_TIME=0)}
    back = {
        "start_date_time": cdr["end_date_time"],
        "dimensions": dimensions(ENERGY=-1, TIME=0, PARKING_TIME=0, **EXTREMES),
    }
    energy = cdr["total_energy"] - 1
    periods = [ahead, *cdr["charging_periods"], back]
    cdr = {**cdr, "charging_periods": periods, "total_energy": energy}
    accepted(biller, check, "cdrs-post-accepts-every-dimension", cdr)

    for method in ("AUTH_REQUEST", "COMMAND"):
        reference = cpo.samples.new_id("AUTH")
        session = biller.session(auth_method=method, authorization_reference=reference)
        accepted(biller, check, "cdrs-post-accepts-every-auth-method", cpo.bill(session["id"]))


def test_unpublished_places_and_unused_reservations(iut: Iut, cpo: Cpo, check: Check) -> None:
    """CDRs come of a Location that was never published, and of a reservation that never became a session."""
    biller = a_biller(iut, cpo)
    hidden = cpo.samples.location(full=True, publish=False)
    cpo.add_location(hidden)
    biller.told.add(hidden["id"])
    session = biller.session(location_id=hidden["id"])
    accepted(biller, check, "cdrs-post-accepts-unpublished-location", cpo.bill(session["id"]))

    cdr = bare(iut, biller.cdr(), besides=())
    place = {**cdr["cdr_location"], "evse_uid": UNKNOWN, "evse_id": UNKNOWN, "connector_id": UNKNOWN}
    zero = dict.fromkeys(cdr["total_cost"], 0)
    unused = {
        **cdr,
        "cdr_location": place,
        "charging_periods": [
            {"start_date_time": cdr["start_date_time"], "dimensions": dimensions(RESERVATION_TIME=0.5)}
        ],
        "total_cost": zero,
        "total_energy": 0,
        "total_time": 0,
    }
    accepted(biller, check, "cdrs-post-accepts-unused-reservation", unused)


def test_cdrs_are_taken_back(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Credit CDR follows a CDR, then a new CDR for the session; the first stays as it was."""
    biller = a_biller(iut, cpo)
    cdr = biller.cdr()
    post = biller.post(cdr)
    before = biller.look(post)
    check.requires(
        before is not None and before.accepted, f"a CDR that was POSTed can't be seen: {before or post}"
    )
    assert before is not None

    accepted(biller, check, "cdrs-post-accepts-credit", cpo.samples.credit_cdr(cdr))

    after = biller.look(post)
    assert after is not None
    found = "; ".join(map(str, differences(iut.claim.ocpi_version, "CDR", before.data, after.data)))
    check(
        "cdrs-credit-leaves-original", not found, expected="as before", found=found, evidence=[before, after]
    )
    new = {**cdr, "id": cpo.samples.new_id("CDR"), "last_updated": clock.stamp(clock.now())}
    accepted(biller, check, "cdrs-post-accepts-new-after-credit", new)
    credit = cpo.samples.credit_cdr(new)
    accepted(
        biller,
        check,
        "cdrs-post-accepts-long-credit-id",
        {**credit, "id": credit["id"].ljust(CREDIT_ID, "C")},
    )


def accepted(biller: Biller, check: Check, slug: str, cdr: Cdr) -> Any:
    """A CDR is taken. One of a Token that isn't the eMSP's may be refused for that."""
    post = biller.post(cdr)
    check.requires(
        post.accepted or biller.known_token, "the CDR was refused; let it list a Token that is valid"
    )
    check(slug, post.accepted, expected="success", found=post, evidence=post)
    return post


def bare(iut: Iut, cdr: Cdr, *, besides: tuple[str, ...] = ("session_id",)) -> Cdr:
    """A CDR with nothing optional at any level."""
    version = iut.claim.ocpi_version
    place = without_optionals(version, "CdrLocation", cdr["cdr_location"])
    periods = [without_optionals(version, "ChargingPeriod", period) for period in cdr["charging_periods"]]
    least = without_optionals(version, "CDR", cdr, besides=besides)
    return {**least, "cdr_location": place, "charging_periods": periods}


def dimensions(**volumes: float) -> list[dict[str, Any]]:
    return [{"type": name, "volume": volume} for name, volume in volumes.items()]


def longest(data: dict[str, Any]) -> dict[str, Any]:
    """SignedData of full length."""
    value = {"nature": "N" * 32, "plain_data": "P" * 5000, "signed_data": "QUJD" * 1250}
    return {
        **data,
        "encoding_method": "E" * 36,
        "public_key": "QUJD" * 128,
        "signed_values": [*data["signed_values"], value],
        "url": f"https://example.com/{'u' * 492}",
    }
