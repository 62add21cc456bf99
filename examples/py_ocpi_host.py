"""A small platform built on py-ocpi: CPO or eMSP over https with data in memory, to point the suite at.

    pip install py-ocpi uvicorn cryptography            # or extrawest-ocpi, which descends from it
    python py_ocpi_host.py --role cpo --port 8443

It prints one line of JSON when it is ready: where it is, its token A, its trigger hook, the certificate to trust.
Whatever py-ocpi leaves to its host is done here as OCPI asks; what is left is the library's own.
"""

# ruff: noqa: ARG001, ARG003, T201 - the library says how it calls; one line is for the terminal

import argparse
import base64
import copy
import inspect
import ipaddress
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PARTY = {"CPO": ("NL", "EXC"), "EMSP": ("NL", "EXM")}
PLACES = 8
CARDS = 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--role", choices=["cpo", "emsp"], default="cpo", help="what this platform is")
    parser.add_argument("--port", type=int, default=8443, help="where it listens, on 127.0.0.1")
    parser.add_argument(
        "--folder", type=Path, default=Path("py-ocpi-host"), help="where the certificate goes"
    )
    parser.add_argument("--mended", action="store_true", help="answer errors of the library as OCPI has them")
    options = parser.parse_args()

    address = f"127.0.0.1:{options.port}"
    certificate, key = make_certificate(options.folder, "127.0.0.1")
    role = options.role.upper()
    # py-ocpi reads its settings when it is imported.
    os.environ["OCPI_HOST"] = address
    os.environ["COUNTRY_CODE"], os.environ["PARTY_ID"] = PARTY[role]
    import uvicorn

    platform = Platform(role, f"https://{address}/ocpi/versions")
    app = application(platform, mended=options.mended)
    ready = {
        "versions_url": platform.versions_url,
        "token": platform.invite(),
        "trigger_url": f"https://{address}/trigger",
        "trigger_token": platform.trigger_token,
        "ca_file": str(certificate),
    }

    class Announced(uvicorn.Server):
        async def startup(self, *args: Any, **kwargs: Any) -> None:
            await super().startup(*args, **kwargs)
            print(json.dumps(ready), flush=True)

    Announced(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=options.port,
            ssl_certfile=str(certificate),
            ssl_keyfile=str(key),
            log_level="warning",
        )
    ).run()


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A self-signed certificate for an address, valid for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    moment = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(hours=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, key


class Platform:
    """What the host knows: its partners and its objects, each under its OCPI identity."""

    def __init__(self, role: str, versions_url: str) -> None:
        self.role = role
        self.country_code, self.party_id = PARTY[role]
        self.versions_url = versions_url
        self.trigger_token = secrets.token_urlsafe(24)
        self.invited: set[str] = set()
        self.partners: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {
            name: {} for name in ("locations", "tokens", "tariffs", "sessions", "cdrs")
        }
        self.needs_location: set[str] = set()
        self.answers: dict[str, str] = {}
        if role == "CPO":
            for tariff in ("T-1", "T-2"):
                self.keep("tariffs", self.tariff(tariff), tariff)
            for number in range(PLACES):
                self.keep(
                    "locations", self.location(f"LOC-{number}", days_ago=PLACES - number), f"LOC-{number}"
                )
            self.keep("sessions", self.session("SES-1"), "SES-1")
        else:
            for number in range(CARDS):
                card = self.card(f"CARD-{number}", days_ago=CARDS - number)
                self.keep("tokens", card, card["uid"], card["type"])

    # Partners

    def invite(self) -> str:
        """A further CREDENTIALS_TOKEN_A."""
        token = secrets.token_urlsafe(24)
        self.invited.add(token)
        return token

    def admit(self, token: str, theirs: dict[str, Any]) -> dict[str, Any]:
        """Give a partner the token under which it is known from now on; the one it came with is used up."""
        self.invited.discard(token)
        self.partners.pop(token, None)
        ours = secrets.token_urlsafe(24)
        self.partners[ours] = theirs
        return self.credentials(ours)

    def credentials(self, token: str) -> dict[str, Any]:
        name = f"py-ocpi example {self.role}"
        role = {
            "role": self.role,
            "business_details": {"name": name},
            "party_id": self.party_id,
            "country_code": self.country_code,
        }
        return {"token": token, "url": self.versions_url, "roles": [role]}

    def partner(self, country_code: str, party_id: str) -> tuple[str, dict[str, Any]] | None:
        """The newest partner that hosts a party, with our token for it."""
        asked = (country_code.casefold(), party_id.casefold())
        for token, theirs in reversed(self.partners.items()):
            hosted = {
                (role["country_code"].casefold(), role["party_id"].casefold())
                for role in theirs["credentials"]["roles"]
            }
            if asked in hosted:
                return token, theirs
        return None

    # Objects

    def keep(
        self, module: str, value: dict[str, Any], *identity: str, owner: tuple[str, str] | None = None
    ) -> None:
        self.objects[module][self.key(*identity, owner=owner)] = value

    def key(self, *identity: str, owner: tuple[str, str] | None = None) -> tuple[str, ...]:
        """OCPI compares CiStrings without regard to case."""
        return tuple(part.casefold() for part in (*(owner or PARTY[self.role]), *identity))

    def location(self, name: str, *, days_ago: float = 0.0) -> dict[str, Any]:
        changed = moment(days_ago)
        connector = {
            "id": "1",
            "standard": "IEC_62196_T2",
            "format": "SOCKET",
            "power_type": "AC_3_PHASE",
            "max_voltage": 230,
            "max_amperage": 32,
            "tariff_ids": ["T-1"],
            "last_updated": changed,
        }
        evses = [
            {
                "uid": f"{name}-E{number}",
                "evse_id": f"NL*EXC*E{name.replace('-', '')}{number}",
                "status": "AVAILABLE",
                "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE"],
                "connectors": [dict(connector)],
                "last_updated": changed,
            }
            for number in (1, 2)
        ]
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "publish": True,
            "name": f"Car park {name}",
            "address": "Stationsplein 1",
            "city": "Utrecht",
            "postal_code": "3511 ED",
            "country": "NLD",
            "coordinates": {"latitude": "52.089412", "longitude": "5.110230"},
            "evses": evses,
            "operator": {"name": "Example Charging"},
            "time_zone": "Europe/Amsterdam",
            "opening_times": {"twentyfourseven": True, "regular_hours": []},
            "last_updated": changed,
        }

    def tariff(self, name: str) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "currency": "EUR",
            "elements": [
                {"price_components": [{"type": "ENERGY", "price": 0.25, "vat": 21.0, "step_size": 1}]}
            ],
            "last_updated": moment(30),
        }

    def session(self, name: str) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "start_date_time": moment(0.1),
            "kwh": 4.2,
            "cdr_token": {
                "country_code": "NL",
                "party_id": "TS1",
                "uid": "0123456789ABCD",
                "type": "RFID",
                "contract_id": "NL-TS1-C00000001-8",
            },
            "auth_method": "WHITELIST",
            "location_id": "LOC-1",
            "evse_uid": "LOC-1-E1",
            "connector_id": "1",
            "currency": "EUR",
            "status": "ACTIVE",
            "last_updated": moment(0.05),
        }

    def card(
        self, uid: str, *, days_ago: float = 0.0, kind: str = "RFID", whitelist: str = "ALLOWED"
    ) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "uid": uid,
            "type": kind,
            "contract_id": f"NL-EXM-{uid.replace('-', '')[:9]}",
            "issuer": "Example Mobility",
            "valid": True,
            "whitelist": "NEVER" if kind in ("APP_USER", "AD_HOC_USER") else whitelist,
            "language": "nl",
            "last_updated": moment(days_ago),
        }


def moment(days_ago: float = 0.0) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def application(platform: Platform, *, mended: bool) -> Any:
    """The ASGI application: py-ocpi's, with our data behind it and the trigger hook beside it."""
    from py_ocpi import get_application
    from py_ocpi.core.enums import RoleEnum
    from py_ocpi.modules.versions.enums import VersionNumber

    crud, adapter = crud_of(platform), adapter_of()
    wanted: dict[str, Any] = {"crud": crud, "adapter": adapter}
    if "authenticator" in inspect.signature(get_application).parameters:
        wanted |= {"authenticator": authenticator_of(platform), "modules": modules_of()}
    app = get_application([VersionNumber.v_2_2_1], [RoleEnum(platform.role)], **wanted)
    if mended:
        mend(app)
    hook(app, platform, adapter)
    return app


def authenticator_of(platform: Platform) -> type:
    """Who may call: extrawest-ocpi asks for this beside the data."""
    from py_ocpi.core.authentication.authenticator import Authenticator

    class Known(Authenticator):
        @classmethod
        async def get_valid_token_a(cls) -> list[str]:
            return list(platform.invited)

        @classmethod
        async def get_valid_token_c(cls) -> list[str]:
            return list(platform.partners)

    return Known


def modules_of() -> list[Any]:
    """The modules for which there is data here; extrawest-ocpi asks which to serve."""
    from py_ocpi.core.enums import ModuleID

    names = ["credentials", "locations", "sessions", "tariffs", "cdrs", "tokens"]
    return [ModuleID(name) for name in (*names, "commands")]


def crud_of(platform: Platform) -> type:
    """The data access that py-ocpi asks of its host."""
    from py_ocpi.core.enums import Action, ModuleID
    from py_ocpi.core.exceptions import AuthorizationOCPIError, NotFoundOCPIError

    def admitted(token: str | None) -> None:
        if token not in platform.partners:
            raise AuthorizationOCPIError

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
            admitted(token)
            if module is ModuleID.commands:
                return {"result": "ACCEPTED"}
            found = platform.objects[module.value].get(place(module, id, asked))
            if found is None and module is ModuleID.tokens and platform.role == "EMSP":
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
            admitted(token)
            platform.objects[module.value][place(module, data.get("id") or data.get("uid"), asked)] = data
            return copy.deepcopy(data)

        @classmethod
        async def update(
            cls, module: ModuleID, role: Any, data: dict[str, Any], id: Any, *args: Any, **asked: Any
        ) -> Any:
            token = asked.get("auth_token")
            admitted(token)
            if module is ModuleID.credentials_and_registration:
                return platform.admit(token, data)
            if module is ModuleID.commands or "profile_type" in data:
                return data
            platform.objects[module.value][place(module, id, asked)] = data
            return copy.deepcopy(data)

        @classmethod
        async def delete(cls, module: ModuleID, role: Any, id: Any, *args: Any, **asked: Any) -> None:
            token = asked.get("auth_token")
            admitted(token)
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
                return {"result": "ACCEPTED", "timeout": 30}
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


def within(changed: str, filters: dict[str, Any]) -> bool:
    """From `date_from` inclusive to `date_to` exclusive; without a designator times are UTC."""
    at = datetime.fromisoformat(changed)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)

    def utc(value: datetime) -> datetime:
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    begin, end = filters["date_from"], filters["date_to"]
    return (begin is None or at >= utc(begin)) and (end is None or at < utc(end))


def authorization(platform: Platform, asked: dict[str, Any]) -> dict[str, Any] | None:
    """AuthorizationInfo for a token; None where a location has to be named first."""
    uid = asked["token_uid"].casefold()
    card = platform.objects["tokens"][platform.key(uid, asked["token_type"].value)]
    if uid in platform.needs_location and not asked["location_reference"]:
        return None
    allowed = platform.answers.get(uid, "ALLOWED" if card["valid"] else "BLOCKED")
    info: dict[str, Any] = {"allowed": allowed, "token": copy.deepcopy(card)}
    if allowed == "ALLOWED":
        info["authorization_reference"] = secrets.token_hex(8)
        if asked["location_reference"]:
            info["location"] = asked["location_reference"]
    return info


def adapter_of() -> type:
    """From our dictionaries to the library's schemas; that there is none is told here, for GET and PATCH."""
    from py_ocpi.core.exceptions import NotFoundOCPIError
    from py_ocpi.modules.cdrs.v_2_2_1.schemas import Cdr
    from py_ocpi.modules.commands.v_2_2_1.schemas import CommandResponse, CommandResult
    from py_ocpi.modules.credentials.v_2_2_1.schemas import Credentials
    from py_ocpi.modules.locations.v_2_2_1.schemas import Location
    from py_ocpi.modules.sessions.v_2_2_1.schemas import ChargingPreferences, Session
    from py_ocpi.modules.tariffs.v_2_2_1.schemas import Tariff
    from py_ocpi.modules.tokens.v_2_2_1.schemas import AuthorizationInfo, Token

    def to(schema: type) -> classmethod:
        def adapt(cls: type, data: dict[str, Any] | None, version: Any = None) -> Any:
            if data is None:
                raise NotFoundOCPIError
            return schema(**data)

        return classmethod(adapt)

    return type(
        "Adapter",
        (),
        {
            "location_adapter": to(Location),
            "session_adapter": to(Session),
            "charging_preference_adapter": to(ChargingPreferences),
            "credentials_adapter": to(Credentials),
            "cdr_adapter": to(Cdr),
            "tariff_adapter": to(Tariff),
            "command_response_adapter": to(CommandResponse),
            "command_result_adapter": to(CommandResult),
            "token_adapter": to(Token),
            "authorization_adapter": to(AuthorizationInfo),
        },
    )


def mend(app: Any) -> None:
    """Answer the library's own errors with the HTTP status they stand for, in an OCPI envelope."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse
    from py_ocpi.core.exceptions import AuthorizationOCPIError, NotFoundOCPIError
    from starlette.exceptions import HTTPException

    def reply(http: int, code: int, message: str) -> JSONResponse:
        return JSONResponse(
            {"status_code": code, "status_message": message, "timestamp": moment()}, status_code=http
        )

    @app.exception_handler(AuthorizationOCPIError)
    async def unauthorized(request: Any, error: Exception) -> JSONResponse:
        return reply(401, 2000, str(error))

    @app.exception_handler(NotFoundOCPIError)
    async def not_found(request: Any, error: Exception) -> JSONResponse:
        return reply(404, 2003, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Any, error: Any) -> JSONResponse:
        broken = any(found["type"].startswith("value_error.jsondecode") for found in error.errors())
        return reply(400 if broken else 200, 2001, "invalid or missing parameters")

    @app.exception_handler(HTTPException)
    async def refused(request: Any, error: Any) -> JSONResponse:
        return reply(error.status_code, 2000, str(error.detail))


def hook(app: Any, platform: Platform, adapter: type) -> None:
    """`POST /trigger/{action}`: what makes this platform act, for tests."""
    from fastapi import HTTPException, Request
    from py_ocpi.core.enums import ModuleID
    from py_ocpi.core.push import send_push_request
    from py_ocpi.modules.versions.enums import VersionNumber

    version = [VersionNumber.v_2_2_1] if "version" in inspect.signature(send_push_request).parameters else []

    async def push(partner: dict[str, Any], module: ModuleID, id: str, value: dict[str, Any]) -> bool:
        token = base64.b64encode(partner["credentials"]["token"].encode()).decode()
        # push_object() expects the version details in a list; their endpoints are known since the registration.
        answer = await send_push_request(
            id, value, module, adapter, f"Token {token}", partner["endpoints"]["endpoints"], *version
        )
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
        "CPO": {"push-location": push_location, "push-tariff": push_tariff},
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


if __name__ == "__main__":
    main()
