"""The golden cases: small, and right by hand."""

import csv as csv_module
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ask, csv, new_home, publish, put

from okr_analytics.home import Home
from okr_analytics.okr.attainment import Answer, Measured, answer
from okr_analytics.okr.definitions import KeyResult
from okr_analytics.okr.periods import Period
from okr_analytics.okr.reading import read_definitions

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 8, 15)


def cases(file: str) -> list[dict[str, str]]:
    """The rows of a golden file."""
    with (GOLDEN / file).open(encoding="utf-8") as rows:
        return list(csv_module.DictReader(rows))


def key_result(home: Home, case: dict[str, str]) -> KeyResult:
    """The case as people would write it: seconds for what should sink, a share (in percent) for what should rise."""
    lower = case["direction"] == "lower"
    scale = Decimal(1) if lower else Decimal(100)

    def written(number: str) -> str:
        if number.endswith("%"):
            return number
        value = Decimal(number)
        if lower:
            return f"{value} s"
        return f"{(value / (10 if value > 1 else 1) * scale).normalize():f}%"

    baseline = "2026-01-01..2026-03-31" if case["baseline_from"] == "computed" else written(case["baseline"])
    kpi = "first_response_calendar_median" if lower else "answered_share"
    put(
        home,
        "okrs/case.yaml",
        f"""
objectives:
  - id: o
    title: o
    window: 2026-Q3
    key_results:
      - {{id: k, title: k, kpi: {kpi}, baseline: "{baseline}", target: "{written(case["target"])}"}}
""",
    )
    (objective,) = read_definitions(home).objectives
    return objective.key_results[0]


@pytest.mark.parametrize("case", cases("attainment.csv"), ids=lambda case: case["case"])
def test_attainment(home: Home, case: dict[str, str]) -> None:
    """CSAT on a 1-5 scale is played by a share: every number a tenth, which leaves attainment as it is."""
    found = key_result(home, case)
    shrink = 10 if case["direction"] == "higher" and Decimal(case["target"]) > 1 else 1

    def measured(number: str) -> Measured:
        return Measured(Decimal(number) / shrink, 10) if number else Measured()

    before = measured(case["baseline"]) if case["baseline_from"] == "computed" else Measured()
    day = DAY
    if case["status"] == "baseline_pending":
        found = _with_late_baseline(found)
    got: Answer = answer(found, day, measured(case["value"]), before, DAY)
    assert (_six(got.raw), _six(got.attainment)) == (_six(_number(case["raw"])), _six(_number(case["attainment"])))
    assert case["flag"] in ("", *got.flags)
    assert case["status"] in ("", got.status)


def _with_late_baseline(found: KeyResult) -> KeyResult:
    return replace(found, baseline_period=Period(date(2026, 7, 1), date(2026, 8, 31)))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _six(number: Decimal | None) -> Decimal | None:
    return None if number is None else round(number, 6)


def name(case: dict[str, str]) -> str:
    """What its ticket and its file are called."""
    return case["case"].replace(" ", "-")


def events(case: dict[str, str], *, with_opening: bool) -> list[dict[str, object]]:
    """The case's history as rows of a canonical event export."""
    opened = case["opened_utc"]
    history = [each.strip().split(" ") for each in case["history_utc"].split(";")]
    rows = [("open", opened)] * with_opening + [(status, at) for status, at in history]
    return [{"ticket_id": name(case), "opened_at": opened, "status": status, "event_at": at} for status, at in rows]


@pytest.fixture(scope="module", params=[False, True], ids=["solves alone", "opening and solves"])
def histories(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Every case the whole way, each as a file of its own; with or without a row for its opening."""
    home = new_home(tmp_path_factory.mktemp("golden"))
    for case in cases("tickets.csv"):
        rows = events(case, with_opening=request.param)
        put(home, f"exports/canonical_events/{name(case)}.csv", csv(*rows))
    assert publish(home) == {}
    return home


@pytest.mark.parametrize("case", cases("tickets.csv"), ids=lambda case: case["case"])
def test_tickets(histories: Home, case: dict[str, str]) -> None:
    """Each history through the whole way: first and full resolution, reopenings, rejected and removed."""
    its = f"where ticket_id = '{name(case)}'"
    got = ask(
        histories,
        "select round(first_resolution_calendar_seconds / 60, 6), round(full_resolution_calendar_seconds / 60, 6), "
        f"reopen_count, resolved_at is not null from core.tickets {its}",
    )
    ((read, rejected, removed),) = ask(
        histories, f"select rows_read, rows_rejected, rows_removed from ops.loads where file like '%/{name(case)}.csv'"
    )
    if case["note"].startswith("rejected"):
        assert (got, rejected, removed) == ([], read, 0)
    elif case["note"].startswith("in no KPI"):
        assert (got, rejected, removed) == ([], 0, 1)
        assert ask(histories, f"select count(*) from fact.tickets_opened {its}") == [(0,)]
    else:
        first, full = (_number(case[f"{which}_resolution_calendar_minutes"]) for which in ("first", "full"))
        is_resolved = case["resolved"] == "yes"
        assert got == [(first and float(first), full and float(full), int(case["reopen_count"]), is_resolved)]
        assert (rejected, removed) == (0, 0)
