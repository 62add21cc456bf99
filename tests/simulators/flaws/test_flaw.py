"""Flaws: registered by name, on one side or both, with what they break in each role."""

import pytest
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.flaws import flaw
from ocpi_conformance.simulators.flaws.flaw import FlawError, all_flaws, calling, choice, serving, whole
from ocpi_conformance.simulators.party import Party


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered here stays here."""
    monkeypatch.setattr(flaw, "_registry", {})


def teapot(party: Party, request: Request, proceed) -> Response:
    """Answers as a teapot.

    More of it.
    """
    return Response(headers=(), body=b"", status=418)


def test_a_flaw_has_a_name_a_summary_and_what_it_breaks() -> None:
    assert serving("is-a-teapot", breaks=("a-duty", "another"))(teapot) is teapot
    found = all_flaws()["is-a-teapot"]
    assert (found.name, found.summary) == ("is-a-teapot", "Answers as a teapot.")
    assert found.breaks == {"CPO": ("a-duty", "another"), "EMSP": ("a-duty", "another")}
    assert found.roles == ("CPO", "EMSP")
    assert (found.misbehaviour.name, found.misbehaviour.serving, found.misbehaviour.calling) == (
        "is-a-teapot",
        teapot,
        None,
    )


def test_what_it_breaks_may_depend_on_the_role() -> None:
    calling("by-role", breaks={"EMSP": ["a-duty"]})(teapot)
    serving("of-a-role", breaks=["a-duty"], roles=("CPO",))(teapot)
    assert all_flaws()["by-role"].breaks == {"EMSP": ("a-duty",)}
    assert all_flaws()["of-a-role"].roles == ("CPO",)


def test_one_flaw_may_show_on_both_sides() -> None:
    serving("two-faced", breaks=["a-duty"])(teapot)

    def elsewhere(party, request, proceed):
        return proceed(request)

    calling("two-faced", breaks=["ignored"])(elsewhere)
    found = all_flaws()["two-faced"]
    assert (found.misbehaviour.serving, found.misbehaviour.calling) == (teapot, elsewhere)
    assert found.breaks["CPO"] == ("a-duty",)


def test_two_flaws_of_one_name_on_one_side_are_a_mistake() -> None:
    serving("twice", breaks=["a-duty"])(teapot)
    with pytest.raises(ValueError, match="two serving flaws twice"):
        serving("twice", breaks=["a-duty"])(teapot)


def test_without_a_docstring_the_name_is_the_summary() -> None:
    serving("nameless", breaks=["a-duty"])(lambda party, request, proceed: proceed(request))
    assert all_flaws()["nameless"].summary == "nameless"


def test_the_list_of_flaws_is_a_copy() -> None:
    all_flaws()["mine"] = None  # type: ignore[assignment]
    assert all_flaws() == {}


def test_a_flaw_changes_what_a_party_answers(make_cpo) -> None:
    serving("is-a-teapot", breaks=["a-duty"])(teapot)
    cpo = make_cpo(misbehaviours=[all_flaws()["is-a-teapot"].misbehaviour])
    assert cpo.call("GET", cpo.versions_url).http_status == 418


def brewing(party: Party, request: Request, proceed, *, status: int = 418) -> Response:
    """Answers as some machine."""
    return Response(headers=(), body=b"", status=status)


STATUS = {"status": whole(400, 499, "the HTTP status")}


def test_a_parameter_has_the_default_of_the_function_and_may_be_given(make_cpo) -> None:
    serving("is-a-machine", breaks=["a-duty"], parameters=STATUS)(brewing)
    usual = all_flaws()["is-a-machine"]
    assert usual.parameters["status"].default == 418
    other = usual.given({"status": "429"})
    assert (other.name, other.misbehaviour.name) == ("is-a-machine", "is-a-machine:status=429")
    for found, status in ((usual, 418), (other, 429), (usual.given({}), 418)):
        cpo = make_cpo(misbehaviours=[found.misbehaviour])
        assert cpo.call("GET", cpo.versions_url).http_status == status
    with pytest.raises(FlawError, match="status of is-a-machine is '500'"):
        usual.given({"status": "500"})


def test_a_flaw_of_both_sides_has_the_same_parameters_on_both() -> None:
    serving("two-faced", breaks=["a-duty"], parameters=STATUS)(brewing)
    with pytest.raises(ValueError, match="the two sides of two-faced"):
        calling("two-faced", breaks=["a-duty"])(teapot)
    calling("two-faced", breaks=["a-duty"], parameters=STATUS)(brewing)
    bound = all_flaws()["two-faced"].given({"status": "400"}).misbehaviour
    assert bound.serving is not None
    assert bound.calling is not None


def test_parameters_must_fit_the_function() -> None:
    with pytest.raises(ValueError, match="is-a-teapot declares the parameters"):
        serving("is-a-teapot", breaks=["a-duty"], parameters={"hue": choice("red", means="colour")})(teapot)


def test_what_no_duty_forbids_says_why_and_how_it_is_tried() -> None:
    serving("is-a-machine", breaks=(), parameters=STATUS, legal="tea is fine", tried="status=400")(brewing)
    found = all_flaws()["is-a-machine"]
    assert (found.legal, found.as_tried) == ("tea is fine", "is-a-machine:status=400")
    assert found.breaks == {"CPO": (), "EMSP": ()}
    serving("is-a-teapot", breaks=["a-duty"])(teapot)
    assert all_flaws()["is-a-teapot"].as_tried == "is-a-teapot"
