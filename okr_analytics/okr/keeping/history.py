"""The append-only history of a home, outside the published generations: one folder per run that had something to add.

A folder is written under a temporary name and renamed when all its files are on disk, so a run adds all that it has to
say or nothing. A rebuild or a rollback of the warehouse never takes anything away here.
"""

import logging
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.validation import conform, empty
from okr_analytics.errors import DataError
from okr_analytics.home import Home
from okr_analytics.warehouse.durable import sync

log = logging.getLogger("okr.history")

UNFINISHED = ".unfinished"
RESTORED = "history.restored"  # a whole one from a backup, about to take the place of one that is moved aside
RESTORE = "'okr restore' puts back a backup"
READING_FAILED = (OSError, pl.exceptions.PolarsError)


class History:
    """What earlier runs kept, and what this one will add when it commits."""

    def __init__(self, home: Home) -> None:
        self._root = home.history
        _finish_restoring(self._root)
        self._pending: dict[str, list[pl.DataFrame]] = {}
        self._committed: dict[str, pl.DataFrame] = {}

    def rows(self, table: str, model: type[pa.DataFrameModel]) -> pl.DataFrame:
        """Every row of a table in the order in which it was added, with what this run adds."""
        if table not in self._committed:
            self._committed[table] = _read(self._files(table), model)
        return pl.concat([self._committed[table], *self._pending.get(table, [])])

    def added(self, table: str, model: type[pa.DataFrameModel]) -> pl.DataFrame:
        """What this run adds."""
        return pl.concat([empty(model), *self._pending.get(table, [])])

    def newest_instant(self) -> datetime | None:
        """When the newest run that kept anything knew it, UTC; null where none did."""
        newest = [path for folder in folders(self._root)[-1:] for path in sorted(folder.glob("*.parquet"))]
        known = [_newest_known(path) for path in newest]
        return max((each for each in known if each), default=None)

    def append(self, table: str, rows: pl.DataFrame, model: type[pa.DataFrameModel]) -> pl.DataFrame:
        """Add rows that satisfy the table's contract, as of the commit; gives them back."""
        shaped = conform(rows, model)
        if shaped.height:
            self._pending.setdefault(table, []).append(shaped)
        return shaped

    def commit(self) -> None:
        """Keep what this run adds for good, in one step; the caller holds the lock."""
        if not self._pending:
            return
        self._root.mkdir(parents=True, exist_ok=True)
        folder = self._root / UNFINISHED
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for table, frames in self._pending.items():
            path = folder / f"{table}.parquet"
            pl.concat(frames).write_parquet(path)
            sync(path)
        sync(folder)
        log.debug("history written, not yet kept")
        folder.rename(self._root / f"{len(folders(self._root)) + 1:08d}")
        log.debug("history kept")
        sync(self._root)
        self._pending, self._committed = {}, {}

    def _files(self, table: str) -> list[Path]:
        return [path for folder in folders(self._root) if (path := folder / f"{table}.parquet").exists()]


def folders(root: Path, *, is_whole: bool = True) -> list[Path]:
    """The folders of all runs, oldest first. Raises DataError where one between them is gone, if it `is_whole`."""
    found = sorted(path for path in root.glob("[0-9]*") if path.name.isdigit())
    for number, path in enumerate(found, 1):
        if is_whole and int(path.name) != number:
            raise DataError(f"the history has no folder {number:08d} in {root}; 'okr restore' puts back a backup")
    return found


def _finish_restoring(root: Path) -> None:
    """A restore that was killed after it moved the present history aside, and before the restored one had its name."""
    restored = root.with_name(RESTORED)
    if restored.exists() and not root.exists():
        with suppress(FileNotFoundError):
            restored.rename(root)


def _read(paths: list[Path], model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """The files' rows, in order, as today's contract has them: a column that is newer than a file is null."""
    like = empty(model)
    if not paths:
        return like
    try:
        return _scanned(paths, like.schema)
    except READING_FAILED:
        named = next((path for path in paths if _is_broken(path, like.schema)), paths[-1])
        raise DataError(f"{named} cannot be read; {RESTORE}") from None


def _newest_known(path: Path) -> datetime | None:
    try:
        found: datetime | None = pl.read_parquet(path, columns=["known_from"])["known_from"].max()  # type: ignore[assignment]
    except READING_FAILED:
        raise DataError(f"{path} cannot be read; {RESTORE}") from None
    return found


def _scanned(paths: list[Path], schema: pl.Schema) -> pl.DataFrame:
    return pl.scan_parquet(paths, schema=schema, missing_columns="insert", extra_columns="ignore").collect()


def _is_broken(path: Path, schema: pl.Schema) -> bool:
    try:
        _scanned([path], schema)
    except READING_FAILED:
        return True
    return False
