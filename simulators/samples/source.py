"""The well that all samples are drawn from: a seed, ids that never repeat, times, optional fields."""

import functools
import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .geography import City, cities_of
from .identifiers import namespace

Json = dict[str, Any]

VERSIONS = ("2.2.1",)


class Source:
    """Draws values for one party; the same arguments and clock give the same objects in the same order.

    `salt` goes into the ids alone: the same seed used twice against one platform must not meet its own objects.
    """

    def __init__(
        self,
        seed: int,
        *,
        version: str = "2.2.1",
        country_code: str = "NL",
        party_id: str = "CPO",
        now: Callable[[], datetime] | None = None,
        salt: str = "",
    ) -> None:
        if version not in VERSIONS:
            raise ValueError(
                f"version {version!r} has no samples; there are samples for {', '.join(VERSIONS)}"
            )
        self.seed = seed
        self.version = version
        self.country_code = country_code
        self.party_id = party_id
        self.now = now or functools.partial(datetime.now, UTC)
        self.namespace = namespace(seed, country_code, party_id, *([salt] if salt else ()))
        self.random = random.Random(f"{seed}/{country_code}/{party_id}")
        self._numbers: dict[str, Iterator[int]] = {}

    @functools.cached_property
    def pools(self):
        """Names and words of the party's country, drawn when first needed."""
        from .providers import (
            pools,  # Faker takes long to import, and many who name Samples never draw from it.
        )

        return pools(self.seed, self.cities[0].country.locale)

    @functools.cached_property
    def cities(self) -> tuple[City, ...]:
        """The cities that this party's locations stand in."""
        return cities_of(self.country_code)

    def number(self, kind: str) -> int:
        """The next number of a kind, from 1."""
        return next(self._numbers.setdefault(kind, itertools.count(1)))

    def new_id(self, kind: str) -> str:
        """An id for a kind of object, such as `LOC-4FQK2MZ7-12`; it is not given twice."""
        return f"{kind}-{self.namespace}-{self.number(kind)}"

    def owner(self) -> Json:
        """The two fields that say whose an object is."""
        return {"country_code": self.country_code, "party_id": self.party_id}

    def chance(self, probability: float) -> bool:
        """True as often as the probability says."""
        return self.random.random() < probability

    def some(self, values: tuple[str, ...], at_most: int) -> list[str]:
        """A few of the values, at least one, each once, in their given order."""
        chosen = set(self.random.sample(values, self.random.randint(1, min(at_most, len(values)))))
        return [value for value in values if value in chosen]

    def moment(self, latest: datetime | None = None, *, within: timedelta = timedelta(days=20)) -> datetime:
        """A moment in the past, not after `latest`; one in four is not a whole second."""
        latest = latest or self.now()
        then = latest - within * self.random.random()
        if self.chance(0.25):
            return then.replace(microsecond=then.microsecond // 1000 * 1000)
        return then.replace(microsecond=0)


class Wanted:
    """Which optional fields an object gets: all (`full`), none (`minimal`) or a drawn selection."""

    def __init__(self, source: Source, *, full: bool, minimal: bool) -> None:
        if full and minimal:
            raise ValueError("full and minimal exclude each other: ask for one of them, or for neither")
        self.full = full
        self.minimal = minimal
        self._random = source.random.random

    def __call__(self, probability: float = 0.6) -> bool:
        """Whether to set the next optional field."""
        return self.full or (not self.minimal and self._random() < probability)

    def fill(self, target: Json, fields: Mapping[str, Callable[[], Any]], probability: float = 0.6) -> None:
        """Set those of the fields that are wanted, in their order."""
        for name, make in fields.items():
            if self(probability):
                target[name] = make()


def stamp(moment: datetime) -> str:
    """A moment as OCPI writes it: UTC, `Z`, fractions only where there are some, to the millisecond."""
    moment = moment.astimezone(UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if moment.microsecond >= 1000 else f"{text}Z"
