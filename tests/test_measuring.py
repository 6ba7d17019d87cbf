"""Measured values against a second computation in plain Python, from the rows of the facts."""

import json
import shutil
import statistics
from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from conftest import DEMO_DAY, ask, csv, publish, put, ticket
from test_kpis import percentile

from okr_analytics.home import Home
from okr_analytics.kpi.catalogue import Kpi
from okr_analytics.kpi.own import read_catalogue


def seen(rows: list[dict[str, Any]], first: date, last: date, as_of: date, kept: dict[str, list[str]]) -> list[int]:
    """The values of the rows in these days, as of that day, under that filter."""
    return [
        row["value"]
        for row in rows
        if first <= row["day"] <= last
        and row["counts_from"] <= as_of
        and (row["counts_until"] is None or row["counts_until"] > as_of)
        and all(row[name] in members for name, members in kept.items())
    ]


def computed(known: Kpi, values: list[int], days: int) -> float:
    """The KPI's statistic, once more."""
    name = known.statistic.name
    if name in ("count", "sum", "per_business_day"):
        return sum(values) / days
    if name == "share_within":
        return sum(value <= known.statistic.limit_seconds for value in values) / len(values)
    if name in ("mean", "share"):
        return statistics.fmean(values)
    return percentile(values, {"median": 0.5, "p90": 0.9}[name])


MORE = """
objectives:
  - id: more
    title: What else can be measured
    window: 2026-Q3
    key_results:
      - {id: m1, title: m, kpi: backlog_closing, baseline: 100, target: 50}
      - {id: m2, title: m, kpi: backlog_older_than_7d, baseline: 100, target: 50, where: {channel: [email, web_form]}}
      - {id: m3, title: m, kpi: backlog_median_age, baseline: 9, target: 1}
      - {id: m4, title: m, kpi: backlog_days_to_clear, baseline: 9, target: 1}
      - {id: m5, title: m, kpi: tickets_resolved_per_agent_day, baseline: 1, target: 2}
      - {id: m6, title: m, kpi: articles_helpful_rate, baseline: 50%, target: 90%, where: {topic: billing}}
      - {id: m7, title: m, kpi: cart_abandonment_rate, baseline: 90%, target: 50%}
      - {id: m8, title: m, kpi: surveys_csat_mean, baseline: 2, target: 4.5}
      - {id: m9, title: m, kpi: first_response_business_median, baseline: 2 h, target: 5 min}
      - {id: m10, title: m, kpi: surveys_comments_count, baseline: 0, target: 9}
      - {id: m11, title: m, kpi: articles_views_per_ticket, baseline: 1, target: 99, over: month}
"""


@pytest.fixture(scope="module")
def steered(demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo desk with a key result on every kind of KPI beside its own."""
    home = Home(tmp_path_factory.mktemp("steered") / "home")
    shutil.copytree(demo.root, home.root)
    put(home, "okrs/more.yaml", MORE)
    assert publish(home, DEMO_DAY) == {}
    return home


DAYS = [date(2026, 7, 1), date(2026, 7, 19), DEMO_DAY]


@pytest.mark.parametrize("day", DAYS)
def test_every_measured_value_agrees_with_plain_python(steered: Home, day: date) -> None:
    """Statistics over the rows of the days; volumes per day on which the desk works, counted by the holidays alone."""
    checked = 0
    catalogue = read_catalogue(steered)
    for kpi_id, filtered, over, value, n in _asked(steered, day):
        known = catalogue.kpi(kpi_id)
        if known.statistic.name not in ("count", "per_business_day", "share_within", "mean", "share", "median", "p90"):
            continue
        first, last = _days(over, day)
        values = seen(_rows(steered, known), first, last, day, json.loads(filtered))
        assert n == len(values), kpi_id
        assert value == pytest.approx(computed(known, values, _working_days(first, last)), rel=1e-9), kpi_id
        checked += 1
    assert checked >= 10


@pytest.mark.parametrize("day", DAYS)
def test_stocks_are_the_mean_of_their_closings_and_ages_those_at_the_close(steered: Home, day: date) -> None:
    """Every stretch of the backlog looked at on every day."""
    stretches = ask(steered, "select day, counts_from, counts_until, channel from fact.backlog")
    span = [day - timedelta(days=number) for number in range(28)]

    def ages(close: date) -> list[int]:
        return [(close - row[0]).days for row in stretches if row[1] <= close and (row[2] is None or row[2] > close)]

    measured = {kpi_id: (value, n) for kpi_id, _, _, value, n in _asked(steered, day)}
    closings = [len(ages(close)) for close in span]
    assert measured["backlog_closing"] == (pytest.approx(sum(closings) / 28), closings[0])
    assert measured["backlog_median_age"] == (statistics.median(ages(day)), closings[0])
    written = [row for row in stretches if row[3] in ("email", "web_form")]
    older = [
        sum(row[1] <= close and (row[2] is None or row[2] > close) and (close - row[0]).days >= 7 for row in written)
        for close in span
    ]
    assert measured["backlog_older_than_7d"] == (pytest.approx(sum(older) / 28), older[0])
    solves = ask(steered, "select day, counts_from, counts_until from fact.solves")
    solved = sum(span[-1] <= row[0] <= day and (row[2] is None or row[2] > day) for row in solves)
    pace = solved / _working_days(span[-1], day)
    assert measured["backlog_days_to_clear"][0] == pytest.approx(sum(closings) / 28 / pace)


@pytest.mark.parametrize("day", DAYS)
def test_rates_ratios_and_agent_days_agree_with_plain_python(steered: Home, day: date) -> None:
    measured = {kpi_id: value for kpi_id, _, _, value, _ in _asked(steered, day)}
    first = day - timedelta(days=27)
    carts = "from core.observations where metric = 'cart_abandonment'"
    rows = [row for row in ask(steered, f"select day, numerator, denominator {carts}") if first <= row[0] <= day]
    rate = sum(row[1] for row in rows) / sum(row[2] for row in rows)
    assert measured["cart_abandonment_rate"] == pytest.approx(rate)
    articles = ask(steered, "select day, topic, helpful_votes, unhelpful_votes, views from core.articles")
    votes = [row for row in articles if first <= row[0] <= day and row[1] == "billing" and row[3] is not None]
    helpful = sum(row[2] for row in votes) / sum(row[2] + row[3] for row in votes)
    assert measured["articles_helpful_rate"] == pytest.approx(helpful)
    views = sum(row[4] or 0 for row in articles if day.replace(day=1) <= row[0] <= day)
    opened = [
        row for row in ask(steered, "select opened_date from core.tickets") if day.replace(day=1) <= row[0] <= day
    ]
    assert measured["articles_views_per_ticket"] == pytest.approx(views / (len(opened) / 1))
    solves = [
        (row[0], row[3])
        for row in ask(steered, "select day, counts_from, counts_until, agent from fact.solves")
        if first <= row[0] <= day and (row[2] is None or row[2] > day) and row[3] != "unknown"
    ]
    assert measured["tickets_resolved_per_agent_day"] == pytest.approx(len(solves) / len(set(solves)))


def _asked(home: Home, day: date) -> list[tuple[Any, ...]]:
    return ask(home, f"select kpi_id, filter, \"over\", value, n from okr.measurements where day = date '{day}'")


def _working_days(first: date, last: date) -> int:
    """Monday to Saturday without the holidays of Madrid: the demo desk's week."""
    closed = holidays.country_holidays("ES", subdiv="MD", years=range(first.year, last.year + 1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return sum(day.weekday() < 6 and day not in closed for day in days)


def _rows(home: Home, known: Kpi) -> list[dict[str, Any]]:
    names = ("day", "counts_from", "counts_until", "channel", "topic", "value")
    found = ask(
        home,
        f"select day, counts_from, counts_until, channel, topic, {known.value} as looked_at from {known.fact} "
        "where looked_at is not null",
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def _days(over: str, day: date) -> tuple[date, date]:
    if over == "28d":
        return day - timedelta(days=27), day
    if over == "month":
        return day.replace(day=1), day
    first, last = over.split("..")
    return date.fromisoformat(first), day if last == "day" else date.fromisoformat(last)


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
    publish(home, date(2026, 3, 8))
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
    publish(home, date(2026, 3, 2))
    assert ask(home, "select value, n from okr.measurements") == [(1, 1)]


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
    publish(home, date(2026, 3, 8))
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
    publish(home, date(2026, 3, 10))
    got = ask(home, "select value, n, attainment from okr.latest where as_of_date = date '2026-03-10'")
    assert got == [(0, 0, 1)]


def test_a_slice_of_a_stock_ends_where_its_source_does(home: Home) -> None:
    """Exported on the 12th: at the close of the 12th one stands; of the 31st nobody knows."""
    put(home, "exports/canonical/t.csv", csv(ticket("1", exported_at="2026-03-12T12:00:00Z")))
    publish(home, date(2026, 3, 31))
    sliced = "select value from kpi.slice('backlog_median_age', date '2026-03-01', date '2026-03-31')"
    assert ask(home, sliced) == [(10,)]
    assert ask(home, sliced.replace("03-01", "03-20")) == []
    stored = "select value from kpi.results where kpi_id = 'backlog_closing' and grain = 'day' and dimension = 'all' "
    assert ask(home, stored + "and period_start = date '2026-03-31'") == [(None,)]


def test_a_ratio_is_taken_over_the_days_that_both_sides_cover(home: Home) -> None:
    """A ticket a day in March, ten views a day from the 22nd on: 100 views for 10 tickets, not for 31."""
    days = [date(2026, 3, number) for number in range(1, 32)]
    put(
        home,
        "exports/canonical/t.csv",
        csv(*[ticket(str(day), opened_at=f"{day}T10:00:00Z", topic="billing") for day in days]),
    )
    articles = [{"article_id": "k", "topic": "billing", "day": day, "views": 10} for day in days[21:]]
    put(home, "exports/articles/a.csv", csv(*articles))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: articles_views_per_ticket, target: 10}]}]",
    )
    publish(home, date(2026, 3, 31))
    assert ask(home, "select value from okr.measurements where day = date '2026-03-31'") == [(10,)]
    march = "kpi.slice('articles_views_per_ticket', date '2026-03-01', date '2026-03-31')"
    assert ask(home, f"select value from {march}") == [(10,)]
