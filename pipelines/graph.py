"""The asset graph of one home, with its job, schedule and checks."""

from datetime import UTC, date, datetime

import dagster as dg

from okr_analytics.desk import read_desk
from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions
from pipelines.alerts import is_on
from pipelines.assets import asset, key
from pipelines.nightly import JOB, nightly_schedule, yesterday
from pipelines.page import page_asset
from pipelines.resources import BACKFILL, PAGE, RETRIED, DeskResource
from pipelines.sensors import definitions_sensor, exports_sensor, failures_sensor
from pipelines.steps import backfill_tables, rebuilt_tables, steps

WITHOUT_DEFINITIONS = date(2000, 1, 1)


def first_day(home: Home) -> date:
    """The first day that any key result speaks of; a fixed one where none can be read."""
    try:
        starts = [each.window.first for each in read_definitions(home).key_results]
    except ConfigurationError:
        starts = []
    return min(starts, default=WITHOUT_DEFINITIONS)


def definitions_for(home: Home, earliest: date = date.max) -> dg.Definitions:
    """All assets, checks, the jobs, and what starts them.

    `earliest` is a day that must be a partition too, for a run that speaks of a day before any window; the desk's
    yesterday is one, whatever windows are still to come.
    """
    zone = read_desk(home).time_zone
    first = min(first_day(home), earliest, yesterday(datetime.now(UTC), zone))
    days = dg.DailyPartitionsDefinition(first.isoformat(), timezone=zone)
    tables = [table for step in steps() for table in step.tables]
    jobs = [
        dg.define_asset_job(
            JOB, selection=dg.AssetSelection.all(), description="The whole way, every night.", tags=RETRIED
        ),
        dg.define_asset_job(
            BACKFILL,
            selection=dg.AssetSelection.assets(*map(key, (*backfill_tables(), PAGE))),
            description="Changed definitions restate what they touch; reads no export and no ticket.",
            tags=RETRIED,
        ),
    ]
    return dg.Definitions(
        assets=[*(asset(step, days) for step in steps()), page_asset(home)],
        jobs=jobs,
        schedules=[nightly_schedule(zone)],
        sensors=[
            exports_sensor(home, zone, jobs),
            definitions_sensor(home, zone, first, jobs),
            *([failures_sensor(home)] if is_on() else []),
        ],
        resources={
            "desk_run": DeskResource(
                home_folder=str(home.root),
                tables=tables,
                backfill_tables=list(backfill_tables()),
                rebuilt_tables=list(rebuilt_tables()),
            )
        },
        executor=dg.in_process_executor,
    )
