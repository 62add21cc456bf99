"""Makes the result record of a run: judgements, scenarios, coverage and evidence, all redacted."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ..reports.result import CoverageRow, ExchangeRecord, ProfileRow, ScenarioRow, Verdict, VerdictRow
from ..simulators.exchange import Exchange
from .deviations import Baseline
from .ledger import Ledger
from .plugin import Played
from .profiles import Profile
from .redaction import Redaction
from .requirement import Requirement
from .verdict import by_requirement, counts

LONGEST_BODY = 64 * 1024
"""Characters of a body that are kept as evidence."""

LONGEST_TOKEN = 1024
"""More than any token takes, however it is encoded."""


def moment(value: datetime) -> str:
    """A time as the record writes it: RFC 3339, UTC, milliseconds."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def verdict_rows(
    ledger: Ledger,
    *,
    selected: Mapping[str, Requirement],
    left_out: Mapping[str, tuple[Requirement, str]],
    excluded: Mapping[str, tuple[Requirement, str]],
    withheld: Mapping[str, str],
    unclaimed: Mapping[str, str],
    unshown: str,
    version: str,
    baseline: Baseline | None,
    redaction: Redaction,
) -> list[VerdictRow]:
    """One row for each judgement, and one for each requirement that nothing spoke of, with the reason."""
    rows = []
    spoken: set[str] = set()
    for entry in ledger.entries():
        judgement = entry.judgement
        requirement = selected[judgement.slug]
        spoken.add(judgement.slug)
        times = f" ({entry.count} times)" if entry.count > 1 and judgement.verdict is not Verdict.PASS else ""
        found = judgement.found + times
        if judgement.verdict is Verdict.PASS and entry.count > 1:
            found = found or f"met {entry.count} times"
        rows.append(
            _row(
                requirement,
                judgement.verdict,
                version,
                scenario=judgement.scenario,
                check=judgement.check or judgement.slug,
                expected=redaction.text(judgement.expected),
                found=redaction.text(found),
                reason=redaction.text(judgement.reason),
                exchanges=[f"x{number}" for number in judgement.exchanges],
                deviation=_deviation(baseline, judgement.slug, judgement.scenario, judgement.verdict),
            )
        )
    for slug, requirement in selected.items():
        if slug not in spoken:
            verdict, reason = _silence(slug, requirement, withheld, unclaimed, unshown)
            rows.append(_row(requirement, verdict, version, reason=reason))
    rows += [_row(found, Verdict.DESELECTED, version, reason=why) for found, why in left_out.values()]
    rows += [_row(found, Verdict.NOT_APPLICABLE, version, reason=why) for found, why in excluded.values()]
    return sorted(rows, key=lambda row: (row.module, row.requirement, row.verdict.rank))


_SHOWS = {
    "server": "it shows in answers of the IUT",
    "client": "it shows in requests of the IUT, which a trigger can bring about",
    "any": "it shows in what the IUT sends, in answers or by a push",
}


def _silence(
    slug: str,
    requirement: Requirement,
    withheld: Mapping[str, str],
    unclaimed: Mapping[str, str],
    unshown: str,
) -> tuple[Verdict, str]:
    """What a requirement comes to of which no check spoke."""
    if slug in withheld:
        return Verdict.DESELECTED if withheld[slug].startswith(
            "withheld"
        ) else Verdict.INCONCLUSIVE, withheld[slug]
    if unshown:
        return Verdict.INCONCLUSIVE, unshown
    if slug in unclaimed:
        return Verdict.NOT_APPLICABLE, unclaimed[slug]
    if requirement.objects or requirement.module == "types":
        what = " or ".join(requirement.objects) or "value of this kind"
        return Verdict.NOT_APPLICABLE, f"the IUT sent no {what}"
    if requirement.given:
        return Verdict.NOT_APPLICABLE, f"not met with in this run: {requirement.given}"
    if not requirement.scored:
        return Verdict.NOT_APPLICABLE, "informative, and not met with in this run"
    return (
        Verdict.INCONCLUSIVE,
        f"nothing came in this run by which it could be judged; {_SHOWS[requirement.acts]}",
    )


def _row(requirement: Requirement, verdict: Verdict, version: str, **values: object) -> VerdictRow:
    filled = {"scenario": "", "check": requirement.slug, **values}
    return VerdictRow(
        requirement=requirement.slug,
        level=requirement.level,
        module=requirement.module,
        duty=requirement.duty,
        verdict=verdict,
        anchor=requirement.anchor,
        url=requirement.url(version),
        versions=[version],
        scored=requirement.scored,
        **filled,  # type: ignore[arg-type]
    )


def _deviation(baseline: Baseline | None, slug: str, scenario: str, verdict: Verdict) -> str:
    if baseline is None or verdict not in (Verdict.FAIL, Verdict.WARN):
        return ""
    found = baseline.match(slug, scenario)
    return found.reason if found else ""


def scenario_rows(played: Iterable[Played], exchanges: Iterable[Exchange]) -> list[ScenarioRow]:
    """The conversations, each with the ids of its exchanges."""
    ids: dict[str, list[str]] = {}
    for exchange in exchanges:
        ids.setdefault(exchange.scenario, []).append(f"x{exchange.id}")
    return [
        ScenarioRow(
            id=scenario.id,
            title=scenario.title,
            module=scenario.module,
            verdict=scenario.verdict,
            duration_s=round(scenario.duration_s, 4),
            reason=scenario.reason,
            exchanges=ids.get(scenario.id, []),
        )
        for scenario in played
    ]


def profile_rows(
    profiles: Iterable[Profile], rows: Iterable[VerdictRow], catalogue: Mapping[str, Requirement]
) -> list[ProfileRow]:
    """Each profile with its own verdict: the worst of its scored requirements, never an average.

    Where none of them applies, the profile is left out. `catalogue` maps slugs to requirements.
    """
    by_slug = by_requirement(row for row in rows if row.scored and row.requirement in catalogue)
    found = []
    for profile in profiles:
        verdicts = [verdict for slug, verdict in by_slug.items() if profile.has(catalogue[slug])]
        applicable = [verdict for verdict in verdicts if verdict is not Verdict.NOT_APPLICABLE]
        if applicable:
            found.append(
                ProfileRow(
                    name=profile.name,
                    title=profile.title,
                    verdict=Verdict.worst(applicable),
                    counts=counts(verdicts),
                )
            )
    return found


def coverage_rows(
    requirements: Iterable[Requirement], rows: list[VerdictRow], killed_by: Mapping[str, list[str]]
) -> list[CoverageRow]:
    """Every requirement of the version with its verdict, where it was judged, and the flaws that prove its check."""
    by_slug = by_requirement(rows)
    places: dict[str, list[str]] = {}
    for row in rows:
        if row.scenario and row.scenario not in places.setdefault(row.requirement, []):
            places[row.requirement].append(row.scenario)
    return [
        CoverageRow(
            requirement=requirement.slug,
            module=requirement.module,
            level=requirement.level,
            verdict=by_slug.get(requirement.slug, Verdict.NOT_APPLICABLE),
            scenarios=places.get(requirement.slug, []),
            killed_by=list(killed_by.get(requirement.slug, [])),
            not_observable=requirement.not_observable,
            scored=requirement.scored,
        )
        for requirement in requirements
    ]


def exchange_record(exchange: Exchange, redaction: Redaction) -> ExchangeRecord:
    """An exchange as evidence: redacted, its bodies as text of bounded length."""
    response = exchange.response
    request_body, cut = _body(exchange.request.body, redaction)
    response_body, cut_too = _body(response.body if response else b"", redaction)
    return ExchangeRecord(
        id=f"x{exchange.id}",
        direction=exchange.direction,
        peer=exchange.party,
        scenario=exchange.scenario,
        started=moment(exchange.started),
        elapsed_s=round(exchange.elapsed_s, 6),
        method=redaction.text(exchange.request.method),
        url=redaction.text(exchange.request.url),
        request_headers=redaction.headers(exchange.request.headers),
        request_body=request_body,
        status=response.status if response else None,
        response_headers=redaction.headers(response.headers) if response else [],
        response_body=response_body,
        fault=redaction.text(exchange.fault),
        endpoint=exchange.endpoint.id if exchange.endpoint else "",
        truncated=cut or cut_too,
    )


def _body(body: bytes, redaction: Redaction) -> tuple[str, bool]:
    text = body[: LONGEST_BODY * 4].decode("utf-8", "replace")
    if len(body) > LONGEST_BODY * 4:
        # What was cut in two isn't found; what is masked makes room for what stands at the end.
        text = text[:-LONGEST_TOKEN]
    text = redaction.body(text)
    return text[:LONGEST_BODY], len(text) > LONGEST_BODY or len(body) > LONGEST_BODY * 4
