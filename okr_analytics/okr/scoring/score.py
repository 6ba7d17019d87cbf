"""A score before its status: how far, how far it should be, and what a reader must know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.targets import nine_digits
from okr_analytics.okr.scoring.facts import Measured

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Score:
    """What is known of one key result as of one day, before a status is read off it. Null: it cannot be known.

    `is_draft`: a part of it is left open. `is_pending`: its baseline's period is not over. `has_begun`: there is
    something to judge by (a closed period).
    """

    attainment: Decimal | None = None
    expected: Decimal | None = None
    value: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    raw: Decimal | None = None
    n: int | None = None
    flags: tuple[str, ...] = ()
    is_draft: bool = False
    is_pending: bool = False
    has_begun: bool = True


DayScore = Callable[[date], Score]
"""What scores one day of one key result."""


@lru_cache(maxsize=10_000)  # asked twice about every day of every key result, and windows are shared
def elapsed_share(window: Period, day: date) -> Decimal:
    """E = (day - start + 1) / days in the window."""
    return nine_digits(Decimal((day - window.first).days + 1) / window.days)


def expected_share(key_result: KeyResult, day: date) -> Decimal:
    """Share of the way that should be done by the day: linear over the window, or between the phases written down."""
    if not key_result.phases:
        return elapsed_share(key_result.window, day)
    window = key_result.window
    points = [(window.first - timedelta(days=1), ZERO), *key_result.phases]
    if points[-1][0] < window.last:
        points.append((window.last, ONE))
    after = next((place for place, (reached, _) in enumerate(points) if reached >= day), len(points) - 1)
    (first, low), (last, high) = points[after - 1], points[after]
    return nine_digits(low + (high - low) * (day - first).days / (last - first).days)


def enough(key_result: KeyResult, measured: Measured) -> Decimal | None:
    """The measured value, where it rests on enough rows."""
    return measured.value if measured.n is not None and measured.n >= key_result.min_n else None


def met(key_result: KeyResult, value: Decimal, target: Decimal | None) -> Decimal:
    """1 where the value is at the target or beyond, else 0."""
    if key_result.target is None:
        return ZERO
    aimed_at = key_result.target if target is None else type(key_result.target)("absolute", target)
    return ONE if aimed_at.is_met(value, str(key_result.direction)) else ZERO


def nine(number: Decimal | None) -> Decimal | None:
    """The number at 9 significant digits, where there is one."""
    return None if number is None else nine_digits(number)
