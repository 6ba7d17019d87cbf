"""Baselines as of a day: as written, or computed, provisional at first and then frozen."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.fingerprints import basis
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.scoring.facts import NOTHING, Facts, period_over
from okr_analytics.okr.scoring.score import enough

PROVISIONAL_DAYS = 14


def frozen_on(period: Period) -> date:
    """The day as of which a computed baseline is frozen: 14 days after its period."""
    return period.last + timedelta(days=PROVISIONAL_DAYS)


def baseline_day(period: Period, day: date) -> date | None:
    """The day as of which a computed baseline is taken: provisional for 14 days after its period, then frozen.

    Null while the period has not ended.
    """
    return None if day < period.last else min(day, frozen_on(period))


def baseline_on(key_result: KeyResult, facts: Facts) -> Callable[[date], tuple[Decimal | None, tuple[str, ...]]]:
    """The baseline as of a day, with its flags: as written, or computed, provisional at first and then frozen."""
    period = key_result.baseline_period
    if period is None:
        return lambda _: (key_result.baseline_value, ())
    before = facts.series(key_result, period_over(period))
    frozen = facts.frozen.get((key_result.kr_id, basis(key_result)))

    def baseline(day: date) -> tuple[Decimal | None, tuple[str, ...]]:
        taken_on = baseline_day(period, day)
        if taken_on is None:
            return None, ()
        is_frozen = day >= frozen_on(period) and frozen is not None
        measured = frozen if is_frozen and frozen else before.get(taken_on, NOTHING)
        value = enough(key_result, measured)
        if value is None:
            return None, ("no_baseline",)
        return value, ("baseline_provisional",) if day <= frozen_on(period) else ()

    return baseline
