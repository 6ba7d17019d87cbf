"""core.surveys: newest versions in, with local days, scores and the time to the desk's reply out."""

from datetime import timedelta

import polars as pl

from okr_analytics.clock.elapsed import calendar_seconds, local_date
from okr_analytics.clock.rows import with_business_seconds
from okr_analytics.contracts.core import NulledValues
from okr_analytics.contracts.inputs import Surveys
from okr_analytics.contracts.kinds import QUESTIONS
from okr_analytics.contracts.validation import conform
from okr_analytics.desk import Desk
from okr_analytics.inputs.answers import NULLED, judge_scores, null_contradictions, score_answers
from okr_analytics.tickets.build import count_nulled, zoned, zones_of
from okr_analytics.warehouse.engine import Engine

LOCAL_DAYS = ("sent", "answered", "replied")
ANSWER_DUE = timedelta(hours=24)


def build_surveys(engine: Engine, desk: Desk) -> None:
    """Make core.surveys and work.survey_contradictions of work.survey_versions."""
    surveys = engine.frame("select * from work.survey_versions order by source, survey_id").lazy()
    settled = settle(surveys, desk, zones_of(engine, desk)).collect()
    settled = with_business_seconds(settled, desk, "answered_at", {"reply_business_seconds": "replied_at"})
    engine.create("core.surveys", conform(settled, Surveys))
    totals = count_nulled(settled, NULLED)
    engine.create("work.survey_contradictions", conform(totals.sort(pl.all()), NulledValues))


def settle(surveys: pl.LazyFrame, desk: Desk, zones: list[str]) -> pl.LazyFrame:
    """One row per survey version: what it says, made consistent, with flags for what was nulled."""
    scales_known = {question: desk.scales(question) for question in QUESTIONS}
    return (
        surveys.pipe(null_contradictions)
        .pipe(zoned, desk)
        .pipe(with_days, zones)
        .pipe(with_reply_times)
        .pipe(score_answers, scales_known)
        .pipe(judge_scores)
    )


def with_days(surveys: pl.LazyFrame, zones: list[str]) -> pl.LazyFrame:
    """Adds the desk-local day of each instant, and that on which 24 hours had passed since the answer."""
    return surveys.with_columns(feedback_due_at=pl.col("answered_at") + ANSWER_DUE).with_columns(
        feedback_due_date=local_date("feedback_due_at", zones),
        **{f"{name}_date": local_date(f"{name}_at", zones) for name in LOCAL_DAYS},
    )


def with_reply_times(surveys: pl.LazyFrame) -> pl.LazyFrame:
    """Adds how long the customer waited for the desk's reply, and whether it was within 24 hours."""
    return surveys.with_columns(
        reply_calendar_seconds=calendar_seconds("answered_at", "replied_at"),
        replied_within_24_hours=pl.col("replied_at") <= pl.col("feedback_due_at"),
    )
