"""A canary: a host of its own that belongs to no party, and notes who calls it and with what.

with Canary() as canary:
    peer.call("POST", credentials, body={**ours, "url": canary.url("versions")})
    canary.calls
"""

from collections.abc import Callable
from secrets import token_hex

from . import clock
from .certificates import Certificate
from .exchange import Exchange, Request, Response
from .journal import Journal
from .serving import Receive, Scope, Send, Server, body_of, request_of, send_response

__all__ = ["PARTY", "Canary", "plain"]

PARTY = "canary"
"""Under this name the calls stand in the journal: it is no party, and nobody judges their form."""

Answering = Callable[[Request], Response]


def plain(status: int, text: str = "", **headers: str) -> Response:
    """An answer of plain text."""
    return Response(
        headers=(("Content-Type", "text/plain"), *headers.items()), body=text.encode(), status=status
    )


class Canary:
    """Listens on a free port of `host`; its path can't be guessed. `answer` says what callers get, else HTTP 404.

    `name` is the host in its URLs, where that isn't `host`.

    `certificate` makes it serve https; `greetings` then counts the handshakes that clients began.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        name: str = "",
        journal: Journal | None = None,
        scenario: str = "",
        certificate: Certificate | None = None,
        answer: Answering | None = None,
    ) -> None:
        self.calls: list[Exchange] = []
        self.greetings = 0
        self.answer: Answering = answer or (lambda request: plain(404))  # noqa: ARG005
        self._journal = journal or Journal()
        self._scenario = scenario
        self._name = f"canary-{token_hex(8)}"
        self._host = name
        self._server = Server(bind=f"{host}:0", certificate=certificate, greeted=self._greeted)
        self._server.mount(self._name, self._serve)

    @property
    def origin(self) -> str:
        if not self._host:
            return self._server.origin
        return f"{self._server.origin.partition('://')[0]}://{self._host}:{self._server.port}"

    def url(self, path: str = "") -> str:
        """A URL of it."""
        return f"{self.origin}/{self._name}/{path}"

    def __enter__(self) -> "Canary":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _greeted(self, *_: object) -> None:
        self.greetings += 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = clock.now()
        request = request_of(scope, await body_of(receive) or b"", origin=self.origin)
        response = self.answer(request)
        exchange = Exchange(
            id=self._journal.claim_id(),
            direction="received",
            party=PARTY,
            scenario=self._scenario,
            started=started,
            elapsed_s=(clock.now() - started).total_seconds(),
            request=request,
            response=response,
        )
        self.calls.append(exchange)
        self._journal.record(exchange)
        await send_response(send, response)
