"""Carrying the difference of two slices over to the copy of the published warehouse."""

import polars as pl

from okr_analytics.contracts.core import NulledValues
from okr_analytics.contracts.ops import Loads
from okr_analytics.contracts.validation import conform
from okr_analytics.errors import NotAsLanded
from okr_analytics.incremental.slices import Renewal
from okr_analytics.incremental.things import THINGS
from okr_analytics.warehouse.stage import Stage

COUNTS = ("rows_current", "rows_superseded", "rows_rejected", "rows_folded", "rows_removed")
CELL = ("file_id", "nulled_column", "reason")


def patch_things(stage: Stage, renewal: Renewal) -> None:
    """Put the touched things in the place of what the copy has of them. Raises NotAsLanded where it has others than
    the slice says it had.

    A row that was rejected may speak of no ticket: it comes without any that is touched.
    """
    for thing in THINGS:
        is_touched = stage.engine.rows(f"select 1 from {thing.keys} limit 1") != []
        for table in thing.tables:
            was, now = (_rows(each, table) for each in renewal.slices or ())
            if not is_touched and now.is_empty():
                continue
            replaced = stage.patch(table, now, thing.keys, thing.key)
            if replaced != len(was):
                raise NotAsLanded(f"{table} has {replaced} rows of what was landed as {len(was)}")


def _rows(each: Stage, table: str) -> pl.DataFrame:
    return each.engine.frame(f"select * from {table}")


def patch_nulled_values(stage: Stage, renewal: Renewal) -> None:
    """Make core.nulled_values: as published, less what the slice had, and what it has."""
    table = "core.nulled_values"
    was, now = (_rows(each, table) for each in renewal.slices or ())
    before = stage.engine.frame(f"select * from {stage.before(table)}")
    counted = pl.concat([before, now, was.with_columns(-pl.col("nulled_count"))], how="vertical_relaxed")
    totals = counted.group_by(CELL).agg(pl.col("nulled_count").sum()).filter(pl.col("nulled_count") > 0)
    stage.put(table, conform(totals.sort(CELL), NulledValues))


def patch_loads(stage: Stage, renewal: Renewal) -> None:
    """Make ops.loads: each file's counts as published, less what the slice had, and what it has."""
    table = "ops.loads"
    was, now = (_rows(each, table) for each in renewal.slices or ())
    before = stage.engine.frame(f"select * from {stage.before(table)}")
    earlier = _counts(before, "before").join(_counts(was, "was"), on="file_id", how="full", coalesce=True)
    joined = now.join(earlier, on="file_id", how="left", maintain_order="left")
    counted = joined.with_columns(
        pl.col(name) + pl.col(f"{name}_before").fill_null(0) - pl.col(f"{name}_was").fill_null(0) for name in COUNTS
    )
    stage.put(table, conform(counted, Loads))


def _counts(loads: pl.DataFrame, suffix: str) -> pl.DataFrame:
    loaded = loads.filter(pl.col("status") == "loaded")
    return loaded.select("file_id", *(pl.col(name).alias(f"{name}_{suffix}") for name in COUNTS))


def put_nulled_values(stage: Stage, renewal: Renewal) -> None:
    """Show the slice of now what could not stand over all files, for its ledger."""
    for each in (renewal.slices or ())[1:]:
        each.engine.run("drop table core.nulled_values")
        each.put("core.nulled_values", stage.engine.frame("select * from core.nulled_values"))
