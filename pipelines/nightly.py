"""The nightly job's name and schedule, and the days that a run covers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.resources import RANGE_END, RANGE_START

JOB = "nightly"
CRON = "15 4 * * *"


def day_tags(first: date, last: date) -> dict[str, str]:
    """The range of days that a run covers; it speaks of the last one."""
    return {RANGE_START: first.isoformat(), RANGE_END: last.isoformat()}


def yesterday(now: datetime, zone: str) -> date:
    """The last day that is over where the desk is."""
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def night_tags(now: datetime, zone: str) -> dict[str, str]:
    """What a nightly run that starts now speaks of: the desk's yesterday."""
    day = yesterday(now, zone)
    return day_tags(day, day)


def nightly_schedule(zone: str) -> dg.ScheduleDefinition:
    """Every night at 04:15 desk time, for the day before. On by itself wherever the definitions are loaded."""

    @dg.schedule(
        name=JOB, job_name=JOB, cron_schedule=CRON, execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return dg.RunRequest(tags=night_tags(context.scheduled_execution_time, zone))

    return schedule
