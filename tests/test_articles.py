"""What an article's day is: local days, newest versions, rejections, nulled counts. One claim per test."""

import polars as pl
import pytest
from conftest import SPLIT, ask, csv, land, put, ticket

from okr_analytics.home import Home
from okr_analytics.landing.instants import read_days


def article(article_id: str | None = "a", day: str | None = "2026-03-02", **more: object) -> dict[str, object]:
    """A row of an article on a day."""
    return {"article_id": article_id, "day": day, **more}


def load(home: Home, *rows: dict[str, object], name: str = "a") -> None:
    """Land these rows as one canonical export of articles."""
    put(home, f"exports/articles/{name}.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every article's day."""
    return ask(home, f"select {', '.join(names)} from core.articles order by source, article_id, day")


def test_what_a_row_says_is_kept_and_what_it_does_not_is_null(home: Home) -> None:
    counts = {"views": 40, "helpful_votes": 5, "unhelpful_votes": 0, "tickets_after_view": 3}
    load(home, article(title="Reset", topic="access", **counts), article("b", views=None))
    names = ("source", "title", "topic", "views", "helpful_votes", "unhelpful_votes", "tickets_after_view")
    assert columns(home, *names) == [
        ("canonical", "Reset", "access", 40, 5, 0, 3),
        ("canonical", None, "unknown", None, None, None, None),
    ]


REJECTED = [
    (article(None), ["no_article_id"]),
    (article("b", None), ["no_day"]),
    (article(None, "a Monday"), ["no_article_id", "unreadable_day"]),
    (article("b", "2026-02-30"), ["unreadable_day"]),
    (article("b", "2031-01-01"), ["day_in_the_future"]),
    (article("b", "0026-03-02"), ["day_before_1970"]),
    (article("b", updated_at="just now"), ["unreadable_updated_at"]),
]


def test_every_row_that_cannot_stand_is_rejected_with_all_its_reasons(home: Home) -> None:
    load(home, article(updated_at="2026-03-02T10:00:00Z"), *(row for row, _ in REJECTED))
    got = ask(home, "select row_number, ticket_id, reasons from core.rejected_rows order by 1")
    assert got == [(number, None, reasons) for number, (_, reasons) in enumerate(REJECTED, 2)]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(8, 1, 0, 7, 0, 0)]


def test_counts_that_are_none_are_null_and_counted(home: Home) -> None:
    load(home, article(views=-4, helpful_votes="many", unhelpful_votes="3.0"))
    assert columns(home, "views", "helpful_votes", "unhelpful_votes") == [(None, None, 3)]
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by 1") == [
        ("helpful_votes", "no number", 1),
        ("views", "negative", 1),
    ]


def test_an_instant_counts_for_its_local_day(home: Home) -> None:
    """23:30 UTC is past midnight in Madrid; the same article has two days."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    load(home, article(day="2026-03-02T22:30:00Z", views=1), article(day="2026-03-02T23:30:00Z", views=2))
    assert columns(home, "day::varchar", "views") == [("2026-03-02", 1), ("2026-03-03", 2)]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize(
    "cell", ["2026-03-02", "20260302", "02/03/2026", "2026-03-02 00:00:00", "2026-03-02T00:00:00.000000"]
)
def test_a_day_is_the_same_day_in_every_zone(cell: str, zone: str) -> None:
    (day,) = read_days(pl.Series([cell]), ["%d/%m/%Y"], "UTC", zone)
    assert str(day) == "2026-03-02"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-02T04:59:59Z", "2026-03-01"),
        ("2026-03-02T00:00:00Z", "2026-03-01"),
        ("02/03/2026 10:00", "2026-03-02"),
    ],
)
def test_an_instant_with_a_zone_may_fall_on_another_day(cell: str, day: str) -> None:
    (got,) = read_days(pl.Series([cell]), ["%d/%m/%Y %H:%M"], "America/New_York", "America/New_York")
    assert str(got) == day


def test_days_in_the_profiles_own_format_are_read(home: Home) -> None:
    profile = (
        "title: X\nkind: articles\ninstants: {formats: '%d/%m/%Y'}\ncolumns: {article_id: Id, day: Fecha, views: V}\n"
    )
    put(home, "sources/x.yaml", profile)
    put(home, "exports/x/a.csv", "Id;Fecha;V\n1;31/12/2025;7\n1;2026-01-01;8\n")
    assert land(home) == {}
    assert columns(home, "source", "day::varchar", "views") == [("x", "2025-12-31", 7), ("x", "2026-01-01", 8)]


def test_the_newest_export_of_a_day_wins_in_whatever_order_files_arrive(home: Home) -> None:
    load(home, article(views=9), article(day="2026-03-03", views=1), name="a-2026-03-04")
    load(home, article(views=8), name="a-2026-03-02")
    assert columns(home, "day::varchar", "views") == [("2026-03-02", 9), ("2026-03-03", 1)]
    assert ask(home, f"select file, {SPLIT} from ops.loads order by 1") == [
        ("exports/articles/a-2026-03-02.csv", 1, 0, 1, 0, 0, 0),
        ("exports/articles/a-2026-03-04.csv", 2, 2, 0, 0, 0, 0),
    ]


def test_an_undated_export_is_as_new_as_its_newest_day(home: Home) -> None:
    load(home, article(views=9), article(day="2026-03-09"), name="b")
    load(home, article(views=8), name="c")
    assert columns(home, "views", "exported_at::varchar")[0] == (9, "2026-03-09 23:59:59")


def test_articles_are_covered_on_the_days_that_they_speak_of(home: Home) -> None:
    load(home, article(), article(day="2026-03-04"), name="a-2026-03-20")
    got = ask(home, "select source, input, first_day::varchar, last_day::varchar from core.coverage")
    assert got == [("canonical", "articles", "2026-03-02", "2026-03-04")]


def test_loading_a_file_twice_changes_nothing(home: Home) -> None:
    put(home, "exports/canonical/t.csv", csv(ticket()))
    load(home, article(views=1), article(views=2), article(None))
    before = [ask(home, f"select * from {table}") for table in ("core.articles", "ops.loads")]
    load(home, article(views=1), article(views=2), article(None), name="copy")
    assert [ask(home, f"select * from {table}") for table in ("core.articles", "ops.loads")] == before
    assert columns(home, "views", "row_number") == [(2, 2)]
