"""Billing: what a CPO asks for sessions that it has billed, and for new ones by each Tariff of its Connectors."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import IutList
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="billing", iut="CPO", side="SENDER")

MOST = 5
"""So many Tariffs are tried; what is left of them shows in the list."""

JUDGED_ON_EACH_CDR = ("billing-total-cost",)
"""The judge of every exchange prices each CDR anew, if there is one."""

Object = dict[str, Any]


def test_listed_cdrs_are_priced(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The eMSP reads where the CPO charges and by what, then the CDRs of the past, and prices each anew."""
    iut.url("cdrs", "SENDER")
    for module in ("locations", "tariffs"):
        if iut.connection.url(module, "SENDER"):
            IutList(emsp, iut.connection, module).whole()
    cdrs = IutList(emsp, iut.connection, "cdrs").whole()
    check.requires(
        any(map(priced, cdrs)), "its list has no CDR that carries its Tariffs without further texts"
    )


def test_new_cdrs_are_priced(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The CPO charges at Connectors of different Tariffs, and the eMSP prices what it is billed."""
    connectors = by_tariff(IutList(emsp, iut.connection, "locations").whole())
    check.requires(connectors, "needs a Connector with a Tariff in its Locations")
    for place in list(connectors.values())[:MOST]:
        mark = emsp.journal.mark()
        iut.act("push-cdr", **place)
        push = iut.sends("POST", endpoint="cdrs.receiver.post", since=mark)
        if not push:
            for slug in JUDGED_ON_EACH_CDR:
                check.inconclusive(
                    slug, f"no CDR came for a session at {place['location_id']}", evidence=push
                )


def priced(cdr: Any) -> bool:
    """Whether a CDR can be priced by the elements of its Tariffs alone."""
    tariffs = objects(cdr.get("tariffs")) if isinstance(cdr, dict) else []
    texts = ("tariff_alt_text", "tariff_alt_url")
    return bool(tariffs) and not any(tariff.get(name) for tariff in tariffs for name in texts)


def by_tariff(locations: list[Any]) -> dict[str, Object]:
    """For each Tariff a Connector that can be charged at."""
    found: dict[str, Object] = {}
    for location in objects(locations):
        for evse in objects(location.get("evses")):
            for connector in objects(evse.get("connectors")):
                name = " ".join(map(str, connector.get("tariff_ids") or ()))
                if name and evse.get("status") == "AVAILABLE":
                    where = {"location_id": location.get("id"), "evse_uid": evse.get("uid")}
                    found.setdefault(name, {**where, "connector_id": connector.get("id")})
    return found


def objects(values: Any) -> list[Object]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
