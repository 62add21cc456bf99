"""Parameters of flaws: read from their text form, held to their bounds, refused with what would work."""

import pytest
from ocpi_conformance.simulators.flaws.parameter import (
    FlawError,
    choice,
    number,
    read,
    spelled,
    split,
    whole,
    with_defaults,
)

PARAMETERS = {
    "seconds": number(0.01, 600, "how long"),
    "every": whole(1, 1000, "how often"),
    "status": choice("400", "403", means="as what"),
}


def around(party, request, proceed, *, seconds=3.0, every=1, status="403"):
    return proceed(request)


def test_a_name_may_have_parameters() -> None:
    assert split("slow") == ("slow", {})
    assert split("slow:seconds=3") == ("slow", {"seconds": "3"})
    assert split(" slow : seconds = 3 , every=2 ") == ("slow", {"seconds": "3", "every": "2"})


@pytest.mark.parametrize("text", ["slow:", "slow:seconds", "slow:=3", "slow:seconds=", "slow:seconds=3,"])
def test_what_sets_no_parameter_is_refused(text: str) -> None:
    with pytest.raises(FlawError, match="sets no parameter") as caught:
        split(text)
    assert "slow:seconds=3" in caught.value.hint


def test_a_parameter_is_set_once() -> None:
    with pytest.raises(FlawError, match="sets seconds twice"):
        split("slow:seconds=3,seconds=4")


def test_a_name_is_bounded() -> None:
    with pytest.raises(FlawError, match="named by 5000 characters") as caught:
        split("x" * 5000)
    assert len(str(caught.value)) < 200


def test_values_have_the_type_of_their_parameter() -> None:
    given = {"seconds": "0.5", "every": "7", "status": "400"}
    assert read("slow", given, PARAMETERS) == {"seconds": 0.5, "every": 7, "status": "400"}
    assert read("slow", {"seconds": "600"}, PARAMETERS) == {"seconds": 600.0}


@pytest.mark.parametrize(
    ("key", "text", "takes"),
    [
        ("seconds", "soon", "a number from 0.01 to 600"),
        ("seconds", "601", "a number from 0.01 to 600"),
        ("seconds", "0", "a number from 0.01 to 600"),
        ("seconds", "nan", "a number from 0.01 to 600"),
        ("seconds", "1e2", "a number from 0.01 to 600"),
        ("seconds", "٣", "a number from 0.01 to 600"),
        ("every", "1.5", "a whole number from 1 to 1000"),
        ("every", "9" * 5000, "a whole number from 1 to 1000"),
        ("status", "500", "400 or 403"),
    ],
)
def test_a_value_of_no_use_is_named_with_what_would_work(key: str, text: str, takes: str) -> None:
    with pytest.raises(FlawError, match=f"{key} of slow is ") as caught:
        read("slow", {key: text}, PARAMETERS)
    assert text[:20] in str(caught.value)
    assert len(str(caught.value)) < 200
    assert caught.value.hint == f"it takes {takes}"


def test_an_unknown_parameter_is_named_with_the_nearest_or_with_all() -> None:
    with pytest.raises(FlawError, match="slow has no parameter 'second'") as caught:
        read("slow", {"second": "3"}, PARAMETERS)
    assert caught.value.hint == "did you mean seconds?"
    with pytest.raises(FlawError, match="'xyz'") as caught:
        read("slow", {"xyz": "3"}, PARAMETERS)
    assert "every (a whole number from 1 to 1000)" in caught.value.hint
    with pytest.raises(FlawError, match="no-link has no parameter") as caught:
        read("no-link", {"xyz": "3"}, {})
    assert caught.value.hint == "it takes none"


def test_values_are_spelled_as_they_are_read() -> None:
    values = read("slow", {"seconds": "0.5", "every": "7"}, PARAMETERS)
    name, given = split(spelled("slow", values))
    assert (name, read(name, given, PARAMETERS)) == ("slow", values)
    assert spelled("slow", {}) == "slow"


def test_the_default_is_that_of_the_function() -> None:
    found = with_defaults(around, PARAMETERS, "slow")
    assert {key: parameter.default for key, parameter in found.items()} == {
        "seconds": 3.0,
        "every": 1,
        "status": "403",
    }


def test_what_is_declared_and_what_the_function_has_must_fit() -> None:
    with pytest.raises(ValueError, match="slow declares the parameters"):
        with_defaults(around, {}, "slow")
    with pytest.raises(ValueError, match=r"the default of seconds of slow is 3\.0"):
        with_defaults(around, {**PARAMETERS, "seconds": number(5, 6, "")}, "slow")
