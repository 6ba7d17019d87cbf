"""Contracts of landed rows: what a canonical row must satisfy to be accepted.

The name of a check is the reason that `core.rejected_rows` gives. Unknown columns are news, not noise.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.columns import CHANNELS, ESCALATION_REASONS, INSTANTS, SOLVED_STATUSES, STATUSES

Instant = Annotated[pl.Datetime, "us", None]


def unreadable(column: str) -> str:
    """Name of the flag that a filled cell of `column` could not be read as an instant."""
    return f"unreadable_{column}"


class TicketRow(pa.DataFrameModel):
    """One row is one version of a ticket as one export file gives it. Null means that the file does not say."""

    row_number: int
    ticket_id: str = pa.Field(nullable=True)
    channel: str = pa.Field(nullable=True, isin=CHANNELS)
    channel_raw: str = pa.Field(nullable=True)
    origin_channel: str = pa.Field(nullable=True, isin=CHANNELS)
    topic: str = pa.Field(nullable=True)
    priority: str = pa.Field(nullable=True)
    team: str = pa.Field(nullable=True)
    agent: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)
    tags: str = pa.Field(nullable=True)
    customer_key: str = pa.Field(nullable=True)
    status: str = pa.Field(nullable=True, isin=STATUSES)
    escalation_reason: str = pa.Field(nullable=True, isin=ESCALATION_REASONS)
    opened_at: Instant = pa.Field(nullable=True)
    first_response_at: Instant = pa.Field(nullable=True)
    first_resolved_at: Instant = pa.Field(nullable=True)
    resolved_at: Instant = pa.Field(nullable=True)
    closed_at: Instant = pa.Field(nullable=True)
    reopened_at: Instant = pa.Field(nullable=True)
    escalated_at: Instant = pa.Field(nullable=True)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    reopen_count: int = pa.Field(nullable=True, ge=0)
    reply_count: int = pa.Field(nullable=True, ge=0)
    transfer_count: int = pa.Field(nullable=True, ge=0)
    escalation_level: int = pa.Field(nullable=True, ge=0)
    handle_seconds: int = pa.Field(nullable=True, ge=0)
    wait_seconds: int = pa.Field(nullable=True, ge=0)
    approval_wait_seconds: int = pa.Field(nullable=True, ge=0)
    sla_met_by_source: bool = pa.Field(nullable=True)


class EventRow(TicketRow):
    """One row is one event of a ticket's history as one export file gives it."""

    event_at: Instant = pa.Field(nullable=True)
    event_sequence: int = pa.Field(nullable=True)
    is_response: bool = pa.Field()


TICKET_RULES = {
    "no_ticket_id": pl.col("ticket_id").is_not_null(),
    "no_opened_at": pl.col("opened_at").is_not_null() | pl.col(unreadable("opened_at")),
    "resolved_before_opened": pl.col("resolved_at") >= pl.col("opened_at"),
    "closed_before_opened": pl.col("closed_at") >= pl.col("opened_at"),
    "opened_in_the_future": pl.col("opened_at") <= pl.col("opened_limit_at"),  # a day past the export
    "opened_before_1970": pl.col("opened_at") >= pl.datetime(1970, 1, 1),
    **{unreadable(column): ~pl.col(unreadable(column)) for column in INSTANTS},
}
EVENT_RULES = {
    **TICKET_RULES,
    "no_event_at": pl.col("event_at").is_not_null() | pl.col(unreadable("event_at")),
    "solved_event_before_opened": ~pl.col("status").is_in(SOLVED_STATUSES)
    | (pl.col("event_at") >= pl.col("opened_at")),
    unreadable("event_at"): ~pl.col(unreadable("event_at")),
}


def _with_rules(model: type[pa.DataFrameModel], rules: dict[str, pl.Expr]) -> pa.DataFrameSchema:
    """The model's schema with row rules; what cannot be compared because a side is missing breaks no rule."""
    schema = model.to_schema()
    schema.checks = [_rule(name, rule.fill_null(value=True)) for name, rule in rules.items()]
    return schema


def _rule(name: str, rule: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(rule), name=name)


TICKET_ROW = _with_rules(TicketRow, TICKET_RULES)
EVENT_ROW = _with_rules(EventRow, EVENT_RULES)
