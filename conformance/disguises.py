"""The forms in which a secret may stand in a text: plain, escaped, encoded, and one of these inside another.

A text is looked at in views that have its escapes undone, each character of a view knowing where in the text it comes
from: so what is found in a view can be cut out of the text, in time that grows with its length and nothing else.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["SHORTEST", "Secret", "held", "spans"]

SHORTEST = 4
"""Shorter secrets are not looked for: they would be found everywhere."""
ROUNDS = 4
"""So many times an escape may itself be escaped."""

Found = re.Match[str]


class Secret:
    """One secret and what is to be looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        data = text.encode("utf-8", "surrogatepass")
        once = list(_cores(data))
        twice = [core for inner in once for core in _cores(inner.encode())]
        self.plain = tuple(dict.fromkeys((_lower(text), _lower(text.replace(" ", "+")))))
        """In a view in lower case."""
        self.hex = data.hex()
        """In the runs of a view, in lower case."""
        self.encoded = tuple(dict.fromkeys([*once, *twice]))
        """In the runs of a view: the cores of its Base64, and of the Base64 of that."""
        self.least = min(map(len, (self.hex, *self.encoded)))
        """No shorter run holds it."""


def _cores(data: bytes) -> Iterator[str]:
    """What Base64 makes of `data` wherever it stands in a longer text: three ways, less what its neighbours decide."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode()
        yield encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


_BESIDE = 4
"""Characters beside a core that may hold the first or last bits of a secret, and padding."""


def _pair(found: Found) -> str:
    if found[1]:
        return chr(0x10000 + ((int(found[1], 16) - 0xD800) << 10) + int(found[2], 16) - 0xDC00)
    return chr(int(found[3], 16)) if found[3] else _SIMPLE.get(found[4], found[4])


def _percent(found: Found) -> str:
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace")


_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_UNDONE: tuple[tuple[str, re.Pattern[str], Callable[[Found], str]], ...] = (
    (
        "\\",
        re.compile(
            r"\\(?:u(d[89ab][0-9a-f]{2})\\+u(d[c-f][0-9a-f]{2})|u([0-9a-f]{4})|(.))",
            re.DOTALL | re.IGNORECASE,
        ),
        _pair,
    ),
    (
        "%",
        re.compile(
            r"%f[0-7](?:%[89ab][0-9a-f]){3}|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%[cd][0-9a-f]%[89ab][0-9a-f]"
            r"|%[0-9a-f]{2}",
            re.IGNORECASE,
        ),
        _percent,
    ),
    (
        "&",
        re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE),
        lambda found: html.unescape(found[0]),
    ),
)
"""What escapes begin with, how they look, and what they stand for."""
_BREAK = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True)
class _View:
    """A text made of another; `at[n]` is where its n-th character begins there, the last entry where all ends."""

    text: str
    at: list[int]

    def replaced(self, pattern: re.Pattern[str], by: Callable[[Found], str]) -> "_View":
        parts: list[str] = []
        at: list[int] = []
        place = 0
        for found in pattern.finditer(self.text):
            parts.append(self.text[place : found.start()])
            at += self.at[place : found.start()]
            made = by(found)
            parts.append(made)
            at += [self.at[found.start()]] * len(made)
            place = found.end()
        return _View("".join([*parts, self.text[place:]]), at + self.at[place:])


def held(text: str, plain: list[tuple[str, Secret]], encoded: list[tuple[str, Secret]], least: int) -> bool:
    """Whether a text holds one of the secrets: quickly, as most texts hold none."""
    for view in _views(text):
        lower = _lower(view)
        if any(form in lower for form, _ in plain):
            return True
        if len(view) >= least and (found := _run(least).findall(_BREAK.sub("", view))):
            runs = _usual("\n".join(found))
            if any(form in runs for form, _ in encoded):
                return True
            lower = runs.lower()
            if any(secret.hex in lower for _, secret in plain):
                return True
    return False


def spans(text: str, secrets: list[Secret]) -> list[tuple[int, int]]:
    """Where in a text the secrets stand, from and to, in order and apart."""
    found: list[tuple[int, int]] = []
    for view in _traced(text):
        lower = _lower(view.text)
        for secret in secrets:
            for form in secret.plain:
                found += [(view.at[begin], _end(view, end)) for begin, end in _places(lower, form)]
        broken = "\n" in view.text or "\r" in view.text
        whole = view.replaced(_BREAK, lambda _: "") if broken else view
        runs = _usual(whole.text)
        lower = runs.lower()
        for secret in secrets:
            places = [place for form in secret.encoded for place in _places(runs, form)]
            for begin, end in places:
                found.append((whole.at[_back(runs, begin)], _end(whole, _on(runs, end))))
            found += [(whole.at[begin], _end(whole, end)) for begin, end in _places(lower, secret.hex)]
    return _merged(found)


def _views(text: str) -> Iterator[str]:
    """The text, and the text with its escapes undone, once and again."""
    yield text
    for _ in range(ROUNDS):
        before = text
        for sign, pattern, by in _UNDONE:
            if sign in text:
                text = pattern.sub(by, text)
        if text == before:
            return
        yield text


def _traced(text: str) -> Iterator[_View]:
    """The same views, with where they come from."""
    view = _View(text, list(range(len(text) + 1)))
    yield view
    for _ in range(ROUNDS):
        before = view.text
        for sign, pattern, by in _UNDONE:
            if sign in view.text:
                view = view.replaced(pattern, by)
        if view.text == before:
            return
        yield view


def _lower(text: str) -> str:
    """In lower case, with as many characters as before."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one.lower()[:1] for one in text)


def _usual(text: str) -> str:
    """Base64 in its usual alphabet."""
    return text.replace("-", "+").replace("_", "/")


@lru_cache
def _run(least: int) -> re.Pattern[str]:
    return re.compile(rf"[A-Za-z0-9+/_=-]{{{least},}}")


def _places(text: str, form: str) -> Iterator[tuple[int, int]]:
    begin = text.find(form)
    while begin >= 0:
        yield begin, begin + len(form)
        begin = text.find(form, begin + len(form))


_OF_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def _back(text: str, begin: int) -> int:
    least = max(0, begin - _BESIDE)
    while begin > least and text[begin - 1] in _OF_BASE64:
        begin -= 1
    return begin


def _on(text: str, end: int) -> int:
    most = min(len(text), end + _BESIDE)
    while end < most and text[end] in _OF_BASE64:
        end += 1
    return end


def _end(view: _View, end: int) -> int:
    """Where a stretch of a view ends in the text: behind all that its last character was written with."""
    return next(
        (view.at[at] for at in range(end, len(view.at)) if view.at[at] > view.at[end - 1]), view.at[-1]
    )


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if made and begin <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((begin, end))
    return made
