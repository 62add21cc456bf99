"""What the user wants judged: profiles, patterns to select and to deselect."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .catalogue import Catalogue, Selection
from .errors import NothingSelectedError, SettingError, nearest
from .profiles import profiles
from .requirement import Requirement
from .settings import Settings


@dataclass(frozen=True)
class Wanted:
    """The requirements to be judged, and those that apply but were left out."""

    selected: Mapping[str, Requirement]
    left_out: Mapping[str, str]


def choose(settings: Settings, catalogue: Catalogue, selection: Selection) -> Wanted:
    """Apply `profile`, `select` and `deselect` to what the claim makes applicable.

    A pattern is a slug or a scenario id with wildcards; a scenario pattern selects through what it judges, so it is
    matched later. Raises SettingError for an unknown profile or a pattern that matches no requirement, and
    NothingSelectedError.
    """
    known = {profile.name: profile for profile in profiles()}
    for name in settings.profile:
        if name not in known:
            raise SettingError(f"there is no profile {name!r}", hint=nearest(name, known))
    for setting in ("select", "deselect"):
        for pattern in getattr(settings, setting):
            if not any(matches(pattern, found) for found in catalogue):
                raise NothingSelectedError(
                    f"{setting} {pattern!r} matches no requirement",
                    hint=nearest(pattern, (found.slug for found in catalogue)),
                )
    selected, left_out = {}, {}
    for slug, requirement in selection.applicable.items():
        reason = _reason(settings, known, requirement)
        if reason:
            left_out[slug] = reason
        else:
            selected[slug] = requirement
    if not selected:
        raise NothingSelectedError("the selection leaves no requirement that applies to the claim")
    return Wanted(selected, left_out)


def _reason(settings: Settings, known: Mapping[str, object], requirement: Requirement) -> str:
    """Why a requirement is left out; empty where it is wanted."""
    if settings.profile and not any(
        profile.has(requirement.slug, requirement.module)
        for profile in profiles()
        if profile.name in settings.profile
    ):
        return f"not in the profile {', '.join(settings.profile)}"
    if settings.select and not any(matches(pattern, requirement) for pattern in settings.select):
        return "not selected"
    if any(matches(pattern, requirement) for pattern in settings.deselect):
        return "deselected"
    return ""


def matches(pattern: str, requirement: Requirement) -> bool:
    """Whether a pattern means a requirement: by slug or by chapter."""
    return fnmatchcase(requirement.slug, pattern) or pattern == requirement.module
