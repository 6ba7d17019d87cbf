"""Definitions that are allowed but unwise. None of these stops anything."""

from collections.abc import Iterator, Sequence
from datetime import date

from okr_analytics.errors import Problem
from okr_analytics.okr.defining.definitions import KeyResult, Objective

FEWEST_KEY_RESULTS, MOST_KEY_RESULTS = 2, 5
MOST_KPIS_AT_A_TIME = 12
"""What a team can look at in a weekly meeting: more KPIs than this are watched by nobody."""


def lint(objectives: Sequence[Objective]) -> list[Problem]:
    """What a colleague would ask about these definitions."""
    found = [problem for each in objectives for problem in _of_one(each)]
    return [*found, *_too_many_kpis([each for objective in objectives for each in objective.key_results])]


def _of_one(objective: Objective) -> Iterator[Problem]:
    name, own, children = objective.objective_id, objective.key_results, objective.children
    is_above_others = not own and len(children) >= FEWEST_KEY_RESULTS
    if not FEWEST_KEY_RESULTS <= len(own) <= MOST_KEY_RESULTS and not is_above_others:
        counted = "1 key result" if len(own) == 1 else f"{len(own)} key results"
        yield _warning(objective.where, f"'{name}' has {counted}; two to five can be steered by")
    if objective.written.owner is None:
        yield _warning(objective.where, f"'{name}' has no owner; add 'owner:' and who answers for it")
    if not own:
        return
    if all(each.is_draft for each in own):
        yield _warning(objective.where, f"'{name}' has only drafts; nothing is scored until a key result has a target")
    if all(each.role == "guardrail" for each in own) and not children:
        yield _warning(
            objective.where,
            f"'{name}' has only guardrails, which weigh nothing; take 'guardrail' from what is to be reached",
        )


def _too_many_kpis(key_results: Sequence[KeyResult]) -> Iterator[Problem]:
    """At the key result whose KPI is one too many on the first day on which the most are steered by."""
    scored = [each for key_result in key_results for each in key_result.whole() if each.kpi]
    days = sorted({each.window.first for each in scored})
    if not days:
        return
    fullest = max(days, key=lambda day: len(_steered_by(scored, day)))
    steered_by = _steered_by(scored, fullest)
    if len(steered_by) > MOST_KPIS_AT_A_TIME:
        yield _warning(
            list(steered_by.values())[MOST_KPIS_AT_A_TIME],
            f"{len(steered_by)} KPIs are steered by on {fullest}; nobody can watch more than {MOST_KPIS_AT_A_TIME}: "
            "choose the ones that matter, or move windows",
        )


def _steered_by(scored: Sequence[KeyResult], day: date) -> dict[str, str]:
    """The KPIs of that day, each with the place that names it first."""
    found: dict[str, str] = {}
    for each in scored:
        if each.kpi and each.window.first <= day <= each.window.last:
            found.setdefault(each.kpi.kpi_id, each.where)
    return found


def _warning(where: str, found: str) -> Problem:
    return Problem(where, found, is_warning=True)
