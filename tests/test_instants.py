"""Instants against Python's own zoneinfo, which works one at a time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_analytics.clock.elapsed import calendar_seconds, local_date
from okr_analytics.landing.instants import read_instants, to_utc

ZONES = ["UTC", "America/New_York", "Africa/Cairo", "Europe/Madrid", "America/Sao_Paulo", "Asia/Kolkata"]


def read(cell: str | None, *formats: str, zone: str = "UTC") -> datetime | None:
    """One cell as an instant."""
    return read_instants(pl.Series("at", [cell], dtype=pl.String), formats, zone)[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10)),
        ("2026-03-02T10:00:00.250Z", datetime(2026, 3, 2, 10, 0, 0, 250_000)),
        ("2026-03-02T10:00:00+02:00", datetime(2026, 3, 2, 8)),
        ("2026-03-02 10:00:00", datetime(2026, 3, 2, 10)),
        ("2026-03-02T10:00", datetime(2026, 3, 2, 10)),
        ("2026-02-30T10:00:00Z", None),
        ("2026-03-02", None),
        ("soon", None),
        (None, None),
    ],
)
def test_iso_is_always_read(cell: str | None, instant: datetime | None) -> None:
    assert read(cell, "%d/%m/%Y %H:%M") == instant


@pytest.mark.parametrize(
    ("cell", "form", "zone", "instant"),
    [
        ("1700000000", "epoch_seconds", "Europe/Madrid", datetime(2023, 11, 14, 22, 13, 20)),
        ("1700000000.5", "epoch_seconds", "UTC", datetime(2023, 11, 14, 22, 13, 20, 500_000)),
        ("1700000000123", "epoch_milliseconds", "Europe/Madrid", datetime(2023, 11, 14, 22, 13, 20, 123_000)),
        ("1e300", "epoch_seconds", "UTC", None),
        ("soon", "epoch_seconds", "UTC", None),
        ("45123.5", "excel_days", "UTC", datetime(2023, 7, 16, 12)),
        ("45123.5", "excel_days", "Europe/Madrid", datetime(2023, 7, 16, 10)),
        ("45123.999988426", "excel_days", "UTC", datetime(2023, 7, 16, 23, 59, 59)),
        ("45123", "excel_days", "UTC", datetime(2023, 7, 16)),
    ],
)
def test_numbers_that_count_since_a_day_are_instants(cell: str, form: str, zone: str, instant: datetime | None) -> None:
    """Seconds since 1970 are the same everywhere; days of a workbook are of its own clock, day 45123 being 16 July 2023
    there."""
    assert read(cell, form, zone=zone) == instant


def test_day_before_month_is_the_profiles_to_say() -> None:
    assert read("3/2/2026 10:00", "%d/%m/%Y %H:%M") == datetime(2026, 2, 3, 10)
    assert read("3/2/2026 10:00", "%m/%d/%Y %H:%M") == datetime(2026, 3, 2, 10)


def test_a_later_format_reads_what_an_earlier_one_could_not() -> None:
    cells = pl.Series(["13/02/2026 10:00", "2026-03-02T10:00:00Z", None, "x"])
    assert read_instants(cells, ["%d/%m/%Y %H:%M"], "UTC").to_list() == [
        datetime(2026, 2, 13, 10), datetime(2026, 3, 2, 10), None, None,
    ]  # fmt: skip


def test_a_time_that_occurs_twice_is_the_first_and_one_that_never_occurs_moves_on() -> None:
    """New York: 01:30 on 1 November 2026 is first 05:30 UTC; 02:30 on 8 March 2026 never was, and is 07:30 UTC."""
    assert read("2026-11-01 01:30:00", zone="America/New_York") == datetime(2026, 11, 1, 5, 30)
    assert read("2026-03-08 02:30:00", zone="America/New_York") == datetime(2026, 3, 8, 7, 30)


INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1))


@settings(max_examples=200, deadline=None)
@given(local=INSTANTS, zone=st.sampled_from(ZONES))
def test_wall_clock_to_utc_agrees_with_zoneinfo(local: datetime, zone: str) -> None:
    local = local.replace(fold=0)
    expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    assert to_utc(pl.Series([local]), zone)[0] == expected


@settings(max_examples=200, deadline=None)
@given(instant=INSTANTS, zone=st.sampled_from(ZONES))
def test_the_local_day_agrees_with_zoneinfo(instant: datetime, zone: str) -> None:
    frame = pl.DataFrame({"at": [instant.replace(fold=0)], "zone": [zone]})
    got = frame.select(one=local_date("at", [zone]), among=local_date("at", ZONES))
    expected = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    assert got.row(0) == (expected, expected)


@settings(max_examples=200, deadline=None)
@given(start=INSTANTS, seconds=st.integers(0, 10**9))
def test_elapsed_seconds_are_exact(start: datetime, seconds: int) -> None:
    start = start.replace(fold=0)
    frame = pl.DataFrame({"start": [start], "end": [start + timedelta(seconds=seconds)]})
    assert frame.select(calendar_seconds("start", "end")).item() == seconds
