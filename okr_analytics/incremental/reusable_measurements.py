"""Which published measurements still hold in an incremental run."""

from okr_analytics.metrics.recompute_scope import DAYS, KPI_MEASURES
from okr_analytics.warehouse.engine import literal

OPENED = "fact.tickets_opened"  # who was ever seen
SPANS = "work.changed_spans"


def reusable_condition() -> str:
    """SQL for: the measurement `known` over the days `asked` still holds: its KPI is computed again on none of them.

    A measurement of no rows may also be one of a member that was never seen, or of what was never exported: it holds
    only while nothing of its KPI is computed again, and no ticket was opened on another day or is another's.
    """
    computed = (
        f"select 1 from {DAYS} as computed join {KPI_MEASURES} as kpis on computed.measure = kpis.measure "
        "where kpis.kpi_id = known.kpi_id and computed.grain = 'day'"
    )
    opened = f"select 1 from {SPANS} where fact = {literal(OPENED)}"
    return (
        f"not exists ({computed} and computed.day between asked.first_day and asked.last_day) "
        f"and (known.n > 0 or (not exists ({computed}) and not exists ({opened})))"
    )
