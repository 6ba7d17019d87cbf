"""Measured values against a second computation in plain Python, from the rows of the facts."""

import json
import statistics
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import DEMO_DAY, ask, csv, publish, put, ticket
from test_kpis import percentile

from okr_analytics.desk import Desk
from okr_analytics.home import Home
from okr_analytics.kpi.catalogue import Kpi
from okr_analytics.kpi.shipped import shipped


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
    if name in ("count", "per_business_day"):
        return sum(values) / days
    if name == "share_within":
        return sum(value <= known.statistic.limit_seconds for value in values) / len(values)
    if name in ("mean", "share"):
        return statistics.fmean(values)
    return percentile(values, {"median": 0.5, "p90": 0.9}[name])


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 7, 19), DEMO_DAY])
def test_every_measured_value_agrees_with_plain_python(demo: Home, day: date) -> None:
    facts: dict[str, list[dict[str, Any]]] = {}
    asked = ask(demo, f"select kpi_id, filter, \"over\", day, value, n from okr.measurements where day = date '{day}'")
    assert len(asked) >= 8
    for kpi_id, filtered, over, _, value, n in asked:
        known = shipped(Desk()).kpi(kpi_id)
        rows = facts.setdefault(known.fact + known.value, _rows(demo, known))
        first, last = _days(over, day)
        values = seen(rows, first, last, day, json.loads(filtered))
        assert n == len(values)
        assert value == pytest.approx(computed(known, values, (last - first).days + 1), rel=1e-9)


def _rows(demo: Home, known: Kpi) -> list[dict[str, Any]]:
    names = ("day", "counts_from", "counts_until", "channel", "topic", "value")
    found = ask(demo, f"select day, counts_from, counts_until, channel, topic, {known.value} from {known.fact}")
    return [dict(zip(names, row, strict=True)) for row in found]


def _days(over: str, day: date) -> tuple[date, date]:
    if over == "28d":
        return day - timedelta(days=27), day
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
