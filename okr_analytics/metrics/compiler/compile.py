"""The one place where a KPI becomes SQL: from what is asked (query.py) to a query."""

from sqlglot import exp

from okr_analytics.metrics.compiler.expressions import column, columns, divide, every, join, select, subquery
from okr_analytics.metrics.compiler.periods import quantiles_by_period, sums_by_day, sums_by_period
from okr_analytics.metrics.compiler.query import ByClose, ByColumns, ByDay, ByPeriod, BySpan, MetricQuery
from okr_analytics.metrics.compiler.spans import SPAN, by_span
from okr_analytics.metrics.compiler.stocks import (
    ages_by_period,
    changes_by_day,
    closings_by_day,
    closings_by_period,
)
from okr_analytics.metrics.compiler.totals import totals


def compile_metric(query: MetricQuery) -> exp.Query:
    """The query that answers; what its rows are says the class of `group_by`."""
    kind, by = query.kpi.statistic.kind, query.group_by
    match by:
        case ByColumns():
            return totals(query, by)
        case ByDay():
            return changes_by_day(query) if kind == "stock" else sums_by_day(query)
        case ByClose():
            return closings_by_day(query)
        case BySpan():
            return by_span(query, by)
        case ByPeriod():
            of_kind = {"additive": sums_by_period, "quantile": quantiles_by_period, "stock": closings_by_period}
            return of_kind.get(kind, ages_by_period)(query, by)


def compile_ratio(above: MetricQuery, below: MetricQuery) -> exp.Query:
    """One KPI by another, of the same groups of columns or the same spans; n is that of the one above the line."""
    by = above.group_by
    key = tuple(by.columns) if isinstance(by, ByColumns) else SPAN
    same = (exp.NullSafeEQ(this=column(name, "above"), expression=column(name, "below")) for name in key)
    ratio = divide(column("value", "above"), column("value", "below"))
    return select(
        {**columns(*key, table="above"), "value": ratio, "n": column("n", "above")},
        subquery(compile_metric(above), "above"),
        joins=[join(subquery(compile_metric(below), "below"), every(*same))],
    )
