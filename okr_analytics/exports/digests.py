"""Digests of export files that were taken before: a file that looks as it did then is not read again for its digest."""

import hashlib
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from okr_analytics.home import Home

NAME = "digests.json"
SETTLED_NANOSECONDS = 2 * 10**9
"""A file that was just written may be written again within one tick of its clock."""


class Digests:
    """Name -> how the file looked, and the sha256 of its bytes then. Kept when the block ends; a cache that can go."""

    def __init__(self, home: Home) -> None:
        self._path = home.state / NAME
        self._known: dict[str, list[str]] = {}
        self._seen: dict[str, list[str]] = {}

    def __enter__(self) -> Self:
        try:
            self._known = dict(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self._known = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._seen != self._known:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_name(self._path.name + ".part")
            part.write_text(json.dumps(self._seen), encoding="utf-8")
            os.replace(part, self._path)  # noqa: PTH105

    def of(self, path: Path, name: str) -> str:
        """sha256 of the file's bytes."""
        looks = _looks(path)
        known = self._known.get(name)
        found = known[1] if known and known[0] == looks else digest(path)
        if _is_settled(path):
            self._seen[name] = [looks, found]
        return found


def digest(path: Path) -> str:
    """sha256 of the file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _looks(path: Path) -> str:
    """What changes with the file: also where its size and the time of its last change are set back."""
    state = path.stat()
    return f"{state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"


def _is_settled(path: Path) -> bool:
    return time.time_ns() - path.stat().st_ctime_ns > SETTLED_NANOSECONDS
