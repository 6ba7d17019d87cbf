"""What is answered about every key result, with what goes with it: okr.baselines, okr.outlook, okr.realism.

The answers themselves are handed on as work.answers; `reporting` compares them with what was reported before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from okr_analytics.contracts.okr import Attainment, Baselines, Outlook, Realism
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping import versions
from okr_analytics.okr.keeping.frozen import baseline_rows, freeze_baselines, frozen_baselines
from okr_analytics.okr.keeping.target_versions import targets_over_time
from okr_analytics.okr.measuring.realism import realism_rows
from okr_analytics.okr.scoring.attainment import Aim, Answer, answers
from okr_analytics.okr.scoring.facts import Facts
from okr_analytics.okr.scoring.pace import outlook

Aims = Mapping[str, Sequence[Aim]]
Answered = Mapping[str, Sequence[tuple[date, Answer]]]
NUMBERS = ("value", "baseline", "target", "raw", "attainment", "expected", "gap")
COLUMNS = ("kr_id", "objective_id", "as_of_date", *NUMBERS, "status", "n", "flag")


def build_answers(run: Evaluation) -> None:
    """Make work.answers, okr.baselines, okr.outlook and okr.realism, all of the same facts."""
    facts = run.facts()
    freeze_baselines(run.history, run.key_results, facts, run.as_of, run.now)
    facts = replace(facts, frozen=frozen_baselines(run.history))
    aims = targets_over_time(run.stage.engine)
    answered = _answered(run, facts, aims)
    run.stage.engine.create("work.answers", _frame(run.key_results, answered))
    newest = {kr_id: told[-1][1] for kr_id, told in answered.items() if told}
    frozen = baseline_rows(run.history, run.key_results, facts, run.as_of)
    run.put_beside_others("okr.baselines", Baselines, frozen)
    run.put_beside_others("okr.outlook", Outlook, list(_outlook(run, answered, facts, aims)))
    run.put_beside_others("okr.realism", Realism, realism_rows(run.key_results, newest, facts))


def _outlook(run: Evaluation, answered: Answered, facts: Facts, aims: Aims) -> Iterator[dict[str, Any]]:
    for each in run.key_results:
        yield from outlook(each, answered[each.kr_id], facts, run.as_of, aims.get(each.kr_id, ()))


def _answered(run: Evaluation, facts: Facts, aims: Aims) -> Answered:
    """Every answer about everything that is scored; an all_of after its parts."""
    known_since = versions.first_known(run.history, versions.KEY_RESULTS, run.desk.time_zone)
    found: dict[str, list[tuple[date, Answer]]] = {}
    for each in run.key_results:
        days = run.days(each.window.first, each.window.last, known_since[each.kr_id])
        parts = {part.kr_id: dict(found[part.kr_id]) for part in each.parts}
        found[each.kr_id] = list(answers(each, days, facts, aims.get(each.kr_id, ()), parts))
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
