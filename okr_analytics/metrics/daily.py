"""kpi.daily_sums: what additive KPIs add up to on each day, and by how much stocks change; longer periods follow."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import EXACT, condition, render
from okr_analytics.metrics.compiler.periods import DAILY_SUMS
from okr_analytics.metrics.compiler.query import ByDay, MetricQuery
from okr_analytics.metrics.touched import Touched
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

KEY = ("kpi_id", "day", "dimension", "member")
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
        _put(engine, target, chosen, touched.days_of_kpis(each.kpi_id for each in chosen))
    for each in known:
        if each.statistic.kind == "stock":
            _put(engine, target, [each], of_age if each.statistic.limit_days else "true")


def _put(engine: Engine, target: str, kpis: list[Kpi], scope: str) -> None:
    query = compile_metric(MetricQuery(tuple(kpis), ByDay(), scope=condition(scope)))
    engine.run(f"insert into {target} {render(query)}")
