"""Objects of a peer that the IUT keeps copies of: a Token at a CPO, a Location at an eMSP."""

import time
from typing import Any

from ..simulators.calling import Answer
from ..simulators.connection import Connection
from .forms import without_optionals
from .iut import Iut

__all__ = ["Copy", "a_copy", "plain", "put_location"]

KINDS = {"CPO": ("tokens", "Token"), "EMSP": ("locations", "Location")}
STEP_S = 0.05

Object = dict[str, Any]


class Copy:
    """One new object of the peer, and the URL under which the IUT is to keep its copy of it."""

    def __init__(self, peer: Any, connection: Connection, *, module: str, name: str) -> None:
        self.module = module
        self.name = name
        self.peer = peer
        self.object: Object = peer.add_token() if module == "tokens" else peer.add_location()
        self._connection = connection
        owner = (self.object["country_code"], self.object["party_id"])
        self.id: str = self.object["uid" if module == "tokens" else "id"]
        self.url = connection.below(module, "RECEIVER", *owner, self.id)
        self._level = "" if module == "tokens" else "_location"
        type_ = self.object.get("type", "RFID")
        self._params = {"type": type_} if module == "tokens" and type_ != "RFID" else None

    def send(
        self,
        method: str,
        body: Object | None = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> Answer:
        """Send a request to the URL of the copy."""
        return self.peer.call(
            method,
            self.url,
            to=self._connection,
            endpoint=f"{self.module}.receiver.{method.lower()}{self._level}",
            body=body,
            raw=raw,
            params=self._params,
            headers=headers,
        )

    def put(self, **changes: Any) -> Answer:
        """PUT the object, with other values in some fields; a Location that is refused so, plainly from then on."""
        answer = self.send("PUT", {**self.object, **changes})
        if self.module == "locations" and not answer.accepted and not changes:
            self.object = plain(self.peer.version, self.object)
            answer = self.send("PUT", self.object)
        return answer

    def get(self) -> Answer:
        """Read the copy back."""
        return self.send("GET")

    def in_other_case(self) -> Answer:
        """Read the copy back by its owner and id in the other case."""
        place = self.url.index(f"/{self.object['country_code']}/{self.object['party_id']}/")
        turned = self.url[:place] + self.url[place:].swapcase()
        endpoint = f"{self.module}.receiver.get{self._level}"
        return self.peer.call("GET", turned, to=self._connection, endpoint=endpoint, params=self._params)

    def appears(self, *, within: float) -> Answer:
        """Read the copy back until it is there, for so many seconds at most."""
        deadline = time.monotonic() + within
        while not (answer := self.get()).accepted and time.monotonic() < deadline:
            time.sleep(STEP_S)
        return answer

    def withdraw(self) -> None:
        """Take the object out of the peer's own stock."""
        table = self.peer.store.own(self.module)
        for key, value in table.items():
            if value is self.object:
                table.delete(key)


def plain(version: str, location: Object) -> Object:
    """A Location with its EVSEs and Connectors, and nothing optional besides."""
    evses = [
        {
            **without_optionals(version, "EVSE", evse),
            "connectors": [without_optionals(version, "Connector", each) for each in evse["connectors"]],
        }
        for evse in location.get("evses", ())
    ]
    return {**without_optionals(version, "Location", location), "evses": evses}


def put_location(iut: Iut, peer: Any, location: Object) -> tuple[Object, Answer]:
    """PUT a Location; where the IUT refuses it, PUT it plainly: what it does with Locations can be shown all the same.

    That it should have taken the first is for the scenarios about legal forms to say.
    """
    answer = peer.push_location(iut.connection, location)
    if not answer.accepted:
        location = plain(iut.claim.ocpi_version, location)
        answer = peer.push_location(iut.connection, location)
    return location, answer


def a_copy(iut: Iut, peer: Any) -> Copy:
    """A new object of the peer for the IUT to keep. Raises Stop where the IUT lists no endpoint for it."""
    module, name = KINDS[iut.role]
    iut.url(module, "RECEIVER")
    return Copy(peer, iut.connection, module=module, name=name)
