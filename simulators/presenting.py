"""Presenting: a session that a driver begins with a token, authorized in real time where its whitelist wants it."""

from typing import Any

from .connection import Connection
from .party import Party
from .sessions import SessionSender
from .store import Object
from .tokens import TokenReceiver

WHITELISTED = ("ALWAYS", "ALLOWED")
"""Of any other kind, unknown ones too, the eMSP is asked."""


class Presenting(SessionSender, TokenReceiver, Party):
    """Asks the eMSP before a session begins, and keeps its reference in the session."""

    def new_session(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """Make a session for an action, PENDING. Raises ValueError where the eMSP doesn't allow it.

        Source: `mod_tokens.asciidoc#mod_tokens_authorizationinfo_object`.
        """
        token = self.token_for(connection, parameters.get("token_uid"))
        if token.get("whitelist") in WHITELISTED:
            return super().new_session(connection, parameters)
        place = {name: parameters.get(name) for name in ("location_id", "evse_uid", "connector_id")}
        answer = self.ask(connection, token["uid"], type_=token["type"])
        info = answer.data if answer.accepted and isinstance(answer.data, dict) else {}
        if info.get("allowed") != "ALLOWED":
            raise ValueError(
                f"the eMSP doesn't allow {token['uid']} to charge: {info.get('allowed', answer)}"
            )
        return self.begin_session(
            token,
            **place,
            auth_method="AUTH_REQUEST",
            authorization_reference=info.get("authorization_reference"),
        )
