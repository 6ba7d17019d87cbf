"""Statuses: the first that applies, in the order of SEMANTICS section 4."""

from datetime import date
from decimal import Decimal

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.targets import nine_digits
from okr_analytics.okr.scoring.facts import Calendar
from okr_analytics.okr.scoring.score import Score, elapsed_share

ON_TRACK_GAP, AT_RISK_GAP = Decimal("-0.10"), Decimal("-0.25")
EARLY_EXPECTED = Decimal("0.10")
SUCCESS = {"committed": Decimal(1), "aspirational": Decimal("0.7")}
STALE_AFTER_DAYS = 3  # business days
MISSED = ("at_risk", "off_track", "closed_missed")


def status_of(key_result: KeyResult, day: date, score: Score, *, is_stale: bool) -> str:
    """The status of a key result on a day of its window. Whether an all_of is a draft, its parts of that day say."""
    if score.is_draft or (key_result.is_draft and not key_result.parts):
        return "draft"
    if day >= key_result.window.last:
        return closed(score.attainment, key_result.ambition)
    if score.is_pending:
        return "baseline_pending"
    if is_early(key_result.window, day) or not score.has_begun:
        return "too_early"
    if score.attainment is None:
        return "no_data"
    if is_stale:
        return "stale"
    return by_gap(score.attainment, score.expected)


def is_early(window: Period, day: date) -> bool:
    """Whether less than a tenth of the window is over."""
    return elapsed_share(window, day) < EARLY_EXPECTED


def is_stale(day: date, newest_day: date | None, calendar: Calendar) -> bool:
    """Whether the data ends more than three business days before the day."""
    return newest_day is not None and calendar.business_days_between(newest_day, day) > STALE_AFTER_DAYS


def closed(attainment: Decimal | None, ambition: str) -> str:
    """How a window ended: met is attainment 1, for an aspirational objective 0.7."""
    if attainment is None:
        return "closed_no_data"
    return "closed_met" if attainment >= SUCCESS[ambition] else "closed_missed"


def by_gap(attainment: Decimal | None, expected: Decimal | None) -> str:
    """On track, at risk or off track, by how far attainment is behind what was expected."""
    if attainment is None or expected is None:
        return "no_data"
    gap = nine_digits(attainment - expected)
    if gap >= ON_TRACK_GAP:
        return "on_track"
    return "at_risk" if gap >= AT_RISK_GAP else "off_track"
