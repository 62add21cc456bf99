"""Tokens as an eMSP owns them: what holds in each that it serves or pushes, and how pushes are addressed."""

import re
from collections.abc import Iterator
from typing import Any

from ...simulators.answering import locate
from .ruling import Ruling, View

FOR_APPS = ("AD_HOC_USER", "APP_USER")
DEFAULT_TYPE = "RFID"
GROUP_LENGTH = 20
"""What charge points with OCPP 1.x can hold of a group id."""
_CONTRACT = re.compile(r"[A-Z]{2}-?[A-Z0-9]{3}-?[A-Z0-9]{9}(?:-?[A-Z0-9])?", re.IGNORECASE)
_UNKNOWN = "#NA"


def answered(view: View) -> Iterator[Ruling]:
    """The Tokens in an answer of the IUT's own interface."""
    if view.endpoint is None or not view.succeeded:
        return
    if view.endpoint.id == "tokens.sender.list":
        served = view.news if isinstance(view.news, list) else []
    elif view.endpoint.id == "tokens.sender.authorize":
        data = view.data
        served = [data.get("token")] if isinstance(data, dict) else []
    else:
        return
    own = _own(view)
    for token in served:
        if isinstance(token, dict):
            yield from _token(token)
            owner = _owner(token)
            if own and owner is not None:
                yield Ruling("tokens-owner-among-roles", owner in own, _listed(own), " ".join(owner))


def requested(view: View) -> Iterator[Ruling]:
    """A request of the IUT to our receiver interface of tokens."""
    place = locate(view.party, view.request)
    if place is None or (place.module, place.interface) != ("tokens", "RECEIVER"):
        return
    method, body = view.request.method, view.request.json
    if method != "GET":
        yield Ruling("tokens-push-never-deletes", method in ("PUT", "PATCH"), "PUT or PATCH", method)
    if view.endpoint is None:
        return
    own = _own(view)
    addressed = (place.rest[0].casefold(), place.rest[1].casefold())
    if own:
        yield Ruling("tokens-push-url-own-party", addressed in own, _listed(own), " ".join(addressed))
    if not isinstance(body, dict):
        return
    if method == "PATCH":
        holds = body.get("last_updated") is not None
        yield Ruling("tokens-push-patch-has-last-updated", holds, "last_updated in the body", "none")
    elif method == "PUT":
        yield from _token(body)
        yield from _put(view, addressed, place.rest[2], body)


def _put(view: View, addressed: tuple[str, str], uid: str, token: dict[str, Any]) -> Iterator[Ruling]:
    owner = _owner(token)
    if owner is not None:
        yield Ruling(
            "tokens-push-url-owner-equals-body",
            owner == addressed,
            f"{' '.join(owner)}, as in the Token",
            " ".join(addressed),
        )
    if isinstance(token.get("uid"), str):
        holds = token["uid"].casefold() == uid.casefold()
        yield Ruling("tokens-push-url-uid-equals-body", holds, f"{token['uid']} at the end of the URL", uid)
    if isinstance(token.get("type"), str):
        named = view.request.query.get("type", DEFAULT_TYPE)
        if (token["type"], named) != (DEFAULT_TYPE, DEFAULT_TYPE):
            holds = named == token["type"]
            found = f"type={named}" if "type" in view.request.query else "no type parameter"
            yield Ruling("tokens-push-type-parameter", holds, f"type={token['type']}", found)


def _token(token: dict[str, Any]) -> Iterator[Ruling]:
    if token.get("type") in FOR_APPS:
        found = str(token.get("whitelist"))
        yield Ruling("tokens-app-user-never-whitelisted", found == "NEVER", "whitelist NEVER", found)
    contract = token.get("contract_id")
    if isinstance(contract, str) and contract != _UNKNOWN:
        formed = _CONTRACT.fullmatch(contract) is not None
        yield Ruling("tokens-contract-id-emi3", formed, "an id such as NL-ABC-C12345678-X", contract)
    group = token.get("group_id")
    if isinstance(group, str):
        holds = len(group) <= GROUP_LENGTH
        yield Ruling("tokens-group-id-short", holds, f"at most {GROUP_LENGTH} characters", f"{len(group)}")


def _owner(token: dict[str, Any]) -> tuple[str, str] | None:
    country, party = token.get("country_code"), token.get("party_id")
    if not isinstance(country, str) or not isinstance(party, str):
        return None
    return country.casefold(), party.casefold()


def _own(view: View) -> frozenset[tuple[str, str]]:
    """The eMSP parties of the IUT; empty where it has not said, and for a hub."""
    if view.is_hub:
        return frozenset()
    return frozenset(
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "EMSP"
    )


def _listed(own: frozenset[tuple[str, str]]) -> str:
    return " or ".join(sorted(" ".join(owner) for owner in own))


__all__ = ["answered", "requested"]
