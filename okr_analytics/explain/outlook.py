"""What follows from an answer, a sentence each: chance, what is needed from here, where it ends, was it ever seen."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from okr_analytics.explain.asking import named
from okr_analytics.explain.section import Section
from okr_analytics.explain.told import Told
from okr_analytics.explain.words import wanted_said
from okr_analytics.okr.defining.targets import is_met
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

FIGURES = (
    "value_low", "value_high", "needed_from_here", "needed_note", "projected", "projected_low", "projected_high",
    "budget", "burn", "distance",
)  # fmt: skip


def outlook(engine: Engine, told: Told) -> Section:
    """What can be told beyond the answer itself."""
    found = named(engine, query("feasibility_of_key_result"), {"kr_id": told.definition.kr_id})
    realism = found[0] if found else None
    said = [*_noise(told), *_needed(told), *_projected(told), *_realism(told, realism)]
    figures = {name: told.row[name] for name in FIGURES}
    return Section("outlook", "What to make of it", said, figures={**figures, "realism": realism})


def _noise(told: Told) -> Iterator[str]:
    low, high = told.row["value_low"], told.row["value_high"]
    if low is not None and high is not None:
        span = told.scaled.between(low, high)
        yield f"Chance alone moves the value: in 95 of 100 cases like this the true one is {span}."


def _needed(told: Told) -> Iterator[str]:
    needed, note = told.row["needed_from_here"], told.row["needed_note"]
    if needed is None:
        return
    if note == "secured":
        yield "The target is secured: whatever the rest of the window brings, it will be met."
    elif note == "unreachable":
        yield f"The target cannot be reached any more: the rest of the window would have to show {told.say(needed)}."
    else:
        yield f"To meet the target in the end, the rest of the window must show {told.say(needed)}."


def _projected(told: Told) -> Iterator[str]:
    projected, low, high = (told.row[name] for name in ("projected", "projected_low", "projected_high"))
    if projected is None:
        return
    band = f" ({told.scaled.between(low, high)})" if low is not None and high is not None else ""
    said = f"If it goes on like this it ends at {told.say(projected)}{band} on {told.definition.window.last}"
    yield f"{said}{_beside_target(told, projected)}."


def _beside_target(told: Told, projected: float) -> str:
    """Whether the projection meets the target."""
    aim, target, direction = told.aim, told.row["target"], told.definition.row["direction"]
    if aim.target is not None and aim.target.until is not None:
        met = aim.target.is_met(Decimal(repr(projected)), str(direction))
    elif target is None:
        return ""
    else:
        met = is_met(Decimal(repr(projected)), Decimal(repr(target)), str(direction))
    wanted = wanted_said(told.definition, aim, target, told.scaled)
    return f": the target, {wanted}, would be {'met' if met else 'missed'}"


def _realism(told: Told, found: dict[str, Any] | None) -> Iterator[str]:
    """Whether history saw such a move."""
    if found is None or "target_met_at_baseline" in told.flags:
        return
    way = "down" if found["asked_move"] < 0 else "up"
    asked = f"The target asks for {told.scaled.apart(found['asked_move'])} {way} in {found['asked_days']} days"
    if found["best_move"] is None:
        seen = "history shows no move that way" if found["was_seen"] is False else "history is too short to compare"
        yield f"{asked}; {seen}."
        return
    best = f"{told.scaled.apart(found['best_move'])}, from {found['best_from']} to {found['best_to']}"
    if found["was_seen"]:
        yield f"{asked}; that was seen before: {best}."
    elif found["was_seen"] is False:
        yield f"{asked}; that was never seen before. The most was {best}."
    else:
        yield f"{asked}; history is too short to tell whether that is much. The most so far was {best}."
