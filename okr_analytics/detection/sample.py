"""A sample of an export, or of a folder of exports of one shape: its rows as text under the file's own headers.

What they mean does not belong here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from okr_analytics.errors import FileRefused
from okr_analytics.exports.cells import as_text
from okr_analytics.exports.files import SUFFIXES, as_utf8, suffix, unpacked
from okr_analytics.exports import tables
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.warehouse.engine import csv_batches

MOST_ROWS = 200_000
FEWEST_ROWS = 2_000
ANY = SourceProfile(title="any", kind="tickets", columns={"ticket_id": ("id",), "opened_at": ("opened",)})


@dataclass(frozen=True)
class Sample:
    """Rows of an export. `places` says for each row in which of the files it stands, and as which row of it."""

    path: Path
    files: tuple[Path, ...]
    rows: pl.DataFrame
    places: pl.DataFrame
    is_whole: bool
    lacking: dict[str, tuple[str, ...]]

    @property
    def header(self) -> tuple[str, ...]:
        """The headers, in the file's order."""
        return tuple(self.rows.columns)

    def where(self, row: int) -> str:
        """How people find a row, counted from 1: row 17, or row 17 of may.csv."""
        file, number = self.places.row(row - 1)
        return f"row {number:,}" + (f" of {self.files[file].name}" if len(self.files) > 1 else "")


def sample(path: Path) -> Sample:
    """The first rows of a file, or of each file of a folder.

    Raises FileRefused where it cannot be read as a table, holds no row, or the folder's files have several shapes.
    """
    files = _files(path)
    most = max(FEWEST_ROWS, MOST_ROWS // len(files))
    frames, counts, is_whole = [], [], True
    for file in files:
        frame, is_all = _rows_of(file, most)
        frames.append(frame)
        is_whole &= is_all
    header = _one_shape(files, frames)
    rows = pl.concat([_under(frame, header) for frame in frames])
    if rows.is_empty():
        raise FileRefused("it has a header and no row", "export it again with some tickets in it")
    counts = [len(frame) for frame in frames]
    places = pl.DataFrame(
        {
            "file": [number for number, count in enumerate(counts) for _ in range(count)],
            "row": [row for count in counts for row in range(1, count + 1)],
        }
    )
    lacking = {
        name: tuple(file.name for file, frame in zip(files, frames, strict=True) if name not in frame.columns)
        for name in header
    }
    return Sample(path, files, rows, places, is_whole, {name: where for name, where in lacking.items() if where})


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise FileRefused(f"there is no {path}", "name an export or a folder of exports")
    found = [each for each in sorted(path.rglob("*")) if each.is_file() and not _is_hidden(each.relative_to(path))]
    known = tuple(each for each in found if each.name.lower().endswith(SUFFIXES))
    if not known:
        raise FileRefused(f"{path} holds no export", f"put files there: {', '.join(SUFFIXES)}")
    return known


def _is_hidden(below: Path) -> bool:
    return any(part.startswith(".") for part in below.parts)


def _rows_of(path: Path, most: int) -> tuple[pl.DataFrame, bool]:
    """At most that many first rows of one file, and whether these are all."""
    with _table(path) as (header, batches):
        taken, have = [pl.DataFrame(schema=dict.fromkeys(header, pl.String))], 0
        for batch in batches:
            taken.append(batch.head(most - have))
            have += len(taken[-1])
            if have >= most:
                break
        return pl.concat(taken), have < most


@contextmanager
def _table(path: Path) -> Iterator[tuple[list[str], Iterator[pl.DataFrame]]]:
    with unpacked(path) as plain:
        kind = suffix(plain)
        if kind in (".csv", ".txt", ".tsv"):
            with as_utf8(plain, None) as text:
                delimiter, header = tables._csv_header(text, ANY)
                yield header, csv_batches(text, header, header, delimiter)
        else:
            header, frames = tables._parquet(plain) if kind == ".parquet" else tables._whole(plain, kind)
            yield list(header), (each.select(as_text(each[name]) for name in header) for each in frames)


def _one_shape(files: tuple[Path, ...], frames: list[pl.DataFrame]) -> list[str]:
    """The headers of all files, in order. Raises FileRefused where two files share hardly any."""
    first = frames[0].columns
    header = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    for file, frame in zip(files, frames, strict=True):
        if len({*first} & {*frame.columns}) * 2 < min(len(first), frame.width):
            raise FileRefused(
                f"{files[0].name} and {file.name} have different columns",
                "put the files of each shape into a folder of their own, and look at each",
            )
    return header


def _under(frame: pl.DataFrame, header: list[str]) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(name) for name in header if name not in frame.columns]
    return frame.with_columns(missing).select(header)
