"""In what condition a home is, whatever state it is in: one finding per topic, each with its mend.

Nothing here changes anything, and nothing that is broken stops the rest. What Dagster knows does not belong here.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from okr_analytics.desk import read_desk
from okr_analytics.errors import ConfigurationError, OkrError
from okr_analytics.exports.digests import digest
from okr_analytics.exports.files import find_exports
from okr_analytics.figures import counted
from okr_analytics.home import Home
from okr_analytics.landing.cells import CUSTOMER_KEY_VARIABLE, customer_key
from okr_analytics.landing.manifest import Entry
from okr_analytics.landing.store import LandingStore
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.sources.registry import profile_files, read_profile
from okr_analytics.warehouse.generations import kept_numbers, read_generation
from okr_analytics.warehouse.lock import left_behind, lock_holder

OK, NOTE, PROBLEM = "ok", "note", "problem"
PACKAGES = ("support-okr-analytics", "dagster", "duckdb", "polars", "pandera")
NOTIFY_VARIABLE = "OKR_NOTIFY_URLS"
OLD_DAYS = 2
GIGABYTE = 10**9
MOST_NAMED = 5


@dataclass(frozen=True)
class Finding:
    """What was found about a topic: `ok`, worth a `note`, or a `problem`; and what to do about it."""

    state: str
    summary: str
    mend: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """For programs."""
        return {"state": self.state, "said": self.summary, "mend": self.mend}


Examination = Callable[[Home, datetime], Finding]


def examine(home: Home, now: datetime, topics: Mapping[str, Examination]) -> dict[str, Finding]:
    """A finding per topic; `now` is UTC without zone. Never raises: what cannot be told is a problem too."""
    return {topic: _finding(examination, home, now) for topic, examination in topics.items()}


def _finding(examination: Examination, home: Home, now: datetime) -> Finding:
    try:
        return examination(home, now)
    except ConfigurationError as error:
        more = f" and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        return Finding(PROBLEM, f"{error.problems[0]}{more}", "mend the file; 'okr check' names every line")
    except OkrError as error:
        summary, _, mend = str(error).partition("; ")
        return Finding(PROBLEM, summary, mend or "'okr run' says more")
    except Exception as error:  # noqa: BLE001 - what a broken home raises is not known; the rest must be told
        return Finding(PROBLEM, f"cannot be told: {type(error).__name__}: {error}", "look at the files that it names")


def _versions(*_: object) -> Finding:
    return Finding(OK, ", ".join((f"python {_python()}", *(f"{name} {version(name)}" for name in PACKAGES))))


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _folders(home: Home, _: datetime) -> Finding:
    if not home.root.is_dir():
        return Finding(PROBLEM, f"there is no folder {home.root}", f"'okr init {home.root}' makes a home of it")
    if not home.desk_file.exists() and not home.exports.exists():
        mend = f"'okr init {home.root}' makes a home of it, or name another with --home"
        return Finding(PROBLEM, f"{home.root} is no home: it has no desk.yaml and no exports/", mend)
    written = (home.state, home.landing, home.history, home.stage, home.generations, home.warehouse.parent)
    if bad := [path for path in written if not _is_writable(path)]:
        names = ", ".join(map(home.relative, bad))
        return Finding(PROBLEM, f"{names} in {home.root} cannot be written", "give the user that runs okr the right to")
    return Finding(OK, f"{home.root}, writable")


def _is_writable(path: Path) -> bool:
    there = _nearest(path)
    return there.is_dir() and os.access(there, os.W_OK)


def _nearest(path: Path) -> Path:
    """The path, or the nearest above it that exists."""
    return next(each for each in (path, *path.parents) if each.exists())


def _disk(home: Home, _: datetime) -> Finding:
    free = shutil.disk_usage(_nearest(home.state)).free
    needed = 2 * home.warehouse.stat().st_size if home.warehouse.exists() else 0
    summary = f"{_size(free)} free, a run needs about {_size(needed)}"
    if free < needed:
        return Finding(PROBLEM, summary, "free some space, or lower generations_kept in desk.yaml")
    return Finding(OK, summary)


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= GIGABYTE else f"{count / 1e6:,.1f} MB"


def _lock(home: Home, _: datetime) -> Finding:
    if holder := lock_holder(home):
        return Finding(NOTE, holder, "let it end, or stop that process; a stopped run harms nothing")
    if dead := left_behind(home):
        return Finding(NOTE, f"free; run {dead} was killed while it held it", "the next run notes that by itself")
    return Finding(OK, "free")


def _generation(home: Home, now: datetime) -> Finding:
    if not home.warehouse.exists():
        return Finding(NOTE, "nothing is published yet", "'okr run' computes and publishes")
    newest = read_generation(home.warehouse)
    if newest is None:
        mend = "'okr rollback' puts a kept one back, 'okr run' computes everything"
        return Finding(PROBLEM, f"{home.warehouse} cannot be read", mend)
    days = (now.replace(tzinfo=UTC).astimezone(read_desk(home).zone).date() - newest.as_of).days
    hours = (now - newest.published_at).total_seconds() / 3600
    summary = f"{newest.number}, as of {newest.as_of}, published {hours:,.0f} hours ago, {_size(newest.size_bytes)}"
    if days > OLD_DAYS:
        return Finding(
            NOTE, f"{summary}: it says nothing of the last {days - 1} days", "'okr run'; is the schedule on?"
        )
    return Finding(OK, summary)


def _kept(home: Home, _: datetime) -> Finding:
    numbers = kept_numbers(home)
    named = f" ({', '.join(map(str, numbers))})" if numbers else ""
    return Finding(OK, f"{len(numbers)}{named}; desk.yaml keeps {read_desk(home).generations_kept}")


def _clock(home: Home, now: datetime) -> Finding:
    desk = read_desk(home)
    local = now.replace(tzinfo=UTC).astimezone(desk.zone)
    summary = f"{now:%Y-%m-%d %H:%M} UTC, {local:%Y-%m-%d %H:%M} in {desk.time_zone}"
    newest = read_generation(home.warehouse) if home.warehouse.exists() else None
    if newest and newest.published_at > now:
        behind = f"{summary}; but the newest generation was published at {newest.published_at:%Y-%m-%d %H:%M} UTC"
        return Finding(NOTE, behind, "set the system's clock, before the next run notes wrong times")
    return Finding(OK, summary)


def _exports(home: Home, _: datetime) -> Finding:
    entries = LandingStore(home).entries()
    if failed := [each for each in entries if not each.is_loaded and _is_there(home, each)]:
        each = failed[0]
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        return Finding(PROBLEM, f"{each.file}{more} could not be read: {each.error}", each.mend)
    landed = {(each.folder, each.sha256) for each in entries}
    waiting = [file.name for file in find_exports(home) if (file.folder, file.sha256) not in landed]
    if waiting:
        named = ", ".join(islice(waiting, MOST_NAMED)) + (", …" if len(waiting) > MOST_NAMED else "")
        return Finding(NOTE, f"{counted(len(waiting), 'file')} not read yet: {named}", "the next 'okr run' reads them")
    return Finding(OK, f"all read ({counted(len(landed), 'file')})")


def _is_there(home: Home, entry: Entry) -> bool:
    path = home.root / entry.file
    return path.is_file() and digest(path) == entry.sha256


def _definitions(home: Home, _: datetime) -> Finding:
    for name in profile_files(home):
        read_profile(home, name)
    kpis, definitions = read_catalogue(home).kpis, read_definitions(home)
    objectives, key_results = len(definitions.objectives), len(definitions.key_results)
    summary = f"{counted(objectives, 'objective')}, {counted(key_results, 'key result')}, {len(kpis)} KPIs"
    if definitions.warnings:
        return Finding(NOTE, f"{summary}; {counted(len(definitions.warnings), 'warning')}", "'okr check' names them")
    return Finding(OK, summary)


def _customers(*_: object) -> Finding:
    if customer_key() is None:
        return Finding(NOTE, "customers are not kept", f"set {CUSTOMER_KEY_VARIABLE} to keep them as keyed hashes")
    return Finding(OK, f"kept as keyed hashes; {CUSTOMER_KEY_VARIABLE} is set")


def _notifications(*_: object) -> Finding:
    is_set = bool(os.environ.get(NOTIFY_VARIABLE))
    return Finding(OK, f"configured; {NOTIFY_VARIABLE} is set" if is_set else f"off; {NOTIFY_VARIABLE} is not set")


TOPICS: Mapping[str, Examination] = {
    "versions": _versions,
    "folders": _folders,
    "disk": _disk,
    "lock": _lock,
    "generation": _generation,
    "kept": _kept,
    "clock": _clock,
    "exports": _exports,
    "definitions": _definitions,
    "customers": _customers,
    "notifications": _notifications,
}
