"""Each helpdesk's export in the shape that it really has, under the profile that is shipped for it.

`tests/exports/<profile>/` holds its files, `tests/exports/<profile>.yaml` what they say, worked out by hand: the desk
file, `tickets` (and `surveys`) by id, ids `removed`, rows `rejected` with their reasons, and values `nulled` by column.
What one row names of a column is compared in all; a row that does not name it has nothing there.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ask, land, put

from okr_analytics.home import SHIPPED_SOURCES, Home

EXPORTS = Path(__file__).parent / "exports"
IDS = {"tickets": "ticket_id", "surveys": "survey_id"}
OUR_OWN = {"articles", "canonical", "canonical_events", "checkins", "observations", "surveys"}
ON_REAL_DATA = {"servicenow", "sf311"}
Row = dict[str, Any]


def cases() -> list[Any]:
    """What each format's files are expected to say."""
    return [pytest.param(path.stem, id=path.stem) for path in sorted(EXPORTS.glob("*.yaml"))]


def test_every_helpdesk_that_a_profile_is_shipped_for_has_a_file_in_its_real_shape() -> None:
    shipped = {path.stem for path in SHIPPED_SOURCES.glob("*.yaml")}
    assert shipped - OUR_OWN - ON_REAL_DATA == {path.stem for path in EXPORTS.glob("*.yaml")}


@pytest.mark.parametrize("profile", cases())
def test_an_export_says_what_its_helpdesk_means(home: Home, profile: str) -> None:
    """Every ticket, every opinion, every row that cannot stand and every value that is nulled."""
    expected = yaml.safe_load((EXPORTS / f"{profile}.yaml").read_text(encoding="utf-8"))
    put(home, "desk.yaml", yaml.safe_dump(expected["desk"]))
    deliver(home, profile)
    assert land(home) == {}
    assert ask(home, "select file, error, mend from ops.loads where status <> 'loaded'") == []
    for table, key in IDS.items():
        rows = expected.get(table, {})
        assert said(home, table, key, columns_of(rows)) == whole(rows)
    assert removed(home) == expected.get("removed", [])
    assert rejected(home) == expected.get("rejected", [])
    assert nulled(home) == expected.get("nulled", {})


def deliver(home: Home, profile: str) -> None:
    """Put the format's files where its profile reads them."""
    shutil.copytree(EXPORTS / profile, home.exports / profile)


def columns_of(rows: dict[str, Row]) -> list[str]:
    """Every column that any row names."""
    return list(dict.fromkeys(name for row in rows.values() for name in row))


def whole(rows: dict[str, Row]) -> dict[str, Row]:
    """The rows with all of these columns."""
    nothing = dict.fromkeys(columns_of(rows))
    return {name: nothing | row for name, row in rows.items()}


def said(home: Home, table: str, key: str, columns: list[str]) -> dict[str, Row]:
    """Of every row in core its id, and what it has in these columns."""
    rows = ask(home, f"select {', '.join((key, *columns))} from core.{table}")
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def removed(home: Home) -> list[str]:
    """The ids of deleted, merged and spam tickets."""
    return [name for (name,) in ask(home, "select ticket_id from core.removed_tickets order by 1")]


def rejected(home: Home) -> list[Row]:
    """The rows that cannot stand, by their place in the file, with all their reasons."""
    rows = ask(home, "select row_number, reasons from core.rejected_rows order by file, row_number")
    return [{"row_number": number, "reasons": reasons} for number, reasons in rows]


def nulled(home: Home) -> dict[str, dict[str, int]]:
    """How many values could not stand, by column and reason."""
    counts: dict[str, dict[str, int]] = {}
    sums = "select nulled_column, reason, sum(nulled_count)::int from core.nulled_values group by all"
    for column, reason, count in ask(home, sums):
        counts.setdefault(column, {})[reason] = count
    return counts
