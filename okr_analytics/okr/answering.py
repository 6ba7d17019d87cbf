"""okr.attainment and what goes with it: every answer about every key result, appended to the history where it differs.

okr.baselines, okr.outlook and okr.realism follow from the same facts, read once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.okr import CAUSES, Attainment, Outlook, Realism
from okr_analytics.contracts.validation import empty
from okr_analytics.okr import revisions, versions
from okr_analytics.okr.attainment import Answer, answers
from okr_analytics.okr.computations import moved_computation
from okr_analytics.okr.definitions import KeyResult
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.facts import Facts
from okr_analytics.okr.frozen import baseline_rows, freeze_baselines, frozen_baselines
from okr_analytics.okr.kept_checkins import newly_checked_in
from okr_analytics.okr.pace import outlook
from okr_analytics.okr.realism import realism_rows

Answered = Mapping[str, Sequence[tuple[date, Answer]]]
NUMBERS = ("value", "baseline", "target", "raw", "attainment", "expected", "gap")
COLUMNS = ("kr_id", "objective_id", "as_of_date", *NUMBERS, "status", "n", "flag")


def build_attainment(run: Evaluation) -> None:
    """Make okr.baselines, okr.attainment, okr.outlook and okr.realism."""
    facts = run.facts()
    freeze_baselines(run.history, run.key_results, facts, run.as_of, run.now)
    facts = replace(facts, frozen=frozen_baselines(run.history))
    run.stage.put("okr.baselines", baseline_rows(run.history, run.definitions, facts, run.as_of))
    answered = _answered(run, facts)
    ledger = revisions.KEY_RESULTS
    now = _frame(run.key_results, answered)
    causes = _causes(run)
    kept = revisions.in_scope(run.history, ledger, versions.KEY_RESULTS, answered)
    looked_at = pl.col("as_of_date").is_between(run.scope.first, run.scope.last) | pl.col("kr_id").is_in(list(causes))
    added = revisions.revised(
        ledger, kept.filter(looked_at), now.filter(looked_at), revisions.by_key(ledger, causes), run.as_of
    )
    run.stage.put("okr.attainment", revisions.append(run.history, ledger, added, run.now))
    run.stage.put("okr.outlook", _outlook(run, answered, facts))
    aims = {kr_id: told[-1][1] for kr_id, told in answered.items() if told}
    run.stage.put(
        "okr.realism", _beside_others(run, "okr.realism", Realism, realism_rows(run.key_results, aims, facts))
    )


def _outlook(run: Evaluation, answered: Answered, facts: Facts) -> pl.DataFrame:
    paced = [row for each in run.key_results for row in outlook(each, answered[each.kr_id], facts, run.as_of)]
    return _beside_others(run, "okr.outlook", Outlook, paced)


def _beside_others(
    run: Evaluation, table: str, model: type[pa.DataFrameModel], rows: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Rows of what this run speaks of, with those that the published warehouse has of everything else."""
    like = empty(model).schema
    frame = pl.DataFrame(rows, schema=like)
    before = run.stage.before(table)
    if run.scope.is_everything or before is None:
        return frame
    spoken_of = [each.kr_id for each in run.key_results]
    others = run.stage.engine.frame(f"select {', '.join(like)} from {before}").cast(like)
    return pl.concat([frame, others.filter(~pl.col("kr_id").is_in(spoken_of))])


def _answered(run: Evaluation, facts: Facts) -> Answered:
    """Every answer about everything that is scored; an all_of after its parts."""
    aims = versions.aims(run.history, run.desk.time_zone)
    known_since = versions.first_known(run.history, versions.KEY_RESULTS, run.desk.time_zone)
    found: dict[str, list[tuple[date, Answer]]] = {}
    for each in run.key_results:
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
    for each in run.key_results:
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
