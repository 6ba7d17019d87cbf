"""What goes wrong around a run: full disks, rights, exports that change, clocks. Each ends with a plain message and the
mend, the published generation untouched, and the next run whole."""

import os
import re
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ask, build, csv, publish, put, ticket
from exported import landed, landed_rows
from killed import (
    FIRST_DAY,
    SECOND_DAY,
    SECOND_NIGHT,
    after_first_night,
    assert_next_night_is_whole,
    between_nights,
    first_exports,
    identity,
    second_exports,
    undisturbed,
)
from rights import closed
from template_homes import Templates

from okr_analytics.errors import WarehouseBusy
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.lock import only_writer
from pipelines.cli import main
from pipelines.resources import Plan, desk_run


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Home:
    """A home after its first night, with the second one's exports there."""
    return between_nights(templates, tmp_path)


def run_under_quota(home: Home, size: int) -> "subprocess.CompletedProcess[str]":
    """`okr run` for the second day as a process of its own, in which no file may grow beyond that size."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "run", "--as-of", str(SECOND_DAY)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        cwd=CHECKOUT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def assert_plain(code: int, stderr: str, *said: str) -> None:
    """Exit code 1, one plain message, and no stack trace."""
    assert (code, "Traceback" in stderr) == (1, False), stderr
    assert [words for words in said if words not in stderr] == []


def assert_refused(home: Home, folder: str) -> None:
    """`okr run` while nobody may write to the folder: it says so, and which folder it is."""
    with closed(home.root / folder):
        done = CliRunner().invoke(main, ["--home", str(home.root), "run", "--as-of", str(SECOND_DAY)])
    assert isinstance(done.exception, SystemExit)
    assert_plain(done.exit_code, done.stderr, "Permission denied", folder, "see that it may be read and written")


@pytest.fixture
def tiny_stage(desk: Home) -> Iterator[Path]:
    """A disk of one megabyte where the stage is built."""
    desk.stage.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(desk.stage)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield desk.stage
    subprocess.run(["/bin/umount", str(desk.stage)], check=True)


def test_a_disk_that_is_full_while_staging(desk: Home, tiny_stage: Path) -> None:
    before = identity(desk)
    with pytest.raises(OSError, match="No space left on device"):
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert identity(desk) == before
    assert list(tiny_stage.iterdir()) == []


def test_nights_that_may_not_write(desk: Home, templates: Templates) -> None:
    """One night after the other. In the first the folder of the state is closed, and it ends before its work; in the
    second no file may grow beyond 300 kB, and the records of runs are the first that do; the third may not write what
    it reads, the fourth may not publish. The night after them is whole."""
    before = identity(desk)
    assert_refused(desk, "state")
    assert identity(desk) == before
    done = run_under_quota(desk, 300_000)
    assert_plain(done.returncode, done.stderr, "see that it may be read and written and that the disk is not full")
    assert identity(desk) == before
    assert_refused(desk, "state/landing/canonical")
    assert identity(desk) == before
    with closed(desk.warehouse.parent), pytest.raises(PermissionError, match=re.escape(str(desk.warehouse))):
        publish(desk, SECOND_DAY, "fourth", SECOND_NIGHT)
    assert identity(desk) == before
    assert_next_night_is_whole(desk, undisturbed(templates))


def test_a_second_run_is_told_who_holds_the_lock_and_breaks_nothing(desk: Home) -> None:
    before = identity(desk), contents(desk)
    with (
        only_writer(desk, "first-run"),
        pytest.raises(WarehouseBusy, match=rf"run first-run \(process {os.getpid()}\)") as busy,
    ):
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert busy.value.exit_code == 1
    assert (identity(desk), contents(desk)) == before


def contents(home: Home) -> dict[Path, bytes]:
    """Every file of the home with its bytes."""
    return {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def many(rows: int) -> bytes:
    """An export of so many tickets."""
    return csv(*(ticket(str(number)) for number in range(rows))).encode()


def loaded_rows(home: Home) -> list[int]:
    """How many rows each file has that was landed; all are different files."""
    loaded = {entry.sha256: entry.rows_read or 0 for entry in landed(home) if entry.is_loaded}
    return sorted(loaded.values())


def test_an_export_that_grows_while_it_is_read_is_whole_in_the_next_run(home: Home) -> None:
    """Somebody still copies it: this run takes nothing or all of what it saw, and the next one all of it."""
    whole = many(60_000)
    head, *parts = (whole[start : start + 50_000] for start in range(0, len(whole), 50_000))
    path = put(home, "exports/canonical/grows.csv", head)
    put(home, "exports/canonical/good.csv", csv(ticket("good")))
    is_over = threading.Event()

    def grow() -> None:
        with path.open("ab") as out:
            for part in parts:
                out.write(part)
                out.flush()
                is_over.wait(0.02)

    writer = threading.Thread(target=grow)
    writer.start()
    assert loaded_rows(home)[0] == 1
    is_over.set()
    writer.join()
    assert loaded_rows(home)[-1] == 60_000
    assert landed_rows(home)["ticket_id"].n_unique() == 60_001


def test_an_export_that_is_replaced_again_and_again_never_lands_in_part(home: Home) -> None:
    """Two versions take turns under one name while runs read it: what is landed has the rows of one of them."""
    versions = (many(20_000), many(30_000))
    path = put(home, "exports/canonical/turns.csv", versions[0])
    is_over = threading.Event()

    def take_turns() -> None:
        turn = 0
        while not is_over.wait(0.005):
            turn += 1
            aside = home.root / "aside.csv"
            aside.write_bytes(versions[turn % 2])
            aside.replace(path)

    writer = threading.Thread(target=take_turns)
    writer.start()
    for _ in range(2):
        assert {*loaded_rows(home)} <= {20_000, 30_000}
    is_over.set()
    writer.join()
    assert loaded_rows(home) in ([20_000], [30_000], [20_000, 30_000])


def answered(home: Home, day: date, now: datetime) -> dict[str, list[Any]]:
    """A night's answers as of a day, known at an instant. Returns what blocking audits found."""
    kpis = ("answered_share", "first_response_calendar_mean")
    return build(home, "okr.attainment", "okr.as_reported", as_of=day, now=now, kpis=kpis, is_checked=True)


def test_a_clock_that_was_set_back_reorders_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """A night in 2031 by a wrong clock; then the clock is right again, and what is new is known right after it."""
    first_exports(home)
    wrong = datetime(2031, 1, 1)
    assert answered(home, FIRST_DAY, wrong) == {}
    assert History(home).newest_instant() == wrong
    with only_writer(home, "second"), desk_run(home, "second", SECOND_DAY, Plan()) as prepared:
        assert prepared.now == wrong + timedelta(microseconds=1)
    assert "the clock says" in caplog.text
    assert "knew things at 2031-01-01 00:00 already" in caplog.text
    second_exports(home)
    assert answered(home, SECOND_DAY, prepared.now) == {}
    known = ask(home, "select known_from, known_to from okr.attainment where known_to is not null")
    assert known
    assert all(known_from < known_to for known_from, known_to in known)
    reported = ask(home, f"select distinct as_of_date from okr.as_reported(timestamp '{wrong}') order by 1")
    assert reported[-1] == (FIRST_DAY,)


def test_a_clock_that_is_right_is_the_runs_instant(desk: Home) -> None:
    with only_writer(desk, "second"), desk_run(desk, "second", SECOND_DAY, Plan()) as prepared:
        assert prepared.now.date() >= date(2026, 11, 22)


def test_a_run_of_an_earlier_day_takes_nothing_back(templates: Templates, tmp_path: Path) -> None:
    """With the clock set back the nightly run speaks of an earlier yesterday: later answers stay as reported."""
    home = templates.copy("first_night", after_first_night, tmp_path)
    before = ask(home, "select * exclude (known_to) from okr.attainment order by all")
    assert answered(home, FIRST_DAY - timedelta(days=3), SECOND_NIGHT) == {}
    assert ask(home, "select * exclude (known_to) from okr.attainment order by all") == before
