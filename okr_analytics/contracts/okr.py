"""Contracts of okr: definitions, measured values and answers.

One class per table; its docstring says what a row is and what null means. What a column means stands in
`columns.py`; here stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.core import Strings
from okr_analytics.contracts.rows import Instant

KR_STATUSES = (
    "draft", "closed_met", "closed_missed", "closed_no_data", "not_started", "baseline_pending", "too_early",
    "no_data", "stale", "on_track", "at_risk", "off_track",
)  # fmt: skip


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
    min_n: int = pa.Field(ge=0)
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
    gap: float = pa.Field(nullable=True)
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
