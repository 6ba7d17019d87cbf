"""work.period_values: every KPI by grain and by one dimension at a time, from the rows of its measure.

Additive statistics are summed up by day once and rolled up from there; percentiles are taken from the rows at every
grain; stocks are `stocks`. What is 0, null or incomplete, and ratios of two KPIs, are decided in sql/kpi/results.sql.
"""

import polars as pl

from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.daily import put_daily_sums, together
from okr_analytics.metrics.groups import DAILY_SUMS, DIMENSION, MEMBER, RUN_DATE, by_dimension, each_grain, put, visible
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.metrics.stocks import put_ages, put_stock
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

ZERO_FILLED = "work.zero_filled_kpis"


def build_period_values(stage: Stage, scope: RecomputeScope, catalogue: Catalogue) -> None:
    """Make work.period_values: kpi_id, grain, period_start, dimension, member, value, n; and kpi.daily_sums. Both of
    the periods in scope."""
    engine = stage.engine
    engine.run(
        "create table work.period_values (kpi_id varchar, grain varchar, period_start date, dimension varchar, "
        "member varchar, value double, n bigint)"
    )
    fed = {measure for (measure,) in engine.rows("select distinct measure from core.feeds")}
    known = [each for each in catalogue.kpis.values() if each.measure in fed]
    put_daily_sums(stage, known, scope)
    _put_sums(engine, known, scope)
    for quantiles in together(known, "quantile", lambda each: each.fact):
        for grain in GRAINS:
            _put_quantiles(engine, quantiles, grain, scope)
    for stock in known:
        if stock.statistic.kind == "stock":
            put_stock(engine, stock, scope)
        if stock.statistic.kind == "age":
            put_ages(engine, stock, scope)


def put_zero_filled(engine: Engine, catalogue: Catalogue) -> None:
    """Make work.zero_filled_kpis: the counts and stocks of which none is 0."""
    counted = [each for each in catalogue.kpis.values() if each.statistic.is_zero_when_empty]
    told = " union all ".join(f"select {literal(each.kpi_id)} as kpi_id where {each.told}" for each in counted)
    engine.run(f"create table {ZERO_FILLED} as {told}")


def _put_sums(engine: Engine, known: list[Kpi], scope: RecomputeScope) -> None:
    """Additive KPIs, from their daily sums: exact at every grain."""
    volumes = [(each.kpi_id, each.statistic.is_volume) for each in known if each.statistic.kind == "additive"]
    engine.create("work.additive", pl.DataFrame(volumes, schema=["kpi_id", "is_volume"], orient="row"))
    summed = each_grain(
        lambda grain, start: (
            f"select kpi_id, {literal(grain)} as grain, days.{start} as period_start, dimension, member, "
            f"sum(total) as total, sum(base) as base, sum(n) as n "
            f"from {DAILY_SUMS} as daily_sums join core.days as days using (day) "
            f"{scope.periods(grain, f'days.{start}')} group by all"
        )
    )
    engine.run(
        f"insert into work.period_values select kpi_id, grain, period_start, dimension, member, "
        f"cast(case when is_volume then total else total / nullif(base, 0) end as double), n "
        f"from ({summed}) join work.additive using (kpi_id)"
    )


def _put_quantiles(engine: Engine, chosen: list[Kpi], grain: str, scope: RecomputeScope) -> None:
    """All quantiles of a fact in one pass: DuckDB groups its rows once, and orders each column's values once."""
    columns: dict[str, list[str]] = {}
    for each in chosen:
        columns.setdefault(each.value, []).append(str(each.statistic.quantile))
    numbers = {value: number for number, value in enumerate(columns)}
    asked = ", ".join(
        f"count({value}) as n_{numbers[value]}, "
        f"quantile_cont({value}, [{', '.join(quantiles)}]) as quantiles_{numbers[value]}"
        for value, quantiles in columns.items()
    )
    places = {
        each.kpi_id: f"quantiles_{numbers[each.value]}[{columns[each.value].index(str(each.statistic.quantile)) + 1}]"
        for each in chosen
    }
    start = "day" if grain == "day" else f"cast(date_trunc({literal(grain)}, day) as date)"
    looked_at = scope.days((each.measure for each in chosen), grain)
    put(
        engine,
        {each.kpi_id: (places[each.kpi_id], f"n_{numbers[each.value]}") for each in chosen},
        f"select {literal(grain)} as grain, day as period_start, {DIMENSION} as dimension, {MEMBER} as member, {asked} "
        f"from (select * exclude (day), {start} as day from {chosen[0].fact} "
        f"where {visible(RUN_DATE)} and {looked_at}) "
        f"group by {by_dimension('day')}",
    )
