"""How far what people do is: milestones they tick, a cadence they keep, and things that must all be true."""

from typing import Any

from okr_analytics.explain.asking import named
from okr_analytics.explain.progress import KEY, TITLE
from okr_analytics.explain.row_selection import closed_periods
from okr_analytics.explain.section import Grid, Section
from okr_analytics.explain.told import Told
from okr_analytics.figures import UNKNOWN, counted, percent
from okr_analytics.okr.defining.periods import Period, days_of
from okr_analytics.okr.scoring.counting import Ticks, ticked_on
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

MOST_MISSED = 5


def milestone(engine: Engine, told: Told) -> Section:
    """The weight of what is ticked, beside the weight of what is due."""
    ticks = _ticks(engine, told)
    rows: list[dict[str, Any]] = [
        {
            "id": each.milestone_id,
            "title": each.title,
            "due": each.due,
            "ticked_on": (since := ticked_on(ticks, each.milestone_id, told.day)),
            "weight": float(each.weight),
            "is_late": (since or told.day) > each.due,
        }
        for each in told.definition.milestones
    ]
    whole = sum(each["weight"] for each in rows)
    done = sum(each["weight"] for each in rows if each["ticked_on"])
    due = sum(each["weight"] for each in rows if each["due"] <= told.day)
    count = sum(each["ticked_on"] is not None for each in rows)
    said = [
        f"{count} of {counted(len(rows), 'milestone')} ticked, weight {done:g} of {whole:g} = {percent(done / whole)}.",
        f"Due by this day: weight {due:g} of {whole:g} = {percent(due / whole)}.",
    ]
    cells = [
        (each["title"], str(each["due"]), str(each["ticked_on"] or UNKNOWN), f"{each['weight']:g}", _lateness(each))
        for each in rows
    ]
    grid = Grid(("milestone", "due", "ticked", "weight", ""), cells, frozenset((3,)))
    return Section(KEY, TITLE, [*said, grid], {"milestones": rows})


def cadence(engine: Engine, told: Told) -> Section:
    """Periods with evidence over periods due so far."""
    due, kept = int(told.row["n"] or 0), int(told.row["value"] or 0)
    thing = "week" if told.definition.grain == "week" else told.definition.working_day
    if not due:
        return Section(KEY, TITLE, [f"No {thing} was due yet."], figures={"missed": []})
    said = [f"A check-in stands on {kept} of {counted(due, thing)} = {percent(kept / due)}."]
    missed = _missed(engine, told, due, due - kept)
    if missed:
        last = ", ".join(str(each.first) for each in missed[-MOST_MISSED:])
        said.append(f"The last ones without: {'the weeks from ' if thing == 'week' else ''}{last}.")
    return Section(KEY, TITLE, said, figures={"missed": [each.first for each in missed]})


def all_of(engine: Engine, told: Told) -> Section:
    """As far as the least of its parts."""
    found = named(engine, query("parts_of_key_result"), {"kr_id": told.definition.kr_id, "day": told.day})
    by_id = {each["id"]: each for each in found}
    parts = [by_id[each] for each in told.definition.parts if each in by_id]
    cells = [(each["id"], each["title"], percent(each["attainment"]), each["status"]) for each in parts]
    grid = Grid(("part", "", "reached", "status"), cells, frozenset((2,)), statuses=frozenset((3,)))
    return Section(KEY, TITLE, [_least(told, parts), *([grid] if parts else [])], {"parts": parts})


def _least(told: Told, parts: list[dict[str, Any]]) -> str:
    unknown = [each["id"] for each in parts if each["attainment"] is None]
    if told.row["attainment"] is None:
        return (
            f"All must be true, and of {' and '.join(unknown) or 'its parts'} nothing is known, so nothing is scored."
        )
    least = min(parts, key=lambda each: each["attainment"])
    return f"All must be true: it is as far as the least of them, {least['id']}, at {percent(least['attainment'])}."


def _lateness(each: dict[str, Any]) -> str:
    if not each["is_late"]:
        return ""
    return "late" if each["ticked_on"] else "overdue"


def _ticks(engine: Engine, told: Told) -> Ticks:
    """What was said of each milestone up to the window's end, day by day."""
    said: Ticks = {}
    values = {"kr_id": told.definition.kr_id, "last_day": told.definition.window.last}
    for name, day, is_done in engine.rows(query("milestone_ticks"), values):
        said.setdefault(name, []).append((day, is_done))
    return said


def _missed(engine: Engine, told: Told, due: int, missed: int) -> list[Period]:
    """The periods due without evidence; none where the warehouse's calendar does not tell all that were due."""
    evidence = {day for (day,) in engine.rows(query("evidence_days"), {"kr_id": told.definition.kr_id})}
    periods = closed_periods(told.definition, told.day) if told.definition.grain == "week" else _days(engine, told)
    found = [each for each in periods if not evidence.intersection(days_of(each.first, each.last))]
    return found if (len(periods), len(found)) == (due, missed) else []


def _days(engine: Engine, told: Told) -> list[Period]:
    last = min(told.day, told.definition.window.last)
    values = {"first_day": told.definition.window.first, "last_day": last}
    return [Period(day, day) for (day,) in engine.rows(query("business_days"), values)]
