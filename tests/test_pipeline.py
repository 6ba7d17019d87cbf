"""The Dagster side: definitions load, the graph materialises, a run is recorded and publishes the whole or nothing."""

import fcntl
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner
from conftest import ask, put
from dagster._cli.definitions import definitions_cli
from first_night import NIGHT, equipped, night, night_copy
from small_generations import publish_rows

from okr_analytics.errors import OkrError, UsageError, WarehouseBusy
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.publish import published_as_of
from okr_analytics.warehouse.stage import staged
from pipelines.assets import key
from pipelines.graph import definitions_for
from pipelines.headless import first_uncovered_day, instance
from pipelines.nightly import JOB, yesterday
from pipelines.resources import PAGE, as_of
from pipelines.steps import steps

__all__ = ["night", "night_copy"]  # the fixtures


@pytest.mark.filterwarnings("ignore")  # Dagster's command line warns of Dagster
def test_the_workspace_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`dagster definitions validate` on workspace.yaml, as a data engineer would run it."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("OKR_HOME", str(CHECKOUT / "data"))
    monkeypatch.delitem(sys.modules, "pipelines.definitions", raising=False)  # a code location of its own
    done = CliRunner().invoke(definitions_cli, ["validate", "-w", str(CHECKOUT / "workspace.yaml")])
    assert done.exit_code == 0, done.output
    assert "All code locations passed validation" in done.output


def test_every_table_is_an_asset_with_group_description_and_kinds(home: Home) -> None:
    graph = definitions_for(home).resolve_asset_graph()
    made = {table for step in steps() for table in step.tables}
    assert {key(table) for table in (*made, PAGE)} == set(graph.get_all_asset_keys())
    assert set(models()) <= made
    for table in made:
        node = graph.get(key(table))
        assert node.group_name == table.split(".")[0]
        assert node.description
        assert node.kinds


def test_the_whole_graph_materialises_and_plain_duckdb_reads_the_result(night: Home) -> None:
    assert ask(night, "select status from ops.loads") == [("loaded",)]
    assert ask(night, "select ticket_id from core.tickets order by 1") == [("1",), ("2",)]
    rows = ask(
        night,
        "select kr_id, day(as_of_date), attainment, status from okr.latest where kr_id in ('a', 'b') order by 1, 2",
    )
    assert [row[1] for row in rows] == [*range(1, 9)] * 2
    assert rows[7] == ("a", 8, 1.0, "on_track")
    assert rows[15] == ("b", 8, 0.5, "off_track")  # 35 of 60 to 10 minutes is half the way; expected 0.8, gap -0.3
    objective = "select attainment, coverage from okr.objective_attainment where objective_id = 'o'"
    assert ask(night, f"{objective} and as_of_date = date '{NIGHT}'") == [(0.75, 1.0)]


def test_a_run_is_recorded_with_metadata_and_checks(night_copy: Home) -> None:
    """What the Dagster UI shows: row counts, a preview, columns with their meaning, and each check's verdict."""
    with instance(night_copy) as recorded:
        (run,) = recorded.get_runs()
        assert run.is_success
        events = [each.dagster_event for each in recorded.all_logs(run.run_id) if each.is_dagster_event]
    made = [each.step_materialization_data.materialization for each in events if each.is_step_materialization]
    done = {each.asset_key: each.metadata for each in made}
    judged = (each for each in events if each.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    verdicts = [each.asset_check_evaluation_data for each in judged]
    checks = {(each.asset_key.path[-1], each.check_name): each.passed for each in verdicts}
    tickets = done[key("core.tickets")]
    assert tickets["dagster/row_count"].value == 2
    assert "| ticket_id" in str(tickets["preview"].value)
    columns = {each.name: each.description for each in tickets["dagster/column_schema"].value.columns}
    assert columns["resolved_at"] == "Last solve, UTC; null while unsolved or reopened."
    assert done[key("landing.files")]["new_files"].value == 1
    assert checks["tickets", "uniqueness"]
    assert checks["loads", "conservation_of_rows"]
    assert checks["results", "contract"]
    assert checks["coverage", "freshness_of_exports"]


def test_a_partial_selection_is_refused_before_any_work(home: Home) -> None:
    job = definitions_for(equipped(home)).resolve_job_def(JOB)
    tags = {"dagster/partition": str(NIGHT)}
    with dg.instance_for_test() as instance:
        result = job.execute_in_process(
            instance=instance, tags=tags, asset_selection=[key("kpi.results")], raise_on_error=False
        )
        assert not result.success
        refusal = " ".join(str(event.event_specific_data) for event in result.all_events if event.is_failure)
    assert "a run builds the whole warehouse" in refusal
    assert not home.warehouse.exists()


def test_the_schedule_speaks_of_yesterday_desk_time(home: Home) -> None:
    """04:15 in Auckland on 22 November is 15:15 UTC on the 21st; the last day that is over there is the 21st."""
    put(home, "desk.yaml", "time_zone: Pacific/Auckland\n")
    schedule = definitions_for(home).resolve_schedule_def(JOB)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("15 4 * * *", "Pacific/Auckland")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance, datetime(2026, 11, 21, 15, 15, tzinfo=UTC))
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.tags["dagster/asset_partition_range_end"] == "2026-11-21"
    assert yesterday(datetime(2026, 11, 21, 15, 15, tzinfo=UTC), "Pacific/Auckland") == date(2026, 11, 21)


def test_the_lock_of_a_dead_process_blocks_nobody(home: Home) -> None:
    script = "import sys; from pathlib import Path; from okr_analytics.home import Home; "
    script += "from okr_analytics.warehouse.lock import only_writer\n"
    script += "with only_writer(Home(Path(sys.argv[1])), 'dies'): import os; os._exit(9)"
    subprocess.run([sys.executable, "-c", script, str(home.root)], check=False, timeout=60)
    with only_writer(home, "next"), home.lock_file.open() as handle, pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert issubclass(WarehouseBusy, OkrError)


def test_publishing_the_same_twice_changes_nothing(home: Home) -> None:
    assert publish_rows(home, 2, date(2026, 3, 8), "one").is_new
    before = home.warehouse.stat()
    assert not publish_rows(home, 2, date(2026, 3, 8), "two").is_new
    assert (home.warehouse.stat().st_ino, home.warehouse.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert publish_rows(home, 2, date(2026, 3, 9), "three").is_new
    generations = ask(home, "select distinct generation, as_of_date::varchar, run_id from ops.generations order by 1")
    assert generations == [(1, "2026-03-08", "one"), (2, "2026-03-09", "three")]


def test_what_no_source_tells_is_null_and_never_green(night: Home) -> None:
    """No escalation column, no such source; but few tickets opened is a fact: 2 in 7 covered days."""
    answers = "select kr_id, value, attainment, status from okr.latest"
    rows = ask(
        night, f"{answers} where kr_id in ('escalated', 'few', 'nosuch') and as_of_date = date '{NIGHT}' order by 1"
    )
    assert rows == [
        ("escalated", None, None, "no_data"),
        ("few", pytest.approx(2 / 7), 1.0, "on_track"),
        ("nosuch", None, None, "no_data"),
    ]


def test_a_closed_key_result_stays_in_its_objective_and_a_filter_that_never_was_scores_nothing(night: Home) -> None:
    """One is met and closes on the 5th, one is missed throughout: the objective stays at a half, coverage two
    thirds."""
    objective = "select day(as_of_date), attainment, round(coverage, 6) from okr.objective_attainment"
    since = "where objective_id = 'windows' and as_of_date >= date '2026-03-05' order by 1"
    assert ask(night, f"{objective} {since}") == [(day, 0.5, 0.666667) for day in (5, 6, 7, 8)]
    typo = f"select value, attainment, status from okr.latest where kr_id = 'typo' and as_of_date = date '{NIGHT}'"
    assert ask(night, typo) == [(None, None, "no_data")]


def test_a_run_covers_the_days_that_were_not_published_yet(home: Home, night: Home) -> None:
    """Published to 8 March; the last window ends on the 31st."""
    equipped(home)
    assert first_uncovered_day(home, date(2026, 3, 8)) == date(2026, 3, 1)
    assert first_uncovered_day(home, date(2026, 2, 1)) == date(2026, 2, 1)
    assert first_uncovered_day(night, date(2026, 3, 10)) == date(2026, 3, 9)
    assert first_uncovered_day(night, date(2026, 3, 4)) == date(2026, 3, 4)
    assert first_uncovered_day(night, date(2026, 5, 1)) == date(2026, 5, 1)


def test_a_backfill_over_earlier_days_does_not_turn_the_warehouse_back(night: Home) -> None:
    earlier = {"dagster/asset_partition_range_start": "2026-03-02", "dagster/asset_partition_range_end": "2026-03-04"}
    assert as_of(earlier, published_as_of(night)) == NIGHT
    assert as_of({**earlier, "okr/as_of": "2026-03-04"}, published_as_of(night)) == date(2026, 3, 4)
    assert as_of({"dagster/partition": "2026-03-09"}, None) == date(2026, 3, 9)
    with pytest.raises(UsageError, match="a run needs a day"):
        as_of({}, None)


def test_a_stage_is_gone_whatever_happens(home: Home) -> None:
    with pytest.raises(RuntimeError), staged(home.stage, "x"):
        raise RuntimeError
    assert list(home.stage.iterdir()) == []
