"""Contracts of okr: measured values, answers, and what follows from them.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.rows import Instant

KR_STATUSES = (
    "draft", "closed_met", "closed_missed", "closed_no_data", "not_started", "baseline_pending", "too_early",
    "no_data", "stale", "on_track", "at_risk", "off_track",
)  # fmt: skip
CAUSES = (
    "first", "redefinition", "rebaseline", "retarget", "calendar", "methodology", "check_in", "late_data",
)  # fmt: skip
TARGET_KINDS = ("absolute", "relative", "points", "within")
ACHIEVED = ("half_way", "whole_way", "recovered")


class Measurements(pa.DataFrameModel):
    """One row is one KPI under one filter, measured over some days as of one day. Value is null without rows; low and
    high are given on the newest day only, where the statistic has them."""

    kpi_id: str
    filter: str
    over: str
    day: pl.Date
    value: float = pa.Field(nullable=True)
    n: int = pa.Field(ge=0)
    low: float = pa.Field(nullable=True)
    high: float = pa.Field(nullable=True)


class TargetVersions(pa.DataFrameModel):
    """One row is one target of one key result, on the days from valid_from to valid_to. Null valid_from: since ever;
    null valid_to: to the end. Null target_kind: a draft, or a kind that has no target."""

    kr_id: str
    valid_from: pl.Date = pa.Field(nullable=True)
    valid_to: pl.Date = pa.Field(nullable=True)
    target_kind: str = pa.Field(nullable=True, isin=TARGET_KINDS)
    target_amount: float = pa.Field(nullable=True)
    target_until: float = pa.Field(nullable=True)
    required_share: float = pa.Field(ge=0, le=1)
    version: int = pa.Field(ge=1)
    known_from: Instant


class Baselines(pa.DataFrameModel):
    """One row is one computed baseline that was frozen. Drift is reported and not applied; null where today's value is
    not known."""

    kr_id: str
    kpi_id: str
    filter: str
    period_start: pl.Date
    period_end: pl.Date
    frozen_on: pl.Date
    value: float
    n: int = pa.Field(ge=0)
    value_today: float = pa.Field(nullable=True)
    drift: float = pa.Field(nullable=True)
    known_from: Instant


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
    gap: float = pa.Field(nullable=True)
    status: str = pa.Field(isin=KR_STATUSES)
    n: int = pa.Field(nullable=True, ge=0)
    flag: str = pa.Field(nullable=True)
    cause: str = pa.Field(isin=CAUSES)
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
    flag: str = pa.Field(nullable=True)
    cause: str = pa.Field(isin=CAUSES)
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class Grades(pa.DataFrameModel):
    """One row is the grade of a closed window, frozen as it was reported. Null attainment: it could not be known."""

    objective_id: str
    kr_id: str = pa.Field(nullable=True)
    window_start: pl.Date
    window_end: pl.Date
    attainment: float = pa.Field(nullable=True, ge=0, le=1)
    status: str = pa.Field(isin=KR_STATUSES)
    revision: int = pa.Field(ge=1)
    known_from: Instant


class Outlook(pa.DataFrameModel):
    """One row is what follows from the newest answer about a key result as of one day, without being part of it. Null
    where it cannot be told."""

    kr_id: str
    as_of_date: pl.Date
    expected: float = pa.Field(nullable=True, ge=0, le=1)
    gap: float = pa.Field(nullable=True)
    distance: float = pa.Field(nullable=True)
    needed_from_here: float = pa.Field(nullable=True)
    needed_note: str = pa.Field(nullable=True)
    projected: float = pa.Field(nullable=True)
    projected_low: float = pa.Field(nullable=True)
    projected_high: float = pa.Field(nullable=True)
    value_low: float = pa.Field(nullable=True)
    value_high: float = pa.Field(nullable=True)
    budget: float = pa.Field(nullable=True, ge=0)
    burn: float = pa.Field(nullable=True, ge=0)
    confidence: float = pa.Field(nullable=True, ge=0, le=10)
    human_status: str = pa.Field(nullable=True, isin=("on_track", "at_risk", "off_track"))
    human_status_on: pl.Date = pa.Field(nullable=True)
    comment: str = pa.Field(nullable=True)
    is_provisional: bool


class Pace(Attainment, Outlook):
    """One row is the newest answer about a key result as of one day, with what follows from it."""


class Restatements(pa.DataFrameModel):
    """One row is a number that moved: an answer that replaced another one for the same day. Null kr_id: it is about the
    objective itself."""

    objective_id: str
    kr_id: str = pa.Field(nullable=True)
    as_of_date: pl.Date
    revision: int = pa.Field(ge=2)
    old_value: float = pa.Field(nullable=True)
    new_value: float = pa.Field(nullable=True)
    old_baseline: float = pa.Field(nullable=True)
    new_baseline: float = pa.Field(nullable=True)
    old_target: float = pa.Field(nullable=True)
    new_target: float = pa.Field(nullable=True)
    old_attainment: float = pa.Field(nullable=True)
    new_attainment: float = pa.Field(nullable=True)
    old_status: str
    new_status: str
    cause: str = pa.Field(isin=CAUSES)
    is_material: bool
    known_from: Instant


class Achievements(pa.DataFrameModel):
    """One row is something that a key result reached, on the first day on which it had."""

    kr_id: str
    objective_id: str
    achieved: str = pa.Field(isin=ACHIEVED)
    as_of_date: pl.Date
    attainment: float = pa.Field(ge=0, le=1)


class Realism(pa.DataFrameModel):
    """One row is a key result that asks for a move, beside the largest such move that history saw in such a time. Null
    where history is too short to tell."""

    kr_id: str
    asked_move: float
    asked_days: int = pa.Field(ge=1)
    best_move: float = pa.Field(nullable=True)
    best_from: pl.Date = pa.Field(nullable=True)
    best_to: pl.Date = pa.Field(nullable=True)
    was_seen: bool = pa.Field(nullable=True)
