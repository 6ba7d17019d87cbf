"""kpi.daily_sums: what additive KPIs add up to on each day, from which every longer period follows."""

from collections.abc import Callable, Iterable
from itertools import groupby

from okr_analytics.kpi.catalogue import Kpi
from okr_analytics.kpi.groups import DIMENSION, MEMBER, RUN_DATE, by_dimension, visible
from okr_analytics.kpi.touched import Touched
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

DAILY_SUMS = "kpi.daily_sums"
KEY = ("kpi_id", "day")
EXACT = "decimal(38, 9)"


def put_daily_sums(stage: Stage, known: Iterable[Kpi], touched: Touched) -> None:
    """Make kpi.daily_sums; on a copy of what is published, of the days that new exports touch.

    KPIs of one fact are summed up together, and of one of them more days may be touched than of the other.
    """
    target = "work.daily_sums"
    stage.engine.run(
        f"create table {target} (kpi_id varchar, day date, dimension varchar, member varchar, "
        f"total {EXACT}, base {EXACT}, n bigint)"
    )
    for chosen in together(known, "additive", lambda each: each.fact):
        _put_sums_of_days(stage.engine, target, chosen, touched)
    if touched.is_all:
        stage.engine.run(f"create table {DAILY_SUMS} as select * from {target} order by all")
    else:
        made = f"(from {target} semi join {touched.kpi_days} using ({', '.join(KEY)}))"
        stage.patch_from(DAILY_SUMS, made, touched.kpi_days, KEY)


def together(known: Iterable[Kpi], kind: str, key: Callable[[Kpi], str]) -> Iterable[list[Kpi]]:
    """KPIs of a kind, those that are computed in one pass together."""
    chosen = sorted((each for each in known if each.statistic.kind == kind), key=key)
    return [list(group) for _, group in groupby(chosen, key)]


def _put_sums_of_days(engine: Engine, target: str, chosen: list[Kpi], touched: Touched) -> None:
    """Totals and bases by day, in one pass over the fact."""
    sums, entries = [], []
    for i, each in enumerate(chosen):
        sums += [
            f"sum({each.statistic.addend(each.value, each.per)}) as total_{i}",
            f"{each.statistic.base(each.value, each.per)} as base_{i}",
            f"count({each.value}) as n_{i}",
        ]
        total, base = f"cast(total_{i} as {EXACT})", f"cast(base_{i} as {EXACT})"
        entries.append(f"{{'kpi_id': {literal(each.kpi_id)}, 'total': {total}, 'base': {base}, 'n': n_{i}}}")
    looked_at = touched.days_of_kpis(each.kpi_id for each in chosen)
    engine.run(
        f"insert into {target} select entry.kpi_id, day, dimension, member, entry.total, entry.base, entry.n from ("
        f"select day, dimension, member, unnest([{', '.join(entries)}]) as entry from ("
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, {', '.join(sums)} "
        f"from {chosen[0].fact} where {visible(RUN_DATE)} and {looked_at} group by {by_dimension('day')}"
        f")) as entries where entry.n > 0"
    )
