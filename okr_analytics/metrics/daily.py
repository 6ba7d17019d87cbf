"""kpi.daily_sums: what additive KPIs add up to on each day, and by how much stocks change; longer periods follow."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.groups import DAILY_SUMS, DIMENSION, MEMBER, RUN_DATE, by_dimension, visible
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.metrics.stocks import changes
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

EXACT = "decimal(38, 9)"
NEW_SUMS = "work.daily_sums"


def put_daily_sums(stage: Stage, known: Sequence[Kpi], scope: RecomputeScope) -> None:
    """Make kpi.daily_sums; in an incremental run the days in scope of what is published."""
    _put_sums(stage.engine, DAILY_SUMS if scope.is_everything else NEW_SUMS, known, scope)
    if not scope.is_everything:
        stage.merge(DAILY_SUMS, NEW_SUMS)


def together(known: Iterable[Kpi], kind: str, key: Callable[[Kpi], str]) -> Iterable[list[Kpi]]:
    """KPIs of a kind, those that are computed in one pass together."""
    chosen = sorted((each for each in known if each.statistic.kind == kind), key=key)
    return [list(group) for _, group in groupby(chosen, key)]


def _put_sums(engine: Engine, target: str, known: Sequence[Kpi], scope: RecomputeScope) -> None:
    """Make a table of sums by day."""
    engine.run(
        f"create table {target} (kpi_id varchar, day date, dimension varchar, member varchar, "
        f"total {EXACT}, base {EXACT}, n bigint)"
    )
    for chosen in together(known, "additive", lambda each: each.fact):
        engine.run(f"insert into {target} {_sums_of_days(chosen, scope)}")
    for each in known:
        if each.statistic.kind == "stock":
            engine.run(f"insert into {target} {_changes_of_days(each, scope)}")


def _sums_of_days(chosen: list[Kpi], scope: RecomputeScope) -> str:
    """Totals and bases by day, in one pass over the fact."""
    sums, entries = [], []
    for i, each in enumerate(chosen):
        sums += [
            f"sum({each.statistic.addend(each.value, each.per)}) as total_{i}",
            f"{each.statistic.base(each.value, each.per)} as base_{i}",
            f"count({each.value}) as n_{i}",
        ]
        total, base = (f"coalesce(cast({name}_{i} as {EXACT}), 0)" for name in ("total", "base"))
        entries.append(f"{{'kpi_id': {literal(each.kpi_id)}, 'total': {total}, 'base': {base}, 'n': n_{i}}}")
    looked_at = scope.days((each.measure for each in chosen), "day")
    return (
        f"select entry.kpi_id, day, dimension, member, entry.total, entry.base, entry.n from ("
        f"select day, dimension, member, unnest([{', '.join(entries)}]) as entry from ("
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, {', '.join(sums)} "
        f"from {chosen[0].fact} where {visible(RUN_DATE)} and {looked_at} group by {by_dimension('day')}"
        f")) as entries where entry.n > 0"
    )


def _changes_of_days(stock: Kpi, scope: RecomputeScope) -> str:
    """What comes into a stock on a day, less what goes."""
    which = scope.days([stock.measure], "day", "changed_on")
    return (
        f"select {literal(stock.kpi_id)} as kpi_id, changed_on as day, {DIMENSION} as dimension, {MEMBER} as member, "
        f"sum(delta) as total, 0 as base, count(*) as n from ({changes(stock)}) where {which} "
        f"group by {by_dimension('changed_on')}"
    )
