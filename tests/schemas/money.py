"""Tariffs and CDRs for the tests of money, written as short as they can be."""

from datetime import datetime, timedelta

WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]


def component(kind, amount, *, vat=None, step=1):
    part = {"type": kind, "price": amount, "step_size": step}
    return part if vat is None else {**part, "vat": vat}


def element(*components, **restrictions):
    return {"price_components": list(components)} | ({"restrictions": restrictions} if restrictions else {})


def tariff(*elements, **fields):
    return {"id": "T", "currency": "EUR", "elements": list(elements), **fields}


def cdr(*periods, start="2024-03-04T09:30:00", tariffs=(), **fields):
    """A CDR of consecutive periods, each its minutes and its volumes, where True means the minutes."""
    at = datetime.fromisoformat(start)
    charging_periods = []
    for minutes, volumes in periods:
        dimensions = [
            {"type": kind, "volume": round(minutes / 60, 4) if volume is True else volume}
            for kind, volume in volumes.items()
        ]
        charging_periods.append(
            {"start_date_time": f"{at.isoformat()}Z", "dimensions": dimensions, "tariff_id": "T"}
        )
        at += timedelta(minutes=minutes)
    return {
        "currency": "EUR",
        "tariffs": list(tariffs),
        "charging_periods": charging_periods,
        "end_date_time": f"{at.isoformat()}Z",
        **fields,
    }
