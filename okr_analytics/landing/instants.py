"""Reading instants: from an export's text, by its formats and zone, to UTC without zone."""

from collections.abc import Sequence

import polars as pl

ISO = (
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y%m%dT%H%M%SZ",
    "%Y-%m-%dT%H:%MZ",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
)


def read_instants(text: pl.Series, formats: Sequence[str], time_zone: str) -> pl.Series:
    """Instants in UTC without zone; null where a cell is empty or fits no format.

    Formats are tried in order, each on what is still unread. A local time that occurs twice (clocks go back) is the
    first; one that never occurs (clocks go forward) is what a clock that was not changed would have shown.
    """
    instants = pl.repeat(None, len(text), dtype=pl.Datetime("us"), eager=True).alias(text.name)
    for form in (*formats, *ISO):
        if instants.null_count() == text.null_count():
            break
        left = text if instants.null_count() == len(text) else text.set(instants.is_not_null(), None)
        instants = instants.zip_with(instants.is_not_null(), _read(left, form, time_zone))
    return instants


def _read(text: pl.Series, form: str, time_zone: str) -> pl.Series:
    own_offset = "%z" in form
    chrono_format = form.replace("%z", "%#z")
    read = text.str.to_datetime(chrono_format, strict=False, cache=False, time_unit="us")
    if own_offset:
        return read.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return read if form.endswith("Z") or time_zone == "UTC" else to_utc(read, time_zone)


def to_utc(local: pl.Series, time_zone: str) -> pl.Series:
    """UTC instants of wall-clock times in a zone."""
    exact = _in_zone(local, time_zone)
    if exact.null_count() == local.null_count():
        return exact
    return exact.zip_with(exact.is_not_null(), _in_zone(local.dt.offset_by("1h"), time_zone))


def _in_zone(local: pl.Series, time_zone: str) -> pl.Series:
    zoned = local.dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
