"""Landing what is new below exports/: each file read once, whole or not at all, one broken file stopping no other."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import polars as pl
import polars.selectors as cs
import pyarrow as pa
from polars.exceptions import PolarsError

from okr_analytics.contracts.columns import INSTANTS
from okr_analytics.contracts.rows import EVENT_ROW, TICKET_ROW
from okr_analytics.desk import Desk
from okr_analytics.errors import ConfigurationError, FileRefused
from okr_analytics.exports.files import ExportFile, find_exports
from okr_analytics.exports.tables import Headers, opened
from okr_analytics.flow import ahead, in_order
from okr_analytics.home import Home
from okr_analytics.landing.canonical import CUSTOMER_KEY_VARIABLE, Nulled, canonical, customer_key
from okr_analytics.landing.instants import to_utc
from okr_analytics.landing.quarantine import part, records
from okr_analytics.landing.store import Entry, LandingStore, RowWriter, failed
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.registry import fingerprint, read_profile

READER_VERSION = "1"
FUTURE = timedelta(days=1)
Say = Callable[[str], None]


@dataclass
class Reading:
    """What is found out about a file while its batches go by."""

    nulled: Nulled
    rows_read: int = 0
    rows_rejected: int = 0
    newest_at: datetime | None = None

    def see(self, batch: "Batch") -> None:
        """Remember what a batch showed."""
        self.nulled.include(batch.nulled)
        self.newest_at = _later(self.newest_at, batch.newest_at)
        self.rows_rejected += len(batch.rejected)


@dataclass(frozen=True)
class Batch:
    """Some records of a file, read and parted."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    nulled: Nulled
    newest_at: datetime | None


def ingest(home: Home, desk: Desk, run_id: str, now: datetime, say: Say, warn: Say) -> list[Entry]:
    """Read every export file that is new, or whose profile changed; return what became of these.

    A file that cannot be read is kept in the ledger as failed and stops no other. `now` is UTC without zone.
    """
    store = LandingStore(home)
    met = []
    is_warned = False
    for file in find_exports(home):
        begun = Entry(file.name, file.folder, file.sha256, "", file.folder, "loaded", now.isoformat(), run_id)
        try:
            profile = read_profile(home, file.folder)
        except (FileRefused, ConfigurationError) as error:
            found, mend = _reason(error)
            begun = replace(begun, profile=f"none-{sha256(found.encode()).hexdigest()[:8]}")
            if not store.known(file, begun.profile):
                met.append(store.keep(failed(begun, found, mend)))
            continue
        begun = replace(
            begun,
            profile=_fingerprint(profile, desk),
            source=profile.source or file.folder,
            kind=profile.kind,
        )
        if not store.known(file, begun.profile):
            say(f"reading {file.name}")
            if "customer" in profile.columns and customer_key() is None and not is_warned:
                is_warned = True
                warn(f"customers are not kept; set {CUSTOMER_KEY_VARIABLE} to keep them as keyed hashes")
            met.append(store.keep(_land(file, profile, begun, store, desk, now)))
    return met


def _reason(error: FileRefused | ConfigurationError) -> tuple[str, str]:
    if isinstance(error, FileRefused):
        return error.found, error.mend
    return f"its profile is wrong: {error}", "mend the profile"


def _fingerprint(profile: SourceProfile, desk: Desk) -> str:
    """Changes with all that decides how a file's rows are read."""
    key = customer_key()
    hashed_key = sha256(key).hexdigest() if key else ""
    return fingerprint(profile, READER_VERSION, hashed_key, desk.time_zone if profile.exported_at else "")


def _land(
    file: ExportFile, profile: SourceProfile, begun: Entry, store: LandingStore, desk: Desk, now: datetime
) -> Entry:
    before = _bytes_and_time(file)
    try:
        in_name = _earlier(_exported_at(file, profile, desk), now)
        reading = _read(file, profile, store.writer(begun), in_name or now, now)
        exported_at = in_name or _earlier(reading.newest_at, now)
    except FileRefused as error:
        return failed(begun, error.found, error.mend)
    except (PolarsError, pa.ArrowException, OSError, ValueError) as error:
        # only the kind of error: its words may quote people's data
        return failed(begun, f"it cannot be read ({type(error).__name__})", "export it again")
    if _bytes_and_time(file) != before:
        return failed(begun, "the file changed while it was read", "it is read again in the next run")
    return replace(
        begun,
        rows_read=reading.rows_read,
        rows_rejected=reading.rows_rejected,
        exported_at=exported_at.isoformat() if exported_at else None,
        desk_time_zone=profile.desk_time_zone,
        solved_at_rule=profile.events.solved_at if profile.events else None,
        nulled={column: dict(reasons) for column, reasons in reading.nulled.counts.items()},
    )


def _read(file: ExportFile, profile: SourceProfile, writer: RowWriter, exported_by: datetime, now: datetime) -> Reading:
    """One pass over the file: canonical rows, parted, written."""
    reading = Reading(Nulled())

    def numbered(batches: Iterable[pl.DataFrame]) -> Iterator[tuple[int, pl.DataFrame]]:
        for raw in batches:
            yield reading.rows_read, raw
            reading.rows_read += len(raw)

    try:
        with opened(file.path, profile) as table:
            read = partial(
                _batch, headers=table.headers, profile=profile, file_id=file.file_id, exported_by=exported_by, now=now
            )
            for batch in in_order(read, ahead(numbered(table.batches))):
                reading.see(batch)
                writer.write("rows", batch.accepted)
                if len(batch.rejected):
                    writer.write("rejected", batch.rejected)
        writer.finish()
    except BaseException:
        writer.discard()
        raise
    return reading


def _batch(
    numbered: tuple[int, pl.DataFrame],
    headers: Headers,
    profile: SourceProfile,
    file_id: str,
    exported_by: datetime,
    now: datetime,
) -> Batch:
    rows_before, raw = numbered
    nulled = Nulled()
    rows = canonical(raw, headers, profile, nulled).with_columns(
        exported_at=pl.when(pl.col("exported_at") <= now).then("exported_at"),
    )
    rows = rows.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row_number") + rows_before,
        opened_limit_at=pl.coalesce("exported_at", pl.lit(exported_by, dtype=pl.Datetime("us"))) + FUTURE,
        file_id=pl.lit(file_id),
    )
    parted = part(rows, EVENT_ROW if profile.events else TICKET_ROW)
    accepted = parted.accepted.drop(cs.starts_with("unreadable_"), "opened_limit_at")
    dated = [name for name in (*INSTANTS, "event_at") if name in rows.columns]
    return Batch(
        accepted=accepted,
        rejected=_rejected(rows, raw, parted.rejected, {headers[name] for name in ("customer",) if name in headers}),
        nulled=nulled,
        newest_at=accepted.select(pl.max_horizontal(pl.col(dated).max())).item(),
    )


def _rejected(rows: pl.DataFrame, raw: pl.DataFrame, rejected: pl.DataFrame, personal: set[str]) -> pl.DataFrame:
    index = rejected["index"]
    record = pl.Series("record", records(raw[index], personal), dtype=pl.String)
    return rows[index].select("file_id", "row_number", "ticket_id", rejected["reasons"], record)


def _exported_at(file: ExportFile, profile: SourceProfile, desk: Desk) -> datetime | None:
    """The end of the desk's day that the file's name tells, UTC; null where it tells none."""
    found = re.search(profile.exported_at, file.path.name) if profile.exported_at else None
    if not found:
        return None
    try:
        day = datetime.fromisoformat(found["day"])
    except ValueError:
        return None
    last_second = pl.Series([day + timedelta(days=1, seconds=-1)])
    return to_utc(last_second, profile.desk_time_zone or desk.time_zone).item()  # type: ignore[no-any-return]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)


def _earlier(one: datetime | None, now: datetime) -> datetime | None:
    """No export can be newer than the moment at which it is read; null where nothing tells."""
    return min(one, now) if one else None


def _bytes_and_time(file: ExportFile) -> tuple[int, int]:
    status = file.path.stat()
    return status.st_size, status.st_mtime_ns


def failures(entries: list[Entry]) -> Iterator[str]:
    """One line per file that could not be read: which, why, and the mend."""
    return (f"{entry.file}: {entry.error}; {entry.mend}" for entry in entries if not entry.is_loaded)
