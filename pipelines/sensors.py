"""What starts a run by itself: new exports start one nightly run, changed definitions one backfill.

Both look every minute, take no lock, and ask for nothing while a run is waiting or at work: a minute later they look
again. What was asked for once is not asked for again; where that run fails it is retried, else the next night does it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import dagster as dg

from okr_analytics.alerting import run_failed
from okr_analytics.desk import read_desk
from okr_analytics.errors import OkrError
from okr_analytics.home import Home
from okr_analytics.landing.arrivals import Seen, arrivals, asked_for
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.keeping.changes import Change, changes, days_touched
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.publish import published_as_of
from pipelines.alerts import VARIABLE, send
from pipelines.failures import recorded_failure
from pipelines.nightly import JOB, day_tags, night_tags
from pipelines.resources import BACKFILL, CHANGED, HEADLESS, RANGE_END, must_compute_all

NEW_EXPORTS = "okr/new_exports"
WILL_RETRY = "dagster/will_retry"
EVERY_SECONDS = 60
MOST_NAMED = 10
UNCHANGED = "unchanged"
AT_WORK = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
           dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]  # fmt: skip
LONGEST_RUN = timedelta(hours=6)
"""A run that began earlier and never ended was killed, and blocks nobody."""

Job = Any  # Dagster keeps the type to itself
Found = dg.SensorResult | dg.SkipReason
Look = Callable[[dg.SensorEvaluationContext], Found]


def exports_sensor(home: Home, zone: str, jobs: Sequence[Job]) -> dg.SensorDefinition:
    """Looks at the files below exports/. One that still grows waits; several at once are one run."""

    def look(context: dg.SensorEvaluationContext) -> Found:
        found, seen = arrivals(home, Seen.read(context.cursor), datetime.now(UTC).timestamp())
        if not found:
            said = f"{len(seen.waiting)} may still grow" if seen.waiting else "no new file"
            return dg.SensorResult(skip_reason=said, cursor=seen.written())
        if busy := at_work(context.instance):
            return dg.SensorResult(skip_reason=f"{busy}; then: {named(found)}", cursor=seen.written())
        tags = {**night_tags(datetime.now(UTC), zone), NEW_EXPORTS: named(found)}
        return dg.SensorResult([dg.RunRequest(job_name=JOB, tags=tags)], cursor=asked_for(seen, found).written())

    return _sensor("new_exports", "New export files start one nightly run once they have stopped growing.", look, jobs)


def definitions_sensor(home: Home, zone: str, first_partition: date, jobs: Sequence[Job]) -> dg.SensorDefinition:
    """Looks at okrs/*.yaml. Where more than definitions has changed, only a nightly run can restate them.

    A definition may speak of days before the first partition that was loaded; it is restated over its whole window all
    the same.
    """

    def look(context: dg.SensorEvaluationContext) -> Found:
        published = published_as_of(home)
        if published is None:
            return dg.SkipReason("nothing is published yet")
        try:
            changed = changes(home, read_definitions(home), published, datetime.now(UTC).replace(tzinfo=None))
            why = must_compute_all(home, read_desk(home), read_catalogue(home), History(home)) if changed else None
        except OkrError as error:
            return dg.SkipReason(f"definitions that cannot be read: {error}")
        if not changed:
            return dg.SensorResult(skip_reason="no definition has changed", cursor=UNCHANGED)
        said, asked = named([str(each) for each in changed], "; "), _content(changed)
        if asked == context.cursor:
            return dg.SkipReason(f"asked for already: {said}")
        if busy := at_work(context.instance):
            return dg.SkipReason(f"{busy}; then: {said}")
        if why:
            request = dg.RunRequest(job_name=JOB, tags={**night_tags(datetime.now(UTC), zone), CHANGED: said})
        else:
            first, last = days_touched(changed, published)
            days = day_tags(max(first, min(first_partition, last)), last)
            request = dg.RunRequest(job_name=BACKFILL, tags={**days, CHANGED: said})
        return dg.SensorResult([request], cursor=asked)

    return _sensor("changed_definitions", "A changed OKR definition starts one backfill over its days.", look, jobs)


def failures_sensor(home: Home) -> dg.SensorDefinition:
    """Sends an alert for every run that failed for good: one that is retried may still succeed, and the command line
    tells of its own."""

    @dg.run_failure_sensor(
        name="failed_runs", minimum_interval_seconds=EVERY_SECONDS, default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"A run that failed for good is told to the addresses in {VARIABLE}.",
    )  # fmt: skip
    def sensor(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run: Any = context.instance.get_run_by_id(context.dagster_run.run_id)
        if HEADLESS.items() <= run.tags.items():
            return dg.SkipReason("the command line told of it")
        if run.tags.get(WILL_RETRY) == "true":
            return dg.SkipReason("it is retried")
        why = recorded_failure(context.instance, run.run_id)
        send(run_failed(home, run.job_name, run.tags.get(RANGE_END), why))
        return None

    return sensor


def at_work(instance: dg.DagsterInstance) -> str | None:
    """The run of this home that is waiting or at work, in words; null where there is none."""
    recent = dg.RunsFilter(statuses=AT_WORK, created_after=datetime.now(UTC) - LONGEST_RUN)
    runs = instance.get_runs(recent, limit=1)
    return f"run {runs[0].run_id[:8]} ({runs[0].job_name}) comes first" if runs else None


def named(things: list[str], between: str = ", ") -> str:
    """The first of some things, and how many more."""
    more = [f"and {len(things) - MOST_NAMED} more"] if len(things) > MOST_NAMED else []
    return between.join([*things[:MOST_NAMED], *more])


def _content(changed: list[Change]) -> str:
    """Another text for every other change, though it be told in the same words."""
    return sha256("; ".join(f"{each.what} {each.changed} {each.content}" for each in changed).encode()).hexdigest()


def _sensor(name: str, description: str, look: Look, jobs: Sequence[Job]) -> dg.SensorDefinition:
    return dg.SensorDefinition(
        name=name,
        evaluation_fn=look,
        jobs=jobs,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=description,
    )
