"""Tariffs: a CPO PUTs Tariffs to an eMSP, reads back what the eMSP made of them, and deletes them."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import optional_fields, without_optionals
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tariffs", iut="EMSP", side="RECEIVER", writes=True)

Tariff = dict[str, Any]


def test_put_is_stored_replaced_and_reset(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Tariff is PUT, PUT again with other elements, then without its optional fields."""
    tariff = cpo.samples.tariff(full=True)
    put, copy = put_and_get(iut, cpo, tariff)
    if not put.accepted:  # that it should have taken it is for the scenarios about legal forms to say
        tariff = without_optionals(iut.claim.ocpi_version, "Tariff", tariff)
        put, copy = put_and_get(iut, cpo, tariff)
    missing = lost(iut, tariff, put, copy, required=True)
    check("tariffs-put-stored", not missing, expected="what was PUT", found=missing, evidence=[put, copy])
    check.requires(put.accepted and copy.accepted, "a Tariff that was PUT can't be read back")
    check("tariffs-put-new-201", expected=201, found=put.http_status, evidence=put)
    missing = lost(iut, tariff, put, copy, required=False)
    check("tariffs-put-optionals-kept", not missing, expected="what was PUT", found=missing, evidence=copy)
    sent, kept = prices(tariff), prices(copy.data)
    ordered = sorted(sent) != sorted(kept) or sent == kept
    check("tariffs-put-elements-in-order", ordered, expected=sent, found=kept, evidence=[put, copy])

    other = cpo.samples.tariff(kind="day_night")
    tariff = {**tariff, "elements": other["elements"], "last_updated": clock.stamp(clock.now())}
    put, copy = put_and_get(iut, cpo, tariff)
    missing = lost(iut, tariff, put, copy, required=True)
    check("tariffs-put-replaces", not missing, expected="what was PUT", found=missing, evidence=[put, copy])
    check.requires(not missing, "a PUT of a known Tariff doesn't replace it")
    check("tariffs-put-known-200", expected=200, found=put.http_status, evidence=put)

    version = iut.claim.ocpi_version
    bare = without_optionals(version, "Tariff", tariff)
    put, copy = put_and_get(iut, cpo, bare)
    check.requires(put.accepted and copy.accepted, "a PUT without optional fields was refused")
    left = [name for name in optional_fields(version, "Tariff") if copy.data.get(name) not in (None, [])]
    check(
        "tariffs-put-resets-optionals", not left, expected="none", found=", ".join(left), evidence=[put, copy]
    )


def test_deleted_tariffs_are_gone(iut: Iut, cpo: Cpo, check: Check) -> None:
    """One of two Tariffs is deleted, twice; the other one stays."""
    gone, stays = known(iut, cpo, check), known(iut, cpo, check)
    deletion = cpo.delete_tariff(iut.connection, gone)
    copy = cpo.check_tariff(iut.connection, gone)
    check(
        "tariffs-delete-removes",
        deletion.accepted and not copy.accepted,
        expected="success, and no longer there",
        found=f"{deletion}; after it {copy}",
        evidence=[deletion, copy],
    )
    other = cpo.check_tariff(iut.connection, stays)
    missing = lost(iut, stays, deletion, other, required=True) if other.accepted else str(other)
    check("tariffs-delete-leaves-others", not missing, expected="still there", found=missing, evidence=other)
    again = cpo.delete_tariff(iut.connection, gone)
    answered = again.http_status is not None and again.http_status < 500
    check("tariffs-delete-unknown", answered, expected="any answer", found=again, evidence=again)


def test_two_parties_have_tariffs_of_one_id(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two parties of one platform use the same id; the eMSP holds both."""
    check.applies(len(cpo.roles) > 1, "there is one party only on the side of the CPO")
    first = known(iut, cpo, check)
    owner = {"country_code": cpo.roles[1].country_code, "party_id": cpo.roles[1].party_id}
    second = {**first, **owner, "currency": "CHF" if first["currency"] != "CHF" else "EUR"}
    headers = {
        "OCPI-from-country-code": owner["country_code"],
        "OCPI-from-party-id": owner["party_id"],
    }
    url = iut.connection.below("tariffs", "RECEIVER", *owner.values(), second["id"])

    def ask(method: str, body: Tariff | None = None) -> Answer:
        endpoint = f"tariffs.receiver.{method.lower()}"
        return cpo.call(method, url, to=iut.connection, endpoint=endpoint, body=body, headers=headers)

    put = ask("PUT", second)
    check.requires(put.accepted, "a Tariff that was PUT was refused")
    copies = [cpo.check_tariff(iut.connection, first), ask("GET")]
    for sent, copy in zip((first, second), copies, strict=True):
        check(
            "tariffs-owners-kept-apart",
            expected=sent["currency"],
            found=copy.data.get("currency") if isinstance(copy.data, dict) else copy,
            evidence=copy,
        )


def known(iut: Iut, cpo: Cpo, check: Check) -> Tariff:
    """A new Tariff that the eMSP has."""
    tariff = cpo.samples.tariff(minimal=True)
    put, copy = put_and_get(iut, cpo, tariff)
    check.requires(put.accepted and copy.accepted, "a Tariff that was PUT can't be read back")
    return tariff


def put_and_get(iut: Iut, cpo: Cpo, tariff: Tariff) -> tuple[Answer, Answer]:
    return cpo.push_tariff(iut.connection, tariff), cpo.check_tariff(iut.connection, tariff)


def lost(iut: Iut, tariff: Tariff, put: Answer, copy: Answer, *, required: bool) -> str:
    """What of a Tariff doesn't come back as it was sent; of wrong values the wire judge speaks."""
    for answer in (put, copy):
        if not answer.accepted:
            return str(answer)
    found = differences(iut.claim.ocpi_version, "Tariff", tariff, copy.data, required=required, legal=True)
    return "; ".join(map(str, found))


def prices(tariff: Any) -> list[str]:
    """What tells the elements of a Tariff apart, in their order."""
    elements = tariff.get("elements") if isinstance(tariff, dict) else None
    return [
        ", ".join(sorted(f"{part.get('type')} {part.get('price'):g}" for part in element["price_components"]))
        for element in elements or ()
    ]
