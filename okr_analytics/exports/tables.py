"""Export files as tables of text: header, and records in batches, whatever the file's kind.

Which header is which of our columns is `headers`; what a cell means is `landing`.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from fastexcel import FastExcelError
from polars.exceptions import PanicException, PolarsError

from okr_analytics.errors import FileRefused
from okr_analytics.exports.cells import as_text
from okr_analytics.exports.files import as_utf8, suffix, unpacked
from okr_analytics.exports.headers import Headers, Wanted, distinct
from okr_analytics.exports.objects import json_table
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.warehouse.engine import BATCH_ROWS, csv_batches

MAX_HEADER_LETTERS = 1 << 22
MAX_WHOLE_BYTES = 1 << 30
MOST_ROWS_ABOVE = 30
DELIMITERS = (",", ";", "\t", "|")
JSON_KINDS = (".jsonl", ".ndjson", ".json")
TEXT_KINDS = (".csv", ".txt", ".tsv")
Row = Sequence[str]
Hits = Callable[[Row], int]
"""How many cells of a row are headers that somebody looks for."""


@dataclass(frozen=True)
class Table:
    """A file as a table: its headers, told apart, and a way to its records. `batches` gives the named columns as text,
    null where empty, in file order."""

    header: list[str]
    batches: Callable[[Sequence[str]], Iterator[pl.DataFrame]]


class ExportTable:
    """An opened export: its headers as the profile needs them, and its records as text."""

    def __init__(self, headers: Headers, batches: Iterator[pl.DataFrame]) -> None:
        self.headers = headers
        self.batches = batches


@contextmanager
def opened(path: Path, profile: SourceProfile) -> Iterator[ExportTable]:
    """Open an export; its batches have the file's own headers as columns, text cells, null where empty.

    `headers` says for each of our columns where it stands in this file. Raises FileRefused where the file cannot be
    read as a table or lacks a column that the profile needs.
    """
    wanted = Wanted(profile)
    with table_of(path, wanted.hits, profile.encoding, profile.delimiter) as table:
        headers = wanted.placed(table.header)
        names = sorted({name for place in headers.values() for name in place.names})
        yield ExportTable(headers, table.batches(names))


@contextmanager
def table_of(path: Path, hits: Hits, encoding: str | None = None, delimiter: str | None = None) -> Iterator[Table]:
    """A file as a table; its header is the row of the first ones, and of a workbook's sheets, with the most hits."""
    with unpacked(path) as plain:
        kind = suffix(plain)
        if kind in TEXT_KINDS:
            with as_utf8(plain, encoding) as text:
                yield _csv(text, hits, (delimiter,) if delimiter else DELIMITERS)
        elif kind in JSON_KINDS:
            with as_utf8(plain, encoding) as text:
                yield Table(*json_table(text, kind))
        else:
            yield _parquet(plain) if kind == ".parquet" else _workbook(plain, hits)


@dataclass(frozen=True)
class _Start:
    """A row that may be the header of a CSV: under which delimiter, and how many rows are above it."""

    cells: list[str]
    delimiter: str
    rows_above: int


def _csv(path: Path, hits: Hits, delimiters: Sequence[str]) -> Table:
    """The delimiter and the row under which most headers are found; where there are none, most cells of the first."""
    starts = [start for each in delimiters for start in _starts(path, each)]
    best = max(starts, key=lambda start: (hits(start.cells), not start.rows_above, len(start.cells)), default=None)
    if best is None or not any(best.cells):
        raise FileRefused("the file has no header", "export it again with its header row")
    header = distinct(best.cells)
    return Table(header, lambda names: csv_batches(path, header, names, best.delimiter, best.rows_above))


def _starts(path: Path, delimiter: str) -> list[_Start]:
    """The first rows of a CSV, read with that delimiter."""
    starts: list[_Start] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = islice(iter(partial(stream.readline, MAX_HEADER_LETTERS), ""), 1000)
        try:
            for number, cells in enumerate(islice(csv.reader(lines, delimiter=delimiter), MOST_ROWS_ABOVE)):
                starts.append(_Start([cell.strip() for cell in cells], delimiter, number))
        except (csv.Error, UnicodeError) as error:
            if not starts:
                raise FileRefused(f"the header cannot be read ({error})", "save the file as CSV") from None
    return starts


def _parquet(path: Path) -> Table:
    """A bounded number of rows at a time."""
    try:
        file = pq.ParquetFile(path)
        header = file.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefused(f"no readable parquet ({type(error).__name__})", "export it again") from None
    if len(set(header)) < len(header):
        raise FileRefused("it has two columns of one name", "rename one, and export it again")

    def batches(names: Sequence[str]) -> Iterator[pl.DataFrame]:
        for batch in file.iter_batches(BATCH_ROWS, columns=list(names)):
            yield pl.DataFrame(pl.from_arrow(batch)).select(as_text_columns(names))

    return Table(header, batches)


def as_text_columns(names: Sequence[str]) -> list[pl.Expr]:
    """These columns as text."""
    return [pl.col(name).map_batches(as_text, return_dtype=pl.String) for name in names]


def _workbook(path: Path, hits: Hits) -> Table:
    """The sheet, and the row of it, under which most headers are found."""
    try:
        _refuse_large(path)
        sheets = pl.read_excel(path, sheet_id=0, has_header=False, infer_schema_length=0, raise_if_empty=False)
    except (PolarsError, PanicException, FastExcelError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileRefused(f"no readable xlsx ({type(error).__name__})", "export it again") from None
    starts = [(sheet, above, _cells(sheet, above)) for sheet in sheets.values() for above in range(_looked_at(sheet))]
    if not starts:
        raise FileRefused("the workbook has no filled sheet", "export it again with its header row")
    sheet, above, cells = max(starts, key=lambda start: (hits(start[2]), not start[1], start[0].height))
    header = distinct(cells)
    below = sheet.slice(above + 1).rename(dict(zip(sheet.columns, header, strict=True)))
    return Table(header, lambda names: below.select(as_text_columns(names)).iter_slices(BATCH_ROWS))


def _looked_at(sheet: pl.DataFrame) -> int:
    return min(sheet.height, MOST_ROWS_ABOVE)


def _cells(sheet: pl.DataFrame, number: int) -> list[str]:
    return [str(cell or "").strip() for cell in sheet.row(number)]


def _refuse_large(path: Path) -> None:
    with zipfile.ZipFile(path) as workbook:
        size = sum(each.file_size for each in workbook.infolist())
    if size > MAX_WHOLE_BYTES:
        found = f"{size:,} bytes are more than .xlsx may hold ({MAX_WHOLE_BYTES:,})"
        raise FileRefused(found, "export it as csv or parquet, which may be of any size, or in parts")
