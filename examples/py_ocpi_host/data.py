"""The data access that py-ocpi asks of its host, and who may use it."""

# ruff: noqa: ARG003 - the library says how it calls

import copy
from datetime import UTC, datetime
from typing import Any

from holdings import Platform, authorization


def crud_of(platform: Platform) -> type:
    """The data access that py-ocpi asks of its host."""
    from py_ocpi.core.enums import Action, ModuleID
    from py_ocpi.core.exceptions import AuthorizationOCPIError, NotFoundOCPIError

    def admitted(
        token: str | None, asked: dict[str, Any] | None = None, data: dict[str, Any] | None = None
    ) -> None:
        """A known partner, which asks for objects of its own parties, and sends such as its URL says."""
        if token not in platform.partners:
            raise AuthorizationOCPIError
        owner = owner_of(asked or {})
        if owner and (owner not in platform.parties(token) or (owner_of(data or {}) or owner) != owner):
            raise NotFoundOCPIError

    def place(module: ModuleID, id: str, asked: dict[str, Any]) -> tuple[str, ...]:
        owner = (asked["country_code"], asked["party_id"]) if asked.get("country_code") else None
        kind = [asked["token_type"].value] if module is ModuleID.tokens else []
        return platform.key(id, *kind, owner=owner)

    class Crud:
        @classmethod
        async def get(cls, module: ModuleID, role: Any, id: Any, *args: Any, **asked: Any) -> Any:
            token = asked.get("auth_token")
            if module is ModuleID.credentials_and_registration:
                return cls.our_credentials(token)
            admitted(token, asked)
            if module is ModuleID.commands:
                return {"result": "ACCEPTED"}
            found = platform.objects[module.value].get(place(module, id, asked))
            asks_for_none = {("EMSP", ModuleID.tokens), ("CPO", ModuleID.locations)}
            if found is None and (platform.role, module) in asks_for_none:
                raise NotFoundOCPIError
            return copy.deepcopy(found)

        @classmethod
        def our_credentials(cls, token: str | None) -> Any:
            if token in platform.partners:
                return platform.credentials(token)
            if token in platform.invited:
                return None
            raise AuthorizationOCPIError

        @classmethod
        async def list(
            cls, module: ModuleID, role: Any, filters: dict[str, Any], *args: Any, **asked: Any
        ) -> Any:
            admitted(asked.get("auth_token"))
            found = [
                value
                for _, value in sorted(
                    platform.objects[module.value].items(),
                    key=lambda pair: (pair[1]["last_updated"], pair[0]),
                )
                if within(value["last_updated"], filters)
            ]
            begin = filters["offset"]
            end = begin + filters["limit"]
            return copy.deepcopy(found[begin:end]), len(found), end >= len(found)

        @classmethod
        async def create(
            cls, module: ModuleID, role: Any, data: dict[str, Any], *args: Any, **asked: Any
        ) -> Any:
            # For locations the library passes the token by position.
            token = asked.get("auth_token") or (args[0] if args else None)
            if module is ModuleID.credentials_and_registration:
                if token not in platform.invited:
                    raise AuthorizationOCPIError
                return platform.admit(token, data)
            admitted(token, asked, data)
            held, at = platform.objects[module.value], place(module, data.get("id") or data.get("uid"), asked)
            # A CDR stays as it came first.
            held[at] = held.get(at, data) if module is ModuleID.cdrs else data
            return copy.deepcopy(held[at])

        @classmethod
        async def update(
            cls, module: ModuleID, role: Any, data: dict[str, Any], id: Any, *args: Any, **asked: Any
        ) -> Any:
            token = asked.get("auth_token")
            admitted(token, asked, data)
            if module is ModuleID.credentials_and_registration:
                return platform.admit(token, data)
            if "profile_type" in data:
                if not platform.takes_preferences(id):
                    raise NotFoundOCPIError
                return data
            platform.objects[module.value][place(module, id, asked)] = data
            return copy.deepcopy(data)

        @classmethod
        async def delete(cls, module: ModuleID, role: Any, id: Any, *args: Any, **asked: Any) -> None:
            token = asked.get("auth_token")
            admitted(token, asked)
            if module is ModuleID.credentials_and_registration:
                platform.partners.pop(token)
            elif platform.objects[module.value].pop(place(module, id, asked), None) is None:
                raise NotFoundOCPIError

        @classmethod
        async def do(
            cls, module: ModuleID, role: Any, action: Action, *args: Any, data: Any = None, **asked: Any
        ) -> Any:
            token = asked.get("auth_token")
            if action is Action.get_client_token:
                return cls.client_token(token, registering=role is not None)
            admitted(token)
            if action is Action.send_command:
                # The library passes the command by position.
                missing = "UNKNOWN_SESSION" if "session_id" in args[0] else "REJECTED"
                return {"result": "ACCEPTED" if platform.is_known(args[0]) else missing, "timeout": 30}
            return authorization(platform, data)

        @classmethod
        def client_token(cls, token: str | None, *, registering: bool) -> str | None:
            """The partner's own token; "" for one that is invited and has none yet, None for a stranger.

            py-ocpi asks this for two ends: who is unknown (None), and who is already registered (anything true).
            """
            if token in platform.partners:
                return platform.partners[token]["credentials"]["token"]
            if token in platform.invited:
                return ""
            if registering:
                raise AuthorizationOCPIError
            return None

    return Crud


def owner_of(named: dict[str, Any]) -> tuple[str, str] | None:
    """The party that a URL or an object names, if it names one."""
    if not named.get("country_code") or not named.get("party_id"):
        return None
    return named["country_code"].casefold(), named["party_id"].casefold()


def within(changed: str, filters: dict[str, Any]) -> bool:
    """From `date_from` inclusive to `date_to` exclusive; without a designator times are UTC."""
    at = datetime.fromisoformat(changed)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)

    def utc(value: datetime) -> datetime:
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    begin, end = filters["date_from"], filters["date_to"]
    return (begin is None or at >= utc(begin)) and (end is None or at < utc(end))
