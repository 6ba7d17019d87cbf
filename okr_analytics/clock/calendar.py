"""The open time of one schedule, laid out once and then looked up: no row is visited alone.

Instants and durations are arrays of microseconds; MISSING stands for one that is not known.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from okr_analytics.desk.openings import DAY, Micros, Spans, openings, start_of_day
from okr_analytics.desk.schedule import Schedule

MISSING = np.iinfo(np.int64).min  # what NumPy and Polars hold where there is no instant
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them no schedule is known
YEARS_AT_ONCE = 8


def beginning_of(year: int) -> int:
    """The first instant of a year, UTC."""
    return int(np.datetime64(f"{year}-01-01", "us").astype(np.int64))


BEGINNING, HORIZON = beginning_of(FIRST_YEAR), beginning_of(LAST_YEAR + 1)


@dataclass(frozen=True)
class Calendar:
    """When a schedule is open over some years, and how much open time lies before each opening.

    `places` tells for each day from `origin` on the last opening until it begins, so that the opening before an instant
    is a few steps away (three times as fast as a binary search).
    """

    spans: Spans
    before: Micros
    origin: int
    places: Micros
    steps: int
    known_from: int
    end_year: int

    def open_until(self, at: Micros) -> Micros:
        """Open time from the calendar's beginning up to each instant."""
        place = self._last_opening(at)
        return self.before[place] + np.minimum(at, self.spans.ends[place]) - self.spans.begins[place]

    def is_open(self, at: Micros) -> NDArray[np.bool_]:
        """Whether the schedule is open at each instant."""
        return at < self.spans.ends[self._last_opening(at)]

    def is_known(self, at: Micros) -> NDArray[np.bool_]:
        """Whether the schedule is known at each instant."""
        return (at >= self.known_from) & (at < HORIZON)

    def reached(self, open_time: Micros) -> Micros:
        """The first instant at which so much open time has gone by since the calendar's beginning."""
        place = np.searchsorted(self.before, open_time, "left") - 1
        instant = self.spans.begins[place] + open_time - self.before[place]
        return np.where(instant <= self.spans.ends[place], instant, MISSING)

    def _last_opening(self, at: Micros) -> Micros:
        """The place of the last opening at or before each instant."""
        place = self.places[np.clip((at - self.origin) // DAY, 0, len(self.places) - 1)]
        for _ in range(self.steps):
            following = np.minimum(place + 1, len(self.before) - 1)
            place = np.where(self.spans.begins[following] <= at, following, place)
        return place


def calendar_of(schedule: Schedule, first_at: int, last_at: int) -> Calendar:
    """A calendar that reaches over these instants, as far as schedules are known."""
    first, last = (_year(min(max(at, BEGINNING), HORIZON - 1)) for at in (first_at, last_at))
    return _laid_out(schedule, first - first % YEARS_AT_ONCE, last - last % YEARS_AT_ONCE + YEARS_AT_ONCE)


@lru_cache(maxsize=256)
def _laid_out(schedule: Schedule, first_year: int, end_year: int) -> Calendar:
    """The calendar of these years. An opening of no length stands before all others, so that each instant has one."""
    begins, ends = openings(schedule, first_year, end_year - 1)
    spans = Spans(np.append(MISSING + 1, begins), np.append(MISSING + 1, ends))
    lengths = spans.ends - spans.begins
    first_day = schedule.hours[0].valid_from
    known_from = start_of_day(schedule.time_zone, first_day) if first_day else BEGINNING
    days = np.arange(beginning_of(first_year) - DAY, beginning_of(end_year) + 2 * DAY, DAY)
    places = np.searchsorted(spans.begins, days, "right") - 1
    return Calendar(
        spans=spans,
        before=np.cumsum(lengths) - lengths,
        origin=int(days[0]),
        places=places,
        steps=int(np.diff(places, append=len(begins)).max()),
        known_from=max(known_from, BEGINNING),
        end_year=end_year,
    )


def _year(at: int) -> int:
    return int(np.datetime64(at, "us").astype("datetime64[Y]").astype(np.int64)) + 1970
