"""A score before its status: how far, how far it should be, and what a reader must know. One function per kind.

Each takes a key result and the facts, and gives what scores one day. Decimal arithmetic; comparisons at 9 significant
digits; no file, no clock, no query. Kinds and formulas: sql/DECISIONS.md#kinds-of-key-results.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache, partial
from itertools import accumulate

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.fingerprints import basis
from okr_analytics.okr.defining.periods import Period, days_of, whole_periods
from okr_analytics.okr.defining.targets import is_in_range, is_met, nine_digits, raw_progress
from okr_analytics.okr.scoring.facts import NOTHING, Facts, Measured, period_over, value_over

ZERO, ONE = Decimal(0), Decimal(1)
PROVISIONAL_DAYS = 14


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


def scorer(key_result: KeyResult, facts: Facts) -> DayScore:
    """How each day of a key result of any kind but all_of is scored."""
    return _SCORERS[key_result.kind](key_result, facts)


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


def frozen_on(period: Period) -> date:
    """The day as of which a computed baseline is frozen: 14 days after its period."""
    return period.last + timedelta(days=PROVISIONAL_DAYS)


def baseline_day(period: Period, day: date) -> date | None:
    """The day as of which a computed baseline is taken: provisional for 14 days after its period, then frozen.

    Null while the period has not ended.
    """
    return None if day < period.last else min(day, frozen_on(period))


def enough(key_result: KeyResult, measured: Measured) -> Decimal | None:
    """The measured value, where it rests on enough rows."""
    return measured.value if measured.n is not None and measured.n >= key_result.min_n else None


def _improve(key_result: KeyResult, facts: Facts) -> DayScore:
    """From a baseline to a target. Where a computed baseline already meets it: hold it, 1 while met."""
    now = facts.series(key_result, value_over(key_result))
    baseline_on = _baseline(key_result, facts)
    way_from = cache(partial(_way, key_result))

    def score(day: date) -> Score:
        measured = now.get(day, NOTHING)
        baseline, flags = baseline_on(day)
        way, value, raw, attainment = way_from(baseline), enough(key_result, measured), None, None
        if value is not None and baseline is not None and way.leads_to is not None:
            raw = raw_progress(value, baseline, way.leads_to)
            attainment = min(max(raw, ZERO), ONE)
        elif value is not None and way.is_held:
            attainment = _met(key_result, value, way.target)
        return Score(
            attainment=attainment,
            expected=ONE if way.is_held else expected_share(key_result, day),
            value=_nine(measured.value),
            baseline=way.baseline,
            target=way.target,
            raw=raw,
            n=measured.n,
            flags=(*flags, *way.flags),
            is_pending=key_result.baseline_period is not None and day < key_result.baseline_period.last,
        )

    return score


@dataclass(frozen=True, slots=True)
class _Way:
    """From a baseline to its target. `leads_to`: the target, where there is a way to go; `is_held`: it is met."""

    baseline: Decimal | None = None
    target: Decimal | None = None
    leads_to: Decimal | None = None
    is_held: bool = False
    flags: tuple[str, ...] = ()


def _way(key_result: KeyResult, baseline: Decimal | None) -> _Way:
    aim = key_result.target
    target = aim.value(baseline) if aim else None
    shown = _Way(_nine(baseline), _nine(target))
    if baseline is None or target is None or aim is None or key_result.kpi is None:
        return shown
    if aim.kind == "relative" and baseline == 0:
        return replace(shown, flags=("zero_baseline",))
    if not is_in_range(target, key_result.kpi):
        return replace(shown, flags=("target_out_of_range",))
    if is_met(baseline, target, str(key_result.direction)):
        return replace(shown, is_held=True, flags=("target_met_at_baseline",))
    return replace(shown, leads_to=target)


def _baseline(key_result: KeyResult, facts: Facts) -> Callable[[date], tuple[Decimal | None, tuple[str, ...]]]:
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


def _reach(key_result: KeyResult, facts: Facts) -> DayScore:
    """At least, at most or within a target: 1 while met, else 0."""
    now = facts.series(key_result, value_over(key_result))
    target = key_result.target.value(None) if key_result.target else None

    def score(day: date) -> Score:
        measured = now.get(day, NOTHING)
        value = enough(key_result, measured)
        met = None if value is None or key_result.target is None else _met(key_result, value, target)
        return Score(met, ONE, _nine(measured.value), target=_nine(target), n=measured.n)

    return score


def _met(key_result: KeyResult, value: Decimal, target: Decimal | None) -> Decimal:
    """1 where the value is at the target or beyond, else 0."""
    if key_result.target is None:
        return ZERO
    aimed_at = key_result.target if target is None else type(key_result.target)("absolute", target)
    return ONE if aimed_at.is_met(value, str(key_result.direction)) else ZERO


def periods_to_judge(key_result: KeyResult) -> list[Period]:
    """The days, weeks or months that a maintain looks at: those wholly inside its window."""
    return whole_periods(key_result.window, str(key_result.grain))


def _maintain(key_result: KeyResult, facts: Facts) -> DayScore:
    """Every closed period with enough rows complies, or as many of them as required."""
    periods = periods_to_judge(key_result)
    series = [(each.last, facts.series(key_result, period_over(each))) for each in periods]
    target = key_result.target.value(None) if key_result.target else None

    def score(day: date) -> Score:
        closed = [each.get(day, NOTHING) for last, each in series if last <= day]
        values = [value for each in closed if (value := enough(key_result, each)) is not None]
        if not values or key_result.target is None:
            return Score(None, ONE, target=_nine(key_result.required), n=0, has_begun=bool(closed))
        kept = sum((_met(key_result, value, target) for value in values), ZERO)
        share = kept / len(values)
        attainment = min(ONE, nine_digits(share / key_result.required))
        return Score(attainment, ONE, _nine(share), target=_nine(key_result.required), n=len(values))

    return score


def _milestone(key_result: KeyResult, facts: Facts) -> DayScore:
    """The weight of what is ticked, beside the weight of what is due. After the window nothing more counts."""
    whole = sum((each.weight for each in key_result.milestones), ZERO)
    ticks = ticks_of(key_result, facts)

    def score(day: date) -> Score:
        done = {each: on for each in key_result.milestones if (on := ticked_on(ticks, each.milestone_id, day))}
        due = sum((each.weight for each in key_result.milestones if each.due <= day), ZERO)
        share = nine_digits(sum((each.weight for each in done), ZERO) / whole)
        flags = ("late",) if any(on > each.due for each, on in done.items()) else ()
        return Score(share, nine_digits(due / whole), share, target=ONE, n=len(done), flags=flags)

    return score


Ticks = dict[str, list[tuple[date, bool]]]


def ticks_of(key_result: KeyResult, facts: Facts) -> Ticks:
    """What was said of each milestone, day by day up to the window's end: done, or not done after all."""
    said: Ticks = {}
    for each in sorted(facts.check_ins.get(key_result.kr_id, ()), key=lambda each: each.day):
        if each.milestone and each.is_done is not None and each.day <= key_result.window.last:
            said.setdefault(each.milestone, []).append((each.day, each.is_done))
    return said


def ticked_on(ticks: Ticks, milestone_id: str, day: date) -> date | None:
    """Since when a milestone is done as of a day; null where it is not."""
    since = None
    for said_on, is_done in ticks.get(milestone_id, ()):
        if said_on <= day:
            since = (since or said_on) if is_done else None
    return since


def _cadence(key_result: KeyResult, facts: Facts) -> DayScore:
    """Periods with evidence over periods due so far."""
    due = periods_due(key_result, facts)
    closings = [each.last for each in due]
    evidence = {each.day for each in facts.check_ins.get(key_result.kr_id, ()) if each.is_done is not False}
    kept = [any(day in evidence for day in days_of(each.first, each.last)) for each in due]
    so_far = [0, *accumulate(map(int, kept))]

    def score(day: date) -> Score:
        count = bisect_right(closings, day)
        if not count:
            return Score(None, ONE, n=0, has_begun=False)
        share = nine_digits(Decimal(so_far[count]) / count)
        return Score(share, ONE, Decimal(so_far[count]), target=Decimal(count), n=count)

    return score


def periods_due(key_result: KeyResult, facts: Facts) -> list[Period]:
    """The business days, or the weeks wholly inside the window, on which a cadence is due."""
    window = key_result.window
    if key_result.grain == "week":
        return whole_periods(window, "week")
    days = zip(days_of(window.first, window.last), facts.calendar.business_days(window.first, window.last), strict=True)
    return [Period(day, day) for day, is_business_day in days if is_business_day]


_SCORERS: dict[str, Callable[[KeyResult, Facts], DayScore]] = {
    "improve": _improve,
    "reach": _reach,
    "maintain": _maintain,
    "milestone": _milestone,
    "cadence": _cadence,
}


def _nine(number: Decimal | None) -> Decimal | None:
    return None if number is None else nine_digits(number)
