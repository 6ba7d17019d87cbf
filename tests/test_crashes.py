"""What a crash may leave behind: torn files in landing, in the stage, in the history. The next run is whole, or says by
name what is lost."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from conftest import publish, put
from exported import landed, landed_rows
from killed import SECOND_DAY, SECOND_NIGHT, assert_next_night_is_whole, between_nights, identity, undisturbed
from template_homes import Templates

from okr_analytics.errors import DataError, OkrError
from okr_analytics.home import Home
from okr_analytics.landing.store import LandingStore
from okr_analytics.warehouse.lock import only_writer


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Home:
    """A home after its first night, with the second one's exports there."""
    return between_nights(templates, tmp_path)


@pytest.fixture
def twin(templates: Templates) -> Home:
    """What the second night makes of it where nothing went wrong; to look at."""
    return undisturbed(templates)


def rows_of(home: Home) -> Path:
    """The landed rows of the first night's tickets."""
    return max(home.landing.glob("canonical/*.rows.parquet"), key=lambda path: path.stat().st_size)


def manifest_of(home: Home) -> Path:
    """What became of that file."""
    return next(home.landing.glob("canonical/*.json"))


def cut(path: Path) -> None:
    """Half of the file, as a machine that lost power leaves it."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


LANDING_LEFT: dict[str, Callable[[Home], object]] = {
    "a torn manifest": lambda home: cut(manifest_of(home)),
    "an empty manifest": lambda home: manifest_of(home).write_bytes(b""),
    "a manifest of something else": lambda home: manifest_of(home).write_bytes(b"[1, 2]"),
    "torn rows": lambda home: cut(rows_of(home)),
    "rows that are garbage": lambda home: rows_of(home).write_bytes(b"garbage" * 1000),
    "rows that are gone": lambda home: rows_of(home).unlink(),
    "no landing at all": lambda home: shutil.rmtree(home.landing),
}


def kept_rows(home: Home) -> list[Any]:
    """What became of each file, and its accepted and refused rows; when that was, left out."""
    entries = [asdict(entry) | {"loaded_at": "", "run_id": ""} for entry in LandingStore(home).entries()]
    return [entries, *(landed_rows(home, name).sort("file_id", "row_number").rows() for name in ("rows", "rejected"))]


@pytest.mark.parametrize("what", LANDING_LEFT)
def test_what_a_crash_may_leave_in_landing_is_read_again(desk: Home, twin: Home, what: str) -> None:
    """Where its export is still there. From the same rows the same follows."""
    LANDING_LEFT[what](desk)
    landed(desk, SECOND_NIGHT)
    assert kept_rows(desk) == kept_rows(twin)


def leave_all_at_once(home: Home) -> None:
    """Half of everything that a killed run was about to write."""
    put(home, "state/landing/canonical/abc.rows.parquet.part", "PAR1")
    put(home, "state/stage/killed/desk.duckdb", "half")
    put(home, "state/history/.unfinished/attainment.parquet", "PAR1")
    cut(rows_of(home))
    cut(manifest_of(home))


LEFT: dict[str, Callable[[Home], object]] = {
    "half of everything": leave_all_at_once,
    "no landing at all": lambda home: shutil.rmtree(home.landing),
    "no warehouse": lambda home: shutil.rmtree(home.warehouse.parent),
    "a garbage warehouse": lambda home: home.warehouse.write_bytes(b"garbage" * 1000),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_crash_may_leave_is_mended_by_the_next_run(desk: Home, twin: Home, what: str) -> None:
    LEFT[what](desk)
    assert_next_night_is_whole(desk, twin)
    assert list(desk.stage.iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: cut(manifest_of(home)), r"canonical/\w+\.json cannot be read; put its export back"),
        (lambda home: cut(rows_of(home)), r"state/landing has lost rows of exports/canonical/tickets-2026-03-08\.csv"),
        (lambda home: rows_of(home).unlink(), r"rows of exports/canonical/tickets-2026-03-08\.csv; put its export"),
    ],
)
def test_landed_rows_that_are_lost_for_good_stop_the_run(
    desk: Home, twin: Home, spoil: Callable[[Home], object], said: str
) -> None:
    """Their export was taken away long ago: better no new generation than one that has forgotten rows in silence."""
    before = identity(desk)
    export = desk.exports / "canonical" / "tickets-2026-03-08.csv"
    aside = export.rename(desk.root / "aside")
    spoil(desk)
    with pytest.raises(DataError, match=said):
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert identity(desk) == before
    aside.rename(export)
    landed(desk, SECOND_NIGHT)
    assert kept_rows(desk) == kept_rows(twin)


def test_a_broken_history_stops_the_run_by_name(desk: Home) -> None:
    """It alone cannot be computed again, so nothing goes on without it."""
    before = identity(desk)
    cut(desk.history / "00000001" / "attainment.parquet")
    with pytest.raises(DataError, match=r"attainment\.parquet cannot be read; 'okr restore' puts back a backup"):
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert identity(desk) == before


def test_a_lock_file_of_garbage_locks_nobody_out(desk: Home) -> None:
    put(desk, "state/run.lock", json.dumps({"pid": 1})[:5])
    with only_writer(desk, "next"), pytest.raises(OkrError, match="run next"), only_writer(desk, "other"):
        pass
