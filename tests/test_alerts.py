"""Alerts: a failed run, and statuses that changed, told once each to a server that the test runs itself."""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import csv, publish, put, ticket

from okr_analytics.alerting import Alert, run_failed
from okr_analytics.errors import ConfigurationError, DataError, OkrError, Problem, Unexpected
from okr_analytics.home import Home
from pipelines.alerts import INSTALL, VARIABLE, send
from pipelines.cli import main
from pipelines.graph import definitions_for
from pipelines.headless import instance
from pipelines.nightly import JOB

OKR = """\
objectives:
  - id: sooner
    title: Customers hear <b>sooner</b>
    owner: ana@example.com
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: first, title: First answer, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}
"""
SECRET = "s3cr3t-t0ken"  # noqa: S105 - what no warning may show


@dataclass
class Inbox:
    """A web server on this machine, and the messages that it got."""

    address: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    answer: int = 200

    def taken(self) -> list[tuple[str, str]]:
        """Title and text of what came since it was looked at last."""
        found, self.messages[:] = self.messages[:], []
        return found


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Alerts are on, and go to a server of our own."""
    found = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.messages.append((said["title"], said["message"]))
            self.send_response(found.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.address = f"json://127.0.0.1:{server.server_port}/{SECRET}"
        monkeypatch.setenv(VARIABLE, found.address)
        yield found
        server.shutdown()


def okr(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.root), *arguments], catch_exceptions=False)


def answered(ticket_id: str, day: int, minutes: int) -> dict[str, object]:
    """A ticket of March 2026 that was answered after so many minutes."""
    at = datetime(2026, 3, day, 8)
    first = at.replace(hour=8 + minutes // 60, minute=minutes % 60)
    return ticket(ticket_id, opened_at=f"{at.isoformat()}Z", first_response_at=f"{first.isoformat()}Z")


@pytest.fixture
def desk(home: Home) -> Home:
    """One ticket, answered after an hour on 8 March: four fifths of the way, on track."""
    put(home, "okrs/o.yaml", OKR)
    put(home, "exports/canonical/a-2026-03-09.csv", csv(answered("1", 8, 60)))
    return home


def night(home: Home, day: int, at: int) -> None:
    """A night of March, as of a day, known at an hour of the 20th."""
    assert publish(home, date(2026, 3, day), now=datetime(2026, 3, 20, at)) == {}


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


def test_statuses_that_flipped_are_told_once(desk: Home, inbox: Inbox) -> None:
    """Not what is new, not what stayed. Nobody's address, nothing that a chat would take for mark-up."""
    night(desk, 8, 1)
    assert inbox.taken() == []
    put(desk, "exports/canonical/b-2026-03-10.csv", csv(*(answered(f"b{each}", 9, 600) for each in range(2))))
    night(desk, 9, 2)
    assert inbox.taken() == [(TITLE, FLIPPED)]
    night(desk, 9, 3)
    night(desk, 10, 4)
    assert inbox.taken() == []


def test_a_restatement_that_flips_a_status_is_told_with_its_cause(desk: Home, inbox: Inbox) -> None:
    """From 61 minutes to 50, sixty are a tenth of the way; eight of 31 days are over, so it is at risk."""
    night(desk, 8, 1)
    put(desk, "okrs/o.yaml", OKR.replace("baseline: 100 min", "baseline: 61 min"))
    night(desk, 8, 2)
    assert inbox.taken() == [("okr home: 2 statuses changed as of 2026-03-08", RESTATED)]


def test_a_message_that_did_not_arrive_is_told_with_the_next_one(
    desk: Home, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The run goes on and publishes; the warning names the service, not the address with its secret."""
    night(desk, 8, 1)
    put(desk, "exports/canonical/b-2026-03-10.csv", csv(*(answered(f"b{each}", 9, 600) for each in range(2))))
    inbox.answer = 500
    night(desk, 9, 2)
    assert "an alert was not delivered: a service did not take it (JSON)" in caplog.messages
    assert SECRET not in caplog.text
    inbox.taken()
    inbox.answer = 200
    night(desk, 10, 3)
    ((title, text),) = inbox.taken()
    assert title == "okr home: 2 statuses changed as of 2026-03-10"
    assert "before as of 2026-03-08" in text


def test_alerts_are_off_by_default(desk: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    night(desk, 8, 1)
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


def test_a_failed_command_is_told_in_its_own_words(desk: Home, inbox: Inbox) -> None:
    """Wrong definitions stop it before Dagster is asked; a person's slip is no alert."""
    put(desk, "okrs/o.yaml", OKR.replace("target: 50 min", "target: 50 parrots"))
    done = okr(desk, "run", "--as-of", "2026-03-08")
    assert done.exit_code == 2
    ((title, text),) = inbox.taken()
    assert title == "okr home: nightly of 2026-03-08 failed"
    assert text.splitlines()[0] == done.stderr.removeprefix("okr: ").strip()
    assert text.splitlines()[2:] == [
        "Nothing was published; the warehouse is as it was.",
        "Mend what is named above; 'okr check' says whether all is in order, then 'okr run'.",
    ]
    assert okr(desk, "run", "--as-of", "2126-03-08").exit_code == 2
    assert inbox.taken() == []


BLOCKED = csv(*(ticket(str(number), opened_at="soon") for number in range(20)))


def test_a_run_that_a_check_stopped_is_told_once_by_the_command_line(desk: Home, inbox: Inbox) -> None:
    """The sensor, which sees the same run, leaves it alone."""
    put(desk, "exports/canonical/a-2026-03-09.csv", BLOCKED)
    assert okr(desk, "run", "--as-of", "2026-03-08").exit_code == 1
    ((_, text),) = inbox.taken()
    assert text.startswith("ops/loads: some_rows_accepted: canonical: every one of 20 new rows of tickets is rejected")
    with instance(desk) as recorded:
        (run,) = recorded.get_runs()
        assert run.tags["dagster/max_retries"] == "0"
        assert told_by_sensor(desk, recorded, run) == "the command line told of it"
    assert inbox.taken() == []


def told_by_sensor(home: Home, recorded: dg.DagsterInstance, run: dg.DagsterRun) -> str | None:
    """Why the sensor of failed runs sends nothing about a run; null where it does."""
    sensor: Any = definitions_for(home).resolve_sensor_def("failed_runs")
    event = next(
        each.dagster_event
        for each in recorded.all_logs(run.run_id)
        if each.dagster_event and each.dagster_event.event_type == dg.DagsterEventType.RUN_FAILURE
    )
    context = dg.build_run_status_sensor_context("failed_runs", event, recorded, run).for_run_failure()
    found = sensor(context)
    return found.skip_message if found else None


def failed_run(home: Home, recorded: dg.DagsterInstance) -> dg.DagsterRun:
    """A nightly run as Dagster starts it, that failed."""
    tags = {"dagster/asset_partition_range_start": "2026-03-08", "dagster/asset_partition_range_end": "2026-03-08"}
    job = definitions_for(home).resolve_job_def(JOB)
    done = job.execute_in_process(instance=recorded, tags=tags, raise_on_error=False)
    assert not done.success
    found = recorded.get_run_by_id(done.run_id)
    assert found
    return found


def test_a_run_of_dagster_that_a_check_stopped_is_told_and_not_retried(desk: Home, inbox: Inbox) -> None:
    """It would be stopped again."""
    put(desk, "exports/canonical/a-2026-03-09.csv", BLOCKED)
    with instance(desk) as recorded:
        run = failed_run(desk, recorded)
        assert (run.tags["dagster/max_retries"], run.tags["dagster/will_retry"]) == ("0", "false")
        assert told_by_sensor(desk, recorded, run) is None
    ((title, text),) = inbox.taken()
    assert title == "okr home: nightly of 2026-03-08 failed"
    assert "every one of 20 new rows" in text
    assert "Traceback" not in text


def test_a_run_with_wrong_definitions_is_not_retried(desk: Home, inbox: Inbox) -> None:
    put(desk, "okrs/o.yaml", OKR.replace("target: 50 min", "target: 50 parrots"))
    with instance(desk) as recorded:
        run = failed_run(desk, recorded)
        assert run.tags["dagster/will_retry"] == "false"
        assert told_by_sensor(desk, recorded, run) is None
    ((_, text),) = inbox.taken()
    assert text.startswith("okrs/o.yaml:7: ")


def test_a_run_that_something_passing_stopped_is_retried_twice_and_told_only_then(desk: Home, inbox: Inbox) -> None:
    """The folder of the stage is a file: as where a disk is full."""
    desk.stage.parent.mkdir(parents=True, exist_ok=True)
    desk.warehouse.parent.mkdir(exist_ok=True)
    desk.stage.write_text("in the way", encoding="utf-8")
    with instance(desk) as recorded:
        run = failed_run(desk, recorded)
        assert (run.tags["dagster/max_retries"], run.tags["dagster/retry_strategy"]) == ("2", "ALL_STEPS")
        assert run.tags["dagster/will_retry"] == "true"
        assert told_by_sensor(desk, recorded, run) == "it is retried"
        recorded.add_run_tags(run.run_id, {"dagster/will_retry": "false"})
        assert told_by_sensor(desk, recorded, run) is None
    ((_, text),) = inbox.taken()
    assert text.splitlines()[0] == "An error that nobody foresaw; the run in 'dagster dev' says more."


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
