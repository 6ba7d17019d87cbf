"""okr.attainment and okr.outlook: every answer about every key result, appended to the history where it differs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from okr_analytics.contracts.okr import CAUSES, Attainment, Outlook
from okr_analytics.contracts.validation import empty
from okr_analytics.okr import revisions, versions
from okr_analytics.okr.attainment import Aim, Answer, answers
from okr_analytics.okr.computations import moved_computation
from okr_analytics.okr.definitions import KeyResult
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.facts import Facts
from okr_analytics.okr.kept_checkins import newly_checked_in
from okr_analytics.okr.pace import outlook

Answered = Mapping[str, Sequence[tuple[date, Answer]]]
NUMBERS = ("value", "baseline", "target", "raw", "attainment", "expected", "gap")
COLUMNS = ("kr_id", "objective_id", "as_of_date", *NUMBERS, "status", "n", "flag")


def build_attainment(run: Evaluation) -> None:
    """Make okr.attainment and okr.outlook: each answer up to the day of the run, and what follows from it."""
    facts = run.facts()
    aims = versions.aims(run.history, run.desk.time_zone)
    answered = _answered(run, facts, aims)
    ledger = revisions.KEY_RESULTS
    now = _frame(run.definitions.scored, answered)
    kept = revisions.in_scope(run.history, ledger, versions.KEY_RESULTS, answered)
    added = revisions.revised(ledger, kept, now, revisions.by_key(ledger, _causes(run)), run.as_of)
    run.stage.put("okr.attainment", revisions.append(run.history, ledger, added, run.now))
    paced = [
        row
        for each in run.definitions.scored
        for row in outlook(each, answered[each.kr_id], facts, run.as_of, aims.get(each.kr_id, ()))
    ]
    run.stage.put("okr.outlook", pl.DataFrame(paced, schema=empty(Outlook).schema))


def _answered(run: Evaluation, facts: Facts, aims: Mapping[str, Sequence[Aim]]) -> Answered:
    """Every answer about everything that is scored; an all_of after its parts."""
    known_since = versions.first_known(run.history, versions.KEY_RESULTS, run.desk.time_zone)
    found: dict[str, list[tuple[date, Answer]]] = {}
    for each in run.definitions.scored:
        days = run.days(each.window.first, each.window.last, known_since[each.kr_id])
        parts = {part.kr_id: dict(found[part.kr_id]) for part in each.parts}
        found[each.kr_id] = list(answers(each, days, facts, aims.get(each.kr_id, ()), parts))
    return found


def _causes(run: Evaluation) -> dict[str, str]:
    """Why answers moved, per key result: the first cause that applies."""
    said = versions.causes(run.history, versions.KEY_RESULTS)
    for_all = moved_computation(run.history)
    checked_in = newly_checked_in(run.history)
    found: dict[str, str] = {}
    for each in run.definitions.scored:
        ids = {each.kr_id, *(part.kr_id for part in each.parts)}
        applying = [said[kr_id] for kr_id in sorted(ids & said.keys())]
        applying += [for_all] if for_all else []
        applying += ["check_in"] if ids & checked_in else []
        if applying:
            found[each.kr_id] = min(applying, key=CAUSES.index)
    return found


def _frame(scored: Iterable[KeyResult], answered: Answered) -> pl.DataFrame:
    """Answers as rows, before they are revisions."""
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for key_result in scored:
        told = answered[key_result.kr_id]
        columns["kr_id"] += [key_result.kr_id] * len(told)
        columns["objective_id"] += [key_result.objective_id] * len(told)
        columns["as_of_date"] += [day for day, _ in told]
        columns["status"] += [each.status for _, each in told]
        columns["n"] += [each.n for _, each in told]
        columns["flag"] += [", ".join(each.flags) or None for _, each in told]
        for name in NUMBERS:
            numbers = (getattr(each, name) for _, each in told)
            columns[name] += [None if number is None else float(number) for number in numbers]
    like = empty(Attainment).schema
    return pl.DataFrame(columns, schema={name: like[name] for name in COLUMNS})
