"""The night begins at 04:15 desk time, once a day, also when the clocks change; it speaks of the day that is over."""

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from conftest import put
from dagster._utils.schedules import schedule_execution_time_iterator

from okr_analytics.home import Home
from pipelines.graph import definitions_for
from pipelines.nightly import CRON, nightly_schedule, yesterday

ONE_HOUR = timedelta(hours=1)
CHANGES = [
    ("Europe/Madrid", date(2026, 3, 29), "02:15Z"),  # spring: 02:00 becomes 03:00
    ("Europe/Madrid", date(2026, 10, 25), "03:15Z"),  # autumn: 03:00 becomes 02:00
    ("America/Sao_Paulo", date(2018, 11, 4), "06:15Z"),  # spring: midnight becomes 01:00
    ("America/Sao_Paulo", date(2018, 2, 18), "07:15Z"),  # autumn: midnight becomes 23:00 of the day before
    ("America/New_York", date(2026, 3, 8), "08:15Z"),
    ("America/New_York", date(2026, 11, 1), "09:15Z"),
    ("Australia/Lord_Howe", date(2026, 10, 4), "17:15Z"),  # by half an hour
    ("Asia/Baku", date(2015, 3, 29), "00:15Z"),  # there is no 04:15: 04:00 becomes 05:00
    ("Asia/Baku", date(2015, 10, 25), "23:15Z"),  # there are two: 05:00 becomes 04:00
]


def fires(zone: str, first: date, last: date) -> list[datetime]:
    """The instants at which Dagster's own iterator starts the schedule on these local days."""
    begin = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    ticks = schedule_execution_time_iterator(begin.timestamp(), CRON, zone, ascending=True)
    return list(takewhile(lambda at: at.date() <= last, ticks))


@pytest.mark.parametrize(("zone", "day", "at"), CHANGES)
def test_it_fires_once_a_day_in_the_weeks_around_a_clock_change(zone: str, day: date, at: str) -> None:
    """At 04:15 by the desk's clock; where the clocks skip that, at 05:15, which is as long after midnight."""
    found = fires(zone, day - timedelta(days=7), day + timedelta(days=7))
    days = [tick.date() for tick in found]
    assert days == sorted(set(days))
    assert set(days) >= {day + timedelta(days=each) for each in range(8)}
    (on_the_day,) = (tick for tick in found if tick.date() == day)
    assert f"{on_the_day.astimezone(UTC):%H:%M}Z" == at
    assert {f"{tick:%H:%M}" for tick in found if tick.date() != day} == {"04:15"}


@pytest.mark.parametrize(("zone", "day"), [(zone, day) for zone, day, _ in CHANGES])
def test_each_of_these_nights_speaks_of_the_day_before(zone: str, day: date) -> None:
    """Whatever hour of the day it is in UTC."""
    schedule = nightly_schedule(zone)
    with dg.DagsterInstance.ephemeral() as instance:
        for tick in fires(zone, day - timedelta(days=2), day + timedelta(days=2)):
            context = dg.build_schedule_context(instance, tick.astimezone(UTC))
            (request,) = schedule.evaluate_tick(context).run_requests or ()
            over = (tick.date() - timedelta(days=1)).isoformat()
            assert (request.tags["dagster/asset_partition_range_start"], request.run_key) == (over, None)
            assert request.tags["dagster/asset_partition_range_end"] == over


@pytest.mark.parametrize("hour", range(24))
def test_yesterday_is_the_desks(hour: int) -> None:
    """In Tokyo the 11th begins at 15:00 UTC, in Los Angeles the 10th at 07:00."""
    now = datetime(2026, 3, 10, hour, 30, tzinfo=UTC)
    assert yesterday(now, "Asia/Tokyo") == date(2026, 3, 10 if hour >= 15 else 9)
    assert yesterday(now, "America/Los_Angeles") == date(2026, 3, 9 if hour >= 7 else 8)


def test_windows_that_are_all_to_come_keep_no_night_from_running(home: Home) -> None:
    """Yesterday is a day of the partitions, though no key result speaks of it yet."""
    kr = "{id: k, title: k, kind: reach, kpi: answered_share, target: 50%}"
    put(
        home, "okrs/o.yaml", f"objectives: [{{id: o, title: O, window: 2126-01-01..2126-03-31, key_results: [{kr}]}}]\n"
    )
    graph = definitions_for(home).resolve_asset_graph()
    partitions = graph.get(dg.AssetKey(["okr", "attainment"])).partitions_def
    assert isinstance(partitions, dg.DailyPartitionsDefinition)
    assert partitions.start.date() == yesterday(datetime.now(UTC), "UTC")
