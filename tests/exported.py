"""Exports as they are read and as they are landed: frames and ledger entries, without a warehouse."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from conftest import NOW, put

from okr_analytics.desk import read_desk
from okr_analytics.exports.files import export_paths
from okr_analytics.exports.tables import opened
from okr_analytics.home import Home
from okr_analytics.landing.canonical import canonical
from okr_analytics.landing.ingest import ingest
from okr_analytics.landing.manifest import Entry
from okr_analytics.landing.nulled import Nulled
from okr_analytics.landing.store import LandingStore
from okr_analytics.sources.registry import read_profile

Counts = dict[str, dict[str, int]]


def read_rows(home: Home, folder: str = "ours") -> tuple[pl.DataFrame, Counts]:
    """The canonical rows of the files below exports/<folder>/ under its profile, in order of file and row, and the
    values that were nulled by column and reason."""
    profile, zone, nulled = read_profile(home, folder), read_desk(home).time_zone, Nulled()
    frames = []
    for path in export_paths(home):
        with opened(path, profile) as table:
            frames += [canonical(raw, table.headers, profile, zone, nulled) for raw in table.batches]
    return pl.concat(frames), {column: dict(reasons) for column, reasons in nulled.counts.items()}


def read_export(home: Home, text: str | bytes, name: str = "a.csv") -> tuple[pl.DataFrame, Counts]:
    """The same of one file of that content below exports/ours/."""
    put(home, f"exports/ours/{name}", text)
    return read_rows(home)


def cells(rows: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """These columns, row by row."""
    return rows.select(columns).rows()


def landed(home: Home, now: datetime = NOW) -> list[Entry]:
    """What became of each file; nothing else may come of it, whatever the file is."""
    ingest(home, read_desk(home), "run", now, lambda _: None, lambda _: None)
    assert list(home.landing.rglob("*.part")) == []
    return LandingStore(home).entries()


def by_file(home: Home) -> Mapping[str, Entry]:
    """What became of each file, by its name below exports/."""
    return {entry.file.removeprefix("exports/"): entry for entry in landed(home)}


def landed_rows(home: Home, name: str = "rows") -> pl.DataFrame:
    """The accepted (`rows`) or refused (`rejected`) rows that landing keeps, of all files."""
    frames = map(pl.read_parquet, sorted(home.landing.glob(f"*/*.{name}.parquet")))
    return pl.concat(frames, how="diagonal")
