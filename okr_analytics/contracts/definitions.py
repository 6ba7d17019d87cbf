"""Contracts of what people decided and said: objectives, key results, the cascade, check-ins.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.core import Strings
from okr_analytics.contracts.rows import Instant

KINDS = ("improve", "reach", "maintain", "milestone", "cadence", "all_of")
ROLES = ("key_result", "guardrail", "part", "outcome")
RELATIONS = ("key_result", "guardrail", "outcome", "contributes", "supports")


class Objectives(pa.DataFrameModel):
    """One row is one version of one objective. Null known_to: it is the newest, and still defined."""

    objective_id: str
    version: int = pa.Field(ge=1)
    title: str
    why: str = pa.Field(nullable=True)
    owner: str = pa.Field(nullable=True)
    area: str = pa.Field(nullable=True)
    level: str = pa.Field(nullable=True, isin=("company", "department", "team"))
    ambition: str = pa.Field(isin=("committed", "aspirational"))
    window_start: pl.Date
    window_end: pl.Date
    initiatives: Strings
    parent_id: str = pa.Field(nullable=True)
    supports: Strings
    weight: float = pa.Field(gt=0)
    outcome: str = pa.Field(nullable=True)
    file: str
    changed: str
    reason: str = pa.Field(nullable=True)
    content: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class KeyResults(pa.DataFrameModel):
    """One row is one version of one key result, guardrail, part of an all_of, or outcome. A null target is a draft; a
    milestone, cadence or all_of has no KPI."""

    kr_id: str
    objective_id: str
    version: int = pa.Field(ge=1)
    title: str
    kind: str = pa.Field(isin=KINDS)
    role: str = pa.Field(isin=ROLES)
    part_of: str = pa.Field(nullable=True)
    kpi_id: str = pa.Field(nullable=True)
    filter: str
    direction: str = pa.Field(nullable=True, isin=("higher", "lower"))
    unit: str
    owner: str = pa.Field(nullable=True)
    window_start: pl.Date
    window_end: pl.Date
    weight: float = pa.Field(ge=0)
    over: str
    min_n: int = pa.Field(ge=0)
    baseline_written: str = pa.Field(nullable=True)
    target_written: str = pa.Field(nullable=True)
    file: str
    changed: str
    reason: str = pa.Field(nullable=True)
    effective_from: pl.Date = pa.Field(nullable=True)
    content: str
    known_from: Instant
    known_to: Instant = pa.Field(nullable=True)


class Cascade(pa.DataFrameModel):
    """One row is an objective and something below it, at any depth: a key result, a guardrail, an outcome, or an
    objective that contributes or supports. Share: how much of the objective it makes up; 0 for what does not count."""

    objective_id: str
    member_id: str
    member_kind: str = pa.Field(isin=("key_result", "objective"))
    relation: str = pa.Field(isin=RELATIONS)
    through_id: str
    depth: int = pa.Field(ge=1)
    share: float = pa.Field(ge=0, le=1)


class CheckIns(pa.DataFrameModel):
    """One row is the newest word of one author on a key result, or one of its milestones, on a day. Null: it was not
    said."""

    source: str
    kr_id: str
    day: pl.Date
    milestone: str = pa.Field(nullable=True)
    author: str = pa.Field(nullable=True)
    is_done: bool = pa.Field(nullable=True)
    confidence: float = pa.Field(nullable=True, ge=0, le=10)
    human_status: str = pa.Field(nullable=True, isin=("on_track", "at_risk", "off_track"))
    expires_on: pl.Date = pa.Field(nullable=True)
    comment: str = pa.Field(nullable=True)
    known_from: Instant
