"""Stories of numbers and the scorecard, told from a desk's tables: in memory, or of the demo's published warehouse."""

import io
import json
from datetime import date, datetime
from typing import Any

from conftest import NOW, OPEN, build
from rich.console import Console

from okr_analytics.explain.section import Story
from okr_analytics.explain.story import explain
from okr_analytics.explain.telling import print_story
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.scorecard.reading import read_scorecard

DAY = date(2026, 3, 20)
NAMES_WORKING_DAYS = "tickets_opened_per_business_day"  # what a working day is called is read from the units of KPIs
TOLD_FROM = (
    "core.days", "core.feeds", "core.rejected_rows", "core.removed_tickets", "core.surveys", "core.tickets",
    "fact.promises", "kpi.catalogue", "okr.baselines", "okr.cascade", "okr.checkins", "okr.latest", "okr.measurements",
    "okr.objective_attainment", "okr.pace", "okr.realism", "okr.restatements", "ops.loads",
)  # fmt: skip


def answer(home: Home, day: date = DAY, *kpis: str, now: datetime = NOW) -> dict[str, list[Any]]:
    """All that stories and the scorecard are told from, in memory: of the KPIs of the home's key results, and of these.
    Returns what blocking audits found."""
    wanted = {each.kpi.kpi_id for each in read_definitions(home).scored if each.kpi} | {NAMES_WORKING_DAYS, *kpis}
    generation = {"generation": 1, "as_of_date": day, "row_count": 0, "published_at": now}
    given = {"ops.generations": [generation]}
    return build(home, *TOLD_FROM, as_of=day, now=now, kpis=wanted, given=given, is_checked=True)


def scorecard(home: Home) -> dict[str, Any]:
    """What the scorecard says, as programs get it."""
    return read_scorecard(OPEN[home]).as_json()


def story(home: Home, name: str, day: date | None = None, rows: int = 10) -> Story:
    """The story of a key result, a part, an outcome or an objective."""
    return explain(OPEN[home], name, day, rows)


def told(home: Home, name: str, day: date | None = None, rows: int = 10) -> dict[str, Any]:
    """The story as programs get it."""
    return json.loads(json.dumps(story(home, name, day, rows).as_json()))  # type: ignore[no-any-return]


def printed(found: Story, columns: int) -> list[str]:
    """The lines of a story on paper that is so wide."""
    paper = io.StringIO()
    print_story(found, Console(file=paper, width=columns, highlight=False))
    return paper.getvalue().splitlines()
