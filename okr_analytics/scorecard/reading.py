"""What the scorecard shows: the newest answers about objectives and all that is scored in them, from the warehouse.

Nothing after the published day; parts of an all_of are in their key result, not lines of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from okr_analytics.okr.defining.definition_content import read_key_result
from okr_analytics.warehouse.engine import Engine, literal

PUBLISHED = "select as_of_date from ops.generations order by generation desc limit 1"
OBJECTIVES = """
    select
        objectives.objective_id, objectives.title, objectives.owner, objectives.parent_id, objectives.window_start,
        objectives.window_end, objectives.ambition, objectives.outcome, answers.as_of_date, answers.attainment,
        answers.expected, answers.coverage, answers.status, answers.flag,
        coalesce(restated.kr_id is null and restated.objective_id is not null, false) as is_restated
    from okr.objectives as objectives
    left join (
        select * from okr.objective_attainment where known_to is null and as_of_date <= {as_of}
        qualify row_number() over (partition by objective_id order by as_of_date desc) = 1
    ) as answers on objectives.objective_id = answers.objective_id
    left join okr.restatements as restated
        on restated.kr_id is null and answers.objective_id = restated.objective_id
        and answers.as_of_date = restated.as_of_date and answers.revision = restated.revision and restated.is_material
    where objectives.known_to is null
    order by objectives.window_start, objectives.file, objectives.objective_id
"""
LINES = """
    select
        key_results.kr_id, key_results.objective_id, key_results.role, key_results.title, key_results.kind,
        key_results.unit, key_results.direction, key_results.target_written, key_results.weight, answers.as_of_date,
        answers.baseline, answers.value, answers.target, answers.n, answers.attainment, answers.expected,
        answers.status, answers.flag, answers.human_status, answers.human_status_on, answers.confidence,
        key_results.content,
        (select count(*) from okr.key_results as parts where parts.known_to is null
            and parts.part_of = key_results.kr_id) as part_count,
        restated.kr_id is not null as is_restated
    from okr.key_results as key_results
    left join (
        select * from okr.pace where as_of_date <= {as_of}
        qualify row_number() over (partition by kr_id order by as_of_date desc) = 1
    ) as answers on key_results.kr_id = answers.kr_id
    left join okr.restatements as restated
        on answers.kr_id = restated.kr_id and answers.as_of_date = restated.as_of_date
        and answers.revision = restated.revision and restated.is_material
    where key_results.known_to is null and key_results.role <> 'part'
    order by key_results.role = 'outcome', key_results.role = 'guardrail', key_results.kr_id
"""
# a source whose inputs all reach the same day is named once; else each day with the inputs that end there
COVERAGE = """
    with reached as (
        select source, last_day, string_agg(input, ' and ' order by input) as inputs
        from core.coverage
        group by source, last_day
    ),
    named as (
        select
            last_day,
            case when count(*) over (partition by source) > 1 then source || ' ' || inputs else source end as name
        from reached
    )
    select string_agg(name, ', ' order by name), last_day from named group by last_day order by last_day desc
"""
EXPORTS = (
    "select coalesce(sum(rows_rejected), 0), count(distinct file) filter (where status = 'failed' and file not in "
    "(select file from ops.loads where status = 'loaded')) from ops.loads"
)

HAS_CHECKS = "select count(*) > 0 from duckdb_tables() where schema_name = 'ops' and table_name = 'checks'"
WARNINGS = "select table_name, check_name, found from ops.checks where not is_passed order by table_name, check_name"


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
    ((as_of,),) = engine.rows(PUBLISHED)
    ((rejected, failed),) = engine.rows(EXPORTS)
    day = f"date {literal(str(as_of))}"
    lines = [_line(row) for row in engine.frame(LINES.format(as_of=day)).iter_rows(named=True)]
    objectives = [Objective(*row) for row in engine.rows(OBJECTIVES.format(as_of=day))]
    known = {each.objective_id for each in objectives}
    roots = [each for each in objectives if each.parent_id not in known]
    return Scorecard(
        as_of=as_of,
        objectives=[_whole(each, objectives, lines) for each in roots],
        coverage=engine.rows(COVERAGE),
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
    ((has_checks,),) = engine.rows(HAS_CHECKS)
    return [Warned(*row) for row in engine.rows(WARNINGS)] if has_checks else []


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
