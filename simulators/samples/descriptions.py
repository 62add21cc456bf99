"""Descriptions: what locations say of themselves, their operators, their hours and their energy."""

from datetime import datetime, timedelta
from typing import Any

from ..quantities import number
from .geography import City
from .source import Json, Source, Wanted, stamp

_DIRECTIONS = {
    "nl": "Rijd de parkeergarage in en volg de borden naar {}.",
    "de": "Der Beschilderung zum {} bis zum Ende folgen.",
    "fr": "Suivre les panneaux {} jusqu'à l'étage indiqué.",
    "es": "Siga las señales hasta {} y gire a la derecha.",
    "no": "Følg skiltene til {} og ta til høyre.",
    "en": "Follow the signs to {} and keep right.",
}


class Descriptions(Source):
    """Draws the classes that several objects share."""

    def business_details(self, *, full: bool = False, minimal: bool = False, **overrides: Any) -> Json:
        """BusinessDetails of an operator or owner."""
        wanted = Wanted(self, full=full, minimal=minimal)
        details: Json = {"name": self.random.choice(self.pools.operators)}
        if wanted():
            details["website"] = f"https://{self.host()}"
        if wanted(0.3):
            details["logo"] = self.image("OPERATOR", full=full)
        return {**details, **overrides}

    def image(self, category: str = "LOCATION", *, full: bool = False) -> Json:
        """An Image of a recommended size (mod_locations.asciidoc#mod_locations_image_class)."""
        wanted = Wanted(self, full=full, minimal=False)
        logo = category in ("NETWORK", "OPERATOR", "OWNER")
        kind = "png" if logo else "jpeg"
        address = f"https://{self.host()}/images/{self.number('image')}"
        image: Json = {"url": f"{address}.{kind}"}
        if wanted():
            image["thumbnail"] = f"{address}-thumbnail.{kind}"
        image["category"] = category
        image["type"] = kind
        if wanted():
            image["width"], image["height"] = (512, 512) if logo else (1200, 900)
        return image

    def opening_times(self, *, full: bool = False, twentyfourseven: bool | None = None) -> Json:
        """Hours: around the clock, or by weekday; with exceptions when `full`."""
        around_the_clock = self.chance(0.4) and not full if twentyfourseven is None else twentyfourseven
        hours: Json = {"twentyfourseven": around_the_clock}
        if not around_the_clock:
            begin, end = f"{self.random.randint(5, 9):02d}:00", f"{self.random.randint(17, 22):02d}:30"
            hours["regular_hours"] = [
                {"weekday": day, "period_begin": begin, "period_end": end}
                for day in range(1, self.random.choice((5, 6, 7)) + 1)
            ]
        if full or self.chance(0.2):
            opening = self.now().replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=10)
            hours["exceptional_openings"] = [self._exception(opening)]
            hours["exceptional_closings"] = [self._exception(opening + timedelta(days=7))]
        return hours

    def energy_mix(self, *, full: bool = False, minimal: bool = False) -> Json:
        """An EnergyMix whose sources add up to 100 percent."""
        wanted = Wanted(self, full=full, minimal=minimal)
        green = self.chance(0.5)
        mix: Json = {"is_green_energy": green}
        if wanted():
            first = self.random.randint(100, 900)
            names = ("WIND", "WATER") if green else ("GAS", "SOLAR")
            mix["energy_sources"] = [
                {"source": names[0], "percentage": number(first / 10)},
                {"source": names[1], "percentage": number((1000 - first) / 10)},
            ]
            mix["environ_impact"] = [
                {
                    "category": "CARBON_DIOXIDE",
                    "amount": 0 if green else number(self.random.randint(1000, 5000) / 10),
                },
                {"category": "NUCLEAR_WASTE", "amount": 0},
            ]
        wanted.fill(
            mix,
            {
                "supplier_name": lambda: self.random.choice(self.pools.suppliers),
                "energy_product_name": lambda: self.random.choice(self.pools.products),
            },
        )
        return mix

    def host(self) -> str:
        """The name of a host that nobody has (RFC 2606)."""
        return f"{self.random.choice(self.pools.operators).lower()}.example"

    def _coordinates(self, city: City, *, spread: float) -> Json:
        digits = self.random.choice((5, 6, 7))
        return {
            "latitude": f"{city.latitude + (self.random.random() - 0.5) * spread:.{digits}f}",
            "longitude": f"{city.longitude + (self.random.random() - 0.5) * spread:.{digits}f}",
        }

    def _directions(self, city: City) -> list[Json]:
        place = f"P{self.random.randint(1, 9)}"
        return [
            {"language": name, "text": _DIRECTIONS[name].format(place)} for name in city.country.languages
        ]

    def _exception(self, begin: datetime) -> Json:
        return {"period_begin": stamp(begin), "period_end": stamp(begin + timedelta(hours=3))}
