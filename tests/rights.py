"""Folders in which nobody may write: root neither, whose right to write anywhere is laid down for a while."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VERSION = 0x20080522  # of the kernel's structures, as capset(2) has them
ANYWHERE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """While it lasts this thread may not write there, whoever it is."""
    folder.chmod(0o555)
    try:
        with _as_anybody():
            assert not os.access(folder, os.W_OK, effective_ids=True)
            yield
    finally:
        folder.chmod(0o755)


@contextmanager
def _as_anybody() -> Iterator[None]:
    """Leave this thread without root's right to write anywhere, which it may take up again."""
    if os.geteuid() != 0:
        yield
        return
    kernel = ctypes.CDLL(None, use_errno=True)
    if not hasattr(kernel, "capset"):
        pytest.skip("root may write anywhere, and that cannot be taken away here")
    header, kept = (ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()
    assert kernel.capget(header, kept) == 0
    fewer = (ctypes.c_uint32 * 6)(kept[0] & ~ANYWHERE, *kept[1:])
    assert kernel.capset(header, fewer) == 0
    try:
        yield
    finally:
        assert kernel.capset(header, kept) == 0
