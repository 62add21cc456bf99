"""Redaction: no credentials token in any form leaves the memory of a run.

Done by structure, before anything is stored: the Authorization header, `token` fields of credentials, and every known
secret (plain, Base64, Base64 with a line end) wherever it stands.
"""

import base64
from collections.abc import Iterable

MASK = "***"
WRONG = "***wrong"
"""Stands for a token that nobody gave anybody: what a scenario made up to be refused."""
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})


class Redaction:
    """Knows the secrets of a run. `learn` is to be called with each as it becomes known."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: dict[str, None] = {}
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Remember a secret in the forms in which it may be sent."""
        if len(secret) < 4:
            return
        for form in (
            base64.b64encode(f"{secret}\r\n".encode()).decode(),
            base64.b64encode(f"{secret}\n".encode()).decode(),
            base64.b64encode(secret.encode()).decode(),
            secret,
        ):
            self._known.setdefault(form, None)

    def text(self, text: str) -> str:
        """A text without the known secrets."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        return text

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Header pairs without secrets; of Authorization the scheme stays."""
        shown = []
        for name, value in headers:
            if name.lower() in _HEADERS:
                scheme, space, _ = value.partition(" ")
                mask = MASK if not self._known or self.text(value) != value else WRONG
                shown.append((name, f"{scheme} {mask}" if space else mask))
            else:
                shown.append((name, self.text(value)))
        return shown
