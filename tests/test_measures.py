"""Every measure by rows that a reader can check in the head: tests/measures/<measure>.yaml."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ask, csv, publish, put, ticket

from okr_analytics.home import Home
from okr_analytics.desk import Desk
from okr_analytics.kpi.shipped import shipped

CASES = Path(__file__).parent / "measures"


def cases() -> list[Any]:
    """Each case with its measure and its sentence of why."""
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['why'][:50]}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def test_every_measure_has_its_cases_and_every_kpi_an_expected_value() -> None:
    expected = {
        row["kpi"]
        for path in CASES.glob("*.yaml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in case["expect"]
    }
    assert {path.stem for path in CASES.glob("*.yaml")} == set(measures())
    assert expected == {each.kpi_id for measure in measures().values() for each in measure.kpis}


@pytest.mark.parametrize(("measure", "case"), cases())
def test_measure(home: Home, measure: str, case: dict[str, Any]) -> None:
    """The given tickets have the expected values, in results and by the macro."""
    assert measure in measures()
    last = f"{case['as_of']}T23:59:59Z"
    rows = [ticket(**{"exported_at": last, **row}) for row in case["tickets"]]
    put(home, "exports/canonical/tickets.csv", csv(*rows))
    assert publish(home, as_of=case["as_of"]) == {}
    for row in case["expect"]:
        got = ask(
            home,
            f"select value, n, is_complete from kpi.results where kpi_id = '{row['kpi']}' and dimension = 'all' "
            f"and grain = '{row['grain']}' and period_start = date '{row['period']}'",
        )
        value = None if row["value"] is None else pytest.approx(row["value"], abs=1e-9)
        is_complete = row.get("is_complete", got[0][2] if got else None)
        assert got == [(value, row["n"], is_complete)], row
