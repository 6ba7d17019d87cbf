"""Which periods a run computes, as conditions in SQL. Which these are is decided in sql/work/recomputed_days.sql."""

from collections.abc import Iterable
from dataclasses import dataclass

from okr_analytics.warehouse.engine import literal

DAYS = "work.recomputed_days"
MEASURES = "work.measures"
KPI_MEASURES = "work.kpi_measures"


@dataclass(frozen=True)
class RecomputeScope:
    """The periods of each measure in work.recomputed_days, or simply all of them where it is everything."""

    is_everything: bool = True

    def days(self, measures: Iterable[str], grain: str, day: str = "day") -> str:
        """The day is in a period of that grain that is computed, of one of the measures."""
        if self.is_everything:
            return "true"
        listed = ", ".join(map(literal, sorted(set(measures))))
        return f"{day} in (select day from {DAYS} where measure in ({listed}) and grain = {literal(grain)})"

    def periods(self, grain: str, start: str) -> str:
        """A join that keeps the periods of each KPI that are computed."""
        if self.is_everything:
            return ""
        return (
            f"semi join (select kpi_id, period_start from {DAYS} join {KPI_MEASURES} using (measure) "
            f"where grain = {literal(grain)}) as computed "
            f"on computed.kpi_id = daily_sums.kpi_id and computed.period_start = {start}"
        )

    def stretches(self, measure: str) -> str:
        """What stands in a stock lasts into the periods that are computed."""
        if self.is_everything:
            return "true"
        first = f"(select min(day) from {DAYS} where measure = {literal(measure)})"
        return f"(counts_until is null or counts_until >= {first})"
