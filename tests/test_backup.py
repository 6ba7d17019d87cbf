"""The history in one file and back: nothing is lost unasked, nothing foreign gets in, and the numbers go on."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from conftest import NOW, SMALL_DAY, ask, csv, publish, put, ticket

from okr_analytics.contracts.history import Computations
from okr_analytics.home import Home
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.lock import only_writer
from pipelines.cli import main

HASHES = (
    "select table_name, content_hash from ops.generations "
    "where generation = (select max(generation) from ops.generations) order by 1"
)
REPORTED = "select * from okr.as_reported(timestamp '2026-11-23 12:00') order by kr_id, as_of_date"


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


def lived(home: Home, day: int, minutes: int) -> None:
    """The night after a day of March; a ticket of the 2nd comes late, that was answered after so many minutes."""
    opened, answered = (f"2026-03-02T10:{minute:02}:00Z" for minute in (0, minutes))
    put(home, f"exports/canonical/{day}.csv", csv(ticket(f"late {day}", opened_at=opened, first_response_at=answered)))
    later = NOW + timedelta(days=day - SMALL_DAY.day)
    assert publish(home, date(2026, 3, day), now=later, is_rebuilt=True) == {}


def kept(home: Home, *runs: str) -> None:
    """A history of runs, each of which kept one word."""
    for word in runs:
        history = History(home)
        row = {"aspect": "calendar", "fingerprint": word, "known_from": datetime(2026, 3, 1)}
        history.append("computations", pl.DataFrame([row]), Computations)
        history.commit()


def words(home: Home) -> list[str]:
    """What they kept."""
    return History(home).rows("computations", Computations)["fingerprint"].to_list()


def test_after_a_loss_the_restored_history_gives_the_same_numbers_and_reports(small: Home, tmp_path: Path) -> None:
    """What late tickets restated stays on record: the median was 60 minutes, then 45, then 30. Without the backup all
    answers would be first ones."""
    lost, file = Home(tmp_path / "lost" / "home"), tmp_path / "new folder" / "history.tar.gz"
    lived(small, 7, minutes=30)
    shutil.copytree(small.root, lost.root)
    lived(small, 8, minutes=20)
    done = okr(lost, "backup", str(file))
    assert done.output.startswith(f"The history of 2 runs is in {file} (")
    shutil.rmtree(lost.history)
    assert okr(lost, "restore", str(file)).output == (
        "The history of 2 runs is restored; the next 'okr run' goes on from it.\n"
    )
    lived(lost, 8, minutes=20)
    for question in (HASHES, REPORTED, "select * from okr.restatements order by all"):
        assert ask(lost, question) == ask(small, question)
    assert ask(lost, REPORTED) != []
    revisions = "select value / 60 from okr.attainment where as_of_date = date '2026-03-04' order by revision"
    assert ask(lost, revisions) == [(60,), (45,), (30,)]


def test_what_is_there_already_is_said(home: Home, tmp_path: Path) -> None:
    """The same: nothing to do. Fewer runs, the same so far: nothing is lost."""
    file = tmp_path / "h.tar.gz"
    kept(home, "one", "two")
    okr(home, "backup", str(file))
    assert (
        okr(home, "restore", str(file)).output == "The history (2 runs) is as in the backup already; nothing to do.\n"
    )
    shutil.rmtree(home.history / "00000002")
    assert okr(home, "restore", str(file)).output == (
        "The history of 2 runs is restored, 1 of them were there already; the next 'okr run' goes on from it.\n"
    )
    assert words(home) == ["one", "two"]
    assert [path.name for path in home.state.glob("history*")] == ["history"]


@pytest.mark.parametrize("present", [["one", "two", "three"], ["another"]])
def test_a_history_that_differs_is_refused_or_moved_aside(home: Home, tmp_path: Path, present: list[str]) -> None:
    file = tmp_path / "h.tar.gz"
    kept(home, "one", "two")
    okr(home, "backup", str(file))
    shutil.rmtree(home.history)
    kept(home, *present)
    refused = okr(home, "restore", str(file))
    assert (refused.exit_code, "--replace moves it aside first" in refused.stderr) == (2, True)
    assert words(home) == present
    done = okr(home, "restore", str(file), "--replace")
    assert done.exit_code == 0, done.stderr
    (aside,) = home.state.glob("history-*")
    assert f"is in {aside} now.\n" in done.output
    assert words(home) == ["one", "two"]
    shutil.rmtree(home.history)
    aside.rename(home.history)
    assert words(home) == present


def test_a_history_with_a_gap_is_not_backed_up_and_can_be_replaced(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "h.tar.gz"
    kept(home, "one", "two", "three")
    okr(home, "backup", str(file))
    shutil.rmtree(home.history / "00000002")
    done = okr(home, "backup", str(tmp_path / "gap.tar.gz"))
    assert (done.exit_code, "has no folder 00000002" in done.stderr) == (1, True)
    assert okr(home, "restore", str(file), "--replace").exit_code == 0
    assert words(home) == ["one", "two", "three"]


def test_a_backup_replaces_no_other_file_and_needs_a_history(home: Home, tmp_path: Path) -> None:
    nothing = okr(home, "backup", str(tmp_path / "h.tar.gz"))
    assert (nothing.exit_code, "there is no history" in nothing.stderr) == (2, True)
    kept(home, "one")
    mine = put(home, "mine.tar.gz", b"mine")
    done = okr(home, "backup", str(mine))
    assert (done.exit_code, mine.read_bytes(), "is there already" in done.stderr) == (2, b"mine", True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_half_written_runs_are_left_out_and_no_lock_is_needed(home: Home, tmp_path: Path) -> None:
    kept(home, "one")
    put(home, "state/history/.unfinished/computations.parquet", b"half")
    with only_writer(home, "a run"):
        assert okr(home, "backup", str(tmp_path / "h.tar.gz")).exit_code == 0
    with tarfile.open(tmp_path / "h.tar.gz") as tar:
        assert tar.getnames() == ["manifest.json", "00000001/computations.parquet"]


def test_a_restore_waits_for_a_run_or_gives_up(home: Home, tmp_path: Path) -> None:
    kept(home, "one")
    okr(home, "backup", str(tmp_path / "h.tar.gz"))
    with only_writer(home, "a run"):
        done = okr(home, "restore", str(tmp_path / "h.tar.gz"))
    assert (done.exit_code, "run a run (process " in done.stderr) == (1, True)


Member = tuple[str, bytes]
ROW = b"PAR1"
SUM = sha256(ROW).hexdigest()
GOOD = "00000001/computations.parquet"


def manifest(*names: str) -> Member:
    """What okr writes of such files."""
    said = {"format": "support-okr-analytics history 1", "made_at": "", "files": dict.fromkeys(names, SUM)}
    return "manifest.json", json.dumps(said).encode()


def tar_of(*members: Member, change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> bytes:
    """A gzipped tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in members:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            change(about)
            tar.addfile(about, io.BytesIO(content))
    return out.getvalue()


def linked(about: tarfile.TarInfo) -> None:
    """A link to a file of the system, in the place of the file."""
    if about.name == GOOD:
        about.type, about.linkname, about.size = tarfile.SYMTYPE, "/etc/passwd", 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no whole backup"),
        (b"not a tar at all", "no whole backup"),
        (tar_of(manifest(GOOD), (GOOD, ROW))[:-30], "no whole backup"),
        (tar_of((GOOD, ROW)), "does not begin with okr's own manifest"),
        (tar_of(("manifest.json", b'{"format": "another"}')), "does not begin with okr's own manifest"),
        (tar_of(("manifest.json", b"[]")), "does not begin with okr's own manifest"),
        (tar_of(manifest("../00000001/x.parquet"), ("../00000001/x.parquet", ROW)), "names other files than those of"),
        (tar_of(manifest("/00000001/x.parquet")), "names other files than those of a history"),
        (tar_of(manifest("00000002/x.parquet"), ("00000002/x.parquet", ROW)), "names other files than those of"),
        (tar_of(manifest(GOOD), (GOOD, ROW), ("../evil.parquet", ROW)), "'../evil.parquet' has no place in it"),
        (tar_of(manifest(GOOD), (GOOD, ROW), ("/evil", ROW)), "'/evil' has no place in it"),
        (tar_of(manifest(GOOD), (GOOD, ROW), change=linked), f"'{GOOD}' has no place in it"),
        (tar_of(manifest(GOOD), (GOOD, b"other")), "files are missing or changed"),
        (tar_of(manifest(GOOD)), "files are missing or changed"),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    home: Home, tmp_path: Path, content: bytes, said: str
) -> None:
    kept(home, "present")
    file = tmp_path / "h.tar.gz"
    file.write_bytes(content)
    for more in ((), ("--replace",)):
        done = okr(home, "restore", str(file), *more)
        assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    assert words(home) == ["present"]
    assert sorted(path.name for path in home.state.iterdir()) == ["history", "run.lock"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["h.tar.gz", "home"]


def test_a_file_that_is_not_there_is_a_wrong_call(home: Home) -> None:
    done = okr(home, "restore", "nowhere.tar.gz")
    assert (done.exit_code, done.stderr) == (2, "okr: there is no file nowhere.tar.gz\n")


def test_a_restore_that_was_killed_half_way_is_finished_by_who_reads_the_history_next(home: Home) -> None:
    """The present one was moved aside, the restored one had not its name yet. Before that nothing has happened."""
    kept(home, "restored")
    home.history.rename(home.state / "restored")
    kept(home, "present")
    (home.state / "restored").rename(home.state / "history.restored")
    assert words(home) == ["present"]
    home.history.rename(home.state / "history-20260301T000000Z")
    assert words(home) == ["restored"]
