"""What is steered by a KPI's value: improve, from a baseline to a target, and reach, at least or at most or within one.

Decimal arithmetic; comparisons at 9 significant digits. Formulas: sql/DECISIONS.md#attainment.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.targets import is_in_range, is_met, raw_progress
from okr_analytics.okr.scoring.baselines import baseline_on
from okr_analytics.okr.scoring.facts import NOTHING, Facts, value_over
from okr_analytics.okr.scoring.score import ONE, ZERO, DayScore, Score, enough, expected_share, met, nine


def improve(key_result: KeyResult, facts: Facts) -> DayScore:
    """From a baseline to a target. Where a computed baseline already meets it: hold it, 1 while met."""
    now = facts.series(key_result, value_over(key_result))
    baseline_as_of = baseline_on(key_result, facts)
    way_from = cache(partial(_way, key_result))

    def score(day: date) -> Score:
        measured = now.get(day, NOTHING)
        baseline, flags = baseline_as_of(day)
        way, value, raw, attainment = way_from(baseline), enough(key_result, measured), None, None
        if value is not None and baseline is not None and way.leads_to is not None:
            raw = raw_progress(value, baseline, way.leads_to)
            attainment = min(max(raw, ZERO), ONE)
        elif value is not None and way.is_held:
            attainment = met(key_result, value, way.target)
        return Score(
            attainment=attainment,
            expected=ONE if way.is_held else expected_share(key_result, day),
            value=nine(measured.value),
            baseline=way.baseline,
            target=way.target,
            raw=raw,
            n=measured.n,
            flags=(*flags, *way.flags),
            is_pending=key_result.baseline_period is not None and day < key_result.baseline_period.last,
        )

    return score


@dataclass(frozen=True, slots=True)
class _Way:
    """From a baseline to its target. `leads_to`: the target, where there is a way to go; `is_held`: it is met."""

    baseline: Decimal | None = None
    target: Decimal | None = None
    leads_to: Decimal | None = None
    is_held: bool = False
    flags: tuple[str, ...] = ()


def _way(key_result: KeyResult, baseline: Decimal | None) -> _Way:
    aim = key_result.target
    target = aim.value(baseline) if aim else None
    shown = _Way(nine(baseline), nine(target))
    if baseline is None or target is None or aim is None or key_result.kpi is None:
        return shown
    if aim.kind == "relative" and baseline == 0:
        return replace(shown, flags=("zero_baseline",))
    if not is_in_range(target, key_result.kpi):
        return replace(shown, flags=("target_out_of_range",))
    if is_met(baseline, target, str(key_result.direction)):
        return replace(shown, is_held=True, flags=("target_met_at_baseline",))
    return replace(shown, leads_to=target)


def reach(key_result: KeyResult, facts: Facts) -> DayScore:
    """At least, at most or within a target: 1 while met, else 0."""
    now = facts.series(key_result, value_over(key_result))
    target = key_result.target.value(None) if key_result.target else None

    def score(day: date) -> Score:
        measured = now.get(day, NOTHING)
        value = enough(key_result, measured)
        attainment = None if value is None or key_result.target is None else met(key_result, value, target)
        return Score(attainment, ONE, nine(measured.value), target=nine(target), n=measured.n)

    return score
