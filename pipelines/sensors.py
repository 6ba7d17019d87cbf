"""What starts a run by itself: a changed definition starts one backfill over the days that it touches."""

from datetime import UTC, date, datetime
from hashlib import sha256

import dagster as dg

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.keeping.changes import changes, days_touched
from okr_analytics.warehouse.publish import published_as_of
from pipelines.nightly import day_tags
from pipelines.resources import BACKFILL, CHANGED

EVERY_SECONDS = 60
MOST_NAMED = 10


def definitions_sensor(home: Home, first_partition: date) -> dg.SensorDefinition:
    """Looks at okrs/*.yaml every minute; takes no lock. What it has asked for once it does not ask for again: where
    that run fails, the next night restates it.

    A definition may speak of days before the first partition that was loaded; it is restated over its whole window all
    the same.
    """

    @dg.sensor(
        name="changed_definitions", job_name=BACKFILL, minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="A changed OKR definition starts one backfill over the days that it touches.",
    )  # fmt: skip
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        published = published_as_of(home)
        if published is None:
            return dg.SkipReason("nothing is published yet")
        try:
            definitions = read_definitions(home)
        except ConfigurationError as error:
            return dg.SkipReason(f"definitions that cannot be read: {error}")
        changed = changes(home, definitions, published, datetime.now(UTC).replace(tzinfo=None))
        if not changed:
            return dg.SkipReason("no definition has changed")
        said = "; ".join(map(str, changed[:MOST_NAMED]))
        asked = sha256("; ".join(f"{each.what} {each.changed} {each.content}" for each in changed).encode()).hexdigest()
        if asked == context.cursor:
            return dg.SkipReason(f"asked for already: {said}")
        first, last = days_touched(changed, published)
        tags = {**day_tags(max(first, min(first_partition, last)), last), CHANGED: said}
        return dg.SensorResult(run_requests=[dg.RunRequest(tags=tags)], cursor=asked)

    return sensor
