"""Where the value will end if it goes on like this: a straight line through the closed weeks, with its band.

The line is Theil and Sen's: its slope is the median of the slopes between every two weeks, so one odd week does not
bend it. The band is where the middle 80 % of the weeks lie around it. The same weeks always give the same line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.okr.defining.periods import Period, days_of, whole_periods

FEWEST_WEEKS = 6
MIDDLE = 0.5
BAND = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Projection:
    """The value expected at the window's end, in the KPI's unit, with its band."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


NO_LINE = Projection()


def projections(window: Period, kpi: Kpi, values: Iterable[tuple[date, float | None]]) -> dict[date, Projection]:
    """Per day the projection of the closing value, for days on which at least six weeks of the window have closed.

    `values` are the values as of each day; a week's is the one as of its Sunday.
    """
    by_day = dict(values)
    closed = [week.last for week in whole_periods(window, "week")]
    known = [(day, value) for day in closed if (value := by_day.get(day)) is not None]
    found: dict[date, Projection] = {}
    for count in range(FEWEST_WEEKS, len(known) + 1):
        since = known[count - 1][0]
        until = known[count][0] - timedelta(days=1) if count < len(known) else max(by_day)
        line = _line(window, kpi, known[:count])
        found |= {day: line for day in days_of(since, until) if day in by_day}
    return found


def _line(window: Period, kpi: Kpi, points: Sequence[tuple[date, float]]) -> Projection:
    x = np.array([(day - window.first).days for day, _ in points], dtype=float)
    y = np.array([value for _, value in points])
    first, second = _pairs(len(points))
    slope = _quantile(np.sort((y[second] - y[first]) / (x[second] - x[first])), MIDDLE)
    residuals = np.sort(y - slope * x)
    start = _quantile(residuals, MIDDLE)
    end = start + slope * (window.days - 1)
    low, high = (end + _quantile(residuals, share) - start for share in BAND)
    return Projection(*(_possible(each, kpi) for each in (end, low, high)))


@cache
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every two of so many points, the earlier and the later."""
    first, second = np.triu_indices(count, 1)
    return first, second


def _quantile(ordered: NDArray[np.float64], share: float) -> float:
    """Linear between the two nearest ranks; numpy's own takes ten times as long for so few."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def _possible(value: float, kpi: Kpi) -> float:
    """The nearest value that the KPI can have, at nine significant digits."""
    low = -np.inf if kpi.lower_bound is None else kpi.lower_bound
    high = np.inf if kpi.upper_bound is None else kpi.upper_bound
    return float(f"{min(max(value, low), high):.9g}")
