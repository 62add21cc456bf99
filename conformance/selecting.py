"""What the user wants judged: profiles, patterns to select and to deselect."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .catalogue import Catalogue, Selection
from .errors import NothingSelectedError, SettingError, nearest
from .listing import scenario_rows
from .profiles import Profile, profiles, requested_by
from .requirement import Requirement
from .settings import Settings

ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """The requirements to be judged, and those that apply but were left out.

    What is judged on request, and wasn't asked for, is neither: a run without it is whole.
    """

    selected: Mapping[str, Requirement]
    left_out: Mapping[str, str]


def choose(settings: Settings, catalogue: Catalogue, selection: Selection) -> Wanted:
    """Apply `profile`, `select` and `deselect` to what the claim makes applicable.

    A profile is named, or several by a wildcard; `all` stands for everything, what is judged on request among it. A
    pattern is a slug, a chapter, or, with a slash in it, a scenario's id, which stands for all that the scenario
    judges; wildcards are as in file names. Raises SettingError for an unknown profile, NothingSelectedError for a
    pattern that matches nothing, or where nothing is left.
    """
    named = () if ALL in settings.profile else settings.profile
    chosen = [profile for name in named for profile in _profiles(name)]
    select = [_matched("select", pattern, catalogue, settings) for pattern in settings.select]
    deselect = [_matched("deselect", pattern, catalogue, settings) for pattern in settings.deselect]
    selected: dict[str, Requirement] = {}
    left_out: dict[str, str] = {}
    for slug, requirement in selection.applicable.items():
        if chosen and not any(profile.has(requirement) for profile in chosen):
            left_out[slug] = f"not in the profile {', '.join(settings.profile)}"
        elif not (settings.profile or select) and requested_by(requirement):
            continue
        elif select and not any(slug in found for found in select):
            left_out[slug] = "not selected"
        elif any(slug in found for found in deselect):
            left_out[slug] = "deselected"
        else:
            selected[slug] = requirement
    if not selected:
        raise NothingSelectedError("the selection leaves no requirement that applies to the claim")
    return Wanted(selected, left_out)


def _profiles(pattern: str) -> list[Profile]:
    """The profiles of that name, or of that pattern. Raises SettingError where there is none."""
    found = [profile for profile in profiles() if fnmatchcase(profile.name, pattern)]
    if not found:
        names = [profile.name for profile in profiles()]
        raise SettingError(f"there is no profile {pattern!r}", hint=nearest(pattern, names))
    return found


def _matched(setting: str, pattern: str, catalogue: Catalogue, settings: Settings) -> frozenset[str]:
    """The requirements that a pattern means. Raises NothingSelectedError where it means none."""
    if "/" in pattern:
        rows = [row for row in scenario_rows(settings.scenarios) if fnmatchcase(row["id"], pattern)]
        found = {slug for row in rows for slug in row["requirements"]}
        names = [row["id"] for row in scenario_rows(settings.scenarios)] if not found else []
    else:
        found = {row.slug for row in catalogue if fnmatchcase(row.slug, pattern) or pattern == row.module}
        names = [row.slug for row in catalogue]
    if not found:
        what = "scenario" if "/" in pattern else "requirement"
        raise NothingSelectedError(f"{setting} {pattern!r} matches no {what}", hint=nearest(pattern, names))
    return frozenset(found)
