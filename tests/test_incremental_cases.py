"""What an incremental night once did not notice: for each, nights of a small desk, against a twin that computes all.

A night is incremental where it says so; see incremental_vs_full.py.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import NOW, SMALL_DAY, ask, csv, ticket
from incremental_vs_full import Twins

from okr_analytics.home import Home
from okr_analytics.warehouse.publish import published_warehouse
from pipelines.resources import Plan, desk_run
from pipelines.steps import rebuilt_tables

NIGHT, NEXT = date(2026, 3, 20), date(2026, 3, 21)
OBJECTIVE = """\
objectives:
  - id: o
    title: O
    owner: Ana
    window: 2026-03-01..2026-03-31
    key_results:
      - {{id: kr, title: K, {key_result}}}
"""


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Two homes without exports."""
    return Twins.below(tmp_path)


def test_a_rejected_row_that_speaks_of_no_ticket_is_kept_though_no_ticket_is_touched(twins: Twins) -> None:
    twins.put("exports/canonical/t.csv", csv(ticket()))
    assert twins.night(NIGHT, is_incremental=False) == {}
    twins.put("exports/observations/o.csv", csv({"metric": "m", "day": None, "value": 1}))
    assert twins.night(NIGHT) == {}


def test_feedback_on_no_ticket_is_answered_as_days_pass(twins: Twins) -> None:
    """Given on the 2nd, answered on the 10th, exported on the 20th: as of the 5th nobody has answered it."""
    survey = {"survey_id": "s", "answered_at": "2026-03-02T10:00:00Z", "replied_at": "2026-03-10T10:00:00Z", "csat": 3}
    later = {"survey_id": "l", "answered_at": "2026-03-20T10:00:00Z", "csat": 3}
    twins.put("exports/surveys/s.csv", csv(survey, later))
    assert twins.night(date(2026, 3, 5), is_incremental=False) == {}
    assert twins.night(date(2026, 3, 12)) == {}


def test_feedback_on_no_ticket_falls_due_once_a_later_export_covers_its_day(twins: Twins) -> None:
    """Given on the 2nd, due on the 3rd: breached once it is known that nobody answered it on the 3rd."""
    answered = {"survey_id": "a", "answered_at": "2026-03-01T10:00:00Z", "replied_at": "2026-03-01T11:00:00Z"}
    twins.put("exports/surveys/s.csv", csv(answered, {"survey_id": "s", "answered_at": "2026-03-02T10:00:00Z"}))
    assert twins.night(NIGHT, is_incremental=False) == {}
    twins.put("exports/surveys/t.csv", csv({"survey_id": "t", "answered_at": "2026-03-08T10:00:00Z"}))
    assert twins.night(NIGHT) == {}


def test_what_a_source_covers_can_end_earlier_than_it_did(twins: Twins) -> None:
    """A ticket of the day after its export was the last that the source spoke of; its newest version was opened
    earlier."""
    twins.put("desk.yaml", "time_zone: UTC\nsla: {clock: calendar, resolution: {default: 3 d}}\n")
    key_result = "kind: reach, kpi: tickets_resolved_per_business_day, target: 3"
    twins.put("okrs/o.yaml", OBJECTIVE.format(key_result=key_result))
    waiting = ticket("1", opened_at="2026-03-07T12:00:00Z")
    solved = ticket("2", opened_at="2026-03-02T12:00:00Z", resolved_at="2026-03-03T12:00:00Z", status="solved")
    newest = ticket("3", opened_at="2026-03-10T12:00:00Z", updated_at="2026-03-10T12:00:00Z")
    twins.put("exports/canonical/t-2026-03-09.csv", csv(waiting, solved, newest))
    assert twins.night(NIGHT, is_incremental=False) == {}
    moved = ticket("3", opened_at="2026-03-02T12:00:00Z", updated_at="2026-03-10T13:00:00Z")
    twins.put("exports/canonical/u-2026-03-09.csv", csv(moved))
    assert twins.night(NIGHT) == {}


def test_a_metric_that_is_new_leaves_the_days_of_another_one_alone(twins: Twins) -> None:
    line = "  - {{metric: {}, statistic: mean, title: T, question: Q, unit: u, direction: lower}}\n"
    twins.put("kpis.yaml", "kpis:\n" + line.format("carts") + line.format("score"))
    twins.put("exports/observations/c.csv", csv({"metric": "carts", "day": "2026-03-02", "value": 1}))
    assert twins.night(NIGHT, is_incremental=False) == {}
    twins.put("exports/observations/s.csv", csv({"metric": "score", "day": "2026-03-04", "value": 1}))
    assert twins.night(NIGHT) == {}


def test_a_backfill_does_not_hide_that_what_it_leaves_alone_was_made_by_other_code(twins: Twins) -> None:
    """Published by an older version, restated by this one: the next night makes everything."""
    key_result = "kind: reach, kpi: tickets_resolved_count, target: 3"
    twins.put("okrs/o.yaml", OBJECTIVE.format(key_result=key_result))
    twins.put("exports/canonical/t.csv", csv(ticket()))
    assert twins.night(NIGHT, is_incremental=False) == {}
    with duckdb.connect(str(twins.incremental.warehouse)) as connection:
        connection.execute("update ops.generations set basis = 'older'")
    twins.put("okrs/o.yaml", OBJECTIVE.format(key_result=key_result.replace("3", "4")))
    twins.backfill(now=NOW + timedelta(hours=1))
    published = published_warehouse(twins.incremental)
    assert published
    assert published.basis == "older"
    assert twins.night(NEXT, now=NOW + timedelta(hours=2), is_incremental=False) == {}


def test_a_warehouse_that_lacks_a_touched_ticket_is_rebuilt(twins: Twins) -> None:
    twins.put("exports/canonical/t.csv", csv(ticket("1"), ticket("2")))
    assert twins.night(NIGHT, is_incremental=False) == {}
    with duckdb.connect(str(twins.incremental.warehouse)) as connection:
        connection.execute("delete from core.tickets where ticket_id = '1'")
    twins.put("exports/canonical/u.csv", csv(ticket("1", team="one")))
    assert twins.night(NEXT, is_incremental=False, is_compared=True) == {}


def test_where_new_files_are_about_very_many_tickets_everything_is_computed(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides are held in memory; a whole export every night is streamed instead."""
    monkeypatch.setattr("okr_analytics.incremental.increment.MOST_TOUCHED", 1)
    twins.put("exports/canonical/one.csv", csv(ticket("1")))
    assert twins.night(NIGHT, is_incremental=False) == {}
    twins.put("exports/canonical/three.csv", csv(ticket("1"), ticket("3")))
    assert twins.night(NIGHT, is_incremental=False) == {}


def test_where_everything_must_be_computed_over_a_published_home_it_is(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are read otherwise after an edit of their profile and once there is a key for customers; a figure of the
    source's own that comes for the first time is lacking in earlier tickets too."""
    profile = """title: Desk
kind: tickets
columns: {ticket_id: id, opened_at: opened, team: TEAM, status: status, customer: who}
"""
    twins.put("sources/desk1.yaml", profile.replace("TEAM", "queue"))
    row = {"id": "1", "opened": "2026-03-02T10:00:00Z", "queue": "Q", "dept": "D", "status": "open", "who": "ana"}
    twins.put("exports/desk1/t.csv", csv(row))
    assert twins.night(NIGHT, is_incremental=False) == {}
    twins.put("sources/desk1.yaml", profile.replace("TEAM", "dept"))
    assert twins.night(NIGHT, now=NOW + timedelta(hours=1), is_incremental=False, is_compared=True) == {}
    assert ask(twins.incremental, "select team, customer_key from core.tickets") == [("D", None)]
    monkeypatch.setenv("OKR_CUSTOMER_KEY", "k" * 32)
    assert twins.night(NIGHT, now=NOW + timedelta(hours=2), is_incremental=False) == {}
    ((customer_key,),) = ask(twins.incremental, "select customer_key from core.tickets")
    assert len(customer_key) >= 16
    figure = {"source_full_resolution_calendar_seconds": 86400}
    twins.put("exports/canonical/t.csv", csv(ticket("1", resolved_at="2026-03-03T10:00:00Z", status="solved")))
    assert twins.night(NEXT, now=NOW + timedelta(hours=3)) == {}
    later = ticket("2", resolved_at="2026-03-03T10:00:00Z", status="solved", **figure)
    twins.put("exports/canonical/u.csv", csv(later))
    assert twins.night(NEXT, now=NOW + timedelta(hours=4), is_incremental=False, is_compared=True) == {}
    assert ask(twins.incremental, "select count(*) from core.reconciliation") == [(2,)]


def test_a_run_that_leaps_over_a_quarter_computes_everything(small: Home) -> None:
    """On the 93rd day after the one that is published; up to the 92nd it is incremental."""
    reasons = {
        -1: "what is published speaks of a later day, 2026-03-06",
        0: None,
        92: None,
        93: "93 days have passed since what is published",
    }
    for days, reason in reasons.items():
        with desk_run(small, "later", SMALL_DAY + timedelta(days=days), Plan(rebuilt_tables())) as run:
            assert run.increment.full_rebuild_reason == reason
            assert (run.stage.previous("ops.loads") is None) is (reason is not None)
