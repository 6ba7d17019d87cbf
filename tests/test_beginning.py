"""A new home around an export that is at hand: one command from a file to a scorecard, or nothing at all."""

import gzip
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from conftest import ask, build
from exported import landed_rows
from hypothesis import given
from hypothesis import strategies as st

from okr_analytics.detection.proposal import Asked
from okr_analytics.firstlook.look import FirstLook, last_usual_day
from okr_analytics.firstlook.objective import objective, periods
from okr_analytics.home import Home
from okr_analytics.okr.defining.periods import parse_period
from okr_analytics.okr.defining.reading import read_definitions
from pipelines.beginning import begin
from pipelines.cli import main

HEADERS = {
    "en": "Case ID,Status,Opened,First answer,Solved,Team",
    "es": "Número de ticket,Estado,Fecha de creación,Primera respuesta,Fecha de resolución,Equipo",
    "pt": "Número do chamado,Situação,Data de abertura,Primeira resposta,Data de resolução,Equipe",
    "ro": "Număr tichet,Stare,Data deschiderii,Primul răspuns,Data rezolvării,Echipă",
}
SOLVED = {"en": "Solved", "es": "Resuelto", "pt": "Resolvido", "ro": "Rezolvat"}
FIRST = date(2026, 4, 1)


def rows(solved: str, days: int = 180, day_form: str = "{:%d/%m/%Y}") -> str:
    """A ticket each day from 1 April on: answered after half an hour, solved after two."""
    lines = []
    for number in range(days):
        day = day_form.format(FIRST + timedelta(days=number))
        lines.append(f"T{number},{solved},{day} 09:00,{day} 09:30,{day} 11:00,Uno\n")
    return "".join(lines)


def init(folder: Path, *said: str) -> Result:
    """Make a new home in the folder."""
    return CliRunner().invoke(main, ["init", str(folder / "desk"), *said])


@pytest.mark.parametrize("language", HEADERS)
def test_a_file_in_any_of_four_languages_gets_an_objective_that_it_answers(tmp_path: Path, language: str) -> None:
    """The median of the 28 days before 27 September is half an hour and two hours, as in the quarter before."""
    export = tmp_path / "Helpdesk 2026-09-28.csv"
    export.write_text(f"{HEADERS[language]}\n{rows(SOLVED[language])}", encoding="utf-8")
    home = Home(tmp_path / "desk")
    first_look = begin(home, export, "Europe/Madrid", None, Asked())
    kpis = [each.kpi.kpi_id for each in read_definitions(home).key_results if each.kpi]
    assert build(home, "okr.latest", as_of=first_look.as_of, kpis=kpis, is_checked=True) == {}
    assert ask(home, "select count(*), min(team), max(resolved_at - opened_at) from core.tickets") == [
        (180, "Uno", timedelta(hours=2))
    ]
    assert {each.window for each in read_definitions(home).key_results} == {parse_period("2026-Q3")}
    answers = ask(home, "select kr_id, value, baseline from okr.latest where as_of_date = date '2026-09-27' order by 1")
    assert answers[:2] == [("first-answer-sooner", 1800.0, 1800.0), ("old-ones-few", 0.0, None)]


@pytest.mark.parametrize(
    ("text", "more", "code", "found"),
    [
        ("Case ID,Status,Solved\n1,open,13/04/2026 10:00\n", [], 1, "open"),
        ("", [], 1, "zero bytes"),
        ("Case ID,Status,Opened\n1,open,03/04/2026 10:00\n", [], 2, "--dates"),
        ("Case ID,Status,Opened\n1,open,13/04/2026 10:00\n", ["--time-zone", "Madrid"], 2, "--time-zone"),
        ("Case ID,Status,When\n1,open,13/04/2026 10:00\n", ["--column", "opened=When"], 2, "did you mean 'opened_at'?"),
    ],
)
def test_what_cannot_be_read_makes_nothing(tmp_path: Path, text: str, more: list[str], code: int, found: str) -> None:
    export = tmp_path / "export.csv"
    export.write_text(text, encoding="utf-8")
    said = init(tmp_path, "--from", str(export), *more)
    assert (said.exit_code, found in said.output) == (code, True), said.output
    assert not (tmp_path / "desk").exists()


def test_one_command_leads_from_a_folder_of_exports_to_a_scorecard(tmp_path: Path) -> None:
    """What was asked for is said to it, and the folder is taken whole."""
    header, *lines = f"{HEADERS['en']}\n{rows('Solved', 12, '{:%m/%d/%Y}')}".splitlines()
    for number, part in enumerate((lines[:6], lines[6:])):
        folder = tmp_path / "exports" / f"2026-04-{number:02d}"
        folder.mkdir(parents=True)
        (folder / "part.csv.gz").write_bytes(gzip.compress("\n".join([header, *part, ""]).encode()))
    said = init(tmp_path, "--from", str(tmp_path / "exports"), "--dates", "month-first", "--name", "ours")
    assert said.exit_code == 0, said.output
    assert "Customers are helped sooner and better" in said.output
    home = Home(tmp_path / "desk")
    assert ask(home, "select file, status, rows_current from ops.loads order by file") == [
        (f"exports/ours/2026-04-{number:02d}/part.csv.gz", "loaded", 6) for number in range(2)
    ]
    assert ask(home, "select max(opened_date) from core.tickets") == [(date(2026, 4, 12),)]


def test_a_column_that_cannot_be_told_may_be_said(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(f"Case ID,Status,Foo,First answer,Solved,Team\n{rows('Solved', 20)}", encoding="utf-8")
    home = Home(tmp_path / "desk")
    assert begin(home, export, "UTC", None, Asked(columns={"opened_at": "Foo"})).first_day == FIRST
    assert landed_rows(home)["opened_at"].min() == datetime(2026, 4, 1, 9)


def test_a_home_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(f"{HEADERS['en']}\n{rows('Solved', 20)}", encoding="utf-8")
    assert init(tmp_path).exit_code == 0
    before = sorted(path.name for path in (tmp_path / "desk").rglob("*"))
    said = init(tmp_path, "--from", str(export))
    assert (said.exit_code, "is a home already" in said.output) == (2, True)
    assert sorted(path.name for path in (tmp_path / "desk").rglob("*")) == before


def openings(*counts: int) -> pl.DataFrame:
    """So many tickets a day, from 1 April on; days without any are left out."""
    days = [(FIRST + timedelta(days=number), count) for number, count in enumerate(counts) if count]
    return pl.DataFrame(days, schema={"day": pl.Date, "tickets": pl.Int64}, orient="row")


def test_a_long_thin_tail_is_not_the_desks_work() -> None:
    """Forty days of 20 tickets, then one each tenth day: the week of the 6th day after still has 20 + 0, the one of the
    10th has 1, and a tenth of 140 is 14."""
    tail = [1 if number % 10 == 9 else 0 for number in range(200)]
    assert last_usual_day(openings(*[20] * 40, *tail)) == FIRST + timedelta(days=39)
    assert last_usual_day(openings(*[20] * 40)) == FIRST + timedelta(days=39)
    assert last_usual_day(openings(1)) == FIRST


@given(st.lists(st.integers(min_value=0, max_value=50), min_size=1, max_size=60).filter(any))
def test_the_last_usual_day_is_one_on_which_a_ticket_came_in(counts: list[int]) -> None:
    days = openings(*counts)
    assert last_usual_day(days) in days["day"].to_list()


@pytest.mark.parametrize(
    ("first", "last", "window", "before"),
    [
        ("2026-01-01", "2026-08-31", "2026-Q3", "2026-Q2"),
        ("2026-04-20", "2026-08-31", "2026-Q3", "2026-Q2"),  # a fifth of the quarter before is not covered
        ("2026-05-20", "2026-08-31", "2026-08", "2026-07"),  # half of it is not
        ("2026-01-01", "2026-07-03", "2026-04-02..2026-08-17", "2026-01-01..2026-04-01"),  # both are too young
        ("2026-08-01", "2026-08-31", "2026-08-16..2026-09-07", "2026-08-01..2026-08-15"),
        ("2026-08-28", "2026-08-31", "2026-08-28..2026-08-31", None),
    ],
)
def test_windows_are_periods_that_the_days_cover(first: str, last: str, window: str, before: str | None) -> None:
    assert periods(date.fromisoformat(first), date.fromisoformat(last)) == (window, before)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(min_value=0, max_value=800))
def test_the_day_is_in_its_window_and_the_period_before_it_ends_earlier(first: date, days: int) -> None:
    as_of = first + timedelta(days=days)
    window, before = periods(first, as_of)
    assert parse_period(window).first <= as_of <= parse_period(window).last
    assert before is None or parse_period(before).last < parse_period(window).first


@pytest.mark.parametrize(
    ("tells", "ids"),
    [
        (["first_response", "solved", "reopens", "verdict"],
         ["first-answer-sooner", "solved-sooner", "promises-kept", "few-opened-again"]),
        (["solved"], ["solved-sooner", "slow-ones-sooner", "solved-within-days", "old-ones-few"]),
        (["csat", "solved"], ["solved-sooner", "slow-ones-sooner", "customers-satisfied", "solved-within-days"]),
        ([], ["old-ones-few"]),
    ],
)  # fmt: skip
def test_the_objective_asks_what_the_export_tells(tmp_path: Path, tells: list[str], ids: list[str]) -> None:
    assert init(tmp_path).exit_code == 0
    home = Home(tmp_path / "desk")
    (home.okrs / "example.yaml").unlink()
    found = FirstLook(date(2026, 1, 1), date(2026, 8, 31), date(2026, 8, 31), frozenset(tells))
    (home.okrs / "first-look.yaml").write_text(objective(found, "okr.schema.json"), encoding="utf-8")
    assert [each.kr_id for each in read_definitions(home).key_results] == ids
