"""Parting the rows that can stand from those that cannot, each of these with all its reasons."""

import json
import re
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from okr_analytics.errors import DataError

EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
MASK = "***"


@dataclass(frozen=True)
class Parted:
    """A batch of rows in two: what is accepted, and index and reasons of what is not."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame


def part(rows: pl.DataFrame, schema: pa.DataFrameSchema) -> Parted:
    """Split by the schema's row rules. Structure first: a wrong column is our own mistake and raises DataError.

    `rejected` has one row per rejected row: its index in the batch and its reasons, sorted.
    """
    with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
        try:
            schema.validate(rows, lazy=True)
        except SchemaErrors as error:
            raise DataError(f"rows do not have the shape of their contract: {error.failure_cases}") from None
    reasons = _reasons(rows, schema)
    accepted = rows.with_row_index("index").join(reasons, on="index", how="anti").drop("index")
    if len(accepted) + len(reasons) != len(rows):
        raise DataError(f"{len(rows)} rows became {len(accepted)} accepted and {len(reasons)} rejected ones")
    return Parted(accepted, reasons)


def _reasons(rows: pl.DataFrame, schema: pa.DataFrameSchema) -> pl.DataFrame:
    try:
        with config_context(validation_depth=ValidationDepth.DATA_ONLY):
            schema.validate(rows, lazy=True)
    except SchemaErrors as error:
        cases: pl.DataFrame = error.failure_cases
        return (
            cases.select(pl.col("index").cast(pl.UInt32), pl.col("check").alias("reason"))
            .group_by("index")
            .agg(pl.col("reason").unique().sort().alias("reasons"))
            .sort("index")
        )
    return pl.DataFrame(schema={"index": pl.UInt32, "reasons": pl.List(pl.String)})


def records(raw: pl.DataFrame, personal: set[str]) -> list[str]:
    """Each row as JSON under the file's own headers, personal columns and e-mail addresses masked."""
    return [
        json.dumps(
            {name: MASK if name in personal and cell else _masked(cell) for name, cell in row.items()},
            ensure_ascii=False,
        )
        for row in raw.iter_rows(named=True)
    ]


def _masked(cell: str | None) -> str | None:
    return cell and EMAIL.sub(MASK, cell)
