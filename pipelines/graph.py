"""The asset graph of one home, with its job, schedule and checks."""

from datetime import date

import dagster as dg

from okr_analytics.desk import read_desk
from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions
from pipelines.assets import asset, key
from pipelines.nightly import JOB, nightly_schedule
from pipelines.resources import BACKFILL, DeskResource
from pipelines.sensors import definitions_sensor
from pipelines.steps import renewed, restated, steps

WITHOUT_DEFINITIONS = date(2000, 1, 1)


def first_day(home: Home) -> date:
    """The first day that any key result speaks of; a fixed one where none can be read."""
    try:
        starts = [each.window.first for each in read_definitions(home).key_results]
    except ConfigurationError:
        starts = []
    return min(starts, default=WITHOUT_DEFINITIONS)


def definitions_for(home: Home, earliest: date = date.max) -> dg.Definitions:
    """All assets, checks, the nightly job and its schedule.

    `earliest` is a day that must be a partition too, for a run that speaks of a day before any window.
    """
    zone = read_desk(home).time_zone
    first = min(first_day(home), earliest)
    days = dg.DailyPartitionsDefinition(first.isoformat(), timezone=zone)
    tables = [table for step in steps() for table in step.tables]
    return dg.Definitions(
        assets=[asset(step, days) for step in steps()],
        jobs=[
            dg.define_asset_job(JOB, selection=dg.AssetSelection.all(), description="The whole way, every night."),
            dg.define_asset_job(
                BACKFILL,
                selection=dg.AssetSelection.assets(*map(key, restated())),
                description="Changed definitions restate what they touch; reads no export and no ticket.",
            ),
        ],
        schedules=[nightly_schedule(zone)],
        sensors=[definitions_sensor(home, first)],
        resources={
            "desk_run": DeskResource(
                home_folder=str(home.root), tables=tables, restated=list(restated()), renewed=list(renewed())
            )
        },
        executor=dg.in_process_executor,
    )
