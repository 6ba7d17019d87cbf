"""kpi.daily_sums: what additive KPIs add up to on each day, and by how much stocks change; longer periods follow."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import EXACT, condition, render
from okr_analytics.metrics.compiler.periods import DAILY_SUMS
from okr_analytics.metrics.compiler.query import ByDay, MetricQuery
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.stage import Stage

NEW_SUMS = "work.daily_sums"


def put_daily_sums(stage: Stage, kpis: Sequence[Kpi], scope: RecomputeScope) -> None:
    """Make kpi.daily_sums; in an incremental run the days in scope of what is published."""
    _put_sums(stage.engine, DAILY_SUMS if scope.is_everything else NEW_SUMS, kpis, scope)
    if not scope.is_everything:
        stage.merge(DAILY_SUMS, NEW_SUMS)


def together(kpis: Iterable[Kpi], kind: str, key: Callable[[Kpi], str]) -> Iterable[list[Kpi]]:
    """KPIs of a kind, those that are computed in one pass together."""
    chosen = sorted((each for each in kpis if each.statistic.kind == kind), key=key)
    return [list(group) for _, group in groupby(chosen, key)]


def _put_sums(engine: Engine, target: str, kpis: Sequence[Kpi], scope: RecomputeScope) -> None:
    """Make a table of sums by day."""
    engine.run(
        f"create table {target} (kpi_id varchar, day date, dimension varchar, member varchar, "
        f"total {EXACT}, base {EXACT}, n bigint)"
    )
    for chosen in together(kpis, "additive", lambda each: each.fact):
        in_scope = scope.days((each.measure for each in chosen), "day")
        engine.run(f"insert into {target} {_compiled(chosen, in_scope)}")
    for each in kpis:
        if each.statistic.kind == "stock":
            in_scope = scope.days([each.measure], "day", "changed_on")
            engine.run(f"insert into {target} {_compiled([each], in_scope)}")


def _compiled(kpis: Sequence[Kpi], in_scope: str) -> str:
    return render(compile_metric(MetricQuery(tuple(kpis), ByDay(), scope=condition(in_scope))))
