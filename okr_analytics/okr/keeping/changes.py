"""What changed in the definitions since they were last read, and which days that touches; nothing is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.okr.defining.definitions import Definitions
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.keeping.revisions import first_open_day
from okr_analytics.okr.keeping.versions import (
    KEY_RESULTS,
    OBJECTIVES,
    Table,
    load_key_results,
    load_objectives,
    withdraw,
)


@dataclass(frozen=True)
class Change:
    """A definition that is new, different or gone, in words, with the days that it speaks of and what it says now."""

    what: str
    changed: str
    first: date
    last: date
    reason: str | None = None
    content: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        because = f" ({self.reason})" if self.reason else ""
        return f"{self.what}: {'new' if self.changed == 'first' else self.changed}{because}"


def changes(home: Home, definitions: Definitions, as_of: date, now: datetime) -> list[Change]:
    """Every change since the last run; none where nothing was ever kept but what is new."""
    history = History(home)
    load_objectives(history, definitions.objectives, now)
    load_key_results(history, definitions.scored, now)
    open_from = first_open_day(history, as_of)
    withdraw(history, OBJECTIVES, {each.objective_id for each in definitions.objectives}, now, open_from)
    withdraw(history, KEY_RESULTS, {each.kr_id for each in definitions.scored}, now, open_from)
    return [*_changes(history, KEY_RESULTS), *_changes(history, OBJECTIVES)]


def days_touched(
    changed: Sequence[Change], published: date, first: date | None = None, last: date | None = None
) -> tuple[date, date]:
    """The days that changes touch up to the published one, or those asked for; the published day where there is none.

    Raises UsageError for days that are none.
    """
    until = min(last or published, published)
    if first and last and first > last:
        raise UsageError(f"--from {first} is after --to {last}; write the earlier day first")
    touched = [each.first for each in changed if each.first <= until]
    since = first or min(touched, default=until)
    if since > until:
        raise UsageError(f"--from {since}: nothing after {until} is published; choose an earlier day")
    return since, until


def _changes(history: History, table: Table) -> Iterator[Change]:
    added = list(history.added(table.name, table.kept).iter_rows(named=True))
    windows: dict[str, list[dict[str, Any]]] = {}
    for row in history.rows(table.name, table.kept).iter_rows(named=True):
        windows.setdefault(row[table.key], []).append(row)
    for row in added:
        known = windows[row[table.key]][-2:]
        first, last = min(each["window_start"] for each in known), max(each["window_end"] for each in known)
        yield Change(row[table.key], row["changed"], first, last, row["reason"], row["content"])
