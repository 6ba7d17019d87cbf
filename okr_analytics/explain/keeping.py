"""How far a level is kept: the closed periods one by one, and the error budget."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from okr_analytics.explain.progress import KEY, TITLE
from okr_analytics.explain.row_selection import closed_periods
from okr_analytics.explain.section import Grid, Section
from okr_analytics.explain.told import Told, measured
from okr_analytics.explain.words import PLURAL_GRAINS, wanted_said
from okr_analytics.figures import percent
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.okr.scoring.facts import period_over
from okr_analytics.warehouse.engine import Engine

Rows = list[dict[str, Any]]
VERDICTS = {True: "yes", False: "no", None: "too few rows"}


def maintain(engine: Engine, told: Told) -> Section:
    """Every closed period complies, or as many of them as required."""
    periods = _closed(engine, told)
    aim = told.aim
    rows = [{**each, "complied": _complied(each, aim, told)} for each in periods]
    grains = PLURAL_GRAINS[str(told.definition.grain)]
    wanted = wanted_said(told.definition, aim, None, told.scaled) if aim.target else "no target is written yet"
    said = [f"Wanted in each of the {grains}: {wanted}.", *_share(told, rows, float(aim.required), grains)]
    grids = [_grid(rows, told)] if rows else []
    return Section(KEY, TITLE, [*said, *grids], {"periods": rows, "required": float(aim.required)})


def _closed(engine: Engine, told: Told) -> Rows:
    """Every closed period with its value as of the day."""
    rows = []
    for each in closed_periods(told.definition, told.day):
        found = measured(engine, told.definition, period_over(each), told.day)
        rows.append({"first_day": each.first, "last_day": each.last, "value": found["value"], "n": found["n"]})
    return rows


def _complied(period: dict[str, Any], aim: Aim, told: Told) -> bool | None:
    """Whether a period complies; null where too few rows tell, or nothing is wanted."""
    if period["value"] is None or period["n"] < told.definition.row["min_n"] or aim.target is None:
        return None
    return aim.target.is_met(Decimal(repr(period["value"])), str(told.definition.row["direction"]))


def _share(told: Told, rows: Rows, required: float, grains: str) -> list[str]:
    """How many complied beside how many are required, and what is left of the budget."""
    judged = [each for each in rows if each["complied"] is not None]
    if not judged:
        return []
    kept = sum(bool(each["complied"]) for each in judged)
    share = kept / len(judged)
    said = f"{kept} of {len(judged)} {grains} complied = {percent(share, 1)}; {percent(required)} are required"
    came = f"{said}: {min(1.0, share / required):.2f}." if share < required else f"{said}: reached."
    return [came, *_budget(told, len(judged) - kept, grains)]


def _budget(told: Told, breaches: int, grains: str) -> list[str]:
    budget, burn = told.row["budget"], told.row["burn"]
    if not budget or burn is None:
        return []
    return [f"In the whole window {budget:.1f} {grains} may fail; {breaches} did: {percent(burn)} of that is used up."]


def _grid(rows: Sequence[dict[str, Any]], told: Told) -> Grid:
    cells = [
        (
            str(each["first_day"]),
            str(each["last_day"]),
            told.say(each["value"]),
            f"{each['n']:,}",
            VERDICTS[each["complied"]],
        )
        for each in rows
    ]
    return Grid(("from", "to", "value", "rows", "complied"), cells, frozenset((2, 3)))
