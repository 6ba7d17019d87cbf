"""What scoring looks at, besides the definitions: measured values, frozen baselines, check-ins, freshness, calendar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate

from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.periods import Period


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value with the rows it rests on; null where there is nothing to measure. `low` and `high` are the ends
    of its noise interval, given on the newest day."""

    value: Decimal | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


NOTHING = Measured()
Series = Mapping[date, Measured]


class Calendar:
    """The desk's business days, counted once. Without any given every day is one; so is each day outside the given."""

    def __init__(self, first: date = date.max, is_business_day: Sequence[bool] = ()) -> None:
        self._first = first
        self._days = list(is_business_day)
        self._up_to = [0, *accumulate(map(int, self._days))]

    def business_days(self, first: date, last: date) -> list[bool]:
        """Whether each day from `first` to `last` is one."""
        start = first.toordinal() - self._first.toordinal()
        return [self._is(start + number) for number in range((last - first).days + 1)]

    def business_days_between(self, earlier: date, later: date) -> int:
        """Business days after `earlier` up to `later`."""
        start, end = (day.toordinal() - self._first.toordinal() + 1 for day in (earlier, later))
        if 0 <= start <= end <= len(self._days):
            return self._up_to[end] - self._up_to[start]
        return sum(self._is(place) for place in range(start, end))

    def _is(self, place: int) -> bool:
        return self._days[place] if 0 <= place < len(self._days) else True


@dataclass(frozen=True)
class Facts:
    """Everything that answers rest on.

    `measured`: per KPI, filter and span, the value as of each day. `frozen`: per key result and basis of its baseline,
    the value that was frozen. `newest_days`: per measure and source the newest day covered.
    """

    measured: Mapping[tuple[str, str, str], Series] = field(default_factory=dict)
    frozen: Mapping[tuple[str, str], Measured] = field(default_factory=dict)
    check_ins: Mapping[str, Sequence[CheckIn]] = field(default_factory=dict)
    newest_days: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def series(self, key_result: KeyResult, over: str) -> Series:
        """What was measured of a key result's KPI over a span, day by day."""
        known = key_result.kpi
        return self.measured.get((known.kpi_id, key_result.filter, over), {}) if known else {}

    def newest_day(self, key_result: KeyResult) -> date | None:
        """The oldest among the newest days of the sources that feed it or its parts; null where it needs none."""
        return min(self._newest_days(key_result), default=None)

    def _newest_days(self, key_result: KeyResult) -> Iterator[date]:
        for part in key_result.parts:
            yield from self._newest_days(part)
        if key_result.kpi is not None:
            wanted = key_result.written.where.get("source")
            feeding = self.newest_days.get(key_result.kpi.measure, {})
            yield from (day for source, day in feeding.items() if wanted is None or source in wanted)


def value_over(key_result: KeyResult) -> str:
    """How the span of the key result's value is kept in okr.measurements."""
    return f"{key_result.window.first}..day" if key_result.over == "window" else key_result.over


def period_over(period: Period) -> str:
    """How a fixed period is kept in okr.measurements."""
    return str(period)
