"""Journeys: pushes to the eMSP were lost. It fetches what it has missed, and then goes on from there."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Cpo

from .telling import copy, newest, patch, unlike

pytestmark = applies_to(module="journeys", iut="EMSP", feature="pull", writes=True)

CDRS = "cdrs.sender.list"


def test_a_session_goes_on_after_a_pull(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A part of a Session did not arrive; it is pulled, and the next part is pushed again."""
    charge = a_charge(iut, cpo)
    charge.start()
    answer = cpo.push_session(iut.connection, newest(charge.session))
    check.requires(answer.accepted, f"a Session was refused: {answer}")
    charge.advance(minutes=15, kwh=4)
    cpo.add_session(newest(charge.session))

    iut.act("pull-sessions")

    caught_up = iut.settles(
        lambda: copy(iut, cpo, charge.session), lambda found: not unlike(iut, charge.session, found)
    )
    missing = unlike(iut, charge.session, caught_up)
    check.requires(not missing, f"the pull did not bring its copy up to date: {missing}")
    changes = {**charge.advance(minutes=15, kwh=3), "last_updated": clock.stamp(clock.now())}
    told = patch(iut, cpo, charge.session, changes)
    answer = copy(iut, cpo, charge.session)
    found = unlike(iut, charge.session, answer)
    check(
        "journeys-goes-on-after-pull",
        not found,
        expected="what was told, what was pulled, and what came after",
        found=found,
        evidence=[told, answer],
    )


def test_a_missed_cdr_is_fetched(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CDR was made and did not arrive; the lists that the eMSP gets have it."""
    iut.url("credentials")
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=15, kwh=4)
    charge.stop()
    cdr = cpo.add_cdr({**charge.cdr(), "last_updated": clock.stamp(clock.now())})

    iut.act("pull-cdrs")

    asked = iut.sends("GET", endpoint=CDRS)
    check.requires(asked.seen, "no list of CDRs was asked for")
    given = iut.sends(
        "GET",
        endpoint=CDRS,
        where=lambda found: found.response is not None and cdr["id"].encode() in found.response.body,
    )
    check(
        "journeys-pull-reaches-missed-cdr",
        given.seen,
        expected=f"a window with the CDR {cdr['id']} in it, to the last page",
        found=asked.exchange.request.url if asked.exchange else "",
        evidence=[asked, given],
    )
