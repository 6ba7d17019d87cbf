"""The steps of a run: which tables each makes, what it reads, and the library function that does it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from okr_analytics.contracts.entities import ENTITY_OF
from okr_analytics.contracts.kinds import KINDS
from okr_analytics.incremental.affected_periods import find_changes
from okr_analytics.incremental.merge import COUNTED
from okr_analytics.incremental.reusable_measurements import reusable_condition
from okr_analytics.inputs.build import build_surveys
from okr_analytics.inputs.checkins import build_checkins
from okr_analytics.landing.ingest import failures, ingest
from okr_analytics.landing.store import LandingStore, rows_table
from okr_analytics.metrics.days import build_days
from okr_analytics.metrics.feeds import INPUT_TABLES, build_feeds
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.metrics.results import build_period_values, put_zero_filled
from okr_analytics.metrics.slices import COMMENT, build_slice_macro
from okr_analytics.okr.answering import build_answers
from okr_analytics.okr.build import (
    build_key_results,
    build_measurements,
    build_objectives,
    build_said,
)
from okr_analytics.okr.objectives import build_objective_attainment
from okr_analytics.okr.reported import MACROS as REPORTED
from okr_analytics.okr.reported import build_reported
from okr_analytics.okr.reporting import build_attainment
from okr_analytics.tickets.build import build_status_changes, build_tickets
from okr_analytics.tickets.reconciliation import build_reconciliation
from okr_analytics.warehouse.models import Model, fact_models, models
from okr_analytics.warehouse.publish import publish
from pipelines.alerts import tell_of_changes
from pipelines.checks import CHECKS, PUBLISHES, build_checks
from pipelines.resources import DeskRun, log
from pipelines.step import Metadata, Step, python_step, sql_step

LANDING = (
    "landing.files",
    "landing.nulled_values",
    "landing.precisions",
    "landing.rejected_rows",
    *map(rows_table, KINDS),
)
FACTS = tuple(model.table for model in fact_models())


def _land(run: DeskRun) -> Metadata:
    new_files = ingest(run.home, run.desk, run.run_id, run.now, log.info, log.warning)
    for line in failures(new_files):
        log.warning(line)
    store = LandingStore(run.home)
    store.show(run.stage.engine, run.desk)
    if reason := run.increment.open(run.stage, store, run.desk):
        log.info("everything is computed: %s", reason)
    return {
        "new_files": len(new_files),
        "failed_files": "\n\n".join(failures(new_files)) or "none",
        "computed": f"everything: {reason}" if reason else "what new files touch",
    }


def _reusable(run: DeskRun) -> str:
    """Which published measurements still hold: in a backfill all of them."""
    return reusable_condition() if run.increment.is_open else "true"


def _publish(run: DeskRun) -> Metadata:
    run.history.commit()
    kept = run.desk.generations_kept
    done = publish(run.stage, run.home, run.run_id, run.as_of, run.now, run.basis, kept)
    log.info("generation %d %s", done.generation, "published" if done.is_new else "stays: nothing changed")
    tell_of_changes(run.home)
    return {"generation": done.generation, "is_new": done.is_new}


PYTHON_STEPS = (
    python_step(LANDING, (), _land, description="Export files, read once each: canonical rows, accepted or rejected."),
    python_step(
        ("core.tickets", "core.removed_tickets", "work.contradictions"),
        ("work.ticket_versions",),
        lambda run: build_tickets(run.stage.engine, run.desk),
    ),
    python_step(
        ("core.surveys", "work.survey_contradictions"),
        ("work.survey_versions",),
        lambda run: build_surveys(run.stage.engine, run.desk),
    ),
    python_step(
        ("core.checkins", "work.checkin_contradictions"),
        ("work.checkin_deliveries",),
        lambda run: build_checkins(run.stage.engine),
    ),
    python_step(
        ("core.status_changes",),
        ("work.solves",),
        lambda run: build_status_changes(run.stage.engine, run.desk),
    ),
    python_step(
        ("core.reconciliation",),
        ("core.tickets", "landing.files", "landing.precisions"),
        lambda run: build_reconciliation(run.stage.engine, run.desk),
    ),
    python_step(
        ("core.feeds",), (*INPUT_TABLES, "core.coverage"), lambda run: build_feeds(run.stage.engine, run.catalogue)
    ),
    python_step(
        ("work.run", "work.hours", "core.days"),
        ("core.coverage",),
        lambda run: build_days(run.stage.engine, run.as_of, run.desk),
    ),
    python_step(("kpi.catalogue",), (), lambda run: run.stage.put("kpi.catalogue", run.catalogue.rows())),
    python_step(
        ("work.zero_filled_kpis",),
        FACTS,
        lambda run: put_zero_filled(run.stage.engine, run.catalogue),
        description="The counts and stocks of which none is 0.",
    ),
    python_step(
        ("work.measures", "work.kpi_measures", "work.fact_rows", "work.previous_periods"),
        (*FACTS, "work.run", "work.periods", "work.zero_filled_kpis", "core.articles"),
        lambda run: find_changes(run.stage, run.increment, run.catalogue, run.as_of),
        description="What new files and the passing of days may change; which periods follow, models decide.",
    ),
    python_step(
        ("kpi.daily_sums", "work.period_values"),
        (*FACTS, "work.run", "work.periods", "work.recomputed_days", "core.days", "core.feeds"),
        lambda run: build_period_values(run.stage, RecomputeScope(not run.increment.is_open), run.catalogue),
        description="Every KPI by grain and by one dimension at a time, before 0 and null are told apart.",
    ),
    python_step(
        ("kpi.slice",),
        (*FACTS, "core.feeds", "core.days"),
        lambda run: build_slice_macro(run.stage.engine, run.catalogue, run.as_of),
        description=COMMENT,
    ),
    python_step(("okr.objectives", "okr.cascade"), (), lambda run: build_objectives(run.evaluation)),
    python_step(("okr.key_results", "okr.target_versions"), (), lambda run: build_key_results(run.evaluation)),
    python_step(("okr.checkins",), ("core.checkins",), lambda run: build_said(run.evaluation)),
    python_step(
        ("okr.measurements",),
        (*FACTS, "core.feeds", "core.days", "core.tickets", "okr.key_results", "work.run", "work.changed_spans"),
        lambda run: build_measurements(run.evaluation, run.catalogue, _reusable(run)),
    ),
    python_step(
        ("work.answers", "okr.baselines", "okr.outlook", "okr.realism"),
        ("okr.measurements", "okr.key_results", "okr.target_versions", "okr.checkins", "core.feeds"),
        lambda run: build_answers(run.evaluation),
    ),
    python_step(
        ("okr.attainment",),
        ("work.answers",),
        lambda run: build_attainment(run.evaluation),
        is_daily=True,
    ),
    python_step(
        ("okr.objective_attainment", "okr.grades"),
        ("okr.latest", "okr.outlook", "okr.objectives"),
        lambda run: build_objective_attainment(run.evaluation),
    ),
    python_step(
        tuple(REPORTED),
        ("okr.attainment", "okr.objective_attainment"),
        lambda run: build_reported(run.stage.engine),
        description="Every answer as it was known at an instant.",
    ),
)


def sql_steps() -> Iterator[Step]:
    """The models, those together that rest on the same Python steps: none of these can come between them."""
    maker = {table: step for step in PYTHON_STEPS for table in step.tables}
    rests: dict[str, frozenset[str]] = {}

    def rest(table: str) -> frozenset[str]:
        if table not in rests:
            step = maker.get(table)
            reads = step.reads if step else models()[table].reads
            rests[table] = frozenset(step.tables[:1] if step else ()).union(*map(rest, reads))
        return rests[table]

    together: dict[frozenset[str], list[Model]] = {}
    for model in models().values():
        together.setdefault(rest(model.table), []).append(model)
    return map(sql_step, together.values())


@cache
def by_entity() -> frozenset[str]:
    """The tables that are made of one entity at a time: all between landing and the counts of its ledger."""
    makers = [*PYTHON_STEPS[1:], *(sql_step([model]) for model in models().values())]
    maker = {table: step for step in makers for table in step.tables}
    waiting = [*COUNTED, *ENTITY_OF]
    tables: set[str] = set()
    while waiting:
        step = maker.get(waiting.pop())
        if step and not tables.issuperset(step.tables):
            tables.update(step.tables)
            waiting += step.reads
    return frozenset(tables)


def rebuilt_tables() -> tuple[str, ...]:
    """The tables that an incremental run rebuilds; into the others it merges what new files touch."""
    kept = {*ENTITY_OF, "kpi.daily_sums", "kpi.results", *FACTS}
    return tuple(table for step in steps() for table in step.tables if table not in kept)


def backfill_tables() -> tuple[str, ...]:
    """The tables that a changed definition rebuilds, on a copy of the published warehouse."""
    again = (step for step in (*PYTHON_STEPS, *sql_steps()) if any(table.startswith("okr.") for table in step.tables))
    return (*(table for step in again for table in step.tables), CHECKS, PUBLISHES)


def steps() -> tuple[Step, ...]:
    """Every step; the last one publishes, after all others."""
    before = [replace(step, by_entity=by_entity().intersection(step.tables)) for step in (*PYTHON_STEPS, *sql_steps())]
    made = tuple(table for step in before for table in step.tables)
    checked = python_step((CHECKS,), made, build_checks, description="What every check said of the tables of this run.")
    last = python_step(
        (PUBLISHES,),
        (*made, CHECKS),
        _publish,
        description="The stage becomes the warehouse, or nothing changes.",
    )
    return (*before, checked, last)
