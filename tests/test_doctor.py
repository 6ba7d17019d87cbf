"""okr doctor tells the condition of any home, also of a broken one, with the mend; and changes nothing."""

import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import csv, publish_core, put, ticket
from first_night import night_copy

from okr_analytics.condition import NOTE, OK, PROBLEM, TOPICS, Finding, examine
from okr_analytics.home import Home
from okr_analytics.warehouse.lock import only_writer
from pipelines.cli import main
from pipelines.doctor import DAGSTER_TOPICS, on_or_off
from pipelines.graph import definitions_for
from pipelines.headless import instance

__all__ = ["night_copy"]  # the fixture

TODAY = datetime(2026, 11, 22, 9, 0)


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


def findings(home: Home) -> dict[str, dict[str, Any]]:
    """What the command finds, as programs get it."""
    told: dict[str, dict[str, Any]] = json.loads(okr(home, "doctor", "--json").output)["findings"]
    return told


def finding(home: Home, topic: str, now: datetime = TODAY) -> Finding:
    """What is found about one topic."""
    return examine(home, now, {topic: {**TOPICS, **DAGSTER_TOPICS}[topic]})[topic]


def test_a_home_in_order_has_no_problem(night_copy: Home) -> None:
    before = sorted(night_copy.root.rglob("*"))
    done = okr(night_copy, "doctor")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "No problems."), done.output
    found = findings(night_copy)
    assert {topic: each["state"] for topic, each in found.items() if each["state"] != OK} == {
        "generation": NOTE, "customers": NOTE, "schedule": NOTE,
    }  # fmt: skip
    assert found["lock"]["said"] == "free"
    assert found["exports"]["said"] == "all read (1 file)"
    assert found["generation"]["said"].startswith("1, as of 2026-03-08, published 0 hours ago, ")
    assert found["last run"]["said"].endswith("UTC: success")
    assert "duckdb 2." in found["versions"]["said"]
    assert [path for path in sorted(night_copy.root.rglob("*")) if path.suffix not in {".db-wal", ".db-shm"}] == before


def test_an_empty_folder_is_told_and_left_empty(tmp_path: Path) -> None:
    home = Home(tmp_path / "empty")
    for is_made in (False, True):
        if is_made:
            home.root.mkdir()
        done = okr(home, "doctor", "--json")
        told = json.loads(done.output)
        assert (done.exit_code, told["is_well"]) == (1, False)
        assert [topic for topic, each in told["findings"].items() if each["state"] == PROBLEM] == ["folders"]
    assert list(home.root.iterdir()) == []


def test_everything_broken_at_once_is_told_line_by_line(home: Home) -> None:
    for name in ("desk.yaml", "okrs/o.yaml", "kpis.yaml", "sources/mine.yaml", "state/dagster/dagster.yaml"):
        put(home, name, b"\xff: [\n")
    for name in ("warehouse/desk.duckdb", "state/run.lock", "state/landing/files/x.json"):
        put(home, name, b"\xfe\x00 torn")
    put(home, "state/generations/00000001.duckdb", b"torn")
    put(home, "state/stage", b"a file in the way")
    done = okr(home, "doctor")
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    found = findings(home)
    assert set(found) == {*TOPICS, "last run", "schedule"}
    broken = {topic for topic, each in found.items() if each["state"] == PROBLEM}
    assert broken >= {"folders", "generation", "clock", "definitions", "last run", "schedule"}
    assert all(each["mend"] for topic, each in found.items() if topic in broken)


def test_a_definition_that_cannot_be_read_is_named_with_its_line(home: Home) -> None:
    put(home, "okrs/o.yaml", "objectives:\n  - id: o\n    titel: o\n")
    found = finding(home, "definitions")
    assert (found.state, found.summary.split(":")[:2]) == (PROBLEM, ["okrs/o.yaml", "2"])
    assert found.mend == "mend the file; 'okr check' names every line"


def test_the_lock_is_told_free_held_or_left_behind(home: Home) -> None:
    assert finding(home, "lock") == Finding(OK, "free")
    with only_writer(home, "nightly"):
        found = finding(home, "lock")
        written = home.lock_file.read_bytes()
    assert (found.state, found.summary.split(" (")[0]) == (NOTE, "run nightly")
    home.lock_file.write_bytes(written)
    assert finding(home, "lock").summary == "free; run nightly was killed while it held it"


def test_the_generation_is_told_with_its_age_and_a_broken_one_with_both_ways_back(home: Home) -> None:
    assert finding(home, "generation").summary == "nothing is published yet"
    publish_core(home)
    now = datetime(2026, 11, 22, 9, 15)
    assert finding(home, "generation", now).summary.startswith("1, as of 2026-11-21, published 5 hours ago, ")
    assert finding(home, "generation", now).state == OK
    late = finding(home, "generation", now + timedelta(days=3))
    assert (late.state, late.summary.split(": ")[1]) == (NOTE, "it says nothing of the last 3 days")
    put(home, "warehouse/desk.duckdb", b"torn")
    assert finding(home, "generation").mend == ("'okr rollback' puts a kept one back, 'okr run' computes everything")


def test_a_clock_behind_the_newest_generation_is_a_warning(home: Home) -> None:
    put(home, "desk.yaml", "time_zone: Pacific/Auckland\n")
    publish_core(home)
    assert finding(home, "clock") == Finding(OK, "2026-11-22 09:00 UTC, 2026-11-22 22:00 in Pacific/Auckland")
    set_back = finding(home, "clock", datetime(2026, 11, 20))
    assert (set_back.state, "was published at 2026-11-22 04:15 UTC" in set_back.summary) == (NOTE, True)


def test_exports_that_wait_and_that_failed_are_named(home: Home) -> None:
    put(home, "exports/canonical/good.csv", csv(ticket("1")))
    waiting = finding(home, "exports")
    assert (waiting.state, waiting.summary) == (NOTE, "1 file not read yet: exports/canonical/good.csv")
    bad = put(home, "exports/canonical/cut.csv", csv(ticket("9"))[:-20])
    publish_core(home)
    failed = finding(home, "exports")
    assert (failed.state, failed.summary.split(":")[0]) == (PROBLEM, "exports/canonical/cut.csv could not be read")
    assert failed.mend
    bad.unlink()
    assert finding(home, "exports").state == OK


def test_too_little_room_is_a_problem(home: Home) -> None:
    """A published file that seems as large as the disk: a hole in it takes no room."""
    home.warehouse.parent.mkdir(parents=True)
    with home.warehouse.open("wb") as out:
        out.truncate(1 << 42)
    found = finding(home, "disk")
    assert (found.state, "a run needs about 8,796.1 GB" in found.summary) == (PROBLEM, True)


def test_keys_and_addresses_are_never_shown(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKR_NOTIFY_URLS", raising=False)
    assert finding(home, "notifications").summary == "off; OKR_NOTIFY_URLS is not set"
    monkeypatch.setenv("OKR_CUSTOMER_KEY", "a-secret-key")
    monkeypatch.setenv("OKR_NOTIFY_URLS", "slack://a-secret-token")
    shown = okr(home, "doctor").output
    assert "OKR_CUSTOMER_KEY is set" in shown
    assert "OKR_NOTIFY_URLS is set" in shown
    assert "secret" not in shown


def test_runs_and_schedule_are_told_as_dagster_has_them(home: Home) -> None:
    """A run that failed; one that stays started though nobody holds the lock; one that holds it."""
    with instance(home) as recorded:
        run = dg.DagsterRun("nightly", run_id="11111111-1111-1111-1111-111111111111")
        recorded.add_run(run)
        recorded.report_run_failed(run)
    assert finding(home, "last run").state == PROBLEM
    with instance(home) as recorded:
        recorded.add_run(dg.DagsterRun("nightly", "22222222-2222-2222-2222-222222222222", status=STARTED))
    assert "started, but it is not running" in finding(home, "last run").summary
    with only_writer(home, "22222222-2222-2222-2222-222222222222"):
        assert finding(home, "last run").state == OK
    assert finding(home, "schedule").summary.startswith("nightly on, ")
    assert "nothing is running that would start them" in finding(home, "schedule").summary


@pytest.mark.parametrize(
    ("stored", "said"), [({}, "on"), ({"nightly": "STOPPED"}, "off"), ({"nightly": "DECLARED_IN_CODE"}, "on")]
)
def test_a_schedule_is_on_as_the_code_says_until_somebody_switches_it(
    home: Home, stored: dict[str, str], said: str
) -> None:
    (schedule,) = definitions_for(home).get_repository_def().schedule_defs
    assert on_or_off(schedule, stored) == said


STARTED = dg.DagsterRunStatus.STARTED


def test_a_daemon_that_is_alive_is_seen(home: Home) -> None:
    from dagster._daemon.types import DaemonHeartbeat  # noqa: PLC0415 - Dagster shows no other way to beat

    for ago, said in ((600, "nothing is running"), (5, "the daemon is running")):
        with instance(home) as recorded:
            recorded.add_daemon_heartbeat(DaemonHeartbeat(time.time() - ago, "SCHEDULER", str(os.getpid()), []))
        assert said in finding(home, "schedule").summary
