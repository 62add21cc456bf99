"""What the judges of single aspects are given, and what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...schemas.endpoints import Endpoint
from ...simulators.calling import Answer
from ...simulators.connection import Role
from ...simulators.exchange import Exchange, Request, Response
from ...simulators.party import Party


class Ruling(NamedTuple):
    """One judgement of one exchange; `expected` and `found` are for people."""

    slug: str
    holds: bool
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One exchange as the judge sees it. `iut_roles` is what the IUT said of itself, empty until it did.

    `known` are the places in a list that hold what was found right before: see `news`.
    """

    exchange: Exchange
    party: Party
    version: str
    iut_roles: tuple[Role, ...]
    known: frozenset[int] = frozenset()

    @property
    def request(self) -> Request:
        return self.exchange.request

    @property
    def response(self) -> Response:
        """The response; a view is only made of exchanges that have one."""
        assert self.exchange.response is not None
        return self.exchange.response

    @property
    def endpoint(self) -> Endpoint | None:
        return self.exchange.endpoint

    @property
    def data(self) -> Any:
        """What the answer's envelope holds; one object that came as a list of one is taken out of it."""
        return Answer(self.exchange).data

    @property
    def news(self) -> Any:
        """`data` of the envelope; of a list what wasn't found right before: for judges of single objects."""
        data = self.response.envelope.get("data")
        if not self.known or not isinstance(data, list):
            return data
        return [item for place, item in enumerate(data) if place not in self.known]

    @property
    def is_hub(self) -> bool:
        """It may speak for others, whom it does not list (`credentials.asciidoc#credentials_credentials_object`)."""
        return any(role.role == "HUB" for role in self.iut_roles)

    @property
    def succeeded(self) -> bool:
        """The response reports success on both layers, and reached who asked."""
        code = self.response.envelope.get("status_code")
        if self.response.missing:
            return False
        return self.response.status // 100 == 2 and isinstance(code, int) and code // 1000 == 1

    @property
    def refused(self) -> bool:
        """The response reports an error on one of the layers."""
        code = self.response.envelope.get("status_code")
        return self.response.status >= 400 or (isinstance(code, int) and code >= 2000)


Judge = Callable[[View], Iterator[Ruling]]
"""A judge of one aspect. It yields nothing where there is no occasion to judge."""
