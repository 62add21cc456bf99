"""The doctor: before anything is judged, can we speak with the implementation, and can it speak with us."""

import ipaddress
import shutil
import socket
import ssl
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..simulators.calling import Answer, Caller, CallFault, recorded
from ..simulators.connection import authorization
from ..simulators.exchange import Request
from ..simulators.versions import Discovery
from .claim import Claim
from .reviewing import review, unclaimed
from .settings import Settings
from .trigger import PROBE, HttpTrigger, NoTrigger, PersonTrigger, ShellTrigger, Trigger, trigger_of

__all__ = ["Diagnosis", "Item", "examine"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing looked at; `hint` says what would help. A `fatal` one that isn't ok leaves no test."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    fatal: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found. `claim` is the one of the settings, else what the implementation serves."""

    items: tuple[Item, ...]
    claim: Claim | None = None

    @property
    def usable(self) -> bool:
        """Whether a run can show anything."""
        return not any(item.fatal and not item.ok for item in self.items)

    @property
    def summary(self) -> str:
        """Why there is nothing to test, in a sentence or two; empty where there is."""
        fatal = next((item for item in self.items if item.fatal and not item.ok), None)
        if fatal is None:
            return ""
        return f"The implementation could not be tested: {fatal.detail}." + (
            f" {fatal.hint}." if fatal.hint else ""
        )


def examine(settings: Settings, *, trigger: Trigger | None = None) -> Diagnosis:
    """Look at an implementation: a handful of GETs, each bounded by `timeout_s`, that change nothing.

    `settings.versions_url` and `token` say where it is. `trigger` is by default the one of the settings.
    """
    caller = Caller(timeout_s=settings.timeout_s, verify=settings.verify)
    try:
        discovery, items = _conversation(settings, caller)
    finally:
        caller.close()
    claim = settings.claimed
    if discovery is not None:
        claim = claim or Claim.from_endpoints(settings.role, settings.ocpi_version, discovery.endpoints)
        items += [_claim(claim, discovery), *_unclaimed(claim, discovery)]
    if claim is not None:
        items += _review(claim)
    items += [_transport(settings), _way_back(settings), _trigger(settings, trigger)]
    return Diagnosis(tuple(items), claim)


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


def _claim(claim: Claim, discovery: Discovery) -> Item:
    """Does it serve what is claimed."""
    served = {(module, "" if module == "credentials" else role) for module, role in discovery.endpoints}
    missing = sorted(" ".join(pair).strip() for pair in claim.endpoints() - served)
    if missing:
        return Item(
            name="claim",
            ok=False,
            detail=f"{claim.origin} has {', '.join(missing)}, which the version details don't list",
            hint="List the endpoints, or leave them out of [claim] modules",
        )
    count = len(claim.endpoints())
    return Item(name="claim", ok=True, detail=f"{claim.origin}: all {count} interfaces are served")


def _unclaimed(claim: Claim, discovery: Discovery) -> Iterable[Item]:
    """Does it serve more than is claimed."""
    for note in unclaimed(claim, served=discovery.endpoints):
        hint = "Add it to [claim] modules to have it judged"
        yield Item(name="unclaimed", ok=False, detail=note, hint=hint)


def _review(claim: Claim) -> Iterable[Item]:
    """Does the claim agree with itself and with what the modules depend on."""
    remarks = review(claim)
    for remark in remarks:
        source = f" ({remark.anchor})" if remark.anchor else ""
        yield Item(
            name="review",
            ok=False,
            fatal=remark.contradiction,
            detail=f"{remark.text}{source}",
            hint=f"{remark.hint[0].upper()}{remark.hint[1:]}",
        )
    if not remarks:
        yield Item(name="review", ok=True, detail="the claim agrees with itself")


def _transport(settings: Settings) -> Item:
    name = "TLS"
    parts = urlsplit(settings.versions_url)
    if settings.insecure:
        return Item(name=name, ok=False, detail="its certificate is not checked", hint="Leave out insecure")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return Item(name=name, ok=False, detail="tokens cross the network unencrypted", hint="Use https://")
    return Item(
        name=name, ok=True, detail="https" if parts.scheme == "https" else "http, on this machine only"
    )


def _way_back(settings: Settings) -> Item:
    """Could it reach our peers. Only the registration shows whether it does."""
    name = "way back"
    bound = settings.bind.rpartition(":")[0].strip("[]")
    back = (urlsplit(settings.public_url).hostname or "") if settings.public_url else bound
    url = settings.public_url or f"an address on {bound}"
    if _is_any(back):
        return Item(
            name=name,
            ok=False,
            detail=f"peers listen on {settings.bind}, every address, so that their URLs are unknown",
            hint="Set public_url to the URL under which the implementation reaches this machine",
        )
    if _is_loopback(back) and not _is_loopback(urlsplit(settings.versions_url).hostname or ""):
        return Item(
            name=name,
            ok=False,
            detail=f"the implementation is told to call {url}, which is its own machine",
            hint="Set bind to 0.0.0.0:PORT and public_url to the URL under which it reaches this machine",
        )
    return Item(
        name=name, ok=True, detail=f"it is told to call {url}; the registration will show whether it can"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost" or host.casefold().endswith(".localhost")


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host in ("", "*")


def _trigger(settings: Settings, given: Trigger | None) -> Item:
    """Is there a way to make the implementation act; a command is looked for, not run."""
    name = "trigger"
    trigger = given or trigger_of(settings)
    try:
        if isinstance(trigger, NoTrigger):
            hint = "Set trigger_url, trigger_command or trigger_person"
            detail = "none is set: what the implementation does of its own accord can't be shown"
            return Item(name=name, ok=False, detail=detail, hint=hint)
        if isinstance(trigger, PersonTrigger):
            ok = sys.stdin.isatty()
            return Item(
                name=name, ok=ok, detail="a person" if ok else "a person, but there is no terminal to ask at"
            )
        if isinstance(trigger, ShellTrigger):
            found = shutil.which(trigger.program)
            detail = f"the command {trigger.program}" + ("" if found else " is not there, or not executable")
            return Item(
                name=name, ok=bool(found), detail=detail, hint="" if found else "Correct trigger_command"
            )
        return _hook(trigger, settings)
    finally:
        if given is None:
            trigger.close()


def _hook(trigger: Trigger, settings: Settings) -> Item:
    peer = {"country_code": "XX", "party_id": "XXX"}
    answer = trigger.act(PROBE, version=settings.ocpi_version, role=settings.role, peer=peer)
    place = trigger.url if isinstance(trigger, HttpTrigger) else trigger.kind
    if answer.outcome in ("done", "unsupported"):
        return Item(name="trigger", ok=True, detail=f"{place} answers")
    hint = "A hook answers 501 to an action that it doesn't know. Check trigger_url and trigger_token"
    return Item(name="trigger", ok=False, detail=answer.detail, hint=hint)
