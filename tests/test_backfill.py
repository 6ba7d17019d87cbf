"""A backfill as people run it: through Dagster, on a copy of what is published, and rehearsed before."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import DEMO_DAY, NOW, ask, put, restate

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from pipelines.cli import main
from pipelines.graph import definitions_for
from pipelines.headless import instance
from pipelines.rehearsal import rehearse
from pipelines.resources import BACKFILL

FIRST = date(2026, 7, 1)


def okr(home: Home, *arguments: str) -> str:
    """What a command prints; it must succeed."""
    done = CliRunner().invoke(main, ["--home", str(home.root), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


EDITS = (
    (
        "baseline: 2026-Q2\n        target: -40%",
        "baseline: 30 min\n        reason: Easter is no measure\n        target: -40%",
    ),
    ("baseline: 2026-Q2\n        target: -60%", "baseline: 2026-05\n        target: -60%"),
    ("kpi: full_resolution_calendar_p90", "kpi: full_resolution_business_p90"),
    ("id: fewer-escalated", "id: fewer-handed-on"),
)
LATER = NOW + timedelta(hours=1)


def edit(home: Home, edits: Sequence[tuple[str, str]] = EDITS) -> Home:
    """Write something else into the demo's objectives: another baseline twice, another KPI, another id."""
    text = (home.okrs / "demo.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    put(home, "okrs/demo.yaml", text)
    return home


def test_a_backfill_restates_one_key_result_and_its_objective_on_the_days_of_the_window(demo_copy: Home) -> None:
    """Though another was edited, too. Rehearsed first: the same moves, and nothing is written. Then as said; what is
    left is restated after it, and the time after that appends nothing."""
    edited = edit(demo_copy, EDITS[:2])
    only = ("backfill", "--key-result", "first-answer-sooner")
    before = ask(edited, "select * from okr.attainment order by all")
    tickets = ask(edited, "select content_hash from ops.generations where table_name = 'core.tickets'")
    rehearsed = okr(edited, *only, "--dry-run")
    assert not [line for line in rehearsed.splitlines() if line.endswith(" ")]
    assert "first-answer-sooner: baseline, text (Easter is no measure)" in rehearsed
    assert ask(edited, "select * from okr.attainment order by all") == before
    assert not list(edited.state.glob("rehearsal-*"))

    assert okr(edited, *only).replace("moved", "would move") == rehearsed
    moved = ask(
        edited,
        "select kr_id, objective_id, cause, min(as_of_date), max(as_of_date), count(*) = count(distinct as_of_date) "
        "from okr.restatements group by all order by all",
    )
    assert [row[:4] for row in moved] == [
        ("first-answer-sooner", "answer-sooner", "rebaseline", FIRST),
        (None, "answer-sooner", "rebaseline", date(2026, 7, 6)),  # before, 0 of the way either way
    ]
    assert [row[4:] for row in moved] == [(DEMO_DAY, True)] * 2
    assert ask(edited, "select count(*) from okr.restatements where kr_id is not null") == [(55,)]
    others = "kr_id <> 'first-answer-sooner'"
    assert ask(edited, f"select count(*) from okr.attainment where {others} and revision > 1") == [(0,)]
    published = ask(edited, "select min(known_from) from okr.attainment")[0][0]
    as_reported = f"select * exclude (known_to) from okr.as_reported(timestamp '{published}') order by all"
    assert ask(edited, as_reported) == [(*row[:-1],) for row in before]
    newest = "select content_hash from ops.generations where table_name = 'core.tickets' order by generation"
    assert ask(edited, newest) == tickets * 2
    with instance(edited) as recorded:
        (run,) = recorded.get_runs()
    assert (run.job_name, run.tags["dagster/asset_partition_range_start"]) == (BACKFILL, "2026-07-01")

    clock = datetime.now(UTC).replace(tzinfo=None)
    assert restate(edited, now=clock) == {}
    assert ask(edited, "select distinct kr_id from okr.restatements where kr_id is not null order by 1") == [
        ("fewer-reopened",), ("first-answer-sooner",),
    ]  # fmt: skip
    folders = sorted(edited.history.iterdir())
    assert restate(edited, now=clock + timedelta(seconds=1)) == {}
    assert sorted(edited.history.iterdir()) == folders
    assert ask(edited, "select max(generation) from ops.generations") == [(3,)]
    assert "No number would move." in okr(edited, "backfill", "--dry-run")


TABLES = ("attainment", "outlook", "baselines", "realism", "grades", "checkins", "pace", "restatements", "achievements")
OF_OBJECTIVES = ("objectives", "objective_attainment", "cascade")


def _said(home: Home, kr_id: str, objective_id: str) -> dict[str, list[Any]]:
    """Every row of okr.* about other key results and objectives, and every measured value that was there before."""
    found = {name: f"from okr.{name} where kr_id is distinct from '{kr_id}'" for name in TABLES}
    found |= {name: f"from okr.{name} where objective_id <> '{objective_id}'" for name in OF_OBJECTIVES}
    found["restatements"] += f" and objective_id <> '{objective_id}'"
    found["key_results"] = f"from okr.key_results where kr_id <> '{kr_id}'"
    found["measurements"] = "from okr.measurements where \"over\" = '2026-04-01..2026-06-30'"
    return {name: ask(home, f"select * {rows} order by all") for name, rows in found.items()}


def test_a_backfill_of_one_key_result_leaves_what_is_said_of_others(demo_copy: Home) -> None:
    """Though they were edited too: another baseline, another KPI, another id. A second backfill, of all, restates
    them."""
    home = edit(demo_copy)
    before = _said(home, "first-answer-sooner", "answer-sooner")
    assert "rebaseline" not in str(before["attainment"])
    assert restate(home, now=LATER, key_result="first-answer-sooner") == {}
    assert _said(home, "first-answer-sooner", "answer-sooner") == before
    causes = "select distinct kr_id, cause from okr.restatements where kr_id is not null order by all"
    assert ask(home, causes) == [("first-answer-sooner", "rebaseline")]
    assert restate(home, now=LATER + timedelta(hours=1)) == {}
    assert ask(home, causes) == [
        ("fewer-reopened", "rebaseline"), ("first-answer-sooner", "rebaseline"), ("slowest-tenth", "redefinition"),
    ]  # fmt: skip


def test_every_table_and_column_of_a_restated_warehouse_says_what_it_means(demo_copy: Home) -> None:
    """Also those that were copied."""
    assert restate(edit(demo_copy), now=LATER) == {}
    lacking = """
        select table_name from (select table_name, comment from duckdb_tables()
            union all select view_name, comment from duckdb_views() where not internal) where comment is null
        union all
        select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null
    """
    assert ask(demo_copy, lacking) == []
    day = f"date '{DEMO_DAY}'"
    slice_of = f"select value is not null from kpi.slice('tickets_opened_count', {day}, {day})"
    assert ask(demo_copy, slice_of) == [(True,)]


def test_what_cannot_be_restated_alone_says_so(demo: Home, demo_copy: Home) -> None:
    home = demo_copy
    put(home, "desk.yaml", home.desk_file.read_text(encoding="utf-8").replace("08:00-20:00", "08:00-19:00"))
    with pytest.raises(UsageError, match=r"desk\.yaml has changed; 'okr run' computes everything"):
        rehearse(home, None, FIRST, DEMO_DAY)
    shutil.copy(demo.desk_file, home.desk_file)
    put(home, "kpis.yaml", "kpis: []\n")
    with pytest.raises(UsageError, match=r"kpis\.yaml has changed"):
        rehearse(home, None, FIRST, DEMO_DAY)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--key-result", "first-answer-soner"], "did you mean 'first-answer-sooner'"),
        (["--from", "2026-08-20", "--to", "2026-08-10"], "--from 2026-08-20 is after --to 2026-08-10"),
        (["--from", "2027-01-01"], "nothing after 2026-08-24 is published"),
    ],
)
def test_a_backfill_of_what_is_not_there_is_refused(demo: Home, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["--home", str(demo.root), "backfill", *arguments])
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_without_anything_published_there_is_nothing_to_restate(home: Home) -> None:
    done = CliRunner().invoke(main, ["--home", str(home.root), "backfill"])
    assert (done.exit_code, "nothing is published yet" in done.output) == (2, True)


def test_a_backfill_makes_every_okr_table_and_nothing_else(demo: Home) -> None:
    job = definitions_for(demo).resolve_job_def(BACKFILL)
    made = {".".join(each.path) for each in job.asset_layer.executable_asset_keys}
    everything = {".".join(each.path) for each in definitions_for(demo).resolve_asset_graph().get_all_asset_keys()}
    assert made == {table for table in everything if table.startswith("okr.")} | {
        "work.answers", "ops.checks", "ops.generations", "report",
    }  # fmt: skip
