"""What a party knows: tables of objects, in the order in which they were created."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from . import clock

Object = dict[str, Any]
Key = tuple[str, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def key_of(*parts: str) -> Key:
    """A key: OCPI's identifiers are compared without case (`types.asciidoc#types_cistring_type`)."""
    return tuple(part.casefold() for part in parts)


@dataclass(frozen=True, slots=True)
class _Row:
    value: Object
    updated: datetime


class Table:
    """Objects of one kind. A stored object is never changed in place, so a reader needs no lock."""

    def __init__(self) -> None:
        self._rows: dict[Key, _Row] = {}
        self.lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Object]:
        with self.lock:
            rows = list(self._rows.values())
        return (row.value for row in rows)

    def items(self) -> list[tuple[Key, Object]]:
        """Keys and objects, in order of creation."""
        with self.lock:
            return [(key, row.value) for key, row in self._rows.items()]

    def put(self, key: Key, value: Object) -> bool:
        """Store an object, whole; True where the key was new. A replaced one keeps its place in the order."""
        updated = clock.parse(value.get("last_updated", "")) or _EPOCH
        with self.lock:
            created = key not in self._rows
            self._rows[key] = _Row(value, updated)
        return created

    def get(self, key: Key) -> Object | None:
        row = self._rows.get(key)
        return row.value if row else None

    def delete(self, key: Key) -> bool:
        """Forget an object; True where it was known."""
        with self.lock:
            return self._rows.pop(key, None) is not None

    def clear(self) -> None:
        with self.lock:
            self._rows.clear()

    def select(self, date_from: datetime | None, date_to: datetime | None) -> list[Object]:
        """Objects with `date_from` ≤ last_updated < `date_to`, in order of creation."""
        with self.lock:
            rows = list(self._rows.values())
        if date_from is None and date_to is None:
            return [row.value for row in rows]
        return [
            row.value
            for row in rows
            if (date_from is None or row.updated >= date_from) and (date_to is None or row.updated < date_to)
        ]

    def page(
        self,
        date_from: datetime | None,
        date_to: datetime | None,
        offset: int,
        limit: int,
        where: Callable[[Object], bool] | None = None,
    ) -> tuple[list[Object], int]:
        """One page of a selection, and how many objects the whole selection has."""
        if date_from is None and date_to is None and where is None:
            with self.lock:
                if len(self._rows) <= limit and offset == 0:
                    return [row.value for row in self._rows.values()], len(self._rows)
        selected = self.select(date_from, date_to)
        if where is not None:
            selected = [value for value in selected if where(value)]
        return selected[offset : offset + limit], len(selected)


class Store:
    """A party's tables by module: `own` is what it is the owner of, `received` what it has from others."""

    def __init__(self) -> None:
        self._own: dict[str, Table] = {}
        self._received: dict[str, Table] = {}
        self._lock = threading.Lock()

    def own(self, module: str) -> Table:
        return self._table(self._own, module)

    def received(self, module: str) -> Table:
        return self._table(self._received, module)

    def _table(self, tables: dict[str, Table], module: str) -> Table:
        with self._lock:
            return tables.setdefault(module, Table())
