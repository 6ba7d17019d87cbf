"""Contracts of ops: files, checks and generations.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.core import Strings
from okr_analytics.contracts.rows import Instant


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
    read_as: str


class Checks(pa.DataFrameModel):
    """One row is one check of one table, and what it said before that table was published. A failed check of severity
    error publishes nothing. Nothing is found where it passed."""

    table_name: str
    check_name: str
    severity: str = pa.Field(isin=("error", "warning"))
    is_passed: bool
    found: Strings


class Generations(pa.DataFrameModel):
    """One row is one table of one published generation."""

    generation: int = pa.Field(ge=1)
    as_of_date: pl.Date
    table_name: str
    content_hash: str
    row_count: int = pa.Field(ge=0)
    basis: str = pa.Field(nullable=True)
    run_id: str
    published_at: Instant
