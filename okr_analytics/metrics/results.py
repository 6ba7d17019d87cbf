"""work.period_values: every KPI by grain and by one dimension at a time, from the rows of its measure.

Additive statistics are summed up by day once and rolled up from there; percentiles are taken from the rows at every
grain; stocks are cumulated from their changes. What is 0, null or incomplete, and ratios of two KPIs, are decided in
sql/kpi/results.sql.
"""

from collections.abc import Iterator

from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import condition, render
from okr_analytics.metrics.compiler.query import ByPeriod, MetricQuery
from okr_analytics.metrics.compiler.rows import STANDING, zero_filled
from okr_analytics.metrics.daily import put_daily_sums, together
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.warehouse.engine import Engine
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
    kpis = [each for each in catalogue.kpis.values() if each.measure in fed]
    put_daily_sums(stage, kpis, scope)
    for query in period_queries(kpis, scope):
        engine.run(f"insert into work.period_values {render(compile_metric(query))}")


def put_zero_filled(engine: Engine, catalogue: Catalogue) -> None:
    """Make work.zero_filled_kpis: the counts and stocks of which none is 0."""
    engine.run(f"create table {ZERO_FILLED} as {render(zero_filled(catalogue.kpis.values()))}")


def period_queries(kpis: list[Kpi], scope: RecomputeScope) -> Iterator[MetricQuery]:
    """What is asked for the periods in scope: all that add up together, of kpi.daily_sums; percentiles by fact and
    grain; stocks and ages one by one."""
    for additive in together(kpis, "additive", lambda _: ""):
        yield MetricQuery(tuple(additive), ByPeriod(within=lambda grain: condition(scope.periods(grain))))
    for quantiles in together(kpis, "quantile", lambda each: each.fact):
        for grain in GRAINS:
            in_scope = scope.days((each.measure for each in quantiles), grain)
            yield MetricQuery(tuple(quantiles), ByPeriod(grain), scope=condition(in_scope))
    for kpi in kpis:
        if kpi.statistic.kind in STANDING:
            yield _standing(kpi, scope)


def _standing(kpi: Kpi, scope: RecomputeScope) -> MetricQuery:
    by = ByPeriod(within=lambda grain: condition(scope.days([kpi.measure], grain, "days.day")))
    return MetricQuery((kpi,), by, scope=condition(scope.stretches(kpi.measure)))
