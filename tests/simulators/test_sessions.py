"""Sessions: run and pushed by the CPO, received and pulled by the eMSP, with the driver's preferences."""

import threading

import pytest
from ocpi_conformance.simulators.connection import Connection, Role
from ocpi_conformance.simulators.party import Misbehaviour
from ocpi_conformance.simulators.sessions import appended, concerns, difference, session_key

LATER = "2035-01-01T00:00:00Z"


@pytest.fixture
def pushed(world):
    """The id of an ACTIVE session that the eMSP has got."""
    return world.cpo.act("push-session", world.to_emsp, {})["session_id"]


def received(world, session_id: str):
    return world.emsp.store.received("sessions").get(session_key(world.cpo.own_session(session_id)))


def to_receiver(world, method: str, session_id: str, *, party: str = "CPO", body=None):
    url = world.to_emsp.below("sessions", "RECEIVER", "NL", party, session_id)
    return world.cpo.call(method, url, to=world.to_emsp, body=body)


def capable_place(world, *, tariffs: list[str] | None = None) -> str:
    """A location whose EVSEs take preferences."""
    location = world.cpo.add_location(full=True, tariff_ids=tariffs or world.cpo.tariff_ids())
    return location["id"]


def wish(world, session_id: str, **preferences):
    return world.emsp.set_preferences(world.to_cpo, session_id, {"profile_type": "REGULAR", **preferences})


def test_a_list_without_date_from_is_2001(world):
    url = world.to_cpo.url("sessions", "SENDER")
    answer = world.emsp.call("GET", url, to=world.to_cpo, params={"limit": "1"})
    assert (answer.http_status, answer.status_code) == (200, 2001)
    assert "date_from" in answer.message


def test_a_pull_keeps_every_session(world):
    assert world.emsp.act("pull-sessions", world.to_cpo, {}) == {"pages": 1, "objects": 2}
    assert list(world.emsp.store.received("sessions")) == list(world.cpo.store.own("sessions"))


def test_a_change_in_the_same_moment_is_later(world):
    session = world.cpo.add_session(world.cpo.samples.session())
    assert world.cpo.add_session(dict(session)) == session
    changed = world.cpo.add_session({**session, "kwh": 99})
    again = world.cpo.add_session({**session, "kwh": 100})
    assert session["last_updated"] < changed["last_updated"] < again["last_updated"]


def test_a_session_is_told_from_pending_to_completed(world):
    session_id = world.cpo.act("push-session", world.to_emsp, {})["session_id"]
    world.cpo.act("update-session", world.to_emsp, {"session_id": session_id, "minutes": 30, "kwh": 6})
    world.cpo.act("update-session", world.to_emsp, {"session_id": session_id, "minutes": 10, "kwh": 1})
    world.cpo.act("complete-session", world.to_emsp, {"session_id": session_id})
    told = [exchange.request.json for exchange in world.sent(world.cpo, "sessions.receiver.*")]
    assert [body.get("status") for body in told] == ["PENDING", "ACTIVE", None, None, "COMPLETED"]
    assert [body.get("kwh") for body in told[2:4]] == [6, 7]
    assert received(world, session_id) == world.cpo.own_session(session_id)
    assert received(world, session_id)["end_date_time"]


def test_start_date_time_moves_when_a_session_becomes_active(world, pushed):
    pending, active = (exchange.request.json for exchange in world.sent(world.cpo, "sessions.receiver.*"))
    assert active["start_date_time"] > pending["start_date_time"]
    assert received(world, pushed)["start_date_time"] == active["start_date_time"]


def test_every_patch_says_when(world, pushed):
    world.cpo.act("complete-session", world.to_emsp, {"session_id": pushed})
    patches = [exchange.request.json for exchange in world.sent(world.cpo, "sessions.receiver.patch")]
    assert len(patches) == 2
    assert all("last_updated" in patch for patch in patches)


def test_periods_of_a_patch_are_added_and_those_of_a_put_replace(world, pushed):
    world.cpo.act("update-session", world.to_emsp, {"session_id": pushed})
    before = received(world, pushed)
    period = {**before["charging_periods"][0], "start_date_time": LATER}
    to_receiver(world, "PATCH", pushed, body={"charging_periods": [period], "last_updated": LATER})
    assert received(world, pushed)["charging_periods"] == [*before["charging_periods"], period]
    to_receiver(world, "PATCH", pushed, body={"charging_periods": [], "last_updated": LATER})
    assert len(received(world, pushed)["charging_periods"]) == len(before["charging_periods"]) + 1
    world.cpo.push_session(world.to_emsp, {**before, "charging_periods": [period]})
    assert received(world, pushed)["charging_periods"] == [period]
    without = {name: value for name, value in before.items() if name != "charging_periods"}
    world.cpo.push_session(world.to_emsp, without)
    assert "charging_periods" not in received(world, pushed)


def test_patches_at_the_same_time_lose_no_period(world, pushed):
    """With something around its answers, a party gives them in several threads."""
    world.emsp.misbehaviours = (Misbehaviour("none", serving=lambda _, request, proceed: proceed(request)),)

    def add(number: int) -> None:
        period = {
            "start_date_time": f"2035-01-01T00:00:{number:02d}Z",
            "dimensions": [{"type": "TIME", "volume": 1}],
        }
        to_receiver(world, "PATCH", pushed, body={"charging_periods": [period], "last_updated": LATER})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(received(world, pushed)["charging_periods"]) == 8


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unknown_sessions_are_404(world, method: str):
    body = {"kwh": 1, "last_updated": LATER} if method == "PATCH" else None
    assert to_receiver(world, method, "none", body=body).http_status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_sessions_of_other_parties_are_404(world, pushed, method: str):
    session = {**world.cpo.own_session(pushed), "party_id": "XXX"}
    body = {"PUT": session, "PATCH": {"kwh": 1, "last_updated": LATER}}.get(method)
    assert to_receiver(world, method, pushed, party="XXX", body=body).http_status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("change", [{"id": "other"}, {"party_id": "XXX"}, {"country_code": "BE"}])
def test_a_session_that_differs_from_its_url_is_2001(world, pushed, method: str, change):
    before = received(world, pushed)
    body = {**before, **change} if method == "PUT" else {**change, "last_updated": LATER}
    assert to_receiver(world, method, pushed, body=body).status_code == 2001
    assert received(world, pushed) == before


def test_a_patch_without_last_updated_is_2001(world, pushed):
    assert to_receiver(world, "PATCH", pushed, body={"kwh": 1}).status_code == 2001


def test_a_session_that_the_receiver_has_lost_is_put_again(world, pushed):
    world.emsp.store.received("sessions").clear()
    world.cpo.act("update-session", world.to_emsp, {"session_id": pushed})
    told = [exchange.request.method for exchange in world.sent(world.cpo, "sessions.receiver.*")]
    assert told == ["PUT", "PATCH", "PATCH", "GET", "PUT"]
    assert received(world, pushed) == world.cpo.own_session(pushed)


def test_check_session_compares_both_sides(world, pushed):
    assert world.cpo.act("check-session", world.to_emsp, {"session_id": pushed})["same"] is True
    world.emsp.store.received("sessions").clear()
    assert world.cpo.act("check-session", world.to_emsp, {"session_id": pushed})["same"] is False


def test_preferences_are_accepted_at_an_evse_that_takes_them(world):
    place = {"location_id": capable_place(world)}
    session_id = world.cpo.act("push-session", world.to_emsp, place)["session_id"]
    parameters = {"session_id": session_id, "energy_need": 20}
    assert world.emsp.act("set-charging-preferences", world.to_cpo, parameters) == {"result": "ACCEPTED"}


def test_preferences_are_404_with_2001_where_there_is_nothing_to_take_them(world):
    location = world.cpo.add_location()
    for evse in location["evses"]:
        world.cpo.change_evse(location, evse["uid"], {"capabilities": ["RFID_READER"]})
    session_id = world.cpo.act("push-session", world.to_emsp, {"location_id": location["id"]})["session_id"]
    for unknown in (session_id, "none"):
        answer = wish(world, unknown)
        assert (answer.http_status, answer.status_code) == (404, 2001)


@pytest.mark.parametrize(
    ("wanted", "result"),
    [
        ({"profile_type": "FAST"}, "PROFILE_TYPE_NOT_SUPPORTED"),
        ({"profile_type": "GREEN", "energy_need": 5}, "DEPARTURE_REQUIRED"),
        ({"profile_type": "GREEN", "departure_time": LATER}, "ENERGY_NEED_REQUIRED"),
        ({"profile_type": "GREEN", "departure_time": LATER, "energy_need": 5}, "ACCEPTED"),
        ({"departure_time": "2001-01-01T00:00:00Z"}, "NOT_POSSIBLE"),
    ],
)
def test_preferences_that_cannot_be_met_say_why(world, wanted, result: str):
    green = world.cpo.add_tariff(type="PROFILE_GREEN")
    place = capable_place(world, tariffs=[*world.cpo.tariff_ids(), green["id"]])
    session_id = world.cpo.act("push-session", world.to_emsp, {"location_id": place})["session_id"]
    assert wish(world, session_id, **wanted).data == result


def test_preferences_for_a_completed_session_are_not_possible(world):
    place = {"location_id": capable_place(world)}
    session_id = world.cpo.act("complete-session", world.to_emsp, place)["session_id"]
    assert wish(world, session_id).data == "NOT_POSSIBLE"


def test_the_evse_is_taken_while_a_session_runs(world):
    session_id = world.cpo.act("push-session", world.to_emsp, {})["session_id"]
    session = world.cpo.own_session(session_id)

    def status() -> str:
        location = world.cpo.own_location(session["location_id"])
        return next(evse["status"] for evse in location["evses"] if evse["uid"] == session["evse_uid"])

    assert status() == "CHARGING"
    world.cpo.act("complete-session", world.to_emsp, {"session_id": session_id})
    assert status() == "AVAILABLE"


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("update-session", {"session_id": "none"}),
        ("push-session", {"location_id": "nowhere"}),
        ("push-session", {"token_uid": "none"}),
    ],
)
def test_actions_on_what_is_not_there_say_so(world, action: str, parameters):
    with pytest.raises(ValueError, match=r"none|nowhere"):
        world.cpo.act(action, world.to_emsp, parameters)


def test_sessions_of_another_platforms_customers_are_not_shown(world):
    other = Connection(token_in="x", registered=True)
    other.roles = (Role(role="EMSP", country_code="FR", party_id="OTH", name=""),)
    world.cpo.connections.add(other)
    theirs = world.cpo.begin_session({**world.cpo.samples.token(), "country_code": "FR", "party_id": "OTH"})
    world.emsp.pull_sessions(world.to_cpo)
    assert world.emsp.store.received("sessions").get(session_key(theirs)) is None
    assert concerns(world.cpo, other)(theirs)
    assert wish(world, theirs["id"]).http_status == 404


def test_a_difference_put_on_a_session_gives_the_later_one():
    before = {"kwh": 1, "status": "ACTIVE", "charging_periods": [1], "last_updated": "a"}
    after = {"kwh": 2, "status": "ACTIVE", "charging_periods": [1, 2], "end": 3, "last_updated": "a"}
    changes = difference(before, after)
    assert changes == {"kwh": 2, "charging_periods": [2], "end": 3, "last_updated": "a"}
    assert appended(before, changes) == after


@pytest.mark.parametrize("known", [{}, {"charging_periods": None}, {"charging_periods": []}])
def test_periods_are_added_also_where_there_were_none(known):
    assert appended(known, {"charging_periods": [1]})["charging_periods"] == [1]
    assert appended({}, {"kwh": 1}) == {"kwh": 1}
