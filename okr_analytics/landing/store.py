"""The landing store: immutable Parquet per export file, and one manifest per file that says what became of it.

A manifest is written last and by replacement, so a file is either landed as a whole or not at all.
"""

import json
import logging
import os
from collections.abc import Collection
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from okr_analytics.contracts.columns import TEXTS, WORDS
from okr_analytics.contracts.rows import ROW_MODELS
from okr_analytics.contracts.validation import empty
from okr_analytics.desk import Desk
from okr_analytics.errors import DataError
from okr_analytics.exports.files import ExportFile
from okr_analytics.home import Home
from okr_analytics.landing.manifest import RESTORE, Entry, read_manifest, row_count, stem
from okr_analytics.warehouse.engine import Engine, literal

log = logging.getLogger("okr.landing")

REJECTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "file_id": pl.String, "row_number": pl.Int64, "ticket_id": pl.String,
    "reasons": pl.List(pl.String), "record": pl.String,
}  # fmt: skip

LANDING = "landing"
BY_COLUMN = ("nulled", "precisions")
PARQUET_OPTIONS = "union_by_name = true, hive_partitioning = false"
# a version is as new as its last change, else as its export
VERSION = (
    "coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at, "
    "coalesce(rows.exported_at, files.exported_at) as exported_at"
)


class RowWriter:
    """Writes accepted and rejected rows of one file, batch by batch, under temporary names."""

    def __init__(self, folder: Path, stem: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._targets = {name: folder / f"{stem}.{name}.parquet" for name in ("rows", "rejected")}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Append a batch to `rows` or `rejected`."""
        table: pa.Table = frame.to_arrow(compat_level=pl.CompatLevel.newest())
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._part(name), table.schema, **_encoding(table.schema))
        self._writers[name].write_table(table)

    def finish(self) -> None:
        """Make what was written final."""
        self._close()
        log.debug("rows written, not yet under their name")
        for name in self._writers:
            self._part(name).replace(self._targets[name])

    def discard(self) -> None:
        """Leave nothing behind."""
        self._close()
        for name in self._targets:
            self._part(name).unlink(missing_ok=True)

    def _part(self, name: str) -> Path:
        target = self._targets[name]
        return target.with_name(target.name + ".part")

    def _close(self) -> None:
        for writer in self._writers.values():
            writer.close()


class LandingStore:
    """All export files that a home has ever met."""

    def __init__(self, home: Home) -> None:
        self._root = home.landing

    def entries(self) -> list[Entry]:
        """Every file ever met, loaded or failed, by name."""
        found = {path: read_manifest(path) for path in sorted(self._root.glob("*/*.json"))}
        for path, entry in found.items():
            if entry is None:
                raise DataError(f"{path} cannot be read; {RESTORE}")
        return sorted((entry for entry in found.values() if entry), key=lambda entry: (entry.file, entry.sha256))

    def known(self, file: ExportFile, profile: str) -> Entry | None:
        """What is known of these bytes under this profile: loaded under any name, or failed under this one.

        What cannot be read any more is not known, so that the export is read again.
        """
        for path in (
            self._loaded_path(file.folder, file.sha256),
            self._failed_path(file.folder, file.sha256, file.name),
        ):
            entry = read_manifest(path) if path.exists() else None
            if entry and entry.profile == profile and self.is_whole(entry):
                return entry
        return None

    def is_whole(self, entry: Entry) -> bool:
        """Whether every row that was read from the file is still there."""
        if not entry.is_loaded:
            return True
        paths = (self._root / entry.folder / f"{stem(entry)}.{name}.parquet" for name in ("rows", "rejected"))
        return sum(row_count(path) for path in paths if path.exists()) == entry.rows_read

    def writer(self, entry: Entry) -> RowWriter:
        """A writer for the rows of a file."""
        return RowWriter(self._root / entry.folder, stem(entry))

    def keep(self, entry: Entry) -> Entry:
        """Write the manifest: from now on the file is landed (or failed)."""
        loaded = self._loaded_path(entry.folder, entry.sha256)
        failed = self._failed_path(entry.folder, entry.sha256, entry.file)
        target = loaded if entry.is_loaded else failed
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        part.write_text(json.dumps(asdict(entry), ensure_ascii=False, indent=1), encoding="utf-8")
        log.debug("rows of %s are there, its manifest is not", entry.file)
        os.replace(part, target)  # noqa: PTH105
        log.debug("%s is %s", entry.file, entry.status)
        if entry.is_loaded:
            failed.unlink(missing_ok=True)
            self._drop_older_rows(entry)
        return entry

    def show(self, engine: Engine, desk: Desk, schema: str = LANDING, only: Collection[str] | None = None) -> None:
        """Make the landed rows visible: landing.files, nulled_values, precisions, rejected_rows, ticket_rows, …

        Each row comes with its source, its file and when it was exported. With `only`, those of some files.
        """
        entries = [each for each in self.entries() if only is None or each.file_id in only]
        engine.create(f"{schema}.files", _ledger(entries, desk))
        engine.create(f"{schema}.nulled_values", _nulled(entries))
        engine.create(f"{schema}.precisions", _precisions(entries))
        for kind, model in ROW_MODELS.items():
            nothing = empty(model).with_columns(file_id=pl.lit(""))
            _show(engine, rows_table(kind, schema), self._paths(entries, "rows", kind), nothing, VERSION)
        rejected, of_file = self._paths(entries, "rejected"), "files.kind, files.exported_at"
        _show(engine, f"{schema}.rejected_rows", rejected, pl.DataFrame(schema=REJECTED), of_file)

    def _paths(self, entries: list[Entry], name: str, kind: str | None = None) -> list[Path]:
        wanted = (each for each in entries if each.is_loaded and kind in (None, each.kind))
        paths = (self._root / each.folder / f"{stem(each)}.{name}.parquet" for each in wanted)
        return [path for path in paths if path.exists()]

    def _drop_older_rows(self, entry: Entry) -> None:
        for path in (self._root / entry.folder).glob(f"{entry.sha256}.*.parquet"):
            if not path.name.startswith(stem(entry)):
                path.unlink()

    def _loaded_path(self, folder: str, digest: str) -> Path:
        return self._root / folder / f"{digest}.json"

    def _failed_path(self, folder: str, digest: str, name: str) -> Path:
        return self._root / folder / f"{digest}.{sha256(name.encode()).hexdigest()[:8]}.failed.json"


def _encoding(schema: pa.Schema) -> dict[str, Any]:
    """Words by dictionary, instants and numbers by difference: smaller, and twice as fast to write."""
    numbers = [each.name for each in schema if pa.types.is_timestamp(each.type) or pa.types.is_integer(each.type)]
    return {
        "compression": "lz4",
        "write_statistics": False,
        "use_dictionary": [name for name in (*TEXTS, *WORDS, "channel_raw", "file_id") if name in schema.names],
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    }


def rows_table(kind: str, schema: str = LANDING) -> str:
    """The table that shows the accepted rows of all files of a kind."""
    return f"{schema}.{kind.removesuffix('s')}_rows"


def _show(engine: Engine, table: str, paths: list[Path], nothing: pl.DataFrame, of_file: str) -> None:
    """Rows of loaded files, with what their file says of them all."""
    read, schema = f"{table}_of_no_file", table.split(".", maxsplit=1)[0]
    engine.create(read, nothing)
    if paths:
        files = ", ".join(literal(str(path)) for path in paths)
        read = f"(from {read} union all by name from read_parquet([{files}], {PARQUET_OPTIONS}))"
    own = "exclude (exported_at)" if "exported_at" in nothing.columns else ""
    engine.run(
        f"create view {table} as "
        f"select files.source, files.file, files.desk_time_zone, files.solved_at_rule, {of_file}, rows.* {own} "
        f"from {read} as rows "
        f"join {schema}.files as files on rows.file_id = files.file_id and files.status = 'loaded'"
    )


def _ledger(entries: list[Entry], desk: Desk) -> pl.DataFrame:
    types = {each.name: pl.Int64 if each.name.startswith("rows_") else pl.String for each in fields(Entry)}
    types = {name: kind for name, kind in types.items() if name not in BY_COLUMN}
    rows = [{name: value for name, value in asdict(each).items() if name not in BY_COLUMN} for each in entries]
    instants = [pl.col(name).str.to_datetime(time_unit="us") for name in ("loaded_at", "exported_at")]
    ledger = pl.DataFrame(rows, schema=types).with_columns(instants)
    return ledger.with_columns(
        pl.Series("file_id", [each.file_id for each in entries], dtype=pl.String),
        pl.Series("exported_date", [each.exported_date(desk) for each in entries], dtype=pl.Date),
    )


def _nulled(entries: list[Entry]) -> pl.DataFrame:
    rows = [
        (each.file_id, column, reason, count)
        for each in entries
        for column, reasons in each.nulled.items()
        for reason, count in reasons.items()
    ]
    names = {"file_id": pl.String, "nulled_column": pl.String, "reason": pl.String, "nulled_count": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def _precisions(entries: list[Entry]) -> pl.DataFrame:
    """Within how many seconds a file tells its durations."""
    rows = [(each.file_id, column, seconds) for each in entries for column, seconds in each.precisions.items()]
    names = {"file_id": pl.String, "told_column": pl.String, "precision_seconds": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")
