"""A KPI over the rows that count, all together or by columns; and these rows themselves."""

from sqlglot import exp

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    between,
    call,
    case,
    cast,
    choice,
    column,
    columns,
    cross_join,
    days_from,
    every,
    is_known,
    is_one_of,
    number,
    running,
    select,
    subquery,
    table,
)
from okr_analytics.metrics.compiler.query import ByColumns, MetricQuery, Output
from okr_analytics.metrics.compiler.rows import STANDING, keeps, looked_at, operands, stands_at, valid_as_of


def counts(query: MetricQuery) -> Expression:
    """The row counts: an event of the days as known on the day, or something that stands at its close."""
    if query.kpi.statistic.kind in STANDING:
        return every(keeps(query.members), stands_at(query.kpi, query.as_of), query.scope)
    in_days = between(column("day"), *query.days) if query.days else exp.true()
    return every(keeps(query.members), in_days, valid_as_of(query.as_of), query.scope)


def totals(query: MetricQuery, by: ByColumns) -> exp.Query:
    """The outputs per group; a group without a row that has a value is absent, but for the one of all rows."""
    outputs: dict[str, Expression] = {name: _picked(query, by, name) for name in by.outputs}
    is_wanted = is_one_of(by.picked_by, (kpi.kpi_id for kpi in query.kpis)) if by.picked_by else exp.true()
    grouped = select(
        {**by.columns, **outputs},
        table(query.kpi.fact),
        joins=[cross_join(table(by.beside))] if by.beside else [],
        where=[is_wanted, counts(query)],
        group=[number(place + 1) for place in range(len(by.columns))],
    )
    return grouped.having(outputs["n"] > number(0), copy=False) if by.columns else grouped


def rows(query: MetricQuery, identifier: str) -> exp.Query:
    """The rows that count and have a value: id, source, day, value (of what stands its age), per (of a rate)."""
    kpi = query.kpi
    value = days_from(column("day"), query.as_of) if kpi.statistic.kind in STANDING else looked_at(kpi)
    chosen = {
        "id": column(identifier),
        **columns("source", "day"),
        "value": value,
        "per": operands(kpi).per,
    }
    return select(chosen, table(kpi.fact), where=[counts(query), is_known(looked_at(kpi))])


def values_at_ranks(query: MetricQuery, low: int, high: int) -> exp.Query:
    """The values at two ranks, from 1: the lower and the upper, in one row."""
    valued = select({"value": looked_at(query.kpi)}, table(query.kpi.fact), where=[counts(query)])
    ordered = select(
        {"value": column("value"), "place": running(call("row_number"), (), "value")},
        subquery(valued, "valued"),
        where=[is_known(column("value"))],
    )
    is_asked = exp.In(this=column("place"), expressions=[number(low), number(high)])
    outputs = {"low": call("min", column("value")), "high": call("max", column("value"))}
    return select(outputs, subquery(ordered, "ordered"), where=[is_asked])


def _output(kpi: Kpi, query: MetricQuery, output: Output) -> Expression:
    row, statistic = operands(kpi), kpi.statistic
    if statistic.kind == "age":
        row = operands(kpi, case((is_known(looked_at(kpi)), days_from(column("day"), query.as_of))))
    match output:
        case "value":
            return cast(statistic.of_rows(row, query.business_days), "double")
        case "n":
            return call("count", row.value)
        case "numerator":
            return cast(statistic.numerator(row), "double")
        case "denominator":
            return cast(statistic.denominator(row), "double")
        case "squares":
            return call("sum", cast(row.value, "double") * row.value)


def _picked(query: MetricQuery, by: ByColumns, output: Output) -> Expression:
    """The output of the KPI asked for, or of the only one."""
    by_kpi = {kpi.kpi_id: _output(kpi, query, output) for kpi in query.kpis}
    return choice(by.picked_by, by_kpi) if by.picked_by and len(by_kpi) > 1 else by_kpi[query.kpi.kpi_id]
