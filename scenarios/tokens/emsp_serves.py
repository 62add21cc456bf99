"""Tokens: an eMSP serves the list of its Tokens."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tokens", iut="EMSP", side="SENDER")

LIST = "tokens.sender.list"
PAGES = 200
"""How far a list is followed; no duty asks for more."""
SHOWN = 3
REALTIME = ("ALLOWED", "ALLOWED_OFFLINE", "NEVER")
DECISIONS = (1000, 2002)

Token = dict[str, Any]


def test_the_list_holds_tokens(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CPO reads the whole list; each Token stands in it once; those that need it can be authorized."""
    iut.url("tokens", "SENDER")

    pages = list(crawl(cpo, iut.connection, LIST, pages=PAGES))

    first = pages[0]
    served = first.accepted and isinstance(first.data, list)
    tokens = [token for page in pages for token in page.items if isinstance(token, dict)]
    legal = served and all(isinstance(token.get("uid"), str) for token in tokens)
    check(
        "tokens-list-serves-tokens", legal, expected="a list of Tokens", found=first, evidence=pages[:SHOWN]
    )
    check.requires(tokens, "its list of Tokens is empty")

    twice = repeated(tokens)
    if twice:  # a list may move on while it is read
        again = [token for page in crawl(cpo, iut.connection, LIST, pages=PAGES) for token in page.items]
        twice &= repeated(again)
    found = ", ".join(" ".join(name) for name in sorted(twice))
    check(
        "tokens-uid-type-unique",
        not twice,
        expected="each uid and type once",
        found=found,
        evidence=pages[:SHOWN],
    )

    realtime: dict[str, Token] = {}
    for token in sorted(tokens, key=lambda token: token.get("valid") is not True):
        if token.get("whitelist") in REALTIME:
            realtime.setdefault(token["whitelist"], token)
    check.applies(realtime, "all Tokens that it lists have whitelist ALWAYS")
    place = cpo.samples.location_references(next(iter(cpo.store.own("locations"))))
    for whitelist, token in realtime.items():
        answer = cpo.ask(iut.connection, token["uid"], type_=token.get("type"), place=place)
        check(
            "tokens-realtime-offered-unless-always",
            answer.http_status == 200 and answer.status_code in DECISIONS,
            among=DECISIONS,
            found=answer,
            evidence=answer,
            check=whitelist,
        )


def repeated(tokens: list[Any]) -> set[tuple[str, ...]]:
    """Owner, uid and type of Tokens that stand in a list more than once."""
    names = [
        tuple(str(token.get(name)).casefold() for name in ("country_code", "party_id", "uid", "type"))
        for token in tokens
        if isinstance(token, dict)
    ]
    return {name for name in names if names.count(name) > 1}
