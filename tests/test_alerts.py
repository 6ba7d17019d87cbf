"""Alerts: a failed run, and statuses that changed, told once each to a server that the test runs itself."""

import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import csv, new_home, publish, put, ticket
from inbox import SECRET, Inbox, inbox
from template_homes import Templates

from okr_analytics.alerting import Alert, run_failed
from okr_analytics.errors import ConfigurationError, DataError, OkrError, Problem, Unexpected
from okr_analytics.home import Home
from pipelines.alerts import INSTALL, VARIABLE, send, tell_of_changes
from pipelines.cli import main
from pipelines.graph import definitions_for
from pipelines.nightly import JOB

__all__ = ["inbox"]  # the fixture

OKR = """\
objectives:
  - id: sooner
    title: Customers hear <b>sooner</b>
    owner: ana@example.com
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: first, title: First answer, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}
"""


def okr(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.root), *arguments], catch_exceptions=False)


def answered(ticket_id: str, day: int, minutes: int) -> dict[str, object]:
    """A ticket of March 2026 that was answered after so many minutes."""
    at = datetime(2026, 3, day, 8)
    first = at.replace(hour=8 + minutes // 60, minute=minutes % 60)
    return ticket(ticket_id, opened_at=f"{at.isoformat()}Z", first_response_at=f"{first.isoformat()}Z")


def night(home: Home, day: int, at: int) -> None:
    """A night of March, as of a day, known at an hour of the 20th."""
    assert publish(home, date(2026, 3, day), now=datetime(2026, 3, 20, at), is_rebuilt=True) == {}


def after_8_march(folder: Path) -> Home:
    """One ticket, answered after an hour on 8 March: four fifths of the way, on track."""
    home = new_home(folder)
    put(home, "okrs/o.yaml", OKR)
    put(home, "exports/canonical/a-2026-03-09.csv", csv(answered("1", 8, 60)))
    night(home, 8, 1)
    return home


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Home:
    """A home after the night of 8 March, which was told to nobody."""
    return templates.copy("after 8 march", after_8_march, tmp_path)


@pytest.fixture
def nights(templates: Templates, tmp_path: Path) -> Home:
    """What was published in three nights, to be told one by one."""

    def after_10_march(folder: Path) -> Home:
        home = templates.copy("after 8 march", after_8_march, folder)
        put(home, "8.duckdb", home.warehouse.read_bytes())
        put(home, "exports/canonical/b-2026-03-10.csv", csv(*(answered(f"b{each}", 9, 600) for each in range(2))))
        for day in (9, 10):
            night(home, day, day)
            put(home, f"{day}.duckdb", home.warehouse.read_bytes())
        return home

    return templates.copy("after 10 march", after_10_march, tmp_path)


def tell_of(home: Home, day: int) -> None:
    """Tell of the night of a day, as if it had just been published."""
    put(home, "warehouse/desk.duckdb", (home.root / f"{day}.duckdb").read_bytes())
    tell_of_changes(home)


TITLE = "okr home: 2 statuses changed as of 2026-03-09"
FLIPPED = """\
As of 2026-03-09, before as of 2026-03-08.

key result first (First answer): on track → off track
objective sooner (Customers hear (b)sooner(/b)): on track → off track

9 Mar 2026: 0 of 1 key result on track (1 off track).
Behind: First answer (10 h, target 50 min).
Data: canonical: to 10 Mar 2026; 0 rows of 3 rejected.

'okr status' shows all; 'okr explain ID' says why."""
RESTATED = """\
As of 2026-03-08, before as of 2026-03-08.

key result first (First answer): on track → at risk
objective sooner (Customers hear (b)sooner(/b)): on track → at risk

Restated:
first: 8 days from 2026-03-01 to 2026-03-08, baseline changed; the status is another on 1 day
sooner: 1 day from 2026-03-08 to 2026-03-08, baseline changed; the status is another on 1 day

8 Mar 2026: 0 of 1 key result on track (1 at risk).
Behind: First answer (1 h, target 50 min).
Data: canonical: to 9 Mar 2026; 0 rows of 1 rejected.

'okr status' shows all; 'okr explain ID' says why."""


def test_statuses_that_flipped_are_told_once(nights: Home, inbox: Inbox) -> None:
    """Not what is new, not what stayed. Nobody's address, nothing that a chat would take for mark-up."""
    tell_of(nights, 8)
    assert inbox.taken() == []
    tell_of(nights, 9)
    assert inbox.taken() == [(TITLE, FLIPPED)]
    tell_of(nights, 9)
    tell_of(nights, 10)
    assert inbox.taken() == []


def test_publishing_a_restatement_that_flips_a_status_tells_it_with_its_cause(desk: Home, inbox: Inbox) -> None:
    """From 61 minutes to 50, sixty are a tenth of the way; eight of 31 days are over, so it is at risk."""
    tell_of_changes(desk)
    put(desk, "okrs/o.yaml", OKR.replace("baseline: 100 min", "baseline: 61 min"))
    night(desk, 8, 2)
    assert inbox.taken() == [("okr home: 2 statuses changed as of 2026-03-08", RESTATED)]


def test_a_message_that_did_not_arrive_is_told_with_the_next_one(
    nights: Home, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """What is published stays; the warning names the service, not the address with its secret."""
    tell_of(nights, 8)
    inbox.answer = 500
    tell_of(nights, 9)
    assert "an alert was not delivered: a service did not take it (JSON)" in caplog.messages
    assert SECRET not in caplog.text
    inbox.taken()
    inbox.answer = 200
    tell_of(nights, 10)
    ((title, text),) = inbox.taken()
    assert title == "okr home: 2 statuses changed as of 2026-03-10"
    assert "before as of 2026-03-08" in text


def test_alerts_are_off_by_default(desk: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_of_changes(desk)
    assert not (desk.state / "alerted.json").exists()
    said = okr(desk, "notify", "--test")
    assert (said.exit_code, VARIABLE in said.output) == (2, True)
    names = {each.name for each in definitions_for(desk).sensors or ()}
    assert names == {"new_exports", "changed_definitions"}
    monkeypatch.setenv(VARIABLE, "json://127.0.0.1:1")
    assert {each.name for each in definitions_for(desk).sensors or ()} == names | {"failed_runs"}


def test_a_test_message_shows_that_messages_arrive(home: Home, inbox: Inbox) -> None:
    assert okr(home, "notify", "--test").output == "Sent.\n"
    assert inbox.taken() == [
        ("okr home: a test message", "Alerts arrive here: failed runs, and statuses that changed.")
    ]
    inbox.answer = 404
    said = okr(home, "notify", "--test")
    assert (said.exit_code, SECRET in said.output) == (1, False)
    inbox.taken()
    assert "Alerts are on" in okr(home, "notify").output
    assert inbox.taken() == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"json://127.0.0.1:1/{SECRET}", "a service did not take it (JSON)"),
        (f"nobody://knows/{SECRET}", f"an address in {VARIABLE} is none that apprise knows"),
        (f"slack://{SECRET}", f"an address in {VARIABLE} is none that apprise knows"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_warning_without_the_address(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, address)
    done = okr(home, "notify", "--test")
    assert done.exit_code == 1
    assert f"warning: an alert was not delivered: {said}" in " ".join(done.stderr.split())
    assert SECRET not in done.output + done.stderr + caplog.text


def test_several_addresses_are_all_told(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is wrong keeps no other from its message, and is warned of."""
    monkeypatch.setenv(VARIABLE, f"{inbox.address}, nobody://knows {inbox.address}?method=POST")
    assert not send(Alert("title", "text"))
    assert inbox.taken() == [("title", "text")] * 2


def test_without_apprise_one_warning_names_the_command(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where the extra is not installed
    assert not send(Alert("title", "text"))
    assert [each for each in caplog.messages if INSTALL in each] == caplog.messages
    assert inbox.taken() == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DataError("Conversion Error: Could not convert string 'ion@desk.ro' to INT32"), "Conversion Error"),
        (DataError("Out of Memory Error: could not allocate"), "Out of Memory Error"),
        (Unexpected("unexpected: ion@desk.ro is no number"), "An error that nobody foresaw"),
        (DataError("exports/a/Ion <ion@desk.ro>.csv: gone"), "exports/a/Ion (…).csv: gone"),
        (
            ConfigurationError([Problem("o.yaml:3", "owner 'Ana ana@desk.ro' is long")]),
            "o.yaml:3: owner 'Ana … is long",
        ),
        (OkrError("a\x1b[31m red\r\nBcc: all@desk.ro @here"), "a[31m red\nBcc: … (at)here"),
    ],
)
def test_no_message_quotes_people(home: Home, error: OkrError, said: str) -> None:
    alert = run_failed(home, JOB, date(2026, 3, 8), error)
    assert alert.text.startswith(said)
    assert "desk.ro" not in alert.text


def test_a_title_is_one_line_whatever_the_folder_is_called(tmp_path: Path) -> None:
    """Else it could add recipients to a mail."""
    alert = Alert.of(Home(tmp_path / "desk\r\nBcc: all"), "failed", ["x" * 1000] * 2)
    assert alert.title == "okr desk Bcc: all: failed"
    assert [len(line) for line in alert.text.splitlines()] == [400, 400]
