"""A slice: a small warehouse of the things that new files speak of, made by the same steps as the whole one.

There are two of them: as the published warehouse was (`was`), and with the new files (`now`). What differs between
them is what a run changes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.incremental.things import THINGS, TICKETS
from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

OF_FILES = ("landing.files", "landing.nulled_values", "landing.precisions")


@dataclass
class Renewal:
    """What a run over new files changes of what is published. Without slices it makes everything."""

    was: Stage | None = None
    now: Stage | None = None
    articles_before: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def slices(self) -> tuple[Stage, Stage] | None:
        """As it was and as it is; null where everything is made."""
        return (self.was, self.now) if self.was and self.now else None

    def open(self, stage: Stage, new_files: Collection[str]) -> None:
        """Make both slices of what is landed in the stage for the tables of keys, before any step."""
        frames = _landed(stage.engine, new_files)
        old = {name: frame.filter(~pl.col("file_id").is_in(list(new_files))) for name, frame in frames.items()}
        self.articles_before = stage.engine.frame("select * from core.articles")
        self.was, self.now = (Stage(stage.path.with_name(name)) for name in ("was", "now"))
        for each, landed in ((self.was, old), (self.now, frames)):
            for table, frame in landed.items():
                each.engine.create(table, frame)

    def close(self) -> None:
        """Let go of both."""
        for each in self.slices or ():
            each.close()
        self.was = self.now = None


def _landed(engine: Engine, new_files: Collection[str]) -> dict[str, pl.DataFrame]:
    """All rows of the touched things, and what is said of files."""
    frames = {table: engine.frame(f"select * from {table}") for table in OF_FILES}
    for thing in THINGS:
        ((keys,),) = engine.rows(f"select count(*) from {thing.keys}")
        which = f"semi join {thing.keys} using ({', '.join(thing.key)})" if keys else "limit 0"
        for kind in thing.kinds:
            frames[rows_table(kind)] = engine.frame(f"select * from {rows_table(kind)} {which}")
    assert frames.keys() >= set(map(rows_table, KINDS))  # noqa: S101 - every kind has its thing
    of_new = f"file_id in ({', '.join(map(literal, sorted(new_files))) or 'null'})"
    frames["landing.rejected_rows"] = engine.frame(
        f"select * from landing.rejected_rows where {of_new} or exists (select 1 from {TICKETS.keys} as keys "
        f"where {TICKETS.is_same('keys', 'landing.rejected_rows')})"
    )
    return frames
