"""The result record: all that a run found, as values that any rendering can be made from.

`result.json` is this record, `exchanges.ndjson` the evidence beside it; both hold redacted values only.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "FORMAT",
    "CoverageRow",
    "ExchangeRecord",
    "Iut",
    "Outcome",
    "ProfileRow",
    "Result",
    "Run",
    "ScenarioRow",
    "Statement",
    "Verdict",
    "VerdictRow",
]

FORMAT = "ocpi-conformance-result/1"


class Verdict(StrEnum):
    """What a check, a requirement, a profile or a run came to. The order of the values is the roll-up."""

    ERROR = "ERROR"  # the suite itself failed; says nothing about the IUT
    FAIL = "FAIL"  # a duty (MUST) was shown to be broken
    INCONCLUSIVE = "INCONCLUSIVE"  # applies, but could not be shown either way
    DESELECTED = "DESELECTED"  # applies, but the user left it out
    WARN = "WARN"  # a recommendation (SHOULD) was shown not to be followed
    PASS = "PASS"  # shown to be met at least once, never shown to be broken
    NOT_APPLICABLE = "NOT_APPLICABLE"  # the claim, or what was seen, puts it out of scope

    @property
    def rank(self) -> int:
        """Place in the roll-up, 0 is worst."""
        return list(Verdict).index(self)

    @classmethod
    def worst(cls, verdicts: "list[Verdict]") -> "Verdict":
        """The verdict of a group; an empty group is INCONCLUSIVE, silence being no pass."""
        return min(verdicts, key=lambda verdict: verdict.rank, default=cls.INCONCLUSIVE)


class Outcome(StrEnum):
    """The one statement a run ends with."""

    CONFORMANT = "conformant"
    CONFORMANT_WITH_DEVIATIONS = "conformant with deviations"
    PARTIAL = "partial"
    NOT_CONFORMANT = "not conformant"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class Run:
    """When, with what and how the run was made. Times are RFC 3339 in UTC."""

    id: str
    started: str
    finished: str
    seed: int
    suite_version: str
    editions: list[str]
    ocpi_version: str
    complete: bool = True  # False: interrupted, the verdicts are what was known then
    insecure: bool = False  # True: the IUT's certificate was not checked
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Iut:
    """Who was tested."""

    name: str
    role: str
    versions_url: str
    embedded: bool = False
    roles: list[dict[str, str]] = field(default_factory=list)  # role, country_code, party_id, name
    endpoints: list[dict[str, str]] = field(default_factory=list)  # identifier, role, url


@dataclass(frozen=True, kw_only=True)
class VerdictRow:
    """One judgement. Several rows may speak of one requirement; its verdict is the worst of them."""

    requirement: str
    level: str  # MUST SHOULD MAY
    module: str
    duty: str
    scenario: (
        str  # "locations/cpo_serves::test_...", "wire": the judge of every exchange, "": nothing judged it
    )
    check: str
    verdict: Verdict
    expected: str = ""
    found: str = ""
    reason: str = ""  # why it is not a PASS: missing trigger, not claimed, an exception of ours
    exchanges: list[str] = field(default_factory=list)  # ids of ExchangeRecord, evidence
    anchor: str = ""
    url: str = ""  # link to the anchor in the published text
    versions: list[str] = field(default_factory=list)
    scored: bool = True  # False: informative, not part of the edition
    deviation: str = ""  # the reason of the baseline entry that lists this failure
    times: int = 1  # how often the same finding was made, when the judge counts rather than repeats
    detail: str = ""  # more than one line needs: the traceback of an ERROR, the near-misses of a wait


@dataclass(frozen=True, kw_only=True)
class ScenarioRow:
    """One conversation."""

    id: str
    title: str
    module: str
    verdict: Verdict
    duration_s: float
    reason: str = ""
    exchanges: list[str] = field(default_factory=list)
    detail: str = ""  # the traceback of an ERROR


@dataclass(frozen=True, kw_only=True)
class ProfileRow:
    """A named set of requirements, conformant or not on its own."""

    name: str
    title: str
    verdict: Verdict
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """One requirement of the catalogue: where it ended and which flaws prove its check."""

    requirement: str
    module: str
    level: str
    verdict: Verdict
    scenarios: list[str]
    killed_by: list[str]
    not_observable: str = ""
    scored: bool = True  # False: informative, not part of the edition


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The last line: outcome, exit code, one sentence."""

    outcome: Outcome
    exit_code: int
    text: str


@dataclass(frozen=True, kw_only=True)
class ExchangeRecord:
    """One HTTP exchange, redacted. Bodies are text; `truncated` says that a body was cut."""

    id: str
    direction: str  # "sent": we called the IUT; "received": the IUT called us
    peer: str
    scenario: str
    started: str
    elapsed_s: float
    method: str
    url: str
    request_headers: list[tuple[str, str]]
    request_body: str
    status: int | None
    response_headers: list[tuple[str, str]]
    response_body: str
    fault: str = ""  # why no response came
    endpoint: str = ""
    truncated: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """The whole record. `exchanges` is stored beside `result.json`, not in it."""

    run: Run
    iut: Iut
    claim: dict[str, Any]
    selection: dict[str, Any]
    settings: dict[str, Any]
    verdicts: list[VerdictRow]
    scenarios: list[ScenarioRow]
    profiles: list[ProfileRow]
    coverage: list[CoverageRow]
    statement: Statement
    exchanges: list[ExchangeRecord] = field(default_factory=list)
    format: str = FORMAT
