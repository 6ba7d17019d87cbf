"""Landing what is new below exports/: each file read once, whole or not at all, one broken file stopping no other."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from hashlib import sha256

import polars as pl
import polars.selectors as cs
import pyarrow as pa
from polars.exceptions import PanicException, PolarsError

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.contracts.rows import ROW_SCHEMAS
from okr_analytics.desk import Desk
from okr_analytics.errors import ConfigurationError, DataError, FileRefused
from okr_analytics.exports.digests import Digests
from okr_analytics.exports.files import ExportFile, find_exports, is_as_found
from okr_analytics.exports.headers import Headers
from okr_analytics.exports.tables import opened
from okr_analytics.flow import ahead, in_order
from okr_analytics.home import Home
from okr_analytics.landing.canonical import canonical
from okr_analytics.landing.cells import CUSTOMER_KEY_VARIABLE, customer_key
from okr_analytics.landing.instants import end_of_day
from okr_analytics.landing.manifest import RESTORE, Entry, failed
from okr_analytics.landing.nulled import Nulled
from okr_analytics.landing.quarantine import part, records
from okr_analytics.landing.store import LandingStore, RowWriter
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.registry import fingerprint, read_profile
from okr_analytics.sources.vocabulary import DESK

CHANGING = "changing"  # no profile is called that, so what failed for this reason is not known
READER_VERSION = "2"
FUTURE = timedelta(days=1)
Say = Callable[[str], None]


@dataclass
class Reading:
    """What is found out about a file while its batches go by."""

    nulled: Nulled
    rows_read: int = 0
    rows_rejected: int = 0
    newest_at: datetime | None = None
    time_zone: str | None = None

    def see(self, batch: "Batch") -> None:
        """Remember what a batch showed."""
        self.nulled.include(batch.nulled)
        self.newest_at = _later(self.newest_at, batch.newest_at)
        self.rows_rejected += len(batch.rejected)


@dataclass(frozen=True)
class Context:
    """What a file's rows are held against: the desk's zone, the instant by which it was exported, and that of now."""

    desk_zone: str
    exported_by: datetime
    now: datetime


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
    with Digests(home) as digests:
        return _ingest(home, find_exports(home, digests), desk, run_id, now, say, warn)


def _ingest(
    home: Home, files: Iterable[ExportFile], desk: Desk, run_id: str, now: datetime, say: Say, warn: Say
) -> list[Entry]:
    store, profile_named = LandingStore(home), cache(partial(read_profile, home))
    met = []
    is_warned = False
    for file in files:
        begun = Entry(file.name, file.folder, file.sha256, "", file.folder, "loaded", now.isoformat(), run_id)
        try:
            profile = profile_named(file.folder)
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
    _refuse_gaps(store)
    return met


def _refuse_gaps(store: LandingStore) -> None:
    """Raises DataError where rows that were landed are gone, and so is the export that they came from."""
    if broken := [entry.file for entry in store.entries() if not store.is_whole(entry)]:
        raise DataError(f"state/landing has lost rows of {', '.join(broken)}; {RESTORE}")


def _reason(error: FileRefused | ConfigurationError) -> tuple[str, str]:
    if isinstance(error, FileRefused):
        return error.found, error.mend
    return f"its profile is wrong: {error}", "mend the profile"


def _fingerprint(profile: SourceProfile, desk: Desk) -> str:
    """Changes with all that decides how a file's rows are read."""
    key = customer_key()
    hashed_key = sha256(key).hexdigest() if key else ""
    needs_zone = profile.exported_at or KINDS[profile.kind].days or profile.instants.time_zone == DESK
    return fingerprint(profile, READER_VERSION, hashed_key, desk.time_zone if needs_zone else "")


def _zone(profile: SourceProfile, desk: Desk) -> str:
    return profile.desk_time_zone or desk.time_zone


def _land(
    file: ExportFile, profile: SourceProfile, begun: Entry, store: LandingStore, desk: Desk, now: datetime
) -> Entry:
    try:
        if file.refusal:
            raise file.refusal
        in_name = _earlier(_exported_at(file, profile, _zone(profile, desk)), now)
        reading = _read(file, profile, store.writer(begun), Context(_zone(profile, desk), in_name or now, now))
        exported_at = in_name or _earlier(reading.newest_at, now)
    except FileRefused as error:
        return failed(begun, error.found, error.mend)
    except (PolarsError, PanicException, pa.ArrowException, OSError, ValueError) as error:
        # only the kind of error: its words may quote people's data
        return failed(begun, f"it cannot be read ({type(error).__name__})", "export it again")
    if not is_as_found(file):
        changing = replace(begun, profile=CHANGING)
        return failed(changing, "the file changed while it was read", "it is read again in the next run")
    return replace(
        begun,
        rows_read=reading.rows_read,
        rows_rejected=reading.rows_rejected,
        exported_at=exported_at.isoformat() if exported_at else None,
        desk_time_zone=profile.desk_time_zone,
        instants_time_zone=reading.time_zone,
        solved_at_rule=profile.events.solved_at if profile.events else None,
        nulled={column: dict(reasons) for column, reasons in reading.nulled.counts.items()},
        precisions=dict(reading.nulled.precisions),
    )


def _read(file: ExportFile, profile: SourceProfile, writer: RowWriter, context: Context) -> Reading:
    """One pass over the file: canonical rows, parted, written."""
    reading = Reading(Nulled())

    def numbered(batches: Iterable[pl.DataFrame]) -> Iterator[tuple[int, pl.DataFrame]]:
        for raw in batches:
            yield reading.rows_read, raw
            reading.rows_read += len(raw)

    try:
        with opened(file.path, profile) as table:
            reading.time_zone = _instants_zone(table.headers, profile, context.desk_zone)
            read = partial(_batch, headers=table.headers, profile=profile, file_id=file.file_id, context=context)
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
    numbered: tuple[int, pl.DataFrame], headers: Headers, profile: SourceProfile, file_id: str, context: Context
) -> Batch:
    rows_before, raw = numbered
    nulled = Nulled()
    kind = KINDS[profile.kind]
    rows = canonical(raw, headers, profile, context.desk_zone, nulled).with_columns(
        exported_at=pl.when(pl.col("exported_at") <= context.now).then("exported_at"),
    )
    rows = rows.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row_number") + rows_before,
        latest_at=pl.coalesce("exported_at", pl.lit(context.exported_by, dtype=pl.Datetime("us"))) + FUTURE,
        file_id=pl.lit(file_id),
    )
    parted = part(rows, ROW_SCHEMAS[profile.kind])
    accepted = parted.accepted.drop(cs.starts_with("unreadable_"), "latest_at")
    return Batch(
        accepted=accepted,
        rejected=_rejected(rows, raw, parted.rejected, _names_of(kind.personal, headers)),
        nulled=nulled,
        newest_at=_newest_at(accepted.drop(kind.days_ahead), context.desk_zone),
    )


def _instants_zone(headers: Headers, profile: SourceProfile, desk_zone: str) -> str:
    """The zone of an opening that names none itself: its header's, else the profile's."""
    in_header = headers["opened_at"].zone if "opened_at" in headers else None
    return in_header or profile.instants.zone(desk_zone)


def _names_of(columns: Iterable[str], headers: Headers) -> set[str]:
    """The headers under which these columns of ours stand."""
    return {name for column in columns if column in headers for name in headers[column].names}


def _newest_at(rows: pl.DataFrame, desk_zone: str) -> datetime | None:
    """The newest instant of these rows; a day ends with its last second, where the desk is."""
    dated = rows.select(cs.datetime())
    newest: datetime | None = dated.select(pl.max_horizontal(pl.all().max())).item()
    days = [day for day in rows.select(cs.date().max()).row(0) if day] if rows.select(cs.date()).width else []
    return max((each for each in (newest, *(end_of_day(day, desk_zone) for day in days)) if each), default=None)


def _rejected(rows: pl.DataFrame, raw: pl.DataFrame, rejected: pl.DataFrame, personal: set[str]) -> pl.DataFrame:
    index = rejected["index"]
    record = pl.Series("record", records(raw[index], personal), dtype=pl.String)
    ticket_id = pl.col("ticket_id") if "ticket_id" in rows.columns else pl.lit(None, pl.String).alias("ticket_id")
    return rows[index].select("file_id", "row_number", ticket_id, rejected["reasons"], record)


def _exported_at(file: ExportFile, profile: SourceProfile, desk_zone: str) -> datetime | None:
    """The end of the desk's day that the file's name tells, or the folders that it is in; UTC, null where none does."""
    below = file.name.split(f"/{file.folder}/", maxsplit=1)[-1]
    found = re.search(profile.exported_at, below) if profile.exported_at else None
    if not found:
        return None
    try:
        return end_of_day(datetime.fromisoformat(found["day"]).date(), desk_zone)
    except ValueError:
        return None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)


def _earlier(one: datetime | None, now: datetime) -> datetime | None:
    """No export can be newer than the moment at which it is read; null where nothing tells."""
    return min(one, now) if one else None


def failures(entries: list[Entry]) -> Iterator[str]:
    """One line per file that could not be read: which, why, and the mend."""
    return (f"{entry.file}: {entry.error}; {entry.mend}" for entry in entries if not entry.is_loaded)
