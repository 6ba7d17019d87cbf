"""Merging what changed into the copy of the published warehouse, one table at a time."""

import polars as pl

from okr_analytics.contracts.entities import ENTITY_OF
from okr_analytics.errors import StaleBase
from okr_analytics.incremental.touched_keys import keys_table
from okr_analytics.warehouse.engine import quoted
from okr_analytics.warehouse.stage import Stage

OUTCOMES = ("rows_current", "rows_superseded", "rows_rejected", "rows_folded", "rows_removed")
COUNTED = {
    "core.nulled_values": (("file_id", "nulled_column", "reason"), ("nulled_count",)),
    "work.load_counts": (("file_id",), OUTCOMES),
}
"""Tables that count rows by file: their keys, and what adds up over entities."""
PUBLISHED_IN = {"work.load_counts": "ops.loads"}


def merge_table(stage: Stage, table: str, before: Stage, after: Stage) -> None:
    """Put into the stage how a table differs between both sides; what is needed on the way only stays there.

    Raises StaleBase where the copy has other rows of the touched entities than the side `before`.
    """
    if table in ENTITY_OF:
        _merge_rows(stage, table, before, after)
    elif table in COUNTED:
        _merge_counts(stage, table, before, after)


def _merge_rows(stage: Stage, table: str, before: Stage, after: Stage) -> None:
    """The rows of touched entities are replaced. A row that was rejected may be about no ticket: it comes without any
    that is touched."""
    entity, old, new = ENTITY_OF[table], _rows(before, table), _rows(after, table)
    if old.is_empty() and new.is_empty():
        return
    rows = f"work.{quoted(f'rows of {table}')}"
    stage.engine.create(rows, new)
    same = " and ".join(f"old.{name} = keys.{name}" for name in entity.key)
    replaced = stage.merge(table, rows, f"semi join {keys_table(entity)} as keys on {same}")
    if replaced != len(old):
        raise StaleBase(
            f"{table} has {replaced} rows of what was landed as {len(old)}; 'okr run --rebuild' computes everything"
        )


def _merge_counts(stage: Stage, table: str, before: Stage, after: Stage) -> None:
    """Counts of files: as published, less those of the side before, and those of the side after."""
    key, numbers = COUNTED[table]
    columns = ", ".join((*key, *numbers))
    published = stage.previous(PUBLISHED_IN.get(table, table))
    as_published = stage.engine.frame(f"select {columns} from {published}").drop_nulls(numbers)
    gone, come = (_rows(side, table).select(as_published.columns) for side in (before, after))
    counted = pl.concat([as_published, come, gone.with_columns(-pl.col(numbers))], how="vertical_relaxed")
    totals = counted.group_by(key).agg(pl.col(numbers).sum()).filter(pl.any_horizontal(pl.col(numbers) != 0))
    stage.engine.create(table, totals.sort(key))


def _rows(side: Stage, table: str) -> pl.DataFrame:
    return side.engine.frame(f"select * from {table}")
