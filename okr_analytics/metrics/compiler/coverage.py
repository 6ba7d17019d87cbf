"""Which days sources cover of the measures that a KPI needs, and how many of them the desk works on."""

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    between,
    call,
    case,
    column,
    columns,
    cross_join,
    date_literal,
    every,
    in_brackets,
    join,
    number,
    select,
    subquery,
    table,
    texts,
)
from okr_analytics.metrics.compiler.query import Members
from okr_analytics.metrics.compiler.rows import keeps, zero_condition

EARLIEST = date(1, 1, 1)


def needed_measures(measures: Expression) -> exp.Select:
    """One row per measure of a list: `measure`."""
    return select({"measure": exp.Explode(this=measures)}, None)


def covered_days(needed: exp.Select, sources: Expression) -> exp.Select:
    """covered_from and covered_to, in one row: the days that some of the sources covers of every one of the measures;
    null where one of them is not fed."""
    of_it = every(column("measure", "needed").eq(column("measure", "feeds")), sources)
    fed = select(
        {
            "measure": column("measure", "needed"),
            "first_day": call("min", column("first_day")),
            "last_day": call("max", column("last_day")),
        },
        subquery(needed, "needed"),
        joins=[join(table("core.feeds", "feeds"), of_it, "left")],
        group=[column("measure", "needed")],
    )
    all_are_fed = call("count", column("first_day")).eq(call("count", exp.Star()))
    ends = {
        "covered_from": case((all_are_fed, call("max", column("first_day")))),
        "covered_to": case((all_are_fed.copy(), call("min", column("last_day")))),
    }
    return select(ends, subquery(fed, "fed"))


def coverage(kpi: Kpi, measures: Sequence[str], members: Members, input_: str) -> exp.Select:
    """covered_from, covered_to and seen_from, the day since when there are such members at all; in one row.

    No row where the members never were, or where nothing that the KPI counts is ever told of.
    """
    rows, day = ("core.tickets", "opened_date") if input_ == "tickets" else (kpi.fact, "day")
    of_metric = {"metric": dict(kpi.where).get("metric", ())}
    # a member that never was is none, and so is one that was not yet
    since = call("min", column(day)) if any(members.values()) else date_literal(EARLIEST)
    seen = select({"seen_from": since}, table(rows), where=[keeps({**members, **of_metric})])
    seen.having(call("count", exp.Star()) > number(0), copy=False)
    is_told = zero_condition(kpi) if kpi.statistic.is_zero_when_empty else exp.true()
    needed = needed_measures(texts(sorted(set(measures))))
    return select(
        columns("covered_from", "covered_to", "seen_from"),
        subquery(covered_days(needed, keeps({"source": members.get("source", ())})), "covered"),
        joins=[cross_join(subquery(seen, "seen"))],
        where=[is_told],
    )


def business_days(first: Expression, last: Expression) -> Expression:
    """How many days of a span the desk works on."""
    is_worked_on = [column("is_business_day"), between(column("day"), first, last)]
    return in_brackets(select({"days": call("count", exp.Star())}, table("core.days"), where=is_worked_on))
