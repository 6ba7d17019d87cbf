"""okr sources detect: what it prints, writes and refuses, of files, folders and known formats."""

import gzip
import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SHARED, ask, land, put
from test_detection import FILES, profile, proposed, written

from okr_analytics.detection.keeping import keep
from okr_analytics.home import Home
from okr_analytics.sources.registry import read_profile
from pipelines.cli import main

SERVICENOW = SHARED / "data" / "servicenow_uci" / "incident_event_log.zip"
SF311 = SHARED / "data" / "sf311" / "cases.csv"
REAL = pytest.mark.skipif(
    not (SERVICENOW.exists() and SF311.exists()), reason="the real exports are not part of the project"
)
TICKETS = FILES / "incidencias_es.csv"
UNPROVED = "Case ID,Status,Created,Solved\n1,solved,03/04/2026 10:00,04/04/2026 10:00\n"


def detect(home: Home, path: Path, *more: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["--home", str(home.root), "sources", "detect", str(path), *more])


def test_sources_alone_still_lists_the_formats(home: Home) -> None:
    said = CliRunner().invoke(main, ["--home", str(home.root), "sources"])
    assert (said.exit_code, "exports/canonical/" in said.output) == (0, True)


def test_what_it_is_stands_before_its_columns_doubts_and_profile(home: Home) -> None:
    said = detect(home, TICKETS)
    assert said.exit_code == 0
    parts = [
        "4 rows looked at; one row per ticket",
        "No known profile fits it",
        "Fecha de apertura +",
        "Dates: day first: 6 cells",
        "Assumed: instants carry no offset",
        "Tried: all 4 rows would be accepted",
        "Feeds: ",
        "Cannot feed handle_time: needs handle_seconds",
        "together:\n  opened_at: [Fecha de apertura, Hora de apertura]",
        "Next: ",
    ]
    places = [said.output.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert not list(home.sources.iterdir())


def test_a_written_profile_reads_the_file(home: Home) -> None:
    """A ticket opened at 9:05 in Madrid, summer time, is opened at 7:05 UTC; the file is read as it lies there."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    said = detect(home, TICKETS, "--write", "--name", "Nuestro helpdesk")
    assert (said.exit_code, "Written: sources/nuestro_helpdesk.yaml" in said.output) == (0, True)
    put(home, "exports/nuestro_helpdesk/t.csv", TICKETS.read_bytes())
    assert land(home) == {}
    assert ask(home, "select ticket_id, status, opened_at::varchar, channel from core.tickets order by 1 limit 2") == [
        ("INC-1", "solved", "2026-04-13 07:05:00", "phone"),
        ("INC-2", "open", "2026-04-14 08:00:00", "email"),
    ]


def test_a_profile_is_not_written_over_unless_asked(home: Home) -> None:
    put(home, "sources/ours.yaml", "title: mine\n")
    said = detect(home, TICKETS, "--write", "--name", "ours")
    assert (said.exit_code, "--force" in said.output) == (2, True)
    assert (home.sources / "ours.yaml").read_text(encoding="utf-8") == "title: mine\n"
    assert detect(home, TICKETS, "--write", "--force", "--name", "ours").exit_code == 0
    assert read_profile(home, "ours").kind == "tickets"


def test_what_has_to_be_said_first_ends_with_code_2_and_writes_nothing(home: Home, tmp_path: Path) -> None:
    path = written(tmp_path, UNPROVED)
    said = detect(home, path, "--write")
    assert (said.exit_code, "--dates day-first or --dates month-first" in said.output) == (2, True)
    assert not list(home.sources.iterdir())
    assert detect(home, path, "--write", "--dates", "day-first").exit_code == 0
    assert read_profile(home, "export").instants.formats == ("%d/%m/%Y %H:%M",)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (["--column", "opened=Created"], "no column 'opened'; did you mean 'opened_at'?"),
        (["--column", "opened_at=Creatd"], "the file has no such header; did you mean 'Created'?"),
        (["--column", "opened_at"], "write it like opened_at=Created"),
        (["--time-zone", "Europe/Madird"], "did you mean 'Europe/Madrid'?"),
        (["--dates", "middle-first"], "'day-first', 'month-first'"),
    ],
)
def test_wrong_usage_says_its_mend(home: Home, tmp_path: Path, more: list[str], found: str) -> None:
    said = detect(home, written(tmp_path, UNPROVED), *more)
    assert (said.exit_code, found in said.output) == (2, True)


def test_a_refusal_names_the_file_and_the_mend_also_for_programs(home: Home, tmp_path: Path) -> None:
    path = written(tmp_path, "Id,Status,Solved at\n1,solved,2026-03-01 10:00\n", "solved.csv")
    said = detect(home, path)
    assert said.exit_code == 1
    assert said.output.startswith("okr: solved.csv: no column says when a ticket was opened")
    refused = json.loads(detect(home, path, "--json").output)["refused"]
    assert "'Solved at' (a solve)" in refused["found"]
    assert "--column opened_at=HEADER" in refused["mend"]


def test_programs_get_the_same_as_people(home: Home) -> None:
    told = json.loads(detect(home, TICKETS, "--json").output)
    assert told["columns"]["opened_at"] == ["Fecha de apertura", "Hora de apertura"]
    assert (told["known"], told["kind"], told["instants"]["time_zone"]) == (None, "tickets", "desk")
    assert told["measures"]["tickets_opened"] is None
    assert told["measures"]["handle_time"] == "needs handle_seconds"
    assert told["trial"] == {"rows": 4, "rejected_rows": 0, "rejected": {}}


def test_no_name_or_address_of_a_person_is_shown(home: Home, tmp_path: Path) -> None:
    lines = [
        f"{number},open,2026-03-0{number} 10:00:00,Ana Pop {number},ana{number}@example.org,Dan Ionescu,Help {number}"
        for number in range(1, 9)
    ]
    header = "Ticket ID,Status,Created,Requester name,Requester email,Assignee,Subject"
    said = detect(home, written(tmp_path, "\n".join([header, *lines, ""])))
    assert said.exit_code == 0
    assert not [word for word in ("Ana", "ana1", "Ionescu", "Help ") if word in said.output]


def test_a_folder_of_files_of_one_shape_is_one_export(home: Home, tmp_path: Path) -> None:
    """The order of day and month is proved in the second file alone; a column that one file lacks is optional."""
    written(tmp_path, "Case ID,Status,Created,Team\n1,open,03/04/2026 10:00,A\n", "all/1/april.csv")
    packed = gzip.compress(b"Case ID,Status,Created\n2,open,13/04/2026 10:00\n")
    (tmp_path / "all" / "may.csv.gz").write_bytes(packed)
    found = proposed(tmp_path / "all")
    assert (found.name, found.files, found.rows) == ("all", 2, 2)
    assert found.profile.instants.formats == ("%d/%m/%Y %H:%M",)
    assert found.profile.optional == ("team",)
    assert "row 1 of may.csv.gz" in found.evidence[0]
    assert detect(home, tmp_path / "all").exit_code == 0


def test_a_column_that_is_called_otherwise_in_other_files_is_read_from_both(home: Home, tmp_path: Path) -> None:
    """As a city renames its columns from one year to the next; what differs in punctuation only is the same header."""
    written(tmp_path, "case_id,open_dt,status,ontime\n1,2021-01-02 08:00:00,closed,ONTIME\n", "all/2021.csv")
    written(tmp_path, "Case ID,open_date,status,on_time\n2,2024-01-02 08:00:00,closed,OVERDUE\n", "all/2024.csv")
    found = proposed(tmp_path / "all")
    assert found.profile.columns["ticket_id"] == ("case_id",)
    assert found.profile.columns["opened_at"] == ("open_dt", "open_date")
    assert found.profile.columns["sla_met_by_source"] == ("ontime", "on_time")
    assert (found.profile.optional, found.trial.rejected_rows) == ((), 0)
    keep(home, found, is_forced=False)
    for year in ("2021", "2024"):
        put(home, f"exports/all/{year}.csv", (tmp_path / "all" / f"{year}.csv").read_bytes())
    assert land(home) == {}
    kept = "select ticket_id, opened_at::varchar, sla_met_by_source from core.tickets order by 1"
    assert ask(home, kept) == [("1", "2021-01-02 08:00:00", True), ("2", "2024-01-02 08:00:00", False)]


def test_versions_of_a_ticket_in_several_files_are_no_events(tmp_path: Path) -> None:
    for number, status in enumerate(("open", "pending", "solved"), start=1):
        text = f"Case ID,Status,Created,Updated\n1,{status},2026-04-03 10:00:00,2026-04-0{number + 3} 10:00:00\n"
        written(tmp_path, text, f"daily/2026-04-0{number + 3}.csv")
    assert proposed(tmp_path / "daily").profile.kind == "tickets"


def test_files_of_two_shapes_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "Case ID,Status,Created\n1,open,2026-04-03 10:00:00\n", "all/tickets.csv")
    written(tmp_path, "Article,Views,Day\n1,3,2026-04-03\n", "all/articles.csv")
    said = CliRunner().invoke(main, ["sources", "detect", str(tmp_path / "all")])
    assert (said.exit_code, "have different columns" in said.output) == (1, True)


def test_a_known_format_with_other_dates_is_like_it(home: Home, tmp_path: Path) -> None:
    """San Francisco's headers, day first: the profile says only what differs."""
    header = '"CaseID","Opened","Closed","Updated","Status","Responsible.Agency","Category","Neighborhood","Source"'
    row = '"7","30/04/2026 14:51","30/04/2026 15:00","30/04/2026 15:00","Closed","PUC","Sewers","Mission","Voice In"'
    path = written(tmp_path, f"{header}\n{row}\n")
    found = proposed(path)
    assert (found.known, found.is_known_as_it_is) == ("sf311", False)
    assert profile(found) == {"like": "sf311", "instants": {"formats": ["%d/%m/%Y %H:%M"]}}
    put(home, f"exports/{keep(home, found, is_forced=False).stem}/t.csv", path.read_bytes())
    assert land(home) == {}
    opened = "select ticket_id, opened_at::varchar, channel from core.tickets"
    assert ask(home, opened) == [("7", "2026-04-30 21:51:00", "phone")]


def test_a_home_s_own_profile_is_known_too(home: Home) -> None:
    assert detect(home, TICKETS, "--write", "--name", "ours").exit_code == 0
    assert "It is what the profile 'ours' reads." in detect(home, TICKETS).output


def test_sixteen_thousand_rows_take_seconds(tmp_path: Path) -> None:
    """Eleven columns; on a busy machine, too, far below a quarter of a minute."""
    lines = [
        f"{number},closed,Email,Normal,2026-{1 + number % 9:02d}-{1 + number % 28:02d} 10:00:00,"
        f"2026-10-{1 + number % 28:02d} 11:00:00,Agent {number % 40},Group {number % 5},Help {number},{number % 700},a"
        for number in range(16_000)
    ]
    header = "Id,Status,Channel,Priority,Created at,Solved at,Assignee,Group,Subject,Handle time (min),Tags"
    path = written(tmp_path, "\n".join([header, *lines, ""]))
    begun = time.monotonic()
    assert proposed(path).rows == 16_000
    assert time.monotonic() - begun < 15


SHIPPED = Path(__file__).parent / "exports"


@pytest.mark.parametrize(
    "path", [path for path in sorted(SHIPPED.glob("*/*")) if path.is_file()], ids=lambda path: path.name
)
def test_an_export_of_a_shipped_format_is_recognised(path: Path) -> None:
    """Every file in the shape of a helpdesk, also in other languages and with few columns, is read by its profile."""
    assert proposed(path).known == path.parent.name


def test_a_profile_under_which_most_rows_would_be_rejected_is_not_written(home: Home, tmp_path: Path) -> None:
    export = tmp_path / "cases.csv"
    export.write_text(
        "Case ID,Status,Created\n1,solved,13/04/2026 10:00\n2,solved,14/04/2026 10:00\n", encoding="utf-8"
    )
    said = detect(home, export, "--column", "opened_at=Status", "--write")
    assert (said.exit_code, "2 of 2 rows would be rejected: unreadable_opened_at (2)" in said.output) == (2, True)
    assert list(home.sources.iterdir()) == []


@REAL
@pytest.mark.parametrize(("path", "name"), [(SERVICENOW, "servicenow"), (SF311, "sf311")])
def test_a_real_export_of_a_shipped_format_is_recognised(path: Path, name: str) -> None:
    found = proposed(path)
    assert (found.known, found.is_known_as_it_is, found.profile.title) == (name, True, found.profile.title)
    assert found.trial.rejected_rows == {"servicenow": 0, "sf311": 129}[name]


@REAL
def test_servicenow_s_log_gets_an_equal_profile_where_none_is_known() -> None:
    found = proposed(SERVICENOW, is_new=True)
    shipped = read_profile(Home(Path("no-home")), "servicenow")
    ours = ("ticket_id", "status", "opened_at", "resolved_at", "closed_at", "channel", "reopen_count", "team", "agent")
    assert {name: found.profile.columns[name] for name in ours} == {name: shipped.columns[name] for name in ours}
    assert (found.profile.kind, found.profile.instants.formats) == ("events", ("%d/%m/%Y %H:%M",))
    assert (found.profile.events.at, found.profile.events.sequence) == ("sys_updated_at", "sys_mod_count")
    assert found.profile.missing == ("?",)
    assert found.evidence[0].startswith("day first: 326,878 cells have a first number over 12")
    assert found.trial.rejected_rows == 0


@REAL
def test_san_francisco_s_cases_get_an_equal_profile_where_none_is_known() -> None:
    found = proposed(SF311, is_new=True)
    shipped = read_profile(Home(Path("no-home")), "sf311")
    assert found.profile.columns == shipped.columns
    assert found.profile.instants.formats == shipped.instants.formats
    assert found.trial.rejected == {"resolved_before_opened": 129}
