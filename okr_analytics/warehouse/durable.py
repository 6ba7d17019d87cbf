"""Writing that is on disk before anybody relies on it."""

import logging
import os
from pathlib import Path

log = logging.getLogger("okr.disk")


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap_in(made: Path, target: Path) -> None:
    """Put a file, or a folder of synced files, under its own name in one step: its bytes first, then the name."""
    sync(made)
    log.debug("%s on disk, not yet swapped in", made.name)
    os.replace(made, target)  # noqa: PTH105 - the call whose atomicity this rests on
    log.debug("%s swapped in", made.name)
    sync(target.parent)
