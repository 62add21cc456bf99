"""Tokens: an eMSP pushes new Tokens and what becomes of them."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tokens", iut="EMSP", side="SENDER", feature="push")

PUT = "tokens.receiver.put"
LIST = "tokens.sender.list"
OWNER = ("country_code", "party_id")
NAMED = ("uid", "type", "last_updated")

JUDGED_ON_EACH_PUSH = (
    "tokens-push-url-owner-equals-body",
    "tokens-push-url-own-party",
    "tokens-push-url-uid-equals-body",
    "tokens-push-type-parameter",
    "tokens-push-never-deletes",
)
"""The judge of every exchange speaks of these, if there is a push to judge."""

Token = dict[str, Any]


def test_new_tokens_are_put(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The eMSP makes a card and a Token for an app, and announces each; its list says the same of them."""
    for kind in ("RFID", "APP_USER"):
        mark = cpo.journal.mark()
        iut.act("push-token", type=kind)
        push = pushed(iut, cpo, since=mark)
        if not push:
            for slug in JUDGED_ON_EACH_PUSH:
                check.inconclusive(slug, "no push of a Token came")
        check.requires(push, f"no push of a Token came after push-token {kind}")
        assert push.exchange is not None
        method = push.exchange.request.method
        check("tokens-push-new-by-put", expected="PUT", found=method, evidence=push, check=kind)
        check.requires(method == "PUT", "the new Token was not announced by PUT")
        token = push.exchange.request.json
        if not isinstance(token, dict):
            check.inconclusive("tokens-push-put-matches-served", "the PUT had no Token", evidence=push)
            continue
        served = in_list(iut, cpo, token)
        if served is None or not same_moment(served, token):
            check.inconclusive(
                "tokens-push-put-matches-served", "its list doesn't have the state that was PUT"
            )
            continue
        version = iut.claim.ocpi_version
        found = differences(version, "Token", served, token, besides=OWNER, legal=True)
        told = "; ".join(map(str, found))
        check("tokens-push-put-matches-served", not found, expected="as listed", found=told, evidence=push)


def test_invalid_tokens_are_pushed(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The eMSP makes a Token for an app, then declares it invalid."""
    mark = cpo.journal.mark()
    iut.act("push-token", type="APP_USER")
    push = pushed(iut, cpo, since=mark)
    check.requires(push, "no push of a Token came after push-token")
    assert push.exchange is not None
    token = push.exchange.request.json if isinstance(push.exchange.request.json, dict) else {}
    uid = push.exchange.request.segments[-1]

    if "." not in str(token.get("last_updated")):
        iut.stays_quiet(endpoint=PUT, since=cpo.journal.mark())  # its DateTimes tell apart whole seconds
    mark = cpo.journal.mark()
    told = iut.act("invalidate-token", uid=token.get("uid", uid), type="APP_USER")
    names = {str(name).casefold() for name in (uid, token.get("uid"), told.get("uid")) if name}
    change = pushed(iut, cpo, since=mark, where=lambda found: invalidates(found, names))
    sent = change if change else pushed(iut, cpo, since=mark)
    expected = "PUT or PATCH with valid false"
    check("tokens-push-invalidation", change.seen, expected=expected, found=sent.exchange, evidence=sent)
    check.requires(sent, "nothing was pushed after invalidate-token")
    assert sent.exchange is not None
    if sent.exchange.request.method != "PATCH":
        check.not_applicable("tokens-push-patch-has-last-updated", "it changes Tokens by PUT")

    check.requires(
        sent.exchange.request.segments[-1].casefold() == uid.casefold(), "another Token was pushed"
    )
    if change:
        only_changes(iut, check, sent.exchange, token)
    else:
        check.inconclusive("tokens-push-patch-only-changes", "the change that was made was not told")
    new = sent.exchange.request.json
    later = new.get("last_updated") if isinstance(new, dict) else None
    before, after = clock.parse(token.get("last_updated", "")), clock.parse(later or "")
    check.requires(before and after, "a push came without a last_updated")
    assert before is not None
    assert after is not None
    expected = f"later than {token['last_updated']}"
    in_one_second = after == before and abs((sent.exchange.started - after).total_seconds()) < 1
    if in_one_second and "." not in str(later):
        check.inconclusive(
            "tokens-push-last-updated-advances",
            "both changes fell into one second, and its DateTimes have whole seconds; set quiet_s to 1 or more",
            evidence=(push, sent),
        )
    else:
        check(
            "tokens-push-last-updated-advances",
            after > before,
            expected=expected,
            found=later,
            evidence=(push, sent),
        )

    served = in_list(iut, cpo, token)
    whole = served is not None or all(page.accepted for page in crawl(cpo, iut.connection, LIST))
    check.requires(whole, "its list can't be read to the end")
    kept = served is not None and served.get("valid") is False
    check("tokens-list-keeps-invalid", kept, expected="valid false", found=served)


def only_changes(iut: Iut, check: Check, push: Exchange, before: Token) -> None:
    """A PATCH names what is new, besides which Token it is about and when it was changed."""
    body = push.request.json
    if push.request.method != "PATCH" or not isinstance(body, dict):
        check.not_applicable("tokens-push-patch-only-changes", "the change was not sent by PATCH")
        return
    changes = {name: value for name, value in body.items() if name not in (*OWNER, *NAMED)}
    found = differences(iut.claim.ocpi_version, "Token", before, {**before, **changes})
    old = sorted(set(changes) - {difference.pointer.split("/")[1] for difference in found})
    check(
        "tokens-push-patch-only-changes",
        not old,
        expected="fields with other values than before",
        found=f"unchanged: {', '.join(old)}",
        evidence=push,
    )


def pushed(iut: Iut, cpo: Cpo, *, since: int, where: Any = None) -> Sighting:
    """A request to our receiver interface of tokens that changes something."""

    def fits(exchange: Exchange) -> bool:
        place = locate(cpo, exchange.request)
        ours = place is not None and (place.module, place.interface) == ("tokens", "RECEIVER")
        return ours and exchange.request.method != "GET" and (where is None or where(exchange))

    return iut.sends(where=fits, since=since)


def invalidates(exchange: Exchange, names: set[str]) -> bool:
    """Whether a push says of one of these Tokens that it is not valid."""
    request = exchange.request
    if request.method not in ("PUT", "PATCH") or request.segments[-1].casefold() not in names:
        return False
    return isinstance(request.json, dict) and request.json.get("valid") is False


def in_list(iut: Iut, cpo: Cpo, token: Token) -> Token | None:
    """A Token as the list has it."""
    name = (str(token.get("uid")).casefold(), token.get("type"))
    for page in crawl(cpo, iut.connection, LIST):
        for served in page.items:
            if isinstance(served, dict) and (str(served.get("uid")).casefold(), served.get("type")) == name:
                return served
    return None


def same_moment(one: Token, other: Token) -> bool:
    return clock.parse(str(one.get("last_updated"))) == clock.parse(str(other.get("last_updated")))
