"""What a statistic does to the rows of a measure. A ratio is never averaged: each is taken anew from its rows.

Additive statistics follow from two sums that add up over days: the addends (`total`) and the rows (`n`).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Statistic:
    """One statistic: how it reads in SQL, and what is left when there are no rows."""

    name: str
    title: str
    unit: str
    limit_seconds: int | None = None
    quantile: str | None = None
    is_volume: bool = False
    is_per_day: bool = False

    @property
    def is_additive(self) -> bool:
        """Whether it follows from totals and counts of smaller periods."""
        return self.quantile is None

    def addend(self, value: str) -> str:
        """The row's contribution to the total, in SQL; raises TypeError for a quantile, which has none."""
        if not self.is_additive:
            raise TypeError(self.name)
        if self.limit_seconds is not None:
            return f"case when {value} <= {self.limit_seconds} then 1 when {value} is not null then 0 end"
        return value

    def of_sums(self, total: str, n: str, days: str) -> str:
        """The statistic from summed addends, rows and business days, in SQL."""
        if self.is_per_day:
            return f"{total} / nullif({days}, 0)"
        return total if self.is_volume else f"{total} / nullif({n}, 0)"

    def of_rows(self, value: str, days: str) -> str:
        """The statistic over raw rows, in SQL."""
        if self.quantile is not None:
            return f"quantile_cont({value}, {self.quantile})"
        return self.of_sums(f"sum({self.addend(value)})", f"count({value})", days)


STATISTICS = (
    Statistic("count", "number", "{unit}", is_volume=True),
    Statistic("sum", "sum", "{unit}", is_volume=True),
    Statistic("per_business_day", "per calendar day", "{unit} per {day}", is_volume=True, is_per_day=True),
    Statistic("mean", "mean", "{unit}"),
    Statistic("share", "share", "share"),
    Statistic("median", "median", "{unit}", quantile="0.5"),
)


def statistic(name: str, limit_seconds: int | None = None) -> Statistic:
    """The statistic of that name; any percentile is written p90, p95, … Raises KeyError for an unknown one."""
    if percentile := re.fullmatch(r"p(\d{1,2})", name):
        return Statistic(name, f"{percentile[1]}th percentile", "{unit}", quantile=f"0.{int(percentile[1]):02d}")
    if name == "share_within" and limit_seconds:
        return Statistic(name, "share within {limit}", "share", limit_seconds=limit_seconds)
    return {each.name: each for each in STATISTICS}[name]
