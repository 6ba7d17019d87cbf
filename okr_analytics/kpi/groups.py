"""Grouping the rows of a fact by one dimension at a time, as of a day: SQL that results, stocks and slices share."""

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.kpi.catalogue import Kpi
from okr_analytics.warehouse.engine import Engine, literal

VISIBLE = "counts_from <= {as_of} and (counts_until is null or counts_until > {as_of})"
RUN_DATE = "(select as_of_date from work.run)"
DIMENSION = f"case {' '.join(f'when grouping({name}) = 0 then {literal(name)}' for name in DIMENSIONS)} else 'all' end"
MEMBER = f"coalesce({', '.join(DIMENSIONS)}, 'all')"


def by_dimension(*also: str) -> str:
    """Grouping sets: the given columns alone, and with each dimension."""
    kept = ", ".join(also)
    return f"grouping sets (({kept}), {', '.join(f'({kept}, {name})' for name in DIMENSIONS)})"


def visible(as_of: str) -> str:
    """SQL for: the row counts as of that day."""
    return VISIBLE.format(as_of=as_of)


def put(engine: Engine, each: Kpi, grain: str, query: str) -> None:
    """Add period_start, dimension, member, value, n to work.period_values; a member without rows is absent."""
    engine.run(
        f"insert into work.period_values select {literal(each.kpi_id)}, {literal(grain)}, * from ({query}) as counted "
        "where n > 0 or dimension = 'all'"
    )
