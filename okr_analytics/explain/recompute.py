"""The rows that count, and how their value comes out of them, in one sentence per statistic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from okr_analytics.explain.asking import named
from okr_analytics.explain.row_selection import RowSelection, business_days
from okr_analytics.figures import UNKNOWN, Scale, counted, limit_said, percent
from okr_analytics.metrics.compiler.compile import compile_metric
from okr_analytics.metrics.compiler.expressions import number, render
from okr_analytics.metrics.compiler.query import ByClose, ByColumns, Output
from okr_analytics.metrics.compiler.totals import rows
from okr_analytics.okr.measuring.spans import per_business_day
from okr_analytics.warehouse.engine import Engine

THINGS = {"tickets": "ticket", "surveys": "survey", "articles": "row of an article", "observations": "observation"}
VOLUMES = ("count", "sum", "per_business_day")
PARTS: tuple[Output, ...] = ("value", "n", "numerator", "denominator")


@dataclass(frozen=True)
class Recomputed:
    """The rows of one KPI that count: how many, their value once more, and the days' closings of a stock."""

    selection: RowSelection
    n: int
    value: float | None
    how: str
    closings: Sequence[tuple[date, int]] = ()

    @property
    def thing(self) -> str:
        """What a row is."""
        return THINGS[self.selection.input]

    @property
    def things(self) -> str:
        """Several of them."""
        return "rows of articles" if self.selection.input == "articles" else f"{self.thing}s"

    def as_json(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """For programs."""
        return {
            "kpi_id": self.selection.kpi.kpi_id,
            "thing": self.thing,
            "n": self.n,
            "value": self.value,
            "how": self.how,
            "rows": list(rows),
            "closings": [{"day": day, "closing": closing} for day, closing in self.closings],
        }


def recompute(engine: Engine, selection: RowSelection, scaled: Scale) -> Recomputed:
    """The rows that count, and the value computed from them once more."""
    days = business_days(engine, selection.covered)
    query = replace(selection.query, kpis=(per_business_day(selection.kpi),), business_days=number(days))
    (parts,) = named(engine, render(compile_metric(replace(query, group_by=ByColumns(outputs=PARTS)))))
    n = int(parts["n"])
    if selection.kpi.statistic.kind == "stock":
        closings = engine.rows(render(compile_metric(replace(query, group_by=ByClose())))) if selection.covered else []
        value = sum(each for _, each in closings) / len(closings) if closings else None
        return Recomputed(selection, n, value, _mean_of_closings(closings, value), closings)
    is_zero = parts["value"] is None and selection.kpi.statistic.is_volume and days
    value = 0.0 if is_zero else parts["value"]
    return Recomputed(selection, n, value, _how(selection, parts, days, value, scaled))


def listed(engine: Engine, selection: RowSelection, most: int) -> list[dict[str, Any]]:
    """The rows that count, the greatest value first, then by id; `most` 0: all of them."""
    limit = f" limit {most}" if most else ""
    per = ", cast(per as double) as per" if selection.kpi.per else ""
    return named(
        engine,
        f"select id, source, day, cast(value as double) as value{per} "
        f"from ({render(rows(selection.query, selection.identifier))}) "
        f"order by value desc nulls last, id, source, day{limit}",
    )


def _how(selection: RowSelection, parts: dict[str, Any], days: int, value: float | None, scaled: Scale) -> str:
    """How the value comes out, in a sentence; empty where it does not."""
    name, n, total = selection.kpi.statistic.name, int(parts["n"]), parts["numerator"] or 0.0
    said = scaled.say(value) if value is not None else UNKNOWN
    if name in VOLUMES:
        of_them = " of them" if name == "count" and total != n else ""
        return f"{total:,.0f}{of_them} in {counted(days, selection.working_day)} = {said}."
    if not n:
        return "Without any row there is no value."
    if name == "share":
        return f"{total:,.0f} of {n:,} = {percent(value, 1)}."
    if name == "share_within":
        limit = limit_said(selection.kpi.statistic.limit_seconds)
        return f"{total:,.0f} of {n:,} within {limit} = {percent(value, 1)}."
    return _how_of_numbers(selection, parts, said)


def _how_of_numbers(selection: RowSelection, parts: dict[str, Any], said: str) -> str:
    name, n = selection.kpi.statistic.name, int(parts["n"])
    if name == "rate":
        return f"{parts['numerator'] or 0:,.0f} of {parts['denominator'] or 0:,.0f} = {said}."
    if name == "per_agent_day":
        days = counted(int(parts["denominator"]), "day")
        return f"{parts['numerator']:,.0f} on {days} on which some agent solved any = {said}."
    if name == "mean":
        return f"The mean of {n:,} values is {said}."
    if name in ("median", "median_age"):
        return f"The middle one of {n:,} values is {said}: half are below, half above."
    return f"{name.removeprefix('p')} % of {n:,} values are at most {said}."


def _mean_of_closings(closings: Sequence[tuple[date, int]], value: float | None) -> str:
    if not closings or value is None:
        return "No day of it is covered by any export."
    counts = [each for _, each in closings]
    return (
        f"The mean of {counted(len(counts), 'closing')} (from {min(counts):,} to {max(counts):,}) is {value:,.1f}; "
        f"at the last one, on {closings[-1][0]}, {counts[-1]:,} were standing."
    )
