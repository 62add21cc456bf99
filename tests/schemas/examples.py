"""The official examples: found in the texts, told what object each is, read as JSON."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example. `broken` says that it is no JSON until its trailing commas are dropped."""

    id: str
    version: str
    object: str
    shape: str = "full"
    many: bool = False
    broken: bool = False
    value: Any = field(repr=False)


def examples(spec_dir: Path, version: str) -> Iterator[Example]:
    """Every example of a version. Raises LookupError for one that `examples.toml` does not name."""
    kinds = tomllib.loads((HERE / "examples.toml").read_text("utf-8"))
    for path in sorted((spec_dir / version / "examples").glob("*.json")):
        row = next((row for row in kinds["file"] if fnmatch(path.name, row["match"])), None)
        yield _example(f"{version}/{path.name}", path.read_text("utf-8"), row)
    for path in sorted([*(spec_dir / version).glob("*.md"), *(spec_dir / version).glob("*.asciidoc")]):
        for line, text in _blocks(path):
            place = f"{version}/{path.name}:{line}"
            row = next((row for row in kinds["block"] if row["place"] in (place, path.name)), None)
            yield _example(place if path.suffix == ".md" else f"{version}/{path.name}", text, row)


def _example(id_: str, text: str, row: dict[str, Any] | None) -> Example:
    if row is None:
        raise LookupError(f"examples.toml does not say what object {id_} is")
    text = re.sub(r"^(?:PUT|PATCH)\b.*\n", "", text.strip())
    if re.match(r'\s*"\w+":', text):
        text = "{" + text + "}"
    try:
        value, broken = json.loads(text), False
    except json.JSONDecodeError:
        value, broken = json.loads(_TRAILING_COMMA.sub(r"\1", text)), True
    return Example(
        id=id_,
        version=id_.partition("/")[0],
        object=row["object"],
        shape=row.get("shape", "full"),
        many=row.get("many", False),
        broken=broken,
        value=value[row["inside"]] if "inside" in row else value,
    )


def _blocks(path: Path) -> Iterator[tuple[int, str]]:
    fence = "```" if path.suffix == ".md" else "----"
    lines = path.read_text("utf-8").splitlines()
    starts = iter([at for at, line in enumerate(lines) if line.startswith(fence)])
    for start, end in zip(starts, starts, strict=False):
        text = "\n".join(lines[start + 1 : end])
        marked = lines[start].startswith("```json") or lines[start - 1] == "[source,json]"
        if marked and "include::" not in text:
            yield start + 1, text
