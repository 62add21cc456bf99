"""What there is to list: each table of the suite as rows of plain values."""

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from .errors import UsageError

__all__ = [
    "TABLES",
    "Row",
    "erratum_rows",
    "explained",
    "flaw_rows",
    "interpretation_rows",
    "proves",
    "requirement_row",
    "requirement_rows",
    "scenario_rows",
]

Row = dict[str, Any]

_SCENARIOS = "ocpi_conformance.scenarios"
INTERPRETATIONS = Path(__file__).parent / "interpretations.toml"


def requirement_rows() -> list[Row]:
    """All requirements of the catalogue, with what judges each and which flaws prove that."""
    from .catalogue import load
    from .proof import proofs

    return [
        {**requirement_row(requirement), "judged_by": list(proof.judges), "flaws": list(proof.flaws)}
        for requirement in load()
        for proof in (proofs()[requirement.slug],)
    ]


def requirement_row(requirement: Any) -> Row:
    """One requirement."""
    from dataclasses import asdict

    return {**asdict(requirement), "objects": list(requirement.objects)}


def explained(requirement: Any, version: str) -> Row:
    """One requirement with its link into the text, its scenarios, its flaws and its reading."""
    slug = requirement.slug
    return {
        **requirement_row(requirement),
        "url": requirement.url(version),
        "scenarios": [row["id"] for row in scenario_rows() if slug in row["requirements"]],
        "flaws": [row["name"] for row in flaw_rows() if proves(row, slug)],
        "reading": next(
            (row for row in _interpretations() if row["slug"] == requirement.interpretation), None
        ),
    }


def interpretation_rows() -> list[Row]:
    """The contested sentences of the text, how the suite reads them, and which requirements that is about."""
    return [{**row} for row in _interpretations()]


@cache
def _interpretations() -> tuple[Row, ...]:
    import tomllib

    from .catalogue import load

    rows = tomllib.loads(INTERPRETATIONS.read_text(encoding="utf-8"))["interpretation"]
    return tuple(
        {**row, "requirements": [found.slug for found in load() if found.interpretation == row["slug"]]}
        for row in rows
    )


def erratum_rows() -> list[Row]:
    """Where the text contradicts itself: tables, with what the schemas take, and worked examples."""
    from dataclasses import asdict

    from ..schemas.editions import versions
    from ..schemas.errata import errata, example_errata

    every = {found.id: found for version in versions() for found in errata(version).values()}
    tables = [{"kind": "table", **asdict(found)} for found in every.values()]
    return tables + [{"kind": "example", **asdict(found)} for found in example_errata().values()]


def scenario_rows(extra: Path | None = None) -> list[Row]:
    """The scenarios as their sources say, without running them: id, title, module, requirements named."""
    return [{**row} for row in _read_scenarios(extra)]


@cache
def _read_scenarios(extra: Path | None) -> tuple[Row, ...]:
    from importlib.util import find_spec

    from .catalogue import load

    spec = find_spec(_SCENARIOS)
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    slugs = frozenset(requirement.slug for requirement in load(extra))
    files = [
        path for folder in (*folders, *([extra] if extra else [])) for path in sorted(folder.rglob("*.py"))
    ]
    return tuple(row for path in files for row in _scenarios(path, slugs))


def _scenarios(path: Path, slugs: frozenset[str]) -> Iterable[Row]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(f"{path} can't be read as Python: {error}") from error
    # What a scenario judges may stand in a helper or a table of its file, as the plugin reads it too.
    parts = {name: node for node in tree.body for name in _names(node)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            named = _named(node, parts, slugs, set())
            yield {
                "id": f"{path.parent.name}/{path.stem}::{node.name}",
                "title": (ast.get_docstring(node) or node.name).splitlines()[0],
                "module": path.parent.name,
                "requirements": sorted(named),
            }


def _names(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a file defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _named(node: ast.stmt, parts: dict[str, ast.stmt], slugs: frozenset[str], visited: set[str]) -> set[str]:
    """The slugs in a statement and in what it refers to."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and part.value in slugs:
            found.add(str(part.value))
        elif isinstance(part, ast.Name) and part.id in parts and part.id not in visited:
            visited.add(part.id)
            found |= _named(parts[part.id], parts, slugs, visited)
    return found


def profile_rows() -> list[Row]:
    """The profiles, with how many requirements each has."""
    from .catalogue import load
    from .profiles import profiles

    catalogue = list(load())
    return [
        {
            "name": profile.name,
            "title": profile.title,
            "requirements": [found.slug for found in catalogue if profile.has(found)],
        }
        for profile in profiles()
    ]


def flaw_rows() -> list[Row]:
    """The flaws of the simulated parties."""
    from .flaws import known

    return [
        {
            "name": name,
            "summary": flaw.summary,
            "roles": list(flaw.roles),
            "breaks": {role: list(slugs) for role, slugs in flaw.breaks.items()},
            "legal": flaw.legal,
            "shows": list(flaw.shows),
            "parameters": [
                {"name": key, "default": found.default, "takes": found.takes, "means": found.means}
                for key, found in flaw.parameters.items()
            ],
        }
        for name, flaw in sorted(known().items())
    ]


def proves(flaw: Row, slug: str) -> bool:
    """Whether a flaw shows that the judge of a requirement has teeth."""
    return slug in flaw["shows"] or any(slug in slugs for slugs in flaw["breaks"].values())


def action_rows() -> list[Row]:
    """The actions that a trigger may be asked for."""
    from ..simulators.actions import actions

    return [action_row(action) for action in actions()]


def action_row(action: Any) -> Row:
    """One action."""
    from dataclasses import asdict

    return asdict(action)


def version_rows() -> list[Row]:
    """The versions of OCPI, and which of them a run can test."""
    from ..schemas.editions import versions
    from .claim import VERSIONS

    return [{"version": version, "run": version in VERSIONS} for version in versions()]


def feature_rows() -> list[Row]:
    """The optional features that a claim can deny, with the requirements that each brings."""
    from .catalogue import load
    from .features import feature_of, features

    return [
        {
            "name": feature.name,
            "means": dict(feature.means),
            "modules": {role: list(names) for role, names in feature.modules.items()},
            "requirements": [
                row.slug
                for row in load()
                if row.feature and feature.name in (row.feature, feature_of(row.feature, row.module))
            ],
        }
        for feature in features().values()
    ]


def edition_rows() -> list[Row]:
    """The editions, and how much each scores."""
    from .catalogue import load
    from .editions import CURRENT, editions

    return [
        {
            "name": edition.name,
            "version": edition.version,
            "frozen": edition.frozen,
            "current": CURRENT.get(edition.version) == edition.name,
            "scored": sorted(
                row.slug for row in load() if row.in_version(edition.version) and edition.scores(row)
            ),
        }
        for edition in editions().values()
    ]


TABLES: dict[str, Callable[[], list[Row]]] = {
    "requirements": requirement_rows,
    "scenarios": scenario_rows,
    "profiles": profile_rows,
    "editions": edition_rows,
    "features": feature_rows,
    "flaws": flaw_rows,
    "actions": action_rows,
    "versions": version_rows,
    "interpretations": interpretation_rows,
    "errata": erratum_rows,
}
"""What `list` knows, by name."""
