"""The golden cases: small, and right by hand."""

import csv as csv_module
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ask, build, csv, new_home, put
from scored_by_hand import HALF_WAY, answer, facts, key_result, six

from okr_analytics.home import Home

GOLDEN = Path(__file__).parent / "golden"
CLOSED, RUNNING = "2026-Q1", "2026-07-01..2026-08-31"


def cases(file: str) -> list[dict[str, str]]:
    """The rows of a golden file."""
    with (GOLDEN / file).open(encoding="utf-8") as rows:
        return list(csv_module.DictReader(rows))


@pytest.mark.parametrize("case", cases("attainment.csv"), ids=lambda case: case["case"])
def test_attainment(home: Home, case: dict[str, str]) -> None:
    """As people would write it: seconds for what should sink, CSAT on its own scale or a share for what should rise."""
    unit, kpi = " s", "first_response_calendar_median"
    if case["direction"] == "higher":
        unit, kpi = "", "surveys_csat_mean" if Decimal(case["target"]) > 1 else "answered_share"

    def written(number: str) -> str:
        return number if number.endswith("%") else f"{number}{unit}"

    baseline = written(case["baseline"])
    if case["baseline_from"] == "computed":
        baseline = RUNNING if case["status"] == "baseline_pending" else CLOSED
    found = key_result(home, f'kpi: {kpi}, baseline: "{baseline}", target: "{written(case["target"])}"')
    before = {date(2026, 4, 14): written(case["baseline"])} if case["baseline"] else {}
    known = facts(found, written(case["value"]) if case["value"] else None, baseline=before)
    got = answer(found, HALF_WAY, known)
    target = Decimal("31.5") if case["target"] == "-30%" else Decimal(case["target"])
    assert (got.value, got.baseline, got.target) == (_number(case["value"]), _number(case["baseline"]), target)
    assert (six(got.raw), six(got.attainment)) == (_number(case["raw"]), _number(case["attainment"]))
    assert got.flags == ((case["flag"],) if case["flag"] else ())
    assert got.status == case["status"] or (not case["status"] and got.attainment is not None)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


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
    tables = ("core.tickets", "ops.loads", "fact.tickets_opened")
    assert build(home, *tables, is_checked=True) == {}
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
