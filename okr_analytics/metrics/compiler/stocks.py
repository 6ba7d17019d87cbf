"""Stocks and ages: what stands at the close of days, from the changes of the stock, cumulated."""

from sqlglot import exp

from okr_analytics.metrics.compiler.expressions import (
    EXACT,
    Expression,
    between,
    call,
    case,
    cast,
    column,
    columns,
    cross_join,
    days_from,
    every,
    in_brackets,
    is_known,
    join,
    number,
    over,
    running,
    select,
    subquery,
    table,
    text,
    union_all,
    with_steps,
)
from okr_analytics.metrics.compiler.periods import (
    DAILY_SUMS,
    PERIOD_KEY,
    by_dimension,
    dimension_and_member,
    each_grain,
    values_by_period,
)
from okr_analytics.metrics.compiler.query import ByPeriod, MetricQuery
from okr_analytics.metrics.compiler.rows import keeps, looked_at, stands_at, stock_changes

COHORT = ("dimension", "member", "opened")
CLOSE = ("day", "dimension", "member")


def changes_by_day(query: MetricQuery) -> exp.Query:
    """kpi_id, day, dimension, member, total, base, n: what comes into a stock on a day, less what goes."""
    chosen = {
        "kpi_id": text(query.kpi.kpi_id),
        "day": column("changed_on"),
        **dimension_and_member(),
        "total": call("sum", column("delta")),
        "base": number(0),
        "n": call("count", exp.Star()),
    }
    changes = subquery(stock_changes(query.kpi, query.as_of), "changes")
    return by_dimension(select(chosen, changes, where=[query.scope]), "changed_on")


def closings_by_period(query: MetricQuery, by: ByPeriod) -> exp.Query:
    """The closings of a stock at the end of every period, or so far: kpi.daily_sums cumulated.

    The ends of periods stand among the changes as rows that change nothing, for every member.
    """
    kpi, members = query.kpi, ("dimension", "member")
    nothing = {"grain": cast(exp.Null(), "varchar"), "period_start": cast(exp.Null(), "date")}
    changes = select(columns(*CLOSE, "total"), table(DAILY_SUMS), where=[column("kpi_id").eq(text(kpi.kpi_id))])
    ends = select(
        {
            "day": column("day"),
            **columns(*members),
            "total": cast(exp.Null(), EXACT),
            **columns("grain", "period_start"),
        },
        table("members"),
        joins=[cross_join(table("period_ends"))],
    )
    points = union_all([select({**columns(*CLOSE, "total"), **nothing}, table("changes")), ends])
    closing = cast(running(call("sum", column("total")), members, "day"), "bigint")
    cumulated = select({**columns(*PERIOD_KEY), "closing": closing}, subquery(points, "points"))
    closings = select(
        columns(*PERIOD_KEY, "closing"),
        subquery(cumulated, "cumulated"),
        where=[is_known(column("grain")), is_known(column("closing"))],
    )
    steps = {
        "changes": changes,
        "members": select(columns(*members), table("changes")).distinct(copy=False),
        "period_ends": _period_ends(query, by),
    }
    return with_steps(
        steps, values_by_period({kpi.kpi_id: {"value": column("closing"), "n": column("closing")}}, closings)
    )


def ages_by_period(query: MetricQuery, by: ByPeriod) -> exp.Query:
    """A quantile of the ages, in days, of what stands at the close: from how many of each age there are."""
    steps = {"cohorts": _cohorts(query), "period_ends": _period_ends(query, by), **_ages(query)}
    at_ends = select(
        columns(*PERIOD_KEY, "value", "n"),
        table("ages"),
        joins=[join(table("period_ends"), column("day", "ages").eq(column("day", "period_ends")))],
    )
    return with_steps(steps, values_by_period({query.kpi.kpi_id: columns("value", "n")}, at_ends))


def closings_by_day(query: MetricQuery) -> exp.Query:
    """day, closing: how much stands at the close of each day, looked at in the rows for each day anew."""
    first, last = query.days or (exp.Null(), exp.Null())
    close = column("closing_day", "days")
    days = select({"closing_day": column("day")}, table("core.days"), where=[between(column("day"), first, last)])
    stands = every(stands_at(query.kpi, close), keeps(query.members), is_known(looked_at(query.kpi)))
    return select(
        {"day": close, "closing": call("count", column("counts_from"))},
        subquery(days, "days"),
        joins=[join(table(query.kpi.fact, "standing"), stands, "left")],
        group=[close],
    ).order_by(column("day"), copy=False)


def _cohorts(query: MetricQuery) -> exp.Select:
    """What opened on one day: how much of it stands from `changed_on` until before `until`."""
    chosen = {"opened": column("day"), "changed_on": column("changed_on"), **dimension_and_member()}
    changes = subquery(stock_changes(query.kpi, query.as_of, query.scope), "changes")
    summed = by_dimension(select({**chosen, "delta": call("sum", column("delta"))}, changes), "day", "changed_on")
    sized = {
        "size": running(call("sum", column("delta")), COHORT, "changed_on"),
        "until": running(call("lead", column("changed_on")), COHORT, "changed_on"),
    }
    return select({**columns(*COHORT, "changed_on"), **sized}, subquery(summed, "summed"))


def _ages(query: MetricQuery) -> dict[str, exp.Select]:
    """Steps up to `ages`: the quantile of the ages at the close of each day that ends a period, between two ranks."""
    day, until = column("day", "days"), column("until")
    stands = every(
        column("changed_on") <= day,
        until.is_(exp.Null()) | (day < until),
    )
    ends = select(columns("day"), table("period_ends")).distinct(copy=False)
    standing = select(
        {"day": day, **columns("dimension", "member"), "age": days_from(column("opened"), day),
         "size": cast(column("size"), "bigint")},
        table("cohorts"),
        joins=[join(subquery(ends, "days"), stands)],
        where=[column("size") > number(0)],
    )  # fmt: skip
    size = call("sum", column("size"))
    ranked = select(
        {**columns(*CLOSE, "age"), "up_to": running(size, CLOSE, "age"), "n": over(size.copy(), CLOSE)},
        table("standing"),
    )
    place = (column("n") - number(1)) * number(str(query.kpi.statistic.quantile))
    placed = select({**columns(*CLOSE, "age", "up_to", "n"), "place": place}, table("ranked"))

    def age_at(rounded: str) -> Expression:
        reaches = column("up_to") > call(rounded, column("place"))
        return call("min", case((reaches, column("age"))))

    last_place = call("max", column("place"))
    between_ranks = {
        "n": call("max", column("n")),
        "beyond": last_place - call("floor", last_place.copy()),
        "lower": age_at("floor"),
        "upper": age_at("ceil"),
    }
    neighbours = select({**columns(*CLOSE), **between_ranks}, table("placed"), group=map(column, CLOSE))
    value = column("lower") + column("beyond") * (column("upper") - column("lower"))
    ages = select({**columns(*CLOSE), "value": value, "n": cast(column("n"), "bigint")}, table("neighbours"))
    return {"standing": standing, "ranked": ranked, "placed": placed, "neighbours": neighbours, "ages": ages}


def _period_ends(query: MetricQuery, by: ByPeriod) -> exp.Query:
    """Each period of which something is known, with its last day, or the last that is."""
    is_known_of = column("day", "days") <= _known_until(query)
    return each_grain(
        lambda grain, start: select(
            {"grain": text(grain), "period_start": start, "day": call("max", column("day", "days"))},
            table("core.days", "days"),
            where=[is_known_of.copy(), by.within(grain)],
            group=[start],
        )
    )


def _known_until(query: MetricQuery) -> Expression:
    """The day as of which is asked, or the last that a source covers."""
    covered = select(
        {"last_day": call("max", column("last_day"))},
        table("core.feeds"),
        where=[column("measure").eq(text(query.kpi.measure))],
    )
    return call("least", query.as_of, in_brackets(covered))
