"""Each helpdesk's export in the shape that it really has, under the profile that is shipped for it.

`tests/exports/<profile>/` holds its files, `tests/exports/<profile>.yaml` what they say, worked out by hand: the desk
file, `tickets` (and `surveys`) by id, ids `removed`, rows `rejected` with their reasons, and values `nulled` by column.
What one row names of a column is compared in all; a row that does not name it has nothing there.
"""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SPLIT, ask, land, put

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
        assert said(home, table, key, columns_of(rows)) == cells(whole(rows))
    assert removed(home) == expected.get("removed", [])
    assert rejected(home) == expected.get("rejected", [])
    assert nulled(home) == expected.get("nulled", {})


def test_of_an_incident_that_both_tell_of_the_audit_log_counts_and_the_list_tells_of_the_others(home: Home) -> None:
    """The list says that INC0010002 was reopened, the log also when it was answered and solved first. The log is in
    UTC, the list in the desk's zone."""
    put(home, "desk.yaml", "time_zone: Europe/Bucharest\n")
    deliver(home, "servicenow_incidents")
    deliver(home, "servicenow")
    assert land(home) == {}
    said_of_it = "is_folded, history_known, opened_at, first_response_at, first_resolved_at, reopened_at, resolved_at"
    assert ask(home, f"select {said_of_it} from core.tickets where ticket_id = 'INC0010002'") == [
        (
            True,
            True,
            datetime(2024, 4, 1, 6),
            datetime(2024, 4, 1, 6, 10),
            datetime(2024, 4, 1, 8),
            datetime(2024, 4, 1, 15),
            datetime(2024, 4, 2, 6),
        )
    ]
    folded = "select source, count(*) filter (where is_folded), count(*) from core.tickets group by 1"
    assert ask(home, folded) == [("servicenow", 1, 8)]
    assert ask(home, f"select file, {SPLIT} from ops.loads order by 1") == [
        ("exports/servicenow/incident_event_log.csv", 5, 1, 0, 0, 4, 0),
        ("exports/servicenow_incidents/incident-fields.csv", 2, 2, 0, 0, 0, 0),
        ("exports/servicenow_incidents/incident.csv", 8, 5, 1, 1, 0, 1),
    ]


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


def cells(rows: dict[str, Row]) -> Row:
    """Each cell by its row's id and its column, so that one that differs is shown alone."""
    return {f"{name} {column}": cell for name, row in rows.items() for column, cell in row.items()}


def said(home: Home, table: str, key: str, columns: list[str]) -> Row:
    """What every row in core has in these columns."""
    rows = ask(home, f"select {', '.join((key, *columns))} from core.{table}")
    return cells({row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows})


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
