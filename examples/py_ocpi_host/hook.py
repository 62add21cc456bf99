"""`POST /trigger/{action}`: what makes the platform act, for tests."""

# ruff: noqa: ARG001 - the library says how it calls

import base64
import inspect
import secrets
from typing import Any

from holdings import Platform, moment


def hook(app: Any, platform: Platform, adapter: type) -> None:
    """`POST /trigger/{action}`: what makes this platform act, for tests."""
    import httpx
    from fastapi import HTTPException, Request
    from py_ocpi.core.enums import ModuleID
    from py_ocpi.core.push import send_push_request
    from py_ocpi.modules.versions.enums import VersionNumber

    version = [VersionNumber.v_2_2_1] if "version" in inspect.signature(send_push_request).parameters else []

    async def push(partner: dict[str, Any], module: ModuleID, id: str, value: dict[str, Any]) -> bool:
        token = base64.b64encode(partner["credentials"]["token"].encode()).decode()
        # push_object() expects the version details in a list; their endpoints are known since the registration.
        try:
            answer = await send_push_request(
                id, value, module, adapter, f"Token {token}", partner["endpoints"]["endpoints"], *version
            )
        except httpx.HTTPError:
            return False
        return answer.status_code < 300

    async def push_location(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        name = wanted.get("location_id") or f"LOC-{secrets.token_hex(4)}"
        known = platform.objects["locations"].get(platform.key(name))
        value = dict(known or platform.location(name), last_updated=moment())
        platform.keep("locations", value, name)
        await push(partner, ModuleID.locations, name, value)
        return {"location_id": name}

    async def push_tariff(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        name = wanted.get("tariff_id") or f"T-{secrets.token_hex(4)}"
        value = dict(platform.tariff(name), last_updated=moment())
        platform.keep("tariffs", value, name)
        await push(partner, ModuleID.tariffs, name, value)
        return {"tariff_id": name}

    async def push_session(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        name = wanted.get("session_id") or f"SES-{secrets.token_hex(4)}"
        value = platform.objects["sessions"].get(platform.key(name)) or platform.session(name)
        uid = (wanted.get("token_uid") or "").casefold()
        named = ("country_code", "party_id", "uid", "type", "contract_id")
        for card in platform.objects["tokens"].values():
            if card["uid"].casefold() == uid:
                value["cdr_token"] = {field: card[field] for field in named}
        platform.keep("sessions", value, name)
        await push(partner, ModuleID.sessions, name, value)
        return {"session_id": name}

    async def push_cdr(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        name = wanted.get("cdr_id") or f"CDR-{secrets.token_hex(4)}"
        session = platform.session(wanted.get("session_id") or f"SES-{secrets.token_hex(4)}")
        value = platform.objects["cdrs"].get(platform.key(name)) or platform.cdr(name, session)
        platform.keep("cdrs", value, name)
        await push(partner, ModuleID.cdrs, name, value)
        return {"cdr_id": name, "session_id": value["session_id"]}

    async def prepare_token(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        kind, allowed = wanted.get("type") or "RFID", wanted.get("allowed") or "ALLOWED"
        value = platform.card(f"CARD-{secrets.token_hex(4)}", kind=kind)
        platform.keep("tokens", value, value["uid"], kind)
        if allowed == "NEEDS_LOCATION":
            platform.needs_location.add(value["uid"].casefold())
        else:
            value["valid"] = allowed == "ALLOWED"
            platform.answers[value["uid"].casefold()] = allowed
        return {"uid": value["uid"], "type": kind}

    async def push_token(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        kind = wanted.get("type") or "RFID"
        value = platform.card(
            f"CARD-{secrets.token_hex(4)}", kind=kind, whitelist=wanted.get("whitelist") or "ALLOWED"
        )
        platform.keep("tokens", value, value["uid"], kind)
        await push(partner, ModuleID.tokens, value["uid"], value)
        return {"uid": value["uid"], "type": kind}

    async def invalidate_token(partner: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        asked = (wanted.get("uid") or "").casefold()
        value = next(
            (card for card in platform.objects["tokens"].values() if card["uid"].casefold() == asked), None
        )
        value = value or platform.card(f"CARD-{secrets.token_hex(4)}")
        value.update(valid=False, last_updated=moment())
        platform.keep("tokens", value, value["uid"], value["type"])
        await push(partner, ModuleID.tokens, value["uid"], value)
        return {"uid": value["uid"], "type": value["type"]}

    # py-ocpi has no client for more than this: no registration, no pull, no PATCH, no question to an eMSP.
    actions = {
        "CPO": {
            "push-location": push_location,
            "push-tariff": push_tariff,
            "push-session": push_session,
            "push-cdr": push_cdr,
        },
        "EMSP": {
            "prepare-token": prepare_token,
            "push-token": push_token,
            "invalidate-token": invalidate_token,
        },
    }[platform.role]

    @app.post("/trigger/{action}")
    async def trigger(action: str, request: Request) -> dict[str, Any]:
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {platform.trigger_token}".encode()):
            raise HTTPException(401, "the trigger hook wants its own bearer token")
        if action == "issue-token":
            return {"done": True, "data": {"token": platform.invite()}}
        if action not in actions:
            raise HTTPException(501, f"there is no action {action} here")
        asked = await request.json()
        found = platform.partner(asked["peer"]["country_code"], asked["peer"]["party_id"])
        if found is None:
            raise HTTPException(409, "no such partner")
        return {"done": True, "data": await actions[action](found[1], asked.get("parameters") or {})}
