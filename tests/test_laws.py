"""Laws of the KPIs on random desks: the backlog against a count by hand, its identity, parts, percentiles."""

import statistics
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from conftest import ask, build, csv, new_home, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_analytics.home import Home

FIRST, DAYS = datetime(2026, 3, 2), 12
LAST = (FIRST + timedelta(days=DAYS)).date()
STEPS = st.lists(st.integers(1, 60), min_size=0, max_size=4)  # hours from one turn to the next
TICKET = st.fixed_dictionaries(
    {
        "opened": st.integers(0, 24 * 8),
        "steps": STEPS,
        "channel": st.sampled_from(["email", "chat"]),
        "team": st.sampled_from(["one", "two"]),
        "priority": st.sampled_from(["low", "high"]),
        "is_log": st.booleans(),
    }
)

KPIS = ("backlog_closing", "backlog_older_than_7d", "backlog_median_age",
        "full_resolution_calendar_p90", "full_resolution_business_p90")  # fmt: skip

# the log reaches to the last day, so that every day is covered
NEWEST = {"opened": 24 * DAYS, "steps": [], "channel": "email", "team": "one", "priority": "low", "is_log": True}


def turns(story: dict[str, Any]) -> list[datetime]:
    """When the ticket was opened, solved, reopened, solved again, …; a snapshot shows one reopening at most."""
    hours = [story["opened"], *(story["steps"] if story["is_log"] else story["steps"][:3])]
    return [FIRST + timedelta(hours=sum(hours[: number + 1])) for number in range(len(hours))]


def stamp(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


def snapshot(number: int, story: dict[str, Any]) -> dict[str, object]:
    """The ticket as one row."""
    opened, *solves = turns(story)
    row = {"ticket_id": number, "opened_at": stamp(opened), "status": "solved" if len(solves) in (1, 3) else "open"}
    row |= {name: story[name] for name in ("channel", "team", "priority")}
    row |= {"reopen_count": int(len(solves) > 1), "exported_at": stamp(FIRST + timedelta(days=40))}
    names = {0: [], 1: ["resolved_at"], 2: ["first_resolved_at", "reopened_at"]}
    shown = names.get(len(solves), ["first_resolved_at", "reopened_at", "resolved_at"])
    empty = dict.fromkeys(("first_resolved_at", "reopened_at", "resolved_at"))
    return {**row, **empty, **dict(zip(shown, map(stamp, solves), strict=True))}


def events(number: int, story: dict[str, Any]) -> list[dict[str, object]]:
    """The ticket as one row per turn."""
    found = turns(story)
    row = {"ticket_id": number, "opened_at": stamp(found[0])}
    row |= {name: story[name] for name in ("channel", "team", "priority")}
    return [
        {**row, "event_at": stamp(at), "status": "solved" if place % 2 else "open"} for place, at in enumerate(found)
    ]


def is_waiting(story: dict[str, Any], day: date) -> bool:
    """Whether the ticket stood unsolved at the close of a day."""
    past = [at for at in turns(story) if at.date() <= day]
    return len(past) % 2 == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=st.lists(TICKET, min_size=1, max_size=25))
def test_backlog_parts_and_percentiles_of_any_desk(tmp_path_factory: Any, stories: list[dict[str, Any]]) -> None:
    """Per day and channel the tickets that stand unsolved, counted one by one; their ages; and the identity."""
    stories = [*stories, NEWEST]
    home = desk(tmp_path_factory.mktemp("laws"), stories)
    assert build(home, "kpi.results", "kpi.backlog_ledger", as_of=LAST, kpis=KPIS, is_checked=True) == {}
    counted = {
        (day, dimension, member): [(day - turns(each)[0].date()).days for each in chosen if is_waiting(each, day)]
        for day in (FIRST.date() + timedelta(days=number) for number in range(DAYS + 1))
        for dimension, member, chosen in _parts(stories)
    }
    stored = {
        (kpi, day, dimension, member): value
        for kpi, day, dimension, member, value in ask(
            home, "select kpi_id, period_start, dimension, member, value from kpi.results where grain = 'day'"
        )
    }
    for place, ages in counted.items():
        assert stored.get(("backlog_closing", *place), 0) == len(ages)
        assert stored.get(("backlog_older_than_7d", *place), 0) == sum(age >= 7 for age in ages)
        assert stored.get(("backlog_median_age", *place)) == (statistics.median(ages) if ages else None)
    _assert_identity(home, counted)
    _assert_percentiles(home)


def desk(folder: Path, stories: list[dict[str, Any]]) -> Home:
    home = new_home(folder)
    put(home, "desk.yaml", "time_zone: UTC\nhours:\n  mon-fri: 09:00-12:00, 13:00-17:00\n")
    rows = [snapshot(number, each) for number, each in enumerate(stories) if not each["is_log"]]
    log = [row for number, each in enumerate(stories) if each["is_log"] for row in events(number, each)]
    if rows:
        put(home, "exports/canonical/t.csv", csv(*rows))
    if log:
        put(home, "exports/canonical_events/l.csv", csv(*log))
    return home


def _parts(stories: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    by_channel = [
        ("channel", name, [each for each in stories if each["channel"] == name]) for name in ("email", "chat")
    ]
    return [("all", "all", stories), *by_channel]


def _assert_identity(home: Home, counted: dict[tuple[date, str, str], list[int]]) -> None:
    """The ledger's closings add up to the count, and each day follows from the one before."""
    broken = ask(
        home,
        "select * from (select *, lag(closing_count, 1, 0) over (partition by channel, team, priority order by day) as "
        "before from kpi.backlog_ledger) where opening_count <> before "
        "or closing_count <> opening_count + opened_count + reopened_count - solved_count",
    )
    assert broken == []
    last = ask(
        home,
        "select sum(closing_count) from (select distinct on (channel, team, priority) closing_count "
        "from kpi.backlog_ledger order by channel, team, priority, day desc)",
    )
    assert (last[0][0] or 0) == len(counted[LAST, "all", "all"])


def _assert_percentiles(home: Home) -> None:
    """Percentiles of both clocks are quantile_cont of the raw rows."""
    for clock in ("calendar", "business"):
        stored = ask(
            home,
            "select period_start, value from kpi.results where grain = 'week' and dimension = 'all' and n > 0 "
            f"and kpi_id = 'full_resolution_{clock}_p90' order by 1",
        )
        raw = ask(
            home,
            f"select cast(date_trunc('week', day) as date), quantile_cont({clock}_seconds, 0.9) "
            f"from fact.full_resolution where counts_from <= date '{LAST}' "
            f"and (counts_until is null or counts_until > date '{LAST}') group by 1 order by 1",
        )
        assert stored == raw
