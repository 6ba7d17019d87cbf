"""What people may write in okrs/*.yaml: every rule refuses with file, line, what was found and the mend."""

import json
from pathlib import Path

import pytest
import yaml
from conftest import put

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.definitions import json_schema
from okr_analytics.okr.reading import read_definitions

FILE = """\
objectives:
  - id: o
    title: o
    window: 2026-Q3
    key_results:
      - id: a
        title: a
        kpi: first_response_calendar_median
        baseline: 45 min
        target: -30%
      - id: b
        title: b
        kind: reach
        kpi: answered_share
        target: 85%
"""


def refusals(home: Home, text: str) -> list[str]:
    """Every problem that the reader names, as messages."""
    put(home, "okrs/o.yaml", text)
    with pytest.raises(ConfigurationError) as refused:
        read_definitions(home)
    return [str(problem) for problem in refused.value.problems]


def test_a_good_file_is_read(home: Home) -> None:
    put(home, "okrs/o.yaml", FILE)
    assert [each.kr_id for each in read_definitions(home).key_results] == ["a", "b"]
    assert read_definitions(home).warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("calendar_median", "calender_median", 8, "did you mean 'first_response_calendar_median'"),
        ("-30%", "95 min", 10, "better when lower, but its target 95 min is not below its baseline 45 min"),
        ("-30%", "+30%", 10, "goes the other way"),
        ("-30%", "45", 10, "write it like 45 min"),
        ("45 min", "0 min", 10, "goes nowhere"),
        ("45 min", "2026-Q5", 9, "is no period"),
        ("45 min", "2026-Q3", 9, "ends no earlier than the window"),
        ("45 min", "2026-06-30..2026-04-01", 9, "ends before it begins"),
        ("        baseline: 45 min\n", "", 6, "needs a baseline"),
        ("85%", "+5pp", 15, "has no baseline"),
        ("85%", "185%", 15, "outside the range"),
        ("kind: reach", "kind: raech", 13, "'improve' or 'reach'"),
        ("        target: 85%", "        target: 85%\n        where: {chanel: [email]}", 16, "did you mean 'channel'"),
        ("        target: 85%", "        target: 85%\n        over: fortnight", 16, "is no span"),
        ("        target: 85%", "        target: 85%\n        window: 2026-Q4", 16, "not inside the objective's"),
        ("        target: 85%", "        target: 85%\n        direction: lower", 16, "leave 'direction' out"),
        ("        target: 85%", "        target: 85%\n        baseline: 50%", 16, "kind reach has no baseline"),
        ("        target: 85%", "        target: 85%\n        weight: 0", 16, "greater than 0"),
        (
            "        target: 85%",
            "        target: 85%\n        tarjet: 85%",
            16,
            "unknown key 'tarjet'; did you mean 'target'",
        ),
        ("kpi: answered_share", "kpi: tickets_opened_count", 14, "add 'direction: higher' or 'lower'"),
        ("id: b", "id: a", 11, "is used already at okrs/o.yaml:6"),
        ("window: 2026-Q3", "window: 2026-09-30..2026-07-01", 4, "ends before it begins"),
        ("85%", "yes", 15, "'True' is no value"),
        ("        target: 85%", "        target: 85%\n        where: {channel: []}", 16, "at least 1 item"),
        ("        target: 85%", "        target: 85%\n        weight: .inf", 16, "finite number"),
        ("window: 2026-Q3", "window: 2026-13-45", 4, "is no period"),
        ("window: 2026-Q3", "window: 2026-Q3\n    ? [a, b]\n    : c", 5, "a key is a word"),
        ("    title: o\n", "", 2, "'title' is missing"),
        ("    title: o\n", "    title: o\n    title: p\n", 4, "'title' is given twice"),
        ("window: 2026-Q3", "window: &w 2026-Q3\n    why: *w", 5, "aliases"),
        ("objectives:", "objectives: [", 2, "no valid YAML"),
    ],
)
def test_a_wrong_definition_is_refused_at_its_line(home: Home, old: str, new: str, line: int, found: str) -> None:
    assert old in FILE
    problems = refusals(home, FILE.replace(old, new, 1) if old != "id: b" else FILE.replace(old, new))
    assert any(problem.startswith(f"okrs/o.yaml:{line}: ") and found in problem for problem in problems), problems


def test_all_problems_of_all_files_are_named_at_once(home: Home) -> None:
    put(home, "okrs/other.yaml", "objectives: 5\n")
    problems = refusals(home, FILE.replace("-30%", "+30%").replace("85%", "185%"))
    assert len(problems) == 3


@pytest.mark.parametrize(("kept", "count"), [(1, 1), (2, 0)])
def test_fewer_than_two_key_results_are_a_warning(home: Home, kept: int, count: int) -> None:
    put(home, "okrs/o.yaml", "\n".join(FILE.splitlines()[: 5 + 5 * kept]) + "\n")
    warnings = read_definitions(home).warnings
    assert len(warnings) == count
    assert all("two to five" in str(warning) and warning.is_warning for warning in warnings)


def test_a_file_that_is_no_utf8_is_refused(home: Home) -> None:
    put(home, "okrs/o.yaml", FILE.replace("title: o", "title: satisfacción"), "latin-1")
    with pytest.raises(ConfigurationError, match="save the file as UTF-8"):
        read_definitions(home)


def test_the_schema_that_editors_complete_by_is_current() -> None:
    shipped = CHECKOUT / "data" / "okrs" / "okr.schema.json"
    assert shipped.read_text(encoding="utf-8") == json_schema()
    assert "key_results" in json.dumps(json.loads(json_schema()))


@pytest.mark.parametrize("path", sorted((CHECKOUT / "data" / "okrs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_demo_objectives_are_valid(home: Home, path: Path) -> None:
    put(home, f"okrs/{path.name}", path.read_bytes())
    objectives = read_definitions(home).objectives
    assert len(objectives) == len(yaml.safe_load(path.read_text(encoding="utf-8"))["objectives"])
    assert all(2 <= len(each.key_results) <= 5 for each in objectives)
