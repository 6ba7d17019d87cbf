"""What the scorecard shows: the newest answers about objectives and all that is scored in them, from the warehouse.

Nothing after the published day; parts of an all_of are in their key result, not lines of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from okr_analytics.okr.defining.definition_content import read_key_result
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class Warned:
    """A check that failed without stopping the run, and what it found."""

    table_name: str
    check_name: str
    found: Sequence[str]


@dataclass(frozen=True)
class Line:
    """One key result, guardrail or outcome as of its newest day; numbers are null where they cannot be known."""

    kr_id: str
    objective_id: str
    role: str
    title: str
    kind: str
    unit: str
    direction: str | None
    target_written: str | None
    weight: float
    as_of_date: date | None
    baseline: float | None
    value: float | None
    target: float | None
    n: int | None
    attainment: float | None
    expected: float | None
    status: str | None
    flag: str | None
    human_status: str | None
    human_status_on: date | None
    confidence: float | None
    milestone_count: int
    grain: str | None
    part_count: int
    is_restated: bool


@dataclass(frozen=True)
class Objective:
    """One objective as of its newest day, with its lines and the objectives that contribute to it."""

    objective_id: str
    title: str
    owner: str | None
    parent_id: str | None
    window_start: date
    window_end: date
    ambition: str
    outcome: str | None
    as_of_date: date | None
    attainment: float | None
    expected: float | None
    coverage: float | None
    status: str | None
    flag: str | None
    is_restated: bool
    lines: Sequence[Line] = ()
    children: Sequence["Objective"] = ()


@dataclass(frozen=True)
class Scorecard:
    """Everything that the scorecard shows. `objectives` are those that contribute to no other."""

    as_of: date
    objectives: Sequence[Objective]
    coverage: Sequence[tuple[str, date]]
    rejected_rows: int
    failed_files: int
    warnings: Sequence[Warned] = ()

    def as_json(self) -> dict[str, Any]:
        """One object with stable keys: as_of, rejected_rows, failed_files, warnings of checks, coverage, and
        objectives, each with its `lines` (key results, guardrails, outcome; see `role`) and its `children`."""
        return {
            "as_of": self.as_of,
            "rejected_rows": self.rejected_rows,
            "failed_files": self.failed_files,
            "warnings": [asdict(each) for each in self.warnings],
            "coverage": [{"name": name, "last_day": day} for name, day in self.coverage],
            "objectives": [asdict(each) for each in self.objectives],
        }


def read_scorecard(engine: Engine) -> Scorecard:
    """The newest answers of a published warehouse."""
    ((*_, as_of),) = engine.rows(query("newest_generation"))
    ((rejected, failed),) = engine.rows(query("export_troubles"))
    until = {"as_of": as_of}
    lines = [_line(row) for row in engine.frame(query("scorecard_lines"), until).iter_rows(named=True)]
    objectives = [Objective(*row) for row in engine.rows(query("scorecard_objectives"), until)]
    known = {each.objective_id for each in objectives}
    roots = [each for each in objectives if each.parent_id not in known]
    return Scorecard(
        as_of=as_of,
        objectives=[_whole(each, objectives, lines) for each in roots],
        coverage=engine.rows(query("newest_days_of_sources")),
        rejected_rows=int(rejected),
        failed_files=int(failed),
        warnings=_warnings(engine),
    )


def _line(row: dict[str, Any]) -> Line:
    """What the newest definition says of itself stands in its content."""
    measured = read_key_result(row.pop("content"), row["kr_id"]).kpi_or_filter
    return Line(**row, milestone_count=len(measured.milestones), grain=measured.grain)


def _warnings(engine: Engine) -> list[Warned]:
    """What checks warned of; a warehouse that was published before there were any says nothing."""
    ((has_checks,),) = engine.rows(query("has_table"), {"schema": "ops", "table": "checks"})
    return [Warned(*row) for row in engine.rows(query("failed_checks"))] if has_checks else []


def _whole(objective: Objective, objectives: Sequence[Objective], lines: Sequence[Line]) -> Objective:
    """With its lines, and the objectives below it."""
    below: Iterator[Objective] = (each for each in objectives if each.parent_id == objective.objective_id)
    return Objective(
        **{
            **vars(objective),
            "lines": [each for each in lines if each.objective_id == objective.objective_id],
            "children": [_whole(each, objectives, lines) for each in below],
        }
    )
