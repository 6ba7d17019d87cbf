"""How far a value could lie from itself by chance alone: 95 % intervals, from the rows that it rests on.

Shares: Wilson's interval. Counts: what a Poisson count varies by. Means: 1.96 standard errors. Percentiles: the ranks
between which the true one lies (binomial). Stocks, ages, rates and ratios have none: their rows are no sample.
"""

import json
import math
from collections.abc import Iterator
from datetime import date

import polars as pl

from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import date_literal, render
from okr_analytics.metrics.compiler.query import ByColumns, GroupBy, MetricQuery
from okr_analytics.metrics.compiler.totals import values_at_ranks
from okr_analytics.warehouse.engine import Engine

Z = 1.96
FEWEST_ROWS = 5
TYPES = {
    "kpi_id": pl.String, "filter": pl.String, "over": pl.String, "day": pl.Date, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip
Interval = tuple[float, float]
TOGETHER = ByColumns()


def share_interval(share: float, n: int) -> Interval:
    """Wilson's score interval of a share of n rows."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def count_interval(rate: float, n: int) -> Interval:
    """A rate that rests on n events, give or take 1.96 times the root of n."""
    half = Z * rate / math.sqrt(n)
    return max(0.0, rate - half), rate + half


def mean_interval(mean: float, n: int, total: float, squares: float) -> Interval:
    """The mean, give or take 1.96 standard errors."""
    variance = max(0.0, squares - total * total / n) / (n - 1)
    half = Z * math.sqrt(variance / n)
    return mean - half, mean + half


def quantile_ranks(share: float, n: int) -> tuple[int, int]:
    """The ranks, from 1, of the rows between which the true percentile lies."""
    half = Z * math.sqrt(n * share * (1 - share))
    return max(1, math.floor(n * share - half)), min(n, math.ceil(n * share + half) + 1)


def put_noise(engine: Engine, catalogue: Catalogue) -> None:
    """Fill low and high as of the newest day of each span that was asked for (work.asked_spans); take them away from
    earlier days."""
    engine.run(
        "create table work.newest_measured as "
        'select kpi_id, filter, "over", day, first_day, last_day, value, n, low is null as is_unknown '
        'from work.asked_spans join okr.measurements using (kpi_id, filter, "over", day) '
        f"where n >= {FEWEST_ROWS} and value is not null "
        'qualify day = max(day) over (partition by kpi_id, filter, "over")'
    )
    engine.run(
        "update okr.measurements as measured set low = null, high = null where low is not null and exists "
        "(select 1 from work.asked_spans as asked where measured.kpi_id = asked.kpi_id "
        'and measured.filter = asked.filter and measured."over" = asked."over" and measured.day = asked.day) '
        "and not exists (select 1 from work.newest_measured as newest where measured.kpi_id = newest.kpi_id "
        'and measured.filter = newest.filter and measured."over" = newest."over" and measured.day = newest.day)'
    )
    newest = engine.rows("select * exclude (is_unknown) from work.newest_measured where is_unknown order by all")
    rows = []
    for kpi_id, filtered, over, day, first, last, value, n in newest:
        known = catalogue.kpi(kpi_id)
        for low, high in _interval(engine, known, filtered, (first, last, day), value, n):
            rows.append((kpi_id, filtered, over, day, float(f"{low:.9g}"), float(f"{high:.9g}")))
    engine.create("work.noise", pl.DataFrame(rows, schema=TYPES, orient="row"))
    engine.run(
        "update okr.measurements as measured set low = noise.low, high = noise.high from work.noise as noise "
        "where measured.kpi_id = noise.kpi_id and measured.filter = noise.filter "
        'and measured."over" = noise."over" and measured.day = noise.day'
    )


def _interval(
    engine: Engine, known: Kpi, filtered: str, days: tuple[date, date, date], value: float, n: int
) -> Iterator[Interval]:
    """The interval, where the statistic has one."""
    name = known.statistic.name
    if name in ("share", "share_within"):
        yield share_interval(value, n)
    elif name in ("count", "per_business_day"):
        yield count_interval(value, n)
    elif name == "mean":
        ((total, squares),) = engine.rows(
            render(compile_metric(_query(known, filtered, days, ByColumns(outputs=("numerator", "squares")))))
        )
        yield mean_interval(value, n, float(total), float(squares))
    elif known.statistic.kind == "quantile":
        ranks = quantile_ranks(float(str(known.statistic.quantile)), n)
        ((low, high),) = engine.rows(render(values_at_ranks(_query(known, filtered, days), *ranks)))
        yield float(low), float(high)


def _query(known: Kpi, filtered: str, days: tuple[date, date, date], by: GroupBy = TOGETHER) -> MetricQuery:
    """The rows that a value rests on, of the days from the first to the second, as of the third."""
    first, last, as_of = map(date_literal, days)
    return MetricQuery((known,), by, as_of, (first, last), json.loads(filtered))
