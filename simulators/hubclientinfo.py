"""Hub client info: which parties a hub knows and whether they can be reached, as its clients keep it."""

from typing import Any

from .answering import Reply, Visit, unknown
from .calling import Answer
from .connection import Connection
from .ownership import mismatch, owner_key, stored
from .paging import counted, crawl, dates, page
from .party import Party, performs, serves
from .store import Key, Object, key_of

MODULE = "hubclientinfo"
_IDENTITY = ("country_code", "party_id")


def info_key(info: Object) -> Key:
    """A ClientInfo is identified by the party that it is about."""
    return key_of(*(info[name] for name in _IDENTITY))


class ClientInfoSender(Party):
    """The hub's side: it owns what it tells of its clients, of whichever country and party they are."""

    @serves("hubclientinfo.sender.list")
    def list_client_info(self, visit: Visit) -> Reply:
        return page(self, visit, self.store.own(MODULE))

    def add_client_info(self, info: Object) -> Object:
        """Take a ClientInfo into the own stock."""
        self.store.own(MODULE).put(info_key(info), info)
        return info

    def push_client_info(self, connection: Connection, info: Object) -> Answer:
        """PUT a ClientInfo."""
        return self._to_client(connection, "PUT", info, body=info)

    def check_client_info(self, connection: Connection, info: Object) -> Answer:
        """GET a ClientInfo as a client has it."""
        return self._to_client(connection, "GET", info)

    def _to_client(
        self, connection: Connection, method: str, info: Object, *, body: Object | None = None
    ) -> Answer:
        url = connection.below(MODULE, "RECEIVER", info["country_code"], info["party_id"])
        endpoint = f"hubclientinfo.receiver.{method.lower()}"
        return self.call(method, url, to=connection, endpoint=endpoint, body=body)


class ClientInfoReceiver(Party):
    """The client's side; the objects are the hub's, hence the URL names any party and not the hub."""

    @serves("hubclientinfo.receiver.get")
    def get_client_info(self, visit: Visit) -> Reply:
        info = self.store.received(MODULE).get(owner_key(visit))
        return Reply(data=info) if info else unknown("No such client")

    @serves("hubclientinfo.receiver.put")
    def put_client_info(self, visit: Visit) -> Reply:
        refused = mismatch(visit, country_code="country_code", party_id="party_id")
        return refused or stored(self.store.received(MODULE).put(owner_key(visit), visit.body))

    def client_info(self, country_code: str, party_id: str) -> Object | None:
        """The ClientInfo of a party, as the hub told it last."""
        return self.store.received(MODULE).get(key_of(country_code, party_id))

    def pull_client_info(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get the list of clients from a hub, page by page, and keep it."""
        answers = []
        for answer in crawl(self, connection, "hubclientinfo.sender.list", params=params):
            answers.append(answer)
            for info in answer.items:
                if isinstance(info, dict) and all(isinstance(info.get(name), str) for name in _IDENTITY):
                    self.store.received(MODULE).put(info_key(info), info)
        return answers

    @performs("pull-client-info")
    def act_pull_client_info(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET the hub's list of clients, of the window `date_from` to `date_to` if given."""
        return counted(self.pull_client_info(connection, dates(parameters)))
