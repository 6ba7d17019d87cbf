"""Publishing: a checked stage becomes the warehouse in one step, or nothing changes."""

import logging
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from okr_analytics.contracts.ops import Generations
from okr_analytics.contracts.validation import empty, types
from okr_analytics.errors import OkrError
from okr_analytics.home import Home
from okr_analytics.warehouse.durable import swap_in
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.generations import forget_old, keep_published, kept_numbers
from okr_analytics.warehouse.stage import Stage

log = logging.getLogger("okr.publish")

GENERATIONS = "ops.generations"


@dataclass(frozen=True)
class Published:
    """What publishing did. `is_new` is false where the warehouse said the same already and was left alone."""

    generation: int
    is_new: bool
    hashes: dict[str, str]


@dataclass(frozen=True)
class PublishedWarehouse:
    """The day that the published warehouse speaks of, the content hash of each of its tables, and what it rests on;
    `basis` is null where nobody noted it."""

    as_of: date
    basis: str | None
    hashes: dict[str, str]


def publish(
    stage: Stage, home: Home, run_id: str, as_of: date, now: datetime, basis: str | None, kept: int
) -> Published:
    """Swap the stage in as the newest generation, unless the published one has the same content.

    Its number is above every one ever used, also after a rollback. Of the generations before it `kept` stay.
    """
    earlier = generations(home)
    newest = earlier.filter(pl.col("generation") == pl.col("generation").max())
    hashes = {table: stage.content_hash(table) for table in stage.tables()}
    number = int(newest["generation"].max() or 0)  # type: ignore[arg-type]
    if _says_the_same(newest, hashes, as_of):
        return Published(number, is_new=False, hashes=hashes)
    number = max([number, *kept_numbers(home)]) + 1
    rows = [
        {
            "generation": number,
            "as_of_date": as_of,
            "table_name": table,
            "content_hash": content_hash,
            "row_count": stage.row_count(table),
            "basis": basis,
            "run_id": run_id,
            "published_at": now,
        }
        for table, content_hash in hashes.items()
    ]
    log.debug("stage differs from what is published")
    stage.put(GENERATIONS, pl.concat([earlier, pl.DataFrame(rows, schema=earlier.schema)]))
    for table in stage.tables():
        stage.comment(table)
    stage.seal()
    log.debug("stage sealed")
    keep_published(home)
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    swap_in(stage.path, home.warehouse)
    forget_old(home, kept)
    return Published(number, is_new=True, hashes=hashes)


def generations(home: Home) -> pl.DataFrame:
    """Every generation that was published, as the newest one knows them."""
    if home.warehouse.exists():
        try:
            with Engine.published(home.warehouse) as engine:
                rows = pl.concat(
                    [empty(Generations).clear(), engine.frame("select * from ops.generations")], how="diagonal_relaxed"
                )
                return rows.select(*types(Generations)).cast(pl.Schema(types(Generations)))
        except OkrError:
            return empty(Generations)
    return empty(Generations)


def published_warehouse(home: Home) -> PublishedWarehouse | None:
    """What the published warehouse says of itself; null where nothing was published."""
    earlier = generations(home)
    newest = earlier.filter(pl.col("generation") == pl.col("generation").max())
    if newest.is_empty():
        return None
    hashes = dict(newest.select("table_name", "content_hash").iter_rows())
    return PublishedWarehouse(newest["as_of_date"][0], newest["basis"][0], hashes)


def published_as_of(home: Home) -> date | None:
    """The day that the published warehouse speaks of; null where nothing was published."""
    published = published_warehouse(home)
    return published.as_of if published else None


def _says_the_same(newest: pl.DataFrame, hashes: dict[str, str], as_of: date) -> bool:
    published = dict(newest.select("table_name", "content_hash").iter_rows())
    return published == hashes and newest["as_of_date"].unique().to_list() == [as_of]
