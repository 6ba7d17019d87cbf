"""Durations as exports write them: bare numbers in a unit, clocks, words in four languages, instants since 1970."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_analytics.landing.durations import read_durations


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        ("90", "s", 90), ("90", "min", 5400), ("1.5", "h", 5400), ("1,5", "h", 5400), ("2", "d", 172_800),
        ("1500", "ms", 1.5), ("1:30:00", "h", 5400), ("01:30", "min", 5400), ("26:00:05", "h", 93_605),
        ("-0:15", "min", -900), ("1d 2:00:00", "s", 93_600), ("2 02:00:00", "s", 180_000),
        ("3 days, 4:00:00", "h", 273_600),
        ("2h 30m", "min", 9000), ("-1h 5m", "min", -3900), ("1 día y 3 horas", "s", 97_200),
        ("2 zile 3 ore", "s", 183_600),
        ("45 minutos", "h", 2700), ("1w", "s", 604_800), ("soon", "min", None), ("2 parsecs", "min", None),
        ("", "min", None),
        ("1970-01-02 03:00:00", "since_1970", 97_200), ("5400", "since_1970", 5400),
        ("1 Day 2 Hours", "since_1970", 93_600), ("235,800", "since_1970", 235_800),
        ("235,800", "s", 235_800), ("235,800", "min", None),  # nobody tells thousandths of a second, of a minute maybe
        ("1899-12-31 12:00:00", "s", 43_200),  # a workbook's 0.5 days
        ("1900-01-03 12:00:00", "s", 302_400),  # 3.5 days
        ("1900-03-01 00:00:00", "s", 61 * 86_400),  # its 61st day, though there was no 29 February
    ],
)  # fmt: skip
def test_a_duration_says_its_unit_or_has_its_columns(cell: str, unit: str, seconds: float | None) -> None:
    assert read_durations(pl.Series([cell or None], dtype=pl.String), unit).seconds.to_list() == [seconds]


@pytest.mark.parametrize(
    ("cells", "unit", "within"),
    [
        (["5", "7"], "min", 60), (["5", "7"], "h", 3600), (["5.25", "7"], "h", 36), (["1:05:07"], "h", 1),
        (["1:05"], "min", 60), (["1:05", "1:05:07"], "min", 1), (["1:05:07", "9"], "min", 60),
        (["2h 5m", "1 day"], "s", 60), (["1 day", "9"], "h", 86_400),
        ([None], "min", None),
    ],
)  # fmt: skip
def test_a_duration_is_told_within_its_coarsest_unit(cells: list[str | None], unit: str, within: int | None) -> None:
    assert read_durations(pl.Series(cells, dtype=pl.String), unit).precision_seconds == within


def test_durations_written_in_several_ways_are_read_side_by_side() -> None:
    cells = pl.Series(["1970-01-01 00:45:00", "600", "20 Minutes", "1,200", "0:10", None])
    assert read_durations(cells, "since_1970").seconds.to_list() == [2700, 600, 1200, 1200, 600, None]


@given(st.integers(min_value=0, max_value=10**7), st.sampled_from(["", "-"]))
def test_a_clock_reads_back_what_it_was_written_from(seconds: int, sign: str) -> None:
    written = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    read = read_durations(pl.Series([written]), "min").seconds[0]
    assert read == (-seconds if sign else seconds)
