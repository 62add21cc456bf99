"""Builds values from a schema, right or wrong, from a given source of chance."""

import copy
from random import Random
from typing import Any

SAMPLES = {
    "DateTime": ["2015-06-29T20:39:09Z", "2016-12-29T17:45:09", "2018-01-01T01:08:01.123Z"],
    "URL": ["https://example.com/ocpi/2.2.1", "http://127.0.0.1:8080/x?y=z"],
    "decimal": ["0.68", "3", "-1.5"],
    "language": ["en", "nl"],
    "currency": ["EUR", "SEK"],
    "country-alpha-2": ["NL", "DE"],
    "country-alpha-3": ["NLD", "DEU"],
    "time-zone": ["Europe/Oslo", "UTC"],
    "latitude": ["50.770774", "-1.123456"],
    "longitude": ["-126.104965", "3.729944"],
    "time-of-day": ["08:00", "23:59"],
    "local-date": ["2015-12-24"],
}
JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    3.5,
    1.0,
    10**20,
    "",
    " ",
    "x",
    "#NA",
    "é",
    "a\n",
    "\u2028",
    "x" * 300,
    [],
    [None],
    {},
    {"a": 1},
    "2015-06-29T20:39:09+02:00",
    "2015-06-29T20:39:09.123456Z",
    "NL",
    "EUR",
    "50.770774",
    "LEFT",
    "9",
    [[]],
    [{}],
]


def right(schema: dict[str, Any], chance: Random) -> Any:
    """A value whose types, lengths and forms are right; conditions between fields may still fail."""
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ["string"])
    if "null" in kinds and chance.random() < 0.2:
        return None
    if "enum" in schema:
        return chance.choice([value for value in schema["enum"] if value is not None])
    match next(kind for kind in kinds if kind != "null"):
        case "object":
            required = schema.get("required", [])
            return {
                name: right(part, chance)
                for name, part in schema["properties"].items()
                if name in required or chance.random() < 0.5
            }
        case "array":
            return [
                right(schema["items"], chance) for _ in range(chance.randint(schema.get("minItems", 0), 2))
            ]
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            return chance.randint(schema.get("minimum", 0), min(schema.get("maximum", 1000), 10**6))
        case "number":
            return round(chance.uniform(schema.get("minimum", 0), schema.get("maximum", 100)), 4)
        case _:
            return _text(schema, chance)


def mutated(value: Any, chance: Random) -> Any:
    """`value` with one place made something else: junk put in, a field dropped or added, a list emptied."""
    value = copy.deepcopy(value)
    places = list(_places(value))
    if not places:
        return chance.choice(JUNK)
    holder, key = chance.choice(places)
    match chance.randint(0, 3):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder["nltnm_extra"] = chance.choice(JUNK)
        case 2 if isinstance(holder[key], str):
            holder[key] += chance.choice(["\n", "Z", "é", "x" * 600, " "])
        case _:
            holder[key] = chance.choice(JUNK)
    return value


def _text(schema: dict[str, Any], chance: Random) -> str:
    if schema.get("x-format") in SAMPLES:
        return chance.choice(SAMPLES[schema["x-format"]])
    if "x-values" in schema:
        return chance.choice([*schema["x-values"], "NLTNM_OWN"])
    longest = min(schema.get("maxLength", 40), 40)
    letters = [
        chance.choice("abcXYZ019 -_*#") for _ in range(chance.randint(schema.get("minLength", 0), longest))
    ]
    return "".join(letters)


def _places(value: Any) -> Any:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in list(parts):
        yield value, key
        yield from _places(part)
