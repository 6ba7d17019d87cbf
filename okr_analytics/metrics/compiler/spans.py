"""A KPI over many spans of days, each as of its own day: what measurements of key results are made of."""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from okr_analytics.metrics.compiler.coverage import coverage
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    between,
    call,
    case,
    cast,
    column,
    columns,
    date_literal,
    days_from,
    divide,
    every,
    is_known,
    join,
    number,
    quantile_cont,
    running,
    select,
    subquery,
    table,
)
from okr_analytics.metrics.compiler.query import BySpan, MetricQuery
from okr_analytics.metrics.compiler.rows import keeps, looked_at, operands, stock_changes, valid_as_of
from okr_analytics.metrics.statistics import Operands

FOR_GOOD = date(9999, 12, 31)
SPAN = ("kpi_id", "filter", "over", "day")
FROM_DAY, TO_DAY = column("from_day", "asked"), column("to_day", "asked")
Joined = tuple[Sequence[Expression], Expression, Expression]


def by_span(query: MetricQuery, by: BySpan) -> exp.Select:
    """kpi_id, filter, over, day, value, n of each span. Stocks are the mean of their closings, n the last of them; ages
    those at the close of the last covered day."""
    joins, value, n = {"stock": _closings, "age": _ages}.get(query.kpi.statistic.kind, _events)(query)
    measured = {"value": cast(value, "double"), "n": cast(call("coalesce", n, number(0)), "bigint")}
    span = columns(*SPAN, table="asked")
    return select({**span, **measured}, subquery(_asked(query, by), "asked"), joins=joins, group=span.values())


def _asked(query: MetricQuery, by: BySpan) -> exp.Select:
    """Each span with its first and last covered day, and how many of these the desk works on; null where no source
    covers it, or there was none of the members by its day."""
    covered_from, covered_to = column("covered_from"), column("covered_to")
    first = call("greatest", column("first_day", "spans"), covered_from)
    last = call("least", column("last_day", "spans"), covered_to)
    worked_on = [call("coalesce", column("up_to", name), number(0)) for name in ("until", "before")]
    return select(
        {
            **columns(*SPAN, table="spans"),
            "from_day": case((is_known(covered_from), first)),
            "to_day": case((is_known(covered_to), last)),
            "business_days": case(
                (is_known(covered_to), call("greatest", number(0), exp.Sub(this=worked_on[0], expression=worked_on[1])))
            ),
        },
        subquery(by.spans, "spans"),
        joins=[
            join(
                subquery(coverage(query.kpi, by.measures, query.members, by.input), "covered"),
                column("day", "spans") >= column("seen_from"),
                "left",
            ),
            join(subquery(_business_days(), "until"), column("day", "until").eq(last), "left"),
            join(subquery(_business_days(), "before"), column("day", "before").eq(first - number(1)), "left"),
        ],
    )


def _business_days() -> exp.Select:
    """Each day with how many business days there are up to it."""
    is_counted = case((column("is_business_day"), number(1)), otherwise=number(0))
    return select({"day": column("day"), "up_to": running(call("sum", is_counted), (), "day")}, table("core.days"))


def _events(query: MetricQuery) -> Joined:
    """The rows of the covered days that count as of the day; summed up by day first where they add up."""
    statistic = query.kpi.statistic
    days = call("max", column("business_days", "asked"))
    if statistic.adds_up_over_days:
        numerator, denominator, n = (call("sum", column(name)) for name in ("numerator", "denominator", "n"))
        if statistic.is_volume:  # 0 where a source tells of it
            numerator = case((is_known(days), call("coalesce", numerator, number(0))))
        value = statistic.of_sums(numerator, denominator, days)
    else:
        row = Operands(column("value"), exp.Null(), column("event_day", "rows"))
        value, n = statistic.of_rows(row, days), call("count", column("value"))
    counts = every(column("event_day", "rows").eq(column("day", "days")), valid_as_of(column("day", "asked")))
    joins = [
        join(table("core.days", "days"), between(column("day", "days"), FROM_DAY, TO_DAY), "left"),
        join(subquery(_event_rows(query), "rows"), counts, "left"),
    ]
    return joins, value, n


def _event_rows(query: MetricQuery) -> exp.Select:
    kpi, row = query.kpi, operands(query.kpi)
    key = {"event_day": column("day"), **columns("counts_from", "counts_until")}
    where = [keeps(query.members), query.scope]
    if not kpi.statistic.adds_up_over_days:
        return select({**key, "agent": column("agent"), "value": row.value}, table(kpi.fact), where=where)
    sums = {
        "numerator": kpi.statistic.numerator(row),
        "denominator": kpi.statistic.denominator(row),
        "n": call("count", row.value),
    }
    return select({**key, **sums}, table(kpi.fact), where=where, group=key.values())


def _closings(query: MetricQuery) -> Joined:
    """The closings of the covered days."""
    changes = subquery(stock_changes(query.kpi, query.as_of, keeps(query.members), query.scope), "changes")
    changed = select(
        {"changed_on": column("changed_on"), "delta": call("sum", column("delta"))},
        changes,
        group=[column("changed_on")],
    )
    delta = call("coalesce", column("delta"), number(0))
    closings = select(
        {"closing_day": column("day", "days"), "closing": running(call("sum", delta), (), "day")},
        table("core.days", "days"),
        joins=[join(subquery(changed, "changed"), column("day", "days").eq(column("changed_on")), "left")],
    )
    closing, day = column("closing"), column("closing_day")
    joins = [join(subquery(closings, "closings"), between(day, FROM_DAY, TO_DAY), "left")]
    value = divide(call("sum", closing), call("count", closing))
    return joins, value, call("max", case((day.eq(TO_DAY), closing)))


def _ages(query: MetricQuery) -> Joined:
    """What stood at the close of the last covered day."""
    kpi = query.kpi
    until = call("coalesce", column("counts_until"), date_literal(FOR_GOOD))
    stretches = select(
        {"begun": column("day"), "counts_from": column("counts_from"), "left_on": until},
        table(kpi.fact),
        where=[keeps(query.members), query.scope, is_known(looked_at(kpi))],
    )
    stands = every(column("counts_from") <= TO_DAY, column("left_on") > TO_DAY)
    joins = [join(subquery(stretches, "stretches"), stands, "left")]
    age = days_from(column("begun"), TO_DAY)
    return joins, quantile_cont(age, str(kpi.statistic.quantile)), call("count", column("begun"))
