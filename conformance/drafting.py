"""A first claim, drafted from what an implementation lists: a configuration file that says what each line decides."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..simulators.versions import Discovery
from .claim import MODULES, VERSIONS, Claim, usual
from .discovering import discover, summary
from .errors import UnreachableError, UsageError
from .features import Feature, features, limits
from .reviewing import review
from .settings import ROLES, Settings

__all__ = ["draft"]

WIDTH = 100
_BOTH = ("hubclientinfo",)
"""Modules of which both roles have the same interface."""


def draft(settings: Settings) -> str:
    """The claim as a configuration file, with a `[claim]` table that `run` takes as it is.

    Only GETs are sent, so that a CREDENTIALS_TOKEN_A stays good. Where the settings name no role, it is the one whose
    interfaces are listed; where they name no version, the newest that is listed and can be tested.

    Raises:
        UnreachableError: the version details can't be had; the text says why and what would help.
        UsageError: the role can't be told.
    """
    discovery, items = discover(settings)
    if discovery is None and "ocpi_version" not in settings.sources:
        for version in reversed([one for one in VERSIONS if one != settings.ocpi_version]):
            other = replace(settings, ocpi_version=version)
            discovery, tried = discover(other)
            if discovery is not None:
                settings, items = other, tried
                break
    if discovery is None:
        raise UnreachableError(summary(items))
    served = set(discovery.endpoints)
    role = settings.role if "role" in settings.sources else _role(served)
    claim = Claim.from_endpoints(
        role,
        settings.ocpi_version,
        [(module, interface) for module, interface in served if interface in usual_of(module, role)],
    )
    lines = [
        *_head(settings, claim, discovery),
        *_modules(claim, served),
        *_features(claim),
        *_limits(),
    ]
    return "\n".join(lines) + "\n"


def usual_of(module: str, role: str) -> tuple[str, ...]:
    """The interfaces that a role has of a module; none of a module that isn't one of OCPI."""
    return usual(module, role) if module in MODULES else ()


def _role(served: set[tuple[str, str]]) -> str:
    found = [
        role
        for role in ROLES
        if any(side in usual_of(module, role) for module, side in served if module not in _BOTH)
    ]
    if len(found) == 1:
        return found[0]
    listed = f"interfaces of {' and '.join(found)}" if found else "no interface that tells its role"
    raise UsageError(
        f"its version details list {listed}",
        hint="give --role CPO or --role EMSP; a platform with several roles gets a claim for each",
    )


def _comment(text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _text(value: str) -> str:
    """A TOML string; JSON's form is one, but for the delete character."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def _head(settings: Settings, claim: Claim, discovery: Discovery) -> Iterator[str]:
    yield from _comment(
        "A first claim, from what the implementation lists. Read each line: what is claimed is judged, and what is "
        "claimed but not there fails. `ocpi-conformance run THIS-FILE` takes it as it is."
    )
    for remark in review(claim):
        yield from _comment(f"Review: {remark}")
    yield ""
    yield f"versions_url = {_text(settings.versions_url)}"
    yield from _token(settings)
    yield f"role = {_text(claim.role)}  # what is tested; the suite plays the other side"
    others = [label for label in discovery.offered if label != claim.ocpi_version]
    beside = f"  # it lists {', '.join(map(_plain, others))} too" if others else ""
    yield f"ocpi_version = {_text(claim.ocpi_version)}{beside}"
    if settings.ca_file:
        yield f"ca_file = {_text(str(settings.ca_file.absolute()))}"
    if settings.insecure:
        yield "insecure = true  # its certificate is not checked; reports say so"
    yield '# trigger_url = "https://..."  # how it is made to act; without a trigger much can\'t be shown'
    yield '# public_url = "https://..."  # how it reaches the suite, where that isn\'t the same machine'


def _token(settings: Settings) -> Iterator[str]:
    source = settings.sources.get("token", "")
    kind, _, name = source.partition(" ")
    if kind == "file":
        yield f"token_file = {_text(str(Path(name).absolute()))}"
    elif name == "OCPI_CONFORMANCE_TOKEN":
        yield "# the token is that of the variable OCPI_CONFORMANCE_TOKEN"
    else:
        yield f"token_env = {_text(name)}  # the variable with the token; the token itself never stands in a file"


def _modules(claim: Claim, served: set[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield "[claim.modules]"
    yield from _comment(
        "Modules with the interfaces that it has of each. An interface that stands here and isn't listed by its "
        "version details fails; one that is listed and doesn't stand here is noted, and nothing of it is judged. "
        "credentials is part of every claim."
    )
    for module, interfaces in claim.modules.items():
        if module != "credentials":
            yield f"{module} = [{', '.join(map(_text, interfaces))}]"
    for module in MODULES:
        if module not in claim.modules:
            yield f"# {module} = [{', '.join(map(_text, usual(module, claim.role)))}]  # not listed"
    for module, interface in sorted(served):
        if module not in MODULES:
            yield f"# {_plain(module)} {_plain(interface)} is listed too: no module of OCPI"
        elif module != "credentials" and interface not in usual(module, claim.role):
            yield f"# {module} {_plain(interface)} is listed too: not an interface of a {claim.role}"


def _plain(text: str) -> str:
    """Foreign text that stays in its line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:80]


def _features(claim: Claim) -> Iterator[str]:
    yield ""
    yield "[claim.features]"
    yield from _comment(
        "What is optional. A feature that isn't named is claimed: to deny one, take its line out of the comment and "
        "say false. Discovery can't tell what stands in comments."
    )
    for feature in features().values():
        if claim.role in feature.modules and not feature.of:
            yield from _feature(claim, feature)


def _feature(claim: Claim, feature: Feature) -> Iterator[str]:
    modules = feature.modules[claim.role]
    if not any(map(claim.covers, modules)):
        yield f"{feature.name} = false  # {' or '.join(modules)} not listed"
        return
    yield f"# {feature.name} = true  # {feature.means[claim.role]}"
    parts = [one.name for one in feature.parts() if any(map(claim.covers, one.modules.get(claim.role, ())))]
    for name in parts if len(parts) > 1 else ():
        yield f"# {name} = true"


def _limits() -> Iterable[str]:
    yield ""
    yield "[claim.limits]"
    yield from _comment("How much it can do. Duties that take more don't apply; without a limit all do.")
    for name, means in limits().items():
        yield f"# {name} = 10  # {means}"
