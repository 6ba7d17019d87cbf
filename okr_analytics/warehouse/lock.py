"""The single-writer guard: an OS lock, so that a killed run never blocks the next.

The lock file names its holder only while that holds it: a name that is still there when the lock is free is that of a
run that was killed.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import IO

from okr_analytics.errors import WarehouseBusy
from okr_analytics.home import Home

LOOK_AGAIN_SECONDS = 0.1
AT_ONCE_SECONDS = 0.3  # long enough for somebody who only looks whether the lock is free
Say = Callable[[str], None]


@dataclass(frozen=True)
class Holder:
    """Who has the lock: a run, its process and host, and since when (ISO, UTC)."""

    run_id: str
    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        elsewhere = "" if self.host == socket.gethostname() else f" on host {self.host}"
        return f"run {self.run_id} (process {self.pid}{elsewhere}) holds the lock since {self.since} UTC"


def _nobody(_: str) -> None:
    """What is done about a killed run, or a wait, where nobody wants to hear of it."""


@contextmanager
def only_writer(
    home: Home, run_id: str, wait_seconds: float = 0, say: Say = _nobody, killed: Say = _nobody
) -> Iterator[None]:
    """Hold the home's lock; raises WarehouseBusy naming the holder where another run has it after that time.

    `say` hears once whom it waits for; `killed` hears the id of a run that was killed while it held the lock.
    """
    home.lock_file.parent.mkdir(parents=True, exist_ok=True)
    with home.lock_file.open("a+", encoding="utf-8") as handle:
        _take(handle, wait_seconds, say)
        if dead := _holder(_written(handle)):
            killed(dead.run_id)
        _write(handle, json.dumps(asdict(_myself(run_id))))
        try:
            yield
        finally:
            _write(handle, "")


def lock_holder(home: Home) -> str | None:
    """Who has the lock, in words; null where it is free. Takes it for an instant to find out."""
    if not home.lock_file.exists():
        return None
    with home.lock_file.open(encoding="utf-8", errors="replace") as handle:
        return None if _is_taken(handle, fcntl.LOCK_SH) else _said(handle)


def left_behind(home: Home) -> str | None:
    """The id of a run that was killed while it held the lock, where nobody has held it since; else null."""
    if not home.lock_file.exists() or lock_holder(home):
        return None
    dead = _holder(home.lock_file.read_text(encoding="utf-8", errors="replace"))
    return dead.run_id if dead else None


def _take(handle: IO[str], wait_seconds: float, say: Say) -> None:
    until = time.monotonic() + max(wait_seconds, AT_ONCE_SECONDS)
    is_said = False
    while not _is_taken(handle):
        left = until - time.monotonic()
        if left <= 0:
            raise WarehouseBusy(f"{_said(handle)}; let it end (--wait SECONDS waits for it), or stop it")
        if wait_seconds and not is_said:
            say(f"waiting up to {wait_seconds:g} seconds: {_said(handle)}")
            is_said = True
        time.sleep(min(LOOK_AGAIN_SECONDS, left))


def _is_taken(handle: IO[str], how: int = fcntl.LOCK_EX) -> bool:
    """Whether the lock was free, and is ours now until the file is closed; shared with others who only look."""
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _myself(run_id: str) -> Holder:
    since = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
    return Holder(run_id, os.getpid(), socket.gethostname(), since)


def _said(handle: IO[str]) -> str:
    return str(_holder(_written(handle)) or "another run holds the lock")


def _written(handle: IO[str]) -> str:
    handle.seek(0)
    return handle.read()


def _holder(written: str) -> Holder | None:
    """Whom the lock file names; null where it names nobody, or not as we write it."""
    try:
        return Holder(**json.loads(written))
    except (ValueError, TypeError):
        return None


def _write(handle: IO[str], text: str) -> None:
    handle.truncate(0)
    handle.write(text)
    handle.flush()
