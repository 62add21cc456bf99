"""The endpoints of a version: which method answers below which module's URL, with what body and what answer."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CONFIGURATION_MODULES = frozenset({"versions", "credentials", "hubclientinfo"})
"""Modules that are never routed (`transport_and_format.asciidoc#transport_and_format_message_routing`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row of `endpoints.toml`. `segments` are the path below the module's URL, parameters in braces."""

    id: str
    module: str
    method: str
    segments: tuple[str, ...]
    anchor: str
    interface: str = ""
    body: str | None = None
    body_optional: bool = False
    patch: bool = False
    answer: str | None = None
    many: bool = False
    paged: bool = False
    parameters: tuple[str, ...] = ()

    @property
    def functional(self) -> bool:
        """Whether messages of this endpoint carry routing headers."""
        return self.module not in CONFIGURATION_MODULES

    @property
    def specificity(self) -> int:
        """How many segments are literal; the more specific of two matches wins."""
        return sum(1 for segment in self.segments if not segment.startswith("{"))

    def parameters_of(self, rest: Sequence[str]) -> dict[str, str] | None:
        """The values of the path's parameters, or None where `rest` is not a path of this endpoint."""
        if len(rest) != len(self.segments):
            return None
        values = {}
        for wanted, segment in zip(self.segments, rest, strict=True):
            if wanted.startswith("{"):
                values[wanted[1:-1]] = segment
            elif wanted != segment:
                return None
        return values


class Endpoints:
    """All endpoints of one version."""

    def __init__(self, version: str, rows: Sequence[Endpoint]) -> None:
        self.version = version
        self._by_id = {row.id: row for row in rows}
        self._by_place: dict[tuple[str, str, str, int], list[Endpoint]] = {}
        for row in rows:
            self._by_place.setdefault((row.module, row.interface, row.method, len(row.segments)), []).append(
                row
            )
        for candidates in self._by_place.values():
            candidates.sort(key=lambda row: -row.specificity)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._by_id.values())

    def get(self, endpoint_id: str) -> Endpoint:
        """The endpoint with this id. Raises KeyError where there is none."""
        return self._by_id[endpoint_id]

    def match(
        self, method: str, module: str, interface: str, rest: Sequence[str]
    ) -> tuple[Endpoint, dict[str, str]] | None:
        """The endpoint that a request addresses, with the path's parameters."""
        for row in self._by_place.get((module, interface, method, len(rest)), ()):
            values = row.parameters_of(rest)
            if values is not None:
                return row, values
        return None

    def methods(self, module: str, interface: str, rest: Sequence[str]) -> tuple[str, ...]:
        """The methods that a path answers; empty where no endpoint has such a path."""
        return tuple(
            method
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
            if self.match(method, module, interface, rest) is not None
        )


@lru_cache
def endpoints(version: str) -> Endpoints:
    """The endpoints of `version`. Raises KeyError for a version that has no table."""
    path = Path(__file__).parent / version / "endpoints.toml"
    if not path.is_file():
        raise KeyError(version)
    rows = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["endpoint"]:
        segments = tuple(segment for segment in row.pop("path").split("/") if segment)
        parameters = tuple(row.pop("parameters", ()))
        rows.append(Endpoint(segments=segments, parameters=parameters, **row))
    return Endpoints(version, rows)
