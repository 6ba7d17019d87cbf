"""What goes wrong around a run: full disks, rights, torn files, clocks. Each ends with a plain message and the mend,
the published generation untouched, and the next run whole."""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ask, csv, land, new_home, publish, put, ticket
from killed import FIRST_DAY, FIRST_NIGHT, SECOND_DAY, SECOND_NIGHT, first_exports, second_exports, truth

from okr_analytics.errors import DataError, OkrError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.lock import only_writer
from pipelines.resources import Plan, desk_run

KEPT_RIGHTS = "-dac_override,-dac_read_search"  # what lets root write where nobody may
BETWEEN = FIRST_NIGHT + timedelta(hours=1)


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after its first night, with the second one's exports there; to copy."""
    home = new_home(tmp_path_factory.mktemp("between"))
    first_exports(home)
    assert publish(home, FIRST_DAY, "first", FIRST_NIGHT) == {}
    second_exports(home)
    return home


@pytest.fixture(scope="module")
def undisturbed(between: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """What the second night says where nothing goes wrong."""
    twin = Home(Path(shutil.copytree(between.root, tmp_path_factory.mktemp("twin") / "home")))
    assert publish(twin, SECOND_DAY, "twin", SECOND_NIGHT) == {}
    return truth(twin, BETWEEN)


@pytest.fixture
def desk(between: Home, tmp_path: Path) -> Home:
    """Such a home."""
    return Home(Path(shutil.copytree(between.root, tmp_path / "desk")))


def run(home: Home, *before: str, limit: Callable[[], None] | None = None) -> "subprocess.CompletedProcess[str]":
    """`okr run` for the second day as a process of its own, started by the words `before`."""
    return subprocess.run(
        [*before, sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "run", "--as-of", str(SECOND_DAY)],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, cwd=CHECKOUT, preexec_fn=limit,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def identity(home: Home) -> tuple[int, int, int]:
    """Changes when the published file is another, or was written to."""
    status = home.warehouse.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def assert_plain(done: "subprocess.CompletedProcess[str]", code: int, said: str) -> None:
    """The exit code, one plain message, and no stack trace."""
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr


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
    done = run(desk)
    assert_plain(done, 1, "No space left on device")
    assert identity(desk) == before
    assert list(tiny_stage.iterdir()) == []


def test_a_quota_on_files(desk: Home, undisturbed: dict[str, list[tuple[Any, ...]]]) -> None:
    """No file may grow beyond 300 kB: the records of runs are the first that do."""
    before = identity(desk)
    limit = 300_000
    done = run(desk, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert_plain(done, 1, "see that it may be read and written and that the disk is not full")
    assert identity(desk) == before
    assert publish(desk, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(desk, BETWEEN) == undisturbed


@pytest.mark.parametrize("folder", ["state", "state/landing/canonical", "warehouse"])
def test_a_folder_that_may_not_be_written(
    desk: Home, folder: str, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Root may write anywhere; without that right it is as anybody else is."""
    rights: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write anywhere, and setpriv is not there to take that away")
        rights = ("setpriv", f"--bounding-set={KEPT_RIGHTS}")
    before = identity(desk)
    (desk.root / folder).chmod(0o555)
    done = run(desk, *rights)
    (desk.root / folder).chmod(0o755)
    assert_plain(done, 1, "Permission denied")
    assert folder in done.stderr
    assert identity(desk) == before
    assert publish(desk, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(desk, BETWEEN) == undisturbed


def test_a_second_run_is_told_who_holds_the_lock_and_breaks_nothing(
    desk: Home, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    before = identity(desk)
    with only_writer(desk, "first-run"):
        done = run(desk)
    assert_plain(done, 1, f"run first-run (process {os.getpid()}")
    assert identity(desk) == before
    assert publish(desk, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(desk, BETWEEN) == undisturbed


def rows_of(home: Home) -> Path:
    """The landed rows of the first night's tickets."""
    return max(home.landing.glob("canonical/*.rows.parquet"), key=lambda path: path.stat().st_size)


def manifest_of(home: Home) -> Path:
    """What became of that file."""
    return next(home.landing.glob("canonical/*.json"))


def cut(path: Path) -> None:
    """Half of the file, as a machine that lost power leaves it."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


LEFT_OVER: dict[str, Callable[[Home], object]] = {
    "a torn manifest": lambda home: cut(manifest_of(home)),
    "an empty manifest": lambda home: manifest_of(home).write_bytes(b""),
    "a manifest of something else": lambda home: manifest_of(home).write_bytes(b"[1, 2]"),
    "torn rows": lambda home: cut(rows_of(home)),
    "rows that are garbage": lambda home: rows_of(home).write_bytes(b"garbage" * 1000),
    "rows that are gone": lambda home: rows_of(home).unlink(),
    "half-written rows": lambda home: put(home, "state/landing/canonical/abc.rows.parquet.part", "PAR1"),
    "no landing at all": lambda home: shutil.rmtree(home.landing),
    "no warehouse": lambda home: shutil.rmtree(home.warehouse.parent),
    "a stage of a killed run": lambda home: put(home, "state/stage/killed/desk.duckdb", "half"),
    "a half-written history": lambda home: put(home, "state/history/.unfinished/attainment.parquet", "PAR1"),
}


@pytest.mark.parametrize("what", LEFT_OVER)
def test_what_a_crash_may_leave_is_mended_by_the_next_run(
    desk: Home, what: str, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    """What was landed is read again where its export is still there."""
    LEFT_OVER[what](desk)
    assert publish(desk, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(desk, BETWEEN) == undisturbed


def test_a_garbage_warehouse_is_replaced(desk: Home, undisturbed: dict[str, list[tuple[Any, ...]]]) -> None:
    desk.warehouse.write_bytes(b"garbage" * 1000)
    assert publish(desk, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(desk, BETWEEN) == undisturbed


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: cut(manifest_of(home)), r"canonical/\w+\.json cannot be read; put its export back"),
        (lambda home: cut(rows_of(home)), r"state/landing has lost rows of exports/canonical/tickets-2026-03-08\.csv"),
        (lambda home: rows_of(home).unlink(), r"rows of exports/canonical/tickets-2026-03-08\.csv; put its export"),
    ],
)
def test_landed_rows_that_are_lost_for_good_stop_the_run(
    desk: Home, spoil: Callable[[Home], object], said: str
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
    assert publish(desk, SECOND_DAY, "third", SECOND_NIGHT) == {}


def test_a_broken_history_stops_the_run_by_name(desk: Home) -> None:
    """It alone cannot be computed again, so nothing goes on without it."""
    before = identity(desk)
    cut(desk.history / "00000001" / "attainment.parquet")
    with pytest.raises(DataError, match=r"attainment\.parquet cannot be read; 'okr restore' puts back a backup"):
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert identity(desk) == before


def many(rows: int) -> bytes:
    """An export of so many tickets."""
    return csv(*(ticket(str(number)) for number in range(rows))).encode()


def test_an_export_that_grows_while_it_is_read_is_whole_in_the_next_run(home: Home) -> None:
    """Somebody still copies it: this run takes nothing or all of what it saw, and the next one all of it."""
    head, *parts = (many(60_000)[start : start + 50_000] for start in range(0, len(many(60_000)), 50_000))
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
    assert land(home) == {}
    is_over.set()
    writer.join()
    assert ask(home, "select count(*) from core.tickets where ticket_id = 'good'") == [(1,)]
    assert land(home) == {}
    assert ask(home, "select count(*) from core.tickets") == [(60_001,)]
    assert (60_000,) in ask(home, "select rows_read from ops.loads where status = 'loaded'")


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
        assert land(home) == {}
    is_over.set()
    writer.join()
    assert land(home) == {}
    loaded = ask(home, "select sha256, rows_read from ops.loads where status = 'loaded'")
    assert {rows for _, rows in loaded} <= {20_000, 30_000}
    assert len({sha256 for sha256, _ in loaded}) == len(loaded)
    assert ask(home, "select count(*) from core.tickets") in ([(20_000,)], [(30_000,)])


def test_a_clock_that_was_set_back_reorders_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """A night in 2031 by a wrong clock; then the clock is right again, and what is new is known right after it."""
    first_exports(home)
    wrong = datetime(2031, 1, 1)
    assert publish(home, FIRST_DAY, "first", wrong) == {}
    assert History(home).newest_instant() == wrong
    with only_writer(home, "second"), desk_run(home, "second", SECOND_DAY, Plan()) as prepared:
        assert prepared.now == wrong + timedelta(microseconds=1)
    assert "the clock says" in caplog.text
    assert "knew things at 2031-01-01 00:00 already" in caplog.text
    second_exports(home)
    assert publish(home, SECOND_DAY, "second", prepared.now) == {}
    known = ask(home, "select known_from, known_to from okr.attainment where known_to is not null")
    assert known
    assert all(known_from < known_to for known_from, known_to in known)
    reported = ask(home, f"select distinct as_of_date from okr.as_reported(timestamp '{wrong}') order by 1")
    assert reported[-1] == (FIRST_DAY,)


def test_a_clock_that_is_right_is_the_runs_instant(home: Home) -> None:
    first_exports(home)
    assert publish(home, FIRST_DAY, "first", FIRST_NIGHT) == {}
    with only_writer(home, "second"), desk_run(home, "second", SECOND_DAY, Plan()) as prepared:
        assert prepared.now.date() >= date(2026, 11, 22)


def test_a_run_of_an_earlier_day_takes_nothing_back(home: Home) -> None:
    """With the clock set back the nightly run speaks of an earlier yesterday: later answers stay as reported."""
    first_exports(home)
    publish(home, FIRST_DAY, "first", FIRST_NIGHT)
    before = ask(home, "select * exclude (known_to) from okr.attainment order by all")
    publish(home, FIRST_DAY - timedelta(days=3), "earlier", SECOND_NIGHT)
    assert ask(home, "select * exclude (known_to) from okr.attainment order by all") == before


def test_a_lock_file_of_garbage_locks_nobody_out(desk: Home) -> None:
    put(desk, "state/run.lock", json.dumps({"pid": 1})[:5])
    with only_writer(desk, "next"), pytest.raises(OkrError, match="run next"), only_writer(desk, "other"):
        pass
