"""Adversity: a list of ours can't be read for a while. Once it can, the IUT gets what it has missed."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.adversity.pulling import List, News, lists, named
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.mishaps import LATE_S, MISHAPS, RETRY_AFTER_S, at, is_late, once
from ocpi_conformance.simulators.party import Around, Party
from ocpi_conformance.simulators.peculiar import peculiar

pytestmark = applies_to(module="adversity", feature="pull")

AFTER = {
    "server-error": "adversity-pull-after-server-error",
    "unauthorized": "adversity-pull-after-unauthorized",
    "html": "adversity-pull-after-html",
    "truncated": "adversity-pull-after-truncated-json",
    "wrong-json": "adversity-pull-after-wrong-json",
    "cut": "adversity-pull-after-cut",
}
LATER_PAGE = "adversity-pull-after-failed-page"
KEPT = "adversity-failed-pull-keeps-copies"
UP = "adversity-up-after-failed-pulls"
BUSY = "adversity-pull-after-too-many-requests"
PATIENT = "adversity-pull-heeds-retry-after"


def test_a_failed_pull_is_made_good(iut: Iut, peer: Party, check: Check) -> None:
    """Each list fails in one way after another, and is right again."""
    for found in lists(iut, peer, check):
        for name, slug in AFTER.items():
            news = found.add(iut, peer)
            met = _fails(iut, peer, found, at(found.endpoint, MISHAPS[name]))
            if met:
                _made_good(iut, peer, check, found, news, met, slug=slug, name=name)
            else:
                check.inconclusive(slug, f"no GET of {found.module} came after {found.action}")
    answer = iut.probes[0].send(peer, to=iut.connection)
    check(UP, answer.accepted, expected="an answer as ever", found=answer, evidence=answer)


def test_a_pull_that_fails_midway_is_made_good(iut: Iut, peer: Party, check: Check) -> None:
    """The first page of each list comes, the second doesn't; what the IUT had before is still there."""
    for found in lists(iut, peer, check):
        found.fill(iut, peer)
        for name in ("server-error", "cut"):
            known, mark = found.add(iut, peer), peer.journal.mark()
            iut.tries(found.action)
            before = found.arrives(iut, peer, known, since=mark)
            news = found.add(iut, peer)
            met = _fails(iut, peer, found, at(found.endpoint, MISHAPS[name], beyond_first_page=True))
            if not met:
                check.inconclusive(LATER_PAGE, f"no second page of {found.module} was asked for")
                continue
            if known.look and named(before):
                after = known.look()
                check(
                    KEPT,
                    after.accepted,
                    expected=f"{known.id}, as it was",
                    found=after,
                    evidence=[met, after],
                    check=f"{found.module}, {name}",
                )
            _made_good(iut, peer, check, found, news, met, slug=LATER_PAGE, name=name)


def test_a_pull_that_comes_too_often_waits(iut: Iut, peer: Party, check: Check) -> None:
    """The IUT is told to stay away for a second."""
    found = lists(iut, peer, check)[0]
    news, mark = found.add(iut, peer), peer.journal.mark()
    with peculiar(peer, at(found.endpoint, MISHAPS["too-many-requests"])):
        iut.tries(found.action)
        first = found.pulled(iut, peer, since=mark, where=_refused)
        check.requires(first.exchange, f"no GET of {found.module} came after {found.action}")
        assert first.exchange is not None
        told = first.exchange.id
        again = iut.sends(
            "GET",
            endpoint=found.endpoint,
            where=lambda asked: asked.id > told,
            since=mark,
            within=RETRY_AFTER_S,
        )
    check(
        PATIENT,
        not again.seen,
        expected=f"nothing for {RETRY_AFTER_S} s",
        found=again.exchange,
        evidence=[first, again],
    )
    iut.tries(found.action)
    copy = found.arrives(iut, peer, news, since=mark)
    check(BUSY, named(copy), expected=f"{news.id} after the next pull", found=copy, evidence=[first, copy])


def test_a_slow_list_is_waited_for(iut: Iut, peer: Party, check: Check) -> None:
    """The first page of a list takes its time."""
    found = lists(iut, peer, check)[0]
    news, mark = found.add(iut, peer), peer.journal.mark()
    with peculiar(peer, at(found.endpoint, once(is_late))):
        iut.tries(found.action)
        copy = found.arrives(iut, peer, news, since=mark)
    check(
        "adversity-slow-list-read",
        named(copy),
        expected=f"{news.id}, although its first page takes {LATE_S} s",
        found=copy,
        evidence=copy,
    )


def _fails(iut: Iut, peer: Party, found: List, around: Around) -> Sighting:
    """A pull that fails: the page that did."""
    mark = peer.journal.mark()
    with peculiar(peer, around):
        iut.tries(found.action)
        return found.pulled(iut, peer, since=mark, where=lambda asked: not _as_usual(asked))


def _made_good(
    iut: Iut, peer: Party, check: Check, found: List, news: News, met: Sighting, *, slug: str, name: str
) -> None:
    """The list is as ever, and the next pull brings what came into it."""
    mark = peer.journal.mark()
    iut.tries(found.action)
    copy = found.arrives(iut, peer, news, since=mark)
    check(
        slug,
        named(copy),
        expected=f"{news.id}, after the next pull of {found.module}",
        found=copy if isinstance(copy, Answer) else copy.exchange or "no page that has it was asked for",
        evidence=[met, copy],
        check=f"{found.module}, {name}",
    )


def _as_usual(asked: Exchange) -> bool:
    response = asked.response
    return response is not None and not response.missing and response.envelope.get("status_code") == 1000


def _refused(asked: Exchange) -> bool:
    return asked.response is not None and asked.response.status == 429
