"""Contracts of the warehouse's tables: one class per table; its docstring says what a row is and what null means.

What a column means stands in `columns.py`; here stand types, bounds, closed lists and what may be null.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.columns import CHANNELS, ESCALATION_REASONS, STATUSES, UNKNOWN
from okr_analytics.contracts.rows import Instant

Strings = Annotated[pl.List, pl.String()]
CHANNELS_OR_UNKNOWN = (*CHANNELS, UNKNOWN)
GRAINS = ("day", "week", "month", "quarter")
KR_STATUSES = (
    "draft", "closed_met", "closed_missed", "closed_no_data", "not_started", "baseline_pending", "too_early",
    "no_data", "stale", "on_track", "at_risk", "off_track",
)  # fmt: skip


class TicketKey(pa.DataFrameModel):
    """The key of a ticket."""

    source: str
    ticket_id: str


class TicketDimensions(TicketKey):
    """The dimensions of a ticket's newest version; a missing one is the member 'unknown'."""

    channel: str = pa.Field(isin=CHANNELS_OR_UNKNOWN)
    topic: str
    priority: str
    team: str
    agent: str
    segment: str


class Tickets(TicketDimensions):
    """One row is one ticket of one source as its newest accepted version says. Status is open, pending,
    on_hold, solved or closed. Null means not known, never zero."""

    channel_raw: str = pa.Field(nullable=True)
    origin_channel: str = pa.Field(isin=CHANNELS_OR_UNKNOWN)
    customer_key: str = pa.Field(nullable=True)
    tags: str = pa.Field(nullable=True)
    status: str = pa.Field(isin=STATUSES[:-1])
    opened_at: Instant
    first_response_at: Instant = pa.Field(nullable=True)
    first_resolved_at: Instant = pa.Field(nullable=True)
    resolved_at: Instant = pa.Field(nullable=True)
    closed_at: Instant = pa.Field(nullable=True)
    resolved_from: str = pa.Field(nullable=True, isin=("export", "history", "closed", "derived"))
    reopen_count: int = pa.Field(nullable=True, ge=0)
    reopened_at: Instant = pa.Field(nullable=True)
    history_known: bool
    is_folded: bool
    escalated_at: Instant = pa.Field(nullable=True)
    escalation_level: int = pa.Field(nullable=True, ge=0)
    escalation_reason: str = pa.Field(nullable=True, isin=ESCALATION_REASONS)
    reply_count: int = pa.Field(nullable=True, ge=0)
    transfer_count: int = pa.Field(nullable=True, ge=0)
    handle_seconds: int = pa.Field(nullable=True, ge=0)
    wait_seconds: int = pa.Field(nullable=True, ge=0)
    approval_wait_seconds: int = pa.Field(nullable=True, ge=0)
    sla_met_by_source: bool = pa.Field(nullable=True)
    opened_date: pl.Date
    first_response_date: pl.Date = pa.Field(nullable=True)
    first_resolved_date: pl.Date = pa.Field(nullable=True)
    resolved_date: pl.Date = pa.Field(nullable=True)
    closed_date: pl.Date = pa.Field(nullable=True)
    reopened_date: pl.Date = pa.Field(nullable=True)
    first_reopened_date: pl.Date = pa.Field(nullable=True)
    escalated_date: pl.Date = pa.Field(nullable=True)
    exported_date: pl.Date = pa.Field(nullable=True)
    first_response_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    first_response_business_seconds: int = pa.Field(nullable=True, ge=0)
    first_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    first_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    full_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    full_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)


class StatusChanges(TicketKey):
    """One row is one solve that an event history shows, with the reopening that ended it (null: none did)."""

    change_number: int = pa.Field(ge=1)
    solved_at: Instant
    solved_date: pl.Date
    reopened_at: Instant = pa.Field(nullable=True)
    reopened_date: pl.Date = pa.Field(nullable=True)
    calendar_seconds: int = pa.Field(ge=0)
    business_seconds: int = pa.Field(nullable=True, ge=0)


class RemovedTickets(TicketKey):
    """One row is one ticket whose newest version is deleted, merged or spam: it is in no KPI on any day."""

    file_id: str
    row_number: int = pa.Field(ge=1)


class RejectedRows(pa.DataFrameModel):
    """One row is one record that no ticket could be made of, with all the reasons. A null ticket_id: it has none."""

    source: str
    file: str
    row_number: int = pa.Field(ge=1)
    ticket_id: str = pa.Field(nullable=True)
    reasons: Strings
    record: str


class NulledValues(pa.DataFrameModel):
    """One row counts the optional values of one file that could not stand, by column and reason: unreadable or
    unknown ones over all its rows, ones that contradict their ticket over its current tickets."""

    file_id: str
    nulled_column: str
    reason: str
    nulled_count: int = pa.Field(ge=1)


class Coverage(pa.DataFrameModel):
    """One row is one source and the days that its exports cover, both inclusive."""

    source: str
    first_day: pl.Date
    last_day: pl.Date


class Feeds(pa.DataFrameModel):
    """One row is one source that tells what a measure needs, and the days that it covers, both inclusive."""

    measure: str
    source: str
    first_day: pl.Date
    last_day: pl.Date


class Loads(pa.DataFrameModel):
    """One row is one export file ever met, loaded or failed. rows_read = current + superseded + rejected +
    folded + removed; the counts are null where the file could not be read."""

    file: str
    sha256: str
    file_id: str
    source: str
    kind: str = pa.Field(nullable=True)
    status: str = pa.Field(isin=("loaded", "failed"))
    error: str = pa.Field(nullable=True)
    mend: str = pa.Field(nullable=True)
    rows_read: int = pa.Field(nullable=True, ge=0)
    rows_current: int = pa.Field(nullable=True, ge=0)
    rows_superseded: int = pa.Field(nullable=True, ge=0)
    rows_rejected: int = pa.Field(nullable=True, ge=0)
    rows_folded: int = pa.Field(nullable=True, ge=0)
    rows_removed: int = pa.Field(nullable=True, ge=0)
    nulled: str = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    loaded_at: Instant
    run_id: str


class Fact(TicketDimensions):
    """One row is one event of the measure. It counts for `day`, as of every day from counts_from until before
    counts_until (null: for good)."""

    day: pl.Date
    counts_from: pl.Date
    counts_until: pl.Date = pa.Field(nullable=True)


class CountFact(Fact):
    """One row is one event; value is 1 for what happened, or 0 or 1 for what may have."""

    value: int = pa.Field(ge=0)


class DurationFact(Fact):
    """One row is one duration on both clocks; a null on a clock means that it is not known there."""

    calendar_seconds: int = pa.Field(nullable=True, ge=0)
    business_seconds: int = pa.Field(nullable=True, ge=0)


class Catalogue(pa.DataFrameModel):
    """One row is one KPI: a measure, a statistic and, for durations, a clock."""

    kpi_id: str
    title: str
    question: str
    measure: str
    statistic: str
    clock: str = pa.Field(nullable=True, isin=("calendar", "business"))
    unit: str
    direction: str = pa.Field(isin=("higher", "lower", "watch"))
    lower_bound: float = pa.Field(nullable=True)
    upper_bound: float = pa.Field(nullable=True)
    limit_seconds: int = pa.Field(nullable=True, gt=0)
    maturity_days: int = pa.Field(ge=0)


class Results(pa.DataFrameModel):
    """One row is one KPI in one period for one member of one dimension. Value is null where it cannot be known:
    no rows to take a mean of, or a day that no source covers."""

    kpi_id: str
    grain: str = pa.Field(isin=GRAINS)
    period_start: pl.Date
    dimension: str
    member: str
    value: float = pa.Field(nullable=True)
    n: int = pa.Field(ge=0)
    is_complete: bool


class Objectives(pa.DataFrameModel):
    """One row is one version of one objective."""

    objective_id: str
    version: int = pa.Field(ge=1)
    title: str
    why: str = pa.Field(nullable=True)
    owner: str = pa.Field(nullable=True)
    area: str = pa.Field(nullable=True)
    ambition: str = pa.Field(isin=("committed", "aspirational"))
    window_start: pl.Date
    window_end: pl.Date
    initiatives: Strings
    file: str
    changed: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class KeyResults(pa.DataFrameModel):
    """One row is one version of one key result. A null target is a draft."""

    kr_id: str
    objective_id: str
    version: int = pa.Field(ge=1)
    title: str
    kind: str = pa.Field(isin=("improve", "reach"))
    kpi_id: str
    filter: str
    direction: str = pa.Field(isin=("higher", "lower"))
    unit: str
    owner: str = pa.Field(nullable=True)
    window_start: pl.Date
    window_end: pl.Date
    weight: float = pa.Field(gt=0)
    over: str
    min_n: int = pa.Field(ge=1)
    baseline_written: str = pa.Field(nullable=True)
    target_written: str = pa.Field(nullable=True)
    file: str
    changed: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class Measurements(pa.DataFrameModel):
    """One row is one KPI under one filter, measured over some days as of one day. Value is null without rows."""

    kpi_id: str
    filter: str
    over: str
    day: pl.Date
    value: float = pa.Field(nullable=True)
    n: int = pa.Field(ge=0)


class Attainment(pa.DataFrameModel):
    """One row is one answer about one key result as of one day. Null attainment: it cannot be known."""

    kr_id: str
    objective_id: str
    as_of_date: pl.Date
    revision: int = pa.Field(ge=1)
    value: float = pa.Field(nullable=True)
    baseline: float = pa.Field(nullable=True)
    target: float = pa.Field(nullable=True)
    raw: float = pa.Field(nullable=True)
    attainment: float = pa.Field(nullable=True, ge=0, le=1)
    expected: float = pa.Field(nullable=True, ge=0, le=1)
    status: str = pa.Field(isin=KR_STATUSES)
    n: int = pa.Field(nullable=True, ge=0)
    flag: str = pa.Field(nullable=True)
    cause: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class ObjectiveAttainment(pa.DataFrameModel):
    """One row is one answer about one objective as of one day. Null under half coverage."""

    objective_id: str
    as_of_date: pl.Date
    revision: int = pa.Field(ge=1)
    attainment: float = pa.Field(nullable=True, ge=0, le=1)
    expected: float = pa.Field(nullable=True, ge=0, le=1)
    coverage: float = pa.Field(nullable=True, ge=0, le=1)
    grade: float = pa.Field(nullable=True, ge=0, le=1)
    status: str = pa.Field(isin=KR_STATUSES)
    cause: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class Pace(Attainment):
    """One row is the newest answer about one key result as of one day, beside what was expected then."""

    gap: float = pa.Field(nullable=True)


class Generations(pa.DataFrameModel):
    """One row is one table of one published generation."""

    generation: int = pa.Field(ge=1)
    as_of_date: pl.Date
    table_name: str
    content_hash: str
    row_count: int = pa.Field(ge=0)
    run_id: str
    published_at: Instant


CONTRACTS: dict[str, type[pa.DataFrameModel]] = {
    "core.tickets": Tickets,
    "core.status_changes": StatusChanges,
    "core.removed_tickets": RemovedTickets,
    "core.rejected_rows": RejectedRows,
    "core.nulled_values": NulledValues,
    "core.coverage": Coverage,
    "core.feeds": Feeds,
    "ops.loads": Loads,
    "ops.generations": Generations,
    "kpi.catalogue": Catalogue,
    "kpi.results": Results,
    "okr.objectives": Objectives,
    "okr.key_results": KeyResults,
    "okr.measurements": Measurements,
    "okr.attainment": Attainment,
    "okr.latest": Attainment,
    "okr.pace": Pace,
    "okr.objective_attainment": ObjectiveAttainment,
}


def contract(table: str, columns: set[str]) -> type[pa.DataFrameModel]:
    """The contract of a table; a fact's follows from whether it has a value or a duration."""
    if table.startswith("fact."):
        return DurationFact if "calendar_seconds" in columns else CountFact
    return CONTRACTS[table]
