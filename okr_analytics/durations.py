"""Durations as people write them: 45 min, 1 h 30 min, 2 days."""

import re
from decimal import Decimal

SECONDS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
}  # fmt: skip
DAY = SECONDS["d"]
PART = r"(\d+(?:[.,]\d+)?)\s*([a-z]+)"


def parts_of(text: str) -> list[tuple[Decimal, int]]:
    """Each number with the seconds of its unit; empty where the text is no duration. Raises ValueError for a unit that
    is none of time."""
    written = text.strip().lower()
    found = re.findall(PART, written)
    if re.sub(rf"{PART}|\s|and", "", written):
        return []
    if unknown := [unit for _, unit in found if unit not in SECONDS and unit != "and"]:
        raise ValueError(f"no unit of time '{unknown[0]}'; write s, min, h or d")
    return [(Decimal(number.replace(",", ".")), SECONDS[unit]) for number, unit in found]


def seconds_of(text: str) -> Decimal | None:
    """The seconds of a duration; null where the text is none. Raises ValueError for a unit that is none of time."""
    parts = parts_of(text)
    return sum((number * size for number, size in parts), Decimal(0)) if parts else None
