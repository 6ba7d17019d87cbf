"""What a run looks at again, as conditions in SQL: the days of touched periods, and the stretches that reach them."""

from collections.abc import Iterable
from dataclasses import dataclass

from okr_analytics.warehouse.engine import literal

DAYS = "work.touched_days"


@dataclass(frozen=True)
class Touched:
    """What a run looks at again, as conditions in SQL; of everything where it makes everything."""

    is_all: bool = True

    def days(self, measures: Iterable[str], grain: str | None = None, day: str = "day") -> str:
        """The day is in a touched period of one of the measures."""
        if self.is_all:
            return "true"
        listed = ", ".join(map(literal, sorted(set(measures))))
        of_grain = f" and grain = {literal(grain)}" if grain else ""
        return f"{day} in (select day from {DAYS} where measure in ({listed}){of_grain})"

    def stretches(self, measure: str) -> str:
        """A stretch lasts into the touched periods."""
        if self.is_all:
            return "true"
        first = f"(select min(day) from {DAYS} where measure = {literal(measure)})"
        return f"coalesce(counts_until >= {first}, true)"
