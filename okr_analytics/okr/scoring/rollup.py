"""Objectives: what their members add up to as of one day. Pure, like the scoring of key results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_analytics.okr.defining.definitions import Objective
from okr_analytics.okr.defining.targets import nine_digits
from okr_analytics.okr.scoring.statuses import MISSED, by_gap, closed, is_early

LEAST_COVERAGE = Decimal("0.5")
NOT_STARTED = ("draft", "not_started")


@dataclass(frozen=True, slots=True)
class Member:
    """The part of a key result, or of an objective below, in its objective as of one day."""

    weight: Decimal
    status: str
    attainment: Decimal | None
    expected: Decimal | None
    is_guardrail: bool = False


@dataclass(frozen=True, slots=True)
class ObjectiveAnswer:
    """What can be said of one objective as of one day; attainment and expected are null under half coverage."""

    status: str
    attainment: Decimal | None = None
    expected: Decimal | None = None
    coverage: Decimal | None = None
    flags: tuple[str, ...] = ()


def roll_up(
    objective: Objective, day: date, members: Sequence[Member], outcome_status: str | None = None
) -> ObjectiveAnswer:
    """Weighted means over the scored members. `outcome_status` is that of the objective's own outcome.

    A guardrail is nothing to be reached: where all else is drafts, so is the objective.
    """
    weighing = [each for each in members if not each.is_guardrail]
    if members and _all(weighing, "draft"):
        return ObjectiveAnswer("draft")
    if day < objective.window.first:
        return ObjectiveAnswer("not_started")
    started = [each for each in weighing if each.status not in NOT_STARTED]
    scored = [each for each in started if each.attainment is not None]
    whole = sum((each.weight for each in started), Decimal(0))
    part = sum((each.weight for each in scored), Decimal(0))
    coverage = nine_digits(part / whole) if whole else None
    enough = coverage is not None and coverage >= LEAST_COVERAGE
    attainment = _mean([(each.weight, each.attainment) for each in scored]) if enough else None
    expected = _mean([(each.weight, each.expected) for each in scored]) if enough else None
    status = _status(objective, day, started, attainment, expected)
    flags = []
    if status in CAPPED and outcome_status in MISSED:
        flags.append("outcome_divergence")
    if any(each.is_guardrail and each.status in MISSED for each in members):
        status = CAPPED.get(status, status)
        flags.append("guardrail_breached")
    return ObjectiveAnswer(status, attainment, expected, coverage, tuple(flags))


CAPPED = {"on_track": "at_risk", "closed_met": "closed_missed"}
"""A breached guardrail: on track is at risk at best, and what closes is not met."""


def _mean(weighted: Sequence[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    known = [(weight, value) for weight, value in weighted if value is not None]
    if not known:
        return None
    total = sum((weight * value for weight, value in known), Decimal(0))
    return nine_digits(total / sum(weight for weight, _ in known))


def _status(
    objective: Objective, day: date, started: Sequence[Member], attainment: Decimal | None, expected: Decimal | None
) -> str:
    if day >= objective.window.last:
        return closed(attainment, objective.written.ambition)
    if not started:
        return "not_started"
    if _all(started, "baseline_pending"):
        return "baseline_pending"
    if is_early(objective.window, day) or _all(started, "too_early"):
        return "too_early"
    if attainment is not None and _all([each for each in started if each.attainment is not None], "stale"):
        return "stale"
    return by_gap(attainment, expected)


def _all(members: Sequence[Member], status: str) -> bool:
    return all(each.status == status for each in members)
