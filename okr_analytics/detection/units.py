"""In which unit a column of figures counts time: by its header, by its cells, or by the instants beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from okr_analytics.detection.facts import MOST, Facts
from okr_analytics.landing.durations import read_durations
from okr_analytics.sources.vocabulary import UNIT_SECONDS

SPELLED = {"ms": "milliseconds", "s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
NEAR = 0.05
MOST_AGREE = 0.6
FEWEST = 5


@dataclass(frozen=True)
class Counted:
    """The unit of a column's bare numbers (null: it needs none, since its cells say it), and how that is known.
    `is_known` is false where nothing tells."""

    unit: str | None
    why: str
    is_known: bool = True

    @property
    def is_left_out(self) -> bool:
        """Whether nothing tells the unit, so that the column cannot be read."""
        return not self.is_known and self.unit is None


def unit_of(column: Facts, cells: pl.Series, elapsed: pl.Series | None) -> Counted:
    """`elapsed`: the seconds that the figure should be, by the instants of its row; null where there are none."""
    if column.duration_share >= MOST:
        return Counted(column.name.unit, "its cells say their unit, like 1:30:00")
    measured = _measured(column, cells, elapsed) if elapsed is not None else None
    if named := column.name.unit:
        if measured and measured != named:
            return Counted(
                measured,
                f"the header says {SPELLED[named]}, but beside its instants it counts {SPELLED[measured]}",
                is_known=False,
            )
        return Counted(named, f"{SPELLED[named]}, by the header")
    if measured:
        return Counted(measured, f"{SPELLED[measured]}, by the instants beside it")
    return Counted(None, "neither its header nor its cells say the unit", is_known=False)


def _measured(column: Facts, cells: pl.Series, elapsed: pl.Series) -> str | None:
    """The unit in which most figures are the time between the instants of their row."""
    figures = read_durations(cells.set(cells.is_in(list(column.missing)), None), "s").seconds
    rows = pl.DataFrame([figures.alias("figure"), elapsed.alias("seconds")]).drop_nulls()
    rows = rows.filter((pl.col("figure") > 0) & (pl.col("seconds") > 0))
    if len(rows) < FEWEST:
        return None
    agreeing = {unit: _agreeing(rows, size) for unit, size in UNIT_SECONDS.items()}
    best = max(agreeing, key=lambda unit: agreeing[unit])
    return best if agreeing[best] >= MOST_AGREE else None


def _agreeing(rows: pl.DataFrame, size: float) -> float:
    """The share of figures that agree in a unit of so many seconds, to the rounding of one unit."""
    off = (rows["figure"] * size - rows["seconds"]).abs()
    near = (off <= rows["seconds"] * NEAR) | ((off <= size) & (rows["seconds"] > 3 * size))
    return float(near.mean() or 0)  # type: ignore[arg-type]


def units_said(counted: Mapping[str, Counted]) -> dict[str, str]:
    """The profile's `units`: what is not seconds."""
    return {ours: each.unit for ours, each in counted.items() if each.unit and each.unit != "s"}
