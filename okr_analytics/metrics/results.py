"""work.period_values: every KPI by grain and by one dimension at a time, from the rows of its measure.

Additive statistics are summed up by day once and rolled up from there; percentiles are taken from the rows at every
grain; stocks are cumulated from their changes. What is 0, null or incomplete, and ratios of two KPIs, are decided in
sql/kpi/results.sql.
"""

from datetime import date

import sqlglot
from sqlglot import exp

from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.incremental.slices import Renewal
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import Expression, condition, exists, number, render, select
from okr_analytics.metrics.compiler.query import ByPeriod, MetricQuery
from okr_analytics.metrics.compiler.rows import told_kpis
from okr_analytics.metrics.daily import put_daily_sums, together
from okr_analytics.metrics.renewing import find_touched
from okr_analytics.metrics.touched import Touched
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.stage import Stage


def build_period_values(stage: Stage, renewal: Renewal, catalogue: Catalogue, as_of: date) -> None:
    """Make work.period_values: kpi_id, grain, period_start, dimension, member, value, n; work.told_kpis; and
    kpi.daily_sums.

    A run over new exports computes the periods that they touch; work.periods has only these then.
    """
    engine = stage.engine
    engine.run(
        "create table work.period_values (kpi_id varchar, grain varchar, period_start date, dimension varchar, "
        "member varchar, value double, n bigint)"
    )
    engine.run(f"create table work.told_kpis as {render(told_kpis(catalogue.kpis.values()))}")
    touched = find_touched(stage, renewal, catalogue, as_of)
    fed = {measure for (measure,) in engine.rows("select distinct measure from core.feeds")}
    known = [each for each in catalogue.kpis.values() if each.measure in fed]
    put_daily_sums(stage, known, touched)
    for additive in together(known, "additive", lambda _: ""):
        _put(engine, additive, ByPeriod(within=lambda grain: _periods(touched, grain)))
    for quantiles in together(known, "quantile", lambda each: each.fact):
        for grain in GRAINS:
            days = touched.days((each.measure for each in quantiles), grain)
            _put(engine, quantiles, ByPeriod(grain), condition(days))
    for standing in known:
        if standing.statistic.kind in ("stock", "age"):
            _put_standing(engine, standing, touched)


def _put_standing(engine: Engine, kpi: Kpi, touched: Touched) -> None:
    def within(grain: str | None) -> Expression:
        return condition(touched.days([kpi.measure], grain, day="days.day"))

    _put(engine, [kpi], ByPeriod(within=within), condition(touched.stretches(kpi.measure)))


def _put(engine: Engine, kpis: list[Kpi], by: ByPeriod, scope: Expression | None = None) -> None:
    query = compile_metric(MetricQuery(tuple(kpis), by, scope=scope or exp.true()))
    engine.run(f"insert into work.period_values {render(query)}")


def _periods(touched: Touched, grain: str | None) -> Expression:
    """The touched periods of a grain, as a condition."""
    semi_join = touched.periods(str(grain), f"days.{grain}")
    if not semi_join:
        return exp.true()
    (joined,) = sqlglot.parse_one(f"select 1 from daily_sums {semi_join}", read="duckdb").args["joins"]
    return exists(select({"found": number(1)}, joined.this, where=[joined.args["on"]]))
