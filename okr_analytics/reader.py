"""The published warehouse for notebooks and programs: `Reader` looks at the newest generation whenever it is asked.

    from okr_analytics.reader import Reader

    with Reader("path/to/desk") as reader:
        reader.frame("select * from okr.pace")

What the tables mean does not belong here: every table and column carries a comment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Self

import polars as pl

from okr_analytics.home import Home
from okr_analytics.warehouse.engine import Connection, Engine
from okr_analytics.warehouse.generations import Generation, read_generation

Identity = tuple[int, int]


class Reader:
    """Questions to a desk's warehouse, read-only, also while runs publish. May be shared by threads.

    What is asked of the reader is answered by the newest generation; a connection that it handed out keeps the one
    that was newest then, for as long as it is open.
    """

    def __init__(self, where: Home | str | Path | None = None) -> None:
        """`where` is a home, its folder, or a warehouse file; left out: `OKR_HOME`, else the demo desk."""
        self.path = _warehouse(where)
        self._lock = Lock()
        self._engine: Engine | None = None
        self._identity: Identity | None = None

    def frame(self, sql: str) -> pl.DataFrame:
        """A question's answer as a Polars frame; `.to_pandas()` makes a pandas one of it.

        Raises UsageError where nothing was published yet, DataError with DuckDB's words where it cannot answer.
        """
        with self._newest() as engine:
            return engine.frame(sql)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A DuckDB connection to the newest generation. Whatever is published while it is open, it answers the same;
        it reads frames of the caller by their names. Instants are UTC."""
        with self._newest() as engine:
            yield engine.connection

    def generation(self) -> Generation | None:
        """Number, day and time of the generation that would answer now; null where nothing was published yet."""
        return read_generation(self.path) if self.path.exists() else None

    def close(self) -> None:
        """Let go of the file. Connections that were handed out stay open; the next question opens it again."""
        with self._lock:
            self._engine = None  # not closed: that would close the connections that were handed out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _newest(self) -> Iterator[Engine]:
        with self._lock:
            while (newest := _identity(self.path)) != self._identity or self._engine is None:
                self._engine, self._identity = Engine.reading(self.path), newest
            engine = self._engine.beside()
        try:
            yield engine
        finally:
            engine.close()


def _identity(path: Path) -> Identity | None:
    """Which file has the name now: a new generation is another file, not the same one changed."""
    try:
        found = os.stat(path)  # noqa: PTH116 - the two numbers that tell files apart
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _warehouse(where: Home | str | Path | None) -> Path:
    if isinstance(where, Home):
        return where.warehouse
    path = Path(where).expanduser().resolve() if where else Home.locate().root
    return Home(path).warehouse if path.is_dir() else path
