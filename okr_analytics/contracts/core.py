"""Contracts of core: tickets and what became of their rows.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.columns import CHANNELS, CLOCKS, ESCALATION_REASONS, STATUSES, TIMED, UNKNOWN
from okr_analytics.contracts.kinds import INPUTS
from okr_analytics.contracts.rows import Instant

Strings = Annotated[pl.List, pl.String()]
ORIGINS = ("export", "history", "closed", "derived")
CAUSES_OF_DIFFERENCE = ("missing", "agrees", "rounding", "reopened", "time_zone", "schedule", "unexplained")
CHANNELS_OR_UNKNOWN = (*CHANNELS, UNKNOWN)


class TicketKey(pa.DataFrameModel):
    """The key of a ticket."""

    source: str
    ticket_id: str


class Dimensions(pa.DataFrameModel):
    """The dimensions of a row; a missing one is the member 'unknown'."""

    channel: str = pa.Field(isin=CHANNELS_OR_UNKNOWN)
    topic: str
    priority: str
    team: str
    agent: str
    segment: str


class TicketDimensions(Dimensions, TicketKey):
    """The dimensions of a ticket's newest version; a missing one is the member 'unknown'."""


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
    first_response_from: str = pa.Field(nullable=True, isin=ORIGINS)
    first_resolved_from: str = pa.Field(nullable=True, isin=ORIGINS)
    resolved_from: str = pa.Field(nullable=True, isin=ORIGINS)
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
    first_response_sla_met_by_source: bool = pa.Field(nullable=True)
    source_first_response_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    source_first_response_business_seconds: int = pa.Field(nullable=True, ge=0)
    source_first_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    source_first_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    source_full_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    source_full_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    opened_date: pl.Date
    first_response_date: pl.Date = pa.Field(nullable=True)
    first_resolved_date: pl.Date = pa.Field(nullable=True)
    resolved_date: pl.Date = pa.Field(nullable=True)
    closed_date: pl.Date = pa.Field(nullable=True)
    reopened_date: pl.Date = pa.Field(nullable=True)
    first_reopened_date: pl.Date = pa.Field(nullable=True)
    escalated_date: pl.Date = pa.Field(nullable=True)
    exported_date: pl.Date = pa.Field(nullable=True)
    opened_hour: int = pa.Field(ge=0, le=23)
    opened_out_of_hours: bool = pa.Field(nullable=True)
    first_response_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    first_response_business_seconds: int = pa.Field(nullable=True, ge=0)
    first_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    first_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    full_resolution_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    full_resolution_business_seconds: int = pa.Field(nullable=True, ge=0)
    is_reopened_within_7_days: bool = pa.Field(nullable=True)
    first_response_due_at: Instant = pa.Field(nullable=True)
    first_response_due_date: pl.Date = pa.Field(nullable=True)
    first_response_sla_met: bool = pa.Field(nullable=True)
    resolution_due_at: Instant = pa.Field(nullable=True)
    resolution_due_date: pl.Date = pa.Field(nullable=True)
    resolution_sla_met: bool = pa.Field(nullable=True)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)


class StatusChanges(TicketKey):
    """One row is one solve that an event history shows, with the reopening that ended it (null: none did)."""

    change_number: int = pa.Field(ge=1)
    solved_at: Instant
    solved_date: pl.Date
    unsolved_date: pl.Date = pa.Field(nullable=True)
    reopened_at: Instant = pa.Field(nullable=True)
    reopened_date: pl.Date = pa.Field(nullable=True)
    calendar_seconds: int = pa.Field(ge=0)
    business_seconds: int = pa.Field(nullable=True, ge=0)


class Reconciliation(TicketKey):
    """One row is one duration of a ticket on one clock, as we and as its source count it; for durations that the source
    ever tells. Null: that side has no figure. Where our instant is their figure, there is no row on the calendar."""

    measure: str = pa.Field(isin=TIMED)
    clock: str = pa.Field(isin=CLOCKS)
    ours_seconds: int = pa.Field(nullable=True, ge=0)
    theirs_seconds: int = pa.Field(nullable=True, ge=0)
    difference_seconds: int = pa.Field(nullable=True)
    precision_seconds: int = pa.Field(ge=1)
    cause: str = pa.Field(isin=CAUSES_OF_DIFFERENCE)


class RemovedTickets(TicketKey):
    """One row is one ticket whose newest version is deleted, merged or spam: it is in no KPI on any day."""

    file_id: str
    row_number: int = pa.Field(ge=1)


class RejectedRows(pa.DataFrameModel):
    """One row is one record that could not stand, with all the reasons. A null ticket_id: it has none."""

    source: str
    file: str
    file_id: str
    row_number: int = pa.Field(ge=1)
    ticket_id: str = pa.Field(nullable=True)
    reasons: Strings
    record: str


class NulledValues(pa.DataFrameModel):
    """One row counts the optional values of one file that could not stand, by column and reason: unreadable or
    unknown ones over all its rows, ones that contradict their ticket or survey over its current ones."""

    file_id: str
    nulled_column: str
    reason: str
    nulled_count: int = pa.Field(ge=1)


class Coverage(pa.DataFrameModel):
    """One row is one kind of input of one source and the days that its exports cover, both inclusive."""

    source: str
    input: str = pa.Field(isin=INPUTS)
    first_day: pl.Date
    last_day: pl.Date


class Days(pa.DataFrameModel):
    """One row is one desk-local day of the quarters that the sources cover, with the periods that it is in."""

    day: pl.Date
    week: pl.Date
    month: pl.Date
    quarter: pl.Date
    weekday: int = pa.Field(ge=1, le=7)
    is_business_day: bool


class Feeds(pa.DataFrameModel):
    """One row is one source that tells what a measure needs, and the days that it covers, both inclusive."""

    measure: str
    source: str
    first_day: pl.Date
    last_day: pl.Date
