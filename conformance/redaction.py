"""Redaction: no credentials token in any form leaves the memory of a run.

Done by structure, before anything is stored: the Authorization header, `token` fields of credentials, passwords and
keys in URLs; and by every secret that is known, wherever it stands and however it is written (`disguises`).
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from .disguises import SHORTEST, Secret, held, spans

if TYPE_CHECKING:
    from ..simulators.exchange import Exchange, Request, Response
    from ..simulators.journal import Journal
    from .bench import Bench
    from .settings import Settings

MASK = "***"
WRONG = "***wrong"
"""Stands for a token that nobody gave anybody: what a scenario made up to be refused."""
UNCUT = "*** (held a secret that can't be cut out)"
"""Stands for a whole text in which a secret is written so oddly that only the whole can be left out."""

_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
_TOKEN_FIELD = re.compile(r'((?:"|\\u0022)token(?:"|\\u0022)\s*:\s*")((?:[^"\\]|\\.)*)("|$)', re.IGNORECASE)
_USER = re.compile(r"(?<=://)[^/?#@\s\"'<>\\]*@")
_KEY = r"(?:[a-z_-]*token|api[_-]?key|access[_-]?key|key|secret|password|passwd|pwd|auth|authorization|sig|signature)"
_PARAMETER = re.compile(rf"(?i)([?&;]{_KEY}=)([^&;#\s\"'<>\\]+)")


class Redaction:
    """Knows the secrets of a run. `learn` is to be called with each as it becomes known."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: dict[str, Secret] = {}
        self._plain: list[tuple[str, Secret]] = []
        self._encoded: list[tuple[str, Secret]] = []
        self._shortest = self._least = 2**16
        self._clean: set[str] = set()
        """Short texts that hold no secret: the same headers come with every exchange."""
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Remember a secret in the forms in which it may be written."""
        if len(secret) >= SHORTEST and secret not in self._known:
            ready = self._known[secret] = _ready(secret)
            self._plain += [(form, ready) for form in ready.plain]
            self._encoded += [(form, ready) for form in ready.encoded]
            self._least = min(self._least, ready.least)
            self._shortest = min(self._shortest, *map(len, ready.plain))
            self._clean.clear()

    def learn_url(self, url: str) -> None:
        """Remember what a URL holds of secrets: a password, and parameters whose names tell of one."""
        try:
            parts = urlsplit(url)
            given = [parts.password or (parts.username if parts.password is None else "")]
        except ValueError:
            return
        given += [found[2] for found in _PARAMETER.finditer(url)]
        for secret in filter(None, given):
            self.learn(secret)
            self.learn(unquote(secret))

    def text(self, text: str) -> str:
        """A text without secrets: those that are known, and those that stand where only secrets stand."""
        if "@" in text and "://" in text:
            text = _USER.sub(f"{MASK}@", text)
        if "=" in text:
            text = _PARAMETER.sub(rf"\g<1>{MASK}", text)
        for _ in range(_TRIES):
            if not self._holds(text):
                return text
            text = _cut(text, spans(text, list(self._known.values())))
        return UNCUT if self._holds(text) else text

    def body(self, text: str) -> str:
        """A body without secrets. A `token` that is a text is one of credentials, whatever else it lacks."""
        if "token" in text or "TOKEN" in text or "Token" in text:
            text = _TOKEN_FIELD.sub(rf"\g<1>{MASK}\g<3>", text)
        return self.text(text)

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Header pairs without secrets; of Authorization the scheme stays."""
        shown = []
        for name, value in headers:
            if name.lower() in _HEADERS:
                scheme, space, _ = value.partition(" ")
                mask = MASK if not self._known or self._holds(value) else WRONG
                shown.append((name, f"{self.text(scheme)} {mask}" if space else mask))
            else:
                shown.append((self.text(name), self.text(value)))
        return shown

    def value(self, value: Any) -> Any:
        """A value of strings, lists, dicts and dataclasses without secrets in any of its strings."""
        if isinstance(value, str):
            return self.text(str(value)) if type(value) is str else value
        if isinstance(value, dict):
            return {self.value(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(inner) for inner in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{item.name: self.value(getattr(value, item.name)) for item in fields(value)}
            )
        return value

    def _holds(self, text: str) -> bool:
        # Every form of a secret is at least as long as the secret.
        if len(text) < self._shortest or text in self._clean:
            return False
        if held(text, self._plain, self._encoded, self._least):
            return True
        if len(text) <= _SHORT and len(self._clean) < _KEPT:
            self._clean.add(text)
        return False


_SHORT, _KEPT = 200, 10_000
_TRIES = 3
"""Where one secret was cut out of another, what is left may be one."""


def _cut(text: str, places: list[tuple[int, int]]) -> str:
    parts = []
    kept = 0
    for begin, end in places:
        parts += [text[kept:begin], MASK]
        kept = end
    return "".join([*parts, text[kept:]])


class Overheard:
    """Tokens that the IUT has shown, whether anybody took them or not: in Authorization headers, in credentials."""

    def __init__(self) -> None:
        self._mark = 0
        self.secrets: dict[str, None] = {}

    def listen(self, journal: "Journal") -> None:
        """Take in what has been recorded since the last time."""
        since, self._mark = self._mark, journal.mark()
        for exchange in journal.all(since=since):
            for secret in _shown_in(exchange):
                if len(secret) >= _TELLING:
                    self.secrets.setdefault(secret)


_TELLING = 8
"""What the IUT calls a token and is shorter could be any word, which would then be missing everywhere."""


def of_settings(settings: "Settings") -> Redaction:
    """Knows what the user gave."""
    redaction = Redaction(filter(None, (settings.token, settings.trigger_token)))
    for url in (settings.versions_url, settings.trigger_url, settings.public_url):
        redaction.learn_url(url)
    return redaction


def of_run(bench: "Bench", overheard: Iterable[str] = ()) -> Redaction:
    """Knows what the user gave, and every token that was given or shown in a run until now."""
    redaction = of_settings(bench.settings)
    redaction.learn_url(bench.versions_url)
    for secret in filter(None, (bench.token_a, *bench.trigger.secrets, *overheard)):
        redaction.learn(secret)
    for party in bench.parties():
        for secret in (*party.connections.issued, *party.connections.received):
            redaction.learn(secret)
    return redaction


def of_everything() -> Redaction:
    """Knows every secret that this process has known: for the last words of a command that fails."""
    return Redaction(_made)


def remember(secret: str) -> None:
    """Let `of_everything` know a secret before anything else does."""
    if len(secret) >= SHORTEST:
        _ready(secret)


def _shown_in(exchange: "Exchange") -> Iterator[str]:
    """The tokens in the half of an exchange that the IUT wrote."""
    received = exchange.direction == "received"
    message: Request | Response | None = exchange.request if received else exchange.response
    if message is None:
        return
    if received:
        _, _, given = (message.header("Authorization") or "").partition(" ")
        yield given
        yield _decoded(given)
    if exchange.endpoint is not None and exchange.endpoint.module == "credentials":
        whole = message.json
        for part in (whole, whole.get("data") if isinstance(whole, dict) else None):
            token = part.get("token") if isinstance(part, dict) else None
            if isinstance(token, str):
                yield token


def _decoded(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode().rstrip("\r\n")
    except ValueError:
        return ""


_made: dict[str, Secret] = {}


def _ready(secret: str) -> Secret:
    """A secret's forms, made once: a run asks for its secrets after each scenario."""
    if len(_made) > 10_000:
        _made.clear()
    if secret not in _made:
        _made[secret] = Secret(secret)
    return _made[secret]
