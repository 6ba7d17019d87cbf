"""kpi.slice: the table macro for any slice that kpi.results does not hold, exact because it goes back to the rows.

select * from kpi.slice('first_response_calendar_median', date '2026-07-01', date '2026-07-31',
                        by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']})
"""

from datetime import date
from functools import lru_cache

from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.expressions import render
from okr_analytics.metrics.compiler.slice_query import slice_query
from okr_analytics.warehouse.engine import Engine, literal

COMMENT = (
    "Any KPI over any days and any mix of dimensions, from the rows. kpi_: the KPI's id. first_, last_: days, "
    "inclusive. by_: dimensions to group by. only_: members to keep, per dimension. as_of_: only what was known by "
    "that day. One row per group that has rows; a dimension not grouped by is null. Per business day: of the days "
    "asked for that a source covers. Stocks: at the close of the last day."
)


def build_slice_macro(engine: Engine, catalogue: Catalogue, as_of: date) -> None:
    """Make the macro; without as_of_ it speaks of the day of the run."""
    parameters = f"kpi_, first_, last_, by_ := [], only_ := map {{}}, as_of_ := date {literal(str(as_of))}"
    engine.run(f"create or replace macro kpi.slice({parameters}) as table {_slice_sql(tuple(catalogue.kpis.items()))}")
    engine.run(f"comment on macro table kpi.slice is {literal(COMMENT)}")


@lru_cache(maxsize=4)
def _slice_sql(kpis: tuple[tuple[str, Kpi], ...]) -> str:
    """The macro's query: the longest that is compiled, and the same for every run of a process."""
    return render(slice_query(Catalogue({}, dict(kpis))))
