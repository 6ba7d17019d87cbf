"""Reading durations: 95, 1:35:00, 1 h 35 min, 2 d 3 h, or an instant since 1970, to seconds.

A number alone is in the unit that the profile names; everything else says its unit itself.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from okr_analytics.landing.instants import read_instants
from okr_analytics.landing.numbers import read_numbers
from okr_analytics.sources.vocabulary import SINCE_1970, UNIT_SECONDS
from okr_analytics.sources.words import plain

CLOCK = re.compile(
    r"(?P<sign>-?)\s*(?:(?P<days>\d+)(?:\s*(?:d|days?|dias?|zi|zile)\b,?\s*|,?\s+))?"
    r"(?P<hours>\d+):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2}(?:\.\d+)?))?"
)
GROUPED = r"^-?\d{1,3}(,\d{3})+$"
PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)")
WORDS = {
    "w": ("w", "week", "weeks", "sem", "semana", "semanas", "saptamana", "saptamani"),
    "d": ("d", "day", "days", "dia", "dias", "zi", "zile"),
    "h": ("h", "hr", "hrs", "hour", "hours", "hora", "horas", "ora", "ore"),
    "min": ("m", "min", "mins", "minute", "minutes", "minuto", "minutos"),
    "s": ("s", "sec", "secs", "seg", "second", "seconds", "segundo", "segundos", "secunda", "secunde"),
    "ms": ("ms",),
}
SECONDS = {**UNIT_SECONDS, "w": 7 * 86400.0}
UNITS = {word: unit for unit, words in WORDS.items() for word in words}
AND = ("and", "y", "e", "si")
DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 - how workbooks count days: 1900-01-01 is the first
LEAP_DAY = 60  # they count a 29 February 1900 that never was


@dataclass(frozen=True)
class Durations:
    """Signed seconds, null where a cell is empty or no duration; and the seconds within which they are told, by numbers
    or by the finest unit that is named, whichever is coarser: null where none is."""

    seconds: pl.Series
    precision_seconds: int | None


def read_durations(text: pl.Series, unit: str) -> Durations:
    """Durations of cells whose bare numbers are in that unit."""
    if text.null_count() == len(text):
        return Durations(text.cast(pl.Float64, strict=False), None)
    size = UNIT_SECONDS.get(unit, 1.0)
    cells = _ungrouped(text) if size <= 1 else text
    number = read_numbers(cells) * size
    if unit == SINCE_1970:
        number = number.zip_with(number.is_not_null(), _since_1970(cells.set(number.is_not_null(), None)))
    if number.null_count() == cells.null_count():
        return Durations(number, _precision(cells, size))
    left = cells.set(number.is_not_null(), None)
    read = {cell: _one(cell) for cell in left.unique().drop_nulls()}
    said = left.replace_strict({cell: found and found[0] for cell, found in read.items()}, return_dtype=pl.Float64)
    told = [found[1] for found in read.values() if found]
    within = [min(told)] if told else []  # 1 day, 2 h 5 min: units that are nought are left out
    if number.null_count() < len(number):
        within.append(_precision(cells.set(number.is_null(), None), size))
    return Durations(number.zip_with(number.is_not_null(), said), max(within, default=None))


def _ungrouped(text: pl.Series) -> pl.Series:
    """Numbers of seconds without the commas that group their thousands: nobody tells thousandths of a second."""
    grouped = text.str.contains(GROUPED)
    return text.zip_with(~grouped.fill_null(value=False), text.str.replace_all(",", "", literal=True))


def _precision(numbers: pl.Series, size: float) -> int:
    """The unit, or the tenth or hundredth of it where numbers have decimals."""
    decimals: int | None = numbers.str.extract(r"[.,](\d+)$").str.len_chars().cast(pl.Int64).max()  # type: ignore[assignment]
    return max(1, round(size / 10.0 ** (decimals or 0)))


def _since_1970(text: pl.Series) -> pl.Series:
    return read_instants(text, (), "UTC").dt.epoch("us") / 1e6


def _one(cell: str) -> tuple[float, int] | None:
    """Seconds of one cell that is no bare number, and within how many seconds it tells them."""
    words = plain(cell)
    if clock := CLOCK.fullmatch(words):
        return _by_clock(clock)
    if day := re.fullmatch(r"(1899|19\d\d)-\d\d-\d\d[t ]\d\d:\d\d:\d\d(\.\d+)?", words):
        return _of_workbook(day[0]), 1
    sign = -1.0 if words.startswith("-") else 1.0
    parts = [(float(number.replace(",", ".")), word) for number, word in PART.findall(words) if word not in AND]
    rest = re.sub(rf"{PART.pattern}|\b({'|'.join(AND)})\b|[\s,-]", "", words)
    if rest or not parts or any(word not in UNITS for _, word in parts):
        return None
    sizes = [SECONDS[UNITS[word]] for _, word in parts]
    return sign * sum(number * size for (number, _), size in zip(parts, sizes, strict=True)), max(1, round(min(sizes)))


def _by_clock(clock: re.Match[str]) -> tuple[float, int]:
    sign = -1.0 if clock["sign"] else 1.0
    hours = 24 * int(clock["days"] or 0) + int(clock["hours"])
    seconds = 3600 * hours + 60 * int(clock["minutes"]) + float(clock["seconds"] or 0)
    return sign * seconds, 1 if clock["seconds"] else 60


def _of_workbook(text: str) -> float:
    """A duration that a workbook shows as a day of 1900 or later."""
    since = datetime.fromisoformat(text) - DAY_ZERO
    return (since + timedelta(days=since.days >= LEAP_DAY)).total_seconds()
