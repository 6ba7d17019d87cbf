"""What can be measured in a home: measures and the KPIs built on them.

How a KPI reads in SQL is `compiler`, with `statistics`; what a line on a measure means, `compose`; where lines stand,
`shipped` and `own`.
"""

import json
from dataclasses import dataclass

import polars as pl

from okr_analytics.contracts.kpi import Catalogue as CatalogueTable
from okr_analytics.contracts.validation import conform
from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.metrics.statistics import Statistic


@dataclass(frozen=True)
class Kpi:
    """A measure, a statistic and, for durations, a clock. `column` is what it looks at in the rows that `where` lets
    through; bounds are the smallest and largest possible value, null where there is none."""

    kpi_id: str
    measure: str
    statistic: Statistic
    clock: str | None
    title: str
    question: str
    unit: str
    direction: str
    fact: str = ""
    column: str = "value"
    per: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    lower_bound: float | None = 0.0
    upper_bound: float | None = None
    maturity_days: int = 0
    is_own: bool = False
    scale: str | None = None


@dataclass(frozen=True)
class Measure:
    """A stream of events.

    `requires` are the columns of its input (or conditions on them) without which a source cannot feed it; none means
    that every source can. `first_day_sql` is the first day of which it can be known, in SQL. `metric` names an external
    metric, whose rows are observations. `numbers` are the columns that a statistic may look at; `is_counted`: its value
    is 0 or 1.
    """

    name: str
    title: str
    question: str
    unit: str
    direction: str
    columns: tuple[str, ...]
    table: str
    input: str = "tickets"
    requires: tuple[str, ...] = ()
    metric: str | None = None
    maturity_days: int = 0
    is_stock: bool = False
    first_day_sql: str | None = None
    numbers: tuple[str, ...] = ()
    is_counted: bool = False

    @property
    def has_clocks(self) -> bool:
        """Whether its value is a duration on both clocks."""
        return "calendar_seconds" in self.columns


@dataclass(frozen=True)
class Catalogue:
    """All that can be measured in one home."""

    measures: dict[str, Measure]
    kpis: dict[str, Kpi]

    def kpi(self, kpi_id: str) -> Kpi:
        """The KPI of that id; raises UsageError with the nearest one."""
        if kpi_id not in self.kpis:
            raise UsageError(f"no KPI '{kpi_id}'{did_you_mean(kpi_id, self.kpis, 'okr kpis')}")
        return self.kpis[kpi_id]

    def parts(self, ratio: Kpi) -> tuple[Kpi, Kpi]:
        """Numerator and denominator of a ratio."""
        return self.kpis[str(ratio.numerator)], self.kpis[str(ratio.denominator)]

    def rows(self) -> pl.DataFrame:
        """kpi.catalogue: one row per KPI."""
        return conform(pl.DataFrame(map(_row, self.kpis.values()), infer_schema_length=None), CatalogueTable)


def _row(each: Kpi) -> dict[str, object]:
    is_ratio = each.statistic.kind == "ratio"
    return {
        "kpi_id": each.kpi_id,
        "title": each.title,
        "question": each.question,
        "measure": each.measure,
        "fact": None if is_ratio else each.fact,
        "looked_at": None if is_ratio else each.column,
        "per": each.per,
        "meant": json.dumps(dict(each.where), ensure_ascii=False),
        "statistic": each.statistic.name,
        "clock": each.clock,
        "unit": each.unit,
        "direction": each.direction,
        "lower_bound": each.lower_bound,
        "upper_bound": each.upper_bound,
        "limit_seconds": each.statistic.limit_seconds,
        "maturity_days": each.maturity_days,
        "numerator_kpi_id": each.numerator,
        "denominator_kpi_id": each.denominator,
        "is_own": each.is_own,
    }
