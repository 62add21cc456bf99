"""Hub client info: which parties a hub knows and whether they can be reached, as its clients keep it."""

from typing import Any

from .answering import Reply, Visit, unknown
from .calling import Answer
from .connection import Connection
from .ownership import mismatch, owner_key, stored
from .paging import counted, crawl, dates
from .party import Party, performs, serves
from .store import Object, key_of

MODULE = "hubclientinfo"


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
                    self.store.received(MODULE).put(key_of(*(info[name] for name in _IDENTITY)), info)
        return answers

    @performs("pull-client-info")
    def act_pull_client_info(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET the hub's list of clients, of the window `date_from` to `date_to` if given."""
        return counted(self.pull_client_info(connection, dates(parameters)))


_IDENTITY = ("country_code", "party_id")
