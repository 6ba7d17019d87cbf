"""Measures and KPIs, read from the headers of sql/fact: one place per KPI."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from okr_analytics.contracts.kpi import Catalogue
from okr_analytics.contracts.validation import conform
from okr_analytics.errors import ConfigurationError, Problem, UsageError, did_you_mean
from okr_analytics.kpi.statistics import Statistic, statistic
from okr_analytics.warehouse.models import Model, models

# The desk's hours are not known yet, so durations are looked at on the calendar clock only.
CLOCKS = ("calendar",)
PER_DAY_UNIT = "calendar day"
LIMIT_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Kpi:
    """A measure, a statistic and, for durations, a clock."""

    kpi_id: str
    measure: str
    statistic: Statistic
    clock: str | None
    title: str
    question: str
    unit: str
    direction: str
    maturity_days: int

    @property
    def fact(self) -> str:
        """The table that the measure's rows are in."""
        return f"fact.{self.measure}"

    @property
    def value_column(self) -> str:  # noqa: D102
        return f"{self.clock}_seconds" if self.clock else "value"

    @property
    def lower_bound(self) -> float | None:
        """Smallest possible value."""
        return 0.0

    @property
    def upper_bound(self) -> float | None:
        """Largest possible value; null where there is none."""
        return 1.0 if self.unit == "share" else None


@dataclass(frozen=True)
class Measure:
    """A stream of events with the KPIs that are built on it. `told_by` is the ticket column without which a source
    cannot feed it; null means that every source can."""

    name: str
    told_by: str | None
    kpis: tuple[Kpi, ...]


@cache
def measures() -> dict[str, Measure]:
    """Every measure by name. Raises ConfigurationError where a header lacks something."""
    found = (_measure(model) for model in models().values() if model.schema == "fact" and "kpis" in model.header)
    return {measure.name: measure for measure in sorted(found, key=lambda measure: measure.name)}


@cache
def kpis() -> dict[str, Kpi]:
    """Every KPI by id, ordered."""
    found = {kpi.kpi_id: kpi for measure in measures().values() for kpi in measure.kpis}
    return dict(sorted(found.items()))


def kpi(kpi_id: str) -> Kpi:
    """The KPI of that id; raises UsageError with the nearest one."""
    if kpi_id not in kpis():
        raise UsageError(f"no KPI '{kpi_id}'{did_you_mean(kpi_id, kpis())}")
    return kpis()[kpi_id]


def catalogue() -> pl.DataFrame:
    """kpi.catalogue: one row per KPI."""
    rows = [
        {
            "kpi_id": each.kpi_id,
            "title": each.title,
            "question": each.question,
            "measure": each.measure,
            "statistic": each.statistic.name,
            "clock": each.clock,
            "unit": each.unit,
            "direction": each.direction,
            "lower_bound": each.lower_bound,
            "upper_bound": each.upper_bound,
            "limit_seconds": each.statistic.limit_seconds,
            "maturity_days": each.maturity_days,
        }
        for each in kpis().values()
    ]
    return conform(pl.DataFrame(rows, infer_schema_length=None), Catalogue)


def _measure(model: Model) -> Measure:
    try:
        clocks = CLOCKS if model.header["unit"] == "seconds" else (None,)
        built = tuple(_kpi(model, written, clock) for clock in clocks for written in model.header["kpis"])
    except KeyError as error:
        raise ConfigurationError([Problem(f"sql/fact/{model.name}.sql:1", f"the header lacks {error}")]) from None
    return Measure(model.name, model.header.get("told_by"), built)


def _kpi(model: Model, written: str | dict[str, Any], clock: str | None) -> Kpi:
    said: dict[str, Any] = {"statistic": written} if isinstance(written, str) else dict(written)
    limit = said.get("limit")
    stat = statistic(said["statistic"], limit and _limit_seconds(limit))
    words = [model.name, clock, stat.name, limit]
    title = f"{model.header['title']}, {stat.title.format(limit=limit)}" + (f" ({clock})" if clock else "")
    return Kpi(
        kpi_id="_".join(word for word in words if word),
        measure=model.name,
        statistic=stat,
        clock=clock,
        title=said.get("title", title),
        question=said.get("question", model.header["question"]),
        unit=stat.unit.format(unit=model.header["unit"], day=PER_DAY_UNIT),
        direction=said.get("direction", model.header["direction"]),
        maturity_days=model.header.get("maturity", 0),
    )


def _limit_seconds(limit: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(\w+)", limit).groups()  # type: ignore[union-attr]
    return int(number) * LIMIT_SECONDS[unit]
