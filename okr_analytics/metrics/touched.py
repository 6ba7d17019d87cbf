"""What a run looks at again, as conditions in SQL: the days of touched periods, and the stretches that reach them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from okr_analytics.warehouse.engine import literal
from okr_analytics.warehouse.stage import Stage

PERIODS = "work.touched_periods"
DAYS = "work.touched_days"
KPI_DAYS = "work.touched_kpi_days"


@dataclass(frozen=True)
class Touched:
    """What a run looks at again, as conditions in SQL; of everything where it makes everything."""

    is_all: bool = True
    kpi_days: str = KPI_DAYS
    slices: tuple[Stage, Stage] | None = None
    before: date = date.min
    wholly: frozenset[str] = frozenset()

    def days_of_kpis(self, kpi_ids: Iterable[str]) -> str:
        """Some row of one of the KPIs on the day came, went or changed."""
        if self.is_all:
            return "true"
        listed = ", ".join(map(literal, sorted(kpi_ids)))
        return f"day in (select day from {self.kpi_days} where kpi_id in ({listed}))"

    def periods(self, grain: str, start: str) -> str:
        """A join that keeps the touched periods of each KPI."""
        if self.is_all:
            return ""
        return (
            f"semi join {PERIODS} as touched on touched.kpi_id = daily_sums.kpi_id "
            f"and touched.grain = {literal(grain)} and touched.period_start = {start}"
        )

    def days(self, measures: Iterable[str], grain: str | None = None, day: str = "day") -> str:
        """The day is in a touched period of one of the measures."""
        if self.is_all:
            return "true"
        listed = ", ".join(map(literal, sorted(set(measures))))
        of_grain = f" and grain = {literal(grain)}" if grain else ""
        return f"{day} in (select day from {DAYS} where measure in ({listed}){of_grain})"

    def stretches(self, measure: str) -> str:
        """A stretch lasts into the touched periods."""
        if self.is_all:
            return "true"
        first = f"(select min(day) from {DAYS} where measure = {literal(measure)})"
        return f"(counts_until is null or counts_until >= {first})"
