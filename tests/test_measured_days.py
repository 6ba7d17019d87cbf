"""Which days and rows a value is measured over: as of its day, on covered days, of what is meant and no more."""

from datetime import date

from conftest import ask, build, csv, put, ticket

from okr_analytics.home import Home


def test_a_later_reopening_does_not_change_what_was_known_before(home: Home) -> None:
    """Solved on the 3rd and reopened on the 6th: as of the 5th nothing was reopened, as of the 6th all was."""
    solve = {"first_resolved_at": "2026-03-03T12:00:00Z", "reopened_at": "2026-03-06T12:00:00Z", "reopen_count": 1}
    put(home, "exports/canonical/t.csv", csv(ticket("1", **solve)))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: reopened_share, target: 5%}]}]",
    )
    build(home, "okr.latest", as_of=date(2026, 3, 8), kpis=["reopened_share"])
    got = ask(
        home,
        "select day(as_of_date), value, attainment from okr.latest where as_of_date >= date '2026-03-02' order by 1",
    )
    assert got == [(2, None, None), (3, 0, 1), (4, 0, 1), (5, 0, 1), (6, 1, 0), (7, 1, 0), (8, 1, 0)]


def test_a_filter_may_hold_any_sign(home: Home) -> None:
    """Quotes, braces and percent signs in a member's name are only a name."""
    odd = "o'Brien {x} %s"
    put(home, "exports/canonical/t.csv", csv(ticket("1", topic=odd), ticket("2", topic="other")))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-02..2026-03-31, key_results: "
        f"[{{id: k, title: k, kind: reach, kpi: tickets_opened_count, direction: higher, target: 1, "
        f'where: {{topic: "{odd}"}}}}]}}]',
    )
    build(home, "okr.measurements", as_of=date(2026, 3, 2), kpis=["tickets_opened_count"])
    assert ask(home, "select value, n from okr.measurements") == [(1, 1)]


def test_what_is_counted_by_a_filter_is_unknown_until_something_was_there(home: Home) -> None:
    """As of the 4th nobody knew that there are chats; the first came on the 5th: 1 in 4 days."""
    chat = ticket("2", channel="chat", opened_at="2026-03-05T10:00:00Z")
    put(home, "exports/canonical/t.csv", csv(ticket("1", channel="email"), chat))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-02..2026-03-31, key_results: [{id: k, title: k, kind: reach, "
        "kpi: tickets_opened_count, direction: higher, target: 1, where: {channel: chat}}]}]",
    )
    build(home, "okr.measurements", as_of=date(2026, 3, 5), kpis=["tickets_opened_count"])
    before = ask(home, "select day(day), value from okr.measurements order by 1")
    assert before == [(2, None), (3, None), (4, None), (5, 0.25)]


def test_counts_are_per_covered_day(home: Home) -> None:
    """Three tickets from the 2nd to the 5th, the last covered day: 3 / 4 as of the 8th, not 3 / 8 of the window."""
    rows = [ticket(str(n), exported_at="2026-03-05T20:00:00Z") for n in range(3)]
    put(home, "exports/canonical/t.csv", csv(*rows))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: tickets_opened_count, direction: higher, target: 1}]}]",
    )
    build(home, "okr.measurements", as_of=date(2026, 3, 8), kpis=["tickets_opened_count"])
    got = ask(home, "select day(day), value, n from okr.measurements order by 1")
    assert got == [
        (1, None, 0),
        (2, 3, 3),
        (3, 1.5, 3),
        (4, 1, 3),
        (5, 0.75, 3),
        (6, 0.75, 3),
        (7, 0.75, 3),
        (8, 0.75, 3),
    ]


def test_a_stock_of_nothing_is_0_and_scores(home: Home) -> None:
    """Both tickets were solved: nothing waits, which is known, and at most five is met."""
    solved = {"status": "solved", "resolved_at": "2026-03-03T12:00:00Z"}
    last = ticket("3", opened_at="2026-03-10T09:00:00Z", status="solved", resolved_at="2026-03-10T10:00:00Z")
    put(home, "exports/canonical/t.csv", csv(ticket("1", **solved), ticket("2", **solved), last))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-02..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: backlog_closing, target: 5, over: 3d}]}]",
    )
    build(home, "okr.latest", as_of=date(2026, 3, 10), kpis=["backlog_closing"])
    got = ask(home, "select value, n, attainment from okr.latest where as_of_date = date '2026-03-10'")
    assert got == [(0, 0, 1)]


def test_a_slice_of_a_stock_ends_where_its_source_does(home: Home) -> None:
    """Exported on the 12th: at the close of the 12th one stands; of the 31st nobody knows."""
    put(home, "exports/canonical/t.csv", csv(ticket("1", exported_at="2026-03-12T12:00:00Z")))
    kpis = ["backlog_median_age", "backlog_closing"]
    build(home, "kpi.results", "kpi.slice", as_of=date(2026, 3, 31), kpis=kpis)
    sliced = "select value from kpi.slice('backlog_median_age', date '2026-03-01', date '2026-03-31')"
    assert ask(home, sliced) == [(10,)]
    assert ask(home, sliced.replace("03-01", "03-20")) == []
    stored = "select value from kpi.results where kpi_id = 'backlog_closing' and grain = 'day' and dimension = 'all' "
    assert ask(home, stored + "and period_start = date '2026-03-31'") == [(None,)]


def test_a_ratio_is_taken_over_the_days_that_both_sides_cover(home: Home) -> None:
    """A ticket a day in March, ten views a day from the 22nd on: 100 views for 10 tickets, not for 31.

    Articles know no channel: how many views the tickets by e-mail have, nobody knows, and that is not 0.
    """
    days = [date(2026, 3, number) for number in range(1, 32)]
    put(
        home,
        "exports/canonical/t.csv",
        csv(*[ticket(str(day), opened_at=f"{day}T10:00:00Z", topic="billing", channel="email") for day in days]),
    )
    articles = [{"article_id": "k", "topic": "billing", "day": day, "views": 10} for day in days[21:]]
    put(home, "exports/articles/a.csv", csv(*articles))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: articles_views_per_ticket, target: 10}, "
        "{id: m, title: m, kind: reach, kpi: articles_views_per_ticket, target: 10, where: {channel: email}}]}]",
    )
    kpis = ["articles_views_per_ticket"]
    build(home, "okr.measurements", "kpi.slice", as_of=date(2026, 3, 31), kpis=kpis)
    measured = "select value from okr.measurements where day = date '2026-03-31' order by value"
    assert ask(home, measured) == [(10,), (None,)]
    march = "kpi.slice('articles_views_per_ticket', date '2026-03-01', date '2026-03-31')"
    assert ask(home, f"select value from {march}") == [(10,)]
