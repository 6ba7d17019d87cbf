"""Definitions in words: what it is, how it is measured, what is aimed at, what a flag means."""

from datetime import date

from okr_analytics.explain.definition import Definition
from okr_analytics.figures import Scale, counted, percent
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.okr.scoring.statuses import SUCCESS

ROLES = {
    "key_result": "A key result of {objective}.",
    "guardrail": "A guardrail of {objective}: it weighs nothing, but a breach keeps it from being on track.",
    "part": "A part of {whole}, a key result of {objective}.",
    "outcome": "The outcome of {objective}: what it is to lead to. It stands beside its key results.",
}
FLAGS = {
    "target_met_at_baseline": "The baseline meets the target already, so the key result is to hold it: all or nothing.",
    "baseline_provisional": "The baseline is provisional: it may still move until 14 days after its period.",
    "zero_baseline": "The baseline is 0: a relative change from it means nothing, so nothing can be scored.",
    "target_out_of_range": "The target that follows from the baseline is a value that this KPI can never have.",
    "no_baseline": "The baseline's period has too few rows to compute it from.",
    "late": "Some milestone was ticked after it was due.",
    "guardrail_breached": "A guardrail is breached: the objective is at risk at best.",
    "outcome_divergence": "The key results are on track, but the objective's own outcome is not.",
}
PLURAL_GRAINS = {"day": "days", "week": "weeks", "month": "months"}


def filter_said(definition: Definition) -> str:
    """Which rows are let through."""
    said = [f"{name} {' or '.join(members)}" for name, members in definition.filter.items()]
    return f"only {', '.join(said)}" if said else "the whole desk"


def over_said(definition: Definition) -> str:
    """The days that a value is measured over."""
    over = str(definition.row["over"])
    if over == "window":
        return f"from the window's first day, {definition.window.first}, on"
    if over in ("week", "month"):
        return f"over the {over} that it is in, so far"
    return f"over the {over.removesuffix('d')} days that end on it"


def kind_said(definition: Definition, day: date) -> str:
    """What kind of key result it is, in a sentence."""
    grain = definition.grain or "day"
    thing = definition.working_day if definition.kind == "cadence" and grain == "day" else grain
    required = definition.aim(day).required
    which = f"every {thing}" if required == 1 else f"{percent(float(required))} of the {PLURAL_GRAINS[grain]}"
    sentences = {
        "improve": f"From a baseline to a target; {better_said(definition)}.",
        "reach": f"A value to be reached, all or nothing; {better_said(definition)}.",
        "maintain": f"A level to be kept in {which} of the window; {better_said(definition)}.",
        "milestone": "Milestones that people tick when they are there.",
        "cadence": f"Something to be done every {thing}; a check-in is the evidence.",
        "all_of": "Several things that must all be true: it is as far as the least of them.",
    }
    return sentences[definition.kind]


def better_said(definition: Definition) -> str:
    """What is better."""
    direction = definition.row["direction"]
    return f"better when {direction}" if direction else "neither higher nor lower is better"


def unit_said(definition: Definition) -> str:
    """The unit of a value: volumes are per working day."""
    kpi = definition.kpi
    is_summed = kpi is not None and kpi.statistic.name in ("count", "sum")
    return f"{definition.unit} per {definition.working_day}" if is_summed else definition.unit


def wanted_said(definition: Definition, aim: Aim, target: float | None, scaled: Scale) -> str:
    """What a value must be: at most, at least, or between."""
    if aim.target is not None and aim.target.until is not None:
        return f"between {scaled.brief(float(aim.target.amount))} and {scaled.say(float(aim.target.until))}"
    value = float(aim.target.amount) if target is None and aim.target else target
    word = "at most" if definition.row["direction"] == "lower" else "at least"
    return f"{word} {scaled.say(value)}"


def success_said(ambition: str) -> str:
    """What counts as met at the end."""
    return f"{ambition}, so it succeeds at {percent(float(SUCCESS[ambition]))}"


def window_said(definition: Definition, day: date) -> str:
    """The window and how much of it is over."""
    window = definition.window
    if day < window.first:
        return f"{window.first} to {window.last}; it begins in {counted((window.first - day).days, 'day')}"
    gone = min((day - window.first).days + 1, window.days)
    return f"{window.first} to {window.last}; {gone} of {window.days} days are over"
