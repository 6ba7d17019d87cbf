"""work.period_values: every KPI by grain and by one dimension at a time, from the rows of its measure.

Additive statistics are summed up by day once and rolled up from there; percentiles are taken from the rows at every
grain; stocks are `stocks`. What is 0, null or incomplete, and ratios of two KPIs, are decided in sql/kpi/results.sql.
"""

from collections.abc import Callable, Iterable
from itertools import groupby

from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.kpi.catalogue import Catalogue, Kpi
from okr_analytics.kpi.groups import DIMENSION, MEMBER, RUN_DATE, by_dimension, put, visible
from okr_analytics.kpi.stocks import put_ages, put_stock
from okr_analytics.warehouse.engine import Engine, literal


def build_period_values(engine: Engine, catalogue: Catalogue) -> None:
    """Make work.period_values: kpi_id, grain, period_start, dimension, member, value, n."""
    engine.run(
        "create table work.period_values (kpi_id varchar, grain varchar, period_start date, dimension varchar, "
        "member varchar, value double, n bigint)"
    )
    for additive in _together(catalogue, "additive", lambda each: each.fact):
        _put_additive(engine, additive)
    for quantiles in _together(catalogue, "quantile", lambda each: f"{each.fact} {each.value}"):
        for grain in GRAINS:
            _put_quantiles(engine, quantiles, grain)
    for (stock,) in _together(catalogue, "stock", lambda each: each.kpi_id):
        put_stock(engine, stock)
    for (age,) in _together(catalogue, "age", lambda each: each.kpi_id):
        put_ages(engine, age)


def _together(catalogue: Catalogue, kind: str, key: Callable[[Kpi], str]) -> Iterable[list[Kpi]]:
    """KPIs of a kind, those that are computed in one pass together."""
    chosen = sorted((each for each in catalogue.kpis.values() if each.statistic.kind == kind), key=key)
    return [list(group) for _, group in groupby(chosen, key)]


def _start(grain: str) -> str:
    return "day" if grain == "day" else f"cast(date_trunc({literal(grain)}, day) as date)"


def _put_additive(engine: Engine, chosen: list[Kpi]) -> None:
    sums = ", ".join(
        f"sum({each.statistic.addend(each.value, each.per)}) as total_{i}, "
        f"{each.statistic.base(each.value, each.per)} as base_{i}, count({each.value}) as n_{i}"
        for i, each in enumerate(chosen)
    )
    engine.run(
        f"create or replace temp table sums as select day, {DIMENSION} as dimension, {MEMBER} as member, {sums} "
        f"from {chosen[0].fact} where {visible(RUN_DATE)} group by {by_dimension('day')}"
    )
    for i, each in enumerate(chosen):
        value = each.statistic.of_sums(f"sum(total_{i})", f"sum(base_{i})", "1")
        for grain in GRAINS:
            rows = f"select {_start(grain)}, dimension, member, {value}, sum(n_{i}) as n from sums group by all"
            put(engine, each, grain, rows)


def _put_quantiles(engine: Engine, chosen: list[Kpi], grain: str) -> None:
    """All quantiles of a column in one pass: DuckDB then orders each group's values once."""
    asked = ", ".join(str(each.statistic.quantile) for each in chosen)
    value = chosen[0].value
    engine.run(
        f"create or replace temp table quantiles as "
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, count({value}) as n, "
        f"quantile_cont({value}, [{asked}]) as quantiles "
        f"from (select * exclude (day), {_start(grain)} as day from {chosen[0].fact} where {visible(RUN_DATE)}) "
        f"group by {by_dimension('day')}"
    )
    for place, each in enumerate(chosen, start=1):
        put(engine, each, grain, f"select day, dimension, member, quantiles[{place}], n from quantiles")
