"""What the objects of one message must have among themselves, beyond what a schema can say."""

from collections.abc import Iterator
from typing import Any

from . import cards, identity
from .places import Places
from .pushing import pushes
from .ruling import Ruling, View


class Consistency:
    """Judges what a platform says of itself, and the Locations of a CPO, as wholes."""

    def __init__(self) -> None:
        self._places = Places()

    def answered(self, view: View) -> Iterator[Ruling]:
        """The `data` of an answer of the IUT."""
        yield from cards.answered(view)
        endpoint = view.endpoint
        if endpoint is None or endpoint.answer is None or not view.succeeded:
            return
        data = view.news
        for value in data if isinstance(data, list) else (data,):
            yield from self._judge(view, endpoint.answer, value, owner="SENDER")

    def requested(self, view: View) -> Iterator[Ruling]:
        """The body of a request of the IUT."""
        yield from pushes(view)
        yield from cards.requested(view)
        endpoint = view.endpoint
        if endpoint is not None and endpoint.body is not None:
            yield from self._judge(view, endpoint.body, view.request.json, owner="RECEIVER")

    def _judge(self, view: View, name: str, value: Any, *, owner: str) -> Iterator[Ruling]:
        """`owner` is the interface at which the IUT writes objects of its own: it answers for those alone."""
        if not isinstance(value, dict) or view.endpoint is None:
            return
        yield from identity.judge(name, value)
        if view.endpoint.interface == owner:
            yield from self._places.judge(name, value, view.iut_roles)


__all__ = ["Consistency"]
