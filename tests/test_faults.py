"""What goes wrong around a run: full disks, rights, torn files, clocks. Each ends with a plain message and the mend,
the published generation untouched, and the next run whole."""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ask, csv, new_home, publish, put, ticket
from exported import landed, landed_rows
from killed import FIRST_DAY, FIRST_NIGHT, SECOND_DAY, SECOND_NIGHT, first_exports, second_exports, truth

from okr_analytics.errors import DataError, OkrError, WarehouseBusy
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.lock import only_writer
from pipelines.resources import Plan, desk_run

KEPT_RIGHTS = "-dac_override,-dac_read_search"  # what lets root write where nobody may
BETWEEN = FIRST_NIGHT + timedelta(hours=1)


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
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ask, csv, publish, put, ticket
from exported import by_file, landed, landed_rows
from killed import FIRST_DAY, FIRST_NIGHT, SECOND_DAY, SECOND_NIGHT, first_exports, second_exports, truth

from okr_analytics.errors import DataError, OkrError, WarehouseBusy
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.lock import only_writer
from pipelines.resources import Plan, desk_run

KEPT_RIGHTS = "-dac_override,-dac_read_search"  # what lets root write where nobody may
BETWEEN = FIRST_NIGHT + timedelta(hours=1)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after its first night; to copy."""
    home = new_home(tmp_path_factory.mktemp("first"))
    first_exports(home)
    assert publish(home, FIRST_DAY, "first", FIRST_NIGHT) == {}
    return home


@pytest.fixture
def desk(first: Home, tmp_path: Path) -> Home:
    """Such a home, with the second night's exports there."""
    home = Home(Path(shutil.copytree(first.root, tmp_path / "desk")))
    second_exports(home)
    return home


@pytest.fixture(scope="module")
def undisturbed(first: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What the second night makes of it where nothing goes wrong; to look at."""
    twin = Home(Path(shutil.copytree(first.root, tmp_path_factory.mktemp("twin") / "home")))
    second_exports(twin)
    assert publish(twin, SECOND_DAY, "twin", SECOND_NIGHT) == {}
    return twin


def assert_next_night_is_whole(home: Home, undisturbed: Home) -> None:
    """It ends well, and all is as if nothing had gone wrong."""
    assert publish(home, SECOND_DAY, "second", SECOND_NIGHT) == {}
    assert truth(home, BETWEEN) == truth(undisturbed, BETWEEN)


def run(home: Home, *before: str, limit: Callable[[], None] | None = None) -> "subprocess.CompletedProcess[str]":
    """`okr run` for the second day as a process of its own, started by the words `before`."""
    words = ("-m", "pipelines.cli", "--home", str(home.root), "run", "--as-of", str(SECOND_DAY))
    return python(*words, before=before, limit=limit)


def python(
    *words: str, before: Sequence[str] = (), limit: Callable[[], None] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Python in a process of its own, started by the words `before`."""
    return subprocess.run(
        [*before, sys.executable, *words],
        env={**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{Path(__file__).parent}"}, cwd=CHECKOUT,
        preexec_fn=limit, capture_output=True, text=True, timeout=300, check=False,
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
    with pytest.raises(OkrError, match="No space left on device") as full:
        publish(desk, SECOND_DAY, "second", SECOND_NIGHT)
    assert full.value.exit_code == 1
    assert identity(desk) == before
    assert list(tiny_stage.iterdir()) == []


def test_a_quota_on_files(desk: Home, undisturbed: Home) -> None:
    """No file may grow beyond 300 kB: the records of runs are the first that do."""
    before = identity(desk)
    limit = 300_000
    done = run(desk, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert_plain(done, 1, "see that it may be read and written and that the disk is not full")
    assert identity(desk) == before
    assert_next_night_is_whole(desk, undisturbed)


@contextmanager
def closed(folder: Path) -> Iterator[Sequence[str]]:
    """While it lasts nobody may write there; gives the words that start a program as one who is anybody. Root may write
    anywhere, unless that right is taken away."""
    rights: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write anywhere, and setpriv is not there to take that away")
        rights = ("setpriv", f"--bounding-set={KEPT_RIGHTS}")
    folder.chmod(0o555)
    try:
        yield rights
    finally:
        folder.chmod(0o755)


def test_folders_that_may_not_be_written(desk: Home, undisturbed: Home) -> None:
    """One night after the other: the first ends before its work, the second while it reads, the third while it
    publishes. The night after them is whole."""
    before = identity(desk)
    for folder in ("state", "state/landing/canonical"):
        with closed(desk.root / folder) as rights:
            done = run(desk, *rights)
        assert_plain(done, 1, "Permission denied")
        assert folder in done.stderr
        assert identity(desk) == before
    with closed(desk.warehouse.parent) as rights:
        done = python("-m", "killed", str(desk.root), before=rights)
    assert (done.returncode, "PermissionError" in done.stderr, str(desk.warehouse) in done.stderr) == (1, True, True)
    assert identity(desk) == before
    assert_next_night_is_whole(desk, undisturbed)


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
    entries = [asdict(entry) | {"loaded_at": "", "run_id": ""} for entry in landed(home, SECOND_NIGHT)]
    return [entries, *(landed_rows(home, name).sort("file_id", "row_number").rows() for name in ("rows", "rejected"))]


@pytest.mark.parametrize("what", LANDING_LEFT)
def test_what_a_crash_may_leave_in_landing_is_read_again(desk: Home, undisturbed: Home, what: str) -> None:
    """Where its export is still there. From the same rows the same follows."""
    LANDING_LEFT[what](desk)
    assert kept_rows(desk) == kept_rows(undisturbed)


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
def test_what_a_crash_may_leave_is_mended_by_the_next_run(desk: Home, undisturbed: Home, what: str) -> None:
    LEFT[what](desk)
    assert_next_night_is_whole(desk, undisturbed)
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
    desk: Home, undisturbed: Home, spoil: Callable[[Home], object], said: str
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
    assert kept_rows(desk) == kept_rows(undisturbed)


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


def test_a_clock_that_is_right_is_the_runs_instant(desk: Home) -> None:
    with only_writer(desk, "second"), desk_run(desk, "second", SECOND_DAY, Plan()) as prepared:
        assert prepared.now.date() >= date(2026, 11, 22)


def test_a_run_of_an_earlier_day_takes_nothing_back(first: Home, tmp_path: Path) -> None:
    """With the clock set back the nightly run speaks of an earlier yesterday: later answers stay as reported."""
    home = Home(Path(shutil.copytree(first.root, tmp_path / "desk")))
    before = ask(home, "select * exclude (known_to) from okr.attainment order by all")
    publish(home, FIRST_DAY - timedelta(days=3), "earlier", SECOND_NIGHT)
    assert ask(home, "select * exclude (known_to) from okr.attainment order by all") == before


def test_a_lock_file_of_garbage_locks_nobody_out(desk: Home) -> None:
    put(desk, "state/run.lock", json.dumps({"pid": 1})[:5])
    with only_writer(desk, "next"), pytest.raises(OkrError, match="run next"), only_writer(desk, "other"):
        pass
