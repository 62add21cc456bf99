"""Samples: valid by construction, true to each other, the same for the same seed."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpi_conformance.schemas.pricing import price
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.clock import parse
from ocpi_conformance.simulators.samples import Samples
from ocpi_conformance.simulators.samples.identifiers import check_digit

NOON = datetime(2026, 3, 4, 12, 0, 0, 250_000, tzinfo=UTC)
URL = "https://msp.example/ocpi/commands/START_SESSION/1"

seeds = st.integers(min_value=0, max_value=2**64)
countries = st.sampled_from(["NL", "BE", "DE", "FR", "GB", "NO", "ES", "US", "IT"])


def samples(seed: int = 7, **options) -> Samples:
    return Samples(seed, **({"now": lambda: NOON} | options))


def one_of_each(draw: Samples, **form) -> Iterator[tuple[str, dict]]:
    """Every object that samples make, named by its class."""
    token, location = draw.token(**form), draw.location(full=True)
    evse = location["evses"][0]
    cdr = draw.cdr(**form)
    full = form.get("full", False)
    yield from (("Location", draw.location(**form)), ("EVSE", draw.evse(**form)))
    yield from (("Connector", draw.connector(**form)), ("Token", token), ("Tariff", draw.tariff(**form)))
    yield from (
        ("Session", draw.session(status=status, **form)) for status in ("PENDING", "ACTIVE", "COMPLETED")
    )
    yield from (("CDR", cdr), ("CDR", draw.credit_cdr(cdr)))
    yield from (("Token", draw.token(type=kind, **form)) for kind in ("APP_USER", "AD_HOC_USER", "OTHER"))
    yield "LocationReferences", draw.location_references(location)
    yield "AuthorizationInfo", draw.authorization_info(token, location=location)
    yield "BusinessDetails", draw.business_details(**form)
    yield "Credentials", draw.credentials(token="t0ken", url="https://cpo.example/versions", **form)
    yield "ClientInfo", draw.client_info()
    yield "ChargingPreferences", draw.charging_preferences(**form)
    yield "ChargingProfile", draw.charging_profile(**form)
    yield "SetChargingProfile", draw.set_charging_profile(URL)
    yield "ActiveChargingProfile", draw.active_charging_profile(**form)
    yield "StartSession", draw.start_session(token, location, URL, full=full)
    yield "ReserveNow", draw.reserve_now(token, location, URL, full=full)
    yield "StopSession", draw.stop_session(cdr["id"], URL)
    yield "CancelReservation", draw.cancel_reservation("RES-1", URL)
    connector = evse["connectors"][0]["id"]
    yield (
        "UnlockConnector",
        draw.unlock_connector(location, URL, evse_uid=evse["uid"], connector_id=connector),
    )
    yield "CommandResponse", draw.command_response(full=full)
    yield "CommandResult", draw.command_result(full=full)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, country=countries, form=st.sampled_from([{}, {"full": True}, {"minimal": True}]))
def test_every_sample_is_valid(seed, country, form):
    for name, value in one_of_each(samples(seed, country_code=country), **form):
        judge = validator("2.2.1", name)
        assert judge.findings(value) == (), name
        assert judge.unknown_fields(value) == (), name


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_every_kind_of_tariff_is_valid(seed):
    draw = samples(seed)

    assert len(draw.tariff_kinds) >= 15
    for kind in draw.tariff_kinds:
        assert validator("2.2.1", "Tariff").findings(draw.tariff(kind=kind)) == (), kind


@pytest.mark.parametrize("name", ["Location", "EVSE", "Connector", "Token", "Tariff", "Session", "CDR"])
def test_forms_have_all_fields_or_the_required_ones(name):
    draw = samples()
    make = getattr(draw, name.lower())
    schema = validator("2.2.1", name).schema
    schema = schema["$defs"][name] if "$defs" in schema and "properties" not in schema else schema
    beside = {"credit", "credit_reference_id"} if name == "CDR" else set()

    assert set(schema["properties"]) - beside == set(make(full=True))
    assert set(schema["required"]) == set(make(minimal=True))


def test_the_same_seed_and_clock_give_the_same_objects():
    def drawn(seed: int) -> list:
        return list(itertools.chain(one_of_each(samples(seed)), one_of_each(samples(seed), full=True)))

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


def ids_of(value) -> Iterator[tuple]:
    """Ids of a value, with the field they stand in."""
    if isinstance(value, dict):
        yield from ((key, value[key]) for key in ("uid", "evse_id") if key in value)
        yield from (pair for part in value.values() for pair in ids_of(part))
    elif isinstance(value, list):
        yield from (pair for part in value for pair in ids_of(part))


def test_ids_do_not_repeat_in_one_instance_nor_between_seeds_and_parties():
    found = []
    for seed, party in itertools.product((1, 2), ("CPO", "ABC")):
        draw = samples(seed, party_id=party)
        for _ in range(50):
            location, token = draw.location(full=True, publish=True), draw.token()
            found += [*ids_of(location), *ids_of(token), location["id"], draw.tariff()["id"]]
            found += [draw.session()["id"], draw.cdr()["id"]]

    assert len(found) == len(set(found))


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_parents_are_never_older_than_their_children(seed):
    location = samples(seed).location(full=True)

    for evse in location["evses"]:
        assert parse(location["last_updated"]) >= parse(evse["last_updated"])
        for connector in evse["connectors"]:
            assert parse(evse["last_updated"]) >= parse(connector["last_updated"])
    assert parse(location["last_updated"]) <= NOON


def test_parents_follow_a_given_last_updated():
    location = samples().location(full=True, last_updated="2020-01-01T00:00:00Z")

    assert all(evse["last_updated"] <= "2020-01-01T00:00:00Z" for evse in location["evses"])


def test_some_timestamps_have_fractions_and_all_are_utc():
    stamps = [samples(seed).token()["last_updated"] for seed in range(50)]

    assert all(stamp.endswith("Z") for stamp in stamps)
    assert 0 < sum("." in stamp for stamp in stamps) < 50


def test_overrides_are_set_as_given():
    location = samples().location(name="Depot", evses=[], publish=False)

    assert (location["name"], location["evses"], location["publish"]) == ("Depot", [], False)
    assert "publish_allowed_to" not in samples().location(full=True, publish=True)


def test_tariff_ids_reach_every_connector():
    location = samples().location(tariff_ids=["T1"])

    assert {tuple(plug["tariff_ids"]) for evse in location["evses"] for plug in evse["connectors"]} == {
        ("T1",)
    }


def test_contract_ids_have_their_check_digit():
    contract = samples(country_code="DE", party_id="8AA").token()["contract_id"]

    assert contract.startswith("DE-8AA-C")
    assert check_digit(contract[:-2]) == contract[-1]


@pytest.mark.parametrize(
    ("kind", "whitelist"),
    [("RFID", "ALLOWED"), ("APP_USER", "NEVER"), ("AD_HOC_USER", "NEVER"), ("OTHER", "ALLOWED")],
)
def test_whitelists_of_token_types(kind, whitelist):
    assert samples().token(type=kind)["whitelist"] == whitelist
    assert samples().token(type=kind, whitelist="ALWAYS")["whitelist"] == "ALWAYS"


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_the_money_of_a_cdr_follows_its_tariff(seed):
    draw = samples(seed)
    for kind in draw.tariff_kinds:
        location = draw.location()
        cdr = draw.cdr(location=location, tariff=draw.tariff(kind=kind))
        costs = price(cdr, time_zone=location["time_zone"])

        assert {name: float(amount) for name, amount in costs.total.price().items()} == cdr["total_cost"], (
            kind
        )


def test_a_credit_cdr_negates_the_total_alone():
    draw = samples()
    cdr = draw.cdr(tariff=draw.tariff(kind="mixed"))
    credit = draw.credit_cdr(cdr)

    assert credit["credit_reference_id"] == cdr["id"] != credit["id"]
    assert credit["total_cost"]["excl_vat"] == -cdr["total_cost"]["excl_vat"] < 0
    assert credit["total_energy"] == cdr["total_energy"] > 0


def test_the_default_clock_is_the_present():
    before = datetime.now(UTC)

    assert Samples(1).now() >= before


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Samples(1, version="9.9"), "version '9.9' has no samples"),
        (lambda: samples().location(full=True, minimal=True), "exclude each other"),
        (lambda: samples().tariff(kind="barter"), "no tariff of kind 'barter'; the kinds are"),
        (lambda: samples().session(status="LOST"), "no sample of status 'LOST'"),
        (lambda: samples().session(location=samples().location(minimal=True)), "has no EVSE"),
        (lambda: samples().start_session({}, {"id": "1"}, URL, connector_id="1"), "give both"),
    ],
)
def test_wrong_wishes_are_explained(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_salt_changes_the_ids_and_nothing_else() -> None:
    """The same seed used twice against one platform meets none of its own objects."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    plain, salted = (Samples(1, now=lambda: moment, salt=salt) for salt in ("", "x"))
    one, other = plain.token(full=True), salted.token(full=True)
    assert one["uid"] != other["uid"]
    named = {"uid", "visual_number", "group_id", "contract_id"}
    assert {name: one[name] for name in one.keys() - named} == {
        name: other[name] for name in other.keys() - named
    }
