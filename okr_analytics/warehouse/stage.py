"""The half-built warehouse of one run: what is being made is `desk`, what is only needed on the way `work`."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import polars as pl

from okr_analytics.contracts.core import TicketDimensions
from okr_analytics.contracts.descriptions import DESCRIPTIONS
from okr_analytics.contracts.tables import contract
from okr_analytics.contracts.validation import breaches_as_sql, conform, types
from okr_analytics.errors import DataError
from okr_analytics.warehouse.content import Content
from okr_analytics.warehouse.engine import Engine, literal, quoted
from okr_analytics.warehouse.models import Model, models
from okr_analytics.warehouse.queries import query

SCHEMAS = ("core", "fact", "kpi", "okr", "ops")


class Stage:
    """A warehouse that only its own run sees: empty, or a copy of the published one; in memory where no folder is
    given."""

    def __init__(self, folder: Path | None = None, published: Path | None = None) -> None:
        self.folder = folder
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self._hashes: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._previous: dict[str, str] = {}
        self._columns: dict[str, dict[str, str]] = {}
        self._carried: set[str] = set()
        self._merged_where: dict[str, str] = {}
        self._merged: dict[str, str] = {}
        if published:
            shutil.copyfile(published, self.path)
        self.engine = Engine.scratch(folder and folder / "spill")
        for name in ("desk", "work"):
            self.engine.attach(name, folder and folder / f"{name}.duckdb")
        self.engine.attach("landing")
        self.engine.run("use desk")
        for schema in SCHEMAS:
            self.engine.run(f"create schema if not exists {schema}")
        copied = set(self.tables()) if published else set()
        self._views = {table: model for table, model in models().items() if model.is_view and table in copied}

    @property
    def path(self) -> Path:
        """The warehouse file; raises DataError for a stage in memory, which is not published."""
        if not self.folder:
            raise DataError("a stage in memory has no file")
        return self.folder / "desk.duckdb"

    def carry_over(self, hashes: Mapping[str, str], rebuilt: Collection[str]) -> None:
        """Keep what a copy has, but for the tables and views that are rebuilt: these are taken out of the way, and what
        they had is still to be read where `previous` says. `hashes` are the published content hashes."""
        self.engine.attach("previous")
        for table in self.tables():
            if table not in rebuilt:
                self._hashes[table] = hashes[table]
                self._carried.add(table)
            elif table in self._views:
                self.engine.run(f"drop view {table}")
                del self._views[table]
            else:
                aside = f"previous.main.{quoted(table)}"
                self.engine.run(f"create table {aside} as select * from {table}")
                self.engine.run(f"drop table {table}")
                self._previous[table] = aside

    def drop_carried(self) -> None:
        """Let go of all that was carried over: everything is to be made, and nothing is read from before."""
        for table in sorted(self._carried, key=lambda table: table not in self._views):
            self.engine.run(f"drop {'view' if table in self._views else 'table'} {table}")
            self._views.pop(table, None)
            del self._hashes[table]
        self._carried.clear()
        self._previous.clear()

    def previous(self, table: str) -> str | None:
        """Where to read what the published warehouse had in a table that is rebuilt; null where nothing is carried
        over."""
        return self._previous.get(table)

    def is_carried(self, table: str) -> bool:
        """Whether a table stays as it was published, or is merged already: nothing is left to be made of it."""
        return table in self._carried and table not in self._merged_where

    def expect_merge(self, table: str, where: str) -> None:
        """Take what is made of a carried table for its new rows; `where` is what `merge` takes."""
        self._merged_where[table] = where

    def merge(self, table: str, rows: str, where: str | None = None) -> int:
        """Put the rows of another table in the place of those that `where` (a join or condition on `old`, as expected
        by default) finds in a carried one; gives how many these were.

        They are found once, and looked at by their place then: of wide rows few are read.
        """
        places, columns = f"work.{quoted(f'places in {table}')}", self.columns(table)
        where = where or self._merged_where.pop(table)
        self.engine.run(f"create table {places} as select old.rowid as place from {table} as old {where}")
        gone = f"rowid in (select place from {places})"
        content = Content.read(self._hashes[table], columns)
        content = content.less(Content.of(self.engine, f"(select * from {table} where {gone})", columns))
        self._hashes[table] = content.and_also(Content.of(self.engine, rows, columns)).written(columns)
        self.engine.run(f"delete from {table} where {gone}")
        self.engine.run(f"insert into {table} by name select * from {rows}")
        self._merged[table] = rows
        self._counts.pop(table, None)
        return self._count(places)

    def is_carried_view(self, table: str) -> bool:
        """Whether it is a view of a copy that stays: its rows are counted when all is done."""
        return table in self._views and table in self._carried

    def set_row_count(self, table: str, rows: int) -> None:
        """Say how many rows a view of a copy has, where that is known without looking at all of them."""
        self._counts[table] = rows

    def checked_relation(self, table: str) -> str | None:
        """Where checks look: at the table, at what was merged into it, or nowhere where it is as it was published."""
        if table in self._merged:
            return self._merged[table]
        return None if table in self._carried else table

    def build(self, model: Model) -> None:
        """Make a model's table or view, or merge what it gives; what is carried over stays."""
        if model.table in self._merged_where:
            rows = f"work.{quoted(f'rows of {model.table}')}"
            self.engine.run(f"create table {rows} as {model.query}")
            self.merge(model.table, rows)
        if self.is_carried(model.table):
            return
        if model.is_view:
            self._views[model.table] = model
        self.engine.run(f"create {'view' if model.is_view else 'table'} {model.table} as {model.query}")

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """Make a table of a frame that satisfies the table's contract; raises DataError otherwise."""
        self.engine.create(table, conform(frame, contract(table, set(frame.columns))))

    def tables(self) -> list[str]:
        """Every table and view of the warehouse, schema.table."""
        return [table for (table,) in self.engine.rows(query("relations"))]

    def breaches(self, table: str) -> dict[str, int]:
        """How many rows break which rule of the table's contract; empty where all hold.

        A view's key and dimensions are columns of core.tickets and were checked there.
        """
        columns = self.columns(table)
        model = contract(table, set(columns))
        expected = set(model.to_schema().columns)
        lacking = {f"{name}: column is missing": 1 for name in expected - columns.keys()}
        looked_at = self.checked_relation(table)
        if lacking or looked_at is None:
            return lacking
        checked = types(TicketDimensions) if table in self._views else {}
        rules = {name: rule for (column, name), rule in breaches_as_sql(model).items() if column not in checked}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in rules.values())
        (rows, *broken) = self.engine.rows(f"select count(*), {counts} from {looked_at}")[0]
        if looked_at == table:
            self._counts[table] = rows
        return {rule: count for rule, count in zip(rules, broken, strict=True) if count}

    def comment(self, table: str) -> None:
        """Write down what the table's rows and columns mean, where BI tools and analysts look; a copy has it."""
        if table in self._carried:
            return
        columns = self.columns(table)
        kind = "view" if table in self._views else "table"
        row = " ".join((contract(table, set(columns)).__doc__ or "").split())
        of_columns = (f"comment on column {table}.{quoted(name)} is {literal(DESCRIPTIONS[name])}" for name in columns)
        self.engine.run_together([f"comment on {kind} {table} is {literal(row)}", *of_columns])

    def columns(self, table: str) -> dict[str, str]:
        """Name and DuckDB type of each column; nothing changes a table once it is made."""
        if table not in self._columns:
            self._columns[table] = self.engine.columns(table)
        return self._columns[table]

    def row_count(self, table: str) -> int:
        """How many rows it has; nothing changes a table once it is made."""
        if table not in self._counts:
            self._counts[table] = self._count(table)
        return self._counts[table]

    def _count(self, table: str) -> int:
        return int(self.engine.rows(f"select count(*) from {table}")[0][0])

    def preview(self, table: str, rows: int) -> str:
        """The first rows as a Markdown table."""
        with pl.Config(
            tbl_formatting="MARKDOWN", tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True,
            tbl_rows=rows, tbl_cols=-1, tbl_width_chars=10_000, fmt_str_lengths=40,
        ):  # fmt: skip
            return str(self.engine.frame(f"select * from {table} limit {rows}"))

    def content_hash(self, table: str) -> str:
        """Hash of the rows whatever their order; who knew it when is left out. A view's follows from what it reads."""
        if view := self._views.get(table):
            read = [self.content_hash(each) for each in sorted(view.reads)]
            return sha256(f"{view.query} {read}".encode()).hexdigest()[:16]
        if table not in self._hashes:
            columns = self.columns(table)
            self._hashes[table] = Content.of(self.engine, table, columns).written(columns)
        return self._hashes[table]

    def seal(self) -> None:
        """Flush everything to the file and let go of it."""
        self.engine.run("checkpoint desk")
        self.engine.run("use memory")
        self.engine.run("detach desk")

    def close(self) -> None:
        """Let go of everything and take the folder away."""
        self.engine.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def staged(folder: Path, run_id: str, published: Path | None = None) -> Iterator[Stage]:
    """A fresh stage below a folder that is all its own, or a copy of the published warehouse there; gone afterwards,
    whatever happens.

    What a killed run left behind goes first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with closing(Stage(folder / run_id, published)) as stage:
            yield stage
    finally:
        shutil.rmtree(folder / run_id, ignore_errors=True)
