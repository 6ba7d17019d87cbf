"""What was said about the day before, and why it changed; the versions of the definition; what people said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from okr_analytics.explain.asking import Asked, named, on
from okr_analytics.explain.section import Grid, Section
from okr_analytics.figures import CAUSES, UNKNOWN, Scale, counted, in_words, percent
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.queries import query

Row = dict[str, Any]
MOST_CHECK_INS = 10


def revisions(
    engine: Engine, asked: Asked, versions: Sequence[Row], scaled: Scale | None = None, below: Sequence[Row] = ()
) -> Section:
    """Every answer ever given about the day. `scaled` says values; objectives have none. `below` are the versions of
    what an objective is made of: their reasons are its own."""
    reasons = {each["known_from"]: each["reason"] for each in (*below, *versions) if each["reason"]}
    value = "value, baseline, target, " if scaled else ""
    found = named(
        engine,
        f"select revision, known_from, {value}attainment, status, cause from {asked.answers} "
        f"where {asked.key} = {literal(asked.name)} and as_of_date = {on(asked.day)} order by revision",
    )
    rows = [{**each, "reason": reasons.get(each["known_from"])} for each in found]
    said = [_revised(rows), _defined(versions)]
    grids = [_grid(rows, scaled)] if len(rows) > 1 else []
    grids += [_versions_grid(versions)] if len(versions) > 1 else []
    told = [{name: each[name] for name in ("version", "known_from", "changed", "reason")} for each in versions]
    figures = {"revisions": rows, "versions": told}
    return Section("revisions", "What was said about this day, and why it changed", [*said, *grids], figures)


def check_ins(engine: Engine, asked: Asked) -> Section | None:
    """What people said up to the day, newest first; null where nobody said anything."""
    rows = named(engine, query("checkins_until"), {"kr_id": asked.name, "day": asked.day})
    if not rows:
        return None
    newest = rows[:MOST_CHECK_INS]
    grid = Grid(
        ("day", "who", "said"), [(str(each["day"]), each["author"] or UNKNOWN, _words(each)) for each in newest]
    )
    earlier = [f"{len(rows) - len(newest)} earlier ones; --json has all."] if len(rows) > len(newest) else []
    return Section("check_ins", "What people said", [grid, *earlier], {"check_ins": rows})


def _revised(rows: Sequence[Row]) -> str:
    if len(rows) == 1:
        return f"Said once, known since {_minute(rows[0]['known_from'])} UTC; it never changed."
    newest = rows[-1]
    why = f": {newest['reason']}" if newest["reason"] else ""
    return f"Said {counted(len(rows), 'time')}; the last time: {CAUSES[newest['cause']]}{why}."


def _defined(versions: Sequence[Row]) -> str:
    if len(versions) == 1:
        return f"Its definition ({versions[0]['file']}) is unchanged since it was first read."
    newest = versions[-1]
    why = f" Reason given: {newest['reason']}" if newest["reason"] else ""
    changed = f"last on {_minute(newest['known_from'])} UTC: {newest['changed']}"
    return f"Its definition ({newest['file']}) has {len(versions)} versions, {changed}.{why}"


def _grid(rows: Sequence[Row], scaled: Scale | None) -> Grid:
    """Newest first."""
    values = ("value", "baseline", "target") if scaled else ()
    cells = [
        [
            _minute(each["known_from"]),
            *(scaled.say(each[name]) for name in values if scaled),
            percent(each["attainment"]),
            each["status"],
            CAUSES[each["cause"]],
        ]
        for each in reversed(rows)
    ]
    headers = ("known since (UTC)", *values, "reached", "status", "because")
    reached = headers.index("reached")
    return Grid(headers, cells, frozenset(range(1, reached + 1)), frozenset((reached + 1,)))


def _versions_grid(versions: Sequence[Row]) -> Grid:
    cells = [
        (f"{each['version']}", _minute(each["known_from"]), each["changed"], each["reason"] or UNKNOWN)
        for each in reversed(versions)
    ]
    return Grid(("version", "read (UTC)", "what changed", "reason given"), cells, frozenset((0,)))


def _words(said: Row) -> str:
    """A check-in in words."""
    done = {True: "done", False: "not done", None: ""}[said["is_done"]]
    about = f"milestone {said['milestone']} {done}".strip() if said["milestone"] else done
    sure = None if said["confidence"] is None else f"confidence {said['confidence']:g} of 10"
    status = said["human_status"] and f"{in_words(said['human_status'])} until {said['expires_on']}"
    return ", ".join(each for each in (about, sure, status, said["comment"]) if each) or "done"


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
