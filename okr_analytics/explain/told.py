"""An answer with what it is about: what every section of a story begins from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.explain.asking import named, on
from okr_analytics.explain.definition import Definition
from okr_analytics.figures import Scale
from okr_analytics.okr.defining.targets import NINE_DIGITS
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.warehouse.engine import Engine, literal


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
    found = named(
        engine,
        f"select value, n, low, high from okr.measurements "
        f"where kpi_id = {literal(str(definition.row['kpi_id']))} and filter = {literal(definition.row['filter'])} "
        f'and "over" = {literal(over)} and day = {on(day)}',
    )
    return found[0] if found else {"value": None, "n": 0, "low": None, "high": None}


def same(one: float, other: float) -> bool:
    """Whether two numbers are one at nine significant digits."""
    return NINE_DIGITS.create_decimal(repr(one)) == NINE_DIGITS.create_decimal(repr(other))
