"""Generations of one small table, published as a run publishes its stage: for what is asked of publishing alone."""

from datetime import date

import polars as pl
from conftest import NOW

from okr_analytics.contracts.core import Feeds
from okr_analytics.contracts.validation import empty
from okr_analytics.home import Home
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.publish import Published, publish
from okr_analytics.warehouse.stage import staged

KEPT = 3
FIRST = date(2026, 3, 1)


def publish_rows(home: Home, count: int, as_of: date, run_id: str = "test", kept: int = KEPT) -> Published:
    """Publish a warehouse of which core.feeds has so many rows and no other table is there."""
    rows = [(f"m{row}", "canonical", FIRST, FIRST) for row in range(count)]
    with only_writer(home, run_id), staged(home.stage, run_id) as stage:
        stage.put("core.feeds", pl.DataFrame(rows, schema=empty(Feeds).schema, orient="row"))
        return publish(stage, home, run_id, as_of, NOW, "basis", kept)
