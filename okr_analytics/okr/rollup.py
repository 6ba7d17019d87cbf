"""Objectives: what their key results add up to as of one day. Pure, like the scoring of key results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_analytics.okr.attainment import EARLY_EXPECTED, by_gap, closed, elapsed_share
from okr_analytics.okr.definitions import Objective
from okr_analytics.okr.targets import nine_digits

LEAST_COVERAGE = Decimal("0.5")


@dataclass(frozen=True)
class Member:
    """A key result's part in its objective as of one day."""

    weight: Decimal
    status: str
    attainment: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True)
class ObjectiveAnswer:
    """What can be said of one objective as of one day; attainment and expected are null under half coverage."""

    status: str
    attainment: Decimal | None
    expected: Decimal | None
    coverage: Decimal | None


def roll_up(objective: Objective, day: date, members: Sequence[Member]) -> ObjectiveAnswer:
    """Weighted means over the scored members; `members` are those that have begun."""
    started = [each for each in members if each.status != "draft"]
    scored = [each for each in started if each.attainment is not None]
    whole = sum((each.weight for each in started), Decimal(0))
    part = sum((each.weight for each in scored), Decimal(0))
    coverage = nine_digits(part / whole) if whole else None
    enough = coverage is not None and coverage >= LEAST_COVERAGE
    attainment = _mean([(each.weight, each.attainment) for each in scored]) if enough else None
    expected = _mean([(each.weight, each.expected) for each in scored]) if enough else None
    return ObjectiveAnswer(_status(objective, day, started, attainment, expected), attainment, expected, coverage)


def _mean(weighted: Sequence[tuple[Decimal, Decimal | None]]) -> Decimal:
    known = [(weight, value) for weight, value in weighted if value is not None]
    total = sum((weight * value for weight, value in known), Decimal(0))
    return nine_digits(total / sum(weight for weight, _ in known))


def _status(
    objective: Objective, day: date, started: Sequence[Member], attainment: Decimal | None, expected: Decimal | None
) -> str:
    if not started:
        return "draft"
    if day >= objective.window.last:
        return closed(attainment, objective.written.ambition)
    if all(each.status == "baseline_pending" for each in started):
        return "baseline_pending"
    if elapsed_share(objective.window, day) < EARLY_EXPECTED:
        return "too_early"
    if attainment is not None and all(each.status == "stale" for each in started if each.attainment is not None):
        return "stale"
    return by_gap(attainment, expected)
