"""Wall-clock hours laid on the time line: at which instants a schedule opens and closes.

The desk is open at an instant when its wall clock then shows a time inside an interval. So an interval from 00:00 to
24:00 has 23 hours on the day on which clocks go forward, and one that lies in the hour that occurs twice is open twice.
Instants are microseconds since 1970, UTC; local times are microseconds of wall clock since 1970.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from okr_analytics.desk.schedule import Schedule

Micros = NDArray[np.int64]
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
EPOCH = date(1970, 1, 1)
FIRST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_WEEKDAY = 3  # a Thursday


class Stretch(NamedTuple):
    """A time in which the zone's offset from UTC does not change: instants, half-open."""

    begins: int
    ends: int
    offset: int


class Spans(NamedTuple):
    """Spans of time that do not overlap, in order, half-open."""

    begins: Micros
    ends: Micros


def local_midnight(day: date) -> int:
    """The wall clock at which a day begins."""
    return (day - EPOCH).days * DAY


@lru_cache(maxsize=256)
def stretches(time_zone: str, first_year: int, last_year: int) -> tuple[Stretch, ...]:
    """The stretches of a zone from a day before the first year to a day after the last."""
    zone = ZoneInfo(time_zone)
    day = local_midnight(date(first_year, 1, 1)) - DAY
    end = local_midnight(date(last_year, 12, 31)) + 2 * DAY
    changes = [(day, _offset(zone, day))]
    while day < end:
        following = min(day + DAY, end)
        if (offset := _offset(zone, following)) != changes[-1][1]:
            changes.append((_change(zone, day, following), offset))
        day = following
    ends = [at for at, _ in changes[1:]] + [end]
    return tuple(Stretch(begins, ends[place], offset) for place, (begins, offset) in enumerate(changes))


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (FIRST_INSTANT + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    return (offset or timedelta()) // timedelta(microseconds=1)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second at which the offset is no longer what it was."""
    old = _offset(zone, before)
    while after - before > SECOND:
        middle = (before + after) // 2 // SECOND * SECOND
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def start_of_day(time_zone: str, day: date) -> int:
    """The first instant at which a zone's wall clock shows that day or a later one."""
    midnight = local_midnight(day)
    of_year = stretches(time_zone, day.year, day.year)
    return next(max(each.begins, midnight - each.offset) for each in of_year if midnight < each.ends + each.offset)


def openings(schedule: Schedule, first_year: int, last_year: int) -> Spans:
    """When the schedule is open, in UTC, over these years."""
    parts = [(each.offset, spans) for each, spans in _by_stretch(schedule, first_year, last_year)]
    begins = np.concatenate([spans.begins - offset for offset, spans in parts])
    return Spans(begins, np.concatenate([spans.ends - offset for offset, spans in parts]))


def open_days(schedule: Schedule, first: date, last: date) -> list[bool]:
    """Whether each day has any open minute; true where no hours are known on it."""
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    known_from = schedule.hours[0].valid_from or date.min
    return [day < known_from or day in _open_days_of(schedule, day.year) for day in days]


@lru_cache(maxsize=1024)
def _open_days_of(schedule: Schedule, year: int) -> frozenset[date]:
    days = np.arange(_number(date(year, 1, 1)), _number(date(year, 12, 31)) + 1)
    is_open = np.zeros(len(days), np.bool_)
    for _, spans in _by_stretch(schedule, year, year):
        following = np.searchsorted(spans.ends, days * DAY, "right")
        begins = np.append(spans.begins, np.iinfo(np.int64).max)[following]
        is_open |= begins < (days + 1) * DAY
    return frozenset(EPOCH + timedelta(int(number)) for number in days[is_open])


def _by_stretch(schedule: Schedule, first_year: int, last_year: int) -> Iterator[tuple[Stretch, Spans]]:
    """The open wall-clock spans that occur in each stretch of the zone."""
    wall = _merged(_written(schedule, first_year, last_year))
    for each in stretches(schedule.time_zone, first_year, last_year):
        low, high = each.begins + each.offset, each.ends + each.offset
        inside = slice(np.searchsorted(wall.ends, low, "right"), np.searchsorted(wall.begins, high, "left"))
        yield each, Spans(np.maximum(wall.begins[inside], low), np.minimum(wall.ends[inside], high))


def _written(schedule: Schedule, first_year: int, last_year: int) -> Spans:
    """The intervals of every day, whether they overlap or not."""
    first, end = _number(date(first_year, 1, 1)) - 1, _number(date(last_year, 12, 31)) + 2
    closed = np.array([_number(day) for day in schedule.closed_days(first_year - 1, last_year + 1)], np.int64)
    begins, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for valid_from, valid_until, week in schedule.weeks():
        days = np.arange(max(first, _number(valid_from)), min(end, _number(valid_until)))
        days = days[~np.isin(days, closed)]
        for weekday, hours in enumerate(week):
            midnights = days[(days + EPOCH_WEEKDAY) % 7 == weekday] * DAY
            for interval in hours:
                begins.append(midnights + interval.begins_minute * MINUTE)
                ends.append(midnights + interval.ends_minute * MINUTE)
    return Spans(np.concatenate(begins), np.concatenate(ends))


def _merged(spans: Spans) -> Spans:
    """The same time in spans that lie apart."""
    order = np.argsort(spans.begins, kind="stable")
    begins, ends = spans.begins[order], np.maximum.accumulate(spans.ends[order])
    apart = np.append(True, begins[1:] > ends[:-1]) if len(begins) else np.empty(0, np.bool_)
    return Spans(begins[apart], ends[np.append(np.flatnonzero(apart)[1:] - 1, len(ends) - 1)] if len(ends) else ends)


def _number(day: date) -> int:
    return (day - EPOCH).days
