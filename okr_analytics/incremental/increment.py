"""An incremental run: what new files are about, as it was published and as it is now.

Two small warehouses hold all that was ever landed of the entities in new files: `before` without these files, `after`
with them. Steps that look at one entity at a time make their tables in both; what differs is merged into the copy of
the published warehouse, by the step whose table it is.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from okr_analytics.contracts.entities import ENTITIES, TICKETS, Entity
from okr_analytics.desk import Desk
from okr_analytics.incremental.merge import merge_table
from okr_analytics.incremental.touched_keys import collect_keys, keys_table, new_files
from okr_analytics.landing.store import LandingStore, rows_table
from okr_analytics.tickets.reconciliation import has_new_figure
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.stage import Stage

LEDGER = "ops.loads"
NEW = "new"
MOST_TOUCHED = 250_000  # both sides are held in memory; beyond, computing everything as a stream is as cheap
MOST_DAYS = timedelta(days=92)  # what falls due in so many days is looked at as if it were touched
OF_FILES = ("landing.files", "landing.nulled_values", "landing.precisions")
Frames = dict[str, pl.DataFrame]


@dataclass
class Increment:
    """The two sides of an incremental run; none until it is open. `full_rebuild_reason` is why everything must be
    computed, whatever new files are about. `articles_before` are all articles as published."""

    full_rebuild_reason: str | None = "nothing is published yet"
    sides: tuple[Stage, ...] = ()
    articles_before: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def is_open(self) -> bool:
        """Whether this run merges what changed; else it computes everything."""
        return bool(self.sides)

    def open(self, stage: Stage, store: LandingStore, desk: Desk) -> str | None:
        """Take up both sides of a stage that is a copy of what is published; gives the reason where everything must be
        computed instead, and leaves the stage without what it copied then."""
        reason = self.full_rebuild_reason or self._open(stage, store, desk)
        if reason:
            stage.drop_carried()
        return reason

    def build(self, stage: Stage, tables: Collection[str], build: Callable[[Stage], object]) -> None:
        """Make tables on both sides, and merge what differs into the stage. Raises StaleBase."""
        for side in self.sides:
            build(side)
        for table in tables:
            merge_table(stage, table, *self.sides)

    def close(self) -> None:
        """Let go of both sides."""
        for side in self.sides:
            side.close()
        self.sides = ()

    def _open(self, stage: Stage, store: LandingStore, desk: Desk) -> str | None:
        engine = stage.engine
        files = new_files(engine, str(stage.previous(LEDGER)))
        if files is None:
            return "files are read otherwise than they were"
        engine.attach(NEW)
        store.show(engine, desk, NEW, files)
        if has_new_figure(engine, files):
            return "a source gives a figure of its own for the first time"
        if (touched := collect_keys(engine, NEW)) > MOST_TOUCHED:
            return f"new files are about {touched:,} entities"
        after = _landed(engine, files)
        before = {name: rows.filter(~pl.col("file_id").is_in(list(files))) for name, rows in after.items()}
        if missing := _missing_entities(engine, before):
            return f"the published warehouse lacks {' and '.join(missing)} that were landed"
        self.articles_before = engine.frame("select * from core.articles")
        self.sides = tuple(Stage(stage.path.with_name(name)) for name in ("before", "after"))
        for side, frames in zip(self.sides, (before, after), strict=True):
            for table, rows in frames.items():
                side.engine.create(table, rows)
        return None


def _landed(engine: Engine, files: Collection[str]) -> Frames:
    """All landed rows of the touched entities, and what is known of files."""
    frames = {table: engine.frame(f"select * from {table}") for table in OF_FILES}
    for entity in ENTITIES:
        is_touched = engine.rows(f"select 1 from {keys_table(entity)} limit 1") != []
        touched = f"semi join {keys_table(entity)} using ({', '.join(entity.key)})" if is_touched else "limit 0"
        for kind in entity.kinds:
            frames[rows_table(kind)] = engine.frame(f"select * from {rows_table(kind)} {touched}")
    keys, of_files = keys_table(TICKETS), f"file_id in ({', '.join(map(literal, sorted(files))) or 'null'})"
    frames["landing.rejected_rows"] = engine.frame(
        f"select * from landing.rejected_rows as rows where {of_files} or exists (select 1 from {keys} as keys "
        "where keys.source = rows.source and keys.ticket_id = rows.ticket_id)"
    )
    return frames


def _missing_entities(engine: Engine, before: Frames) -> list[str]:
    """The entities of which one was landed, and is published as nothing."""
    return [entity.name for entity in ENTITIES if _lacks_one(engine, entity, before)]


def _lacks_one(engine: Engine, entity: Entity, before: Frames) -> bool:
    landed = pl.concat(before[rows_table(kind)].select(entity.key) for kind in entity.kinds)
    if landed.is_empty():
        return False
    engine.create("work.landed_keys", landed)
    key = ", ".join(entity.key)
    published = " union all ".join(f"select {key} from {table}" for table in entity.outcomes)
    missing = engine.rows(f"select 1 from work.landed_keys anti join ({published}) using ({key}) limit 1")
    engine.run("drop table work.landed_keys")
    return bool(missing)
