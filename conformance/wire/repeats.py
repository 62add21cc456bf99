"""Repeats: the same objects come in list after list; what was right once needn't be looked at again.

Nine tenths of what a platform serves during a run it has served before. Judges of single objects are spared that;
judges that follow what becomes of an object see all of it.
"""

from collections.abc import Sequence
from hashlib import blake2b

import orjson

from ...simulators.exchange import Exchange

_KEPT = 100_000
"""As many objects are remembered; a platform that serves more is judged on, only slower."""


class Repeats:
    """Knows objects of lists in which nothing was wrong."""

    def __init__(self) -> None:
        self._right: set[bytes] = set()

    def read(self, exchange: Exchange) -> Sequence[bytes]:
        """What stands in the list of an answer, each object by a digest; nothing where it is no list."""
        endpoint, response = exchange.endpoint, exchange.response
        if exchange.direction != "sent" or endpoint is None or response is None or not endpoint.many:
            return ()
        data = response.envelope.get("data")
        if not isinstance(data, list):
            return ()
        kind = endpoint.id.encode()[:64]
        try:
            return [blake2b(orjson.dumps(item), digest_size=16, key=kind).digest() for item in data]
        except (TypeError, ValueError):  # too deep, or numbers that are none
            return ()

    def known(self, served: Sequence[bytes]) -> frozenset[int]:
        """The places in the list of what was right before."""
        return frozenset(place for place, digest in enumerate(served) if digest in self._right)

    def learn(self, served: Sequence[bytes]) -> None:
        """Nothing was wrong in this list."""
        if len(self._right) < _KEPT:
            self._right.update(served)
