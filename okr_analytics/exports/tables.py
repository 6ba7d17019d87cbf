"""Export files as tables of text: header, delimiter, and records in batches, whatever the file's kind."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import polars as pl
from fastexcel import FastExcelError
from polars.exceptions import PolarsError

from okr_analytics.errors import FileRefused
from okr_analytics.exports.files import as_utf8, suffix, unpacked
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.warehouse.engine import BATCH_ROWS, csv_batches

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
            frame = _whole(plain, kind)
            headers = match_headers(frame.columns, profile)
            text_only = frame.select(_as_text(frame[name]) for name in sorted(set(headers.values())))
            yield ExportTable(headers, text_only.iter_slices(BATCH_ROWS))


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
        lines = islice(stream, 1000)
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


def _whole(path: Path, kind: str) -> pl.DataFrame:
    try:
        if kind == ".parquet":
            return pl.read_parquet(path)
        if kind == ".xlsx":
            return pl.read_excel(path, infer_schema_length=0)
        return pl.read_ndjson(path.read_bytes().removeprefix(codecs.BOM_UTF8), infer_schema_length=None)
    except (PolarsError, FastExcelError, OSError, ValueError) as error:
        raise FileRefused(f"no readable {kind[1:]} ({type(error).__name__})", "export it again") from None


def _as_text(column: pl.Series) -> pl.Series:
    """Typed cells as text; instants as ISO, which every profile reads, with an offset only where they had one."""
    if isinstance(column.dtype, pl.Datetime):
        zone = column.dtype.time_zone
        utc = column.dt.convert_time_zone("UTC") if zone else column
        return utc.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ" if zone else "%Y-%m-%dT%H:%M:%S%.f")
    if isinstance(column.dtype, pl.List):
        return column.cast(pl.List(pl.String)).list.join(", ").replace("", None)
    if isinstance(column.dtype, pl.Struct):
        return column.struct.json_encode()
    return column.cast(pl.String, strict=False).replace("", None)
