"""A sample of an export, or of a folder of exports of one shape: its rows as text under the file's own headers.

What they mean does not belong here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
from polars.exceptions import PanicException, PolarsError

from okr_analytics.detection.names import calls, name_of, sounds_like
from okr_analytics.detection.shapes import form_of, shape_of
from okr_analytics.errors import FileRefused
from okr_analytics.exports.files import SUFFIXES
from okr_analytics.exports.headers import plain_header
from okr_analytics.exports.tables import table_of

MOST_ROWS = 200_000
FEWEST_ROWS = 2_000
CLEARLY = 0.6
LONGEST_HEADER = 80


@dataclass(frozen=True)
class Sample:
    """Rows of an export. `places` says for each row in which of the files it stands, and as which row of it; `headers`
    which columns each file has."""

    path: Path
    files: tuple[Path, ...]
    rows: pl.DataFrame
    places: pl.DataFrame
    is_whole: bool
    headers: tuple[frozenset[str], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The headers, in the file's order."""
        return tuple(self.rows.columns)

    def lacking(self, header: str) -> frozenset[int]:
        """The files, by number, that have no such column."""
        return frozenset(number for number, names in enumerate(self.headers) if header not in names)

    def rows_with(self, header: str) -> int:
        """How many rows stand in files that have the column."""
        lacking = self.lacking(header)
        return len(self.rows) if not lacking else int((~self.places["file"].is_in(list(lacking))).sum())

    def parts(self) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
        """The rows of all files with the same columns, under these, for each such set."""
        for names in dict.fromkeys(self.headers):
            header = tuple(name for name in self.header if name in names)
            files = [number for number, each in enumerate(self.headers) if each == names]
            yield header, self.rows.filter(self.places["file"].is_in(files)).select(header)

    def first(self, rows: int) -> "Sample":
        """A smaller sample."""
        return replace(self, rows=self.rows.head(rows), places=self.places.head(rows), is_whole=False)

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
    read = [_rows_of(file, most) for file in files]
    frames = _under_one_name([frame for frame, _ in read])
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
    headers = tuple(frozenset(frame.columns) for frame in frames)
    return Sample(path, files, rows, places, all(is_all for _, is_all in read), headers)


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
    try:
        return _taken(path, most)
    except (PolarsError, PanicException, pa.ArrowException, ValueError) as error:
        # only the kind of error: its words may quote people's data
        raise FileRefused(f"it cannot be read ({type(error).__name__})", "export it again") from None


def _taken(path: Path, most: int) -> tuple[pl.DataFrame, bool]:
    with table_of(path, hits) as table:
        taken, have = [pl.DataFrame(schema=dict.fromkeys(table.header, pl.String))], 0
        for batch in table.batches(table.header):
            taken.append(batch.head(most - have))
            have += len(taken[-1])
            if have >= most:
                break
        return _without_containers(pl.concat(taken)), have < most


def _without_containers(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns without those that only hold others: what they say is said again below each of these."""
    outer = {name[:dot] for name in rows.columns for dot in range(len(name)) if name[dot] == "."} & {*rows.columns}
    return rows.drop(name for name in outer if rows[name].drop_nulls().str.starts_with("{").all())


def hits(row: Sequence[str]) -> int:
    """How much a row looks like a header: cells that sound like columns of ours count for it, values against it."""
    filled = [cell for cell in row if cell]
    heard = sum(
        any(sounds_like(name_of(cell), ours) >= CLEARLY for ours in calls()) for cell in filled if _may_head(cell)
    )
    values = sum(not _may_head(cell) for cell in filled)
    return 10 * heard - 20 * values + len({*filled})


def _may_head(cell: str) -> bool:
    is_number = cell.replace(".", "").replace(",", "").lstrip("+-").isdigit()
    return not is_number and len(cell) <= LONGEST_HEADER and form_of(shape_of(cell)) is None


def _under_one_name(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Headers that a reader takes for the same (but for case, accents and punctuation) under the first spelling."""
    spelled: dict[str, str] = {}
    renamed = []
    for frame in frames:
        names = {name: spelled.setdefault(plain_header(name), name) for name in frame.columns}
        renamed.append(frame.rename(names) if len({*names.values()}) == len(names) else frame)
    return renamed


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
