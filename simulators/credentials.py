"""Credentials: registration, renewal of tokens and unregistration, started by either side."""

from typing import Any

from .answering import Reply, Visit
from .calling import Answer
from .connection import Connection, Role, new_token
from .party import Party, performs, serves
from .versions import Discovery, Versions

NOT_ALLOWED = Reply(
    status_code=2000, http_status=405, message="Not possible in this state of the registration"
)


def _met(answer: Answer) -> str:
    """How a call went, with nothing of what came back: whoever named the URL may not be who may read it."""
    return "no answer" if answer.http_status is None else f"HTTP {answer.http_status}"


class Registration:
    """How a registration that we started went: each step's answer, and the connection where it succeeded."""

    def __init__(self, discovery: Discovery, answer: Answer | None, connection: Connection | None) -> None:
        self.discovery = discovery
        self.answer = answer
        self.connection = connection

    @property
    def succeeded(self) -> bool:
        return self.connection is not None

    @property
    def failure(self) -> str:
        """The step that failed and how; empty where none did."""
        if self.succeeded:
            return ""
        if not self.discovery.versions.accepted:
            return f"GET versions: {self.discovery.versions}"
        if self.discovery.details is None:
            return f"GET versions lists {self.discovery.offered}, not the wanted version"
        if not self.discovery.reached:
            return f"GET version details: {self.discovery.details}"
        return f"POST credentials: {self.answer}" if self.answer else "there is no credentials endpoint"


class Credentials(Versions, Party):
    """The credentials module, which is the same on both sides of a connection."""

    def credentials(self, token: str) -> dict[str, Any]:
        """Our credentials object with the token that the other side is to use."""
        return {"token": token, "url": self.versions_url, "roles": [role.as_json() for role in self.roles]}

    # Serving

    @serves("credentials.get")
    def get_credentials(self, visit: Visit) -> Reply:
        return Reply(data=self.credentials(visit.connection.token_in))

    @serves("credentials.post", blocking=True)
    def post_credentials(self, visit: Visit) -> Reply:
        if visit.connection.registered:
            return NOT_ALLOWED
        return self._take_credentials(visit)

    @serves("credentials.put", blocking=True)
    def put_credentials(self, visit: Visit) -> Reply:
        if not visit.connection.registered:
            return NOT_ALLOWED
        return self._take_credentials(visit)

    @serves("credentials.delete")
    def delete_credentials(self, visit: Visit) -> Reply:
        if not visit.connection.registered:
            return NOT_ALLOWED
        self.connections.remove(visit.connection)
        return Reply()

    def _take_credentials(self, visit: Visit) -> Reply:
        """Fetch the client's endpoints with its new token, then answer with a new token of ours."""
        theirs = visit.body
        found = self.discover(theirs["url"], token=theirs["token"], version=self.version)
        if not found.versions.accepted:
            return Reply(status_code=3001, message=f"Your versions endpoint: {_met(found.versions)}")
        if found.details is None:
            return Reply(
                status_code=3002, message=f"No common version with the {len(found.offered)} that you offer"
            )
        if not found.details.accepted:
            return Reply(status_code=3001, message=f"Your version details: {_met(found.details)}")
        if not found.endpoints:
            return Reply(status_code=3003, message="Your version details list no endpoints")
        connection = visit.connection
        found.apply_to(connection, self.version)
        self._remember(connection, theirs)
        token = new_token()
        self.connections.replace_token(connection, token)
        connection.registered = True
        return Reply(data=self.credentials(token))

    def _remember(self, connection: Connection, theirs: dict[str, Any]) -> None:
        self.connections.received.add(theirs["token"])
        connection.token_out = theirs["token"]
        connection.versions_url = theirs["url"]
        connection.roles = tuple(Role.from_json(role) for role in theirs["roles"])

    # Calling

    def register(self, versions_url: str, token_a: str) -> Registration:
        """Register with another platform, which gave us `token_a`."""
        found = self.discover(versions_url, token=token_a, version=self.version)
        url = next((url for (module, _), url in found.endpoints.items() if module == "credentials"), None)
        if not found.reached or url is None:
            return Registration(found, None, None)
        self.connections.received.add(token_a)
        connection = Connection(token_in=new_token(), token_out=token_a, versions_url=versions_url)
        found.apply_to(connection, self.version)
        self.connections.add(connection)
        answer = self.call(
            "POST",
            url,
            to=connection,
            endpoint="credentials.post",
            body=self.credentials(connection.token_in),
        )
        if not self._take_answer(connection, answer):
            self.connections.remove(connection)
            return Registration(found, answer, None)
        return Registration(found, answer, connection)

    def update_credentials(self, connection: Connection) -> Answer:
        """Renew the tokens of both directions."""
        old, new = connection.token_in, new_token()
        self.connections.accept(new, connection)
        url = connection.url("credentials") or ""
        answer = self.call("PUT", url, to=connection, endpoint="credentials.put", body=self.credentials(new))
        kept = new if self._take_answer(connection, answer) else old
        self.connections.replace_token(connection, kept)
        return answer

    def unregister(self, connection: Connection) -> Answer:
        """End the connection."""
        url = connection.url("credentials") or ""
        answer = self.call("DELETE", url, to=connection, endpoint="credentials.delete")
        if answer.accepted:
            self.connections.remove(connection)
        return answer

    def _take_answer(self, connection: Connection, answer: Answer) -> bool:
        theirs = answer.data
        if not (answer.accepted and isinstance(theirs, dict) and isinstance(theirs.get("token"), str)):
            return False
        roles = theirs.get("roles")
        listed = [role for role in roles if isinstance(role, dict)] if isinstance(roles, list) else []
        self._remember(
            connection,
            {"token": theirs["token"], "url": theirs.get("url", connection.versions_url), "roles": listed},
        )
        connection.registered = True
        return True

    # Actions

    @performs("register")
    def act_register(self, connection: Connection | None, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Register with `parameters["versions_url"]`, using `parameters["token"]`."""
        outcome = self.register(parameters["versions_url"], parameters["token"])
        if not outcome.succeeded:
            raise RuntimeError(f"registration failed: {outcome.failure}")
        return {}

    @performs("update-credentials")
    def act_update(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """PUT credentials, so that both sides get new tokens."""
        answer = self.update_credentials(connection)
        return {"accepted": answer.accepted}

    @performs("unregister")
    def act_unregister(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """DELETE credentials, so that the connection ends."""
        answer = self.unregister(connection)
        return {"accepted": answer.accepted}

    @performs("read-credentials")
    def act_read_credentials(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """GET the other side's credentials."""
        url = connection.url("credentials") or ""
        return {"accepted": self.call("GET", url, to=connection, endpoint="credentials.get").accepted}

    @performs("issue-token")
    def act_issue_token(self, connection: Connection | None, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Make a further CREDENTIALS_TOKEN_A for a party that will register."""
        return {"token": self.connections.invite().token_in}
