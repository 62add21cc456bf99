"""The application of py-ocpi, or of extrawest-ocpi, with our holdings behind it."""

# ruff: noqa: ARG001 - the library says how it calls

import inspect
from typing import Any

from data import crud_of
from holdings import Platform, moment
from hook import hook


def application(platform: Platform, *, mended: bool) -> Any:
    """The ASGI application: py-ocpi's, with our data behind it and the trigger hook beside it."""
    from py_ocpi import get_application
    from py_ocpi.core.enums import RoleEnum
    from py_ocpi.modules.versions.enums import VersionNumber

    if mended:
        list_what_is_served()
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


def list_what_is_served() -> None:
    """Write the URLs in Link and Location as Python 3.10 did, and list the commands that a CPO takes."""
    from py_ocpi.core import endpoints
    from py_ocpi.core.enums import ModuleID, RoleEnum
    from py_ocpi.modules.versions.enums import VersionNumber

    for names in (ModuleID, VersionNumber):
        names.__format__ = lambda self, form: format(self.value, form)
    listed = endpoints.ENDPOINTS[VersionNumber.v_2_2_1][RoleEnum.cpo]
    # A list in py-ocpi, a table by module in extrawest-ocpi.
    places = {known.identifier: known for known in (listed.values() if isinstance(listed, dict) else listed)}
    like = places[ModuleID.tokens]
    added = like.copy(
        update={
            "identifier": ModuleID.commands,
            "url": type(like.url)(like.url.replace("tokens", "commands")),
        }
    )
    if isinstance(listed, dict):
        listed[ModuleID.commands] = added
    else:
        listed.append(added)


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
        # The second name is the one that newer FastAPI gives it.
        names = ("value_error.jsondecode", "json_invalid")
        broken = any(found["type"].startswith(names) for found in error.errors())
        return reply(400 if broken else 200, 2001, "invalid or missing parameters")

    @app.exception_handler(HTTPException)
    async def refused(request: Any, error: Any) -> JSONResponse:
        return reply(error.status_code, 2000, str(error.detail))
