"""Exports damaged at random: none ends a run, and the good file beside them is landed as ever."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import new_home, put
from exported import landed
from hostile import GOOD, SEEDS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from okr_analytics.home import Home
from okr_analytics.landing.store import LandingStore

FILES_A_RUN = 10
QUICKLY = settings(
    max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)
AT_LENGTH = settings(QUICKLY, max_examples=300)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, chance: data[: chance.randrange(len(data))],
    lambda data, chance: data[chance.randrange(len(data)) :],
    lambda data, chance: _put_in(data, chance, bytes([data[chance.randrange(len(data))] ^ (1 << chance.randrange(8))])),
    lambda data, chance: _put_in(data, chance, chance.randbytes(chance.randrange(1, 40))),
    lambda data, chance: _put_in(
        data, chance, chance.choice([b'"', b"'", b"\0", b"\r", b"\n", b",", b";", b"\xff\xfe"])
    ),
    lambda data, chance: _put_in(data, chance, b"9" * chance.randrange(1, 400)),
    lambda data, chance: data + data[chance.randrange(len(data)) :],
    lambda data, chance: data.replace(b"\n", b"\r\n", chance.randrange(1, 6)),
    lambda data, chance: data.replace(b"opened_at", chance.choice([b"ticket_id", b"", b"opened_at,opened_at"]), 1),
    lambda data, chance: data.decode("latin-1").encode(chance.choice(["utf-16", "utf-32", "utf-8-sig", "cp037"])),
    lambda data, chance: data.replace(b"2026", chance.choice([b"0000", b"9999", b"-001", b"10000", b"1e99"])),
)


def _put_in(data: bytes, chance: random.Random, more: bytes) -> bytes:
    """Some bytes overwritten."""
    place = chance.randrange(len(data))
    return data[:place] + more + data[place + len(more) :]


Files = list[tuple[str, bytes]]


def assert_only_the_good_one_is_certain(home: Home) -> None:
    """The good file has landed; of each other one every row is accounted for, or why it was refused is said."""
    entries, store = {each.file: each for each in landed(home)}, LandingStore(home)
    good = entries["exports/canonical/good.csv"]
    assert (good.status, good.rows_read) == ("loaded", 1)
    for name, entry in entries.items():
        assert store.is_whole(entry) if entry.is_loaded else entry.error and entry.mend, name


def _held_against(files: Files) -> None:
    """All in one run, in folders of their own: the good one is the last to be read."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        unpacking = Path(folder) / "unpacking"
        unpacking.mkdir()
        patch.setattr(tempfile, "tempdir", str(unpacking))
        home = new_home(Path(folder))
        put(home, "exports/canonical/good.csv", GOOD)
        for place, (name, data) in enumerate(files):
            put(home, f"exports/canonical/{place:02d}/{name}", data)
        assert_only_the_good_one_is_certain(home)
        assert list(unpacking.iterdir()) == []


def _damaged(name: str, seed: int, times: int) -> tuple[str, bytes]:
    chance, data = random.Random(seed), SEEDS[name]  # noqa: S311 - damage, not a secret
    for _ in range(times):
        data = chance.choice(DAMAGES)(data, chance) or b"x"
    return name, data


def _several(exports: st.SearchStrategy[tuple[str, bytes]]) -> st.SearchStrategy[Files]:
    return st.lists(exports, min_size=FILES_A_RUN, max_size=FILES_A_RUN)


NAMES = st.sampled_from(sorted(SEEDS))
DAMAGED = _several(st.builds(_damaged, NAMES, st.integers(0, 1 << 32), st.integers(1, 4)))


@QUICKLY
@given(DAMAGED)
def test_a_damaged_export_never_ends_a_run(files: Files) -> None:
    _held_against(files)


@QUICKLY
@given(_several(st.tuples(NAMES, st.binary(min_size=1, max_size=300))))
def test_random_bytes_never_end_a_run(files: Files) -> None:
    _held_against(files)


@pytest.mark.soak
@AT_LENGTH
@given(DAMAGED)
def test_damaged_exports_at_length(files: Files) -> None:
    _held_against(files)
