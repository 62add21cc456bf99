"""Tariffs: what is wrong, unknown or not offered is refused by an eMSP, and changes nothing."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tariffs", iut="EMSP", side="RECEIVER", writes=True)

REFUSALS = (2000, 2001)
NOWHERE = "ocpi-conformance-nowhere"

Tariff = dict[str, Any]


def test_wrong_tariffs_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Tariffs that miss a field or have a value of the wrong kind, or another id or owner than the URL, are PUT."""
    tariff = known(iut, cpo, check)
    (element,) = tariff["elements"]
    component = element["price_components"][0]
    wrong = (
        {name: value for name, value in tariff.items() if name != "currency"},
        {**tariff, "elements": []},
        {**tariff, "elements": [{"price_components": [{**component, "type": "FOO"}]}]},
        {**tariff, "elements": [{"price_components": [{**component, "price": "0.25"}]}]},
    )
    puts = [send(iut, cpo, "PUT", tariff, body) for body in wrong]
    for put in puts:
        refused = put.status_code in REFUSALS
        check("tariffs-put-invalid-refused", refused, among=REFUSALS, found=put, evidence=put)
    put = next((put for put in puts if put.accepted), puts[0])
    tariff = left_alone(iut, cpo, check, tariff, put)

    put = send(iut, cpo, "PUT", tariff, {**tariff, "id": NOWHERE, "currency": "CHF"})
    check("tariffs-put-id-mismatch-2001", expected=2001, found=put.status_code, evidence=put)
    tariff = left_alone(iut, cpo, check, tariff, put)
    for other in ({"party_id": "ZZZ"}, {"country_code": "ZW"}):
        put = send(iut, cpo, "PUT", tariff, {**tariff, **other})
        refused = put.http_status == 404 or put.status_code in REFUSALS
        expected = "2000, 2001 or HTTP 404"
        check("tariffs-put-owner-mismatch-refused", refused, expected=expected, found=put, evidence=put)


def test_what_is_unknown_or_not_offered(iut: Iut, cpo: Cpo, check: Check) -> None:
    """GET of a Tariff that isn't there, and PATCH of one that is."""
    tariff = known(iut, cpo, check)
    answer = cpo.check_tariff(iut.connection, {**tariff, "id": cpo.samples.new_id("TAR")})
    status = f"HTTP {answer.http_status}"
    check("tariffs-receiver-get-unknown-404", expected="HTTP 404", found=status, evidence=answer)

    changes = {"currency": "CHF", "last_updated": tariff["last_updated"]}
    patch = send(iut, cpo, "PATCH", tariff, changes)
    copy = cpo.check_tariff(iut.connection, tariff)
    kept = copy.data.get("currency") if isinstance(copy.data, dict) else copy
    check("tariffs-patch-not-offered", expected=tariff["currency"], found=kept, evidence=[patch, copy])


def known(iut: Iut, cpo: Cpo, check: Check) -> Tariff:
    """A new Tariff as the eMSP has it."""
    tariff = cpo.samples.tariff(minimal=True, currency="EUR")
    put, copy = cpo.push_tariff(iut.connection, tariff), cpo.check_tariff(iut.connection, tariff)
    check.requires(put.accepted and copy.accepted, "a Tariff that was PUT can't be read back")
    return tariff


def send(iut: Iut, cpo: Cpo, method: str, tariff: Tariff, body: Tariff) -> Answer:
    """A body to the URL of a Tariff."""
    owner = (tariff["country_code"], tariff["party_id"], tariff["id"])
    url = iut.connection.below("tariffs", "RECEIVER", *owner)
    endpoint = "tariffs.receiver.put" if method == "PUT" else None
    return cpo.call(
        method, url, to=iut.connection, endpoint=endpoint, body=body, headers=cpo.routing(iut.connection)
    )


def left_alone(iut: Iut, cpo: Cpo, check: Check, before: Tariff, refusal: Answer) -> Tariff:
    """A refused request changed nothing; of one that was accepted other requirements speak. A Tariff to go on with."""
    if refusal.http_status is None:
        check.inconclusive("tariffs-refused-leaves-store", "no answer came", evidence=refusal)
        return before
    if refusal.accepted:
        check.not_applicable("tariffs-refused-leaves-store", "it was not refused")
        return known(iut, cpo, check)
    copy = cpo.check_tariff(iut.connection, before)
    found = differences(iut.claim.ocpi_version, "Tariff", before, copy.data)
    check(
        "tariffs-refused-leaves-store",
        copy.accepted and not found,
        expected="the Tariff as before",
        found="; ".join(map(str, found)) or copy,
        evidence=[refusal, copy],
    )
    return before
