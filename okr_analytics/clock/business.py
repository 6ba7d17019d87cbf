"""The business clock: desk-open time between instants, and when a promise falls due.

Columns of instants go in, columns come out. Null where it cannot be known: without a schedule, before its first day,
or without one of the instants; outside hours it is 0.
"""

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from okr_analytics.clock.calendar import HORIZON, LAST_YEAR, MISSING, Calendar, beginning_of, calendar_of
from okr_analytics.desk.openings import SECOND, Micros, start_of_day
from okr_analytics.desk.schedule import Schedule
from okr_analytics.desk.sla import Clock

Places = NDArray[np.intp]


def business_seconds(schedule: Schedule | None, start: pl.Series, *ends: pl.Series) -> list[pl.Series]:
    """Desk-open seconds from `start` to each of `ends`, to the nearest second."""
    return [_as_seconds(each) for each in _open_time(schedule, _micros(start), *map(_micros, ends))]


def is_open(schedule: Schedule | None, at: pl.Series) -> pl.Series:
    """Whether the desk is open at each instant."""
    instants = _micros(at)
    if schedule is None:
        return pl.repeat(None, len(instants), dtype=pl.Boolean, eager=True)
    calendar = _covering(schedule, instants)
    return pl.Series(calendar.is_open(instants)).set(pl.Series(~calendar.is_known(instants)), None)


def due(schedule: Schedule | None, start: pl.Series, seconds: int, clock: Clock) -> pl.Series:
    """The first instant at which so many seconds have gone by, under the hours and holidays valid at `start`."""
    if clock == "calendar":
        return start.dt.offset_by(f"{seconds}s")
    starts = _micros(start)
    instants = _by_promise(schedule, _due_at, starts, np.full(len(starts), seconds * SECOND))
    return pl.Series(instants.view("datetime64[us]"))


def promised_seconds(schedule: Schedule | None, start: pl.Series, end: pl.Series, clock: Clock) -> pl.Series:
    """Seconds from `start` to `end` by a clock, under the hours and holidays valid at `start`, to the nearest."""
    starts, ends = _micros(start), _micros(end)
    if clock == "business":
        return _as_seconds(_by_promise(schedule, lambda *each: _open_time(*each)[0], starts, ends))
    is_known = (starts != MISSING) & (ends != MISSING)
    return _as_seconds(np.where(is_known, ends - starts, MISSING))


def _open_time(schedule: Schedule | None, starts: Micros, *ends: Micros) -> list[Micros]:
    """Open time from each start to each of `ends`."""
    if schedule is None:
        return [np.full(len(starts), MISSING) for _ in ends]
    calendar = _covering(schedule, starts, *ends)
    before, is_known = calendar.open_until(starts), calendar.is_known(starts)
    return [np.where(is_known & calendar.is_known(end), calendar.open_until(end) - before, MISSING) for end in ends]


def _due_at(schedule: Schedule | None, starts: Micros, open_time: Micros) -> Micros:
    """The first instant at which so much open time has gone by since each start."""
    if schedule is None:
        return np.full(len(starts), MISSING)
    calendar = _covering(schedule, starts)
    is_known = calendar.is_known(starts)
    instants = calendar.reached(calendar.open_until(starts) + open_time)
    while np.any(is_known & (instants == MISSING)) and calendar.end_year <= LAST_YEAR:
        calendar = calendar_of(schedule, int(starts[is_known].min()), beginning_of(calendar.end_year + 1))
        instants = calendar.reached(calendar.open_until(starts) + open_time)
    return np.where(is_known, instants, MISSING)


def _by_promise(
    schedule: Schedule | None, ask: Callable[[Schedule | None, Micros, Micros], Micros], starts: Micros, bounds: Micros
) -> Micros:
    """What `ask` says of each start and its bound (an end, an open time), under the schedule promised then."""
    if schedule is None or not schedule.edits:
        return ask(schedule, starts, bounds)
    answers = np.full(len(starts), MISSING)
    for promised, places in _promises(schedule, starts):
        answers[places] = ask(promised, starts[places], bounds[places])
    return answers


def _promises(schedule: Schedule, starts: Micros) -> Iterator[tuple[Schedule | None, Places]]:
    """The schedule that was promised at each start, with where those starts stand; before the first day null."""
    days = schedule.edits
    edits = np.array([start_of_day(schedule.time_zone, day) for day in days], np.int64)
    number = np.searchsorted(edits, starts, "right")
    for each in np.unique(number):
        yield schedule.promised_on(days[each - 1] if each else None), np.flatnonzero(number == each)


def _covering(schedule: Schedule, *columns: Micros) -> Calendar:
    """A calendar that reaches over all these instants that are known."""
    instants = [column[(column != MISSING) & (column < HORIZON)] for column in columns]
    firsts = [int(column.min()) for column in instants if len(column)]
    lasts = [int(column.max()) for column in instants if len(column)]
    return calendar_of(schedule, min(firsts, default=0), max(lasts, default=0))


def _micros(instants: pl.Series) -> Micros:
    return instants.cast(pl.Datetime("us")).to_numpy().view(np.int64)


def _as_seconds(durations: Micros) -> pl.Series:
    """Whole seconds, to the nearest; null where the duration is missing."""
    seconds = pl.Series((durations + SECOND // 2) // SECOND)
    return seconds.set(pl.Series(durations == MISSING), None)
