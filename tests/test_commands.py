"""The command line as a new user meets it: help, mistakes, exit codes, output for people and for pipes."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import csv, publish, put, ticket, today
from first_night import FORMULA, night

from okr_analytics.home import Home
from pipelines.cli import main
from pipelines.headless import outcome
from pipelines.running import tell_of_unread

__all__ = ["night"]  # the fixture

OKR = """\
objectives:
  - id: o
    title: Customers hear from us sooner
    owner: Ana
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: a, title: Half are answered, kind: reach, kpi: answered_share, target: 50%}
      - {id: b, title: Answers come sooner, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min}
"""


def okr(*words: str, home: Home | None = None, **environment: str) -> Result:
    """Run a command in process."""
    prefix = ("--home", str(home.root)) if home else ()
    return CliRunner().invoke(main, [*prefix, *words], env=environment, catch_exceptions=False)


@pytest.fixture
def desk(home: Home) -> Home:
    """A home with tickets and an objective."""
    put(home, "okrs/o.yaml", OKR)
    row = ticket("1", opened_at="2026-03-03T10:00:00Z", first_response_at="2026-03-03T10:35:00Z")
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(row, ticket("2"), ticket("3", opened_at="never")))
    return home


def test_init_makes_a_home_that_is_in_order(tmp_path: Path) -> None:
    made = Home(tmp_path / "desk")
    done = okr("init", str(made.root), "--time-zone", "America/Sao_Paulo", "--country", "BR")
    assert done.exit_code == 0, done.output
    assert "okr --home" in done.output
    checked = okr("check", home=made)
    assert (checked.exit_code, checked.output.split(":")[0]) == (0, "In order")
    assert "America/Sao_Paulo" in checked.output
    assert json.loads((made.okrs / "okr.schema.json").read_text(encoding="utf-8"))["title"] == "WrittenFile"
    again = okr("init", str(made.root))
    assert (again.exit_code, "is a home already" in again.stderr) == (2, True)


def test_a_wrong_time_zone_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = okr("init", str(tmp_path / "desk"), "--time-zone", "Europe/Bucarest")
    said = "okr: --time-zone: no IANA time zone 'Europe/Bucarest'; did you mean 'Europe/Bucharest'?\n"
    assert (done.exit_code, done.stderr) == (2, said)


def test_a_run_publishes_what_can_be_read_and_ends_with_1_for_new_files_that_cannot(
    desk: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In place of a file that is no warehouse, though the environment names a broken home. Status and query speak of
    the same day. Files that the run before could not read are a warning, mended ones nothing."""
    put(Home(tmp_path / "bad"), "desk.yaml", "time_zone: Mars\n")
    put(desk, "exports/canonical/cut.csv", csv(ticket("9"))[:-20])
    put(desk, "exports/nobody/x.csv", csv(ticket("9")))
    put(desk, "warehouse/desk.duckdb", b"not a database at all")
    broken = okr("status", home=desk)
    assert (broken.exit_code, broken.stderr.startswith("okr: ")) == (1, True)

    ran = okr("run", "--as-of", "2026-03-08", home=desk, OKR_HOME=str(tmp_path / "bad"))
    assert ran.exit_code == 1
    assert "Generation 1 as of 2026-03-08: 2 tickets, 1 rows rejected." in ran.output
    assert "2 new files could not be read, the rest is published" in ran.stderr
    assert "exports/canonical/cut.csv: line 2 has" in ran.stderr
    assert "sources/nobody.yaml" in ran.stderr

    shown = okr("status", home=desk)
    assert shown.exit_code == 0
    for words in ("As of 2026-03-08", "Customers hear from us sooner", "on track", "at risk", "50.0 %",
                  "2 files failed"):  # fmt: skip
        assert words in shown.output
    sql = "select kr_id, attainment from okr.latest where as_of_date = date '2026-03-08' order by 1"
    answers = okr("query", sql, "--format", "json", home=desk)
    assert [json.loads(line) for line in answers.output.splitlines()] == [
        {"kr_id": "a", "attainment": 1.0},
        {"kr_id": "b", "attainment": 0.5},
    ]

    put(desk, "exports/canonical/cut.csv", csv(ticket("9")))
    assert publish(desk, date(2026, 3, 8)) == {}
    capsys.readouterr()
    next_run = outcome(desk, "test")
    tell_of_unread(next_run.newly_failed, next_run.still_failed)
    assert capsys.readouterr().err.startswith("warning: exports/nobody/x.csv still cannot be read: ")
    assert [entry.file for entry in next_run.still_failed] == ["exports/nobody/x.csv"]
    assert "1 files failed" in okr("status", home=desk).output


@pytest.mark.parametrize("command", [["status"], ["query", "select 1"]])
def test_looking_before_the_first_run_says_what_to_do(home: Home, command: list[str]) -> None:
    done = okr(*command, home=home)
    assert (done.exit_code, "run 'okr run' first" in done.stderr) == (2, True)


def test_a_run_without_exports_says_where_to_put_them(home: Home) -> None:
    done = okr("run", home=home)
    assert done.exit_code == 1
    assert "put a file into exports/<source>/, where <source> is articles, canonical, " in done.stderr


def test_a_run_with_wrong_definitions_ends_with_2_before_any_work(desk: Home) -> None:
    put(desk, "okrs/o.yaml", OKR.replace("10 min", "10"))
    for command in (["run"], ["check"]):
        done = okr(*command, home=desk)
        assert done.exit_code == 2
        assert "okr: okrs/o.yaml:8: '10' has no unit" in done.stderr
    assert not desk.warehouse.exists()


def test_a_day_that_is_not_over_is_refused(desk: Home) -> None:
    done = okr("run", "--as-of", str(today()), home=desk)
    assert (done.exit_code, "that day is not over" in done.stderr) == (2, True)
    assert okr("run", "--as-of", "yesterday", home=desk).exit_code == 2


def test_check_names_every_problem_of_every_file(desk: Home) -> None:
    put(desk, "desk.yaml", "time_zone: Mars/Olympus\nhour: 9-17\n")
    put(desk, "sources/mine.yaml", "title: Mine\nkind: tickets\ncolumns: {ticket_id: Id, opend_at: Opened}\n")
    put(desk, "okrs/o.yaml", OKR.replace("answered_share", "answerd_share"))
    done = okr("check", home=desk)
    assert done.exit_code == 2
    for problem in (
        "desk.yaml:1: time_zone: no IANA time zone 'Mars/Olympus'",
        "desk.yaml:2: unknown key 'hour'; did you mean 'hours'?",
        "sources/mine.yaml:3: columns: no column 'opend_at'; did you mean 'opened_at'?",
        "okrs/o.yaml:7: no KPI 'answerd_share'; did you mean 'answered_share'?",
    ):
        assert problem in done.stderr


def test_sources_are_listed_with_a_homes_own_first(home: Home) -> None:
    put(home, "sources/canonical.yaml", "title: Mine\nkind: tickets\ncolumns: {ticket_id: Id, opened_at: Opened}\n")
    listed = okr("sources", home=home, COLUMNS="200").output
    assert "exports/servicenow/" in listed
    assert ("Mine" in listed, "Canonical ticket export" in listed) == (True, False)


def test_kpis_are_listed_with_their_question(home: Home) -> None:
    listed = okr("kpis", home=home, COLUMNS="200").output
    assert "first_response_calendar_median" in listed
    assert "How long does a customer wait for the first human answer?" in listed


@pytest.mark.parametrize(
    "sql",
    [
        "copy core.tickets to 'stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "delete from core.tickets",
        "create table core.mine as select 1",
        "install httpfs",
        "export database 'stolen'",
        "select broken from",
        "copy (select 1) to 'warehouse/desk.duckdb.wal'",
        "explain analyze copy (select 1) to 'warehouse/desk.duckdb.wal'",
        "select 1; select 2",
        "",
    ],
)
def test_a_query_can_change_nothing_and_reach_no_file(night: Home, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(night.root)
    files = {path: path.stat().st_mtime_ns for path in night.root.rglob("*")}
    before = night.warehouse.read_bytes()
    done = okr("query", sql, home=night)
    assert done.exit_code == 1
    assert done.stderr.startswith("okr: ")
    assert "Traceback" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in night.root.rglob("*")} == files
    assert night.warehouse.read_bytes() == before


def test_csv_for_spreadsheets_makes_formulas_harmless(night: Home) -> None:
    sql = "select topic, -1 as number from core.tickets order by ticket_id"
    assert okr("query", sql, "--format", "csv", home=night).output == f"topic,number\n'{FORMULA},-1\nunknown,-1\n"


def test_a_long_table_says_how_much_more_there_is(night: Home) -> None:
    assert "… 115 more rows" in okr("query", "select * from range(120)", "--rows", "5", home=night).output


@pytest.mark.parametrize(("columns", "longest"), [("40", 40), ("70", 70), ("80", 80), ("140", 140)])
def test_the_scorecard_fits_its_terminal(night: Home, columns: str, longest: int) -> None:
    shown = okr("status", home=night, COLUMNS=columns).output.splitlines()
    assert max(map(len, shown)) <= longest
    assert any("on track" in line for line in shown)


def test_signs_in_titles_are_shown_as_they_are(night: Home) -> None:
    for words in (["status"], ["explain", "a"], ["query", "select title from okr.key_results"]):
        shown = " ".join(okr(*words, home=night, COLUMNS="140").output.split())
        assert "Half [/b] [red]are[31m answered" in shown
        assert shown.isprintable()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--time-zone", "UTC", "--country", "ES: x"], "a country code of two letters"),
        (["--time-zone", "Mars"], "no IANA time zone"),
    ],
)
def test_init_refuses_what_would_make_a_wrong_home(tmp_path: Path, words: list[str], said: str) -> None:
    done = okr("init", str(tmp_path / "desk"), *words)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert not (tmp_path / "desk").exists()


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    mine = put(Home(tmp_path / "desk"), "okrs/example.yaml", "objectives: []\n")
    assert okr("init", str(tmp_path / "desk")).exit_code == 0
    assert mine.read_text(encoding="utf-8") == "objectives: []\n"
    assert okr("init", str(mine)).exit_code == 2


def test_a_terminal_without_unicode_is_no_reason_to_fail(night: Home) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(night.root), "status"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "on track" in done.stdout
