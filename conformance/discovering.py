"""The first conversation with an implementation: versions and version details, or why they can't be had."""

import socket
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..simulators.calling import Answer, Caller, CallFault, recorded
from ..simulators.connection import authorization
from ..simulators.exchange import Request
from ..simulators.versions import Discovery
from .redaction import of_settings
from .settings import Settings

__all__ = ["Item", "discover", "summary"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing looked at; `hint` says what would help. A `fatal` one that isn't ok leaves no test."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    fatal: bool = False


def summary(items: Iterable[Item]) -> str:
    """Why there is nothing to test, in a sentence or two; empty where there is."""
    fatal = next((item for item in items if item.fatal and not item.ok), None)
    if fatal is None:
        return ""
    return f"The implementation could not be tested: {fatal.detail}." + (
        f" {fatal.hint}." if fatal.hint else ""
    )


def discover(settings: Settings) -> tuple[Discovery | None, list[Item]]:
    """Versions and version details as the holder of the token finds them: GETs only, each bounded by `timeout_s`."""
    caller = Caller(timeout_s=settings.timeout_s, verify=settings.verify)
    try:
        discovery, items = _conversation(settings, caller)
    finally:
        caller.close()
    return discovery, of_settings(settings).value(items)


def _conversation(settings: Settings, caller: Caller) -> tuple[Discovery | None, list[Item]]:
    """Versions and version details, as far as they can be had."""
    versions = _get(caller, settings.versions_url, authorization(settings.token))
    items = list(_answer("versions", "versions_url", settings.versions_url, versions, settings, caller))
    if not all(item.ok for item in items):
        return None, items
    offered = Discovery(versions=versions).offered
    url = next(
        (
            row["url"]
            for row in versions.items
            if isinstance(row, dict)
            and row.get("version") == settings.ocpi_version
            and isinstance(row.get("url"), str)
        ),
        None,
    )
    shown = ", ".join(offered) or "none"
    if url is None:
        items.append(
            Item(
                name="version offered",
                ok=False,
                fatal=True,
                detail=f"the versions endpoint doesn't list {settings.ocpi_version}; it lists {shown}",
                hint="Set ocpi_version to one that it lists, or versions_url to the endpoint that lists it",
            )
        )
        return None, items
    items.append(Item(name="version offered", ok=True, fatal=True, detail=f"it lists {shown}"))
    details = _get(caller, url, authorization(settings.token))
    items += _answer("version details", "the URL in its versions", url, details, settings, caller)
    if not all(item.ok for item in items):
        return None, items
    discovery = Discovery(versions=versions, details=details)
    items.append(_endpoints(discovery))
    return (discovery if items[-1].ok else None), items


def _get(caller: Caller, url: str, credentials: str) -> Answer:
    headers = (("Authorization", credentials), ("Accept", "application/json"))
    request = Request(method="GET", url=url, headers=headers, body=b"")
    return Answer(
        recorded(_with_cause(caller), request, id=0, party="doctor", scenario="doctor", endpoint=None)
    )


def _with_cause(caller: Caller) -> Any:
    def send(request: Request) -> Any:
        try:
            return caller.send(request)
        except CallFault as error:
            raise CallFault(_cause(error, request.url)) from error

    return send


def _cause(error: BaseException, url: str) -> str:
    """The cause of a fault in words that say whose it is."""
    host = urlsplit(url).netloc or url
    chain = list(_chain(error))
    if any(isinstance(part, socket.gaierror) for part in chain):
        return f"the name {host} can't be resolved (DNS)"
    certificate = next((part for part in chain if isinstance(part, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return f"TLS: the certificate of {host} is not trusted: {certificate.verify_message}"
    if (broken := next((part for part in chain if isinstance(part, ssl.SSLError)), None)) is not None:
        return f"TLS with {host} failed: {broken.reason or broken}"
    if any(isinstance(part, ConnectionRefusedError) for part in chain):
        return f"{host} refuses the connection"
    if any("Timeout" in type(part).__name__ for part in chain):
        place = (
            "does not take the connection"
            if any("ConnectTimeout" in type(p).__name__ for p in chain)
            else "hangs"
        )
        return f"{host} {place}: {error}"
    return f"{host}: {error}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _answer(
    name: str, setting: str, url: str, answer: Answer, settings: Settings, caller: Caller
) -> Iterable[Item]:
    """What an answer says: reached, token accepted, an OCPI envelope."""

    def wrong(what: str, detail: str, hint: str) -> Item:
        return Item(name=f"{name}: {what}", ok=False, fatal=True, detail=detail, hint=hint)

    status = answer.http_status
    if status is None:
        yield wrong("reached", f"GET {url}: {answer.fault}", _hint_of(answer.fault, setting))
        return
    yield Item(name=f"{name}: reached", ok=True, fatal=True, detail=f"GET {url} → HTTP {status}")
    if status in (401, 403):
        yield wrong(
            "token",
            f"GET {url} → HTTP {status}, the token is not accepted",
            _hint_of_token(url, settings, caller),
        )
        return
    if 300 <= status < 400:
        place = answer.header("Location") or "nowhere"
        yield wrong(
            "direct", f"GET {url} → HTTP {status}, a redirect to {place}", f"Set {setting} to where it leads"
        )
        return
    if _is_html(answer):
        hint = f"Set {setting} to the OCPI endpoint; what answers is a web page, a proxy or a login"
        yield wrong("JSON", f"GET {url} → HTTP {status} with HTML instead of JSON", hint)
        return
    if status // 100 != 2:
        yield wrong(
            "success",
            f"GET {url} → HTTP {status}{_said(answer)}",
            f"Check {setting}, and the log of the implementation",
        )
        return
    if not answer.envelope:
        yield wrong(
            "JSON",
            f"GET {url} → HTTP {status}, but the body is no JSON object{_said(answer)}",
            f"Check {setting}",
        )
        return
    if not answer.accepted:
        detail = f"GET {url} → status_code {answer.envelope.get('status_code', 'absent')}{_said(answer)}"
        yield wrong("success", detail, f"Check {setting} and the token")
        return
    yield Item(name=f"{name}: answer", ok=True, fatal=True, detail=f"status_code {answer.status_code}")


def _hint_of(fault: str, setting: str) -> str:
    if "not trusted" in fault:
        return "Name its authority with ca_file, or leave the check out with insecure"
    if "TLS" in fault:
        return f"Check whether {setting} is to be http:// or https://"
    if "refuses" in fault or "DNS" in fault:
        return f"Start the implementation, or correct {setting}"
    return f"Check {setting}; timeout_s is how long an answer is waited for"


def _hint_of_token(url: str, settings: Settings, caller: Caller) -> str:
    source = settings.sources.get("token", "settings")
    if settings.token.isascii():
        plain = _get(caller, url, f"Token {settings.token}")
        if plain.accepted:
            return "It accepts the token without Base64: in OCPI 2.2.1 the token is sent Base64-encoded"
    return f"The token of the {source} must be CREDENTIALS_TOKEN_A, as it is before Base64, and not used up"


def _is_html(answer: Answer) -> bool:
    kind = (answer.header("Content-Type") or "").casefold()
    response = answer.exchange.response
    start = response.body.lstrip()[:15].lower() if response else b""
    return "text/html" in kind or start.startswith((b"<!doctype", b"<html"))


def _said(answer: Answer) -> str:
    response = answer.exchange.response
    text = answer.message or (response.body[:200].decode("utf-8", "replace") if response else "")
    short = " ".join(text.split())
    return f": {short}" if short.isprintable() and short else ""


def _endpoints(discovery: Discovery) -> Item:
    """Without credentials there is no registration, and so nothing more."""
    name = "credentials endpoint"
    url = next((url for (module, _), url in discovery.endpoints.items() if module == "credentials"), None)
    if url is None:
        listed = ", ".join(sorted({module for module, _ in discovery.endpoints})) or "nothing"
        hint = "Its version details must list credentials, or no registration is possible"
        return Item(name=name, ok=False, fatal=True, detail=f"the version details list {listed}", hint=hint)
    return Item(name=name, ok=True, fatal=True, detail=url)
