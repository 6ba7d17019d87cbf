"""core.checkins: newest rows in; what they say of milestones and how long a human status holds out.

One check-in at a time. Meanings are those of sql/DECISIONS.md; which answer they change is not decided here.
"""

from datetime import timedelta

import polars as pl

from okr_analytics.contracts.core import NulledValues
from okr_analytics.contracts.inputs import CheckIns
from okr_analytics.contracts.validation import conform
from okr_analytics.tickets.build import count_nulled
from okr_analytics.warehouse.engine import Engine

STATUS_HOLDS = timedelta(days=14)
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0, 10
NULLED = {
    "outside_confidence": ("confidence", "outside 0 to 10"),
    "nulled_expires_on": ("expires_on", "before its day"),
}
NEWEST = "select * from work.checkin_deliveries where delivery = 1 order by source, file_id, row_number"
ORDER = ("source", "kr_id", "day", "milestone", "author")


def build_checkins(engine: Engine) -> None:
    """Make core.checkins and work.checkin_contradictions of the newest rows of work.checkin_deliveries."""
    settled = settle(engine.frame(NEWEST).lazy()).collect()
    engine.create("core.checkins", conform(settled.sort(ORDER), CheckIns))
    engine.create("work.checkin_contradictions", conform(count_nulled(settled, NULLED).sort(pl.all()), NulledValues))


def settle(checkins: pl.LazyFrame) -> pl.LazyFrame:
    """One row per check-in: what it says, with flags for what was nulled."""
    return checkins.pipe(null_contradictions).pipe(with_ticks).pipe(with_expiry)


def null_contradictions(checkins: pl.LazyFrame) -> pl.LazyFrame:
    """A confidence off its scale, and an expiry before the day of the check-in, are nulled and flagged."""
    is_confidence = pl.col("confidence").is_between(LEAST_CONFIDENCE, MOST_CONFIDENCE)
    return checkins.with_columns(
        outside_confidence=(~is_confidence).fill_null(value=False),
        nulled_expires_on=(pl.col("expires_on") < pl.col("day")).fill_null(value=False),
    ).with_columns(
        pl.when(~pl.col("outside_confidence")).then("confidence"),
        pl.when(~pl.col("nulled_expires_on")).then("expires_on"),
    )


def with_ticks(checkins: pl.LazyFrame) -> pl.LazyFrame:
    """Adds whether it is done: a milestone that is named is, unless the cell says anything else."""
    is_named = pl.col("milestone").is_not_null() & ~pl.col("done_is_filled")
    return checkins.with_columns(is_done=pl.coalesce("done", pl.when(is_named).then(pl.lit(value=True))))


def with_expiry(checkins: pl.LazyFrame) -> pl.LazyFrame:
    """The last day of every human status, where none is given 14 days after its day; null where there is no status."""
    last = pl.coalesce("expires_on", pl.col("day") + STATUS_HOLDS)
    return checkins.with_columns(expires_on=pl.when(pl.col("human_status").is_not_null()).then(last))
