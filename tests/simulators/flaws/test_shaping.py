"""What flaws do to messages."""

from typing import Any

import orjson
import pytest
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.flaws.shaping import (
    addresses,
    functional,
    ok,
    with_body,
    with_data,
    with_envelope,
    with_objects,
    without,
)
from ocpi_conformance.simulators.roles import Cpo

PARTY = Cpo(
    name="cpo",
    roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers")],
    base_url="http://cpo",
    verify=False,
)


def an_answer(status: int = 200, **envelope: Any) -> Response:
    body = orjson.dumps({"status_code": 1000, **envelope})
    return Response(headers=(("X-Kept", "1"),), body=body, status=status)


def a_request(url: str, *, endpoint: str = "", body: Any = None) -> Request:
    row = endpoints("2.2.1").get(endpoint) if endpoint else None
    content = b"" if body is None else orjson.dumps(body)
    return Request(method="GET", url=url, headers=(), body=content, endpoint=row)


LIST = a_request("http://cpo/2.2.1/sender/locations")


@pytest.mark.parametrize(
    ("patterns", "holds"),
    [
        (("locations.sender.list",), True),
        (("tokens.*", "locations.*.list"), True),
        (("*",), True),
        (("Locations.*",), False),
        (("locations.receiver.*",), False),
        ((), False),
    ],
)
def test_what_is_asked_of_a_party_is_found_by_its_url(patterns: tuple[str, ...], holds: bool) -> None:
    assert addresses(PARTY, LIST, *patterns) is holds


def test_what_it_asks_of_others_says_itself_what_it_addresses() -> None:
    there = a_request("http://elsewhere/x", endpoint="tokens.sender.list")
    assert addresses(PARTY, there, "tokens.*")
    assert not addresses(PARTY, a_request("http://elsewhere/x"), "*")


@pytest.mark.parametrize(
    ("request_", "holds"),
    [
        (LIST, True),
        (a_request("http://cpo/2.2.1/credentials"), False),
        (a_request("http://cpo/versions"), False),
        (a_request("http://cpo/nowhere"), False),
        (a_request("http://elsewhere/x", endpoint="tokens.sender.list"), True),
    ],
)
def test_functional_modules_are_told_from_the_others(request_: Request, holds: bool) -> None:
    assert functional(PARTY, request_) is holds


def test_fields_of_the_envelope_are_set_and_taken_out() -> None:
    answer = with_envelope(an_answer(data=[1], status_message="x"), status_code=2001, status_message=None)
    assert answer.envelope == {"status_code": 2001, "data": [1]}
    assert answer.header("X-Kept") == "1"


def test_data_is_changed_where_there_is_any() -> None:
    assert with_data(an_answer(data=None), lambda _: 7).envelope["data"] == 7
    bare = an_answer()
    assert with_data(bare, lambda _: 7) is bare


@pytest.mark.parametrize(
    ("data", "changed"),
    [
        ([{"a": 1}, {"a": 2}], [{"a": 1, "b": 0}, {"a": 2, "b": 0}]),
        ({"a": 1}, {"a": 1, "b": 0}),
        ([7, None, {"a": 1}], [7, None, {"a": 1, "b": 0}]),
        ("text", "text"),
        (None, None),
        ([], []),
    ],
)
def test_each_object_is_changed(data: Any, changed: Any) -> None:
    assert with_objects(an_answer(data=data), lambda value: {**value, "b": 0}).envelope["data"] == changed


def test_an_object_may_be_left_as_it_is() -> None:
    data = [{"a": 1}, {"a": 2}]
    answer = with_objects(an_answer(data=data), lambda value: {"b": 0} if value["a"] == 2 else None)
    assert answer.envelope["data"] == [{"a": 1}, {"b": 0}]


def test_a_body_is_changed_where_it_is_an_object() -> None:
    def shout(value: dict[str, Any]) -> dict[str, Any] | None:
        return {"a": "A"} if "a" in value else None

    assert with_body(a_request("http://x", body={"a": "a"}), shout).json == {"a": "A"}
    assert with_body(a_request("http://x", body={"b": 1}), shout).json == {"b": 1}
    for other in (a_request("http://x", body=[1]), a_request("http://x")):
        assert with_body(other, shout) is other


def test_fields_are_taken_out_of_an_object() -> None:
    value = {"a": 1, "b": 2, "c": 3}
    assert without(value, "a", "c", "none such") == {"b": 2}
    assert len(value) == 3


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        (an_answer(), True),
        (an_answer(201), True),
        (an_answer(status_code=1900), True),
        (an_answer(status_code=2001), False),
        (an_answer(status_code="1000"), False),
        (an_answer(404), False),
        (Response(headers=(), body=b"", status=204), False),
    ],
)
def test_success_is_success_on_both_layers(answer: Response, holds: bool) -> None:
    assert ok(answer) is holds
