"""Which periods a run computes, as conditions in SQL. Which these are is decided in sql/work/recomputed_days.sql."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.warehouse.engine import Engine, literal

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

    def periods(self, grain: str) -> str:
        """The period of a day in core.days (`days`) is computed for the KPI of a daily sum (`daily_sums`)."""
        if self.is_everything:
            return "true"
        return (
            f"exists (select 1 from {DAYS} as computed join {KPI_MEASURES} as of_kpis "
            f"on computed.measure = of_kpis.measure where computed.grain = {literal(grain)} "
            f"and of_kpis.kpi_id = daily_sums.kpi_id and computed.day = daily_sums.day)"
        )

    def stretches(self, measure: str) -> str:
        """What stands in a stock lasts into the periods that are computed."""
        if self.is_everything:
            return "true"
        first = f"(select min(day) from {DAYS} where measure = {literal(measure)})"
        return f"(counts_until is null or counts_until >= {first})"


def create_measures(engine: Engine, catalogue: Catalogue, whole: Collection[str]) -> None:
    """Make work.measures: one row per measure, with its fact, what is computed together with it, and whether all of it
    is; and work.kpi_measures: each KPI with the measure whose periods it has; of a ratio, its numerator's."""
    tied_to = _tied(catalogue)
    measures = [
        (measure.name, measure.table, measure.maturity_days, tied_to[measure.name], measure.name in whole)
        for measure in catalogue.measures.values()
    ]
    names = ["measure", "fact", "maturity_days", "tied_to", "is_whole"]
    engine.create(MEASURES, pl.DataFrame(measures, schema=names, orient="row"))
    kpis = [
        (kpi.kpi_id, catalogue.parts(kpi)[0].measure if kpi.statistic.kind == "ratio" else kpi.measure)
        for kpi in catalogue.kpis.values()
    ]
    engine.create(KPI_MEASURES, pl.DataFrame(kpis, schema=["kpi_id", "measure"], orient="row"))


def _tied(catalogue: Catalogue) -> dict[str, str]:
    """For each measure the name of those with the same rows, and of those that ratios tie it to."""
    group = {name: measure.table for name, measure in catalogue.measures.items()}
    for kpi in catalogue.kpis.values():
        if kpi.statistic.kind == "ratio":
            first, second = (group[part.measure] for part in catalogue.parts(kpi))
            group = {measure: first if name == second else name for measure, name in group.items()}
    return group
