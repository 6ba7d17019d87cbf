"""What became of one export file: the manifest beside its landed rows, and whether these are still there."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from okr_analytics.desk import Desk
from okr_analytics.exports.files import short_id

RESTORE = "put its export back below exports/, or state/landing back from a backup"


@dataclass(frozen=True)
class Entry:
    """What became of one export file. Instants are ISO texts, UTC without zone; counts of a failed file are null.
    `instants_time_zone` is the zone in which an opening that named none was read."""

    file: str
    folder: str
    sha256: str
    profile: str
    source: str
    status: str
    loaded_at: str
    run_id: str
    kind: str | None = None
    error: str | None = None
    mend: str | None = None
    rows_read: int | None = None
    rows_rejected: int | None = None
    exported_at: str | None = None
    desk_time_zone: str | None = None
    instants_time_zone: str | None = None
    solved_at_rule: str | None = None
    nulled: dict[str, dict[str, int]] = field(default_factory=dict)
    precisions: dict[str, int] = field(default_factory=dict)

    @property
    def file_id(self) -> str:
        """What tables call the file."""
        return short_id(self.folder, self.sha256)

    def exported_date(self, desk: Desk) -> date | None:
        """The day, where the source's desk is, on which the export was made."""
        if self.exported_at is None:
            return None
        zone = ZoneInfo(self.desk_time_zone or desk.time_zone)
        return datetime.fromisoformat(self.exported_at).replace(tzinfo=UTC).astimezone(zone).date()

    @property
    def is_loaded(self) -> bool:  # noqa: D102
        return self.status == "loaded"


def read_manifest(path: Path) -> Entry | None:
    """What a manifest says; null where it is torn."""
    try:
        return Entry(**json.loads(path.read_bytes()))
    except (ValueError, TypeError):
        return None


def row_count(path: Path) -> int:
    """Rows of a Parquet file; none where it is broken."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):
        return 0


def stem(entry: Entry) -> str:
    """How the files with its rows begin."""
    return f"{entry.sha256}.{entry.profile}"


def failed(entry: Entry, found: str, mend: str) -> Entry:
    """The entry of a file that could not be read."""
    return replace(entry, status="failed", error=found, mend=mend)
