"""Whether the rows of a table are tickets or events of tickets, and which of its columns order these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.matching import LIKELY, Match
from okr_analytics.detection.names import sounds_like
from okr_analytics.detection.sample import Sample

FEWEST_EVENTS_EACH, FEWEST_WITHOUT_OPENING = 1.5, 1.05
MOSTLY = 0.5
HARDLY = 0.1
NEARLY_ALL = 0.95
LEAST = 0.2


@dataclass(frozen=True)
class History:
    """The events of a log: their instant, the number that orders them (null: none), and their state."""

    at: Facts
    also_at: tuple[Facts, ...]
    sequence: Facts | None
    status: Facts
    also_status: tuple[Facts, ...]
    each: float


@dataclass(frozen=True)
class Repeats:
    """How ids repeat: rows per id within a file, and per header the share of repeated ids under which it changes."""

    each: float
    changing: Mapping[str, float]

    def changes(self, column: Facts) -> bool:
        """Whether the column mostly changes from row to row of a ticket."""
        return self.changing.get(column.header, 0.0) >= MOSTLY

    def is_constant(self, column: Facts) -> bool:
        """Whether hardly any ticket has two values of it."""
        return self.changing.get(column.header, 0.0) <= HARDLY


def repeats(taken: Sample, ticket_id: Facts) -> Repeats:
    """How often ids come again, and what changes then."""
    rows = taken.rows.with_columns(taken.places["file"].alias("__file"), pl.col(ticket_id.header).alias("__id"))
    keys = rows.filter(pl.col("__id").is_not_null()).group_by("__file", "__id")
    counted = keys.agg(pl.len().alias("__rows"), pl.exclude("__file", "__id").n_unique())
    again = counted.filter(pl.col("__rows") > 1)
    changing = {name: int((again[name] > 1).sum()) / len(again) for name in taken.header} if len(again) else {}
    return Repeats(float(counted["__rows"].mean() or 0), changing)  # type: ignore[arg-type]


def history_of(
    columns: Sequence[Facts], found: Mapping[str, Sequence[Match]], repeated: Repeats, taken: Sample, ticket_id: Facts
) -> History | None:
    """What makes the table a log of events; null where its rows are tickets."""
    says_opening = any(match.is_sure for match in found["opened_at"])
    if repeated.each < (FEWEST_EVENTS_EACH if says_opening else FEWEST_WITHOUT_OPENING):
        return None
    instants = [column for column in columns if column.is_instants and repeated.changes(column)]
    states = [match.column for match in found["status"] if repeated.changes(match.column) and match.score >= LEAST]
    if not instants or not states:
        return None
    ranked = sorted(instants, key=lambda column: (-sounds_like(column.name, "event_at"), column.place))
    return History(
        ranked[0], tuple(ranked[1:]), _sequence(columns, taken, ticket_id), states[0], tuple(states[1:]), repeated.each
    )


def _sequence(columns: Sequence[Facts], taken: Sample, ticket_id: Facts) -> Facts | None:
    """A whole number that no two events of a ticket share, called an order."""
    named = sorted(columns, key=lambda column: -sounds_like(column.name, "event_sequence"))
    for column in named:
        if (
            sounds_like(column.name, "event_sequence") < LIKELY
            or column.whole_share < 1
            or column.header == ticket_id.header
        ):
            continue
        pairs = taken.rows.select(ticket_id.header, column.header).n_unique()
        if pairs >= NEARLY_ALL * len(taken.rows):
            return column
    return None
