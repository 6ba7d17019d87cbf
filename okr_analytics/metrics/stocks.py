"""Stocks: what stands at the close of a day, kept as +1 and -1 changes and cumulated.

A row of a stock's fact is a stretch: something stands in it from the close of `counts_from` until before the close of
`counts_until`. Its `day` is the one on which its age begins; at the close of a day it is as many whole days old as have
passed since.
"""

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.groups import DAILY_SUMS, DIMENSION, MEMBER, RUN_DATE, by_dimension, each_grain, put
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.warehouse.engine import Engine, literal


def entered(each: Kpi) -> str:
    """SQL for the day from whose close on a row stands in the stock: for older_than, once it is that old."""
    days = each.statistic.limit_days
    return f"greatest(counts_from, day + {days})" if days else "counts_from"


def changes(each: Kpi, kept: str = "true") -> str:
    """SQL for the changes of a stock: the fact's columns with `changed_on` and `delta`, up to the day of the run."""
    stays = f"(counts_until is null or {entered(each)} < counts_until)"
    rows = f"from {each.fact} where {each.value} is not null and {stays} and {kept}"
    return (
        f"select *, {entered(each)} as changed_on, 1 as delta {rows} and {entered(each)} <= {RUN_DATE} "
        f"union all select *, counts_until as changed_on, -1 as delta {rows} and counts_until <= {RUN_DATE}"
    )


def put_stock(engine: Engine, each: Kpi, scope: RecomputeScope) -> None:
    """The closings of a stock, at the end of every period or so far, from what changed it day by day."""
    engine.run(
        f"create or replace temp table closings as select day, dimension, member, "
        f"cast(sum(total) over (partition by dimension, member order by day) as bigint) as closing "
        f"from {DAILY_SUMS} where kpi_id = {literal(each.kpi_id)}"
    )
    put(
        engine,
        {each.kpi_id: ("closing", "closing")},
        f"select grain, period_start, members.dimension, members.member, closing "
        f"from (select distinct dimension, member from closings) as members "
        f"cross join ({_period_ends(each, scope)}) as periods "
        f"asof join closings on members.dimension = closings.dimension and members.member = closings.member "
        f"and periods.day >= closings.day",
    )


def put_ages(engine: Engine, each: Kpi, scope: RecomputeScope) -> None:
    """The median (or another quantile) of the ages at the close, in days: from how many of each age there are."""
    engine.run(
        f"create or replace temp table cohorts as "
        f"select *, sum(delta) over cohort as size, lead(changed_on) over cohort as until from ("
        f"select day as opened, changed_on, {DIMENSION} as dimension, {MEMBER} as member, sum(delta) as delta "
        f"from ({changes(each, scope.stretches(each.measure))}) group by {by_dimension('day', 'changed_on')}) "
        f"window cohort as (partition by dimension, member, opened order by changed_on)"
    )
    engine.run(
        f"""
        create or replace temp table ages as
        with standing as (
            select days.day, dimension, member, days.day - opened as age, cast(size as bigint) as size
            from cohorts join core.days as days
                on days.day >= changed_on and days.day <= {_known_until(each)} and (until is null or days.day < until)
                and {scope.days([each.measure], "quarter", "days.day")}
            where size > 0
        ),
        ranked as (
            select *, sum(size) over (partition by day, dimension, member order by age) as up_to,
                sum(size) over (partition by day, dimension, member) as n
            from standing
        ),
        placed as (select *, (n - 1) * {each.statistic.quantile} as place from ranked),
        found as (
            select day, dimension, member, max(n) as n, max(place) - floor(max(place)) as beyond,
                min(case when up_to > floor(place) then age end) as lower,
                min(case when up_to > ceil(place) then age end) as upper
            from placed group by day, dimension, member
        )
        select day, dimension, member, lower + beyond * (upper - lower) as value, cast(n as bigint) as n from found
        """
    )
    put(
        engine,
        {each.kpi_id: ("value", "n")},
        f"select grain, period_start, dimension, member, value, n "
        f"from ages join ({_period_ends(each, scope)}) using (day)",
    )


def _period_ends(each: Kpi, scope: RecomputeScope) -> str:
    """Each period of which something is known, with its last day, or the last that is."""
    return each_grain(
        lambda grain, start: (
            f"select {literal(grain)} as grain, {start} as period_start, max(day) as day "
            f"from core.days where day <= {_known_until(each)} and {scope.days([each.measure], grain)} "
            f"group by {start}"
        )
    )


def _known_until(each: Kpi) -> str:
    """The day of the run, or the last that a source covers."""
    covered = f"select max(last_day) from core.feeds where measure = {literal(each.measure)}"
    return f"least({RUN_DATE}, ({covered}))"
