"""Sessions: what is wrong, unknown or not offered is refused by an eMSP, and changes nothing."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.scenarios.sessions.reading import read_back, to_session
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", writes=True)

REFUSALS = (2000, 2001)

Session = dict[str, Any]


def test_wrong_sessions_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Sessions that miss a field, have a wrong value, another id or another owner are PUT over a good one."""
    session = known(iut, cpo, check)
    wrong: list[Session] = [
        {name: value for name, value in session.items() if name != "currency"},
        {**session, "status": "CHARGING"},
        {**session, "kwh": "5"},
    ]
    for body in wrong:
        put = to_session(iut, cpo, "PUT", session, body)
        refused = put.status_code in REFUSALS
        check("sessions-put-invalid-refused", refused, among=REFUSALS, found=put, evidence=put)

    session = known(iut, cpo, check)
    put = to_session(iut, cpo, "PUT", session, {**session, "kwh": 9, "id": cpo.samples.new_id("SES")})
    check("sessions-put-id-mismatch-2001", expected=2001, found=put.status_code, evidence=put)
    left_alone(iut, cpo, check, session, put)

    for other in ({"party_id": "ZZZ"}, {"country_code": "ZW"}):
        session = known(iut, cpo, check)
        put = to_session(iut, cpo, "PUT", session, {**session, **other})
        refused = put.http_status == 404 or put.status_code in REFUSALS
        expected = "2000, 2001 or HTTP 404"
        check("sessions-put-owner-mismatch-refused", refused, expected=expected, found=put, evidence=put)


def test_wrong_patches_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """PATCHes without last_updated, with values of the wrong kind, of a Session that isn't there."""
    session = known(iut, cpo, check)
    patch = to_session(iut, cpo, "PATCH", session, {"kwh": 9})
    check("sessions-patch-without-last-updated-2001", expected=2001, found=patch.status_code, evidence=patch)
    left_alone(iut, cpo, check, session, patch)

    for changes in ({"status": "CHARGING"}, {"kwh": None}):
        patch = to_session(iut, cpo, "PATCH", session, {**changes, "last_updated": now()})
        refused = patch.status_code in REFUSALS
        check("sessions-patch-invalid-refused", refused, among=REFUSALS, found=patch, evidence=patch)

    never = {**session, "id": cpo.samples.new_id("SES")}
    patch = to_session(iut, cpo, "PATCH", never, {"kwh": 9, "last_updated": now()})
    refused = patch.http_status is not None and not patch.accepted
    check("sessions-patch-unknown-refused", refused, expected="no success", found=patch, evidence=patch)


def test_what_is_unknown_or_not_offered(iut: Iut, cpo: Cpo, check: Check) -> None:
    """GET of a Session that was never pushed, and DELETE."""
    session = known(iut, cpo, check)
    copy = to_session(iut, cpo, "GET", {**session, "id": cpo.samples.new_id("SES")})
    check("sessions-receiver-get-unknown-404", expected=404, found=copy.http_status, evidence=copy)

    owner = (session["country_code"], session["party_id"], session["id"])
    url = iut.connection.below("sessions", "RECEIVER", *owner)
    delete = cpo.call("DELETE", url, to=iut.connection, headers=cpo.routing(iut.connection))
    copy = to_session(iut, cpo, "GET", session)
    check(
        "sessions-delete-not-offered",
        copy.accepted,
        expected="still there",
        found=f"{delete}; after it {copy}",
        evidence=[delete, copy],
    )


def known(iut: Iut, cpo: Cpo, check: Check) -> Session:
    """A new ACTIVE Session as the eMSP has it."""
    charge = a_charge(iut, cpo)
    charge.start()
    session = charge.session
    put = cpo.push_session(iut.connection, session)
    check.requires(put.accepted, f"a Session that was PUT was refused: {put}")
    copy = read_back(iut, cpo, session)
    check.requires(copy.accepted and isinstance(copy.data, dict), "a Session that was PUT can't be read back")
    return {**without_optionals(iut.claim.ocpi_version, "Session", session), **copy.data}


def left_alone(iut: Iut, cpo: Cpo, check: Check, before: Session, refusal: Answer) -> None:
    """A refused request changed nothing; of one that was accepted other requirements speak."""
    slug = "sessions-refused-leaves-store"
    if refusal.http_status is None or refusal.accepted:
        check.not_applicable(slug, "it was not refused")
        return
    copy = to_session(iut, cpo, "GET", before)
    found = differences(iut.claim.ocpi_version, "Session", before, copy.data)
    check(
        slug,
        copy.accepted and not found,
        expected="the Session as before",
        found="; ".join(map(str, found)) or copy,
        evidence=[refusal, copy],
    )


def now() -> str:
    return clock.stamp(clock.now())
