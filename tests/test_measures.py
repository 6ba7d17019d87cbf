"""Every measure by rows that a reader can check in the head: tests/measures/<measure>.yaml."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ask, build, csv, put, ticket

from okr_analytics.desk import Desk
from okr_analytics.home import Home
from okr_analytics.metrics.shipped import shipped

CASES = Path(__file__).parent / "measures"
INPUTS = ("surveys", "articles", "observations")
OFFICE = "time_zone: UTC\nhours: {mon-fri: 09:00-17:00}\n"


def cases() -> list[Any]:
    """Each case with its measure and its sentence of why."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['why'][:50]}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def test_every_measure_has_its_cases_and_every_kpi_an_expected_value() -> None:
    """A KPI that differs from a shown one by its limit only needs no case of its own."""
    known = shipped(Desk())
    expected = {
        row["kpi"]
        for path in CASES.glob("*.yaml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in case["expect"]
    }
    assert {path.stem for path in CASES.glob("*.yaml")} == {*known.measures, "observations"}
    shown = {_but_for_its_limit(each) for each in expected}
    assert {each for each in known.kpis if _but_for_its_limit(each) not in shown} == set()


def _but_for_its_limit(kpi_id: str) -> str:
    before, limited, _ = kpi_id.partition("_within_")
    return before + limited


@pytest.mark.parametrize("case", cases())
def test_measure(home: Home, case: dict[str, Any]) -> None:
    """The given rows have the expected values in kpi.results; what nobody can know has no rows."""
    put(home, "desk.yaml", case.get("desk", OFFICE))
    if "kpis" in case:
        put(home, "kpis.yaml", yaml.safe_dump({"kpis": case["kpis"]}))
    last = f"{case['as_of']}T23:59:59Z"
    rows = [ticket(**{"exported_at": last, **row}) for row in case.get("tickets", [])]
    if rows:
        put(home, "exports/canonical/tickets.csv", csv(*rows))
    for kind in INPUTS:
        if kind in case:
            put(home, f"exports/{kind}/{kind}.csv", csv(*[{"exported_at": last, **row} for row in case[kind]]))
    absent = case.get("absent", [])
    kpis = {*absent, *(row["kpi"] for row in case["expect"])}
    assert build(home, "kpi.results", as_of=case["as_of"], kpis=kpis, is_checked=True) == {}
    for kpi_id in absent:
        assert ask(home, f"select * from kpi.results where kpi_id = '{kpi_id}'") == []
    for row in case["expect"]:
        dimension, member = row.get("of", "all=all").split("=")
        got = ask(
            home,
            f"select value, n, is_complete from kpi.results where kpi_id = '{row['kpi']}' and grain = '{row['grain']}' "
            f"and period_start = date '{row['period']}' and dimension = '{dimension}' and member = '{member}'",
        )
        value = None if row["value"] is None else pytest.approx(row["value"], abs=1e-9)
        is_complete = row.get("is_complete", got[0][2] if got else None)
        assert got == [(value, row["n"], is_complete)], row
