"""What the page tells of each key result beyond its line in the scorecard: its days, what follows, who said what.

How it looks does not belong here; every number is in the KPI's own unit, as the warehouse has it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from okr_analytics.okr.defining.content_model import KeyResultContent
from okr_analytics.okr.defining.definition_content import read_key_result
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

Row = TypeVar("Row")


@dataclass(frozen=True)
class Day:
    """What is said of one day; null where it cannot be known."""

    kr_id: str
    day: date
    value: float | None
    baseline: float | None
    target: float | None
    attainment: float | None
    expected: float | None
    status: str


@dataclass(frozen=True)
class Restated:
    """Days of which something else was said before: the newest of them from what to what."""

    kr_id: str
    known_from: datetime
    cause: str
    first_day: date
    last_day: date
    day_count: int
    old_attainment: float | None
    new_attainment: float | None
    old_status: str
    new_status: str


@dataclass(frozen=True)
class Version:
    """A version of the definition, when it was read, and what it changed."""

    kr_id: str
    version: int
    known_from: datetime
    changed: str | None
    reason: str | None


@dataclass(frozen=True)
class Said:
    """A check-in: what somebody said or ticked on a day."""

    kr_id: str
    day: date
    author: str | None
    milestone: str | None
    is_done: bool | None
    confidence: float | None
    human_status: str | None
    comment: str | None


@dataclass(frozen=True)
class Reached:
    """Something that was reached, on the first day on which it was."""

    kr_id: str
    day: date
    achieved: str


@dataclass(frozen=True)
class Milestone:
    """A milestone and the day on which it is due."""

    milestone_id: str
    title: str
    due: date


@dataclass(frozen=True)
class Detail:
    """What is known of a key result or part. `filter` are the members let through, by dimension; `bounds` are the two
    ends of a target that is a range, else none."""

    kr_id: str
    part_of: str | None
    title: str
    owner: str | None
    kpi_id: str | None
    kpi_title: str | None
    question: str | None
    filter: Mapping[str, list[str]]
    unit: str
    window_start: date
    window_end: date
    over: str | None
    min_n: int | None
    weight: float
    version: int
    baseline_written: str | None
    target_written: str | None
    bounds: tuple[float, float] | None
    milestones: tuple[Milestone, ...]
    status: str | None
    attainment: float | None
    cause: str | None
    needed: float | None
    needed_note: str | None
    projected: float | None
    projected_low: float | None
    projected_high: float | None
    value_low: float | None
    value_high: float | None
    budget: float | None
    burn: float | None
    comment: str | None
    is_provisional: bool
    asked_move: float | None
    asked_days: int | None
    best_move: float | None
    was_seen: bool | None
    days: tuple[Day, ...] = ()
    restated: tuple[Restated, ...] = ()
    versions: tuple[Version, ...] = ()
    said: tuple[Said, ...] = ()
    reached: tuple[Reached, ...] = ()


def read_details(engine: Engine, as_of: date) -> dict[str, Detail]:
    """Every key result, guardrail, outcome and part by its id, as of the published day."""
    until = {"as_of": as_of}
    told: dict[str, dict[str, Any]] = {
        "days": _by_id(engine, Day, query("key_result_days"), until),
        "restated": _by_id(engine, Restated, query("key_result_restatements"), until),
        "versions": _by_id(engine, Version, query("definition_changes")),
        "said": _by_id(engine, Said, query("key_result_checkins"), until),
        "reached": _by_id(engine, Reached, query("key_result_achievements"), until),
    }
    rows = engine.frame(query("key_result_details"), until).iter_rows(named=True)
    return {
        row["kr_id"]: _detail(row, {name: by_id.get(row["kr_id"], ()) for name, by_id in told.items()}) for row in rows
    }


def _detail(row: dict[str, Any], told: Mapping[str, Any]) -> Detail:
    """What the newest definition says of itself stands in its content."""
    content = read_key_result(row.pop("content"), row["kr_id"])
    milestones = tuple(Milestone(each.milestone_id, each.title, each.due) for each in content.milestones)
    read = {"filter": json.loads(row["filter"] or "{}"), "bounds": _bounds(content), "milestones": milestones}
    return Detail(**{**row, **read, **told})


def _by_id(
    engine: Engine, kind: Callable[..., Row], sql: str, values: Mapping[str, date] | None = None
) -> dict[str, tuple[Row, ...]]:
    rows = groupby(engine.rows(sql, values), key=lambda row: row[0])
    return {kr_id: tuple(kind(*row) for row in together) for kr_id, together in rows}


def _bounds(content: KeyResultContent) -> tuple[float, float] | None:
    target = content.target.target
    return (float(target.amount), float(target.until)) if target and target.until is not None else None
