"""Which of the two an hour is that occurs twice, on the night when clocks go back.

A wall clock alone cannot tell; the first is taken. A row may: by a duration that the helpdesk counted itself, else by
an end that would lie before the opening.
"""

from collections.abc import Mapping

import polars as pl

HOUR = pl.duration(hours=1)
OWN_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
DURATIONS = {
    "resolved_at": "source_full_resolution_calendar_seconds",
    "first_resolved_at": "source_first_resolution_calendar_seconds",
    "first_response_at": "source_first_response_calendar_seconds",
}
ENDS = (*DURATIONS, "closed_at", "reopened_at", "escalated_at", "rated_at")


def second_of_two(text: pl.Series, instants: pl.Series, time_zone: str) -> pl.Series | None:
    """The later reading of cells whose wall-clock time occurs twice in their zone, null elsewhere; null alone where no
    cell's does. `instants` are the first readings, UTC."""
    first = pl.lit(instants)
    is_twice = (_wall(first, time_zone) == _wall(first + HOUR, time_zone)) & ~pl.lit(text).str.contains(OWN_OFFSET)
    later = pl.select(pl.when(is_twice).then(first + HOUR)).to_series().alias(instants.name)
    return None if later.null_count() == len(later) else later


def _wall(instant: pl.Expr, time_zone: str) -> pl.Expr:
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone).dt.replace_time_zone(None)


def with_right_hours(rows: pl.DataFrame, later: Mapping[str, pl.Series], precise: frozenset[str]) -> pl.DataFrame:
    """Ticket rows with the later reading where a row's own figures ask for it. Of durations those that are `precise`
    (told in minutes or finer) are believed."""
    if not later:
        return rows
    readings = {name: [pl.col(name), pl.lit(series)] for name, series in later.items()}
    told = {end: theirs for end, theirs in DURATIONS.items() if theirs in precise}
    if opened := readings.pop("opened_at", None):
        rows = rows.with_columns(_better(opened, [_off(readings, told, each) for each in opened]).alias("opened_at"))
    return rows.with_columns(
        _better(both, [_misfit(told.get(end), pl.col("opened_at"), each) for each in both]).alias(end)
        for end, both in readings.items()
        if end in ENDS
    )


def _better(both: list[pl.Expr], misfits: list[pl.Expr]) -> pl.Expr:
    """The second reading where it fits better, else the first."""
    first, second = both
    return pl.when(second.is_not_null() & (misfits[1] < misfits[0])).then(second).otherwise(first)


def _off(readings: Mapping[str, list[pl.Expr]], told: Mapping[str, str], opened: pl.Expr) -> pl.Expr:
    """How far this opening is from what durations say, with the ends as they fit it best; null where none says."""
    return pl.coalesce(
        pl.lit(None, pl.Int64),
        *(
            pl.min_horizontal(_misfit(theirs, opened, each) for each in readings.get(end, [pl.col(end)]))
            for end, theirs in told.items()
        ),
    )


def _misfit(theirs: str | None, opened: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Seconds between our duration and theirs; where they tell none, by how much the end precedes the opening."""
    ours = (end - opened).dt.total_seconds()
    early = (-ours).clip(lower_bound=0)
    return pl.coalesce((ours - pl.col(theirs)).abs(), early) if theirs else early
