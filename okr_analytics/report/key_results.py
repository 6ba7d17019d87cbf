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
from okr_analytics.warehouse.engine import Engine, literal

DETAILS = """
    with working as (
        select case when bool_or(unit like '% per calendar day') then ' per calendar day' else ' per business day' end
            as per_day
        from kpi.catalogue
    ),
    answers as (
        select * from okr.pace where as_of_date <= {as_of}
        qualify row_number() over (partition by kr_id order by as_of_date desc) = 1
    )
    select
        key_results.kr_id, key_results.part_of, key_results.title,
        coalesce(key_results.owner, objectives.owner) as owner,
        key_results.kpi_id, catalogue.title as kpi_title, catalogue.question, key_results.filter,
        case
            when catalogue.statistic in ('count', 'sum') then catalogue.unit || working.per_day
            else coalesce(catalogue.unit, key_results.unit)
        end as unit,
        key_results.window_start, key_results.window_end, key_results.over, key_results.min_n, key_results.weight,
        key_results.version, key_results.baseline_written, key_results.target_written, key_results.content,
        answers.status, answers.attainment, answers.cause, answers.needed_from_here as needed, answers.needed_note,
        answers.projected, answers.projected_low, answers.projected_high, answers.value_low, answers.value_high,
        answers.budget, answers.burn, answers.comment, coalesce(answers.is_provisional, false) as is_provisional,
        realism.asked_move, realism.asked_days, realism.best_move, realism.was_seen
    from okr.key_results as key_results
    cross join working
    join okr.objectives as objectives
        on key_results.objective_id = objectives.objective_id and objectives.known_to is null
    left join kpi.catalogue as catalogue on key_results.kpi_id = catalogue.kpi_id
    left join answers on key_results.kr_id = answers.kr_id
    left join okr.realism as realism on key_results.kr_id = realism.kr_id
    where key_results.known_to is null
    order by key_results.kr_id
"""
DAYS = """
    select kr_id, as_of_date, value, baseline, target, attainment, expected, status
    from okr.latest where as_of_date <= $1 order by kr_id, as_of_date
"""
RESTATED = """
    select
        kr_id, known_from, cause, min(as_of_date) as first_day, max(as_of_date) as last_day, count(*) as day_count,
        max_by(old_attainment, as_of_date) as old_attainment, max_by(new_attainment, as_of_date) as new_attainment,
        max_by(old_status, as_of_date) as old_status, max_by(new_status, as_of_date) as new_status
    from okr.restatements
    where kr_id is not null and as_of_date <= $1
    group by kr_id, known_from, cause
    order by kr_id, known_from desc, cause
"""
VERSIONS = "select kr_id, version, known_from, changed, reason from okr.key_results order by kr_id, version desc"
SAID = """
    select kr_id, day, author, milestone, is_done, confidence, human_status, comment
    from okr.checkins where day <= $1 order by kr_id, day desc, known_from desc
"""
REACHED = "select kr_id, as_of_date, achieved from okr.achievements where as_of_date <= $1 order by kr_id, as_of_date"
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
    days = _by_id(engine, Day, DAYS, as_of)
    restated = _by_id(engine, Restated, RESTATED, as_of)
    versions = _by_id(engine, Version, VERSIONS)
    said = _by_id(engine, Said, SAID, as_of)
    reached = _by_id(engine, Reached, REACHED, as_of)
    told: dict[str, dict[str, Any]] = {
        "days": days,
        "restated": restated,
        "versions": versions,
        "said": said,
        "reached": reached,
    }
    rows = engine.frame(DETAILS.format(as_of=f"date {literal(str(as_of))}")).iter_rows(named=True)
    return {
        row["kr_id"]: _detail(row, {name: by_id.get(row["kr_id"], ()) for name, by_id in told.items()}) for row in rows
    }


def _detail(row: dict[str, Any], told: Mapping[str, Any]) -> Detail:
    """What the newest definition says of itself stands in its content."""
    content = read_key_result(row.pop("content"), row["kr_id"])
    milestones = tuple(Milestone(each.milestone_id, each.title, each.due) for each in content.milestones)
    read = {"filter": json.loads(row["filter"] or "{}"), "bounds": _bounds(content), "milestones": milestones}
    return Detail(**{**row, **read, **told})


def _by_id(engine: Engine, kind: Callable[..., Row], sql: str, *values: object) -> dict[str, tuple[Row, ...]]:
    rows = groupby(engine.rows(sql, values), key=lambda row: row[0])
    return {kr_id: tuple(kind(*row) for row in together) for kr_id, together in rows}


def _bounds(content: KeyResultContent) -> tuple[float, float] | None:
    target = content.target.target
    return (float(target.amount), float(target.until)) if target and target.until is not None else None
