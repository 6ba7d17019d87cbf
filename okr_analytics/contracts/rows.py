"""Contracts of landed rows: what a canonical row must satisfy to be accepted.

The name of a check is the reason that `core.rejected_rows` gives. Unknown columns are news, not noise.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.columns import (
    CHANNELS,
    ESCALATION_REASONS,
    HUMAN_STATUSES,
    INSTANTS,
    SOLVED_STATUSES,
    STATUSES,
)
from okr_analytics.contracts.kinds import SURVEY_INSTANTS, VERSION_INSTANTS

Instant = Annotated[pl.Datetime, "us", None]


def unreadable(column: str) -> str:
    """Name of the flag that a filled cell of `column` could not be read as an instant."""
    return f"unreadable_{column}"


class Row(pa.DataFrameModel):
    """One row is one row of an export file: where it stands in it, and which version of its thing it is."""

    row_number: int
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)


class RowWithDimensions(Row):
    """Such a row of something that has dimensions. Null means that the file does not say."""

    channel: str = pa.Field(nullable=True, isin=CHANNELS)
    topic: str = pa.Field(nullable=True)
    priority: str = pa.Field(nullable=True)
    team: str = pa.Field(nullable=True)
    agent: str = pa.Field(nullable=True)
    segment: str = pa.Field(nullable=True)


class TicketRow(RowWithDimensions):
    """One row is one version of a ticket as one export file gives it. Null means that the file does not say."""

    ticket_id: str = pa.Field(nullable=True)
    channel_raw: str = pa.Field(nullable=True)
    origin_channel: str = pa.Field(nullable=True, isin=CHANNELS)
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
    reopen_count: int = pa.Field(nullable=True, ge=0)
    reply_count: int = pa.Field(nullable=True, ge=0)
    transfer_count: int = pa.Field(nullable=True, ge=0)
    escalation_level: int = pa.Field(nullable=True, ge=0)
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
    csat: float = pa.Field(nullable=True)
    csat_is_best: bool = pa.Field(nullable=True)
    rated_at: Instant = pa.Field(nullable=True)
    has_comment: bool = pa.Field(nullable=True)


class EventRow(TicketRow):
    """One row is one event of a ticket's history as one export file gives it."""

    event_at: Instant = pa.Field(nullable=True)
    event_sequence: int = pa.Field(nullable=True)
    is_response: bool = pa.Field()


class SurveyRow(RowWithDimensions):
    """One row is one version of a survey as one export file gives it: to whom it went, the answers, and whether the
    desk replied. Null means that the file does not say. What a comment says is not kept."""

    survey_id: str = pa.Field(nullable=True)
    ticket_id: str = pa.Field(nullable=True)
    customer_key: str = pa.Field(nullable=True)
    sent_at: Instant = pa.Field(nullable=True)
    answered_at: Instant = pa.Field(nullable=True)
    replied_at: Instant = pa.Field(nullable=True)
    csat: float = pa.Field(nullable=True)
    csat_is_best: bool = pa.Field(nullable=True)
    nps: float = pa.Field(nullable=True)
    effectively_resolved: float = pa.Field(nullable=True)
    effectively_resolved_is_best: bool = pa.Field(nullable=True)
    friendly: float = pa.Field(nullable=True)
    friendly_is_best: bool = pa.Field(nullable=True)
    felt_heard: float = pa.Field(nullable=True)
    felt_heard_is_best: bool = pa.Field(nullable=True)
    has_comment: bool = pa.Field(nullable=True)


class ArticleRow(Row):
    """One row is one version of what became of a knowledge-base article on one day. Null: the file does not say."""

    article_id: str = pa.Field(nullable=True)
    title: str = pa.Field(nullable=True)
    topic: str = pa.Field(nullable=True)
    day: pl.Date = pa.Field(nullable=True)
    views: int = pa.Field(nullable=True, ge=0)
    helpful_votes: int = pa.Field(nullable=True, ge=0)
    unhelpful_votes: int = pa.Field(nullable=True, ge=0)
    tickets_after_view: int = pa.Field(nullable=True, ge=0)


class ObservationRow(RowWithDimensions):
    """One row is one version of a metric on one day for one combination of dimensions. Null: the file does not say."""

    metric: str = pa.Field(nullable=True)
    day: pl.Date = pa.Field(nullable=True)
    value: float = pa.Field(nullable=True)
    numerator: float = pa.Field(nullable=True)
    denominator: float = pa.Field(nullable=True)


class CheckInRow(pa.DataFrameModel):
    """One row is one version of what was said about a key result on one day. Null: the file does not say;
    `done_is_filled` tells an empty cell from one that says neither yes nor no."""

    row_number: int
    kr_id: str = pa.Field(nullable=True)
    day: pl.Date = pa.Field(nullable=True)
    milestone: str = pa.Field(nullable=True)
    done: bool = pa.Field(nullable=True)
    done_is_filled: bool = pa.Field()
    confidence: float = pa.Field(nullable=True)
    human_status: str = pa.Field(nullable=True, isin=HUMAN_STATUSES)
    expires_on: pl.Date = pa.Field(nullable=True)
    comment: str = pa.Field(nullable=True)
    author: str = pa.Field(nullable=True)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)


EPOCH = pl.datetime(1970, 1, 1)


def _readable(columns: tuple[str, ...]) -> dict[str, pl.Expr]:
    return {unreadable(column): ~pl.col(unreadable(column)) for column in columns}


TICKET_RULES = {
    "no_ticket_id": pl.col("ticket_id").is_not_null(),
    "no_opened_at": pl.col("opened_at").is_not_null() | pl.col(unreadable("opened_at")),
    "resolved_before_opened": pl.col("resolved_at") >= pl.col("opened_at"),
    "closed_before_opened": pl.col("closed_at") >= pl.col("opened_at"),
    "opened_in_the_future": pl.col("opened_at") <= pl.col("latest_at"),  # a day past the export
    "opened_before_1970": pl.col("opened_at") >= EPOCH,
    **_readable(INSTANTS),
}
EVENT_RULES = {
    **TICKET_RULES,
    "no_event_at": pl.col("event_at").is_not_null() | pl.col(unreadable("event_at")),
    "solved_event_before_opened": ~pl.col("status").is_in(SOLVED_STATUSES)
    | (pl.col("event_at") >= pl.col("opened_at")),
    **_readable(("event_at",)),
}
SURVEY_RULES = {
    "no_survey_id": pl.col("survey_id").is_not_null(),
    "no_instant": pl.any_horizontal(
        pl.col("sent_at", "answered_at").is_not_null(), unreadable("sent_at"), unreadable("answered_at")
    ),
    "sent_in_the_future": pl.col("sent_at") <= pl.col("latest_at"),
    "answered_in_the_future": pl.col("answered_at") <= pl.col("latest_at"),
    "sent_before_1970": pl.col("sent_at") >= EPOCH,
    "answered_before_1970": pl.col("answered_at") >= EPOCH,
    **_readable(SURVEY_INSTANTS),
}
DAY_RULES = {
    "no_day": pl.col("day").is_not_null() | pl.col(unreadable("day")),
    "day_in_the_future": pl.col("day") <= pl.col("latest_at").dt.date(),
    "day_before_1970": pl.col("day") >= EPOCH.dt.date(),
    **_readable(("day", *VERSION_INSTANTS)),
}
ARTICLE_RULES = {"no_article_id": pl.col("article_id").is_not_null(), **DAY_RULES}
CHECKIN_RULES = {"no_kr_id": pl.col("kr_id").is_not_null(), **DAY_RULES, **_readable(("expires_on",))}
MOST = 10.0**18
HAS_VALUE = pl.col("value").is_not_null()
HAS_RATIO = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
OBSERVATION_RULES = {
    "no_metric": pl.col("metric").is_not_null(),
    "no_value": HAS_VALUE | HAS_RATIO | pl.col(unreadable("value")),
    "beyond_what_can_be_added_up": pl.max_horizontal(pl.col("value", "numerator", "denominator").abs()) <= MOST,
    "denominator_not_positive": HAS_VALUE | (pl.col("denominator") > 0),
    unreadable("value"): HAS_RATIO | ~pl.col(unreadable("value")),
    **DAY_RULES,
}


def _with_rules(model: type[pa.DataFrameModel], rules: dict[str, pl.Expr]) -> pa.DataFrameSchema:
    """The model's schema with row rules; what cannot be compared because a side is missing breaks no rule."""
    schema = model.to_schema()
    schema.checks = [_rule(name, rule.fill_null(value=True)) for name, rule in rules.items()]
    return schema


def _rule(name: str, rule: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(rule), name=name)


TICKET_ROW = _with_rules(TicketRow, TICKET_RULES)
ROW_MODELS: dict[str, type[pa.DataFrameModel]] = {
    "tickets": TicketRow,
    "events": EventRow,
    "surveys": SurveyRow,
    "articles": ArticleRow,
    "observations": ObservationRow,
    "checkins": CheckInRow,
}
ROW_SCHEMAS = {
    "tickets": TICKET_ROW,
    "events": _with_rules(EventRow, EVENT_RULES),
    "surveys": _with_rules(SurveyRow, SURVEY_RULES),
    "articles": _with_rules(ArticleRow, ARTICLE_RULES),
    "observations": _with_rules(ObservationRow, OBSERVATION_RULES),
    "checkins": _with_rules(CheckInRow, CHECKIN_RULES),
}
