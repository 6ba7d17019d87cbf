"""One run writes at a time: the next one says who does, waits or gives up, and ends what was killed."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import date

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import csv, put, ticket
from obstruction import obstruct

from okr_analytics.errors import Unexpected, UsageError, WarehouseBusy
from okr_analytics.home import Home
from okr_analytics.warehouse.lock import lock_holder, only_writer
from pipelines.cli import main
from pipelines.headless import instance, run_nightly
from pipelines.resources import wait_seconds

DAY = date(2026, 3, 8)
OKR = (sys.executable, "-m", "pipelines.cli", "--home")
HELD = "run first (process {} holds the lock since 2026-11-22 04:15:00 UTC"


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


@pytest.fixture
def desk(home: Home) -> Home:
    """A home with one ticket."""
    put(home, "exports/canonical/tickets.csv", csv(ticket("1")))
    return home


@pytest.mark.parametrize(("host", "said"), [(os.uname().nodename, "7)"), ("night-server", "7 on host night-server)")])
def test_who_holds_the_lock_is_said_with_process_time_and_another_host(home: Home, host: str, said: str) -> None:
    with only_writer(home, "first"):
        written = {"run_id": "first", "pid": 7, "host": host, "since": "2026-11-22 04:15:00"}
        home.lock_file.write_text(json.dumps(written), encoding="utf-8")
        assert lock_holder(home) == HELD.format(said)
        with pytest.raises(WarehouseBusy) as busy, only_writer(home, "second"):
            pass
        assert str(busy.value) == HELD.format(said) + "; let it end (--wait SECONDS waits for it), or stop it"
    assert lock_holder(home) is None


def test_a_second_run_gives_up_at_once_with_1(desk: Home) -> None:
    with only_writer(desk, "first"):
        done = okr(desk, "run", "--as-of", str(DAY))
        assert done.exit_code == 1
        assert re.match(r"okr: run first \(process \d+\) holds the lock since ", done.stderr)
        assert okr(desk, "rollback", "--wait", "0").exit_code == 1


def test_a_run_that_may_wait_says_once_for_whom_and_goes_on_when_that_ends(desk: Home) -> None:
    """As far as its stage, in whose place a file stands."""
    obstruct(desk)
    with only_writer(desk, "first"):
        run = subprocess.Popen(
            [*OKR, str(desk.root), "run", "--as-of", str(DAY), "--wait", "100"], stderr=subprocess.PIPE, text=True
        )
        assert run.stderr
        for line in run.stderr:
            if line.startswith("waiting up to 100 seconds: run first (process "):
                break
    _, said = run.communicate(timeout=120)
    assert (run.returncode, "waiting" in said) == (1, False)
    assert str(desk.stage) in said
    with instance(desk) as recorded:
        (found,) = recorded.get_run_records()
        logged = [each.user_message for each in recorded.all_logs(found.dagster_run.run_id)]
    assert len([each for each in logged if each.startswith("waiting up to 100 seconds: run first")]) == 1


def test_waiting_ends_when_the_time_is_up(home: Home) -> None:
    said: list[str] = []
    begun = time.monotonic()
    with only_writer(home, "first"), pytest.raises(WarehouseBusy), only_writer(home, "second", 0.6, said.append):
        pass
    assert 0.6 <= time.monotonic() - begun < 5
    assert len(said) == 1


def test_runs_that_dagster_starts_wait_half_an_hour_unless_told_otherwise() -> None:
    assert (wait_seconds({}), wait_seconds({"okr/wait_seconds": "5"})) == (1800, 5)
    with pytest.raises(UsageError, match="'soon' is no number of seconds"):
        wait_seconds({"okr/wait_seconds": "soon"})


def test_a_killed_run_is_ended_by_the_next_one_and_blocks_nobody(desk: Home) -> None:
    """A real run, killed by SIGKILL while it holds the lock: Dagster takes it for running until the next one starts,
    which then fails of itself."""
    command = [*OKR, str(desk.root), "run", "--as-of", str(DAY)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        killed = _holder(desk)
        run.send_signal(signal.SIGKILL)
    with instance(desk) as recorded:
        assert recorded.get_run_by_id(killed).status == dg.DagsterRunStatus.STARTED
    obstruct(desk)
    with pytest.raises(Unexpected):
        run_nightly(desk, DAY)
    with instance(desk) as recorded:
        assert recorded.get_run_by_id(killed).status == dg.DagsterRunStatus.FAILURE
    assert desk.lock_file.read_text(encoding="utf-8") == ""


def _holder(home: Home) -> str:
    """The id of the run that holds the lock, as soon as one does."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            return str(json.loads(home.lock_file.read_text(encoding="utf-8"))["run_id"])
        time.sleep(0.02)
    raise TimeoutError


def test_only_a_run_that_was_killed_is_taken_for_one(home: Home) -> None:
    """One that failed took its name away; what is torn names nobody."""
    killed: list[str] = []
    with pytest.raises(RuntimeError), only_writer(home, "failed"):
        raise RuntimeError
    with only_writer(home, "next", killed=killed.append):
        pass
    home.lock_file.write_text('{"run_id": "tor', encoding="utf-8")
    with only_writer(home, "next", killed=killed.append):
        pass
    assert killed == []


def test_a_killed_runs_name_stops_no_rollback_where_dagsters_files_are_broken(home: Home) -> None:
    put(home, "state/dagster/dagster.yaml", b": [")
    held = {"run_id": "killed", "pid": 1, "host": "here", "since": "2026-11-22 04:15:00"}
    put(home, "state/run.lock", json.dumps(held))
    done = okr(home, "rollback")
    assert (done.exit_code, "no earlier generation is kept" in done.stderr) == (2, True)
    assert "warning: run killed was killed, which Dagster could not be told" in done.stderr


def test_a_look_at_the_lock_turns_no_run_away(home: Home) -> None:
    """Somebody who asks whether it is free has it for an instant."""
    home.lock_file.parent.mkdir(parents=True)
    with home.lock_file.open("w", encoding="utf-8") as looking:
        fcntl.flock(looking, fcntl.LOCK_EX)
        ended = threading.Timer(0.1, fcntl.flock, (looking, fcntl.LOCK_UN))
        ended.start()
        with only_writer(home, "first"):
            assert lock_holder(home)
        ended.join()
