"""`okr report`, and the page as an asset: where it is written, in which language, and what happens where it cannot."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import csv, new_home, publish, put, ticket
from pages import parsed

from okr_analytics.home import Home
from pipelines.assets import key
from pipelines.cli import main
from pipelines.graph import definitions_for
from pipelines.headless import instance, run_nightly
from pipelines.page import page_asset
from pipelines.resources import PAGE

OKR = """\
objectives:
  - id: o
    title: Customers hear from us sooner
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: a, title: Half are answered, kind: reach, kpi: answered_share, target: 50%}
      - {id: b, title: Answers come sooner, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min}
"""
DAY = date(2026, 3, 8)


def equipped(home: Home) -> Home:
    """The home with two tickets and an objective, in Spanish."""
    put(home, "okrs/o.yaml", OKR)
    put(home, "desk.yaml", "time_zone: UTC\nlanguage: es\n")
    rows = (ticket("1", opened_at="2026-03-03T10:00:00Z", first_response_at="2026-03-03T10:35:00Z"), ticket("2"))
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(*rows))
    return home


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Such a home, published."""
    home = equipped(new_home(tmp_path_factory.mktemp("report")))
    assert publish(home, DAY) == {}
    return home


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


def test_the_page_and_its_summary_stand_beside_the_warehouse_in_the_desks_language(desk: Home) -> None:
    done = okr(desk, "report")
    assert done.exit_code == 0, done.output
    assert parsed(desk.page.read_text(encoding="utf-8")).one("html").attributes["lang"] == "es"
    said = desk.summary.read_text(encoding="utf-8")
    assert done.output == f"{said}Page: {desk.page}\n"
    assert sorted(path.name for path in desk.page.parent.iterdir()) == ["desk.duckdb", "report.html", "report.txt"]


def test_another_language_and_place_leave_the_desks_own_page_alone(desk: Home, tmp_path: Path) -> None:
    okr(desk, "report")
    before = desk.page.read_bytes()
    done = okr(desk, "report", "--lang", "ro", "--out", str(tmp_path / "below" / "pagina.html"))
    assert done.exit_code == 0, done.output
    page = parsed((tmp_path / "below" / "pagina.html").read_text(encoding="utf-8"))
    assert page.one("html").attributes["lang"] == "ro"
    assert desk.page.read_bytes() == before
    assert [path.name for path in (tmp_path / "below").iterdir()] == ["pagina.html"]


def test_a_key_result_has_a_page_of_its_own(desk: Home) -> None:
    done = okr(desk, "report", "--key-result", "b", "--lang", "en")
    assert done.exit_code == 0, done.output
    page = parsed(desk.page.with_name("report-b.html").read_text(encoding="utf-8"))
    assert [each.attributes["id"] for each in page.all("article")] == ["kr-b"]
    desk.page.with_name("report-b.html").unlink()


def test_what_is_not_there_is_refused_in_a_line(desk: Home, home: Home) -> None:
    unknown = okr(desk, "report", "--key-result", "c")
    assert (unknown.exit_code, unknown.output) == (2, "okr: no key result 'c'; known: a, b\n")
    nothing = okr(home, "report")
    assert nothing.exit_code == 2
    assert "nothing published yet" in nothing.output


def test_a_language_that_the_desk_cannot_write_is_named_with_its_line(home: Home) -> None:
    put(home, "desk.yaml", "time_zone: UTC\nlanguage: fr\n")
    done = okr(home, "check")
    assert done.exit_code == 2
    assert "desk.yaml:2: language: " in done.output


def test_the_language_makes_no_number_anew(desk: Home) -> None:
    """A run after the language changed patches what is published: nothing rests on it."""
    put(desk, "desk.yaml", "time_zone: UTC\nlanguage: pt\n")
    assert publish(desk, DAY, is_renewed=True) == {}
    put(desk, "desk.yaml", "time_zone: UTC\nlanguage: es\n")


def test_the_nightly_job_makes_the_page_after_publishing(home: Home) -> None:
    """And where it cannot, what is published stays published, the run succeeds, and a check says why. A rollback takes
    the page back with it."""
    equipped(home)
    run_nightly(home, DAY)
    assert parsed(home.page.read_text(encoding="utf-8")).one("html").attributes["lang"] == "es"
    home.page.unlink()
    home.page.mkdir()
    outcome = run_nightly(home, date(2026, 3, 9))
    with instance(home) as recorded:
        assert recorded.get_run_by_id(outcome.run_id).is_success  # type: ignore[union-attr]
        events = [each.dagster_event for each in recorded.all_logs(outcome.run_id) if each.is_dagster_event]
    judged = [each for each in events if each.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION]  # type: ignore[union-attr]
    verdicts = [each.asset_check_evaluation_data for each in judged]  # type: ignore[union-attr]
    (page,) = [each for each in verdicts if each.asset_key == key(PAGE)]
    assert (page.passed, page.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "report.html" in str(page.metadata["why"].value)
    home.page.rmdir()
    assert f"Page: {home.page}" in okr(home, "rollback").output
    assert "8 mar 2026" in parsed(home.page.read_text(encoding="utf-8")).one("header").text


def test_the_page_rests_on_what_is_published_and_both_jobs_make_it(home: Home) -> None:
    graph = definitions_for(home).resolve_asset_graph()
    assert graph.get(key(PAGE)).parent_keys == {key("ops.generations")}
    for job in ("nightly", "backfill"):
        made = definitions_for(home).resolve_job_def(job).asset_layer.selected_asset_keys
        assert key(PAGE) in made
    assert page_asset(home).keys == {key(PAGE)}
