"""Canaries: secrets that are planted to see whether they turn up; and the search for them, in every form.

The forms are made here by the ordinary encoders, apart from how the suite looks for them.
"""

import base64
import html
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.party import Misbehaviour, Party

PLUGIN = """
import itertools, os, secrets
_count = itertools.count()
secrets.token_urlsafe = lambda size=32: f"canary-{os.getpid()}-{next(_count)}-" + secrets.token_hex(8)
"""
"""As `sitecustomize` it lets every token that any process of ours draws begin with `canary-`."""
BEGINNING = "canary-"


def forms(secret: str) -> Iterator[str]:
    """How a secret may be written down."""
    data = secret.encode()
    yield secret
    yield secret.upper()
    yield data.hex()
    yield data.hex().upper()
    yield quote(secret, safe="")
    yield quote(quote(secret, safe=""), safe="")
    yield quote_plus(secret)
    yield "".join(f"%{byte:02x}" for byte in data)
    yield "".join(f"%{byte:02X}" for byte in data)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield "".join(f"\\u{ord(letter):04x}" for letter in secret)
    yield "".join(f"\\u{ord(letter):04X}" for letter in secret)
    yield secret.replace("/", "\\/")
    yield html.escape(secret)
    yield "".join(f"&#{ord(letter)};" for letter in secret)
    yield "".join(f"&#x{ord(letter):x};" for letter in secret)
    for ending in (b"", b"\n", b"\r\n"):
        encoded = base64.b64encode(data + ending).decode()
        yield encoded
        yield encoded.rstrip("=")
        yield base64.urlsafe_b64encode(data + ending).decode().rstrip("=")
        yield quote(encoded, safe="")
        yield quote(encoded, safe="").replace("%3D", "%3d").replace("%2B", "%2b").replace("%2F", "%2f")
        yield base64.b64encode(encoded.encode()).decode().rstrip("=")
        yield base64.b64encode(encoded.rstrip("=").encode()).decode().rstrip("=")
        yield f"{encoded[:12]}\n{encoded[12:]}"
        yield f"{encoded[:12]}\\r\\n{encoded[12:]}"
    for before in ("user:", "users:", "me:"):
        yield base64.b64encode(f"{before}{secret}:x".encode()).decode()


def survivors(secrets: Iterable[str], data: bytes) -> list[str]:
    """The forms of secrets that are in some bytes."""
    wanted = [form for secret in secrets for form in (*forms(secret), *_middles(secret))]
    return [form for form in dict.fromkeys(wanted) if form.encode() in data]


def _middles(secret: str) -> Iterator[str]:
    """What stands for a secret inside longer Base64, whatever its neighbours are."""
    for before in ("", "a", "ab"):
        yield base64.b64encode(f"{before}{secret}".encode()).decode()[4:-4]


def searched(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, its name included in what is searched."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, str(path.relative_to(folder)).encode() + b"\n" + path.read_bytes()


def assert_none_survived(secrets: Iterable[str], folder: Path, *texts: str) -> None:
    """No form of a secret is in any file of the folder or any of the texts."""
    known = [secret for secret in secrets if len(secret) >= 8]
    assert known
    files = list(searched(folder)) if folder.exists() else []
    found = {str(path.relative_to(folder)): survivors(known, data) for path, data in files}
    found |= {f"text {at}": survivors(known, text.encode()) for at, text in enumerate(texts)}
    left = [f"{name}: {form!r}" for name, forms in found.items() for form in forms]
    assert not left, "\n".join(left[:20])


def echoing() -> Misbehaviour:
    """A platform that says every token it knows, one with each answer, in every form and wherever it can."""

    def serve(party: Party, request: Request, proceed) -> Response:
        response = proceed(request)
        if response.status < 300 and party.journal.mark() % 4:
            return response  # every answer would be much to read, and no more
        known = [*party.connections.issued, *party.connections.received, *party.notes["canaries"]]
        secret = known[party.journal.mark() % len(known)]
        said = " ".join(forms(secret))
        line = quote(said, safe=" %&#;:,/\\=+-_")
        extra = [
            ("X-Echo", line),
            ("Set-Cookie", f"token={quote(secret)}"),
            ("Link", f'<{request.url}&token={quote(secret)}>; rel="self"'),
            ("Server", f"echo/{base64.b64encode(secret.encode()).decode()}"),
        ]
        if response.status == 404:
            page = f"<html><body><p>{html.escape(said)}</p><!-- {said} --></body></html>".encode()
            packed = zlib.compressobj(wbits=31)
            body = packed.compress(page) + packed.flush()
            return Response(
                headers=(*extra, ("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
                body=body,
                status=404,
            )
        if response.status == 401:
            extra.append(("Location", f"{request.url.partition('?')[0]}/{quote(secret, safe='')}"))
        envelope = {**response.envelope, "status_message": said, "echo": secret, "Token": secret}
        changed = response.with_json(envelope)
        return Response(headers=(*changed.headers, *extra), body=changed.body, status=changed.status)

    return Misbehaviour(name="echoing", serving=serve)
