"""Sessions: a CPO PUTs Sessions to an eMSP, and reads back what the eMSP made of them."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import optional_fields, without_optionals
from ocpi_conformance.scenarios.sessions.reading import NOT_OFFERED, UNKNOWN, read_back, to_session
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", writes=True)

PERIODS = "charging_periods"

Session = dict[str, Any]


def test_a_session_is_stored_replaced_and_reset(iut: Iut, cpo: Cpo, check: Check) -> None:
    """An ACTIVE Session is PUT, PUT again with other values, then without what is optional."""
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=20, kwh=4)
    session = charge.session
    put, copy = put_and_get(iut, cpo, session)
    check.requires(put.status_code not in UNKNOWN, f"it doesn't know the Token or the Location: {put}")
    if put.accepted and copy.http_status in NOT_OFFERED:
        check("sessions-receiver-get", False, expected="the Session", found=copy, evidence=copy)
        check.requires(False, f"its Sessions can't be read back: {copy}")
    lost = unlike(iut, session, copy, required=True) if put.accepted else str(put)
    check("sessions-put-stored", not lost, expected="what was PUT", found=lost, evidence=[put, copy])
    check.requires(
        put.accepted and copy.accepted, f"a Session that was PUT can't be read back: {put}, {copy}"
    )
    data = copy.envelope.get("data")
    found = f"a list of {len(data)}" if isinstance(data, list) else data
    check("sessions-receiver-get", isinstance(data, dict), expected="one object", found=found, evidence=copy)
    check("sessions-put-new-201", expected=201, found=put.http_status, evidence=put)
    lost = unlike(iut, session, copy, required=False)
    check("sessions-put-optionals-kept", not lost, expected="what was PUT", found=lost, evidence=copy)

    charge.advance(minutes=15, kwh=3)
    session = {**charge.session, PERIODS: charge.session[PERIODS][-1:]}
    put, copy = put_and_get(iut, cpo, session)
    lost = unlike(iut, session, copy, required=True) if put.accepted else str(put)
    check("sessions-put-replaces", not lost, expected="what was PUT", found=lost, evidence=[put, copy])
    check.requires(put.accepted and copy.accepted, "a PUT of a known Session doesn't replace it")
    check("sessions-put-known-200", expected=200, found=put.http_status, evidence=put)
    replaced(iut, check, session, put, copy)

    bare = without_optionals(iut.claim.ocpi_version, "Session", moved_on(charge))
    put, copy = put_and_get(iut, cpo, bare)
    check.requires(put.accepted and copy.accepted, "a PUT without optional fields was refused")
    was_reset(iut, check, bare, put, copy)

    session = moved_on(charge)
    put = cpo.push_session(iut.connection, session)
    check.requires(put.accepted, "a PUT of a known Session was refused")
    session = {**moved_on(charge), PERIODS: []}
    put, copy = put_and_get(iut, cpo, session)
    check.requires(put.accepted and copy.accepted, "a PUT with an empty list of charging periods was refused")
    emptied(check, put, copy)


def test_owners_are_kept_apart(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two parties of our platform PUT Sessions of the same id."""
    check.requires(cpo.roles[1:], "needs two parties on the side of the CPO")
    charge = a_charge(iut, cpo)
    charge.start()
    first = charge.session
    owner = {"country_code": cpo.roles[1].country_code, "party_id": cpo.roles[1].party_id}
    second = {**first, **owner, "kwh": 7}
    sender = {"OCPI-from-country-code": owner["country_code"], "OCPI-from-party-id": owner["party_id"]}
    url = iut.connection.below("sessions", "RECEIVER", *owner.values(), second["id"])

    puts = [
        cpo.push_session(iut.connection, first),
        cpo.call(
            "PUT", url, to=iut.connection, endpoint="sessions.receiver.put", body=second, headers=sender
        ),
    ]
    check.requires(all(put.accepted for put in puts), "a Session that was PUT was refused")
    copies = [
        read_back(iut, cpo, first),
        iut.settles(
            lambda: cpo.call("GET", url, to=iut.connection, endpoint="sessions.receiver.get", headers=sender),
            lambda copy: copy.accepted,
        ),
    ]
    for sent, copy in zip((first, second), copies, strict=True):
        found = copy.data.get("kwh") if isinstance(copy.data, dict) else copy
        check("sessions-owners-kept-apart", expected=sent["kwh"], found=found, evidence=[*puts, copy])


def put_and_get(iut: Iut, cpo: Cpo, session: Session) -> tuple[Answer, Answer]:
    put = cpo.push_session(iut.connection, session)
    return put, read_back(iut, cpo, session) if put.accepted else to_session(iut, cpo, "GET", session)


def moved_on(charge: Any) -> Session:
    """The Session some minutes later."""
    charge.advance(minutes=5, kwh=1)
    return charge.session


def unlike(iut: Iut, session: Session, copy: Answer, *, required: bool) -> str:
    """What of a Session didn't come back, of required or of optional fields."""
    if not copy.accepted:
        return str(copy)
    version = iut.claim.ocpi_version
    found = differences(version, "Session", session, copy.data, required=required, legal=True)
    return "; ".join(map(str, found))


def replaced(iut: Iut, check: Check, session: Session, put: Answer, copy: Answer) -> None:
    """The charging periods are those that were PUT last, no more and no less."""
    named = {name: (copy.data or {}).get(name) for name in (PERIODS,)}
    found = differences(iut.claim.ocpi_version, "Session", {PERIODS: session[PERIODS]}, named, legal=True)
    check(
        "sessions-put-replaces-periods",
        not found,
        expected=f"{len(session[PERIODS])} charging period, as PUT",
        found="; ".join(map(str, found)),
        evidence=[put, copy],
    )


def was_reset(iut: Iut, check: Check, sent: Session, put: Answer, copy: Answer) -> None:
    """What a PUT left off is gone, the charging periods with it."""
    optional = set(optional_fields(iut.claim.ocpi_version, "Session")) - {PERIODS}
    found = differences(iut.claim.ocpi_version, "Session", sent, copy.data, legal=True)
    kept = [each.pointer for each in found if each.pointer.strip("/") in optional]
    check(
        "sessions-put-resets-optionals",
        not kept,
        expected="none left",
        found=", ".join(kept),
        evidence=[put, copy],
    )
    emptied(check, put, copy)


def emptied(check: Check, put: Answer, copy: Answer) -> None:
    left = (copy.data or {}).get(PERIODS) if isinstance(copy.data, dict) else None
    check(
        "sessions-put-without-periods-removes-them",
        not left,
        expected="no charging periods",
        found=left,
        evidence=[put, copy],
    )
