"""What is counted: maintain, periods that comply; milestone, checkpoints ticked; cadence, days with evidence.

Formulas: sql/DECISIONS.md#kinds-of-key-results.
"""

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from itertools import accumulate

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.periods import Period, days_of, whole_periods
from okr_analytics.okr.defining.targets import nine_digits
from okr_analytics.okr.scoring.facts import NOTHING, Facts, period_over
from okr_analytics.okr.scoring.score import ONE, ZERO, DayScore, Score, enough, met, nine


def periods_to_judge(key_result: KeyResult) -> list[Period]:
    """The days, weeks or months that a maintain looks at: those wholly inside its window."""
    return whole_periods(key_result.window, str(key_result.grain))


def maintain(key_result: KeyResult, facts: Facts) -> DayScore:
    """Every closed period with enough rows complies, or as many of them as required."""
    periods = periods_to_judge(key_result)
    series = [(each.last, facts.series(key_result, period_over(each))) for each in periods]
    target = key_result.target.value(None) if key_result.target else None

    def score(day: date) -> Score:
        closed = [each.get(day, NOTHING) for last, each in series if last <= day]
        values = [value for each in closed if (value := enough(key_result, each)) is not None]
        if not values or key_result.target is None:
            return Score(None, ONE, target=nine(key_result.required), n=0, has_begun=bool(closed))
        kept = sum((met(key_result, value, target) for value in values), ZERO)
        share = kept / len(values)
        attainment = min(ONE, nine_digits(share / key_result.required))
        return Score(attainment, ONE, nine(share), target=nine(key_result.required), n=len(values))

    return score


def milestone(key_result: KeyResult, facts: Facts) -> DayScore:
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


def cadence(key_result: KeyResult, facts: Facts) -> DayScore:
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
