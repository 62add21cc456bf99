"""Negative input: a CPO sends CDRs that are wrong in every way, and such of every legal form, to an eMSP."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer, postponed
from ocpi_conformance.scenarios.cdrs.billing import a_biller
from ocpi_conformance.scenarios.negative.judging import judge, must_take, sender
from ocpi_conformance.schemas.mutants import mutants
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="cdrs", iut="EMSP", side="RECEIVER", writes=True)

ROWS = {
    "incomplete": "negative-cdr-incomplete-refused",
    "wrong type": "negative-cdr-wrong-type-refused",
    "wrong value": "negative-cdr-wrong-value-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-cdr-no-server-error",
    "unchanged": "negative-cdr-refused-changes-nothing",
    "odd": "negative-cdr-odd-accepted",
    "kept": "negative-cdr-odd-kept",
    "unknown": "negative-unknown-field-accepted",
}
IDENTITY = ("/country_code", "/party_id", "/id", "/session_id", "/cdr_token", "/authorization_reference")
PLACE = tuple(
    f"/cdr_location/{name}" for name in ("id", "evse_uid", "evse_id", "connector_id", "postal_code")
)
SUMS = (
    "/tariffs",
    "/charging_periods",
    "/credit",
    "/credit_reference_id",
    "/start_date_time",
    "/end_date_time",
    *(f"/total_{what}" for what in ("cost", "fixed_cost", "energy", "energy_cost", "time", "time_cost")),
    *(f"/total_{what}" for what in ("parking_time", "parking_cost", "reservation_cost")),
)
"""What has to add up, or says of what a CDR is."""
EACH = 25
"""Of so many wrong CDRs one is sent again under the id of a right one."""

Cdr = dict[str, Any]


def test_cdrs(iut: Iut, cpo: Cpo, check: Check) -> None:
    """CDRs that are wrong in every way are POSTed, then the right one under their id, then such of every legal form."""
    biller, connection, version = a_biller(iut, cpo), iut.connection, iut.claim.ocpi_version
    url = iut.url("cdrs", "RECEIVER")
    send = sender(cpo, connection, "POST", url, "cdrs.receiver.post")
    sealed: list[Answer] = []

    def begin() -> Cdr:
        """A CDR that the IUT has, and one that it doesn't have yet."""
        post = biller.post(biller.cdr())
        if not post.accepted:
            post = send(without_optionals(version, "CDR", biller.cdr(), besides=("session_id",)))
        must_take(post, "a CDR")
        sealed[:] = [post]
        return without_optionals(version, "CDR", biller.cdr(), besides=("session_id",))

    def look(answer: Answer | None) -> Answer:
        """The CDR that was just taken, else the one that the IUT had before."""
        url = (answer or sealed[0]).header("Location") or ""
        return cpo.check_cdr(connection, url)

    def fresh(cdr: Cdr) -> Cdr:
        return {**cdr, "id": cpo.samples.new_id("CDR"), "session_id": biller.session()["id"]}

    full = {**biller.cdr(), "signed_data": cpo.samples.signed_data(full=True), "remark": "Odd"}
    offer = Offer(
        version=version,
        name="CDR",
        begin=begin,
        whole=full,
        send=send,
        look=look,
        fixed=frozenset(IDENTITY + PLACE + SUMS),
        fresh=fresh,
    )

    judge(check, ROWS, offer)

    cdr = begin()
    answers = [send(mutant.body) for mutant in mutants(version, "CDR", cdr)[::EACH]]
    if any(answer.accepted for answer in answers):
        check.not_applicable("negative-cdr-refused-changes-nothing", "it took a CDR that is wrong")
        return
    post = send(cdr)
    if postponed(post):
        check.inconclusive("negative-cdr-refused-changes-nothing", f"it didn't judge the right CDR: {post}")
        return
    copy = look(post) if post.accepted else post
    found = differences(version, "CDR", cdr, copy.data) if copy.accepted else (str(copy),)
    check(
        "negative-cdr-refused-changes-nothing",
        not found,
        expected="the right CDR is taken after wrong ones under its id",
        found="; ".join(map(str, found)) or "it is taken",
        evidence=(answers[-1], post, copy),
        check="the right CDR",
    )
