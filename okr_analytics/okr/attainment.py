"""Scoring: a pure function of a key result, a day, what was measured and how fresh the data is.

No file, no clock, no query. All arithmetic is decimal; comparisons are at 9 significant digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okr_analytics.errors import TargetMetAtBaseline
from okr_analytics.okr.definitions import KeyResult
from okr_analytics.okr.periods import Period
from okr_analytics.okr.targets import is_in_range, is_met, nine_digits, raw_progress

ZERO, ONE = Decimal(0), Decimal(1)
ON_TRACK_GAP, AT_RISK_GAP = Decimal("-0.10"), Decimal("-0.25")
EARLY_EXPECTED = Decimal("0.10")
SUCCESS = {"committed": Decimal(1), "aspirational": Decimal("0.7")}
STALE_AFTER_DAYS = 3  # business days
PROVISIONAL_DAYS = 14


@dataclass(frozen=True)
class Measured:
    """A measured value with the rows it rests on; null where there is nothing to measure."""

    value: Decimal | None = None
    n: int | None = None


@dataclass(frozen=True)
class Answer:
    """What can be said of one key result as of one day. Null means that it cannot be known."""

    status: str
    value: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    raw: Decimal | None = None
    attainment: Decimal | None = None
    expected: Decimal | None = None
    n: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """Attainment minus expected."""
        return _gap(self.attainment, self.expected)


@dataclass(frozen=True)
class Score:
    """Attainment before its status: how far, how far it should be, and what a reader must know."""

    raw: Decimal | None = None
    attainment: Decimal | None = None
    expected: Decimal | None = None
    flags: tuple[str, ...] = ()


def elapsed_share(window: Period, day: date) -> Decimal:
    """E = (day - start + 1) / days in the window."""
    return nine_digits(Decimal((day - window.first).days + 1) / window.days)


def baseline_day(period: Period, day: date) -> date | None:
    """The day as of which a computed baseline is taken: provisional for 14 days after its period, then frozen.

    Null while the period has not ended.
    """
    return None if day < period.last else min(day, period.last + timedelta(days=PROVISIONAL_DAYS))


def calendar_days(earlier: date, later: date) -> int:
    """Days after `earlier` up to `later`, where every day is a business day."""
    return (later - earlier).days


def answer(
    key_result: KeyResult,
    day: date,
    now: Measured,
    before: Measured,
    newest_day: date | None,
    business_days: Callable[[date, date], int] = calendar_days,
) -> Answer:
    """One key result as of `day`: `now` is its value, `before` its computed baseline (if it has one), `newest_day` the
    oldest among the newest days that its sources cover; `business_days` counts those after a day up to another."""
    value = now.value if now.n is not None and now.n >= key_result.min_n else None
    baseline = _baseline(key_result, day, before)
    target = key_result.target.value(baseline) if key_result.target else None
    scored = _score(key_result, day, value, baseline, target)
    return Answer(
        status=_status(key_result, day, scored, is_stale=_is_stale(day, newest_day, business_days)),
        value=_nine(now.value),
        baseline=_nine(baseline),
        target=_nine(target),
        raw=scored.raw,
        attainment=scored.attainment,
        expected=scored.expected,
        n=now.n,
        flags=scored.flags,
    )


def _baseline(key_result: KeyResult, day: date, before: Measured) -> Decimal | None:
    if key_result.baseline_period is None:
        return key_result.baseline_value
    if day < key_result.baseline_period.last:
        return None
    enough = before.n is not None and before.n >= key_result.min_n
    return before.value if enough else None


def _score(
    key_result: KeyResult, day: date, value: Decimal | None, baseline: Decimal | None, target: Decimal | None
) -> Score:
    if key_result.target is None:
        return Score()
    if key_result.written.kind == "reach":
        return _held(value, target, key_result.direction)
    flags = _baseline_flags(key_result, day, baseline)
    expected = elapsed_share(key_result.window, day)
    if baseline is None or target is None:
        return Score(expected=expected, flags=flags)
    if key_result.target.kind == "relative" and baseline == 0:
        return Score(expected=expected, flags=(*flags, "zero_baseline"))
    if not is_in_range(target, key_result.kpi):
        return Score(expected=expected, flags=(*flags, "target_out_of_range"))
    try:
        raw = raw_progress(baseline if value is None else value, baseline, target, key_result.direction)
    except TargetMetAtBaseline:
        return _held(value, target, key_result.direction, (*flags, "target_met_at_baseline"))
    if value is None:
        return Score(expected=expected, flags=flags)
    return Score(raw, min(max(raw, ZERO), ONE), expected, flags)


def _held(value: Decimal | None, target: Decimal | None, direction: str, flags: tuple[str, ...] = ()) -> Score:
    """Hold it: 1 while met, else 0; expected 1."""
    if value is None or target is None:
        return Score(expected=ONE, flags=flags)
    return Score(attainment=ONE if is_met(value, target, direction) else ZERO, expected=ONE, flags=flags)


def _baseline_flags(key_result: KeyResult, day: date, baseline: Decimal | None) -> tuple[str, ...]:
    period = key_result.baseline_period
    if period is None or day < period.last:
        return ()
    if baseline is None:
        return ("no_baseline",)
    return ("baseline_provisional",) if day <= period.last + timedelta(days=PROVISIONAL_DAYS) else ()


def _is_stale(day: date, newest_day: date | None, business_days: Callable[[date, date], int]) -> bool:
    """Whether the data ends more than three business days before the day; never where it ends three days before."""
    if newest_day is None or (day - newest_day).days <= STALE_AFTER_DAYS:
        return False
    return business_days(newest_day, day) > STALE_AFTER_DAYS


def _status(key_result: KeyResult, day: date, scored: Score, *, is_stale: bool) -> str:
    """The first that applies, in the order of SEMANTICS section 4."""
    period = key_result.baseline_period
    if key_result.target is None:
        return "draft"
    if day >= key_result.window.last:
        return closed(scored.attainment, key_result.ambition)
    if period is not None and day < period.last:
        return "baseline_pending"
    if elapsed_share(key_result.window, day) < EARLY_EXPECTED:
        return "too_early"
    if scored.attainment is None:
        return "no_data"
    if is_stale:
        return "stale"
    return by_gap(scored.attainment, scored.expected)


def closed(attainment: Decimal | None, ambition: str) -> str:
    """How a window ended: met is attainment 1, for an aspirational objective 0.7."""
    if attainment is None:
        return "closed_no_data"
    return "closed_met" if attainment >= SUCCESS[ambition] else "closed_missed"


def by_gap(attainment: Decimal | None, expected: Decimal | None) -> str:
    """On track, at risk or off track, by how far attainment is behind what was expected."""
    gap = _gap(attainment, expected)
    if gap is None:
        return "no_data"
    if gap >= ON_TRACK_GAP:
        return "on_track"
    return "at_risk" if gap >= AT_RISK_GAP else "off_track"


def _gap(attainment: Decimal | None, expected: Decimal | None) -> Decimal | None:
    return None if attainment is None or expected is None else nine_digits(attainment - expected)


def _nine(number: Decimal | None) -> Decimal | None:
    return None if number is None else nine_digits(number)
