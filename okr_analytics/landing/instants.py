"""Reading instants: from an export's text, by its formats and zone, to UTC without zone."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from okr_analytics.sources.words import plain

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
ISO_DAYS = ("%Y-%m-%d", "%Y%m%d")
MONTHS = {
    "jan": ("ene", "enero", "janeiro", "ian", "ianuarie", "january"),
    "feb": ("febrero", "fev", "fevereiro", "februarie", "february"),
    "mar": ("marzo", "marco", "martie", "march"),
    "apr": ("abr", "abril", "aprilie", "april"),
    "may": ("mayo", "mai", "maio"),
    "jun": ("junio", "junho", "iun", "iunie", "june"),
    "jul": ("julio", "julho", "iul", "iulie", "july"),
    "aug": ("ago", "agosto", "august"),
    "sep": ("sept", "set", "septiembre", "setiembre", "setembro", "septembrie", "september"),
    "oct": ("octubre", "out", "outubro", "octombrie", "october"),
    "nov": ("noviembre", "novembro", "noiembrie", "noi", "november"),
    "dec": ("dic", "diciembre", "dez", "dezembro", "decembrie", "december"),
}
MONTH = r"(\p{L}{3,})\.?"
HALF_OF_DAY = r"(?i)\b([ap])\.?\s?m\b\.?"
EPOCH, DAY_ZERO = datetime(1970, 1, 1), datetime(1899, 12, 30)  # noqa: DTZ001 - UTC, and a workbook's own clock
COUNTED = {
    "epoch_seconds": (EPOCH, 10**6),
    "epoch_milliseconds": (EPOCH, 10**3),
    "excel_days": (DAY_ZERO, 86_400 * 10**6),
}
"""Formats of numbers: from when they count, and how many microseconds one is. Days are of the local clock."""
READABLE = (datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001 - UTC without zone
MOST_MILLISECONDS = 10**14  # three millennia
TELLS_TIME = re.compile("%[-_0]?[HkIlMSTRrXfs+c]")
BARE_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"


def read_instants(text: pl.Series, formats: Sequence[str], time_zone: str) -> pl.Series:
    """Instants in UTC without zone; null where a cell is empty, fits no format, or is no instant that a calendar of
    four-digit years has in every zone.

    Formats are tried in order, each on what is still unread. A local time that occurs twice (clocks go back) is the
    first; one that never occurs (clocks go forward) is what a clock that was not changed would have shown.
    """
    instants = pl.repeat(None, len(text), dtype=pl.Datetime("us"), eager=True).alias(text.name)
    for form in (*_spelled(formats), *ISO):
        if instants.null_count() == text.null_count():
            break
        left = text if instants.null_count() == len(text) else text.set(instants.is_not_null(), None)
        instants = instants.zip_with(instants.is_not_null(), _read(left, form, time_zone))
    return instants.set(~instants.is_between(*READABLE), None)


def read_days(text: pl.Series, formats: Sequence[str], time_zone: str, desk_zone: str) -> pl.Series:
    """Days; null where a cell is empty or fits no format.

    An instant gives the day that it falls on where the desk is; a midnight that names no zone is how spreadsheets
    write a day, and is that day everywhere.
    """
    days = pl.repeat(None, len(text), dtype=pl.Date, eager=True).alias(text.name)
    written = text.str.replace(BARE_MIDNIGHT, "")
    timed = [form for form in formats if TELLS_TIME.search(form) or form in COUNTED]
    for form in (*(form for form in formats if form not in timed), *ISO_DAYS):
        if days.null_count() == text.null_count():
            return days
        days = days.zip_with(days.is_not_null(), written.str.to_date(form, strict=False, cache=False))
    days = days.set(~days.is_between(READABLE[0].date(), READABLE[1].date()), None)
    left = text.set(days.is_not_null(), None)
    instants = read_instants(left, timed, time_zone)
    return days.zip_with(days.is_not_null(), _local(instants, desk_zone).dt.date())


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of a local day, UTC without zone."""
    midnight = datetime.combine(day, time.min)
    last_second = pl.Series([midnight + timedelta(days=1, seconds=-1)])
    return to_utc(last_second, zone).item()  # type: ignore[no-any-return]


def _spelled(formats: Sequence[str]) -> list[str]:
    """Months are read by their three letters, which those of other languages are turned into."""
    return [form.replace("%B", "%b") for form in formats]


def _in_english(text: pl.Series, form: str) -> pl.Series:
    """Names of months and halves of the day, in four languages, as the format reads them."""
    if "%b" in form:
        found = text.str.extract(MONTH)
        names = {each: _month(each) for each in found.unique().drop_nulls()}
        english = found.replace_strict(names, return_dtype=pl.String)
        text = pl.select(pl.lit(text).str.replace(MONTH, pl.lit(english))).to_series().alias(text.name)
    if "%p" in form.lower():
        text = text.str.replace(HALF_OF_DAY, "${1}m")
    return text


def _month(name: str) -> str:
    word = plain(name)
    return next((month for month, names in MONTHS.items() if word == month or word in names), name)


def _local(instants: pl.Series, zone: str) -> pl.Series:
    return instants.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


def _read(text: pl.Series, form: str, time_zone: str) -> pl.Series:
    if form in COUNTED:
        return _counted(text, form, time_zone)
    own_offset = "%z" in form
    chrono_format = form.replace("%z", "%#z")
    text = _in_english(text, form)
    read = text.str.to_datetime(chrono_format, strict=False, cache=False, time_unit="us")
    if own_offset:
        return read.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return read if form.endswith("Z") or time_zone == "UTC" else to_utc(read, time_zone)


def _counted(text: pl.Series, form: str, time_zone: str) -> pl.Series:
    """Instants of numbers, to the millisecond; what is no number, or far beyond any calendar, is null."""
    since, microseconds = COUNTED[form]
    milliseconds = (text.cast(pl.Float64, strict=False) * (microseconds / 1000)).round()
    milliseconds = milliseconds.set(~(milliseconds.abs() < MOST_MILLISECONDS), None)
    read = pl.lit(since).cast(pl.Datetime("us")) + pl.duration(milliseconds=pl.lit(milliseconds.cast(pl.Int64)))
    instants = pl.select(read.alias(text.name)).to_series()
    return to_utc(instants, time_zone) if since == DAY_ZERO and time_zone != "UTC" else instants


def to_utc(local: pl.Series, time_zone: str) -> pl.Series:
    """UTC instants of wall-clock times in a zone."""
    exact = _in_zone(local, time_zone)
    if exact.null_count() == local.null_count():
        return exact
    return exact.zip_with(exact.is_not_null(), _in_zone(local.dt.offset_by("1h"), time_zone))


def _in_zone(local: pl.Series, time_zone: str) -> pl.Series:
    zoned = local.dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
