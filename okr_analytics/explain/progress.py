"""How far an improvement or a value to be reached is, with the figures filled in: sql/DECISIONS.md#attainment."""

from typing import Any

from okr_analytics.explain.asking import named
from okr_analytics.explain.section import Section
from okr_analytics.explain.told import Told, measured, same
from okr_analytics.explain.words import wanted_said
from okr_analytics.figures import counted, fraction, percent
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.scoring.baselines import baseline_day, frozen_on
from okr_analytics.okr.scoring.facts import period_over
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

KEY, TITLE = "formula", "How it comes out"
FROZEN = ("n", "frozen_on", "value_today", "drift")


def improve(engine: Engine, told: Told) -> Section:
    """From a baseline to a target."""
    baseline, figures = _baseline(engine, told)
    said = [baseline, _target(told), _reached(told), _expected(told)]
    return Section(KEY, TITLE, [each for each in said if each], figures={"baseline": figures})


def reach(told: Told) -> Section:
    """At least, at most or within a target."""
    distance, attainment = told.row["distance"], told.row["attainment"]
    if told.aim.target is None:
        return Section(KEY, TITLE, ["Without a target there is nothing to compare with."])
    wanted = wanted_said(told.definition, told.aim, told.row["target"], told.scaled)
    if attainment is None:
        return Section(KEY, TITLE, [f"Wanted: {wanted}. It is all or nothing: 100 % while that holds, else 0 %."])
    away = "" if attainment or not distance else f", {told.scaled.apart(distance)} away"
    said = f"{told.say(told.row['value'])} is {'' if attainment else 'not '}{wanted}{away}: {percent(attainment)}."
    return Section(KEY, TITLE, [said, "It is all or nothing, and expected on every day of the window."])


def _baseline(engine: Engine, told: Told) -> tuple[str, dict[str, Any]]:
    """Where the baseline comes from."""
    period, value = told.definition.baseline_period, told.row["baseline"]
    if period is None:
        return f"Baseline: {told.say(value)}, as written.", {"value": value}
    figures: dict[str, Any] = {"value": value, "first_day": period.first, "last_day": period.last}
    days = f"the same KPI from {period.first} to {period.last}"
    if told.day < period.last:
        return f"Baseline: {days}, which is not over yet.", figures
    frozen = _frozen(engine, told, period)
    if frozen:
        said = f"{days} ({counted(frozen['n'], 'row')}), frozen on {frozen['frozen_on']}"
        return f"Baseline: {told.say(value)}, {said}. {_drift(told, frozen)}", {
            **figures,
            **{name: frozen[name] for name in FROZEN},
        }
    taken_on = baseline_day(period, told.day) or told.day
    n = int(measured(engine, told.definition, period_over(period), taken_on)["n"])
    figures["n"] = n
    if value is None:
        return f"Baseline: {days} ({counted(n, 'row')}): too few rows to compute it from.", figures
    until = f"it may move until {frozen_on(period)} and is frozen then"
    since = until if told.day < frozen_on(period) else f"as known on {taken_on}"
    return f"Baseline: {told.say(value)}, {days} ({counted(n, 'row')}); {since}.", figures


def _frozen(engine: Engine, told: Told, period: Period) -> dict[str, Any] | None:
    """The frozen baseline, where the answer rests on it."""
    if told.day < frozen_on(period) or told.row["baseline"] is None:
        return None
    found = named(engine, query("frozen_baselines"), {"kr_id": told.definition.kr_id})
    return next((each for each in found if same(each["value"], told.row["baseline"])), None)


def _drift(told: Told, frozen: dict[str, Any]) -> str:
    """What the baseline would be today."""
    if frozen["drift"] is None:
        return "Today it could not be computed again."
    if not frozen["drift"]:
        return "Computed again today it is the same."
    side = "more" if frozen["drift"] > 0 else "less"
    return (
        f"Computed again today it would be {told.say(frozen['value_today'])}, "
        f"{told.scaled.apart(frozen['drift'])} {side}: that is reported, not applied."
    )


def _target(told: Told) -> str:
    """How the target follows from what was written."""
    target, aim = told.row["target"], told.aim.target
    if aim is None:
        return ""
    if target is None:
        return f"Target: {told.definition.row['target_written']}, as written."
    if aim.kind == "absolute" or not _follows(aim, told.row["baseline"], target):
        return f"Target: {told.say(target)}, as written."
    amount = abs(float(aim.amount))
    change = f"{amount * 100:.4g} %" if aim.kind == "relative" else told.scaled.apart(amount)
    sign = "−" if aim.amount < 0 else "+"
    return f"Target: {told.say(told.row['baseline'])} {sign} {change} = {told.say(target)}."


def _follows(aim: Target, baseline: float | None, target: float) -> bool:
    """Whether that aim gives that target."""
    if baseline is None:
        return False
    moved = baseline * (1 + float(aim.amount)) if aim.kind == "relative" else baseline + float(aim.amount)
    return same(moved, target)


def _reached(told: Told) -> str:
    """The formula, filled in."""
    value, baseline, target, raw = (told.row[name] for name in ("value", "baseline", "target", "raw"))
    if "target_met_at_baseline" in told.flags and told.row["attainment"] is not None:
        attainment = told.row["attainment"]
        wanted = wanted_said(told.definition, told.aim, target, told.scaled)
        return f"To be held: {told.say(value)} is {'' if attainment else 'not '}{wanted}: {percent(attainment)}."
    if raw is None:
        return ""
    said = f"Reached: {fraction(told.scaled, value, baseline, target)}"
    if raw > 1:
        return f"{said}: more than the whole way, which counts as 100 %."
    if raw < 0:
        return f"{said}: worse than the baseline, which counts as 0 %."
    return f"{said}, so {percent(told.row['attainment'])} of the way."


def _expected(told: Told) -> str:
    """Where the expectation comes from."""
    expected, window = told.row["expected"], told.definition.window
    if expected is None or told.day < window.first:
        return ""
    if "target_met_at_baseline" in told.flags:
        return "Expected: 100 % on every day."
    if told.definition.phases:
        phases = ", ".join(f"{percent(float(share))} by {day}" for day, share in told.definition.phases)
        return f"Expected: {percent(expected)} by this day, as written: {phases}, 100 % by {window.last}."
    gone = (told.day - window.first).days + 1
    return f"Expected: day {gone} of {window.days} of the window, so {percent(expected)}."
