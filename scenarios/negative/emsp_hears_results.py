"""Negative input: a CPO tells an eMSP what came of its requests, in every wrong and in every legal way."""

from collections.abc import Callable, Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.scenarios.chargingprofiles.emsp_limits import a_session
from ocpi_conformance.scenarios.commands.emsp_commands import announced
from ocpi_conformance.scenarios.negative.judging import judge, must_take, sender
from ocpi_conformance.schemas.oddities import KINDS
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.peculiar import begins_nothing, passes_nothing_on, peculiar
from ocpi_conformance.simulators.roles import Cpo

ROWS = {
    "invalid": "negative-result-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-result-no-server-error",
    "odd": "negative-result-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
REQUESTS = {
    "set": ("set-charging-profile", "PUT", "ChargingProfileResult"),
    "clear": ("clear-charging-profile", "DELETE", "ClearProfileResult"),
    "active": ("get-active-charging-profile", "GET", "ActiveChargingProfileResult"),
}

ROUND = tuple(kind for kind in KINDS if kind != "decimals")
"""Limits have one decimal."""

Object = dict[str, Any]


class Callback:
    """Where the result of a request of the IUT is expected; after one that was taken a further request is needed."""

    def __init__(self, cpo: Cpo, iut: Iut, *, endpoint: str, ask: Callable[[], str]) -> None:
        self._cpo, self._iut, self._endpoint, self._ask = cpo, iut, endpoint, ask
        self._url, self._spent = "", False

    def send(self, body: Any) -> Answer:
        """POST a result to the response URL of a request that still waits for one."""
        self._url = self._url or self._ask()
        answer = sender(self._cpo, self._iut.connection, "POST", self._url, self._endpoint)(body)
        if answer.accepted:
            self._url = ""
        self._spent = not answer.accepted
        return answer

    def offer(self, name: str, plain: Object, whole: Object) -> Offer:
        """What may come there."""
        return Offer(
            version=self._iut.claim.ocpi_version,
            name=name,
            begin=lambda: plain,
            whole=whole,
            send=self.send,
            fresh=self.anew,
            kinds=ROUND,
        )

    def anew(self, body: Any) -> Any:
        """A body for a request of its own: an eMSP may be through with one whose result it refused."""
        if self._spent:
            self._url, self._spent = "", False
        return body


@applies_to(module="commands", iut="EMSP", side="SENDER", writes=True)
def test_command_results(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A session is to be started; that it failed is told in every wrong way, then in every legal way."""
    check.applies(iut.claim.has("remote-start"), "it starts no sessions")
    location = announced(iut, cpo)

    def ask() -> str:
        mark = cpo.journal.mark()
        with peculiar(cpo, begins_nothing):
            iut.act("start-session", location_id=location["id"], evse_uid=location["evses"][0]["uid"])
            start = iut.sends("POST", endpoint="commands.receiver.start_session", since=mark)
        body = start.exchange.request.json if start.exchange else None
        return response_url(body.get("response_url") if isinstance(body, dict) else None)

    callback = Callback(cpo, iut, endpoint="commands.sender.result", ask=ask)
    plain = {"result": "FAILED"}
    must_take(callback.send(plain), "a CommandResult")
    whole = {**plain, "message": [{"language": "en", "text": "The connector is stuck."}]}

    judge(check, ROWS, callback.offer("CommandResult", plain, whole))

    callback.send(plain)


@applies_to(module="chargingprofiles", iut="EMSP", side="SENDER", writes=True)
def test_profile_results(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A profile is to be set, to be told and to be cleared: what came of it is told in every wrong and legal way."""
    session = a_session(iut, cpo, check)
    active = {
        "start_date_time": cpo.samples.active_charging_profile()["start_date_time"],
        "charging_profile": {
            "charging_rate_unit": "A",
            "charging_profile_period": [{"start_period": 0, "limit": 8.0}],
        },
    }
    callbacks: list[Callback] = []

    def results() -> Iterator[Offer]:
        for kind, (action, method, name) in REQUESTS.items():
            callback = Callback(
                cpo, iut, endpoint=f"chargingprofiles.sender.{kind}_result", ask=asking(action, method, kind)
            )
            callbacks.append(callback)
            plain = {"result": "REJECTED"}
            must_take(callback.send(plain), f"a {name}")
            whole = {"result": "ACCEPTED", "profile": active} if kind == "active" else plain
            yield callback.offer(name, plain, whole)

    def asking(action: str, method: str, kind: str) -> Callable[[], str]:
        def ask() -> str:
            mark = cpo.journal.mark()
            endpoint = f"chargingprofiles.receiver.{'get' if kind == 'active' else kind}"
            with peculiar(cpo, passes_nothing_on):
                iut.act(action, session_id=session)
                sent = iut.sends(method, endpoint=endpoint, since=mark)
            if sent.exchange is None:
                return response_url(None)
            body = sent.exchange.request.json if method == "PUT" else sent.exchange.request.query
            return response_url(body.get("response_url") if isinstance(body, dict) else None)

        return ask

    update = sender(
        cpo,
        iut.connection,
        "PUT",
        iut.connection.below("chargingprofiles", "SENDER", session),
        "chargingprofiles.sender.update",
    )
    offers = list(results())
    must_take(update(active), "an ActiveChargingProfile")
    told = Offer(
        version=iut.claim.ocpi_version,
        name="ActiveChargingProfile",
        begin=lambda: active,
        whole=active,
        send=update,
        fixed=frozenset({"/charging_profile/charging_profile_period"}),
        kinds=ROUND,
    )

    judge(check, ROWS, *offers, told)

    for callback in callbacks:
        callback.send({"result": "REJECTED"})


def response_url(found: object) -> str:
    """The response URL of a request. Raises Stop where there is none."""
    if not isinstance(found, str) or not found:
        raise Stop(Verdict.INCONCLUSIVE, "its request has no response_url, or didn't come")
    return found
