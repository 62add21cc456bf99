"""The static review: what a claim says against itself, and what it leaves out that its modules build on.

Nothing is sent for it. A contradiction can't be true of any implementation; advice is for the user to judge.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..simulators.exchange import Exchange
from .claim import MODULES, Claim, usual
from .errors import ClaimError
from .features import Feature, features

__all__ = ["Remark", "insist", "review", "unclaimed"]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing to say of a claim. `hint` is what would settle it, `anchor` where the text speaks of it."""

    text: str
    hint: str
    anchor: str = ""
    contradiction: bool = False

    def __str__(self) -> str:
        return f"{self.text}; {self.hint}" + (f" ({self.anchor})" if self.anchor else "")


@dataclass(frozen=True, kw_only=True)
class _Dependency:
    module: str
    interface: str
    on: tuple[str, ...]
    anchor: str


DEPENDENCIES = (
    _Dependency(
        module="commands",
        interface="",
        on=("locations", "sessions"),
        anchor="mod_commands.asciidoc#mod_commands_commands_module",
    ),
    _Dependency(
        module="chargingprofiles",
        interface="",
        on=("sessions",),
        anchor="mod_charging_profiles.asciidoc#mod_charging_profiles_module",
    ),
    _Dependency(
        module="locations",
        interface="RECEIVER",
        on=("tariffs",),
        anchor="mod_locations.asciidoc#mod_locations_locations_module",
    ),
)
"""The dependencies that module chapters state. All modules but credentials are optional, so that is no more than advice
(`version_information_endpoint.asciidoc#version_information_endpoint_moduleid_enum`)."""

TYPICAL = "terminology.asciidoc#introduction_typical_roles"


def review(claim: Claim) -> list[Remark]:
    """All there is to say of a claim, contradictions first."""
    remarks = [
        *_role(claim),
        *_features(claim),
        *_patch(claim),
        *_dependencies(claim),
        *_authorization(claim),
    ]
    return sorted(remarks, key=lambda remark: not remark.contradiction)


def insist(claim: Claim) -> None:
    """Raise ClaimError where a claim contradicts itself, with all contradictions."""
    wrong = [remark for remark in review(claim) if remark.contradiction]
    if wrong:
        raise ClaimError(
            "the claim contradicts itself: " + "; ".join(remark.text for remark in wrong),
            hint="; ".join(dict.fromkeys(remark.hint for remark in wrong)),
        )


def unclaimed(
    claim: Claim, *, served: Iterable[tuple[str, str]], exchanges: Iterable[Exchange] = ()
) -> list[str]:
    """What an implementation has without claiming it: endpoints that it lists, features that its calls show."""
    modules = claim.unclaimed(served)
    notes = [f"served but not claimed, and so not judged: {', '.join(modules)}"] if modules else []
    calls: dict[str, Exchange] = {}
    for exchange in exchanges:
        if exchange.direction == "received" and exchange.endpoint is not None:
            for name in _denied(claim, exchange):
                calls.setdefault(name, exchange)
    for name, exchange in calls.items():
        call = f"{exchange.request.method} on {exchange.endpoint.module}" if exchange.endpoint else ""
        notes.append(f"{claim.origin} features.{name} = false, but it made a {call}")
    return notes


def _denied(claim: Claim, exchange: Exchange) -> Iterator[str]:
    """The lines that deny a feature which a call of the implementation shows."""
    row = exchange.endpoint
    for feature in features().values():
        shown = feature.shown_by
        if row is None or shown is None or feature.of or claim.role not in feature.modules:
            continue
        modules = shown.modules or feature.modules[claim.role]
        fits = row.module in modules and row.interface == shown.interface
        if fits and exchange.request.method in shown.methods:
            line = claim.denial(feature.name, row.module)
            if line:
                yield line


def _role(claim: Claim) -> Iterator[Remark]:
    """The interfaces that are claimed are those of the role."""
    pairs = [(module, role) for module, roles in claim.modules.items() for role in roles]
    unusual = [f"{module} {role}" for module, role in pairs if role not in usual(module, claim.role)]
    if not pairs:
        yield Remark(
            text=f"{claim.origin} modules has nothing but credentials",
            hint="add the modules that it implements, or only the connection is judged",
        )
    elif len(unusual) == len(pairs):
        other = "EMSP" if claim.role == "CPO" else "CPO"
        yield Remark(
            text=f'{claim.origin} modules has no interface of a {claim.role}, and the setting role is "{claim.role}"',
            hint=f'set role = "{other}", or claim the interfaces of a {claim.role}',
            anchor=TYPICAL,
            contradiction=claim.written,
        )
    elif unusual:
        yield Remark(
            text=f"{claim.origin} modules has {', '.join(unusual)}, which a {claim.role} usually doesn't have",
            hint="a platform with several roles is tested role by role: set role, and claim its interfaces",
            anchor=TYPICAL,
        )


def _features(claim: Claim) -> Iterator[Remark]:
    """A feature that is said to be there belongs to the role and to a module that is claimed."""
    for name in (name for name, value in claim.features.items() if value):
        feature = features()[name]
        line = f"{claim.origin} features.{name} = true"
        if claim.role not in feature.modules:
            yield Remark(
                text=f"{line}, and that is a feature of a {' or '.join(feature.modules)}",
                hint=f"leave out features.{name}",
                contradiction=True,
            )
        elif not any(map(claim.covers, feature.modules[claim.role])):
            yield _without(claim, feature, line)


def _without(claim: Claim, feature: Feature, line: str) -> Remark:
    modules = feature.modules[claim.role]
    return Remark(
        text=f"{line}, and modules doesn't have {' or '.join(modules)}",
        hint=f"claim {modules[0]}, or set features.{feature.name} = false",
        contradiction=True,
    )


def _patch(claim: Claim) -> Iterator[Remark]:
    """A PATCH is a push."""
    patch = features()["patch"]
    for name in (
        name for name in ("patch", *(one.name for one in patch.parts())) if claim.features.get(name)
    ):
        modules = features()[name].modules.get(claim.role, ())
        if modules and not any(claim.has("push", module) for module in modules):
            yield Remark(
                text=f"{claim.origin} features.{name} = true, and push is denied",
                hint=f"a PATCH is a push: claim push, or set features.{name} = false",
                contradiction=True,
            )


def _dependencies(claim: Claim) -> Iterator[Remark]:
    for one in DEPENDENCIES:
        missing = [name for name in one.on if name in MODULES and not claim.covers(name)]
        if one.module in claim.modules and claim.covers(one.module, one.interface) and missing:
            what = f"{one.module} {one.interface}".strip()
            yield Remark(
                text=f"{claim.origin} modules has {what} without {' and '.join(missing)}, on which it depends",
                hint="claim what is served of them; duties that need them don't apply",
                anchor=one.anchor,
            )


def _authorization(claim: Claim) -> Iterator[Remark]:
    if claim.role == "EMSP" and claim.covers("tokens") and not claim.has("realtime-authorization", "tokens"):
        yield Remark(
            text=f"{claim.origin} features.realtime-authorization = false",
            hint="then each of its tokens has to have whitelist ALWAYS",
            anchor="mod_tokens.asciidoc#mod_tokens_real-time_authorization",
        )
