"""A party: one OCPI platform, which serves its endpoints and calls those of others.

    cpo = Cpo(name="cpo", roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="Example")])

The classes of the module files (`LocationSender`, `TokenReceiver`, ...) add routes and verbs; a role of the
field is a sum of them. Flaws are middleware around both sides, see `flaws`.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import uuid4

import orjson

from ..schemas.endpoints import Endpoint, endpoints
from . import clock
from .answering import Reply, Visit, respond
from .calling import Answer, Caller, CallFault, headers_of, redirect_of
from .connection import Connection, Connections, Role, authorization
from .exchange import Exchange, Request, Response
from .journal import Journal
from .pacing import Pace
from .samples import Samples
from .store import Store

OPPOSITE = {"CPO": ("EMSP",), "EMSP": ("CPO",)}
"""Whom a party speaks to on a platform that hosts several roles."""

Handler = Callable[[Any, Visit], Reply]
Around = Callable[["Party", Request, Callable[[Request], Response]], Response]


def serves(endpoint_id: str, *, blocking: bool = False) -> Callable[[Handler], Handler]:
    """Mark the method that answers an endpoint; `blocking` where it calls the other side before that."""

    def mark(method: Handler) -> Handler:
        method.endpoint_id = endpoint_id  # type: ignore[attr-defined]
        method.blocking = blocking  # type: ignore[attr-defined]
        return method

    return mark


def performs(action: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark the method that carries out an action: `(self, connection, parameters) -> dict`."""

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.action = action  # type: ignore[attr-defined]
        return method

    return mark


MAX_REDIRECTS = 3


@dataclass(frozen=True)
class Misbehaviour:
    """The middleware of a flaw: `serving` around what the party answers, `calling` around what it sends."""

    name: str
    serving: Around | None = None
    calling: Around | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Sizes of a party's world. `page` is the largest page it serves; with `showcase` it has CDRs of every price."""

    page: int = 50
    locations: int = 12
    tokens: int = 12
    tariffs: int = 3
    sessions: int = 4
    cdrs: int = 5
    showcase: bool = False


@dataclass
class _Routes:
    by_endpoint: dict[str, str] = field(default_factory=dict)
    blocking: set[str] = field(default_factory=set)
    actions: dict[str, str] = field(default_factory=dict)


class Party:
    """One platform. Its routes and actions are collected from the marked methods of its classes."""

    role: ClassVar[str] = ""

    def __init__(
        self,
        *,
        name: str,
        roles: Iterable[Role],
        version: str = "2.2.1",
        base_url: str = "",
        journal: Journal | None = None,
        seed: int = 0,
        salt: str = "",
        limits: Limits | None = None,
        misbehaviours: Iterable[Misbehaviour] = (),
        timeout_s: float = 10.0,
        verify: bool | str = True,
        pace: Pace | None = None,
    ) -> None:
        self.name = name
        self.roles = tuple(roles)
        self.version = version
        self.base_url = base_url
        self.places: list[str] = [""]
        """Path segments below which the functional modules lie or lay, the one in use last; see `move`."""
        self.slashed: frozenset[str] = frozenset()
        """Modules whose URLs are listed with a slash at the end."""
        self.journal = journal or Journal()
        self.limits = limits or Limits()
        self.store = Store()
        self.connections = Connections()
        self.endpoints = endpoints(version)
        own = self.roles[0]
        self.samples = Samples(
            seed=seed,
            version=version,
            country_code=own.country_code,
            party_id=own.party_id,
            now=clock.now,
            salt=salt,
        )
        self.misbehaviours = tuple(misbehaviours)
        self.notes: dict[str, Any] = {}
        """What misbehaviours remember from one call to the next."""
        self.scenario = ""
        self.caller = Caller(timeout_s=timeout_s, verify=verify, pace=pace)
        self._background = ThreadPoolExecutor(max_workers=4, thread_name_prefix=f"{name}-background")
        self._afterwards = threading.local()
        self.faults: list[str] = []
        """Failures of our own: of modules while answering, and in the background."""
        self._pending: set[Future[Any]] = set()
        self._pending_lock = threading.Lock()
        self._routes = _collect(type(self))

    # Identity

    @property
    def me(self) -> Role:
        """The first role, which speaks where nothing else is said."""
        return self.roles[0]

    @property
    def versions_url(self) -> str:
        return f"{self.base_url}/versions"

    def interfaces(self) -> list[tuple[str, str]]:
        """The modules and interface roles that this party serves."""
        served = {(row.module, row.interface) for row in self.endpoints if row.id in self._routes.by_endpoint}
        return sorted(served - {("versions", "")})

    def url(self, module: str, interface: str = "") -> str:
        """Our own URL of a module."""
        if module == "versions":
            return self.versions_url
        place = f"/{self.places[-1]}" if self.places[-1] and interface else ""
        side = f"/{interface.lower()}" if interface else ""
        end = "/" if module in self.slashed else ""
        return f"{self.base_url}/{self.version}{place}{side}/{module}{end}"

    def move(self, place: str) -> None:
        """Serve the functional modules below another path segment; what was listed before still works."""
        self.places.append(place)

    def actions(self) -> list[str]:
        """Names of the actions that this party can be triggered to take."""
        return sorted(self._routes.actions)

    # Serving

    def handler(self, endpoint: Endpoint) -> Callable[[Visit], Reply] | None:
        name = self._routes.by_endpoint.get(endpoint.id)
        return getattr(self, name) if name else None

    def blocks(self, endpoint: Endpoint | None) -> bool:
        """Whether answering may wait for others, so that it has to leave the event loop."""
        return bool(self.misbehaviours) or (endpoint is not None and endpoint.id in self._routes.blocking)

    def answer(
        self, request: Request, endpoint: Endpoint | None
    ) -> tuple[Response, list[Callable[[], None]]]:
        """Answer one request and record the exchange; what comes second is to be called once it was sent."""
        self._afterwards.begun = []
        try:
            return self._answer(request, endpoint), self._afterwards.begun
        finally:
            self._afterwards.begun = None

    def _answer(self, request: Request, endpoint: Endpoint | None) -> Response:
        started = clock.now()
        begin = time.perf_counter()
        proceed: Callable[[Request], Response] = lambda given: respond(self, given)  # noqa: E731
        for misbehaviour in self.misbehaviours:
            if misbehaviour.serving is not None:
                proceed = _around(misbehaviour.serving, self, proceed)
        response = proceed(request)
        self.journal.record(
            Exchange(
                id=self.journal.claim_id(),
                direction="received",
                party=self.name,
                scenario=self.scenario,
                started=started,
                elapsed_s=time.perf_counter() - begin,
                request=request,
                response=response,
                fault=f"we cut the connection {cut} bytes before the end"
                if (cut := response.missing)
                else "",
                endpoint=endpoint,
            )
        )
        return response

    def act(self, action: str, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Take an action. Raises KeyError for one that this party doesn't know."""
        method = getattr(self, self._routes.actions[action])
        return method(connection, parameters) or {}

    def later(self, work: Callable[[], Any]) -> None:
        """Do something in the background; while a request is answered, once its answer has been sent."""
        future: Future[Any] = Future()
        with self._pending_lock:
            self._pending.add(future)

        def start() -> None:
            try:
                self._background.submit(self._carry_out, work, future)
            except RuntimeError:
                self._done(future)

        begun = getattr(self._afterwards, "begun", None)
        if begun is None:
            start()
        else:
            begun.append(start)

    def _carry_out(self, work: Callable[[], Any], future: Future[Any]) -> None:
        try:
            work()
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self._done(future)

    def _done(self, future: Future[Any]) -> None:
        with self._pending_lock:
            self._pending.discard(future)
        future.set_result(None)

    def settle(self, *, within: float = 10.0) -> None:
        """Wait until nothing is put off any more. Raises TimeoutError where that takes longer."""
        deadline = time.monotonic() + within
        while True:
            with self._pending_lock:
                future = next(iter(self._pending), None)
            if future is None:
                return
            future.result(timeout=max(0.0, deadline - time.monotonic()))

    def close(self) -> None:
        """End what runs in the background, start nothing more of it, and let connections go."""
        self._background.shutdown(wait=True, cancel_futures=True)
        self.caller.close()

    # Calling

    def call(
        self,
        method: str,
        url: str,
        *,
        to: Connection | None = None,
        token: str | None = None,
        endpoint: str | None = None,
        body: Any = None,
        raw: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        follow: bool = True,
    ) -> Answer:
        """Send one request.

        `to` supplies the token and the routing headers; `token` replaces the former. `endpoint` is the id of
        what is called. `raw` is a body sent as it is. `headers` override the usual ones, None leaves one out.
        With `follow` a redirect within the same origin is followed; each hop is an exchange of its own.
        """
        row = self.endpoints.get(endpoint) if endpoint else None
        values = self._headers(to, token, row, has_body=body is not None or raw is not None)
        values.update(headers or {})
        content = raw if raw is not None else b"" if body is None else orjson.dumps(body)
        full = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        request = Request(method=method, url=full, headers=headers_of(values), body=content, endpoint=row)
        exchange = self._send(request, row)
        for _ in range(MAX_REDIRECTS if follow else 0):
            target = redirect_of(exchange)
            if target is None:
                break
            request = replace(request, url=target).with_header("X-Request-ID", str(uuid4()))
            exchange = self._send(request, row)
        return Answer(exchange)

    def _headers(
        self, to: Connection | None, token: str | None, row: Endpoint | None, *, has_body: bool
    ) -> dict[str, str | None]:
        secret = token if token is not None else to.token_out if to else None
        values: dict[str, str | None] = {
            "Authorization": authorization(secret) if secret else None,
            "X-Request-ID": str(uuid4()),
            "X-Correlation-ID": str(uuid4()),
        }
        if has_body:
            values["Content-Type"] = "application/json"
        if row is not None and row.functional and to is not None:
            values |= self.routing(to)
        return values

    def routing(self, to: Connection) -> dict[str, str]:
        """Routing headers from us to a party of the other platform, one of the opposite role if it has any."""
        values = {"OCPI-from-country-code": self.me.country_code, "OCPI-from-party-id": self.me.party_id}
        other = to.role(*OPPOSITE.get(self.me.role, ())) or to.role()
        if other is not None:
            values |= {"OCPI-to-country-code": other.country_code, "OCPI-to-party-id": other.party_id}
        return values

    def _send(self, request: Request, endpoint: Endpoint | None) -> Exchange:
        sent = request
        proceed: Callable[[Request], Response] = self.caller.send
        for misbehaviour in self.misbehaviours:
            if misbehaviour.calling is not None:
                proceed = _around(misbehaviour.calling, self, proceed)
        started = clock.now()
        begin = time.perf_counter()
        response, fault = None, ""
        try:
            response = proceed(sent)
        except CallFault as error:
            fault = str(error)
        exchange = Exchange(
            id=self.journal.claim_id(),
            direction="sent",
            party=self.name,
            scenario=self.scenario,
            started=started,
            elapsed_s=time.perf_counter() - begin,
            request=request,
            response=response,
            fault=fault,
            endpoint=endpoint,
        )
        self.journal.record(exchange)
        return exchange


def _around(
    around: Around, party: Party, proceed: Callable[[Request], Response]
) -> Callable[[Request], Response]:
    return lambda request: around(party, request, proceed)


def _collect(cls: type) -> _Routes:
    routes = _Routes()
    for name in dir(cls):
        method = getattr(cls, name, None)
        endpoint_id = getattr(method, "endpoint_id", None)
        if endpoint_id:
            routes.by_endpoint[endpoint_id] = name
            if getattr(method, "blocking", False):
                routes.blocking.add(endpoint_id)
        action = getattr(method, "action", None)
        if action:
            routes.actions[action] = name
    return routes


__all__ = ["Limits", "Misbehaviour", "Party", "Reply", "Visit", "performs", "serves"]
