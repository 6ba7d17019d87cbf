"""The half-built warehouse of one run: what is being made is `desk`, what is only needed on the way `work`."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import polars as pl

from okr_analytics.contracts.columns import DESCRIPTIONS
from okr_analytics.contracts.core import TicketDimensions
from okr_analytics.contracts.tables import contract
from okr_analytics.contracts.validation import breaches_as_sql, conform, types
from okr_analytics.warehouse.engine import Engine, literal, quoted
from okr_analytics.warehouse.models import Model, models

SCHEMAS = ("core", "fact", "kpi", "okr", "ops")
NOT_HASHED = frozenset(("known_from", "known_to", "loaded_at", "run_id", "published_at"))


class Stage:
    """A warehouse file that only its own run sees: empty, or a copy of the published one."""

    def __init__(self, folder: Path, published: Path | None = None) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self._hashes: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._before: dict[str, str] = {}
        self._columns: dict[str, dict[str, str]] = {}
        self.path = folder / "desk.duckdb"
        if published:
            shutil.copyfile(published, self.path)
        self.engine = Engine.scratch(folder / "spill")
        self.engine.attach("desk", self.path)
        self.engine.attach("work", folder / "work.duckdb")
        self.engine.attach("landing")
        self.engine.run("use desk")
        for schema in SCHEMAS:
            self.engine.run(f"create schema if not exists {schema}")
        copied = set(self.tables()) if published else set()
        self._views = {table: model for table, model in models().items() if model.is_view and table in copied}

    def set_aside(self, tables: Collection[str], hashes: Mapping[str, str]) -> None:
        """Take some of a copy's tables and views out of the way, to be made anew; what a table had is still to be read
        where `before` says. What stays has the given content hashes."""
        self.engine.attach("before")
        for table in self.tables():
            if table not in tables:
                self._hashes[table] = hashes[table]
            elif table in self._views:
                self.engine.run(f"drop view {table}")
                del self._views[table]
            else:
                aside = f"before.main.{quoted(table)}"
                self.engine.run(f"create table {aside} as select * from {table}")
                self.engine.run(f"drop table {table}")
                self._before[table] = aside

    def before(self, table: str) -> str | None:
        """Where to read what the published warehouse had in a table that is made anew; null in an empty stage."""
        return self._before.get(table)

    def build(self, model: Model) -> None:
        """Make a model's table or view."""
        if model.is_view:
            self._views[model.table] = model
        self.engine.run(f"create {'view' if model.is_view else 'table'} {model.table} as {model.query}")

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """Make a table of a frame that satisfies the table's contract; raises DataError otherwise."""
        self.engine.create(table, conform(frame, contract(table, set(frame.columns))))

    def tables(self) -> list[str]:
        """Every table and view of the warehouse, schema.table."""
        rows = self.engine.rows(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'desk' "
            "union all select schema_name || '.' || view_name from duckdb_views() "
            "where database_name = 'desk' and not internal order by 1"
        )
        return [table for (table,) in rows]

    def breaches(self, table: str) -> dict[str, int]:
        """How many rows break which rule of the table's contract; empty where all hold.

        A view's key and dimensions are columns of core.tickets and were checked there.
        """
        columns = self.columns(table)
        model = contract(table, set(columns))
        expected = set(model.to_schema().columns)
        lacking = {f"{name}: column is missing": 1 for name in expected - columns.keys()}
        if lacking:
            return lacking
        checked = types(TicketDimensions) if table in self._views else {}
        rules = {name: rule for (column, name), rule in breaches_as_sql(model).items() if column not in checked}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in rules.values())
        (self._counts[table], *found) = self.engine.rows(f"select count(*), {counts} from {table}")[0]
        return {rule: count for rule, count in zip(rules, found, strict=True) if count}

    def comment(self, table: str) -> None:
        """Write down what the table's rows and columns mean, where BI tools and analysts look."""
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
            self._counts[table] = int(self.engine.rows(f"select count(*) from {table}")[0][0])
        return self._counts[table]

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
            self._hashes[table] = self._hash_of_rows(table)
        return self._hashes[table]

    def _hash_of_rows(self, table: str) -> str:
        columns = [quoted(name) for name in sorted(self.columns(table)) if name not in NOT_HASHED]
        row = f"hash({', '.join(columns)})"
        ((rows, total, mixed),) = self.engine.rows(
            f"select count(*), sum(cast({row} as hugeint)), bit_xor({row}) from {table}"
        )
        return sha256(f"{columns} {rows} {total} {mixed}".encode()).hexdigest()[:16]

    def seal(self) -> None:
        """Flush everything to the file and let go of it."""
        self.engine.run("checkpoint desk")
        self.engine.run("use memory")
        self.engine.run("detach desk")

    def close(self) -> None:
        """Let go of everything and take the folder away."""
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def staged(folder: Path, run_id: str, published: Path | None = None) -> Iterator[Stage]:
    """A fresh stage below a folder that is all its own, or a copy of the published warehouse there; gone afterwards,
    whatever happens.

    What a killed run left behind goes first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    stage = Stage(folder / run_id, published)
    try:
        yield stage
    finally:
        stage.close()
