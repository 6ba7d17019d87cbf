"""work.period_values: every KPI by grain and by one dimension at a time, from the rows of its measure.

Additive statistics are summed up by day once and rolled up from there; percentiles are taken from the rows at every
grain. What is 0, null or incomplete is decided in sql/kpi/results.sql.
"""

from collections.abc import Iterable
from itertools import groupby, product

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.kpi.catalogue import Kpi, kpis
from okr_analytics.warehouse.engine import Engine, literal

VISIBLE = "counts_from <= {as_of} and (counts_until is null or counts_until > {as_of})"
RUN_DATE = "(select as_of_date from work.run)"
BY_DIMENSION = f"grouping sets ((day), {', '.join(f'(day, {name})' for name in DIMENSIONS)})"
DIMENSION = f"case {' '.join(f'when grouping({name}) = 0 then {literal(name)}' for name in DIMENSIONS)} else 'all' end"
MEMBER = f"coalesce({', '.join(DIMENSIONS)}, 'all')"


def visible(as_of: str) -> str:
    """SQL for: the row counts as of that day."""
    return VISIBLE.format(as_of=as_of)


def build_period_values(engine: Engine) -> None:
    """Make work.period_values: kpi_id, grain, period_start, dimension, member, value, n."""
    engine.run(
        "create table work.period_values (kpi_id varchar, grain varchar, period_start date, dimension varchar, "
        "member varchar, value double, n bigint)"
    )
    for column, additive in _by_column(each for each in kpis().values() if each.statistic.is_additive):
        _put_additive(engine, column, additive)
    for column, quantiles in _by_column(each for each in kpis().values() if not each.statistic.is_additive):
        for grain in GRAINS:
            _put_quantiles(engine, column, quantiles, grain)


def _by_column(chosen: Iterable[Kpi]) -> Iterable[tuple[tuple[str, str], list[Kpi]]]:
    """KPIs that read the same column of the same fact, together."""

    def column(each: Kpi) -> tuple[str, str]:
        return each.fact, each.value_column

    return [(key, list(group)) for key, group in groupby(sorted(chosen, key=column), column)]


def _start(grain: str) -> str:
    return "day" if grain == "day" else f"cast(date_trunc({literal(grain)}, day) as date)"


def _put_additive(engine: Engine, column: tuple[str, str], chosen: list[Kpi]) -> None:
    fact, value = column
    totals = ", ".join(f"sum({each.statistic.addend(value)}) as total_{i}" for i, each in enumerate(chosen))
    engine.run(
        f"create or replace temp table sums as "
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, count({value}) as n, {totals} "
        f"from {fact} where {visible(RUN_DATE)} group by {BY_DIMENSION}"
    )
    for grain, (i, each) in product(GRAINS, enumerate(chosen)):
        statistic = each.statistic.of_sums(f"sum(total_{i})", "sum(n)", "1")
        _put(
            engine,
            each,
            grain,
            f"select {_start(grain)}, dimension, member, {statistic}, sum(n) from sums group by all",
        )


def _put_quantiles(engine: Engine, column: tuple[str, str], chosen: list[Kpi], grain: str) -> None:
    """All quantiles of a column in one pass: DuckDB then orders each group's values once."""
    fact, value = column
    asked = ", ".join(str(each.statistic.quantile) for each in chosen)
    engine.run(
        f"create or replace temp table quantiles as "
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, count({value}) as n, "
        f"quantile_cont({value}, [{asked}]) as quantiles "
        f"from (select * exclude (day), {_start(grain)} as day from {fact} where {visible(RUN_DATE)}) "
        f"group by {BY_DIMENSION}"
    )
    for place, each in enumerate(chosen, start=1):
        _put(engine, each, grain, f"select day, dimension, member, quantiles[{place}], n from quantiles")


def _put(engine: Engine, each: Kpi, grain: str, query: str) -> None:
    engine.run(f"insert into work.period_values select {literal(each.kpi_id)}, {literal(grain)}, * from ({query})")
