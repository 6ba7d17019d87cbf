"""Tables of a run in memory: made by the run's own steps, only those that they need, and nothing is published.

What costs a run its time and is not asked for is left out: lock, copies, comments, content hashes, other KPIs.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import polars as pl

from okr_analytics.contracts.columns import UNKNOWN
from okr_analytics.contracts.tables import contract
from okr_analytics.desk import read_desk
from okr_analytics.home import Home
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.definitions import Definitions
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage
from pipelines.checks import audits, found_by
from pipelines.resources import DeskRun
from pipelines.step import Step, in_order, sql_step
from pipelines.steps import FACTS, PYTHON_STEPS

ALWAYS = "tickets_opened_count"  # a run's statements over counts and sums are never over none
Rows = Sequence[Mapping[str, object]]


def run_in_memory(
    home: Home,
    tables: Collection[str],
    as_of: date,
    now: datetime,
    kpis: Collection[str] | None = None,
    given: Mapping[str, Rows] | None = None,
) -> DeskRun:
    """These tables and all that they are made of, from the home's files; the history keeps what a run would keep.

    `kpis`: a catalogue of these alone, and what their ratios are made of. `given`: tables that are not made but hold
    these rows; columns of their contract that no row has are null.
    """
    catalogue = read_catalogue(home) if kpis is None else restricted(read_catalogue(home), kpis)
    steps = steps_for(tables, catalogue, given or {})
    has_objectives = any(table.startswith("okr.") for step in steps for table in step.tables)
    run = DeskRun(
        home=home,
        desk=read_desk(home),
        catalogue=catalogue,
        definitions=read_definitions(home) if has_objectives else Definitions(()),
        stage=Stage(),
        run_id="test",
        as_of=as_of,
        now=now,
        history=History(home),
        basis=None,
    )
    for table, rows in (given or {}).items():
        run.stage.put(table, filled(table, rows))
    for step in steps:
        step.make(run)
    run.history.commit()
    return run


def findings(run: DeskRun) -> dict[str, list[Any]]:
    """What blocking audits say of the tables that were made; nothing of one that is as it should be."""
    found = ((f"{table} {audit.name}", found_by(audit, run)) for table in run.stage.tables() for audit in audits(table)
             if audit.is_blocking)  # fmt: skip
    return {name: broken for name, broken in found if broken}


def restricted(catalogue: Catalogue, kpis: Collection[str]) -> Catalogue:
    """A catalogue of these KPIs and what their ratios are made of; all measures where a fact asks what feeds some."""
    parts = ((kpi.kpi_id, kpi.numerator, kpi.denominator) for kpi in map(catalogue.kpi, (*kpis, ALWAYS)))
    wanted = {kpi_id for three in parts for kpi_id in three if kpi_id}
    chosen = {kpi_id: kpi for kpi_id, kpi in catalogue.kpis.items() if kpi_id in wanted}
    if any("core.feeds" in models()[kpi.fact].rests_on for kpi in chosen.values() if kpi.fact):
        return Catalogue(catalogue.measures, chosen)
    measured = {kpi.measure for kpi in chosen.values()}
    return Catalogue({name: each for name, each in catalogue.measures.items() if name in measured}, chosen)


def steps_for(tables: Collection[str], catalogue: Catalogue, given: Collection[str] = ()) -> list[Step]:
    """The steps that make these tables of what is given, in order. A step over all facts needs those of the catalogue
    only."""
    unused = {*FACTS} - {kpi.fact for kpi in catalogue.kpis.values()}
    chosen: dict[str, Step] = {}
    waiting = {*tables}
    while waiting:
        table = waiting.pop()
        step = maker()[table]
        if table not in given and step.tables[0] not in chosen:
            chosen[step.tables[0]] = step
            waiting |= step.reads - unused if step.reads >= {*FACTS} else step.reads
    return in_order(chosen.values())


@cache
def maker() -> dict[str, Step]:
    """The step that makes each table; every SQL model is a step of its own."""
    steps = (*PYTHON_STEPS, *(sql_step([model]) for model in models().values()))
    return {table: step for step in steps for table in step.tables}


def filled(table: str, rows: Rows) -> pl.DataFrame:
    """Rows of a table as a frame with all columns of its contract. What a row does not say is null, or 'unknown'."""
    columns = contract(table, {name for row in rows for name in row}).to_schema().columns
    unsaid = {
        name: None if column.nullable or column.dtype.type != pl.String else UNKNOWN for name, column in columns.items()
    }
    return pl.DataFrame(
        [{**unsaid, **row} for row in rows], schema={name: each.dtype.type for name, each in columns.items()}
    )


EVERYTHING = tuple(maker())
CORE = ("ops.loads", *(table for table in EVERYTHING if table.startswith("core.")))
