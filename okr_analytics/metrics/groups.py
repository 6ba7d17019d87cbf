"""Grouping the rows of a fact by one dimension at a time, as of a day: SQL that results, stocks and slices share."""

from collections.abc import Callable, Sequence

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.warehouse.engine import Engine, literal, quoted

VISIBLE = "counts_from <= {as_of} and (counts_until is null or counts_until > {as_of})"
DAILY_SUMS = "kpi.daily_sums"
RUN_DATE = "(select as_of_date from work.run)"
DIMENSION = f"case {' '.join(f'when grouping({name}) = 0 then {literal(name)}' for name in DIMENSIONS)} else 'all' end"
MEMBER = f"coalesce({', '.join(DIMENSIONS)}, 'all')"


def by_dimension(*also: str) -> str:
    """Grouping sets: the given columns alone, and with each dimension."""
    kept = ", ".join(also)
    return f"grouping sets (({kept}), {', '.join(f'({kept}, {name})' for name in DIMENSIONS)})"


def covered_days(measures: Sequence[str], sources: str) -> str:
    """SQL for covered_from and covered_to, in one row: the days that some source covers of every one of the measures;
    null where one of them is not fed."""
    listed = ", ".join(map(literal, measures))
    is_known = f"count(*) = {len(set(measures))}"
    return (
        f"select case when {is_known} then max(first_day) end as covered_from, "
        f"case when {is_known} then min(last_day) end as covered_to from ("
        f"select measure, min(first_day) as first_day, max(last_day) as last_day from core.feeds "
        f"where measure in ({listed}) and {sources} group by measure)"
    )


def visible(as_of: str) -> str:
    """SQL for: the row counts as of that day."""
    return VISIBLE.format(as_of=as_of)


def put(engine: Engine, values: dict[str, tuple[str, str]], rows: str) -> None:
    """Add to work.period_values what `values` says of each KPI, its value and n in SQL, for each of `rows`.

    `rows` has grain, period_start, dimension and member; a member without rows of its own is absent.
    """
    entries = ", ".join(
        f"{{'kpi_id': {literal(kpi_id)}, 'value': cast({value} as double), 'n': cast({n} as bigint)}}"
        for kpi_id, (value, n) in values.items()
    )
    engine.run(
        f"insert into work.period_values "
        f"select entry.kpi_id, grain, period_start, dimension, member, entry.value, entry.n from ("
        f"select grain, period_start, dimension, member, unnest([{entries}]) as entry from ({rows})) as entries "
        f"where entry.n > 0 or dimension = 'all'"
    )


def each_grain(select: Callable[[str, str], str]) -> str:
    """The union of `select` over the grains: of the grain's name and its column in core.days."""
    return " union all ".join(select(grain, "day" if grain == "day" else quoted(grain)) for grain in GRAINS)
