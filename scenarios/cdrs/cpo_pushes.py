"""CDRs: a CPO sends new CDRs, looks at them where we said that they are, and takes them back by Credit CDRs."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="cdrs", iut="CPO", side="SENDER", feature="push")

LIST = "cdrs.sender.list"
POST = "cdrs.receiver.post"
GET = "cdrs.receiver.get"
AUTHORIZE = "tokens.sender.authorize"
PAGES = 50

JUDGED_ON_EACH_POST = (
    "cdrs-post-url",
    "cdrs-push-never-replaces",
    "cdrs-push-only-relevant",
    "cdrs-session-billed-once",
    "cdrs-auth-method-last",
)
JUDGED_ON_EACH_CREDIT = (
    "cdrs-credit-id-differs",
    "cdrs-credit-flag-set",
    "cdrs-credit-reference-set",
    "cdrs-credit-same-data",
    "cdrs-credit-only-total-cost-negated",
    "cdrs-credit-total-cost-negative",
)
SEEN_TWICE = ("cdrs-never-changed", "cdrs-last-updated-stays")
"""The judge of every exchange speaks of these, if there is something to judge."""

Cdr = dict[str, Any]


def test_a_new_cdr_is_posted(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The CPO bills a session: the CDR is POSTed, has our authorization and its place, and is listed from then on."""
    mark = emsp.journal.mark()
    token = with_token(iut, emsp)
    iut.act("push-cdr", **token)

    push = iut.sends(where=lambda found: pushes(emsp, found))
    method = push.exchange.request.method if push.exchange else "no request"
    check("cdrs-push-by-post", expected="POST", found=method, evidence=push)
    check.requires(push.exchange and method == "POST", "no CDR was POSTed after push-cdr")
    assert push.exchange is not None
    cdr = push.exchange.request.json
    check.requires(isinstance(cdr, dict) and isinstance(cdr.get("id"), str), "the POST had no CDR with an id")
    same = emsp.journal.all(
        "POST", where=lambda found: at_cdrs(emsp, found) and same_id(found.request.json, cdr)
    )
    check("cdrs-post-not-repeated", expected=1, found=len(same), evidence=same)
    authorized(emsp, check, cdr, push, mark, token.get("token_uid", ""))
    located(iut, emsp, check, cdr, push)

    if not iut.connection.url("cdrs", "SENDER"):
        for slug in ("cdrs-posted-is-listed", *SEEN_TWICE):
            check.not_applicable(slug, "it serves no list of CDRs")
        return
    pages = list(crawl(emsp, iut.connection, LIST, params=since(cdr), pages=PAGES))
    if all(page.accepted for page in pages) and len(pages) < PAGES:
        listed = any(same_id(value, cdr) for page in pages for value in page.items)
        found = f"{sum(len(page.items) for page in pages)} CDRs"
        check("cdrs-posted-is-listed", listed, expected=cdr["id"], found=found, evidence=[*pages, push])
    else:
        check.inconclusive("cdrs-posted-is-listed", "its list can't be read to the end", evidence=pages)


def test_a_posted_cdr_is_looked_at(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The CPO wants to see a CDR that it has sent: it asks for it at the URL that we gave for it."""
    iut.act("check-cdr", **with_token(iut, emsp))

    look = iut.sends("GET", where=lambda found: at_cdrs(emsp, found))
    if not look:
        check.inconclusive(
            "cdrs-check-at-location-url", "no CDR was asked for after check-cdr", evidence=look
        )


def test_a_cdr_is_taken_back(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The CPO sends a CDR and then a Credit CDR for it, which names the former and is its negative."""
    told = iut.act("push-credit-cdr", **with_token(iut, emsp))

    sent = iut.sends("POST", endpoint=POST, where=lambda found: is_credit(found.request.json))
    if not sent:
        for slug in JUDGED_ON_EACH_CREDIT:
            check.inconclusive(slug, "no CDR with credit or credit_reference_id was POSTed")
    check.requires(sent.exchange, f"no Credit CDR came after push-credit-cdr, which told {told}")
    assert sent.exchange is not None
    credit = sent.exchange.request.json
    check.requires(credit.get("credit_reference_id"), "the Credit CDR names no CDR")
    reference = str(credit.get("credit_reference_id"))
    known = [value for value in seen(emsp) if value != credit]
    named = any(same(reference, value.get("id")) for value in known)
    twin = next((value for value in known if not is_credit(value) and of_same_session(value, credit)), {})
    check.requires(named or twin, f"the CDR {reference} was never shown to us, nor any of that session")
    check(
        "cdrs-credit-refers-to-original",
        named,
        expected=f"the id of a CDR that it has sent or listed, such as {twin.get('id')}",
        found=reference,
        evidence=sent,
    )


def with_token(iut: Iut, emsp: Emsp) -> dict[str, str]:
    """A Token of ours, if the CPO takes Tokens at all; one that it has to ask us about if it asks."""
    if not iut.connection.url("tokens", "RECEIVER"):
        return {}
    asks = iut.claim.has("realtime-authorization")
    token = emsp.add_token(type="RFID", whitelist="NEVER" if asks else "ALWAYS", valid=True)
    return {"token_uid": token["uid"]} if emsp.push_token(iut.connection, token).accepted else {}


def since(cdr: Cdr) -> dict[str, str]:
    """The part of the list that has a CDR, by the moment at which it was made, with an hour to spare."""
    made = clock.parse(str(cdr.get("last_updated")))
    return {"date_from": clock.stamp(made - timedelta(hours=1))} if made else {}


def authorized(emsp: Emsp, check: Check, cdr: Cdr, push: Sighting, mark: int, uid: str) -> None:
    """What we answered when the CPO asked us before the session of our Token stands in the CDR."""
    token = cdr.get("cdr_token")
    ours = isinstance(token, dict) and same(token.get("uid"), uid)
    asked = [
        found
        for found in emsp.journal.all("POST", endpoint=AUTHORIZE, since=mark)
        if ours and reference_in(found) and uid.casefold() in map(str.casefold, found.request.segments)
    ]
    if not asked:
        reason = "it asked for no authorization for which we could have given a reference"
        check.inconclusive("cdrs-authorization-reference-last", reason, evidence=push)
        return
    given, found = reference_in(asked[-1]), cdr.get("authorization_reference")
    slug = "cdrs-authorization-reference-last"
    check(slug, same(found, given), expected=given, found=found, evidence=[asked[-1], push.exchange])


def reference_in(exchange: Exchange) -> str | None:
    """The authorization_reference that we gave in an answer."""
    data = exchange.response.envelope.get("data") if exchange.response else None
    return data.get("authorization_reference") if isinstance(data, dict) else None


def located(iut: Iut, emsp: Emsp, check: Check, cdr: Cdr, push: Sighting) -> None:
    """The CDR tells of its place what the Location tells."""
    slug, place = "cdrs-postal-code-kept", cdr.get("cdr_location")
    if not isinstance(place, dict) or not iut.connection.url("locations", "SENDER"):
        check.inconclusive(slug, "there is no list of Locations to compare with", evidence=push)
        return
    answer = emsp.ask_for(iut.connection, str(place.get("id")))
    code = answer.data.get("postal_code") if answer.accepted and isinstance(answer.data, dict) else None
    if not code:
        check.not_applicable(slug, f"it shows no Location {place.get('id')} with a postal code")
        return
    kept = place.get("postal_code")
    check(slug, bool(kept), expected=f"a postal code, as {code} now", found=kept, evidence=[answer, push])


def pushes(emsp: Emsp, exchange: Exchange) -> bool:
    return at_cdrs(emsp, exchange) and exchange.request.method != "GET"


def at_cdrs(emsp: Emsp, exchange: Exchange) -> bool:
    """Whether a request came to our receiver interface of CDRs."""
    place = locate(emsp, exchange.request)
    return place is not None and (place.module, place.interface) == ("cdrs", "RECEIVER")


def is_credit(cdr: Any) -> bool:
    return isinstance(cdr, dict) and bool(cdr.get("credit") or cdr.get("credit_reference_id"))


def same(one: Any, other: Any) -> bool:
    """Whether two ids are equal, as CiStrings are."""
    return str(one).casefold() == str(other).casefold()


def of_same_session(one: Cdr, other: Cdr) -> bool:
    names = ("country_code", "party_id", "session_id", "start_date_time")
    return all(same(one.get(name), other.get(name)) for name in names)


def same_id(one: Any, other: Cdr) -> bool:
    names = ("country_code", "party_id", "id")
    return isinstance(one, dict) and all(same(one.get(name), other.get(name)) for name in names)


def seen(emsp: Emsp) -> list[Cdr]:
    """Every CDR that came in this run, POSTed or in a list."""
    posted = [found.request.json for found in emsp.journal.all("POST", endpoint=POST)]
    listed = [
        value
        for found in emsp.journal.all("GET", endpoint=LIST)
        if found.response is not None and isinstance(found.response.envelope.get("data"), list)
        for value in found.response.envelope["data"]
    ]
    return [value for value in (*posted, *listed) if isinstance(value, dict)]
