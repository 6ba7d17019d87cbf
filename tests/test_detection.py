"""What detection proposes for exports of many shapes, and what it refuses. The files and what is due stand in
tests/detected; the format of each follows a public export of that kind."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from okr_analytics.desk import Desk
from okr_analytics.detection.detect import checked, detect
from okr_analytics.detection.proposal import Asked, NotAnExport, Proposal
from okr_analytics.errors import FileRefused
from okr_analytics.home import Home

FILES = Path(__file__).parent / "detected"
EXPECTED: dict[str, Any] = yaml.safe_load((FILES / "expected.yaml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 4, 15)


def proposed(path: Path, **asked: Any) -> Proposal:
    """What is proposed for a file, in a home that knows the shipped profiles only."""
    return detect(Home(path.parent / "no-home"), Desk(), path, Asked(**asked), NOW)


@cache
def newly_proposed(name: str) -> Proposal:
    """What is proposed for a file of tests/detected where no profile were known."""
    return proposed(FILES / name, is_new=True)


def written(folder: Path, text: str, name: str = "export.csv") -> Path:
    """A file of that text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def profile(proposal: Proposal) -> dict[str, Any]:
    """What the profile says beside its title."""
    return {key: value for key, value in proposal.data.items() if key != "title"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_gets_the_profile_that_reads_it(name: str) -> None:
    assert profile(newly_proposed(name)) == EXPECTED[name]["profile"]


@pytest.mark.parametrize("name", EXPECTED)
def test_no_known_profile_is_claimed_to_read_what_it_does_not_know(name: str) -> None:
    assert proposed(FILES / name).known == EXPECTED[name].get("known")


@pytest.mark.parametrize("name", EXPECTED)
def test_all_that_is_unsure_is_said_and_nothing_else(name: str) -> None:
    proposal = newly_proposed(name)
    found = [str(doubt) for doubt in proposal.doubts]
    expected = EXPECTED[name]["unsure"]
    assert len(found) == len(expected), found
    assert [part for part in expected if not any(part in each for each in found)] == []
    assert [part for part in EXPECTED[name]["assumed"] if not any(part in each for each in proposal.assumptions)] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_the_yaml_reads_back_as_what_was_proposed(name: str) -> None:
    proposal = newly_proposed(name)
    read_back = yaml.safe_load(checked(proposal))
    assert {key: value for key, value in read_back.items() if key != "title"} == profile(proposal)


def test_a_workbook_says_what_its_csv_says() -> None:
    """A sheet with two title rows above the header, and instants that are dates of the workbook."""
    proposal = proposed(FILES / "own_helpdesk.xlsx", is_new=True)
    assert profile(proposal) == EXPECTED["own_helpdesk_en.csv"]["profile"]


PURCHASES = """\
Ticket ID,Customer Email,Date of Purchase,Ticket Type,Ticket Status,First Response Time,Time to Resolution
1,a@example.org,2021-03-22,Technical,Closed,2023-06-01 12:15:36,2023-06-01 18:05:38
2,b@example.org,2020-07-14,Refund request,Open,2023-06-01 16:45:38,
"""


def test_a_table_without_an_opening_is_refused_with_the_instants_that_it_has(tmp_path: Path) -> None:
    """A purchase is no opening, though it comes before everything else."""
    with pytest.raises(NotAnExport) as refused:
        proposed(written(tmp_path, PURCHASES))
    assert refused.value.found == (
        "no column says when a ticket was opened, and without that no figure can be computed; its instants are "
        "'Date of Purchase' (not called an opening), 'First Response Time' (a first response), "
        "'Time to Resolution' (a solve)"
    )
    assert "--column opened_at=HEADER" in refused.value.mend


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Id,Status,Updated at,Solved at,Due\n1,open,2026-03-01,,2026-03-05\n",
         "'Updated at' (a change), 'Due' (a promise)"),
        ("ticket,Severity,Priority,daysOpen,Satisfaction\n1,2 - Normal,0 - Unassigned,3,1\n", "no column of instants"),
        ("subject,body,queue,priority\nHelp,Text,IT,high\n", "no column says which ticket a row is"),
        ("Creation Date,Status,Ward,Service Request Type\n2026-03-01 10:00:00,Open,W1,Noise\n",
         "no column says which ticket a row is"),
        ("Id,Status,Created\n", "no row"),
    ],
)  # fmt: skip
def test_what_no_ticket_can_be_made_of_is_refused(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(FileRefused) as refused:
        proposed(written(tmp_path, text))
    assert found in refused.value.found


def test_a_column_may_be_named_where_detection_cannot_tell(tmp_path: Path) -> None:
    proposal = proposed(written(tmp_path, PURCHASES), columns={"opened_at": "Date of Purchase"})
    assert profile(proposal)["columns"]["opened_at"] == "Date of Purchase"


def test_bytes_that_are_no_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(FileRefused):
        proposed(path)
