"""core.tickets and the tables beside it, streamed: newest versions in, settled tickets out."""

from collections.abc import Iterator
from functools import partial

import polars as pl

from okr_analytics.clock.elapsed import calendar_seconds, local_date, local_hour
from okr_analytics.clock.rows import with_business_seconds, with_out_of_hours
from okr_analytics.contracts.columns import UNKNOWN
from okr_analytics.contracts.core import NulledValues, RemovedTickets, StatusChanges, Tickets
from okr_analytics.contracts.validation import conform, empty
from okr_analytics.desk import Desk
from okr_analytics.flow import ahead, in_order
from okr_analytics.tickets.promises import with_promises
from okr_analytics.tickets.rules import NULLED, settle
from okr_analytics.warehouse.engine import Engine

LOCAL_DAYS = (
    "opened", "first_response", "first_resolved", "resolved", "closed", "reopened", "first_reopened", "escalated",
    "exported",
)  # fmt: skip
DURATIONS = {
    "first_response": "first_response_at",
    "first_resolution": "first_resolved_at",
    "full_resolution": "resolved_at",
}
DUE_DAYS = ("first_response_due", "resolution_due")


def build_tickets(engine: Engine, desk: Desk) -> None:
    """Make core.tickets, core.removed_tickets and work.contradictions of work.ticket_versions."""
    zones = zones_of(engine, desk)
    nulled = [empty(NulledValues)]
    for table, model in (("core.tickets", Tickets), ("core.removed_tickets", RemovedTickets)):
        engine.create(table, empty(model))
    reader = engine.beside()
    versions = ahead(reader.batches("select * from work.ticket_versions"))
    removals: list[pl.DataFrame] = []

    def kept_tickets() -> Iterator[pl.DataFrame]:
        for kept, removed in in_order(partial(_settled, desk=desk, zones=zones), versions):
            removals.append(conform(removed, RemovedTickets))
            nulled.append(count_nulled(kept, NULLED))
            yield conform(kept, Tickets)

    engine.stream("core.tickets", kept_tickets(), like=empty(Tickets))
    engine.append("core.removed_tickets", pl.concat([empty(RemovedTickets), *removals]))
    reader.close()
    totals = pl.concat(nulled).group_by("file_id", "nulled_column", "reason").sum()
    engine.create("work.contradictions", conform(totals.sort(pl.all()), NulledValues))


def _settled(versions: pl.DataFrame, desk: Desk, zones: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tickets that stay and those that are removed, each with all that can be said of it alone."""
    settled = versions.lazy().pipe(settle).pipe(with_days_and_durations, desk, zones).collect()
    settled = settled.pipe(with_business_time, desk).pipe(with_due_days, zones)
    is_removed = pl.col("status") == "deleted"
    return settled.filter(~is_removed), settled.filter(is_removed)


def build_status_changes(engine: Engine, desk: Desk) -> None:
    """Make core.status_changes of work.solves."""
    solves = engine.frame("select * from work.solves order by source, ticket_id, change_number").lazy()
    zones = zones_of(engine, desk)
    changes = solves.pipe(zoned, desk).with_columns(
        solved_date=local_date("solved_at", zones),
        unsolved_date=local_date("unsolved_at", zones),
        reopened_date=local_date("reopened_at", zones),
        calendar_seconds=calendar_seconds("opened_at", "solved_at"),
    )
    changes = changes.with_columns(pl.col("team").fill_null(UNKNOWN))
    timed = with_business_seconds(changes.collect(), desk, "opened_at", {"business_seconds": "solved_at"})
    engine.create("core.status_changes", conform(timed, StatusChanges))


def with_days_and_durations(tickets: pl.LazyFrame, desk: Desk, zones: list[str]) -> pl.LazyFrame:
    """Adds the desk-local day of each instant, the hour of opening, and each duration on the calendar clock."""
    return tickets.pipe(zoned, desk).with_columns(
        opened_hour=local_hour("opened_at", zones),
        **{f"{name}_date": local_date(f"{name}_at", zones) for name in LOCAL_DAYS},
        **{f"{name}_calendar_seconds": calendar_seconds("opened_at", end) for name, end in DURATIONS.items()},
    )


def with_business_time(tickets: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """Adds what follows from the desk's hours: each duration on the business clock, openings out of hours, SLA."""
    ends = {f"{name}_business_seconds": end for name, end in DURATIONS.items()}
    return (
        tickets.pipe(with_business_seconds, desk, "opened_at", ends)
        .pipe(with_out_of_hours, desk, "opened_at", "opened_out_of_hours")
        .pipe(with_promises, desk)
    )


def with_due_days(tickets: pl.DataFrame, zones: list[str]) -> pl.DataFrame:
    """Adds the desk-local day on which each SLA falls due."""
    return tickets.with_columns(**{f"{name}_date": local_date(f"{name}_at", zones) for name in DUE_DAYS})


def count_nulled(rows: pl.DataFrame, flags: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """How many values of these rows could not stand, by file, column and reason, from their boolean flags."""
    counts = rows.lazy().group_by("file_id").agg(pl.col(*flags).sum().cast(pl.Int64))
    long = counts.unpivot(list(flags), index="file_id", variable_name="flag", value_name="nulled_count")
    return (
        long.filter(pl.col("nulled_count") > 0)
        .with_columns(
            nulled_column=pl.col("flag").replace_strict({flag: column for flag, (column, _) in flags.items()}),
            reason=pl.col("flag").replace_strict({flag: reason for flag, (_, reason) in flags.items()}),
        )
        .select(*NulledValues.to_schema().columns)
        .collect()
    )


def zones_of(engine: Engine, desk: Desk) -> list[str]:
    """The zones of all desks: the desk's own and those that profiles give."""
    own = engine.rows("select distinct desk_time_zone from landing.files where desk_time_zone is not null")
    return sorted({desk.time_zone, *(zone for (zone,) in own)})


def zoned(rows: pl.LazyFrame, desk: Desk) -> pl.LazyFrame:
    """Adds the row's `zone`: that of its source's desk."""
    return rows.with_columns(zone=pl.coalesce("desk_time_zone", pl.lit(desk.time_zone)))
