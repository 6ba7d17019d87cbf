"""Export files that nobody has read yet, noticed cheaply: a file is read only once it has stopped growing.

What a file says does not belong here; see `ingest.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from okr_analytics.exports.files import export_at, export_paths
from okr_analytics.home import Home
from okr_analytics.landing.store import LandingStore

QUIET_SECONDS = 5
NANOSECONDS = 10**9
Looks = Mapping[str, str]
"""File name -> its size and the time of its last change."""


@dataclass(frozen=True)
class Seen:
    """How files looked: those that are done with (landed, failed, or asked for), and those that may still grow."""

    settled: Looks = field(default_factory=dict)
    waiting: Looks = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> Self:
        """What was written; nothing where that is no text of ours."""
        try:
            return cls(**json.loads(text or "{}"))
        except (TypeError, ValueError):
            return cls()

    def written(self) -> str:
        """As one line of text, the same for the same looks."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def arrivals(home: Home, seen: Seen, now: float) -> tuple[list[str], Seen]:
    """Files that stopped growing and were never landed, with what is to be remembered if these are not asked for yet.

    A file has stopped growing when it looks as it did at the look before, and was not changed in the last seconds.
    `now` is in seconds since 1970. Only a file that is new since then is read, for its digest.
    """
    found, settled, waiting = [], {}, {}
    for path in export_paths(home):
        name, looks = home.relative(path), _looks(path)
        if looks is None:
            continue
        if seen.settled.get(name) == looks:
            settled[name] = looks
            continue
        waiting[name] = looks
        if seen.waiting.get(name) == looks and not _is_fresh(looks, now):
            found.append(path)
    met = _met(home, found)
    settled |= {name: waiting.pop(name) for name in met}
    return [name for name in map(home.relative, found) if name not in met], Seen(settled, waiting)


def asked_for(seen: Seen, found: list[str]) -> Seen:
    """What is to be remembered once these files were asked for: until they change they are done with."""
    waiting = {name: looks for name, looks in seen.waiting.items() if name not in found}
    return Seen({**seen.settled, **{name: seen.waiting[name] for name in found}}, waiting)


def _looks(path: Path) -> str | None:
    """Size and time of the last change; null where the file has just gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{found.st_size} {found.st_mtime_ns}"


def _is_fresh(looks: str, now: float) -> bool:
    """Whether it was changed in the last seconds. A time in the future says nothing."""
    return 0 <= now - int(looks.split()[1]) / NANOSECONDS < QUIET_SECONDS


def _met(home: Home, paths: list[Path]) -> list[str]:
    """Which of these were landed or failed before, by their bytes; one that cannot be read is for the night to name."""
    landed = {(entry.folder, entry.sha256) for entry in LandingStore(home).entries()} if paths else set()
    met = []
    for path in paths:
        try:
            file = export_at(home, path)
        except OSError:
            met.append(home.relative(path))
            continue
        if (file.folder, file.sha256) in landed:
            met.append(file.name)
    return met
