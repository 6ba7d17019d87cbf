"""Time for tickets: on which desk-local day an instant falls, and how long lies between two.

The calendar clock counts elapsed seconds. The business clock counts desk-open seconds; no schedule is known yet, so
it is null everywhere: null is not zero.
"""

import polars as pl


def local_date(instant: str, zones: list[str]) -> pl.Expr:
    """The day of an instant in the row's own `zone`, one of `zones`."""
    utc = pl.col(instant).dt.replace_time_zone("UTC")
    days = {zone: utc.dt.convert_time_zone(zone).dt.date() for zone in zones}
    if len(days) == 1:
        return next(iter(days.values()))
    return pl.coalesce(pl.when(pl.col("zone") == zone).then(day) for zone, day in days.items())


def calendar_seconds(start: str, end: str) -> pl.Expr:
    """Elapsed seconds between two instants, to the nearest second; null where one is missing."""
    microseconds = (pl.col(end) - pl.col(start)).dt.total_microseconds()
    return (microseconds + 500_000) // 1_000_000


def business_seconds(start: str, end: str) -> pl.Expr:  # noqa: ARG001 - the desk's hours will need both
    """Desk-open seconds between two instants; null where no schedule is known."""
    return pl.lit(None, dtype=pl.Int64)
