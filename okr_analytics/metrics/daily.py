"""kpi.daily_sums: what additive KPIs add up to on each day, and by how much stocks change; longer periods follow."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.groups import DAILY_SUMS, DIMENSION, MEMBER, RUN_DATE, by_dimension, visible
from okr_analytics.metrics.stocks import changes
from okr_analytics.metrics.touched import Touched
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

KEY = ("kpi_id", "day", "dimension", "member")
EXACT = "decimal(38, 9)"
NUMBERS = ("total", "base", "n")
SUMS, PATCH, ANEW, KEYS = "work.daily_sums", "work.daily_sums_now", "work.daily_sums_anew", "work.touched_sums"
EVERYTHING = Touched()


def put_daily_sums(stage: Stage, known: Sequence[Kpi], touched: Touched) -> None:
    """Make kpi.daily_sums; on a copy of what is published add what differs between its slices."""
    if touched.slices is None:
        _put_sums(stage.engine, DAILY_SUMS, known)
        return
    summed = [each for each in known if each.statistic.changes_by_rows and each.measure not in touched.wholly]
    anew = [each for each in known if each not in summed]
    _put_differences(stage.engine, summed, touched)
    key, numbers = ", ".join(KEY), ", ".join(f"sum({name}) as {name}" for name in NUMBERS)
    stage.engine.run(f"create table {KEYS} as select {key} from {SUMS}")
    old = f"select {key}, {', '.join(NUMBERS)} from {DAILY_SUMS} semi join {KEYS} using ({key})"
    stage.engine.run(
        f"create table {PATCH} as select * from ("
        f"select {key}, {numbers} from (select * from {SUMS} union all {old}) group by {key}) where n > 0"
    )
    _put_sums(stage.engine, ANEW, anew, touched)
    of_own_days = f"semi join {touched.kpi_days} using (kpi_id, day)"
    stage.engine.run(f"insert into {PATCH} by name select * from {ANEW} {of_own_days}")
    in_days = f"kpi_id in ({_ids(anew)}) and (kpi_id, day) in (select (kpi_id, day) from {touched.kpi_days})"
    is_gone = f"kpi_id not in ({_ids(known)})"
    stage.engine.run(f"insert into {KEYS} select {key} from {DAILY_SUMS} where ({in_days}) or {is_gone}")
    stage.patch_from(DAILY_SUMS, PATCH, KEYS, KEY)


def _ids(known: Iterable[Kpi]) -> str:
    return ", ".join(literal(each.kpi_id) for each in known) or "null"


def together(known: Iterable[Kpi], kind: str, key: Callable[[Kpi], str]) -> Iterable[list[Kpi]]:
    """KPIs of a kind, those that are computed in one pass together."""
    chosen = sorted((each for each in known if each.statistic.kind == kind), key=key)
    return [list(group) for _, group in groupby(chosen, key)]


def _put_differences(engine: Engine, summed: list[Kpi], touched: Touched) -> None:
    """Make the sums that differ between the slices, signed; and what comes of age on days that are new, in the slices
    or not."""
    of_old_days = f"changed_on <= date {literal(str(touched.before))}"
    key = ", ".join(KEY)
    for name, each, sign in zip(("was", "now"), touched.slices or (), (-1, 1), strict=True):
        _put_sums(each.engine, SUMS, summed, of_age=of_old_days)
        signed = ", ".join(f"{number} * {sign} as {number}" for number in NUMBERS)
        engine.create(f"work.sums_{name}", each.engine.frame(f"select {key}, {signed} from {SUMS}"))
    aging = [each for each in summed if each.statistic.kind == "stock" and each.statistic.limit_days]
    _put_sums(engine, "work.sums_of_new_days", aging, of_age=f"not ({of_old_days})")
    numbers = ", ".join(f"cast(sum({name}) as {'bigint' if name == 'n' else EXACT}) as {name}" for name in NUMBERS)
    differs = " or ".join(f"sum({name}) <> 0" for name in NUMBERS)
    together = " union all ".join(f"select * from work.{name}" for name in ("sums_was", "sums_now", "sums_of_new_days"))
    engine.run(f"create table {SUMS} as select {key}, {numbers} from ({together}) group by {key} having {differs}")


def _put_sums(
    engine: Engine, target: str, known: Sequence[Kpi], touched: Touched = EVERYTHING, of_age: str = "true"
) -> None:
    """Make a table of sums by day."""
    engine.run(
        f"create table {target} (kpi_id varchar, day date, dimension varchar, member varchar, "
        f"total {EXACT}, base {EXACT}, n bigint)"
    )
    for chosen in together(known, "additive", lambda each: each.fact):
        engine.run(f"insert into {target} {_sums_of_days(chosen, touched)}")
    for each in known:
        if each.statistic.kind == "stock":
            which = of_age if each.statistic.limit_days else "true"
            engine.run(f"insert into {target} {_changes_of_days(each, which)}")


def _sums_of_days(chosen: list[Kpi], touched: Touched) -> str:
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
    looked_at = touched.days_of_kpis(each.kpi_id for each in chosen)
    return (
        f"select entry.kpi_id, day, dimension, member, entry.total, entry.base, entry.n from ("
        f"select day, dimension, member, unnest([{', '.join(entries)}]) as entry from ("
        f"select day, {DIMENSION} as dimension, {MEMBER} as member, {', '.join(sums)} "
        f"from {chosen[0].fact} where {visible(RUN_DATE)} and {looked_at} group by {by_dimension('day')}"
        f")) as entries where entry.n > 0"
    )


def _changes_of_days(stock: Kpi, which: str) -> str:
    """What comes into a stock on a day, less what goes."""
    return (
        f"select {literal(stock.kpi_id)} as kpi_id, changed_on as day, {DIMENSION} as dimension, {MEMBER} as member, "
        f"sum(delta) as total, 0 as base, count(*) as n from ({changes(stock)}) where {which} "
        f"group by {by_dimension('changed_on')}"
    )
