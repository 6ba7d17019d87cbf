"""Calendar time: what a wall clock shows at an instant, and the seconds that lie between two."""

from collections.abc import Collection

import polars as pl


def local_date(instant: str, zones: Collection[str]) -> pl.Expr:
    """The day of an instant in the row's own `zone`, one of `zones`."""
    return _local(pl.col(instant), zones).dt.date()


def local_hour(instant: str, zones: Collection[str]) -> pl.Expr:
    """The hour of the day, 0 to 23, of an instant in the row's own `zone`, one of `zones`."""
    return _local(pl.col(instant), zones).dt.hour()


def calendar_seconds(start: str, end: str) -> pl.Expr:
    """Elapsed seconds between two instants, to the nearest second; null where one is missing."""
    microseconds = (pl.col(end) - pl.col(start)).dt.total_microseconds()
    return (microseconds + 500_000) // 1_000_000


def utc_offset(instant: pl.Expr, zones: Collection[str], zone: str) -> pl.Expr:
    """How far the wall clock of the row's zone in the column `zone`, one of `zones`, is ahead of UTC at an instant."""
    return _local(instant, zones, zone) - instant


def _local(instant: pl.Expr, zones: Collection[str], zone: str = "zone") -> pl.Expr:
    """The wall clock at an instant."""
    utc = instant.dt.replace_time_zone("UTC")
    clocks = {name: utc.dt.convert_time_zone(name).dt.replace_time_zone(None) for name in zones}
    if len(clocks) == 1:
        return next(iter(clocks.values()))
    return pl.coalesce(pl.when(pl.col(zone) == name).then(clock) for name, clock in clocks.items())
