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
        if place is not None:
            info["location"] = place
        if allowed == "ALLOWED":
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
        self, connection: Connection, token: Object, body: Object | None = None, *, method: str = "PUT"
    ) -> Answer:
        """PUT a token, or PATCH it with `body`. The type stands in the URL unless it is the default."""
        url = connection.below(MODULE, "RECEIVER", token["country_code"], token["party_id"], token["uid"])
        params = {"type": token["type"]} if token["type"] != DEFAULT_TYPE else None
        endpoint = f"tokens.receiver.{method.lower()}"
        return self.call(method, url, to=connection, endpoint=endpoint, params=params, body=body or token)

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
        """PUT a new token (parameters `type`)."""
        token = self.add_token(type=parameters.get("type") or DEFAULT_TYPE)
        self.push_token(connection, token)
        return {"uid": token["uid"], "type": token["type"]}

    @performs("invalidate-token")
    def act_invalidate_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT a new token, then PATCH it to be no longer valid (parameters `type`)."""
        token = self.add_token(type=parameters.get("type") or DEFAULT_TYPE)
        self.push_token(connection, token)
        changes = {"valid": False, "last_updated": clock.stamp(clock.now())}
        self.add_token({**token, **changes})
        self.push_token(connection, token, changes, method="PATCH")
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

    @performs("authorize-token")
    def act_authorize_token(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Ask for `parameters["uid"]` of `parameters["type"]`, at `parameters["location"]` if given."""
        answer = self.ask(
            connection, parameters["uid"], type_=parameters.get("type"), place=parameters.get("location")
        )
        return {"allowed": answer.data.get("allowed") if isinstance(answer.data, dict) else None}


_IDENTITY = ("country_code", "party_id", "uid", "type")
_WRONG_TYPE = invalid(f"type is none of {', '.join(TYPES)}")


def _addressed(visit: Visit) -> Key | None:
    """The key of the addressed token; None where the type is no TokenType."""
    wanted = visit.query.get("type", DEFAULT_TYPE)
    return (*owner_key(visit, "token_uid"), wanted.casefold()) if wanted in TYPES else None
