"""Which published measurements still hold in a run over new exports: those of which no row came, went or changed."""

import polars as pl

from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.renewing import FACT_DAYS, MEASURES
from okr_analytics.warehouse.engine import literal
from okr_analytics.warehouse.stage import Stage

FEEDING = "work.measured_from"
OPENED = "fact.tickets_opened"  # who was ever seen


def put_untouched(stage: Stage, catalogue: Catalogue) -> str:
    """SQL for: the measurement `known` over the days `asked` still holds. All do where nothing was looked at again.

    A measurement of no rows may also be one of a member that was never seen, or of a thing that nobody ever told of:
    it holds only while no row of its facts is another, and no ticket was opened on another day or is another's.
    """
    before = stage.before("core.feeds")
    if before is None or not stage.is_patched:
        return "true"
    parts = [
        (each.kpi_id, part.measure, part.fact)
        for each in catalogue.kpis.values()
        for part in (catalogue.parts(each) if each.statistic.kind == "ratio" else (each,))
    ]
    stage.engine.create(FEEDING, pl.DataFrame(parts, schema=["kpi_id", "measure", "fact"], orient="row"))
    stage.engine.run(
        "create table work.covered_before as "
        "select kpi_id, min(least(old.last_day, new.last_day)) as last_day, bool_or(is_whole) as is_whole "
        f"from {FEEDING} join {MEASURES} using (measure) left join {before} as old using (measure) "
        f"left join core.feeds as new using (measure, source) group by kpi_id"
    )
    stage.engine.run(
        f"create table work.moved_days as select distinct kpi_id, day from {FEEDING} join {FACT_DAYS} using (fact)"
    )
    covered = "select 1 from work.covered_before as covered where covered.kpi_id = known.kpi_id"
    moved = "select 1 from work.moved_days as moved where moved.kpi_id = known.kpi_id"
    opened = f"select 1 from {FACT_DAYS} where fact = {literal(OPENED)}"
    return (
        f"exists ({covered} and not is_whole and asked.last_day <= covered.last_day) "
        f"and not exists ({moved} and moved.day between asked.first_day and asked.last_day) "
        f"and (known.n > 0 or not exists ({moved} union all {opened}))"
    )
