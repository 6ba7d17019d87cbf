"""A mistake in a file of objectives is told in words of the people who write it, and nothing is left of the tools'."""

import pytest
from conftest import put

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions

FILE = """\
objectives:
  - id: o
    title: Problems stay solved
    owner: Mihai
    window: 2026-Q3
    key_results:
      - id: few
        title: Few come back
        kind: reach
        kpi: reopened_share
        target: 5%
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FILE, "", "1: 'objectives' is missing; add it"),
        (FILE, "hello", "1: write keys with their values here, like title: Some words"),
        (FILE, "- id: o", "1: write keys with their values here, like title: Some words"),
        ("id: few", "id: fewer ones", "7: id: 'fewer ones': write letters, digits, - and _"),
        ("id: few", "id: no", "7: id: YAML reads this word as yes or no; put it in quotes"),
        ("id: few", "id: 12", "7: id: put it in quotes"),
        ("id: few", "id: [a, b]", "7: id: write one text here"),
        ("kpi: reopened_share", "kpi: zzz", "10: no KPI 'zzz'; 'okr kpis' lists them"),
        ("kpi: reopened_share", "kpi: reopened_shore", "10: no KPI 'reopened_shore'; did you mean 'reopened_share'?"),
        ("target: 5%", "target: [5%, 6%]", "11: target: '['5%', '6%']' is no value; write it like 85%, 45 min or 4.5"),
        ("5%", "5%\n        where: email", "12: where: write keys with their values here, like {channel: email}"),
        ("5%", "5%\n        where: {channel: 5}", "12: channel: write a list here, like [one, another]"),
        ("5%", "5%\n        where: {channel: e-mail}", "12: no channel 'e-mail'; did you mean 'email'?"),
        ("5%", "5%\n        min_n: 0", "12: min_n: 0 is too little; write 1 or more"),
        ("5%", "5%\n        min_n: many", "12: min_n: 'many' is no whole number"),
        ("5%", "5%\n        weight: heavy", "12: weight: 'heavy' is no number"),
        ("title: Few", "title: Few: few", "8: no valid YAML: mapping values are not allowed here; put a text with a"),
        ("        kpi", "\tkpi", "10: no valid YAML: found character '\\t' that cannot start any token; indent"),
        ("    owner: Mihai", "    owner: Mihai\n    parent: p", "5: no objective 'p'; describe it, or leave this out"),
        ("2026-Q3", "2026-09..2026-07", "5: '2026-09..2026-07' is no period; write 2026-07-01..2026-09-30, 2026-Q3 or"),
    ],
)
def test_what_was_found_and_what_to_do_stand_in_the_message(home: Home, old: str, new: str, said: str) -> None:
    put(home, "okrs/o.yaml", FILE.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refused:
        read_definitions(home)
    (problem,) = map(str, refused.value.problems)
    assert problem.startswith(f"okrs/o.yaml:{said}"), problem


def test_an_objective_below_one_that_is_there_is_told_its_name(home: Home) -> None:
    below = "  - {id: p, title: P, window: 2026-07, parent: oo}\n"
    put(home, "okrs/o.yaml", FILE + below)
    with pytest.raises(ConfigurationError, match="no objective 'oo'; did you mean 'o'"):
        read_definitions(home)
