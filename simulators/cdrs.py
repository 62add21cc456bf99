"""CDRs: the CPO owns and posts them, the eMSP receives and pulls them. A CDR that was sent never changes."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from .answering import Reply, Visit, invalid, unknown
from .calling import Answer
from .connection import Connection
from .paging import counted, crawl, dates, page
from .party import Party, performs, serves
from .sessions import SessionSender, concerns
from .store import Key, Object, key_of

MODULE = "cdrs"
PLACES = "cdr_places"
STEP_KWH = 10
"""Up to so much energy the tariff of the fullest CDR has its first price."""


def cdr_key(cdr: Object) -> Key:
    """A CDR is identified by its owner and its id."""
    return key_of(cdr["country_code"], cdr["party_id"], cdr["id"])


class CdrSender(SessionSender, Party):
    """The owner's side."""

    @serves("cdrs.sender.list")
    def list_cdrs(self, visit: Visit) -> Reply:
        return page(self, visit, self.store.own(MODULE), where=concerns(self, visit.connection))

    def own_cdr(self, cdr_id: str) -> Object | None:
        return self.store.own(MODULE).get(key_of(self.me.country_code, self.me.party_id, cdr_id))

    def add_cdr(self, cdr: Object) -> Object:
        """Take a CDR into the own stock."""
        self.store.own(MODULE).put(cdr_key(cdr), cdr)
        return cdr

    def bill(self, session_id: str) -> Object:
        """Make the CDR of a completed session; the one that was made before, if any."""
        table = self.store.own(MODULE)
        with table.lock:
            known = next((cdr for cdr in table if cdr.get("session_id") == session_id), None)
            return known or self.add_cdr(self.charging(session_id).cdr())

    def stepped_tariff(self) -> Object:
        """A tariff with a price for the first energy, one for all beyond, and one for staying connected after."""
        return self.samples.tariff(minimal=True, elements=_elements())

    def furnish_cdr(self, token: Object, *, tariff: Object, before: timedelta) -> Object:
        """Take in a past session and its CDR with all that one may have.

        By a `stepped_tariff` the price changes on the way; the car stays connected after; meter values are signed.
        """
        meter_id = self.samples.new_id("METER")
        session_id = self.begin_session(token, before=before, tariff=tariff, meter_id=meter_id)["id"]
        self.activate_session(session_id)
        self.continue_session(session_id, minutes=60, kwh=STEP_KWH * 1.5)
        self.continue_session(session_id, minutes=20, kwh=0)
        self.complete_session(session_id)
        extras = {
            "signed_data": self.samples.signed_data(full=True),
            "remark": "Stopped by the driver at the charger.",
            "invoice_reference_id": self.samples.new_id("INV"),
            "home_charging_compensation": False,
        }
        return self.add_cdr(self.charging(session_id).cdr(**extras))

    def post_cdr(self, connection: Connection, cdr: Object) -> Answer:
        """POST a CDR; the answer's Location header says where it can be seen, which is kept."""
        endpoint = connection.url(MODULE, "RECEIVER") or ""
        answer = self.call("POST", endpoint, to=connection, endpoint="cdrs.receiver.post", body=cdr)
        place = answer.header("Location")
        if answer.accepted and place:
            self.store.own(PLACES).put((endpoint, *cdr_key(cdr)), {"url": place})
        return answer

    def place_of_cdr(self, connection: Connection, cdr: Object) -> str | None:
        """Where the receiver has said that a CDR is; None where it wasn't sent, or nothing was said."""
        known = self.store.own(PLACES).get((connection.url(MODULE, "RECEIVER") or "", *cdr_key(cdr)))
        return known["url"] if known else None

    def check_cdr(self, connection: Connection, url: str) -> Answer:
        """GET a CDR from where the receiver said that it is."""
        return self.call("GET", url, to=connection, endpoint="cdrs.receiver.get")

    def simulate(self, connection: Connection, token: Object, *, steps: int = 3, **how: Any) -> Object:
        """A whole session told to the other side: PENDING, ACTIVE, charging, COMPLETED; its CDR.

        `how` says where, as in `plug_in`.
        """
        session = self.begin_session(token, **how)
        session_id = session["id"]
        self.push_session(connection, session)
        self.tell_change(connection, session_id, self.activate_session(session_id))
        for _ in range(steps):
            self.tell_change(connection, session_id, self.continue_session(session_id))
        self.tell_change(connection, session_id, self.complete_session(session_id))
        cdr = self.bill(session_id)
        self.post_cdr(connection, cdr)
        return cdr

    def _chosen_cdr(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        wanted = parameters.get("cdr_id")
        if wanted is not None:
            known = self.own_cdr(str(wanted))
            if known is None:
                raise ValueError(f"cdr_id is {wanted!r}, which is no CDR of {self.name}")
            return known
        session_id = parameters.get("session_id")
        if session_id is None:
            session_id = self.charged(connection, parameters)["id"]
        return self.bill(str(session_id))

    @performs("push-cdr")
    def act_push_cdr(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """POST the CDR `cdr_id`, or that of the completed session `session_id`, or of a made-up session."""
        cdr = self._chosen_cdr(connection, parameters)
        answer = self.post_cdr(connection, cdr)
        return {"cdr_id": cdr["id"], "session_id": cdr.get("session_id"), "url": answer.header("Location")}

    @performs("push-credit-cdr")
    def act_push_credit_cdr(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """POST a CDR as push-cdr does, then the Credit CDR that takes it back."""
        cdr = self._chosen_cdr(connection, parameters)
        if parameters.get("cdr_id") is None:
            self.post_cdr(connection, cdr)
        credit = self.add_cdr(self.samples.credit_cdr(cdr))
        answer = self.post_cdr(connection, credit)
        return {"cdr_id": credit["id"], "credit_reference_id": cdr["id"], "url": answer.header("Location")}

    @performs("simulate-session")
    def act_simulate_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Tell a whole session in `steps`, from PUT to the CDR, with `token_uid` at `location_id`."""
        token = self.token_for(connection, parameters.get("token_uid"))
        place = {name: parameters.get(name) for name in ("location_id", "evse_uid", "connector_id")}
        cdr = self.simulate(connection, token, steps=int(parameters.get("steps") or 3), **place)
        return {"session_id": cdr["session_id"], "cdr_id": cdr["id"]}

    @performs("check-cdr")
    def act_check_cdr(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET a CDR from the URL in the answer to its POST; one that wasn't sent yet is POSTed as by push-cdr."""
        cdr = self._chosen_cdr(connection, parameters)
        if self.place_of_cdr(connection, cdr) is None:
            self.post_cdr(connection, cdr)
        url = self.place_of_cdr(connection, cdr)
        answer = self.check_cdr(connection, url) if url else None
        return {"cdr_id": cdr["id"], "url": url, "same": answer is not None and answer.data == cdr}


def _elements() -> list[Object]:
    def component(kind: str, price: float) -> Object:
        return {"type": kind, "price": price, "vat": 20.0, "step_size": 1}

    return [
        {"price_components": [component("ENERGY", 0.45)], "restrictions": {"max_kwh": STEP_KWH}},
        {"price_components": [component("ENERGY", 0.36), component("PARKING_TIME", 1.5)]},
    ]


class CdrReceiver(Party):
    """The other side, which keeps copies for good."""

    @serves("cdrs.receiver.post")
    def take_cdr(self, visit: Visit) -> Reply:
        cdr, table = visit.body, self.store.received(MODULE)
        if not visit.connection.owns(cdr["country_code"], cdr["party_id"]):
            return invalid("country_code and party_id are of no party on this connection")
        with table.lock:
            known = table.get(cdr_key(cdr))
            if known is not None and known != cdr:
                return invalid("There is another CDR with this id; a CDR can't be changed, send a Credit CDR")
            created = table.put(cdr_key(cdr), cdr)
        return Reply(http_status=201 if created else 200, headers={"Location": self.cdr_url(cdr)})

    def cdr_url(self, cdr: Object) -> str:
        """Where a received CDR can be seen."""
        place = f"{cdr['country_code']}*{cdr['party_id']}*{cdr['id']}"
        return f"{self.url(MODULE, 'RECEIVER')}/{quote(place, safe='*')}"

    @serves("cdrs.receiver.get")
    def get_cdr(self, visit: Visit) -> Reply:
        owner = visit.parameters["cdr_id"].split("*", 2)
        cdr = self.store.received(MODULE).get(key_of(*owner))
        if cdr is None or not visit.connection.owns(cdr["country_code"], cdr["party_id"]):
            return unknown("No such CDR")
        return Reply(data=cdr)

    def pull_cdrs(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get all CDRs, page by page, and keep those that are new."""
        answers = []
        table = self.store.received(MODULE)
        for answer in crawl(self, connection, "cdrs.sender.list", params=params):
            answers.append(answer)
            for cdr in answer.items:
                if isinstance(cdr, dict) and all(isinstance(cdr.get(name), str) for name in _IDENTITY):
                    with table.lock:
                        if table.get(cdr_key(cdr)) is None:
                            table.put(cdr_key(cdr), cdr)
        return answers

    @performs("pull-cdrs")
    def act_pull_cdrs(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET all CDRs, of the window `date_from` to `date_to` if given."""
        return counted(self.pull_cdrs(connection, dates(parameters)))


_IDENTITY = ("country_code", "party_id", "id")
