"""Typed cells of parquet, xlsx and jsonl as the text that a CSV would have."""

import polars as pl

TICKS_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
FIRST_DAY, LAST_DAY = -719_162, 2_932_895  # 0001-01-01 and 9999-12-30, counted from 1970-01-01


def as_text(column: pl.Series) -> pl.Series:
    """Typed cells as text; instants as ISO, which every profile reads, with an offset only where they had one."""
    if isinstance(column.dtype, pl.Datetime):
        zone = column.dtype.time_zone
        utc = column.dt.convert_time_zone("UTC") if zone else column
        form = "%Y-%m-%dT%H:%M:%S%.fZ" if zone else "%Y-%m-%dT%H:%M:%S%.f"
        return _formatted(utc, form, utc.to_physical() // TICKS_A_DAY[column.dtype.time_unit])
    if isinstance(column.dtype, pl.Date):
        return _formatted(column, "%Y-%m-%d", column.to_physical())
    if isinstance(column.dtype, pl.List):
        return column.cast(pl.List(pl.String)).list.join(", ").replace("", None)
    if isinstance(column.dtype, pl.Struct):
        return column.struct.json_encode()
    return column.cast(pl.String, strict=False).replace("", None)


def _formatted(column: pl.Series, form: str, days: pl.Series) -> pl.Series:
    """By the calendar; what lies beyond years of four digits is its bare number, which no profile reads."""
    is_known = days.is_between(FIRST_DAY, LAST_DAY)
    beyond = column.set(is_known, None).to_physical().cast(pl.String)
    return column.set(~is_known, None).dt.strftime(form).fill_null(beyond)
