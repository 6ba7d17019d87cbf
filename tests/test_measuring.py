"""Measured values against a second computation in plain Python, from the rows of the facts."""

import json
import shutil
import statistics
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import pytest
from conftest import DEMO_DAY, ask, build, put
from test_kpis import percentile

from okr_analytics.home import Home
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.expressions import render
from okr_analytics.metrics.compiler.rows import looked_at
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.metrics.statistics import STATISTICS


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


def computed(known: Kpi, values: list[int], days: int) -> float | None:
    """The KPI's statistic, once more; null of no rows, and per business day where there is none."""
    name = known.statistic.name
    if name in VOLUMES:
        return sum(values) / days if days else None
    if not values:
        return None
    if name == "share_within":
        return sum(value <= known.statistic.limit_seconds for value in values) / len(values)
    if name in ("mean", "share"):
        return statistics.fmean(values)
    return percentile(values, {"median": 0.5, "p90": 0.9}[name])


VOLUMES = ("count", "sum", "per_business_day")
OF_ROWS = (*VOLUMES, "share_within", "mean", "share", "median", "p90")
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
      - {id: m12, title: m, kpi: replies_sum, direction: higher, baseline: 1, target: 99}
      - {id: m13, title: m, kind: maintain, kpi: first_response_calendar_share_within_1h, target: 50%,
         where: {channel: email}, min_n: 8}
      - {id: m14, title: m, kind: maintain, kpi: tickets_resolved_count, target: 25, each: day, required: 60%}
      - {id: m15, title: m, kind: maintain, kpi: full_resolution_calendar_p90, target: 4 d, each: month}
"""


@pytest.fixture(scope="module")
def steered(demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo desk with a key result on every kind of KPI beside its own, measured and scored."""
    home = Home(Path(shutil.copytree(demo.root, tmp_path_factory.mktemp("steered") / "home")))
    put(home, "okrs/more.yaml", MORE)
    assert build(home, "okr.latest", "kpi.catalogue", as_of=DEMO_DAY, is_checked=True) == {}
    return home


DAYS = [date(2026, 7, 1), date(2026, 7, 19), DEMO_DAY]


@pytest.mark.parametrize("day", DAYS)
def test_every_measured_value_agrees_with_plain_python(steered: Home, day: date) -> None:
    """Statistics over the rows of the days; volumes per day on which the desk works, counted by the holidays alone."""
    catalogue = read_catalogue(steered)
    checked = set()
    rows: dict[str, list[dict[str, Any]]] = {}
    for kpi_id, filtered, over, value, n in _asked(steered, day):
        known = catalogue.kpi(kpi_id)
        if known.statistic.name not in OF_ROWS:
            continue
        first, last = _days(over, day)
        if kpi_id not in rows:
            rows[kpi_id] = _rows(steered, known)
        values = seen(rows[kpi_id], first, last, day, json.loads(filtered))
        assert n == len(values), kpi_id
        again = computed(known, values, _working_days(first, last))
        assert value == (None if again is None else pytest.approx(again, rel=1e-9)), kpi_id
        checked.add(known.statistic.name)
    assert checked == set(OF_ROWS)


def test_a_key_result_stands_on_every_kind_of_statistic(steered: Home) -> None:
    """So that nothing can be measured that these tests do not compute again."""
    steered_by = ask(steered, "select distinct statistic from okr.key_results join kpi.catalogue using (kpi_id)")
    assert {name for (name,) in steered_by} >= set(STATISTICS) | {"p90"}


@pytest.mark.parametrize(
    ("kr_id", "grain", "limit", "min_n", "required"),
    [("m13", "week", 0.5, 8, 1), ("m14", "day", 25, 0, 0.6), ("m15", "month", -4 * 86400, 1, 1)],
)
@pytest.mark.parametrize("day", DAYS)
def test_every_maintained_period_is_judged_by_its_own_rows(
    steered: Home, day: date, kr_id: str, grain: str, limit: float, min_n: int, required: float
) -> None:
    """The weeks, days and months of the quarter that are over, one by one; a limit below 0 is at most."""
    ((kpi_id, filtered),) = ask(steered, f"select kpi_id, filter from okr.key_results where kr_id = '{kr_id}'")
    known = read_catalogue(steered).kpi(kpi_id)
    rows = _rows(steered, known)
    kept = []
    for first, last in _over(grain, day):
        values = seen(rows, first, last, day, json.loads(filtered))
        value = computed(known, values, _working_days(first, last))
        if value is not None and len(values) >= min_n:
            kept.append(value >= limit if limit > 0 else value <= -limit)
    share = sum(kept) / len(kept) if kept else None
    ((told, attainment, n),) = ask(
        steered, f"select value, attainment, n from okr.latest where kr_id = '{kr_id}' and as_of_date = date '{day}'"
    )
    assert (told, n) == (pytest.approx(share), len(kept))
    assert attainment == pytest.approx(None if share is None else min(1, share / required))


def _over(grain: str, day: date) -> list[tuple[date, date]]:
    """The whole weeks (from Monday 6 July), days or months of the third quarter that are over at the close of a day."""
    first = {"week": date(2026, 7, 6)}.get(grain, date(2026, 7, 1))
    found = []
    while first <= day:
        length = {"day": 1, "week": 7, "month": 31}[grain]
        found.append((first, first + timedelta(days=length - 1)))
        first += timedelta(days=length)
    return [each for each in found if each[1] <= day]


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
    value = render(looked_at(known))
    found = ask(
        home,
        f"select day, counts_from, counts_until, channel, topic, {value} as looked_at from {known.fact} "
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
