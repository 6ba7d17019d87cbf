"""Contracts of what only the history keeps.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.definitions import KeyResults, Objectives
from okr_analytics.contracts.okr import Attainment, ObjectiveAttainment
from okr_analytics.contracts.rows import Instant


class Computations(pa.DataFrameModel):
    """One row is a change of what all answers rest on, kept in the history only: the desk's calendar, or the method."""

    aspect: str = pa.Field(isin=("calendar", "methodology"))
    fingerprint: str
    known_from: Instant


class FrozenBaselines(pa.DataFrameModel):
    """One row is one computed baseline as it was frozen, kept in the history only."""

    kr_id: str
    basis: str
    kpi_id: str
    filter: str
    period_start: pl.Date
    period_end: pl.Date
    frozen_on: pl.Date
    value: float
    n: int = pa.Field(ge=0)
    known_from: Instant


class _Kept(pa.DataFrameModel):
    """A row of the history. `is_withdrawn`: what stood here is no longer said, and nothing stands in its place."""

    is_withdrawn: bool


class KeptObjectives(Objectives, _Kept):
    """A version of an objective in the history."""


class KeptKeyResults(KeyResults, _Kept):
    """A version of a key result in the history."""


class KeptAttainment(Attainment, _Kept):
    """An answer about a key result in the history."""


class KeptObjectiveAttainment(ObjectiveAttainment, _Kept):
    """An answer about an objective in the history."""
