"""Tokens: the eMSP owns and pushes them and authorizes them in real time, the CPO receives and asks."""

from typing import Any

from . import clock
from .answering import Reply, Visit, invalid, unknown
from .calling import Answer
from .connection import Connection
from .ownership import foreign, merge, mismatch, owner_key, stored
from .paging import counted, crawl, dates, page
from .party import Party, performs, serves
from .store import Key, Object, key_of

MODULE = "tokens"
TYPES = ("AD_HOC_USER", "APP_USER", "OTHER", "RFID")
DEFAULT_TYPE = "RFID"
ALLOWANCES = "allowances"
NEEDS_LOCATION = "NEEDS_LOCATION"
UNKNOWN_TOKEN = Reply(status_code=2004, http_status=404, message="Unknown token")


def token_key(token: Object) -> Key:
    """A token is identified by its owner, its uid and its type."""
    return key_of(token["country_code"], token["party_id"], token["uid"], token["type"])


_PLACE = ("location_id", "evse_uids")
"""The fields of LocationReferences: what else an answer would say of a place is not for us to tell."""


class TokenSender(Party):
    """The owner's side, and real-time authorization."""

    @serves("tokens.sender.list")
    def list_tokens(self, visit: Visit) -> Reply:
        return page(self, visit, self.store.own(MODULE))

    @serves("tokens.sender.authorize")
    def authorize(self, visit: Visit) -> Reply:
        """Say whether a token may charge, at the location if one is given."""
        wanted = visit.query.get("type", DEFAULT_TYPE)
        if wanted not in TYPES:
            return invalid(f"type is none of {', '.join(TYPES)}")
        token = self.own_token(visit.parameters["token_uid"], wanted)
        if token is None:
            return UNKNOWN_TOKEN
        allowed = self.allowance(token)
        place = visit.body
        if allowed == NEEDS_LOCATION:
            if place is None:
                return Reply(status_code=2002, message="The location is needed to decide")
            allowed = "ALLOWED"
        info: Object = {"allowed": allowed, "token": token}
        if allowed == "ALLOWED":
            if place is not None:
                info["location"] = {name: place[name] for name in _PLACE if name in place}
            info["authorization_reference"] = self.samples.new_id("AUTH")
        return Reply(data=info)

    def allowance(self, token: Object) -> str:
        """The AllowedType of a token, or NEEDS_LOCATION where that depends on the place."""
        settled = self.store.own(ALLOWANCES).get(token_key(token))
        if settled:
            return settled["allowed"]
        return "ALLOWED" if token["valid"] else "BLOCKED"

    def own_token(self, uid: str, type_: str) -> Object | None:
        return self.store.own(MODULE).get(key_of(self.me.country_code, self.me.party_id, uid, type_))

    def add_token(self, token: Object | None = None, **wishes: Any) -> Object:
        """Take a token into the own stock; without one, a sample is made."""
        token = token or self.samples.token(**wishes)
        self.store.own(MODULE).put(token_key(token), token)
        return token

    def push_token(
        self,
        connection: Connection,
        token: Object,
        body: Object | None = None,
        *,
        method: str = "PUT",
        type_: str | None = None,
    ) -> Answer:
        """PUT a token, or send `body` to its URL. The type stands in the URL unless it is the default."""
        return self._at_copy(method, connection, token, type_, body=body or token)

    def restore(self, connection: Connection, token: Object) -> None:
        """After a PATCH that failed: see what the other side has, and PUT the token if it has none.

        Source: `transport_and_format.asciidoc#transport_and_format_patch`.
        """
        if self.get_copy(connection, token).http_status == 404:
            self.push_token(connection, token)

    def get_copy(self, connection: Connection, token: Object, *, type_: str | None = None) -> Answer:
        """GET the other side's copy of a token; `type_` names the type also where it is the default."""
        return self._at_copy("GET", connection, token, type_)

    def _at_copy(
        self, method: str, connection: Connection, token: Object, type_: str | None, *, body: Any = None
    ) -> Answer:
        url = connection.below(MODULE, "RECEIVER", token["country_code"], token["party_id"], token["uid"])
        named = type_ or (token["type"] if token["type"] != DEFAULT_TYPE else None)
        return self.call(
            method,
            url,
            to=connection,
            endpoint=f"tokens.receiver.{method.lower()}",
            params={"type": named} if named else None,
            body=body,
            headers={
                "OCPI-from-country-code": token["country_code"],
                "OCPI-from-party-id": token["party_id"],
            },
        )

    # Actions: `parameters["type"]` is the type of the token to be made

    @performs("prepare-token")
    def act_prepare_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Make a token that authorization answers with `allowed`, an AllowedType or NEEDS_LOCATION."""
        allowed = parameters.get("allowed") or "ALLOWED"
        token = self.add_token(type=parameters.get("type") or DEFAULT_TYPE, valid=allowed != "BLOCKED")
        self.store.own(ALLOWANCES).put(token_key(token), {"allowed": allowed})
        return {"uid": token["uid"], "type": token["type"]}

    @performs("push-token")
    def act_push_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT a new token (parameters `type`, `whitelist`)."""
        token = self.add_token(
            type=parameters.get("type") or DEFAULT_TYPE, whitelist=parameters.get("whitelist")
        )
        self.push_token(connection, token)
        return {"uid": token["uid"], "type": token["type"]}

    def _chosen_token(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """The own token that is asked for, or a new one, which is made known to the other side."""
        wanted = parameters.get("type") or DEFAULT_TYPE
        token = self.own_token(str(parameters["uid"]), wanted) if parameters.get("uid") else None
        if token is None:
            token = self.add_token(type=wanted)
            self.push_token(connection, token)
        return token

    @performs("check-token")
    def act_check_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET a token as the other side has it (parameters `uid`, `type`); a new one is PUT before."""
        token = self._chosen_token(connection, parameters)
        found = self.get_copy(connection, token).accepted
        return {"uid": token["uid"], "type": token["type"], "found": found}

    @performs("invalidate-token")
    def act_invalidate_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PATCH a token to be no longer valid (parameters `uid`, `type`); a new one is PUT before."""
        token = self._chosen_token(connection, parameters)
        changes = {"valid": False, "last_updated": clock.stamp(clock.now())}
        self.add_token({**token, **changes})
        if not self.push_token(connection, token, changes, method="PATCH").accepted:
            self.restore(connection, {**token, **changes})
        return {"uid": token["uid"], "type": token["type"]}


class TokenReceiver(Party):
    """The other side, which keeps copies and asks in real time."""

    @serves("tokens.receiver.get")
    def get_token(self, visit: Visit) -> Reply:
        key = _addressed(visit)
        refused = foreign(visit)
        if refused or key is None:
            return refused or _WRONG_TYPE
        token = self.store.received(MODULE).get(key)
        return Reply(data=token) if token else unknown("No such token")

    @serves("tokens.receiver.put")
    def put_token(self, visit: Visit) -> Reply:
        key = _addressed(visit)
        refused = foreign(visit) or mismatch(
            visit, uid="token_uid", country_code="country_code", party_id="party_id"
        )
        if refused or key is None:
            return refused or _WRONG_TYPE
        if visit.body["type"] != visit.query.get("type", DEFAULT_TYPE):
            return invalid("type differs between URL and body")
        return stored(self.store.received(MODULE).put(key, visit.body))

    @serves("tokens.receiver.patch")
    def patch_token(self, visit: Visit) -> Reply:
        key = _addressed(visit)
        refused = foreign(visit) or mismatch(visit, uid="token_uid")
        if refused or key is None:
            return refused or _WRONG_TYPE
        return Reply() if merge(self.store.received(MODULE), key, visit.body) else unknown("No such token")

    def pull_tokens(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get all tokens, page by page, and keep them."""
        answers = []
        for answer in crawl(self, connection, "tokens.sender.list", params=params):
            answers.append(answer)
            for token in answer.items:
                if isinstance(token, dict) and all(isinstance(token.get(name), str) for name in _IDENTITY):
                    self.store.received(MODULE).put(token_key(token), token)
        return answers

    def ask(
        self, connection: Connection, uid: str, *, type_: str | None = None, place: Object | None = None
    ) -> Answer:
        """Ask whether a token may charge, at `place` (LocationReferences) if one is given."""
        params = {"type": type_} if type_ else None
        return self.call(
            "POST",
            connection.below(MODULE, "SENDER", uid, "authorize"),
            to=connection,
            endpoint="tokens.sender.authorize",
            params=params,
            body=place,
        )

    @performs("pull-tokens")
    def act_pull_tokens(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET all tokens, page by page (parameters `date_from`, `date_to`)."""
        return counted(self.pull_tokens(connection, dates(parameters)))

    def decide(
        self, connection: Connection, uid: str, type_: str = DEFAULT_TYPE, *, place: Object | None = None
    ) -> str | None:
        """The AllowedType for a driver who presents a token; None where the eMSP gave none.

        Asks in real time as the whitelist of the known token wants it
        (`mod_tokens.asciidoc#mod_tokens_whitelisttype_enum`), and always about an unknown one.
        """
        token = self.copy_of(connection, uid, type_)
        whitelist = token.get("whitelist") if token is not None else None
        if token is not None and whitelist in ("ALWAYS", "ALLOWED"):
            return "ALLOWED" if token.get("valid") is True else "BLOCKED"
        answer = self.ask(connection, uid, type_=None if type_ == DEFAULT_TYPE else type_, place=place)
        if answer.http_status is None and whitelist == "ALLOWED_OFFLINE":
            return "ALLOWED"
        return answer.data.get("allowed") if answer.accepted and isinstance(answer.data, dict) else None

    def copy_of(self, connection: Connection, uid: str, type_: str) -> Object | None:
        """The token that a party of the other platform has given us."""
        keys = [key_of(role.country_code, role.party_id, uid, type_) for role in connection.roles]
        found = (self.store.received(MODULE).get(key) for key in keys)
        return next((token for token in found if token is not None), None)

    @performs("authorize-token")
    def act_authorize_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """A driver presents a token (parameters `uid`, `type`, `location_id`, `evse_uid`)."""
        place: Object | None = parameters.get("location")
        if parameters.get("location_id"):
            place = {"location_id": parameters["location_id"]}
            if parameters.get("evse_uid"):
                place["evse_uids"] = [parameters["evse_uid"]]
        type_ = parameters.get("type") or DEFAULT_TYPE
        return {"allowed": self.decide(connection, parameters["uid"], type_, place=place)}


_IDENTITY = ("country_code", "party_id", "uid", "type")
_WRONG_TYPE = invalid(f"type is none of {', '.join(TYPES)}")


def _addressed(visit: Visit) -> Key | None:
    """The key of the addressed token; None where the type is no TokenType."""
    wanted = visit.query.get("type", DEFAULT_TYPE)
    return (*owner_key(visit, "token_uid"), wanted.casefold()) if wanted in TYPES else None
