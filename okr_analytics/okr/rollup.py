"""Objectives: what their key results add up to as of one day. Pure, like the scoring of key results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_analytics.okr.attainment import EARLY_EXPECTED, Answer, by_gap, closed, elapsed_share
from okr_analytics.okr.definitions import Objective
from okr_analytics.okr.targets import nine_digits

LEAST_COVERAGE = Decimal("0.5")


@dataclass(frozen=True)
class ObjectiveAnswer:
    """What can be said of one objective as of one day; attainment and expected are null under half coverage."""

    status: str
    attainment: Decimal | None
    expected: Decimal | None
    coverage: Decimal | None


def roll_up(objective: Objective, day: date, members: Sequence[tuple[Decimal, Answer]]) -> ObjectiveAnswer:
    """Weighted means over the scored members. `members` are the weights and answers of those that have started."""
    started = [(weight, each) for weight, each in members if each.status != "draft"]
    scored = [(weight, each) for weight, each in started if each.attainment is not None]
    whole = sum((weight for weight, _ in started), Decimal(0))
    part = sum((weight for weight, _ in scored), Decimal(0))
    coverage = nine_digits(part / whole) if whole else None
    enough = coverage is not None and coverage >= LEAST_COVERAGE
    attainment = _mean([(weight, each.attainment) for weight, each in scored], part) if enough else None
    expected = _mean([(weight, each.expected) for weight, each in scored], part) if enough else None
    status = _status(objective, day, started, attainment, expected)
    return ObjectiveAnswer(status, attainment, expected, coverage)


def _mean(weighted: Sequence[tuple[Decimal, Decimal | None]], whole: Decimal) -> Decimal:
    return nine_digits(sum((weight * value for weight, value in weighted if value is not None), Decimal(0)) / whole)


def _status(
    objective: Objective,
    day: date,
    started: Sequence[tuple[Decimal, Answer]],
    attainment: Decimal | None,
    expected: Decimal | None,
) -> str:
    if not started:
        return "draft"
    if day >= objective.window.last:
        return closed(attainment, objective.written.ambition)
    if all(each.status == "baseline_pending" for _, each in started):
        return "baseline_pending"
    if elapsed_share(objective.window, day) < EARLY_EXPECTED:
        return "too_early"
    return by_gap(attainment, expected)
