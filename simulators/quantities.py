"""Amounts as OCPI writes them: JSON numbers of at most four decimals (types.asciidoc#types_number_type)."""

from decimal import ROUND_HALF_UP, Decimal

_FOUR = Decimal("0.0001")


def four(value: Decimal | float) -> Decimal:
    """The amount at four decimals, rounded half up; a float is taken as it is printed."""
    return (value if isinstance(value, Decimal) else Decimal(str(value))).quantize(_FOUR, ROUND_HALF_UP)


def number(value: Decimal | float) -> int | float:
    """The amount as a JSON number: an integer where it is whole, else a float of at most four decimals."""
    rounded = four(value)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
