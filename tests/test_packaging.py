"""What pyproject.toml says of the package is true."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLOORS = ("schemas", "simulators", "conformance", "reports", "scenarios")


def test_every_package_is_listed():
    """A folder with Python in it that isn't listed would be missing from the wheel."""
    found = {
        "ocpi_conformance." + ".".join(path.parent.relative_to(ROOT).parts)
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
    }
    assert found == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_data_file_is_listed():
    """Data that no pattern covers would be missing from the wheel."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    missing = []
    for floor in FLOORS:
        covered = {
            path for pattern in patterns[f"ocpi_conformance.{floor}"] for path in (ROOT / floor).glob(pattern)
        }
        data = {
            path
            for path in (ROOT / floor).rglob("*")
            if path.is_file() and path.suffix not in (".py", ".pyc")
        }
        missing += sorted(str(path.relative_to(ROOT)) for path in data - covered)
    assert missing == []


def test_the_pinned_requirements_are_those_of_the_project():
    """requirements/*.in repeat the dependencies, so that each can be locked by itself."""
    run = _lines("run.in") - {"setuptools>=77"}
    assert run == set(PROJECT["project"]["dependencies"])
    assert _lines("dev.in") - {"-c run.txt"} == set(PROJECT["project"]["optional-dependencies"]["dev"])
    for group, wanted in PROJECT["dependency-groups"].items():
        assert _lines(f"{group}.in") == set(wanted)


def test_locks_name_no_address():
    for name in ("run.txt", "dev.txt", *(f"{group}.txt" for group in PROJECT["dependency-groups"])):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not any(word in text for word in ("://", "--index", "--find-links", "--trusted-host"))


def _lines(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {line for line in text.splitlines() if line and not line.startswith("#")}
