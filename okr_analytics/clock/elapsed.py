"""Calendar time: what a wall clock shows at an instant, and the seconds that lie between two."""

from collections.abc import Sequence

import polars as pl


def local_date(instant: str, zones: Sequence[str]) -> pl.Expr:
    """The day of an instant in the row's own `zone`, one of `zones`."""
    return _local(instant, zones).dt.date()


def local_hour(instant: str, zones: Sequence[str]) -> pl.Expr:
    """The hour of the day, 0 to 23, of an instant in the row's own `zone`, one of `zones`."""
    return _local(instant, zones).dt.hour()


def calendar_seconds(start: str, end: str) -> pl.Expr:
    """Elapsed seconds between two instants, to the nearest second; null where one is missing."""
    microseconds = (pl.col(end) - pl.col(start)).dt.total_microseconds()
    return (microseconds + 500_000) // 1_000_000


def _local(instant: str, zones: Sequence[str]) -> pl.Expr:
    """The wall clock at an instant."""
    utc = pl.col(instant).dt.replace_time_zone("UTC")
    clocks = {zone: utc.dt.convert_time_zone(zone).dt.replace_time_zone(None) for zone in zones}
    if len(clocks) == 1:
        return next(iter(clocks.values()))
    return pl.coalesce(pl.when(pl.col("zone") == zone).then(clock) for zone, clock in clocks.items())
