"""What follows from an answer without being part of it: what is needed from here, the projection, the error budget,
what people said. Formulas: sql/DECISIONS.md#pace.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.targets import is_in_range, nine_digits
from okr_analytics.okr.scoring.attainment import Aim, Answer, aimed, in_force
from okr_analytics.okr.scoring.baselines import PROVISIONAL_DAYS
from okr_analytics.okr.scoring.counting import periods_to_judge
from okr_analytics.okr.scoring.facts import NOTHING, Facts, value_over
from okr_analytics.okr.scoring.projection import NO_LINE, Projection, projections
from okr_analytics.okr.scoring.score import ZERO

ADDS_UP = ("mean", "share", "share_within", "rate", "count", "sum", "per_business_day")


@dataclass(frozen=True, slots=True)
class Needed:
    """The value that the rest of the window must have for the target to be met; null with the reason."""

    value: Decimal | None = None
    note: str | None = None


def needed_from_here(key_result: KeyResult, day: date, answer: Answer, elapsed: int, whole: int) -> Needed:
    """Of a mean, share or count over the window: what its remaining business days must show.

    `elapsed` and `whole` are business days, of the window so far and of all of it. A mean or share rests on rows: as
    many per business day are expected as so far. Worked: 1,729 of 1,840 in 46 of 90 days, 95 % wanted: 3,600 are
    expected, so (0.95 x 3,600 - 1,729) / 1,760 = 96.08 %.
    """
    known = key_result.kpi
    if known is None or (never := _never_needed(key_result)):
        return Needed(note=never if known else None)
    if answer.target is None:
        return Needed(note="no_single_target")
    if day >= key_result.window.last or elapsed >= whole:
        return Needed(note="window_over")
    if answer.value is None or answer.n is None or not elapsed:
        return Needed(note="no_value")
    so_far = Decimal(elapsed if known.statistic.is_volume else answer.n)
    if not so_far:
        return Needed(note="no_value")
    expected = so_far / elapsed * whole
    needed = nine_digits((answer.target * expected - answer.value * so_far) / (expected - so_far))
    if is_in_range(needed, known):
        return Needed(needed)
    is_below = known.lower_bound is not None and needed < Decimal(str(known.lower_bound))
    return Needed(needed, "secured" if is_below == (key_result.direction == "higher") else "unreachable")


def _never_needed(key_result: KeyResult) -> str | None:
    """Why a key result has nothing that it needs from here, on any day."""
    if key_result.kpi and key_result.kpi.statistic.name not in ADDS_UP:
        return "does_not_add_up"
    if key_result.over != "window" or key_result.kind not in ("improve", "reach"):
        return "not_window_to_date"
    return None


def outlook(
    key_result: KeyResult, answers: Sequence[tuple[date, Answer]], facts: Facts, through: date, aims: Iterable[Aim] = ()
) -> Iterator[dict[str, Any]]:
    """okr.outlook of one key result: one row per day. `through` is the day that the run speaks of, `aims` are the
    targets over time, as `answers` takes them."""
    of_value = _of_value(key_result, answers, facts, aims) if key_result.kpi else None
    said = facts.check_ins.get(key_result.kr_id)
    said_on = _Said(said).on if said else None
    judged = len(periods_to_judge(key_result)) if key_result.kind == "maintain" else 0
    for day, answer in answers:
        row: dict[str, Any] = {
            "kr_id": key_result.kr_id,
            "as_of_date": day,
            "expected": _float(answer.expected),
            "gap": _float(answer.gap),
            "is_provisional": _is_provisional(key_result, day, answer, through),
        }
        if of_value and day >= key_result.window.first:
            row |= of_value(day, answer)
        if said_on:
            row |= said_on(day)
        if judged and answer.n:
            row |= _budget(answer, judged)
        yield row


def _of_value(
    key_result: KeyResult, answers: Sequence[tuple[date, Answer]], facts: Facts, aims: Iterable[Aim]
) -> Callable[[date, Answer], dict[str, Any]]:
    """What follows from the value of a KPI on a day of the window: needed, distance, projection and noise."""
    window, never = key_result.window, _never_needed(key_result)
    counted = [0, *accumulate(map(int, facts.calendar.business_days(window.first, window.last)))]
    projected, versions = _projected(key_result, answers), aimed(key_result, aims)
    measured = facts.series(key_result, value_over(key_result))
    nothing_needed = Needed(note=never)

    def follows(day: date, answer: Answer) -> dict[str, Any]:
        needed = nothing_needed
        if never is None:
            elapsed = counted[(min(day, window.last) - window.first).days + 1]
            needed = needed_from_here(key_result, day, answer, elapsed, counted[-1])
        noise, line = measured.get(day, NOTHING), projected.get(day, NO_LINE)
        return {
            "needed_from_here": _float(needed.value),
            "needed_note": needed.note,
            "distance": _float(_distance(versions[in_force(versions, day)][1], answer)),
            "projected": line.value,
            "projected_low": line.low,
            "projected_high": line.high,
            "value_low": noise.low,
            "value_high": noise.high,
        }

    return follows


def _projected(key_result: KeyResult, answers: Sequence[tuple[date, Answer]]) -> Mapping[date, Projection]:
    """Only of a value that is aimed somewhere: improve and reach."""
    if key_result.kpi is None or key_result.kind not in ("improve", "reach"):
        return {}
    values = ((day, _float(each.value)) for day, each in answers)
    return projections(key_result.window, key_result.kpi, values)


def _budget(answer: Answer, judged: int) -> dict[str, float | None]:
    """How many of a maintain's periods may breach, and the share of them that did; null where none may."""
    required, kept = answer.target or ZERO, answer.value or ZERO
    budget = (1 - required) * judged
    breaches = round((answer.n or 0) * (1 - kept))
    return {"budget": float(budget), "burn": float(nine_digits(breaches / budget)) if budget else None}


def _distance(key_result: KeyResult, answer: Answer) -> Decimal | None:
    """The value less the target, in the KPI's unit; of a range: from its nearer end, 0 inside."""
    target = key_result.target
    if answer.value is None or target is None or key_result.kind == "maintain":
        return None
    if target.until is not None:
        inside = min(max(answer.value, target.amount), target.until)
        return nine_digits(answer.value - inside)
    return None if answer.target is None else nine_digits(answer.value - answer.target)


def _is_provisional(key_result: KeyResult, day: date, answer: Answer, through: date) -> bool:
    """Whether the answer may still change by itself: closed within 14 days, or on a baseline not yet frozen."""
    is_closing = day == key_result.window.last and through <= day + timedelta(days=PROVISIONAL_DAYS)
    return is_closing or "baseline_provisional" in answer.flags


class _Said:
    """What check-ins say about one key result, as of a day: the newest confidence and comment, and the newest human
    status until it expires."""

    def __init__(self, check_ins: Sequence[CheckIn]) -> None:
        self._check_ins = sorted(check_ins, key=lambda each: each.day)

    def on(self, day: date) -> dict[str, Any]:
        """The columns of okr.outlook."""
        row: dict[str, Any] = {}
        for each in self._check_ins:
            if each.day > day:
                break
            if each.confidence is not None:
                row["confidence"] = each.confidence
            if each.comment is not None:
                row["comment"] = each.comment
            if each.human_status is not None:
                holds = each.expires_on is None or each.expires_on >= day
                row["human_status"] = each.human_status if holds else None
                row["human_status_on"] = each.day if holds else None
        return row


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
