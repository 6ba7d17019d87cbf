"""The one module that speaks DuckDB: connections, strict CSV reading, frames in and out.

What a query means does not belong here; see `sql/` and the modules that compile queries.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

import duckdb
import polars as pl
import pyarrow as pa

from okr_analytics.errors import DataError, FileRefused, UsageError

BATCH_ROWS = 250_000
MEMORY_LIMIT = "1536MB"
THREADS = "OKR_THREADS"  # how many threads DuckDB may use; every core without it
MAX_RECORD_BYTES = 64 * 1024 * 1024
QUESTIONS = (duckdb.StatementType.SELECT,)  # explain analyze would run what it explains
Connection = duckdb.DuckDBPyConnection
Values = Sequence[object] | Mapping[str, object]
STORAGE_VERSION = "v1.5.0"  # so that BI drivers of DuckDB 1.5 can open what we publish


def quoted(identifier: str) -> str:
    """The identifier as SQL takes it, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL string, for statements that take no bound values."""
    return "'" + text.replace("'", "''") + "'"


def _connected() -> duckdb.DuckDBPyConnection:
    """An empty database in memory. Raises UsageError where the number of threads is none."""
    threads = os.environ.get(THREADS)
    if threads is None:
        return duckdb.connect()
    if not threads.isdecimal() or int(threads) == 0:
        raise UsageError(f"{THREADS} is {threads!r}; set it to a number of threads, as 4, or leave it away")
    return duckdb.connect(config={"threads": int(threads)})


class Engine:
    """A DuckDB connection with the few verbs that the library needs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @classmethod
    def scratch(cls, spill: Path | None = None) -> Self:
        """An empty in-memory database, spilling to `spill` when memory is short."""
        connection = _connected()
        connection.execute(f"set memory_limit = {literal(MEMORY_LIMIT)}")
        connection.execute("set timezone = 'UTC'")
        if spill:
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"set temp_directory = {literal(str(spill))}")
        return cls(connection)

    @classmethod
    def published(cls, path: Path) -> Self:
        """A warehouse to look at: it can change nothing and reach no file but its own.

        Raises UsageError where nothing was published yet.
        """
        engine = cls.reading(path)
        engine.run("set enable_external_access = false")
        engine.run("set lock_configuration = true")
        return engine

    @classmethod
    def reading(cls, path: Path) -> Self:
        """A warehouse to look at from a program of its user's own, which may join its frames and files to it.

        It is the file that has that name now, though something else in this process looks at an earlier one: one that
        is connected to by its path would be that earlier one. Raises UsageError where nothing was published yet.
        """
        if not path.exists():
            raise UsageError(f"nothing published yet at {path}; run 'okr run' first")
        engine = cls(_connected())
        engine.run(f"set temp_directory = {literal(f'{path}.tmp')}")
        engine.run("set enable_progress_bar = false")
        engine.run("set global timezone = 'UTC'")
        engine.run(f"attach {literal(str(path))} as desk (read_only)")
        engine.run("use desk")
        return engine

    @property
    def connection(self) -> Connection:
        """DuckDB's own connection, for programs that speak it."""
        return self._connection

    def beside(self) -> "Engine":
        """A second connection to the same databases, so that one can read while the other writes."""
        ((database,),) = self.rows("select current_database()")
        second = Engine(self._connection.cursor())
        second.run(f"use {quoted(database)}")
        return second

    def attach(self, name: str, path: Path | None = None) -> None:
        """Attach a new database file (in memory without a path) under `name`.

        It has no write-ahead log: until it is checkpointed nobody needs it, and a killed run's is thrown away.
        """
        target = literal(str(path) if path else ":memory:")
        options = f" (storage_version {literal(STORAGE_VERSION)}, recovery_mode 'no_wal_writes')" if path else ""
        self.run(f"attach {target} as {quoted(name)}{options}")

    def run(self, sql: str, values: Values | None = None) -> None:
        """Execute a statement for its effect; raises DataError with DuckDB's own words."""
        with _plain_errors():
            self._connection.execute(sql, values or [])

    def rows(self, sql: str, values: Values | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query; `values` are bound, by their place or by their $name."""
        with _plain_errors():
            return self._connection.execute(sql, values or []).fetchall()

    def table(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Column names and rows of whatever a user asks. Only questions: anything else raises DataError."""
        with _plain_errors():
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in QUESTIONS:
                raise DataError("only one question at a time: select, from, with, describe, show or summarize")
            answer = self._connection.execute(sql)
            return [name for name, *_ in answer.description or ()], answer.fetchall()

    def frame(self, sql: str, values: Values | None = None) -> pl.DataFrame:
        """A query's rows as a frame; `values` are bound, by their place or by their $name."""
        with _plain_errors():
            return cast("pl.DataFrame", self._connection.sql(sql, params=values).pl())

    def batches(self, sql: str) -> Iterator[pl.DataFrame]:
        """A query's rows in order, a bounded number at a time."""
        with _plain_errors():
            for batch in self._connection.sql(sql).to_arrow_reader(BATCH_ROWS):
                yield cast("pl.DataFrame", pl.from_arrow(batch))

    def save_parquet(self, sql: str, path: Path) -> None:
        """A query's rows, in order, as a Parquet file; memory holds a bounded number of them."""
        self.run(f"copy ({sql}) to {literal(str(path))} (format parquet)")

    def create(self, table: str, frame: pl.DataFrame) -> None:
        """Make a table of a frame, in its column order."""
        with self._seen(frame):
            self.run(f"create table {table} as select * from incoming")

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add a frame's rows to a table, by column name."""
        with self._seen(frame):
            self.run(f"insert into {table} by name select * from incoming")

    def stream(self, table: str, frames: Iterable[pl.DataFrame], like: pl.DataFrame) -> None:
        """Add many frames shaped like `like` to a table in one statement, so that writing uses every core."""
        schema = _arrow(like).schema
        batches = (batch for frame in frames for batch in _arrow(frame).to_batches())
        self._connection.register("incoming", pa.RecordBatchReader.from_batches(schema, batches))
        try:
            self.run(f"insert into {table} by name select * from incoming")
        finally:
            self._connection.unregister("incoming")

    def run_together(self, statements: Iterable[str]) -> None:
        """Execute statements that take no values one after the other, in one go."""
        self.run(";".join(statements))

    def columns(self, relation: str) -> dict[str, str]:
        """Name and DuckDB type of each column of a table, a view or a query in brackets."""
        return {name: kind for name, kind, *_ in self.rows(f"describe select * from {relation}")}

    def close(self) -> None:  # noqa: D102
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _seen(self, frame: pl.DataFrame) -> Iterator[None]:
        self._connection.register("incoming", _arrow(frame))
        try:
            yield
        finally:
            self._connection.unregister("incoming")


def _arrow(frame: pl.DataFrame) -> pa.Table:
    """The frame as DuckDB reads it without copying its texts."""
    return frame.to_arrow(compat_level=pl.CompatLevel.newest())


def csv_batches(
    path: Path, header: Sequence[str], wanted: Iterable[str], delimiter: str, rows_above: int = 0
) -> Iterator[pl.DataFrame]:
    """The wanted columns of a UTF-8 CSV as text, in file order; an empty cell is null. `rows_above` its header are
    passed over.

    Strict: a record with too few or too many cells, or a quote that never ends, raises FileRefused with its line.
    """
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    engine = Engine.scratch()
    query = f"""
        select {", ".join(quoted(name) for name in wanted)}
        from read_csv(
            {literal(str(path))}, auto_detect = false, header = true, skip = {rows_above},
            delim = {literal(delimiter)}, quote = '"', escape = '"', columns = {{{columns}}}, hive_partitioning = false,
            max_line_size = {MAX_RECORD_BYTES}
        )
    """
    try:
        for batch in engine._connection.sql(query).to_arrow_reader(BATCH_ROWS):  # noqa: SLF001
            yield cast("pl.DataFrame", pl.from_arrow(batch))
    except duckdb.Error as error:
        raise _refusal(str(error)) from None
    finally:
        engine.close()


def _refusal(message: str) -> FileRefused:
    """DuckDB's complaint about a CSV in our words, without the cells it quotes."""
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"line {line[1]}" if line else "a record"
    if cells := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return FileRefused(
            f"{where} has {cells[2]} cells, the header has {cells[1]}",
            "the file may be cut off or edited; export it again",
        )
    if "unterminated quote" in message:
        return FileRefused(f'{where} has a quote (") that never ends', "the file may be cut off; export it again")
    if "Invalid unicode" in message:
        return FileRefused(f"{where} is no UTF-8 text", "give 'encoding' in the source profile")
    if "Maximum line size" in message:
        return FileRefused(
            f"{where} is longer than {MAX_RECORD_BYTES >> 20} MiB", "a quote is misplaced, or shorten it"
        )
    if "invalid state" in message:
        return FileRefused("its lines do not all end alike, or a quote is misplaced", "export the file again as CSV")
    return FileRefused(f"{where} is no valid CSV ({message.splitlines()[0][:160]})", "export the file again as CSV")


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise DataError(str(error).split("\n\tCandidate")[0].strip()) from error
