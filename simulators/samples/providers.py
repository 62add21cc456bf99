"""Faker with words of the charging field, and pools drawn from it once: Faker is slow, objects are many."""

import functools
from dataclasses import dataclass

from faker import Faker
from faker.config import AVAILABLE_LOCALES
from faker.providers import BaseProvider

_POOL = 48


class ChargingProvider(BaseProvider):
    """What Faker does not know: operators, issuers, suppliers and products of electric driving."""

    operator_words = ("Charge", "Volt", "Plug", "Spark", "Ampere", "Current", "Grid", "Watt")
    operator_ends = ("Net", "Point", "Mobility", "Way", "Drive", "Park", "Hub", "Energy")
    supplier_words = ("Green", "Windpark", "Sonne", "Polder", "Fjord", "River", "Nord", "Delta")
    products = ("Green Mix", "Wind 100", "Day and Night", "Local Sun", "Basic", "Industry 24/7")

    def operator_name(self) -> str:
        """The name of a charge point operator or service provider."""
        return self.random_element(self.operator_words) + self.random_element(self.operator_ends)

    def energy_supplier(self) -> str:
        """The name of an energy supplier."""
        form = self.random_element(("AG", "BV", "SA", "Ltd"))
        return f"{self.random_element(self.supplier_words)} Energy {form}"

    def energy_product(self) -> str:
        """The name of an energy supplier's product."""
        return self.random_element(self.products)


@dataclass(frozen=True, slots=True)
class Pools:
    """Values to draw from, all printable and short enough for every field that takes them."""

    streets: tuple[str, ...]
    operators: tuple[str, ...]
    suppliers: tuple[str, ...]
    products: tuple[str, ...]


@functools.lru_cache(maxsize=64)
def pools(seed: int, locale: str) -> Pools:
    """The pools of a seed and a locale; the same arguments give the same values."""
    faker = Faker(locale if locale in AVAILABLE_LOCALES else "en_US")
    faker.add_provider(ChargingProvider)
    faker.seed_instance(seed)

    def draw(name: str, longest: int) -> tuple[str, ...]:
        return tuple(" ".join(str(faker.format(name)).split())[:longest].strip() for _ in range(_POOL))

    return Pools(
        streets=draw("street_name", 36),
        operators=draw("operator_name", 60),
        suppliers=draw("energy_supplier", 60),
        products=draw("energy_product", 60),
    )
