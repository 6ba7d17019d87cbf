"""A home after its first night, as Dagster ran and recorded it: run once per session, shared by whoever looks at it."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import csv, new_home, put, ticket
from template_homes import Templates

from okr_analytics.home import Home
from pipelines.cli import main

NIGHT = date(2026, 3, 8)
FORMULA = "=cmd|' /C calc'!A0"
OKR = r"""objectives:
  - id: o
    title: Customers hear from us sooner
    owner: Ana
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: a, title: "Half [/b] [red]are\e[31m an\u009bswered\a", kind: reach, kpi: answered_share, target: 50%}
      - {id: b, title: Answers come sooner, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min,
         over: window}
"""
NOTHING_TELLS = """\
objectives:
  - id: untold
    title: No source tells of two of these
    owner: Ana
    window: 2026-03-01..2026-03-10
    key_results:
      - {id: escalated, title: e, kind: reach, kpi: escalations_count, target: 1}
      - {id: nosuch, title: n, kind: reach, kpi: tickets_opened_count, direction: lower, target: 1,
         where: {source: nosuch}}
      - {id: few, title: f, kind: reach, kpi: tickets_opened_count, direction: lower, target: 1}
"""
OWN_WINDOWS = """\
objectives:
  - id: windows
    title: One key result closes before the others
    owner: Ana
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: closed, title: c, kind: reach, kpi: answered_share, target: 50%, window: 2026-03-01..2026-03-05}
      - {id: many, title: m, kind: reach, kpi: tickets_opened_count, direction: higher, target: 9}
      - {id: typo, title: t, kind: reach, kpi: tickets_opened_count, direction: lower, target: 9,
         where: {topic: biling}}
"""


def equipped(home: Home) -> Home:
    """The home with two tickets, one of them answered after 35 minutes, and objectives; its page is in Spanish."""
    put(home, "desk.yaml", "time_zone: UTC\nlanguage: es\n")
    put(home, "okrs/o.yaml", OKR)
    answered = ticket("1", opened_at="2026-03-03T10:00:00Z", first_response_at="2026-03-03T10:35:00Z", topic=FORMULA)
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(answered, ticket("2")))
    return home


def after_first_night(folder: Path) -> Home:
    """Such a home with all objectives, after `okr run` as of 8 March."""
    home = equipped(new_home(folder))
    put(home, "okrs/untold.yaml", NOTHING_TELLS)
    put(home, "okrs/windows.yaml", OWN_WINDOWS)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DAGSTER_HOME", raising=False)
        command = ["--home", str(home.root), "run", "--as-of", str(NIGHT)]
        done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"Generation 1 as of {NIGHT}: 2 tickets, 0 rows rejected.\n"), done.output
    return home


@pytest.fixture(scope="session")
def night(templates: Templates) -> Home:
    """A home after its first night; to look at, not to change."""
    return templates.home("night", after_first_night)


@pytest.fixture
def night_copy(templates: Templates, tmp_path: Path) -> Home:
    """The same, to change."""
    return templates.copy("night", after_first_night, tmp_path)
