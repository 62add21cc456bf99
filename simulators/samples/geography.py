"""Cities with real coordinates, and what their countries need: time zone, languages, postal codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """A country as its locations name it; `postal` has `#` for a digit and `@` for a letter."""

    alpha_2: str
    alpha_3: str
    time_zone: str
    languages: tuple[str, ...]
    locale: str
    postal: str


@dataclass(frozen=True, slots=True)
class City:
    """A city with the WGS 84 position of its centre, in decimal degrees."""

    name: str
    state: str
    country: Country
    latitude: float
    longitude: float


_NL = Country("NL", "NLD", "Europe/Amsterdam", ("nl", "en"), "nl_NL", "#### @@")
_BE = Country("BE", "BEL", "Europe/Brussels", ("nl", "fr"), "nl_BE", "####")
_DE = Country("DE", "DEU", "Europe/Berlin", ("de", "en"), "de_DE", "#####")
_FR = Country("FR", "FRA", "Europe/Paris", ("fr", "en"), "fr_FR", "#####")
_GB = Country("GB", "GBR", "Europe/London", ("en",), "en_GB", "@@# #@@")
_NO = Country("NO", "NOR", "Europe/Oslo", ("no", "en"), "no_NO", "####")
_ES = Country("ES", "ESP", "Europe/Madrid", ("es", "en"), "es_ES", "#####")
_US = Country("US", "USA", "America/New_York", ("en", "es"), "en_US", "#####")

CITIES = (
    City("Amsterdam", "Noord-Holland", _NL, 52.3675734, 4.9041389),
    City("Rotterdam", "Zuid-Holland", _NL, 51.9244201, 4.4777326),
    City("Utrecht", "Utrecht", _NL, 52.0907374, 5.1214201),
    City("Eindhoven", "Noord-Brabant", _NL, 51.4416419, 5.4697225),
    City("Groningen", "Groningen", _NL, 53.2193835, 6.5665018),
    City("Maastricht", "Limburg", _NL, 50.8513682, 5.6909725),
    City("'s-Hertogenbosch", "Noord-Brabant", _NL, 51.6978162, 5.3036748),
    City("Gent", "Oost-Vlaanderen", _BE, 51.0543422, 3.7174243),
    City("Antwerpen", "Antwerpen", _BE, 51.2194475, 4.4024643),
    City("Brugge", "West-Vlaanderen", _BE, 51.2093482, 3.2246995),
    City("Berlin", "Berlin", _DE, 52.5200066, 13.4049540),
    City("München", "Bayern", _DE, 48.1351253, 11.5819806),
    City("Köln", "Nordrhein-Westfalen", _DE, 50.9375310, 6.9602786),
    City("Düsseldorf", "Nordrhein-Westfalen", _DE, 51.2277411, 6.7734556),
    City("Lyon", "Auvergne-Rhône-Alpes", _FR, 45.7640430, 4.8356590),
    City("Nîmes", "Occitanie", _FR, 43.8366990, 4.3600540),
    City("Bordeaux", "Nouvelle-Aquitaine", _FR, 44.8377890, -0.5791800),
    City("London", "England", _GB, 51.5073509, -0.1277583),
    City("Edinburgh", "Scotland", _GB, 55.9532520, -3.1882670),
    City("Oslo", "Oslo", _NO, 59.9138688, 10.7522454),
    City("Tromsø", "Troms", _NO, 69.6492047, 18.9553238),
    City("A Coruña", "Galicia", _ES, 43.3623436, -8.4115401),
    City("New York", "New York", _US, 40.7127753, -74.0059728),
)


def cities_of(country_code: str) -> tuple[City, ...]:
    """The cities known in a country, or all of them where none is: a party may operate abroad."""
    return tuple(city for city in CITIES if city.country.alpha_2 == country_code) or CITIES
