"""The demo desk: the bundled export is what the generator makes, believable, and small."""

from pathlib import Path

import polars as pl
import pytest
from conftest import ask

from okr_analytics.demo.bundle import EXPORT_DAYS, write_bundle, write_rows
from okr_analytics.demo.desk import as_exported, demo_story
from okr_analytics.home import CHECKOUT, Home

BUNDLED = CHECKOUT / "data" / "exports"
FOLDERS = ("articles", "canonical", "observations", "surveys")


def test_the_bundled_export_is_under_3_mb() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.glob("*/*")) < 3 * 2**20


def test_the_bundled_export_is_what_the_generator_makes(tmp_path: Path) -> None:
    """Cell by cell, so that another compressor makes no difference."""
    for path in write_bundle(tmp_path):
        bundled_path = BUNDLED / path.parent.name / path.name
        made, bundled = (pl.read_csv(each, infer_schema=False) for each in (path, bundled_path))
        assert made.equals(bundled)
    assert {path.name for path in BUNDLED.iterdir()} == set(FOLDERS)
    assert len(list(BUNDLED.glob("*/*"))) == len(EXPORT_DAYS) * len(FOLDERS)


def test_the_same_seed_makes_the_same_desk_and_another_one_does_not() -> None:
    assert demo_story(500, seed=3).equals(demo_story(500, seed=3))
    assert not demo_story(500, seed=3).equals(demo_story(500, seed=4))


def test_an_export_shows_nothing_of_what_is_still_to_come() -> None:
    at = demo_story(800)["opened_at"][400]
    shown = as_exported(demo_story(800), at)
    assert len(shown) == 401
    assert shown.select(pl.max_horizontal(pl.col(pl.Datetime).max())).item() <= at


def test_any_number_of_rows_have_ids_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts that bound memory are made small, so that three of them are joined."""
    monkeypatch.setattr("okr_analytics.demo.bundle.PART_ROWS", 400)
    write_rows(tmp_path / "t.csv", 1000)
    frame = pl.read_csv(tmp_path / "t.csv", infer_schema=False)
    assert frame["ticket_id"].n_unique() == len(frame) > 990


def test_the_desk_is_believable(demo: Home) -> None:
    """Mondays are busy and Sundays quiet, nights are quiet, chat is quick; the defects are refused and counted."""
    by_day = dict(ask(demo, "select isodow(day), count(*) from fact.tickets_opened group by 1"))
    assert by_day[1] > 1.1 * by_day[5] > 2 * by_day[7]
    (night, noon) = (ask(demo, f"select count(*) from core.tickets where hour(opened_at) = {h}")[0][0] for h in (3, 10))
    assert noon > 8 * night
    median = dict(ask(demo, "select channel, median(calendar_seconds) from fact.first_response group by 1"))
    assert median["phone"] < median["chat"] < median["messaging"] < median["email"]
    ((handoffs,),) = ask(demo, "select count(*) from core.tickets where origin_channel = 'ivr' and channel = 'chatbot'")
    assert handoffs > 100
    reasons = {reason for (row,) in ask(demo, "select reasons from core.rejected_rows") for reason in row}
    assert reasons == {
        "no_ticket_id", "no_opened_at", "unreadable_opened_at", "resolved_before_opened", "closed_before_opened",
        "opened_in_the_future",
        "no_survey_id", "no_instant", "unreadable_answered_at", "sent_in_the_future",
        "no_article_id", "no_day", "unreadable_day",
        "no_metric", "no_value", "unreadable_value", "denominator_not_positive", "day_in_the_future",
    }  # fmt: skip
    split = "select sum(rows_superseded), sum(rows_removed) from ops.loads where kind = "
    ((superseded, removed),) = ask(demo, f"{split} 'tickets'")
    assert superseded > 100
    assert removed == 6
    assert ask(demo, f"{split} 'observations'")[0][0] == 4 * 7 * 6  # five exports, a week of six rows a day again


def test_the_desk_knows_more_than_its_tickets(demo: Home) -> None:
    """Satisfied customers recommend it, dissatisfied ones hear back more often; two busy topics have no article."""
    scores = "avg(nps), count(replied_at) / count(*)"
    glad, sorry = (
        ask(demo, f"select {scores} from core.surveys where csat_score {side}")[0] for side in (">= 0.75", "< 0.75")
    )
    assert glad[0] > sorry[0] + 2
    assert glad[1] < sorry[1] / 2
    topics = "select distinct topic from"
    assert ask(demo, f"{topics} core.tickets except {topics} core.articles order by 1") == [
        ("integration",), ("returns",),
    ]  # fmt: skip
    assert ask(demo, "select count(*) from core.surveys where topic = 'unknown'") == [(0,)]
