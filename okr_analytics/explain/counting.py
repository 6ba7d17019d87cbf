"""The rows that count, and how their value comes out of them, in one sentence per statistic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.explain.asking import named, on
from okr_analytics.explain.looking import Look, business_days
from okr_analytics.figures import UNKNOWN, Scale, counted, limit_said, percent
from okr_analytics.metrics.stocks import entered
from okr_analytics.warehouse.engine import Engine

THINGS = {"tickets": "ticket", "surveys": "survey", "articles": "row of an article", "observations": "observation"}
VOLUMES = ("count", "sum", "per_business_day")
SHARES = ("share", "share_within")


@dataclass(frozen=True)
class Counted:
    """The rows of one KPI that count: how many, their value once more, and the days' closings of a stock."""

    look: Look
    n: int
    value: float | None
    how: str
    closings: Sequence[tuple[date, int]] = ()

    @property
    def thing(self) -> str:
        """What a row is."""
        return THINGS[self.look.input]

    @property
    def things(self) -> str:
        """Several of them."""
        return "rows of articles" if self.look.input == "articles" else f"{self.thing}s"

    def as_json(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """For programs."""
        return {
            "kpi_id": self.look.kpi.kpi_id,
            "thing": self.thing,
            "n": self.n,
            "value": self.value,
            "how": self.how,
            "rows": list(rows),
            "closings": [{"day": day, "closing": closing} for day, closing in self.closings],
        }


def count(engine: Engine, look: Look, scaled: Scale) -> Counted:
    """The rows that count, and the value computed from them once more."""
    sums = named(engine, _sums(look))[0]
    n = int(sums["n"])
    days = business_days(engine, look.covered)
    if look.kpi.statistic.kind == "stock":
        closings = [(day, int(closing)) for day, closing in engine.rows(_closings(look))]
        value = sum(each for _, each in closings) / len(closings) if closings else None
        return Counted(look, n, value, _mean_of_closings(closings, value), closings)
    value = _value(look, sums, days)
    return Counted(look, n, value, _how(look, sums, days, value, scaled))


def listed(engine: Engine, look: Look, most: int) -> list[dict[str, Any]]:
    """The rows that count, the greatest value first, then by id; `most` 0: all of them."""
    limit = f" limit {most}" if most else ""
    per = ", cast(per as double) as per" if look.kpi.per else ""
    return named(
        engine,
        f"select id, source, day, cast(value as double) as value{per} from ({look.rows}) "
        f"order by value desc nulls last, id, source, day{limit}",
    )


def _sums(look: Look) -> str:
    """What every statistic is made of, from the rows that count."""
    statistic = look.kpi.statistic
    middle = f"quantile_cont(value, {statistic.quantile})" if statistic.quantile else "null"
    within = f"count(case when value <= {statistic.limit_seconds} then 1 end)" if statistic.limit_seconds else "0"
    return (
        f"select count(*) as n, cast(sum(value) as double) as total, cast({middle} as double) as middle, "
        f"{within} as within_limit, cast(sum(case when per is not null then value end) as double) as of_rate, "
        f"cast(sum(per) as double) as per, count(distinct (day, agent)) as agent_days from ({look.rows})"
    )


def _closings(look: Look) -> str:
    """Every covered day with what stood at its close."""
    if look.covered is None:
        return "select current_date, 0 where false"
    stands = f"{entered(look.kpi)} <= closing_day and (counts_until is null or counts_until > closing_day)"
    return (
        f"with days as (select cast(unnest(generate_series({on(look.covered.first)}, {on(look.covered.last)}, "
        f"interval 1 day)) as date) as closing_day), "
        f"standing as (select closing_day from {look.kpi.fact} join days on {stands} "
        f"where {look.kept} and {look.kpi.value} is not null) "
        f"select days.closing_day, count(standing.closing_day) from days "
        f"left join standing on days.closing_day = standing.closing_day group by days.closing_day order by all"
    )


def _value(look: Look, sums: dict[str, Any], days: int) -> float | None:
    """The value, computed once more."""
    name, n = look.kpi.statistic.name, sums["n"]
    if name in VOLUMES:
        return (sums["total"] or 0.0) / days if days else None
    if not n:
        return None
    if look.kpi.statistic.quantile:
        return float(sums["middle"])
    if name == "share_within":
        return float(sums["within_limit"] / n)
    if name == "rate":
        return sums["of_rate"] / sums["per"] if sums["per"] else None
    return float(sums["total"] / (sums["agent_days"] if name == "per_agent_day" else n))


def _how(look: Look, sums: dict[str, Any], days: int, value: float | None, scaled: Scale) -> str:
    """How the value comes out, in a sentence; empty where it does not."""
    name, n, total = look.kpi.statistic.name, int(sums["n"]), sums["total"] or 0.0
    said = scaled.say(value) if value is not None else UNKNOWN
    if name in VOLUMES:
        of_them = " of them" if name == "count" and total != n else ""
        return f"{total:,.0f}{of_them} in {counted(days, look.working_day)} = {said}."
    if not n:
        return "Without any row there is no value."
    if name == "share":
        return f"{total:,.0f} of {n:,} = {percent(value, 1)}."
    if name == "share_within":
        limit = limit_said(look.kpi.statistic.limit_seconds)
        return f"{sums['within_limit']:,} of {n:,} within {limit} = {percent(value, 1)}."
    return _how_of_numbers(look, sums, said)


def _how_of_numbers(look: Look, sums: dict[str, Any], said: str) -> str:
    name, n = look.kpi.statistic.name, int(sums["n"])
    if name == "rate":
        return f"{sums['of_rate'] or 0:,.0f} of {sums['per'] or 0:,.0f} = {said}."
    if name == "per_agent_day":
        return f"{sums['total']:,.0f} on {counted(sums['agent_days'], 'day')} on which some agent solved any = {said}."
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
