"""Flaws of a party that takes its time."""

import time
from itertools import count

from ..party import Party
from .flaw import Proceed, Request, Response, number, serving, whole

_LEGAL = "the text sets no limit of time to an answer"


@serving(
    "slow",
    breaks=(),
    legal=_LEGAL,
    tried="seconds=0.05,every=20",
    parameters={
        "seconds": number(0.01, 600, "how long an answer takes"),
        "every": whole(1, 100_000, "one request of so many is answered late"),
    },
)
def slow(
    party: Party, request: Request, proceed: Proceed, *, seconds: float = 3.0, every: int = 1
) -> Response:
    """Answers take their time."""
    response = proceed(request)
    turn = next(party.notes.setdefault("answers", count(1)))
    if turn % every == 0:
        time.sleep(seconds)
    return response
