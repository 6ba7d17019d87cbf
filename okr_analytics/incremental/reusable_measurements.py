"""Which published measurements still hold in an incremental run: those of which no row came, went or changed."""

import polars as pl

from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.recompute_scope import MEASURES
from okr_analytics.warehouse.engine import literal
from okr_analytics.warehouse.stage import Stage

MEASURED_FROM = "work.measured_from"
SPANS = "work.changed_spans"
OPENED = "fact.tickets_opened"  # who was ever seen


def reusable_condition(stage: Stage, catalogue: Catalogue) -> str:
    """SQL for: the measurement `known` over the days `asked` still holds.

    A measurement of no rows may also be one of a member that was never seen, or of a thing that nobody ever told of:
    it holds only while no row of its facts is another, and no ticket was opened on another day or is another's.
    """
    parts = [
        (kpi.kpi_id, part.measure, part.fact)
        for kpi in catalogue.kpis.values()
        for part in (catalogue.parts(kpi) if kpi.statistic.kind == "ratio" else (kpi,))
    ]
    stage.engine.create(MEASURED_FROM, pl.DataFrame(parts, schema=["kpi_id", "measure", "fact"], orient="row"))
    stage.engine.run(
        "create table work.covered_before as "
        "select kpi_id, min(least(old.last_day, new.last_day)) as last_day, bool_or(is_whole) as is_whole "
        f"from {MEASURED_FROM} join {MEASURES} using (measure) "
        f"left join {stage.previous('core.feeds')} as old using (measure) "
        f"left join core.feeds as new using (measure, source) group by kpi_id"
    )
    stage.engine.run(
        f"create table work.moved_spans as select distinct kpi_id, first_day, last_day "
        f"from {MEASURED_FROM} join {SPANS} using (fact)"
    )
    covered = "select 1 from work.covered_before as covered where covered.kpi_id = known.kpi_id"
    moved = "select 1 from work.moved_spans as moved where moved.kpi_id = known.kpi_id"
    opened = f"select 1 from {SPANS} where fact = {literal(OPENED)}"
    return (
        f"exists ({covered} and not is_whole and asked.last_day <= covered.last_day) "
        f"and not exists ({moved} and moved.first_day <= asked.last_day and moved.last_day >= asked.first_day) "
        f"and (known.n > 0 or (not exists ({moved}) and not exists ({opened})))"
    )
