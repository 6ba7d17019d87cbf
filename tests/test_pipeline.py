"""The Dagster side: definitions load, the graph materialises, a failing check publishes nothing."""

import fcntl
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from conftest import ask, csv, new_home, publish, put, ticket

from okr_analytics.errors import DataError, OkrError, UsageError, WarehouseBusy
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.publish import published_as_of
from okr_analytics.warehouse.stage import staged
from pipelines.assets import key
from pipelines.graph import definitions_for
from pipelines.headless import Outcome, first_uncovered_day, instance, run_nightly
from pipelines.nightly import JOB, yesterday
from pipelines.resources import PAGE, as_of
from pipelines.steps import steps

OKR = """\
objectives:
  - id: o
    title: o
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: a, title: a, kind: reach, kpi: answered_share, target: 50%}
      - {id: b, title: b, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min, over: window}
"""


def equipped(home: Home) -> Home:
    """The home with an answered ticket and an objective."""
    put(home, "okrs/o.yaml", OKR)
    rows = (ticket("1", first_response_at="2026-03-03T10:35:00Z", opened_at="2026-03-03T10:00:00Z"), ticket("2"))
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(*rows))
    return home


@pytest.fixture
def desk(home: Home) -> Home:
    """A home with an answered ticket and an objective."""
    return equipped(home)


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Outcome]:
    """Such a home after its first night, and how that ended; to look at, not to change."""
    home = equipped(new_home(tmp_path_factory.mktemp("nightly")))
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DAGSTER_HOME", raising=False)
        return home, run_nightly(home, date(2026, 3, 8))


def test_the_workspace_loads(tmp_path: Path) -> None:
    """`dagster definitions validate` on workspace.yaml, as a data engineer would run it."""
    environment = {"DAGSTER_HOME": str(tmp_path), "OKR_HOME": str(CHECKOUT / "data"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [Path(sys.executable).parent / "dagster", "definitions", "validate", "-w", "workspace.yaml"],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "All code locations passed validation" in done.stderr + done.stdout


def test_every_table_is_an_asset_with_group_description_and_kinds(desk: Home) -> None:
    graph = definitions_for(desk).resolve_asset_graph()
    made = {table for step in steps() for table in step.tables}
    assert {key(table) for table in (*made, PAGE)} == set(graph.get_all_asset_keys())
    assert set(models()) <= made
    for table in made:
        node = graph.get(key(table))
        assert node.group_name == table.split(".")[0]
        assert node.description
        assert node.kinds


def test_the_whole_graph_materialises_and_plain_duckdb_reads_the_result(nightly: tuple[Home, Outcome]) -> None:
    desk, outcome = nightly
    assert (outcome.newly_failed, outcome.still_failed) == ((), ())
    assert ask(desk, "select ticket_id from core.tickets order by 1") == [("1",), ("2",)]
    rows = ask(desk, "select kr_id, day(as_of_date), attainment, status from okr.latest order by 1, 2")
    assert [row[1] for row in rows] == [*range(1, 9)] * 2
    assert rows[7] == ("a", 8, 1.0, "on_track")
    assert rows[15] == ("b", 8, 0.5, "off_track")  # 35 of 60 to 10 minutes is half the way; expected 0.8, gap -0.3
    assert ask(
        desk, "select attainment, coverage from okr.objective_attainment where as_of_date = date '2026-03-08'"
    ) == [(0.75, 1.0)]


def test_a_run_is_recorded_with_metadata_and_checks(nightly: tuple[Home, Outcome]) -> None:
    """What the Dagster UI shows: row counts, a preview, columns with their meaning, and each check's verdict."""
    home, outcome = nightly
    with instance(home) as recorded:
        assert recorded.get_run_by_id(outcome.run_id).is_success
        events = [each.dagster_event for each in recorded.all_logs(outcome.run_id) if each.is_dagster_event]
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


def test_a_partial_selection_is_refused_before_any_work(desk: Home) -> None:
    job = definitions_for(desk).resolve_job_def(JOB)
    tags = {"dagster/partition": "2026-03-08"}
    with dg.instance_for_test() as instance:
        result = job.execute_in_process(
            instance=instance, tags=tags, asset_selection=[key("kpi.results")], raise_on_error=False
        )
        assert not result.success
        said = " ".join(str(event.event_specific_data) for event in result.all_events if event.is_failure)
    assert "a run builds the whole warehouse" in said
    assert not desk.warehouse.exists()


def test_the_schedule_speaks_of_yesterday_desk_time(desk: Home) -> None:
    """04:15 in Auckland on 22 November is 15:15 UTC on the 21st; the last day that is over there is the 21st."""
    put(desk, "desk.yaml", "time_zone: Pacific/Auckland\n")
    schedule = definitions_for(desk).resolve_schedule_def(JOB)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("15 4 * * *", "Pacific/Auckland")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    with dg.instance_for_test() as instance:
        context = dg.build_schedule_context(instance, datetime(2026, 11, 21, 15, 15, tzinfo=UTC))
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.tags["dagster/asset_partition_range_end"] == "2026-11-21"
    assert yesterday(datetime(2026, 11, 21, 15, 15, tzinfo=UTC), "Pacific/Auckland") == date(2026, 11, 21)


def test_a_second_writer_is_told_who_holds_the_lock(desk: Home) -> None:
    with (
        only_writer(desk, "first-run"),
        pytest.raises(OkrError, match=r"run first-run \(process \d+\) holds the lock"),
    ):
        run_nightly(desk, date(2026, 3, 8))
    assert publish(desk, date(2026, 3, 8)) == {}


def test_the_lock_of_a_dead_process_blocks_nobody(home: Home) -> None:
    script = "import sys; from pathlib import Path; from okr_analytics.home import Home; "
    script += "from okr_analytics.warehouse.lock import only_writer\n"
    script += "with only_writer(Home(Path(sys.argv[1])), 'dies'): import os; os._exit(9)"
    subprocess.run([sys.executable, "-c", script, str(home.root)], check=False, timeout=60)
    with only_writer(home, "next"), home.lock_file.open() as handle, pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert issubclass(WarehouseBusy, OkrError)


def test_a_failing_blocking_check_leaves_the_published_file_untouched(
    desk: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract that the data breaks: the closed list of load statuses is narrowed to failed."""
    assert publish(desk, date(2026, 3, 7)) == {}
    before = desk.warehouse.read_bytes()
    from okr_analytics.contracts.ops import Loads  # noqa: PLC0415

    schema = deepcopy(Loads.to_schema())
    schema.columns["status"].checks[0].statistics["allowed_values"] = ("failed",)
    monkeypatch.setattr(Loads, "to_schema", lambda: schema)
    with pytest.raises(DataError, match="ops/loads: contract"):
        run_nightly(desk, date(2026, 3, 8))
    assert desk.warehouse.read_bytes() == before
    assert not any(desk.stage.iterdir())


def test_publishing_the_same_twice_changes_nothing(desk: Home) -> None:
    publish(desk, date(2026, 3, 8), "one")
    before = desk.warehouse.stat()
    publish(desk, date(2026, 3, 8), "two")
    assert (desk.warehouse.stat().st_ino, desk.warehouse.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    publish(desk, date(2026, 3, 9), "three")
    generations = ask(desk, "select distinct generation, as_of_date::varchar, run_id from ops.generations order by 1")
    assert generations == [(1, "2026-03-08", "one"), (2, "2026-03-09", "three")]


def test_a_reader_keeps_its_generation_while_a_new_one_is_published(desk: Home) -> None:
    import duckdb  # noqa: PLC0415

    publish(desk, date(2026, 3, 7))
    with duckdb.connect(str(desk.warehouse), read_only=True) as reader:
        put(desk, "exports/canonical/more.csv", csv(ticket("3")))
        publish(desk, date(2026, 3, 8))
        assert reader.execute("select count(*) from core.tickets").fetchall() == [(2,)]
    assert ask(desk, "select count(*) from core.tickets") == [(3,)]


NOTHING_TELLS = """\
objectives:
  - id: o
    title: o
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: a, title: a, kind: reach, kpi: escalations_count, target: 1}
      - {id: b, title: b, kind: reach, kpi: tickets_opened_count, direction: lower, target: 1, where: {source: nosuch}}
      - {id: c, title: c, kind: reach, kpi: tickets_opened_count, direction: lower, target: 1}
"""


def test_what_no_source_tells_is_null_and_never_green(desk: Home) -> None:
    """No escalation column, no such source; but few tickets opened is a fact: 2 in 7 covered days."""
    put(desk, "okrs/o.yaml", NOTHING_TELLS)
    publish(desk, date(2026, 3, 8))
    got = ask(
        desk, "select kr_id, value, attainment, status from okr.latest where as_of_date = date '2026-03-08' order by 1"
    )
    assert got[:2] == [("a", None, None, "no_data"), ("b", None, None, "no_data")]
    assert got[2] == ("c", pytest.approx(2 / 7), 1.0, "on_track")


OWN_WINDOWS = """\
objectives:
  - id: o
    title: o
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: a, title: a, kind: reach, kpi: answered_share, target: 50%, window: 2026-03-01..2026-03-05}
      - {id: b, title: b, kind: reach, kpi: tickets_opened_count, direction: higher, target: 9}
      - {id: t, title: t, kind: reach, kpi: tickets_opened_count, direction: lower, target: 9, where: {topic: biling}}
"""


def test_a_closed_key_result_stays_in_its_objective_and_a_filter_that_never_was_scores_nothing(desk: Home) -> None:
    """A is met and closes on the 5th, b is missed throughout: the objective stays at a half, coverage two thirds."""
    put(desk, "okrs/o.yaml", OWN_WINDOWS)
    publish(desk, date(2026, 3, 8))
    objective = "select day(as_of_date), attainment, round(coverage, 6) from okr.objective_attainment"
    assert ask(desk, f"{objective} where as_of_date >= date '2026-03-05' order by 1") == [
        (day, 0.5, 0.666667) for day in (5, 6, 7, 8)
    ]
    typo = "select value, attainment, status from okr.latest where kr_id = 't' and as_of_date = date '2026-03-08'"
    assert ask(desk, typo) == [(None, None, "no_data")]


def test_a_run_covers_the_days_that_were_not_published_yet(desk: Home) -> None:
    assert first_uncovered_day(desk, date(2026, 3, 8)) == date(2026, 3, 1)
    assert first_uncovered_day(desk, date(2026, 2, 1)) == date(2026, 2, 1)
    publish(desk, date(2026, 3, 6))
    assert first_uncovered_day(desk, date(2026, 3, 8)) == date(2026, 3, 7)
    assert first_uncovered_day(desk, date(2026, 3, 4)) == date(2026, 3, 4)
    assert first_uncovered_day(desk, date(2026, 5, 1)) == date(2026, 5, 1)


def test_a_backfill_over_earlier_days_does_not_turn_the_warehouse_back(desk: Home) -> None:
    publish(desk, date(2026, 3, 8))
    earlier = {"dagster/asset_partition_range_start": "2026-03-02", "dagster/asset_partition_range_end": "2026-03-04"}
    assert as_of(earlier, published_as_of(desk)) == date(2026, 3, 8)
    assert as_of({**earlier, "okr/as_of": "2026-03-04"}, published_as_of(desk)) == date(2026, 3, 4)
    assert as_of({"dagster/partition": "2026-03-09"}, None) == date(2026, 3, 9)
    with pytest.raises(UsageError, match="a run needs a day"):
        as_of({}, None)


def test_a_stage_is_gone_whatever_happens(desk: Home) -> None:
    with pytest.raises(RuntimeError), staged(desk.stage, "x"):
        raise RuntimeError
    assert list(desk.stage.iterdir()) == []
