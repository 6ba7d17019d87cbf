"""`okr report`, and the page as an asset: where it is written, in which language, and what happens where it cannot."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from conftest import put
from first_night import NIGHT, night_copy
from pages import parsed
from small_generations import publish_rows

from okr_analytics.home import Home
from pipelines.assets import key
from pipelines.cli import main
from pipelines.graph import definitions_for
from pipelines.page import page_asset
from pipelines.resources import PAGE, Plan, desk_run
from pipelines.steps import rebuilt_tables

__all__ = ["night_copy"]  # the fixture


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


def test_the_page_and_its_summary_stand_beside_the_warehouse_in_the_desks_language(night_copy: Home) -> None:
    done = okr(night_copy, "report")
    assert done.exit_code == 0, done.output
    assert parsed(night_copy.page.read_text(encoding="utf-8")).one("html").attributes["lang"] == "es"
    said = night_copy.summary.read_text(encoding="utf-8")
    assert done.output == f"{said}Page: {night_copy.page}\n"
    assert sorted(path.name for path in night_copy.page.parent.iterdir()) == [
        "desk.duckdb",
        "report.html",
        "report.txt",
    ]


def test_another_language_and_place_leave_the_desks_own_page_alone(night_copy: Home, tmp_path: Path) -> None:
    okr(night_copy, "report")
    before = night_copy.page.read_bytes()
    done = okr(night_copy, "report", "--lang", "ro", "--out", str(tmp_path / "below" / "pagina.html"))
    assert done.exit_code == 0, done.output
    page = parsed((tmp_path / "below" / "pagina.html").read_text(encoding="utf-8"))
    assert page.one("html").attributes["lang"] == "ro"
    assert night_copy.page.read_bytes() == before
    assert [path.name for path in (tmp_path / "below").iterdir()] == ["pagina.html"]


def test_a_key_result_has_a_page_of_its_own(night_copy: Home) -> None:
    done = okr(night_copy, "report", "--key-result", "b", "--lang", "en")
    assert done.exit_code == 0, done.output
    page = parsed(night_copy.page.with_name("report-b.html").read_text(encoding="utf-8"))
    assert [each.attributes["id"] for each in page.all("article")] == ["kr-b"]


def test_what_is_not_there_is_refused_in_a_line(small: Home) -> None:
    unknown = okr(small, "report", "--key-result", "last-answer")
    assert unknown.exit_code == 2
    assert unknown.output == "okr: no key result 'last-answer'; did you mean 'first-answer'?\n"
    small.warehouse.unlink()
    nothing = okr(small, "report")
    assert nothing.exit_code == 2
    assert "nothing published yet" in nothing.output


def test_a_language_that_the_desk_cannot_write_is_named_with_its_line(home: Home) -> None:
    put(home, "desk.yaml", "time_zone: UTC\nlanguage: fr\n")
    done = okr(home, "check")
    assert done.exit_code == 2
    assert "desk.yaml:2: language: " in done.output


@pytest.mark.parametrize(("setting", "is_kept"), [("UTC\nlanguage: pt", True), ("Europe/Madrid\nlanguage: es", False)])
def test_the_language_makes_no_number_anew(night_copy: Home, setting: str, *, is_kept: bool) -> None:
    """A run after the language changed goes on from what is published; after the time zone changed it cannot."""
    put(night_copy, "desk.yaml", f"time_zone: {setting}\n")
    with desk_run(night_copy, "next", NIGHT, Plan(rebuilt_tables())) as run:
        assert ("core.tickets" in run.stage.tables()) == is_kept


def test_the_nightly_job_makes_the_page_and_a_rollback_takes_it_back(night_copy: Home) -> None:
    """Which is as it was, whatever became of it in between."""
    made = night_copy.page.read_bytes()
    assert "8 mar 2026" in parsed(made.decode()).one("header").text
    publish_rows(night_copy, 1, date(2026, 3, 9))
    night_copy.page.write_text("of another night", encoding="utf-8")
    assert f"Page: {night_copy.page}" in okr(night_copy, "rollback").output
    assert night_copy.page.read_bytes() == made


def test_a_page_that_cannot_be_made_fails_a_check_and_no_run(small: Home) -> None:
    small.page.mkdir()
    done = dg.materialize([page_asset(small)], raise_on_error=False)
    assert done.success
    (page,) = done.get_asset_check_evaluations()
    assert (page.asset_key, page.passed, page.severity) == (key(PAGE), False, dg.AssetCheckSeverity.WARN)
    assert "report.html" in str(page.metadata["why"].value)
    assert [path.name for path in small.page.parent.iterdir() if path.is_file()] == ["desk.duckdb"]


def test_the_page_rests_on_what_is_published_and_both_jobs_make_it(home: Home) -> None:
    graph = definitions_for(home).resolve_asset_graph()
    assert graph.get(key(PAGE)).parent_keys == {key("ops.generations")}
    for job in ("nightly", "backfill"):
        made = definitions_for(home).resolve_job_def(job).asset_layer.selected_asset_keys
        assert key(PAGE) in made
    assert page_asset(home).keys == {key(PAGE)}
