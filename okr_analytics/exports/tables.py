"""Export files as tables of text: header, delimiter, and records in batches, whatever the file's kind."""

import codecs
import csv
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.warehouse.engine import BATCH_ROWS, csv_batches

MAX_HEADER_LETTERS = 1 << 22
MAX_WHOLE_BYTES = 1 << 30
DELIMITERS = (",", ";", "\t", "|")
Headers = dict[str, str]


class ExportTable:
    """An opened export: its headers as the profile needs them, and its records as text."""

    def __init__(self, headers: Headers, batches: Iterator[pl.DataFrame]) -> None:
        self.headers = headers
        self.batches = batches


@contextmanager
def opened(path: Path, profile: SourceProfile) -> Iterator[ExportTable]:
    """Open an export; its batches have the file's own headers as columns, text cells, null where empty.

    `headers` says for each of our columns which header it has in this file. Raises FileRefused where the file
    cannot be read as a table or lacks a column that the profile needs.
    """
    with unpacked(path) as plain:
        kind = suffix(plain)
        if kind in (".csv", ".txt", ".tsv"):
            with as_utf8(plain, profile.encoding) as text:
                delimiter, header = _csv_header(text, profile)
                headers = match_headers(header, profile)
                yield ExportTable(headers, csv_batches(text, header, sorted(set(headers.values())), delimiter))
        else:
            header, frames = _parquet(plain) if kind == ".parquet" else _whole(plain, kind)
            headers = match_headers(header, profile)
            wanted = sorted(set(headers.values()))
            yield ExportTable(headers, (each.select(as_text(each[name]) for name in wanted) for each in frames))


def match_headers(header: Sequence[str], profile: SourceProfile) -> Headers:
    """Our column to this file's header. Raises FileRefused naming every header that is missing."""
    columns = {**profile.columns, **_event_columns(profile)}
    found = {ours: next((each for each in theirs if each in header), None) for ours, theirs in columns.items()}
    lacking = [columns[ours][0] for ours, name in found.items() if name is None and profile.is_required(ours)]
    if lacking:
        # where no header is known the first record may be data, and people's data stays out of messages
        has = (
            f"; the file has {', '.join(map(repr, header[:40]))}"
            if any(found.values())
            else ", nor any other known one"
        )
        mend = "export it with that column and a header row, or name its header in the source profile"
        raise FileRefused(f"no column {', '.join(map(repr, lacking))}{has}", mend)
    return {ours: name for ours, name in found.items() if name is not None}


def _event_columns(profile: SourceProfile) -> dict[str, tuple[str, ...]]:
    if not profile.events:
        return {}
    named = {
        "event_at": profile.events.at,
        "event_sequence": profile.events.sequence,
        "event_response": profile.events.response and profile.events.response.column,
    }
    return {ours: (theirs,) for ours, theirs in named.items() if theirs}


def _csv_header(path: Path, profile: SourceProfile) -> tuple[str, list[str]]:
    """Delimiter and headers: the delimiter under which most of the profile's headers are found."""
    wanted = {name for names in profile.columns.values() for name in names}
    candidates = (profile.delimiter,) if profile.delimiter else DELIMITERS
    read = {delimiter: _first_record(path, delimiter) for delimiter in candidates}
    best = max(read, key=lambda delimiter: (len(wanted & set(read[delimiter])), len(read[delimiter])))
    if not any(read[best]):
        raise FileRefused("the file has no header", "export it again with its header row")
    return best, _distinct(read[best])


def _first_record(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = islice(iter(partial(stream.readline, MAX_HEADER_LETTERS), ""), 1000)
        try:
            return [cell.strip() for cell in next(csv.reader(lines, delimiter=delimiter), [])]
        except (csv.Error, UnicodeError) as error:
            raise FileRefused(f"the header cannot be read ({error})", "save the file as CSV") from None


def _distinct(header: Sequence[str]) -> list[str]:
    """Headers told apart: an unnamed column gets its number, a repeated one a counter."""
    named = [name or f"column {number}" for number, name in enumerate(header, start=1)]
    seen: Counter[str] = Counter()
    distinct = []
    for name in named:
        seen[name.casefold()] += 1
        distinct.append(name if seen[name.casefold()] == 1 else f"{name} ({seen[name.casefold()]})")
    return distinct


def _parquet(path: Path) -> tuple[list[str], Iterator[pl.DataFrame]]:
    """Headers and frames, a bounded number of rows at a time."""
    try:
        file = pq.ParquetFile(path)
        header = file.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefused(f"no readable parquet ({type(error).__name__})", "export it again") from None
    if len(set(header)) < len(header):
        raise FileRefused("it has two columns of one name", "rename one, and export it again")
    return header, (pl.DataFrame(pl.from_arrow(batch)) for batch in file.iter_batches(BATCH_ROWS))


def _whole(path: Path, kind: str) -> tuple[list[str], Iterator[pl.DataFrame]]:
    """Headers and frames of what can only be read as a whole, and so may not be too large."""
    try:
        _refuse_large(path, kind)
        if kind == ".xlsx":
            frame = pl.read_excel(path, infer_schema_length=0)
        else:
            frame = pl.read_ndjson(path.read_bytes().removeprefix(codecs.BOM_UTF8), infer_schema_length=None)
    except (PolarsError, PanicException, FastExcelError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileRefused(f"no readable {kind[1:]} ({type(error).__name__})", "export it again") from None
    return frame.columns, frame.iter_slices(BATCH_ROWS)


def _refuse_large(path: Path, kind: str) -> None:
    size = path.stat().st_size
    if kind == ".xlsx":
        with zipfile.ZipFile(path) as workbook:
            size = sum(each.file_size for each in workbook.infolist())
    if size > MAX_WHOLE_BYTES:
        found = f"{size:,} bytes are more than {kind} may hold ({MAX_WHOLE_BYTES:,})"
        raise FileRefused(found, "export it as csv or parquet, which may be of any size, or in parts")
