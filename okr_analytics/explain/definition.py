"""What is scored, as the warehouse keeps its newest definition; and the target that applied on a day.

Everything is read from okr.key_results, okr.target_versions and kpi.catalogue.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from okr_analytics.errors import DataError
from okr_analytics.explain.asking import named
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.statistics import statistic
from okr_analytics.okr.defining.definition_content import read_key_result
from okr_analytics.okr.defining.definitions import Milestone
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.keeping.target_versions import targets_over_time
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

CATALOGUE = "select * from kpi.catalogue"
Row = dict[str, Any]


@dataclass(frozen=True)
class Definition:
    """Something that is scored. `versions` are those of its definition, oldest first; the last one holds.

    `working_day` is what a day is called of which volumes are told: where no hours are known, a calendar day.
    `kpi` is null where nothing is measured, and where the catalogue has it no more. `measures` is the KPI itself, or of
    a ratio the two that it is made of.
    """

    row: Row
    objective: Row
    versions: tuple[Row, ...]
    kpi: Kpi | None
    measures: tuple[Kpi, ...]
    window: Period
    grain: str | None
    milestones: tuple[Milestone, ...]
    parts: tuple[str, ...]
    baseline_period: Period | None
    phases: tuple[tuple[date, Decimal], ...]
    aims: tuple[Aim, ...]
    working_day: str

    @property
    def kr_id(self) -> str:  # noqa: D102
        return str(self.row["kr_id"])

    @property
    def kind(self) -> str:  # noqa: D102
        return str(self.row["kind"])

    @property
    def unit(self) -> str:
        """The unit of what is measured; where nothing is, of its value."""
        return self.kpi.unit if self.kpi else str(self.row["unit"])

    @property
    def filter(self) -> dict[str, list[str]]:
        """The members that are let through, by dimension."""
        found: dict[str, list[str]] = json.loads(self.row["filter"])
        return found

    def aim(self, day: date) -> Aim:
        """The target that applied on a day."""
        return next((each for each in reversed(self.aims) if each.since <= day), self.aims[0])


def read_definition(engine: Engine, name: str) -> Definition:
    """The newest definition of what has that id."""
    versions = named(engine, query("key_result_versions"), {"kr_id": name})
    newest = versions[-1]
    objective = named(engine, query("objective_versions"), {"objective_id": newest["objective_id"]})[-1]
    content = read_key_result(newest["content"], name)
    kpi, measures = _kpis(engine, newest["kpi_id"])
    basis = content.baseline.basis
    return Definition(
        row=newest,
        objective=objective,
        versions=tuple(versions),
        kpi=kpi,
        measures=measures,
        window=Period(newest["window_start"], newest["window_end"]),
        grain=content.kpi_or_filter.grain,
        milestones=content.milestones,
        parts=content.kpi_or_filter.part_ids,
        baseline_period=basis.period if basis else None,
        phases=tuple((phase.day, phase.share) for phase in content.window.phases),
        aims=_aims(engine, name),
        working_day=_working_day(engine),
    )


def _aims(engine: Engine, name: str) -> tuple[Aim, ...]:
    """Its targets over time. Raises DataError for a warehouse that was published before there was such a table."""
    ((has_targets,),) = engine.rows(query("has_table"), {"schema": "okr", "table": "target_versions"})
    if not has_targets:
        raise DataError(
            "an earlier version of okr published this warehouse, without okr.target_versions; run 'okr run'"
        )
    return tuple(targets_over_time(engine)[name])


def _working_day(engine: Engine) -> str:
    """What the units in the catalogue call it."""
    ((is_any_day,),) = engine.rows(query("working_day"))
    return "calendar day" if is_any_day else "business day"


def _kpis(engine: Engine, kpi_id: str | None) -> tuple[Kpi | None, tuple[Kpi, ...]]:
    """The KPI of that id; and itself, or of a ratio the one above and the one below its line."""
    rows = {each["kpi_id"]: each for each in named(engine, CATALOGUE)}
    if kpi_id not in rows:
        return None, ()
    found = _kpi(rows[kpi_id])
    together = (found.numerator, found.denominator) if found.statistic.kind == "ratio" else (kpi_id,)
    return found, tuple(_kpi(rows[str(each)]) for each in together)


def _kpi(row: Row) -> Kpi:
    """The KPI of a row of kpi.catalogue."""
    same = ("kpi_id", "measure", "clock", "title", "question", "unit", "direction", "per", "lower_bound", "upper_bound")
    return Kpi(
        **{name: row[name] for name in same},
        statistic=statistic(row["statistic"], row["limit_seconds"]),
        fact=row["fact"] or "",
        column=row["looked_at"] or "",
        where=tuple((name, tuple(members)) for name, members in json.loads(row["meant"]).items()),
        numerator=row["numerator_kpi_id"],
        denominator=row["denominator_kpi_id"],
    )
