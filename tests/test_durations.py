"""Durations as helpdesks write them, to seconds."""

import polars as pl
import pytest

from okr_analytics.landing.durations import read_durations

DAY, HOUR, MINUTE = 86400, 3600, 60


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        ("95", "min", 95 * MINUTE),
        ("1.5", "h", 90 * MINUTE),
        ("00:15:30", "h", 15 * MINUTE + 30),
        ("00:15", "h", 15 * MINUTE),
        ("126:15:00", "s", 126 * HOUR + 15 * MINUTE),
        ("-1:30", "min", -90 * MINUTE),
        ("1:02:03:04", "s", DAY + 2 * HOUR + 3 * MINUTE + 4),
        ("1.02:03:04", "s", DAY + 2 * HOUR + 3 * MINUTE + 4),
        ("1 day, 2:03:04", "s", DAY + 2 * HOUR + 3 * MINUTE + 4),
        ("2 días 02:00", "s", 2 * DAY + 2 * HOUR),
        ("1 Day 2 Hours", "since_1970", DAY + 2 * HOUR),
        ("1970-01-03 17:30:00", "since_1970", 2 * DAY + 17 * HOUR + 30 * MINUTE),
        ("235,800", "since_1970", 65 * HOUR + 30 * MINUTE),
        ("235,800", "s", 65 * HOUR + 30 * MINUTE),
        ("1,234", "min", None),  # a thousand minutes, or a little more than one
        ("soon", "s", None),
    ],
)
def test_a_duration_is_read_by_what_it_says_and_by_its_unit_where_it_is_a_bare_number(
    cell: str, unit: str, seconds: int | None
) -> None:
    read = read_durations(pl.Series([cell, None]), unit).seconds.to_list()
    assert read == [seconds, None]


def test_cells_written_in_several_ways_are_read_side_by_side() -> None:
    cells = pl.Series(["1970-01-01 00:45:00", "600", "20 Minutes", "1,200", "0:10", None])
    assert read_durations(cells, "since_1970").seconds.to_list() == [2700, 600, 1200, 1200, 600, None]
