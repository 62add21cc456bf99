"""Time as OCPI writes it."""

import re
from datetime import UTC, datetime, timedelta

_RARE = re.compile(r"([0-9]{4})(.*T[0-9]{2}:[0-9]{2}:)([0-9]{2})(.*)")
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """`moment` as an OCPI DateTime with milliseconds (`types.asciidoc#types_datetime_type`)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse(text: str) -> datetime | None:
    """An OCPI DateTime; without a zone it is UTC. None where the text is none."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return _rare(text) if isinstance(text, str) else None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST


def _rare(text: str) -> datetime | None:
    """What RFC 3339 has and `datetime` has not: the year 0, which is taken as the first, and leap seconds."""
    found = _RARE.fullmatch(text)
    if found is None:
        return None
    year, middle, second, rest = found.groups()
    leaps, early = second == "60", year == "0000"
    if not leaps and not early:
        return None
    # The year 4 has a 29 February as the year 0 has.
    moment = parse(f"{'0004' if early else year}{middle}{'59' if leaps else second}{rest}")
    if moment is None or early:
        return moment and _FIRST
    return _LAST if moment > _LAST - timedelta(seconds=1) else moment + timedelta(seconds=leaps)
