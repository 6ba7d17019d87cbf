"""Which source can feed which measure: one that never tells of reopenings cannot say that there were none."""

from okr_analytics.kpi.catalogue import Measure, measures
from okr_analytics.warehouse.engine import Engine, literal, quoted


def build_feeds(engine: Engine) -> None:
    """Make core.feeds of core.tickets and core.coverage."""
    told = sorted({each.told_by for each in measures().values() if each.told_by})
    counts = ", ".join(f"count({quoted(column)}) as {quoted(column)}" for column in told)
    feeding = " union all ".join(map(_feeding, measures().values()))
    engine.run(
        f"""
        create table core.feeds as
        with told as (select source, count(*) as tickets, {counts} from core.tickets group by source),
        feeding as ({feeding})
        select measure, source, first_day, last_day
        from feeding join core.coverage using (source)
        where input = 'tickets'
        order by measure, source
        """
    )


def _feeding(measure: Measure) -> str:
    return f"select {literal(measure.name)} as measure, source from told where {measure.told_by or 'tickets'} > 0"
