"""Negative input: an eMSP sends charging profiles and preferences that are wrong, and such of every legal form."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.chargingprofiles.limiting import a_session, at_most
from ocpi_conformance.scenarios.negative.judging import judge, must_take, sender
from ocpi_conformance.scenarios.sessions.cpo_takes_preferences import charging_at
from ocpi_conformance.schemas.oddities import KINDS
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Emsp

PROFILE = {
    "invalid": "negative-profile-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-profile-no-server-error",
    "odd": "negative-profile-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
PREFERENCES = {
    "invalid": "negative-preferences-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-preferences-no-server-error",
    "odd": "negative-preferences-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
ROUND = tuple(kind for kind in KINDS if kind != "decimals")
"""Limits have one decimal."""


@applies_to(module="chargingprofiles", iut="CPO", side="RECEIVER", writes=True)
def test_profiles(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A profile is set on a Session of ours in every wrong and in every legal way, and cleared."""
    session = a_session(iut, emsp)
    url = iut.connection.below("chargingprofiles", "RECEIVER", session)
    put = sender(emsp, iut.connection, "PUT", url, "chargingprofiles.receiver.set")
    plain = {"charging_profile": at_most(10), "response_url": emsp.new_profile_url("set")}

    def send(body: Any) -> Answer:
        """A body that rightly says where its outcome is to go has a URL of its own for that."""
        right = isinstance(body, dict) and body.get("response_url") == plain["response_url"]
        return put({**body, "response_url": emsp.new_profile_url("set")} if right else body)

    def begin() -> dict[str, Any]:
        answer = send(plain)
        must_take(answer, "a SetChargingProfile")
        check.requires(set_(answer), f"it does not set a profile that is right: {answer.data}")
        return plain

    offer = Offer(
        version=iut.claim.ocpi_version,
        name="SetChargingProfile",
        begin=begin,
        whole=plain,
        send=send,
        takes=set_,
        fixed=frozenset({"/response_url"}),
        kinds=ROUND,
    )

    judge(check, PROFILE, offer)

    emsp.clear_charging_profile(iut.connection, session)


def set_(answer: Answer) -> bool:
    """Whether a profile is accepted."""
    return answer.accepted and isinstance(answer.data, dict) and answer.data.get("result") == "ACCEPTED"


@applies_to(module="sessions", iut="CPO", side="SENDER", feature="charging-preferences", writes=True)
def test_preferences(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Preferences for a Session of ours come in every wrong and in every legal way, then plain ones."""
    session, _ = charging_at(iut, emsp, check, capable=True)
    url = iut.connection.below("sessions", "SENDER", session["id"], "charging_preferences")
    send = sender(emsp, iut.connection, "PUT", url, "sessions.sender.preferences")
    plain = {"profile_type": "REGULAR"}

    def begin() -> dict[str, Any]:
        must_take(send(plain), "a ChargingPreferences")
        return plain

    offer = Offer(
        version=iut.claim.ocpi_version,
        name="ChargingPreferences",
        begin=begin,
        whole={**emsp.samples.charging_preferences(full=True), **plain},
        send=send,
        takes=lambda answer: answer.data == "ACCEPTED",
    )

    judge(check, PREFERENCES, offer)
