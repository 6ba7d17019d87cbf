"""The command line as a new user meets it: help, mistakes, exit codes, output for people and for pipes."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import csv, new_home, publish, put, ticket, today

from okr_analytics.home import Home
from pipelines.cli import main

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


def equipped(home: Home) -> Home:
    """The home with tickets and an objective."""
    put(home, "okrs/o.yaml", OKR)
    row = ticket(
        "1", opened_at="2026-03-03T10:00:00Z", first_response_at="2026-03-03T10:35:00Z", topic="=cmd|' /C calc'!A0"
    )
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(row, ticket("2"), ticket("3", opened_at="never")))
    return home


@pytest.fixture
def desk(home: Home) -> Home:
    """A home with tickets and an objective."""
    return equipped(home)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Such a home as published on 8 March; to look at, not to change."""
    home = equipped(new_home(tmp_path_factory.mktemp("published")))
    assert publish(home, date(2026, 3, 8)) == {}
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


def test_run_status_and_query_speak_of_the_same_day(desk: Home, tmp_path: Path) -> None:
    """A broken home elsewhere, though the environment names it, does not matter."""
    put(Home(tmp_path / "bad"), "desk.yaml", "time_zone: Mars\n")
    ran = okr("run", "--as-of", "2026-03-08", home=desk, OKR_HOME=str(tmp_path / "bad"))
    assert ran.exit_code == 0, ran.stderr
    assert "Generation 1 as of 2026-03-08: 2 tickets, 1 rows rejected." in ran.output
    shown = okr("status", home=desk).output
    for word in (
        "As of 2026-03-08",
        "Customers hear from us sooner",
        "Half are answered",
        "on track",
        "at risk",
        "50.0 %",
    ):
        assert word in shown
    sql = "select kr_id, attainment from okr.latest where as_of_date = date '2026-03-08' order by 1"
    asked = okr("query", sql, "--format", "json", home=desk)
    assert [json.loads(line) for line in asked.output.splitlines()] == [
        {"kr_id": "a", "attainment": 1.0},
        {"kr_id": "b", "attainment": 0.5},
    ]


def test_new_broken_files_end_with_1_known_ones_with_a_warning_and_mended_ones_with_none(desk: Home) -> None:
    put(desk, "exports/canonical/cut.csv", csv(ticket("9"))[:-20])
    put(desk, "exports/nobody/x.csv", csv(ticket("9")))
    first = okr("run", "--as-of", "2026-03-08", home=desk)
    assert first.exit_code == 1
    assert "Generation 1 as of 2026-03-08: 2 tickets" in first.output
    assert "2 new files could not be read, the rest is published" in first.stderr
    assert "exports/canonical/cut.csv: line 2 has" in first.stderr
    assert "sources/nobody.yaml" in first.stderr
    assert "2 files failed" in okr("status", home=desk).output
    put(desk, "exports/canonical/cut.csv", csv(ticket("9")))
    second = okr("run", "--as-of", "2026-03-08", home=desk)
    assert second.exit_code == 0
    assert "warning: exports/nobody/x.csv still cannot be read" in second.stderr
    assert "warning: exports/canonical/cut.csv" not in second.stderr
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
def test_a_query_can_change_nothing_and_reach_no_file(
    published: Home, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.root)
    before = published.warehouse.read_bytes()
    done = okr("query", sql, home=published)
    assert done.exit_code == 1
    assert done.stderr.startswith("okr: ")
    assert "Traceback" not in done.stderr
    assert not list(published.root.glob("stolen*"))
    assert [path.name for path in published.warehouse.parent.iterdir()] == ["desk.duckdb"]
    assert published.warehouse.read_bytes() == before


def test_csv_for_spreadsheets_makes_formulas_harmless(published: Home) -> None:
    done = okr(
        "query", "select topic, -1 as number from core.tickets order by ticket_id", "--format", "csv", home=published
    )
    assert done.output == "topic,number\n'=cmd|' /C calc'!A0,-1\nunknown,-1\n"


def test_a_long_table_says_how_much_more_there_is(published: Home) -> None:
    done = okr("query", "select * from range(120)", "--rows", "5", home=published)
    assert "… 115 more rows" in done.output


@pytest.mark.parametrize(("columns", "longest"), [("40", 40), ("70", 70), ("80", 80), ("140", 140)])
def test_the_scorecard_fits_its_terminal(published: Home, columns: str, longest: int) -> None:
    shown = okr("status", home=published, COLUMNS=columns).output.splitlines()
    assert max(map(len, shown)) <= longest
    assert any("on track" in line for line in shown)


def test_signs_in_titles_are_shown_as_they_are(desk: Home) -> None:
    put(desk, "okrs/o.yaml", OKR.replace("Half are answered", r'"Half [/b] [red]are\e[31m an\u009bswered\a"'))
    publish(desk, date(2026, 3, 8))
    for words in (["status"], ["explain", "a"], ["query", "select title from okr.key_results"]):
        shown = " ".join(okr(*words, home=desk, COLUMNS="140").output.split())
        assert "Half [/b] [red]are[31m answered" in shown
        assert shown.isprintable()


def test_a_broken_warehouse_is_named_and_the_next_run_mends_it(desk: Home) -> None:
    put(desk, "warehouse/desk.duckdb", b"not a database at all")
    done = okr("status", home=desk)
    assert (done.exit_code, done.stderr.startswith("okr: ")) == (1, True)
    publish(desk, date(2026, 3, 8))
    assert okr("status", home=desk).exit_code == 0


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


def test_a_terminal_without_unicode_is_no_reason_to_fail(published: Home) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(published.root), "status"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "on track" in done.stdout
