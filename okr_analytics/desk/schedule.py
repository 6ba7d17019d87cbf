"""When somebody is at work: a zone, weekly hours and holidays, each by the day from which they are valid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from okr_analytics.desk.blocks import valid_on
from okr_analytics.desk.closures import Holidays
from okr_analytics.desk.hours import Hours, Interval


@dataclass(frozen=True)
class Schedule:
    """The hours of the desk, a team or a source. Before the first of `hours` nothing is known."""

    time_zone: str
    hours: tuple[Hours, ...]
    closures: tuple[Holidays, ...] = ()

    def promised_on(self, day: date | None) -> "Schedule | None":
        """The schedule as it was valid on a day (null: before every edit), always; null where none was known."""
        day = day or date.min
        hours, closures = valid_on(self.hours, day), valid_on(self.closures, day)
        if hours is None:
            return None
        always = {"valid_from": None}
        closed = (closures.model_copy(update=always),) if closures else ()
        return Schedule(self.time_zone, (hours.model_copy(update=always),), closed)

    @property
    def edits(self) -> tuple[date, ...]:
        """The days from which something new is valid, in order."""
        return tuple(sorted({each.valid_from for each in (*self.hours, *self.closures) if each.valid_from}))

    def closed_days(self, first_year: int, last_year: int) -> Iterator[date]:
        """The holidays of these years, each under the block that is valid on it."""
        for year in range(first_year, last_year + 1):
            for block in self.closures:
                yield from (day for day in block.closed_days(year) if valid_on(self.closures, day) is block)

    def weeks(self) -> Iterator[tuple[date, date, tuple[tuple[Interval, ...], ...]]]:
        """The week of each block of hours with its first day and the first day after it."""
        days = [each.valid_from or date.min for each in self.hours]
        for block, first, end in zip(self.hours, days, [*days[1:], date.max], strict=True):
            yield first, end, block.week
