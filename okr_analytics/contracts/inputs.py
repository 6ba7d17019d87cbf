"""Contracts of what a desk knows beside its tickets: surveys, knowledge-base articles, observations, check-ins.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.columns import HUMAN_STATUSES
from okr_analytics.contracts.core import Dimensions
from okr_analytics.contracts.rows import Instant


class SurveyKey(pa.DataFrameModel):
    """The key of a survey, and the ticket that it is about; null where it is about none."""

    source: str
    survey_id: str
    ticket_id: str = pa.Field(nullable=True)


class Surveys(Dimensions, SurveyKey):
    """One row is one survey of one source as its newest accepted version says. Scores run from 0, the least answer
    on the scale of the day, to 1. Null: not answered, not asked, or an answer outside its scale; never zero."""

    customer_key: str = pa.Field(nullable=True)
    sent_at: Instant = pa.Field(nullable=True)
    answered_at: Instant = pa.Field(nullable=True)
    replied_at: Instant = pa.Field(nullable=True)
    sent_date: pl.Date = pa.Field(nullable=True)
    answered_date: pl.Date = pa.Field(nullable=True)
    replied_date: pl.Date = pa.Field(nullable=True)
    feedback_due_date: pl.Date = pa.Field(nullable=True)
    replied_within_24_hours: bool = pa.Field(nullable=True)
    reply_calendar_seconds: int = pa.Field(nullable=True, ge=0)
    reply_business_seconds: int = pa.Field(nullable=True, ge=0)
    csat: float = pa.Field(nullable=True)
    csat_score: float = pa.Field(nullable=True, ge=0, le=1)
    nps: float = pa.Field(nullable=True, ge=0, le=10)
    effectively_resolved_score: float = pa.Field(nullable=True, ge=0, le=1)
    friendly_score: float = pa.Field(nullable=True, ge=0, le=1)
    felt_heard_score: float = pa.Field(nullable=True, ge=0, le=1)
    is_positive: bool = pa.Field(nullable=True)
    is_promoter: bool = pa.Field(nullable=True)
    nps_points: int = pa.Field(nullable=True, isin=(-100, 0, 100))
    is_effectively_resolved: bool = pa.Field(nullable=True)
    is_friendly: bool = pa.Field(nullable=True)
    is_felt_heard: bool = pa.Field(nullable=True)
    has_comment: bool = pa.Field(nullable=True)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)


class Articles(pa.DataFrameModel):
    """One row is one knowledge-base article of one source on one day. A null count: the source does not say."""

    source: str
    article_id: str
    title: str = pa.Field(nullable=True)
    topic: str
    day: pl.Date
    views: int = pa.Field(nullable=True, ge=0)
    helpful_votes: int = pa.Field(nullable=True, ge=0)
    unhelpful_votes: int = pa.Field(nullable=True, ge=0)
    tickets_after_view: int = pa.Field(nullable=True, ge=0)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)


class ObservationKey(pa.DataFrameModel):
    """The key of an observation, but for its dimensions."""

    source: str
    metric: str
    day: pl.Date


class Observations(Dimensions, ObservationKey):
    """One row is one metric that the desk does not produce itself, on one day, for one combination of dimensions:
    a value, or a numerator and a denominator (both where the source gives both). Null: the source does not say."""

    value: float = pa.Field(nullable=True)
    numerator: float = pa.Field(nullable=True)
    denominator: float = pa.Field(nullable=True, gt=0)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)


class CheckIns(pa.DataFrameModel):
    """One row is what one author said about one key result, or one milestone of it, on one day, as the newest row
    says. Null: it was not said, or could not stand. The key result need not be defined (yet)."""

    source: str
    kr_id: str
    day: pl.Date
    milestone: str = pa.Field(nullable=True)
    is_done: bool = pa.Field(nullable=True)
    confidence: float = pa.Field(nullable=True, ge=0, le=10)
    human_status: str = pa.Field(nullable=True, isin=HUMAN_STATUSES)
    expires_on: pl.Date = pa.Field(nullable=True)
    comment: str = pa.Field(nullable=True)
    author: str = pa.Field(nullable=True)
    updated_at: Instant = pa.Field(nullable=True)
    exported_at: Instant = pa.Field(nullable=True)
    file_id: str
    row_number: int = pa.Field(ge=1)
