"""An answer with what it is about: what every section of a story begins from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.explain.asking import named
from okr_analytics.explain.definition import Definition
from okr_analytics.figures import Scale
from okr_analytics.okr.defining.targets import NINE_DIGITS
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class Told:
    """The row of okr.pace of a day, its definition, and the scale in which its figures are said."""

    definition: Definition
    day: date
    row: dict[str, Any]
    scaled: Scale

    @property
    def aim(self) -> Aim:
        """The target that applied."""
        return self.definition.aim(self.day)

    @property
    def flags(self) -> list[str]:
        """What a reader must know beside the number."""
        return self.row["flag"].split(", ") if self.row["flag"] else []

    def say(self, value: float | None) -> str:
        """A value with its unit."""
        return self.scaled.say(value)


def measured(engine: Engine, definition: Definition, over: str, day: date) -> dict[str, Any]:
    """What okr.measurements says: value, n and the ends of the noise interval; null and 0 where it says nothing."""
    row = definition.row
    values = {"kpi_id": str(row["kpi_id"]), "filter": row["filter"], "span": over, "day": day}
    found = named(engine, query("measurement"), values)
    return found[0] if found else {"value": None, "n": 0, "low": None, "high": None}


def same(one: float, other: float) -> bool:
    """Whether two numbers are one at nine significant digits."""
    return NINE_DIGITS.create_decimal(repr(one)) == NINE_DIGITS.create_decimal(repr(other))
