"""What tests in memory and on copied homes rest on: the same rows as a published night, and homes of their own."""

from pathlib import Path

import pytest
from conftest import SMALL_DAY, ask, build, compute, new_home, publish_core, published_hashes, put
from memory_warehouse import EVERYTHING
from template_homes import Templates

from okr_analytics.errors import DataError
from okr_analytics.home import Home
from okr_analytics.warehouse.stage import Stage

OF_A_RUN = ("ops.checks", "ops.generations")


def test_tables_in_memory_are_those_of_a_published_night(small: Home) -> None:
    """By content hash, which leaves out who knew it when: every table but what a run says of itself."""
    published = {table: text for table, text in published_hashes(small).items() if table not in OF_A_RUN}
    stage = compute(small, *EVERYTHING, as_of=SMALL_DAY).stage
    assert {table: stage.content_hash(table) for table in stage.tables()} == published


def test_a_kpi_has_the_same_results_whatever_else_is_in_the_catalogue(small: Home) -> None:
    results = "select * from kpi.results where kpi_id = 'first_response_calendar_median' order by all"
    published = ask(small, results)
    build(small, "kpi.results", as_of=SMALL_DAY, kpis=["first_response_calendar_median"])
    assert ask(small, results) == published != []
    assert ask(small, "select count(distinct measure) from kpi.catalogue") == [(2,)]


def test_given_tables_are_not_made(home: Home) -> None:
    """What is not said of a ticket is null, or unknown where it may not be."""
    row = {"source": "s", "measure": "tickets_opened", "first_day": SMALL_DAY, "last_day": SMALL_DAY}
    build(home, "core.feeds", given={"core.feeds": [row]})
    assert ask(home, "select measure, source from core.feeds") == [("tickets_opened", "s")]
    with pytest.raises(DataError, match="tickets does not exist"):
        ask(home, "select * from core.tickets")


def test_a_question_is_asked_of_what_was_made_last(small: Home) -> None:
    generations = "select count(*) from ops.generations"
    assert ask(small, generations)[0][0] > 0
    build(small, "core.tickets")
    with pytest.raises(DataError):
        ask(small, generations)
    assert publish_core(small) == {}
    assert ask(small, generations)[0][0] > 0


def test_a_stage_in_memory_has_no_file_that_could_be_published() -> None:
    with pytest.raises(DataError, match="in memory"):
        _ = Stage().path


def test_a_template_is_made_once_and_its_copies_are_homes_of_their_own(tmp_path: Path) -> None:
    templates, made = Templates(tmp_path / "templates"), []

    def make(folder: Path) -> Home:
        made.append(folder)
        return new_home(folder)

    one, other = (templates.copy("empty", make, tmp_path / name) for name in ("one", "other"))
    put(one, "okrs/o.yaml", "objectives: []\n")
    assert len(made) == 1
    assert (one.okrs / "o.yaml").exists()
    for home in (other, templates.home("empty", make)):
        assert not (home.okrs / "o.yaml").exists()


def test_a_template_of_which_the_making_failed_is_made_anew(tmp_path: Path) -> None:
    templates = Templates(tmp_path / "templates")

    def fail(folder: Path) -> Home:
        new_home(folder)
        raise KeyError("half made")

    with pytest.raises(KeyError):
        templates.home("empty", fail)
    assert templates.home("empty", new_home).desk_file.exists()
