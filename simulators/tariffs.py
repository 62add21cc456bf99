"""Tariffs: the CPO owns and pushes them, the eMSP receives and pulls them."""

from typing import Any

from . import clock
from .answering import Reply, Visit, unknown
from .calling import Answer
from .connection import Connection
from .ownership import foreign, mismatch, owner_key, stored
from .paging import counted, crawl, dates, page
from .party import Party, performs, serves
from .store import Key, Object, key_of

MODULE = "tariffs"


def tariff_key(tariff: Object) -> Key:
    """A tariff is identified by its owner and its id."""
    return key_of(tariff["country_code"], tariff["party_id"], tariff["id"])


class TariffSender(Party):
    """The owner's side."""

    @serves("tariffs.sender.list")
    def list_tariffs(self, visit: Visit) -> Reply:
        return page(self, visit, self.store.own(MODULE))

    def own_tariff(self, tariff_id: str) -> Object | None:
        return self.store.own(MODULE).get(key_of(self.me.country_code, self.me.party_id, tariff_id))

    def add_tariff(self, tariff: Object | None = None, **wishes: Any) -> Object:
        """Take a tariff into the own stock; without one, a sample is made."""
        tariff = tariff or self.samples.tariff(**wishes)
        self.store.own(MODULE).put(tariff_key(tariff), tariff)
        return tariff

    def push_tariff(self, connection: Connection, tariff: Object) -> Answer:
        """PUT a tariff, which always goes as a whole."""
        return self._to_tariff(connection, "PUT", tariff, body=tariff)

    def check_tariff(self, connection: Connection, tariff: Object) -> Answer:
        """GET a tariff as the receiver has it."""
        return self._to_tariff(connection, "GET", tariff)

    def delete_tariff(self, connection: Connection, tariff: Object) -> Answer:
        """DELETE a tariff, here and there."""
        self.store.own(MODULE).delete(tariff_key(tariff))
        return self._to_tariff(connection, "DELETE", tariff)

    def _to_tariff(
        self, connection: Connection, method: str, tariff: Object, *, body: Object | None = None
    ) -> Answer:
        url = connection.below(MODULE, "RECEIVER", tariff["country_code"], tariff["party_id"], tariff["id"])
        return self.call(method, url, to=connection, endpoint=f"tariffs.receiver.{method.lower()}", body=body)

    def _chosen_tariff(self, parameters: dict[str, Any]) -> Object:
        wanted = parameters.get("tariff_id")
        if wanted is None:
            return self.add_tariff()
        known = self.own_tariff(str(wanted))
        if known is None:
            raise ValueError(f"tariff_id is {wanted!r}, which is no tariff of {self.name}")
        return known

    @performs("push-tariff")
    def act_push_tariff(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT the tariff `tariff_id` with a new `last_updated`, or a new tariff; `price` is for its first component."""
        tariff = self._chosen_tariff(parameters)
        if parameters.get("price") is not None:
            tariff = self.add_tariff(_repriced(tariff, float(parameters["price"])))
        if parameters.get("tariff_id") is not None:
            tariff = self.add_tariff({**tariff, "last_updated": clock.stamp(clock.now())})
        self.push_tariff(connection, tariff)
        return {"tariff_id": tariff["id"]}

    @performs("check-tariff")
    def act_check_tariff(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET the tariff `parameters["tariff_id"]`, or one that is PUT before, as the other side has it."""
        tariff = self._chosen_tariff(parameters)
        if parameters.get("tariff_id") is None:
            self.push_tariff(connection, tariff)
        return {"tariff_id": tariff["id"], "found": self.check_tariff(connection, tariff).accepted}

    @performs("delete-tariff")
    def act_delete_tariff(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """DELETE the tariff `parameters["tariff_id"]`, or one that is PUT before."""
        tariff = self._chosen_tariff(parameters)
        if parameters.get("tariff_id") is None:
            self.push_tariff(connection, tariff)
        self.delete_tariff(connection, tariff)
        return {"tariff_id": tariff["id"]}


class TariffReceiver(Party):
    """The other side, which keeps copies."""

    @serves("tariffs.receiver.get")
    def get_tariff(self, visit: Visit) -> Reply:
        refused = foreign(visit)
        tariff = self.store.received(MODULE).get(owner_key(visit, "tariff_id"))
        return refused or (Reply(data=tariff) if tariff else unknown("No such tariff"))

    @serves("tariffs.receiver.put")
    def put_tariff(self, visit: Visit) -> Reply:
        refused = foreign(visit) or mismatch(
            visit, id="tariff_id", country_code="country_code", party_id="party_id"
        )
        return refused or stored(self.store.received(MODULE).put(owner_key(visit, "tariff_id"), visit.body))

    @serves("tariffs.receiver.delete")
    def delete_received_tariff(self, visit: Visit) -> Reply:
        refused = foreign(visit)
        if refused:
            return refused
        known = self.store.received(MODULE).delete(owner_key(visit, "tariff_id"))
        return Reply() if known else unknown("No such tariff")

    def pull_tariffs(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get all tariffs, page by page, and keep them.

        A complete list, one without a time window, replaces what that platform's parties had before
        (`mod_tariffs.asciidoc#mod_tariffs_pull_model`).
        """
        answers = list(crawl(self, connection, "tariffs.sender.list", params=params))
        table = self.store.received(MODULE)
        pulled = {
            tariff_key(tariff): tariff
            for answer in answers
            for tariff in answer.items
            if isinstance(tariff, dict) and all(isinstance(tariff.get(name), str) for name in _IDENTITY)
        }
        with table.lock:
            if not params and answers and all(answer.accepted for answer in answers):
                for old in list(table):
                    if (
                        connection.owns(old["country_code"], old["party_id"])
                        and tariff_key(old) not in pulled
                    ):
                        table.delete(tariff_key(old))
            for key, tariff in pulled.items():
                table.put(key, tariff)
        return answers

    @performs("pull-tariffs")
    def act_pull_tariffs(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET all tariffs, of the window `date_from` to `date_to` if given."""
        return counted(self.pull_tariffs(connection, dates(parameters)))


def _repriced(tariff: Object, price: float) -> Object:
    """A tariff with another price in the first component of its first element."""
    element, *elements = tariff["elements"]
    component, *components = element["price_components"]
    first = {**element, "price_components": [{**component, "price": price}, *components]}
    return {**tariff, "elements": [first, *elements]}


_IDENTITY = ("country_code", "party_id", "id")
