"""Offering: an object as an IUT receives it, how it is sent, and what an answer to it says of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..schemas.oddities import KINDS
from ..simulators import clock
from ..simulators.calling import Answer

__all__ = ["Offer", "accepted", "postponed", "renewed"]

_RIGHT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z?)")


def accepted(answer: Answer) -> bool:
    """Both layers report success."""
    return answer.accepted


def postponed(answer: Answer) -> bool:
    """The IUT is too busy (RFC 6585 section 4, RFC 9110 section 15.6.4): it has not judged the body at all."""
    return answer.http_status in (429, 503)


def renewed(body: Any) -> Any:
    """The same, updated just now, wherever its `last_updated` is right; the form of that stays.

    A receiver may leave alone what is not newer than what it has.
    """
    if isinstance(body, list):
        return [renewed(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: _now_like(inner) if name == "last_updated" else renewed(inner) for name, inner in body.items()
    }


def _now_like(text: Any) -> Any:
    found = _RIGHT_TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return text
    fraction, zone = found[1] or "", found[2]
    digits = max(0, len(fraction) - 1)
    step = timedelta(seconds=1) / 10**digits
    # Rounded up, so that the coarser forms are no older than what was sent before.
    moment = clock.stamp(clock.now() + step - timedelta(milliseconds=1))[:-1]
    return moment[: 19 + len(fraction)] + zone


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One object as an IUT receives it.

    `begin` brings about what is to stay as it is and returns a valid body that is as small as may be: mutants are
    made of it. `whole` is a valid body with all there is, of which oddities are made. `send` sends a body. `look`
    reads what is stored, after the answer to what was sent last, where that can be seen. `takes` says of an answer
    that a wrong body was taken, `bears` that a right one was. `fixed` are JSON Pointers of what oddities leave alone;
    `fresh` gives a body an id that wasn't used yet, where each is good only once. `families` are the thousands of the
    status codes that refuse a body; with `optional` there need not be one, so that null is as good as none.
    """

    version: str
    name: str
    begin: Callable[[], Any]
    whole: Any
    send: Callable[[Any], Answer]
    shape: str = "full"
    look: Callable[[Answer | None], Answer] | None = None
    takes: Callable[[Answer], bool] = accepted
    bears: Callable[[Answer], bool] = accepted
    fixed: frozenset[str] = frozenset()
    fresh: Callable[[Any], Any] = lambda body: body
    kinds: tuple[str, ...] = KINDS
    families: tuple[int, ...] = (2,)
    optional: bool = False

    def seen(self, answer: Answer | None = None) -> Answer | None:
        """What is stored, where that can be seen."""
        return self.look(answer) if self.look else None

    @property
    def title(self) -> str:
        """What is sent, for people."""
        return f"PATCH of {self.name}" if self.shape == "patch" else self.name
