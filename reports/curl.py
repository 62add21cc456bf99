"""A `curl` line that repeats an exchange, fit to be pasted into a shell; secrets become shell variables."""

import re
import shlex

from .plain import clip, visible
from .result import ExchangeRecord

__all__ = ["BODY_LIMIT", "curl"]

BODY_LIMIT = 1500
"""Characters of a request body that the line carries; the whole body is in the exchange."""

_MADE_BY_CURL = {"host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"}
_SECRET = {"proxy-authorization", "cookie", "x-api-key", "x-auth-token"}
_WRONG = "***wrong"
_MADE_UP = "bm9ib2R5LWdhdmUtdGhpcw=="
"""A token that nobody gave anybody: where one was to be refused, any will do."""
_SCHEME = re.compile(r"(Token|Bearer|Basic) ", re.IGNORECASE)
_USER = re.compile(r"(?<=://)[^/?#@]*@")


def curl(exchange: ExchangeRecord, *, insecure: bool = False, joint: str = " ") -> str:
    """The command that sends the request of `exchange` again.

    What an `Authorization` header held is never in it: the line has `$OCPI_TOKEN_BASE64` (the token as it
    goes into the header) or a variable named after the header. A body of more than `BODY_LIMIT` characters
    is cut, and a comment says in which exchange the whole of it is. `joint` stands between the options: a
    space, or a backslash and a newline.
    """
    parts = ["curl -i" + (" --insecure" if insecure else ""), *_method(exchange)]
    parts += [option for name, value in exchange.request_headers if (option := _header(name, value))]
    note = ""
    if exchange.request_body:
        body = clip(exchange.request_body, BODY_LIMIT)
        parts.append(f"--data-raw {shlex.quote(visible(body))}")
        if body != exchange.request_body:
            note = f"  # body cut, {len(exchange.request_body)} characters in exchange {visible(exchange.id)}"
        elif (sent := _length(exchange)) > len(exchange.request_body.encode()):
            note = f"  # the beginning of a body of {sent} bytes"
    return joint.join([*parts, _url(exchange.url)]) + note


def _method(exchange: ExchangeRecord) -> list[str]:
    if exchange.method == "HEAD":
        return ["--head"]
    if exchange.method == "GET" and not exchange.request_body:
        return []
    return [f"-X {shlex.quote(visible(exchange.method))}"]


def _header(name: str, value: str) -> str:
    lowered = name.lower()
    if lowered in _MADE_BY_CURL or (lowered, value) == ("accept", "*/*"):
        return ""
    if lowered == "authorization":
        scheme = _SCHEME.match(value)
        if value.endswith(_WRONG):
            return f'-H "Authorization: {value.removesuffix(_WRONG)}{_MADE_UP}"'
        if scheme and scheme[1].lower() == "token":
            return f'-H "Authorization: {scheme[1]} $OCPI_TOKEN_BASE64"'
        return '-H "Authorization: $OCPI_AUTHORIZATION"'
    if lowered in _SECRET:
        return f'-H "{lowered}: ${lowered.replace("-", "_").upper()}"'
    return "-H " + shlex.quote(visible(f"{name}: {value}" if value else f"{name};"))


def _length(exchange: ExchangeRecord) -> int:
    """The length of its body that a request announced; of the longest not all is kept."""
    found = (value for name, value in exchange.request_headers if name.lower() == "content-length")
    value = next(found, "")
    return int(value) if value.isdecimal() else 0


def _url(url: str) -> str:
    url = visible(_USER.sub("", url))
    options = "--globoff " if re.search(r"[\[\]{}]", url) else ""
    options += "--path-as-is " if re.search(r"/(\.|%2e){1,2}([/?#]|$)", url, re.IGNORECASE) else ""
    if "#" in url:
        target = re.sub(r"^\w+://[^/?#]*", "", url)
        options += f"--request-target {shlex.quote(target)} "
    return options + shlex.quote(url)
