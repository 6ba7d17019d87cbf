"""The steps of a run: which tables each makes, what it reads, and the library function that does it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.inputs.build import build_surveys
from okr_analytics.inputs.checkins import build_checkins
from okr_analytics.kpi.days import build_days
from okr_analytics.kpi.feeds import INPUT_TABLES, build_feeds
from okr_analytics.kpi.results import build_period_values
from okr_analytics.kpi.slices import COMMENT, build_slice_macro
from okr_analytics.landing.ingest import failures, ingest
from okr_analytics.landing.store import LandingStore, rows_table
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
from okr_analytics.renewal.things import PATCHED
from okr_analytics.tickets.build import build_status_changes, build_tickets
from okr_analytics.warehouse.models import Model, models
from okr_analytics.warehouse.publish import publish
from pipelines.renewal import LEDGER, renew
from pipelines.resources import DeskRun, log

Metadata = dict[str, Any]
LANDING = (
    "landing.files",
    "landing.nulled_values",
    "landing.rejected_rows",
    *map(rows_table, KINDS),
)
FACTS = tuple(table for table in models() if table.startswith("fact."))


@dataclass(frozen=True)
class Step:
    """What makes some tables of others. `build` may return metadata to show beside them. `models` are the SQL files of
    those tables that have one."""

    tables: tuple[str, ...]
    reads: frozenset[str]
    build: Callable[[DeskRun], Metadata | None]
    kinds: frozenset[str]
    description: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    is_daily: bool = False

    def make(self, run: DeskRun) -> Metadata:
        """Make its tables, unless they are settled; gives what to show beside them."""
        if all(map(run.stage.is_settled, self.tables)):
            return {}
        return self.build(run) or {}

    def reads_of(self, table: str) -> frozenset[str]:
        """What one of its tables is made of."""
        return self.models[table].reads if table in self.models else self.reads

    def description_of(self, table: str) -> str | None:
        """What one of its tables is about, where that is said."""
        header = self.models[table].header if table in self.models else {}
        return header.get("question") or header.get("title") or self.description

    def code_version_of(self, table: str) -> str | None:
        """Changes with the table's SQL file; null where it has none."""
        return self.models[table].code_version if table in self.models else None


def _land(run: DeskRun) -> Metadata:
    met = ingest(run.home, run.desk, run.run_id, run.now, log.info, log.warning)
    for line in failures(met):
        log.warning(line)
    LandingStore(run.home).show(run.stage.engine, run.desk)
    if is_renewed := renew(run, [build for _, build in sliced()]):
        run.stage.settle([LEDGER, *(table for tables, _ in sliced() for table in tables)])
    return {
        "new_files": len(met),
        "failed_files": "\n\n".join(failures(met)) or "none",
        "made": "what new files touch" if is_renewed else "everything",
    }


def _publish(run: DeskRun) -> Metadata:
    run.history.commit()
    done = publish(run.stage, run.home, run.run_id, run.as_of, run.now, run.basis)
    log.info("generation %d %s", done.generation, "published" if done.is_new else "stays: nothing changed")
    return {"generation": done.generation, "is_new": done.is_new}


def _sql(together: list[Model]) -> Step:
    """Models that may be made one after the other, as one step."""
    by_table = {each.table: each for each in together}
    return Step(
        tables=tuple(by_table),
        reads=frozenset().union(*(each.reads for each in together)) - by_table.keys(),
        build=lambda run: _build(run, together),
        kinds=frozenset(("duckdb", "sql")),
        models=by_table,
    )


def _build(run: DeskRun, together: list[Model]) -> None:
    for model in together:
        run.stage.build(model)


def _python(tables: tuple[str, ...], reads: tuple[str, ...], build: Callable[[DeskRun], Any], **more: Any) -> Step:
    return Step(tables, frozenset(reads), build, frozenset(("polars", "python")), **more)


PYTHON_STEPS = (
    _python(LANDING, (), _land, description="Export files, read once each: canonical rows, accepted or rejected."),
    _python(
        ("core.tickets", "core.removed_tickets", "work.contradictions"),
        ("work.ticket_versions",),
        lambda run: build_tickets(run.stage.engine, run.desk),
    ),
    _python(
        ("core.surveys", "work.survey_contradictions"),
        ("work.survey_versions",),
        lambda run: build_surveys(run.stage.engine, run.desk),
    ),
    _python(
        ("core.checkins", "work.checkin_contradictions"),
        ("work.checkin_deliveries",),
        lambda run: build_checkins(run.stage.engine),
    ),
    _python(
        ("core.status_changes",),
        ("work.solves",),
        lambda run: build_status_changes(run.stage.engine, run.desk),
    ),
    _python(
        ("core.feeds",), (*INPUT_TABLES, "core.coverage"), lambda run: build_feeds(run.stage.engine, run.catalogue)
    ),
    _python(
        ("work.run", "work.hours", "core.days"),
        ("core.coverage",),
        lambda run: build_days(run.stage.engine, run.as_of, run.desk),
    ),
    _python(("kpi.catalogue",), (), lambda run: run.stage.put("kpi.catalogue", run.catalogue.rows())),
    _python(
        ("kpi.daily_sums", "work.period_values", "work.told_kpis"),
        (*FACTS, "work.run", "work.periods", "core.days", "core.feeds"),
        lambda run: build_period_values(run.stage, run.renewal, run.catalogue, run.as_of),
        description="Every KPI by grain and by one dimension at a time, before 0 and null are told apart.",
    ),
    _python(
        ("kpi.slice",),
        (*FACTS, "core.feeds", "core.days"),
        lambda run: build_slice_macro(run.stage.engine, run.catalogue, run.as_of),
        description=COMMENT,
    ),
    _python(("okr.objectives", "okr.cascade"), (), lambda run: build_objectives(run.evaluation)),
    _python(("okr.key_results",), (), lambda run: build_key_results(run.evaluation)),
    _python(("okr.checkins",), ("core.checkins",), lambda run: build_said(run.evaluation)),
    _python(
        ("okr.measurements",),
        (*FACTS, "core.feeds", "core.days", "core.tickets", "okr.key_results", "work.run", "work.period_values"),
        lambda run: build_measurements(run.evaluation, run.catalogue),
    ),
    _python(
        ("work.answers", "okr.baselines", "okr.outlook", "okr.realism"),
        ("okr.measurements", "okr.key_results", "okr.checkins", "core.feeds"),
        lambda run: build_answers(run.evaluation),
    ),
    _python(
        ("okr.attainment",),
        ("work.answers",),
        lambda run: build_attainment(run.evaluation),
        is_daily=True,
    ),
    _python(
        ("okr.objective_attainment", "okr.grades"),
        ("okr.latest", "okr.outlook", "okr.objectives"),
        lambda run: build_objective_attainment(run.evaluation),
    ),
    _python(
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
    return map(_sql, together.values())


def sliced() -> list[tuple[tuple[str, ...], Callable[[DeskRun], Any]]]:
    """What lies between landing and the ledger, in order: tables and how to make them."""
    makers = [*PYTHON_STEPS[1:], *(_sql([model]) for model in models().values())]
    maker = {table: step for step in makers for table in step.tables}
    wanted, waiting = {"core.status_changes"}, [LEDGER, "core.status_changes"]
    while waiting:
        more = maker[waiting.pop()].reads & maker.keys() - wanted
        wanted |= more
        waiting += more
    steps_wanted = {maker[table].tables[0]: maker[table] for table in wanted}
    graph = {
        name: {maker[table].tables[0] for table in step.reads if table in maker} for name, step in steps_wanted.items()
    }
    return [(steps_wanted[name].tables, steps_wanted[name].build) for name in TopologicalSorter(graph).static_order()]


def renewed() -> tuple[str, ...]:
    """The tables that a run over new exports makes anew; in the others it replaces what new files touch."""
    kept = {*PATCHED, "kpi.daily_sums", "kpi.results", *FACTS}
    return tuple(table for step in steps() for table in step.tables if table not in kept)


def restated() -> tuple[str, ...]:
    """The tables that a changed definition makes anew, on a copy of the published warehouse."""
    again = (step for step in (*PYTHON_STEPS, *sql_steps()) if any(table.startswith("okr.") for table in step.tables))
    return (*(table for step in again for table in step.tables), "ops.generations")


def steps() -> tuple[Step, ...]:
    """Every step; the last one publishes, after all others."""
    before = (*PYTHON_STEPS, *sql_steps())
    made = tuple(table for step in before for table in step.tables)
    last = _python(
        ("ops.generations",),
        made,
        _publish,
        description="The stage becomes the warehouse, or nothing changes.",
    )
    return (*before, last)
