"""okr.objective_attainment: what members add up to, day by day, from the newest answers; lowest objectives first."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from okr_analytics.contracts.okr import CAUSES, ObjectiveAttainment
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.defining.definitions import Objective
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping import revisions, versions
from okr_analytics.okr.keeping.computations import moved_computation
from okr_analytics.okr.keeping.frozen import freeze_grades
from okr_analytics.okr.scoring.rollup import Member, ObjectiveAnswer, roll_up
from okr_analytics.warehouse.queries import query

NUMBERS = ("attainment", "expected", "coverage")
COLUMNS = ("objective_id", "as_of_date", *NUMBERS, "status", "flag")
Said = tuple[str, Decimal | None, Decimal | None]
Told = dict[str, dict[date, Said]]


def build_objective_attainment(run: Evaluation) -> None:
    """Make okr.objective_attainment of okr.latest, and okr.grades."""
    spoken_of = {each.objective_id for each in run.objectives}
    told = _told(run, spoken_of)
    known_since = versions.first_known(run.history, versions.OBJECTIVES, run.desk.time_zone)
    rows = [row for each in run.objectives for row in _rows(run, each, told, known_since[each.objective_id])]
    like = empty(ObjectiveAttainment).schema
    now = pl.DataFrame(rows, schema={name: like[name] for name in COLUMNS}, orient="row")
    ledger = revisions.OBJECTIVES
    kept = revisions.in_scope(run.history, ledger, versions.OBJECTIVES, spoken_of)
    added = revisions.revised(ledger, kept, now, _causes(run, now), run.as_of)
    answers = revisions.append(run.history, ledger, added.with_columns(grade=None), run.now)
    grades = freeze_grades(run.history, run.objectives, _newest(run, answers), run.as_of, run.now)
    run.stage.put("okr.grades", grades)
    run.stage.put("okr.objective_attainment", _graded(answers, grades.filter(pl.col("kr_id").is_null())))


def _told(run: Evaluation, spoken_of: Collection[str]) -> Told:
    """The newest answers about key results, and about the objectives that this run does not speak of."""
    told: Told = {}
    for kr_id, day, *said in run.stage.engine.rows(query("newest_answers")):
        told.setdefault(kr_id, {})[day] = _said(*said)
    ledger = revisions.OBJECTIVES
    kept = run.history.rows(ledger.name, ledger.kept).unique(ledger.keys, keep="last", maintain_order=True)
    others = kept.filter(~pl.col(ledger.key).is_in(list(spoken_of)), ~pl.col("is_withdrawn"))
    for objective_id, day, *said in others.select(*ledger.keys, "status", "attainment", "expected").iter_rows():
        told.setdefault(_as_member(objective_id), {})[day] = _said(*said)
    return told


def _said(status: str, attainment: float | None, expected: float | None) -> Said:
    return status, _decimal(attainment), _decimal(expected)


def _rows(run: Evaluation, objective: Objective, told: Told, known_since: date) -> Iterator[tuple[Any, ...]]:
    """The objective's answers; they are told on to the objectives above it."""
    own: dict[date, Said] = {}
    for day, each in _answers(run, objective, told, known_since):
        own[day] = (each.status, each.attainment, each.expected)
        numbers = (getattr(each, name) for name in NUMBERS)
        floats = [None if number is None else float(number) for number in numbers]
        yield objective.objective_id, day, *floats, each.status, ", ".join(each.flags) or None
    told[_as_member(objective.objective_id)] = own


def _answers(
    run: Evaluation, objective: Objective, told: Told, known_since: date
) -> Iterator[tuple[date, ObjectiveAnswer]]:
    """A member whose own window has closed stays with its last answer, to the objective's end."""
    weights = {each.kr_id: (each.weight, each.role == "guardrail") for each in objective.key_results}
    weights |= {_as_member(each.objective_id): (each.weight, False) for each in run.definitions.objectives
                if each.objective_id in objective.children}  # fmt: skip
    newest: dict[str, Member] = {}
    outcome = None
    for day in run.days(objective.window.first, objective.window.last, known_since):
        for member_id, (weight, is_guardrail) in weights.items():
            if said := told.get(member_id, {}).get(day):
                newest[member_id] = Member(weight, *said, is_guardrail=is_guardrail)
        if objective.outcome and (said := told.get(objective.outcome.kr_id, {}).get(day)):
            outcome = said[0]
        yield day, roll_up(objective, day, list(newest.values()), outcome)


def _as_member(objective_id: str) -> str:
    """An objective among members: no key result can have this id."""
    return f"objective {objective_id}"


def _causes(run: Evaluation, now: pl.DataFrame) -> pl.DataFrame:
    """Why answers moved, per objective and day: its own definition, else what moved below it on that day, else what
    moved or was defined anew below it at all."""
    own = versions.causes(run.history, versions.OBJECTIVES)
    below = _moved_below(run)
    at_any_time = (
        pl.concat([below.select("objective_id", "rank"), _defined_anew_below(run)])
        .group_by("objective_id")
        .agg(pl.col("rank").min().alias("at_any_time"))
    )
    on_day = below.group_by("objective_id", "as_of_date").agg(pl.col("rank").min())
    for_all = moved_computation(run.history) or revisions.NO_CAUSE
    own_rank = pl.col("objective_id").replace_strict(
        {key: CAUSES.index(cause) for key, cause in own.items()}, default=None, return_dtype=pl.Int64
    )
    rank = pl.coalesce(pl.min_horizontal(own_rank, "rank"), "at_any_time", pl.lit(CAUSES.index(for_all)))
    return (
        now.select("objective_id", "as_of_date")
        .join(on_day, on=["objective_id", "as_of_date"], how="left")
        .join(at_any_time, on="objective_id", how="left")
        .select(
            "objective_id", "as_of_date",
            cause=rank.replace_strict(dict(enumerate(CAUSES)), return_dtype=pl.String),
        )
    )  # fmt: skip


def _moved_below(run: Evaluation) -> pl.DataFrame:
    """What moved in this run, once per objective that it counts in: objective_id, as_of_date, rank of the cause."""
    ledger = revisions.KEY_RESULTS
    moved = run.history.added(ledger.name, ledger.kept).filter(pl.col("cause") != "first")
    return moved.select(
        pl.col("objective_id").replace_strict(_above(run), default=[], return_dtype=pl.List(pl.String)),
        "as_of_date",
        rank=pl.col("cause").replace_strict({cause: rank for rank, cause in enumerate(CAUSES)}, return_dtype=pl.Int64),
    ).explode("objective_id")


def _defined_anew_below(run: Evaluation) -> pl.DataFrame:
    """The causes that changed definitions give to the objectives above them, also where no answer about a key result
    moved: what is expected of it, or what it weighs, may be another. objective_id, rank of the cause."""
    said, above = versions.causes(run.history, versions.KEY_RESULTS), _above(run)
    changed = [(each.objective_id, said[each.kr_id]) for each in run.key_results if each.kr_id in said]
    changed += versions.causes(run.history, versions.OBJECTIVES).items()
    rows = [(each, CAUSES.index(cause)) for objective_id, cause in changed for each in above.get(objective_id, ())]
    return pl.DataFrame(rows, schema={"objective_id": pl.String, "rank": pl.Int64}, orient="row")


def _above(run: Evaluation) -> dict[str, list[str]]:
    """Each objective with those that it counts in."""
    parents = {each.objective_id: each.written.parent for each in run.definitions.objectives}
    return {each: list(_upwards(each, parents)) for each in parents}


def _upwards(objective_id: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """An objective and those that it counts in."""
    each: str | None = objective_id
    while each is not None:
        yield each
        each = parents.get(each)


def _newest(run: Evaluation, answers: pl.DataFrame) -> pl.DataFrame:
    """The newest answers about key results and objectives: objective_id, kr_id, as_of_date, attainment, status,
    revision."""
    columns = ("objective_id", "kr_id", "as_of_date", "attainment", "status", "revision")
    of_objectives = answers.filter(pl.col("known_to").is_null()).with_columns(kr_id=pl.lit(None, dtype=pl.String))
    of_key_results = run.stage.engine.frame(f"select {', '.join(columns)} from okr.latest")
    return pl.concat([of_objectives.select(columns), of_key_results.select(columns)])


def _graded(answers: pl.DataFrame, grades: pl.DataFrame) -> pl.DataFrame:
    """With the objective's grade: as it was frozen, else what it would be."""
    frozen = grades.select("objective_id", as_of_date="window_end", frozen="attainment", is_frozen=pl.lit(value=True))
    return (
        answers.join(frozen, on=["objective_id", "as_of_date"], how="left", maintain_order="left")
        .with_columns(grade=pl.when("is_frozen").then("frozen").otherwise("attainment"))
        .drop("frozen", "is_frozen")
    )


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(number))
