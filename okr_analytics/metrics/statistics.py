"""What a statistic does to the rows of a measure. A ratio is never averaged: each is taken anew from its rows.

Additive statistics follow from two sums that add up over days: a total and a base. Quantiles need the rows. Stocks
count what stands at the close of a day. A ratio divides one KPI by another over the same days and members.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from okr_analytics.durations import DAY

Kind = Literal["additive", "quantile", "stock", "age", "ratio"]


@dataclass(frozen=True)
class Statistic:
    """One statistic: how it reads in SQL. `is_zero_when_empty`: no rows on covered days mean 0, not null."""

    name: str
    title: str
    unit: str
    kind: Kind = "additive"
    limit_seconds: int | None = None
    quantile: str | None = None
    is_zero_when_empty: bool = False

    @property
    def limit_days(self) -> int:
        """The limit in whole days; 0 without one."""
        return (self.limit_seconds or 0) // DAY

    def addend(self, value: str, per: str | None) -> str:
        """The row's contribution to the total, in SQL."""
        if self.name == "share_within":
            return f"case when {value} <= {self.limit_seconds} then 1 when {value} is not null then 0 end"
        if self.name == "rate":
            return f"case when {per} is not null then {value} end"
        return value

    def base(self, value: str, per: str | None) -> str:
        """What the total of one day is divided by, in SQL over the rows of that day."""
        if self.name == "rate":
            return f"sum(case when {value} is not null then {per} end)"
        if self.name == "per_agent_day":
            return f"count(distinct case when {value} is not null then agent end)"
        return f"count({value})"

    def of_sums(self, total: str, base: str, days: str) -> str:
        """The statistic from summed totals, bases and business days, in SQL."""
        if self.name == "per_business_day":
            return f"{total} / nullif({days}, 0)"
        return total if self.is_volume else f"{total} / nullif({base}, 0)"

    def of_rows(self, value: str, per: str | None, days: str) -> str:
        """The statistic over raw rows of any days, in SQL."""
        if self.kind == "quantile":
            return f"quantile_cont({value}, {self.quantile})"
        base = self.base(value, per)
        if self.name == "per_agent_day":
            base = f"count(distinct case when {value} is not null then (day, agent) end)"
        return self.of_sums(f"sum({self.addend(value, per)})", base, days)

    @property
    def is_volume(self) -> bool:
        """Whether it grows with the days that it is taken over."""
        return self.name in ("count", "sum", "per_business_day")

    @property
    def adds_up_over_days(self) -> bool:
        """Whether the base of several days is the sum of the bases of each."""
        return self.kind == "additive" and self.name != "per_agent_day"

    @property
    def changes_by_rows(self) -> bool:
        """Whether a day's sums change by what its rows say that come and go."""
        return self.kind == "stock" or self.adds_up_over_days

    def per_day(self) -> "Statistic":
        """The same volume per business day."""
        return replace(self, name="per_business_day")


STATISTICS = {
    each.name: each
    for each in (
        Statistic("count", "number", "{unit}", is_zero_when_empty=True),
        Statistic("sum", "sum", "{unit}", is_zero_when_empty=True),
        Statistic("per_business_day", "per {day}", "{unit} per {day}", is_zero_when_empty=True),
        Statistic("per_agent_day", "per agent and day", "{unit} per agent and day"),
        Statistic("mean", "mean", "{unit}"),
        Statistic("share", "share", "share"),
        Statistic("share_within", "share within {limit}", "share"),
        Statistic("rate", "rate", "{unit}"),
        Statistic("median", "median", "{unit}", kind="quantile", quantile="0.5"),
        Statistic("closing", "at the close", "{unit}", kind="stock", is_zero_when_empty=True),
        Statistic("older_than", "older than {limit}", "{unit}", kind="stock", is_zero_when_empty=True),
        Statistic("median_age", "median age", "days", kind="age", quantile="0.5"),
        Statistic("ratio", "ratio", "{unit}", kind="ratio"),
    )
}
NEEDS_LIMIT = ("share_within", "older_than")
NAMES = (*STATISTICS, "p90 or any other percentile")


def statistic(name: str, limit_seconds: int | None = None) -> Statistic:
    """The statistic of that name; any percentile is written p90, p95, … Raises KeyError for an unknown one."""
    if percentile := re.fullmatch(r"p([1-9]\d?)", name):
        share = f"0.{int(percentile[1]):02d}"
        return Statistic(name, f"{percentile[1]}th percentile", "{unit}", kind="quantile", quantile=share)
    return replace(STATISTICS[name], limit_seconds=limit_seconds)
