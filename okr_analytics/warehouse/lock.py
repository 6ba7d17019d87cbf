"""The single-writer guard: an OS lock, so that a killed run never blocks the next."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from okr_analytics.errors import WarehouseBusy
from okr_analytics.home import Home


@contextmanager
def only_writer(home: Home, run_id: str) -> Iterator[None]:
    """Hold the home's lock; raises WarehouseBusy naming the holder where another run has it."""
    home.lock_file.parent.mkdir(parents=True, exist_ok=True)
    with home.lock_file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise WarehouseBusy(f"{_holder(handle.read())}; wait for it to end, or stop it") from None
        handle.truncate(0)
        handle.write(json.dumps({"pid": os.getpid(), "run_id": run_id}))
        handle.flush()
        yield


def _holder(written: str) -> str:
    try:
        holder = json.loads(written)
    except json.JSONDecodeError:
        return "another run holds the lock"
    return f"run {holder['run_id']} (process {holder['pid']}) holds the lock"
