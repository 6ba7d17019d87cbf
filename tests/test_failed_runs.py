"""Runs that fail: nothing is published, who is told of it, and which of them are tried again."""

from copy import deepcopy
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import SMALL_OBJECTIVE, csv, put, ticket
from inbox import Inbox, inbox
from obstruction import obstruct

from okr_analytics.contracts.ops import Loads
from okr_analytics.errors import DataError, OkrError
from okr_analytics.home import Home
from pipelines.cli import main
from pipelines.failures import failure
from pipelines.graph import definitions_for
from pipelines.headless import instance
from pipelines.nightly import JOB

__all__ = ["inbox"]  # the fixture


def okr(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.root), *arguments], catch_exceptions=False)


def write_parrots(home: Home) -> None:
    """A target in a unit that there is not."""
    put(home, "okrs/answers.yaml", SMALL_OBJECTIVE.replace("target: 30 min", "target: 30 parrots"))


def test_a_failed_command_is_told_in_its_own_words(small: Home, inbox: Inbox) -> None:
    """Wrong definitions stop it before Dagster is asked; a person's slip is no alert."""
    write_parrots(small)
    done = okr(small, "run", "--as-of", "2026-03-08")
    assert done.exit_code == 2
    ((title, text),) = inbox.taken()
    assert title == "okr home: nightly of 2026-03-08 failed"
    assert text.splitlines()[0] == done.stderr.removeprefix("okr: ").strip()
    assert text.splitlines()[2:] == [
        "Nothing was published; the warehouse is as it was.",
        "Mend what is named above; 'okr check' says whether all is in order, then 'okr run'.",
    ]
    assert okr(small, "run", "--as-of", "2126-03-08").exit_code == 2
    assert inbox.taken() == []


def test_a_failed_run_of_the_command_line_is_told_once(small: Home, inbox: Inbox) -> None:
    """The sensor, which sees the same run, leaves it alone."""
    obstruct(small)
    assert okr(small, "run", "--as-of", "2026-03-09").exit_code == 1
    ((_, text),) = inbox.taken()
    assert text.startswith("An error that nobody foresaw; ")
    with instance(small) as recorded:
        (run,) = recorded.get_runs()
        assert run.tags["dagster/max_retries"] == "0"
        assert told_by_sensor(small, recorded, run) == "the command line told of it"
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


def failed_run(home: Home, recorded: dg.DagsterInstance) -> tuple[dg.DagsterRun, OkrError]:
    """A nightly run as Dagster starts it, that failed, and why."""
    tags = {"dagster/asset_partition_range_start": "2026-03-09", "dagster/asset_partition_range_end": "2026-03-09"}
    job = definitions_for(home).resolve_job_def(JOB)
    done = job.execute_in_process(instance=recorded, tags=tags, raise_on_error=False)
    assert not done.success
    found = recorded.get_run_by_id(done.run_id)
    assert found
    return found, failure(done.all_events)


def test_a_run_that_checks_stopped_publishes_nothing_is_told_and_not_retried(
    small: Home, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be stopped again. All new rows are rejected, and a contract is broken: its closed list is narrowed."""
    schema = deepcopy(Loads.to_schema())
    schema.columns["status"].checks[0].statistics["allowed_values"] = ("failed",)
    monkeypatch.setattr(Loads, "to_schema", lambda: schema)
    put(small, "exports/canonical/b.csv", csv(*(ticket(str(number), opened_at="soon") for number in range(20))))
    before = small.warehouse.read_bytes()
    with instance(small) as recorded:
        run, why = failed_run(small, recorded)
        assert (run.tags["dagster/max_retries"], run.tags["dagster/will_retry"]) == ("0", "false")
        assert told_by_sensor(small, recorded, run) is None
    assert (type(why), why.exit_code) == (DataError, 1)
    rejected = "ops/loads: some_rows_accepted: canonical: every one of 20 new rows of tickets is rejected"
    assert rejected in str(why)
    assert "ops/loads: contract: " in str(why)
    assert small.warehouse.read_bytes() == before
    assert not any(small.stage.iterdir())
    ((title, text),) = inbox.taken()
    assert title == "okr home: nightly of 2026-03-09 failed"
    assert rejected in text
    assert "Traceback" not in text


def test_a_run_with_wrong_definitions_is_not_retried(small: Home, inbox: Inbox) -> None:
    write_parrots(small)
    with instance(small) as recorded:
        run, _ = failed_run(small, recorded)
        assert run.tags["dagster/will_retry"] == "false"
        assert told_by_sensor(small, recorded, run) is None
    ((_, text),) = inbox.taken()
    assert text.startswith("okrs/answers.yaml:7: ")


def test_a_run_that_something_passing_stopped_is_retried_twice_and_told_only_then(small: Home, inbox: Inbox) -> None:
    obstruct(small)
    with instance(small) as recorded:
        run, _ = failed_run(small, recorded)
        assert (run.tags["dagster/max_retries"], run.tags["dagster/retry_strategy"]) == ("2", "ALL_STEPS")
        assert run.tags["dagster/will_retry"] == "true"
        assert told_by_sensor(small, recorded, run) == "it is retried"
        recorded.add_run_tags(run.run_id, {"dagster/will_retry": "false"})
        assert told_by_sensor(small, recorded, run) is None
    ((_, text),) = inbox.taken()
    assert text.splitlines()[0] == "An error that nobody foresaw; the run in 'dagster dev' says more."
