"""The record of a run: rows of verdicts, scenarios, profiles, coverage and evidence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from ocpi_conformance.conformance import record
from ocpi_conformance.conformance.deviations import Baseline, Deviation
from ocpi_conformance.conformance.ledger import Judgement, Ledger
from ocpi_conformance.conformance.plugin import Played
from ocpi_conformance.conformance.profiles import Profile
from ocpi_conformance.conformance.redaction import Redaction
from ocpi_conformance.reports.result import Verdict, VerdictRow
from ocpi_conformance.simulators.exchange import Exchange, Request, Response

from tests.conformance.builders import a_requirement, a_row, an_answer

SECRET = "a-token-of-ours"


def rows(*judgements: Judgement, **options: Any) -> list[VerdictRow]:
    """The rows of a run with one selected requirement, unless told otherwise."""
    ledger = Ledger()
    for judgement in judgements:
        ledger.add(judgement)
    settings: dict[str, Any] = {
        "selected": {"locations-a": a_requirement()},
        "left_out": {},
        "excluded": {},
        "withheld": {},
        "unclaimed": {},
        "unshown": "",
        "version": "2.2.1",
        "baseline": None,
        "redaction": Redaction([SECRET]),
        **options,
    }
    return record.verdict_rows(ledger, **settings)


def judged(verdict: Verdict = Verdict.FAIL, slug: str = "locations-a", **values: Any) -> Judgement:
    return Judgement(slug=slug, verdict=verdict, scenario="s", **values)


def test_moments_are_utc_in_milliseconds() -> None:
    """Whatever the zone."""
    east = timezone(timedelta(hours=2))

    assert record.moment(datetime(2024, 1, 1, 2, 0, 0, 123456, east)) == "2024-01-01T00:00:00.123Z"
    assert record.moment(datetime(2024, 1, 1, tzinfo=UTC)) == "2024-01-01T00:00:00.000Z"


def test_a_judgement_becomes_a_row() -> None:
    """With what the catalogue knows of its requirement."""
    (row,) = rows(judged(check="c", expected="1", found="2", exchanges=(7, 9)))

    assert (row.requirement, row.verdict, row.scenario, row.check) == ("locations-a", Verdict.FAIL, "s", "c")
    assert (row.level, row.module, row.duty) == ("MUST", "locations", "Does it.")
    assert (row.expected, row.found, row.exchanges, row.versions) == ("1", "2", ["x7", "x9"], ["2.2.1"])
    assert row.url.endswith("mod.asciidoc#x")


def test_many_equal_judgements_are_counted() -> None:
    """Passes in one row; failures one by one up to a number, then counted."""
    (met,) = rows(*[judged(Verdict.PASS)] * 3)
    broken = rows(*[judged(found="2")] * 12)

    assert met.found == "met 3 times"
    assert len(broken) == 10
    assert [row.found for row in broken if row.found != "2"] == ["2 (3 times)"]


def test_texts_of_judgements_hold_no_secret() -> None:
    """Expected, found and reason alike."""
    (row,) = rows(judged(expected=SECRET, found=f"x {SECRET}", reason=SECRET))

    assert (row.expected, row.found, row.reason) == ("***", "x ***", "***")


@pytest.mark.parametrize(
    ("requirement", "options", "verdict", "reason"),
    [
        ({}, {}, Verdict.INCONCLUSIVE, "nothing came"),
        (
            {"acts": "client"},
            {},
            Verdict.INCONCLUSIVE,
            "nothing came in this run by which it could be judged; it shows in requests of the IUT, which a trigger",
        ),
        ({"scored": False}, {}, Verdict.NOT_APPLICABLE, "informative"),
        ({"given": "a hub"}, {}, Verdict.NOT_APPLICABLE, "not met with in this run: a hub"),
        ({"objects": ("Hours",)}, {}, Verdict.NOT_APPLICABLE, "the IUT sent no Hours"),
        ({"module": "types"}, {}, Verdict.NOT_APPLICABLE, "the IUT sent no value of this kind"),
        ({"objects": ("Hours",)}, {"unshown": "interrupted"}, Verdict.INCONCLUSIVE, "interrupted"),
        ({}, {"withheld": {"locations-a": "withheld by read_only"}}, Verdict.DESELECTED, "withheld by"),
        (
            {},
            {"unclaimed": {"locations-a": "[claim] x = false"}},
            Verdict.NOT_APPLICABLE,
            "[claim] x = false",
        ),
        ({}, {"withheld": {"locations-a": "needs a trigger"}}, Verdict.INCONCLUSIVE, "needs a trigger"),
    ],
)
def test_silence_is_never_a_pass(
    requirement: dict[str, Any], options: dict[str, Any], verdict: Verdict, reason: str
) -> None:
    """What nothing spoke of has a verdict and the reason for it."""
    (row,) = rows(selected={"locations-a": a_requirement(**requirement)}, **options)

    assert (row.verdict, row.scenario) == (verdict, "")
    assert row.reason.startswith(reason)


def test_what_was_not_selected_is_recorded_too() -> None:
    """Left out and not applicable, each with its reason."""
    found = rows(
        judged(Verdict.PASS),
        left_out={"locations-b": (a_requirement("locations-b"), "deselected")},
        excluded={"locations-c": (a_requirement("locations-c"), "of the role EMSP")},
    )

    assert [(row.requirement, row.verdict, row.reason) for row in found] == [
        ("locations-a", Verdict.PASS, ""),
        ("locations-b", Verdict.DESELECTED, "deselected"),
        ("locations-c", Verdict.NOT_APPLICABLE, "of the role EMSP"),
    ]


def test_the_baseline_excuses_failures_only() -> None:
    """And only while it is valid."""
    listed = Deviation(requirement="locations-a", reason="ticket 7", expires=date(2024, 1, 2))
    valid, expired = (Baseline((listed,), date(2024, 1, day)) for day in (1, 3))

    assert [row.deviation for row in rows(judged(), judged(Verdict.PASS), baseline=valid)] == ["ticket 7", ""]
    assert [row.deviation for row in rows(judged(Verdict.WARN), baseline=valid)] == ["ticket 7"]
    assert [row.deviation for row in rows(judged(), baseline=expired)] == [""]


def test_scenarios_name_their_exchanges() -> None:
    """By scenario, in their order."""
    played = [
        Played(id=name, title="t", module="m", verdict=Verdict.PASS, duration_s=0.123456, reason="")
        for name in ("s", "other")
    ]
    exchanges = [an_answer(number=number).exchange for number in (3, 4)]

    first, second = record.scenario_rows(played, exchanges)

    assert (first.exchanges, second.exchanges) == (["x3", "x4"], [])
    assert first.duration_s == 0.1235


def test_a_profile_is_as_bad_as_its_worst() -> None:
    """Unscored rows and what doesn't apply don't count; one of which nothing applies is left out."""
    here, gone = (Profile(name=name, title=name, modules=(name,)) for name in ("locations", "tokens"))
    catalogue = {slug: a_requirement(slug) for slug in map("locations-{}".format, "abcd")}
    catalogue["tokens-a"] = a_requirement("tokens-a", module="tokens")
    found = record.profile_rows(
        [here, gone],
        [
            a_row("locations-a", Verdict.PASS),
            a_row("locations-b", Verdict.WARN),
            a_row("locations-c", Verdict.FAIL, scored=False),
            a_row("locations-d", Verdict.NOT_APPLICABLE),
            a_row("tokens-a", Verdict.NOT_APPLICABLE, module="tokens"),
            a_row("suite", Verdict.ERROR, module="suite"),
        ],
        catalogue,
    )

    (row,) = found
    assert (row.name, row.verdict) == ("locations", Verdict.WARN)
    assert row.counts == {"WARN": 1, "PASS": 1, "NOT_APPLICABLE": 1}


def test_coverage_has_every_requirement() -> None:
    """With the worst verdict, each place once, and what proves its check."""
    requirements = [a_requirement("locations-a"), a_requirement("locations-b", not_observable="inside")]
    judgements = [
        a_row("locations-a", Verdict.PASS, scenario="wire"),
        a_row("locations-a", Verdict.FAIL, scenario="s"),
        a_row("locations-a", Verdict.FAIL, scenario="s"),
    ]

    one, other = record.coverage_rows(requirements, judgements, {"locations-a": ["a-flaw"]})

    assert (one.verdict, one.scenarios, one.killed_by) == (Verdict.FAIL, ["wire", "s"], ["a-flaw"])
    assert (other.verdict, other.scenarios, other.not_observable) == (Verdict.NOT_APPLICABLE, [], "inside")


def an_exchange(*, sent: bytes = b"", answer: bytes | None = b"{}", **changes: Any) -> Exchange:
    request = Request(
        method="POST",
        url=f"http://iut/x?token={SECRET}",
        headers=(("Authorization", "Token YS10b2tlbi1vZi1vdXJz"), ("X-Other", SECRET)),
        body=sent,
    )
    response = None if answer is None else Response(headers=(("Set-Cookie", "a=b"),), body=answer, status=200)
    return replace(an_answer().exchange, request=request, response=response, **changes)


def test_evidence_holds_no_secret() -> None:
    """Not in URL, headers, bodies or faults; nor tokens of credentials that nobody knew."""
    credentials = rb'{"token" : "of \"theirs", "url": "u"}'
    body = f'{{"a": "{SECRET}"}}'.encode()

    found = record.exchange_record(
        an_exchange(sent=credentials, answer=body, fault=SECRET), Redaction([SECRET])
    )

    assert SECRET not in str(found)
    assert "theirs" not in found.request_body
    assert found.request_body.endswith('"url": "u"}')
    assert found.request_headers == [("Authorization", "Token ***"), ("X-Other", "***")]
    assert "a=b" not in str(found.response_headers)


def test_evidence_is_bounded() -> None:
    """What is cut says so; what just fits doesn't."""
    fits, cut = b"x" * record.LONGEST_BODY, b"y" * (record.LONGEST_BODY + 1)

    whole = record.exchange_record(an_exchange(sent=fits, answer=fits), Redaction())
    part = record.exchange_record(an_exchange(sent=fits, answer=cut), Redaction())

    assert (whole.truncated, len(whole.response_body)) == (False, record.LONGEST_BODY)
    assert (part.truncated, len(part.response_body)) == (True, record.LONGEST_BODY)


def test_a_secret_across_the_cut_is_not_half_shown() -> None:
    """Redaction comes before the cut."""
    body = b"x" * (record.LONGEST_BODY - 5) + SECRET.encode()

    found = record.exchange_record(an_exchange(answer=body), Redaction([SECRET]))

    assert found.response_body.endswith("x***")


def test_an_exchange_without_response_is_evidence_too() -> None:
    """Its fault says why; bytes that are no text are shown as well as can be."""
    found = record.exchange_record(an_exchange(sent=b"\xff", answer=None, fault="refused"), Redaction())

    assert (found.status, found.response_body, found.response_headers) == (None, "", [])
    assert (found.fault, found.request_body, found.id) == ("refused", "\ufffd", "x7")
