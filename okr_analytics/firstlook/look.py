"""What landed exports tell before anything is computed: the days that they speak of, and which sorts of things."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from okr_analytics.contracts.columns import SOLVED_STATUSES
from okr_analytics.desk import Desk
from okr_analytics.errors import DataError
from okr_analytics.home import Home
from okr_analytics.landing.store import LANDING, LandingStore, rows_table
from okr_analytics.warehouse.engine import Engine, literal

LEAST_SHARE = 0.1  # a week with a tenth of the usual openings is the tail of an export, not the desk's work
TOLD = {
    "first_response": ("first_response_at", "source_first_response_calendar_seconds"),
    "reopens": ("reopen_count", "reopened_at"),
    "verdict": ("sla_met_by_source",),
    "csat": ("csat", "csat_is_best"),
}


@dataclass(frozen=True)
class FirstLook:
    """`newest_day` is the last day on which a ticket was opened, `as_of` the last on which they came in as they used
    to; `tells` names what some row says something of."""

    first_day: date
    newest_day: date
    as_of: date
    tells: frozenset[str]


def look(home: Home, desk: Desk) -> FirstLook:
    """What the tickets that were landed tell. Raises DataError where none was."""
    with Engine.scratch() as engine:
        engine.run(f"create schema {LANDING}")
        LandingStore(home).show(engine, desk)
        zone = f"coalesce(desk_time_zone, {literal(desk.time_zone)})"
        openings = engine.frame(
            f"select cast(opened_at at time zone 'UTC' at time zone {zone} as date) as day, "
            f"count(distinct ticket_id) as tickets "
            f"from ({_rows('opened_at, ticket_id, desk_time_zone')}) group by all order by all"
        )
        tells = frozenset(_told(engine))
    if openings.is_empty():
        raise DataError("no row of it could stand; 'okr sources detect' says why")
    days = openings["day"]
    return FirstLook(days[0], days[-1], last_usual_day(openings), tells)


def last_usual_day(openings: pl.DataFrame) -> date:
    """The last day (column `day`, with its `tickets`) whose week had at least a tenth of the openings that a typical
    ticket's week had: exports of what is still open have a long thin tail."""
    every = openings.select(pl.date_range(pl.col("day").min(), pl.col("day").max()))
    weeks = every.join(openings, on="day", how="left", maintain_order="left").with_columns(
        pl.col("tickets").fill_null(0), week=pl.col("tickets").fill_null(0).rolling_sum(window_size=7, min_samples=1)
    )
    by_size = weeks.sort("week")
    typical = by_size.filter(pl.col("tickets").cum_sum() * 2 >= pl.col("tickets").sum())["week"][0]
    lively = weeks.filter((pl.col("tickets") > 0) & (pl.col("week") >= LEAST_SHARE * typical))
    return lively["day"][-1]  # type: ignore[no-any-return]


def _rows(columns: str) -> str:
    return " union all ".join(f"select {columns} from {rows_table(kind)}" for kind in ("tickets", "events"))


def _told(engine: Engine) -> Iterator[str]:
    """What some row fills, and whether any ticket was ever solved."""
    columns = sorted({column for columns in TOLD.values() for column in columns})
    ((filled),) = engine.rows(
        f"select {', '.join(f'count({each})' for each in columns)} from ({_rows(', '.join(columns))})"
    )
    counts = dict(zip(columns, filled, strict=True))
    yield from (name for name, needed in TOLD.items() if any(counts[each] for each in needed))
    solved = (
        f"resolved_at is not null or closed_at is not null or status in ({', '.join(map(literal, SOLVED_STATUSES))})"
    )
    if engine.rows(f"select 1 from ({_rows('resolved_at, closed_at, status')}) where {solved} limit 1"):
        yield "solved"
    if engine.rows("select 1 from landing.event_rows where is_response limit 1"):
        yield "first_response"
    if engine.rows("select 1 from landing.event_rows limit 1"):
        yield "reopens"
