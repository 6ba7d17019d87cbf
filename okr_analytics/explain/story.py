"""The story of one number: what it is, what it says on a day and why, and what stands behind it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from okr_analytics.explain import people, progress
from okr_analytics.explain.asking import Asked, asked, named
from okr_analytics.explain.definition import Definition, read_definition
from okr_analytics.explain.evidence import evidence
from okr_analytics.explain.keeping import maintain
from okr_analytics.explain.objective import objective_story
from okr_analytics.explain.outlook import outlook
from okr_analytics.explain.reasons import Situation, why
from okr_analytics.explain.revisions import check_ins, revisions
from okr_analytics.explain.row_selection import sources_kept
from okr_analytics.explain.section import Section, Story
from okr_analytics.explain.told import Told
from okr_analytics.explain.words import (
    FLAGS,
    ROLES,
    filter_said,
    kind_said,
    over_said,
    unit_said,
    wanted_said,
    window_said,
)  # fmt: skip
from okr_analytics.figures import Scale, counted, in_words, percent, scale
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.queries import query

NUMBERS = ("value", "baseline", "target", "raw", "attainment", "expected", "gap", "n")
NOT_BEGUN = ("draft", "not_started")
FORMULAS: dict[str, Callable[[Engine, Told], Section]] = {
    "improve": progress.improve,
    "reach": lambda _, told: progress.reach(told),
    "maintain": maintain,
    "milestone": people.milestone,
    "cadence": people.cadence,
    "all_of": people.all_of,
}


def explain(engine: Engine, name: str, day: date | None = None, rows: int = 10) -> Story:
    """The story of a key result, a part, an outcome or an objective on a day, by default the newest.

    `rows` is how many of the rows behind it are listed; 0: all. Raises UsageError where there is no such thing or day.
    """
    found = asked(engine, name, day)
    return objective_story(engine, found) if found.is_objective else _key_result_story(engine, found, rows)


def _key_result_story(engine: Engine, found: Asked, rows: int) -> Story:
    told = _told(engine, found)
    sections = [
        _definition(told),
        _answer(engine, told),
        *([] if told.row["status"] in NOT_BEGUN else [FORMULAS[told.definition.kind](engine, told)]),
        outlook(engine, told),
        evidence(engine, told, rows),
        revisions(engine, found, told.definition.versions, told.scaled),
        check_ins(engine, found),
    ]
    return Story(
        name=found.name,
        title=str(told.definition.row["title"]),
        is_objective=False,
        day=found.day,
        status=str(told.row["status"]),
        headline=_headline(told),
        sections=[each for each in sections if each is not None],
    )


def _told(engine: Engine, found: Asked) -> Told:
    definition = read_definition(engine, found.name)
    (row,) = named(engine, query("answer_with_pace"), {"kr_id": found.name, "day": found.day})
    return Told(definition, found.day, row, _scale(definition, row))


def _scale(definition: Definition, row: dict[str, Any]) -> Scale:
    """The unit of the value, the baseline and the target, said as it was written where that fits."""
    written = (definition.row["baseline_written"], definition.row["target_written"])
    aimed = [float(each) for aim in definition.aims if aim.target for each in aim.target.values]
    values = [row["baseline"], row["target"], row["value"]] if definition.kind != "maintain" else []
    found = scale(definition.unit, [*values, *aimed], written)
    return found if found.name != definition.unit else Scale(found.size, unit_said(definition), found.decimals)


def _headline(told: Told) -> str:
    """The answer in a line."""
    attainment, expected = told.row["attainment"], told.row["expected"]
    if attainment is None:
        return f"{in_words(told.row['status'])} on {told.day}"
    beside = f", {percent(expected)} expected" if expected is not None else ""
    return f"{in_words(told.row['status'])} on {told.day}: {percent(attainment)} reached{beside}"


def _definition(told: Told) -> Section:
    """What it is."""
    definition, row = told.definition, told.definition.row
    owner = row["owner"] or definition.objective["owner"]
    objective = f"“{definition.objective['title']}” ({row['objective_id']})"
    said = [
        ROLES[row["role"]].format(objective=objective, whole=row["part_of"]),
        f"Owner: {owner or 'nobody is named'}. Window: {window_said(definition, told.day)}.",
        kind_said(definition, told.day),
        *_measured(definition),
    ]
    names = ("objective_id", "role", "part_of", "kind", "kpi_id", "direction", "over", "min_n", "weight", "version")
    figures = {name: row[name] for name in names}
    figures |= {"owner": owner, "unit": unit_said(definition), "filter": definition.filter}
    figures |= {"window_start": definition.window.first, "window_end": definition.window.last}
    return Section("definition", "What it is", said, figures=figures)


def _measured(definition: Definition) -> Iterator[str]:
    """What is measured, where anything is."""
    kpi = definition.kpi
    if kpi is None:
        if definition.row["kpi_id"]:
            yield f"Measured by {definition.row['kpi_id']}, which the catalogue has no more."
        return
    yield f"Measured by: {kpi.title}, {filter_said(definition)}. {kpi.question} ({kpi.kpi_id})"
    if definition.kind != "maintain":
        yield f"The value of a day is taken {over_said(definition)}."


def _answer(engine: Engine, told: Told) -> Section:
    """What it says on the day, and why."""
    row = told.row
    reason = why(Situation(told.definition, told.day, row, _newest_day(engine, told.definition), _parts(engine, told)))
    said = [line for line in (_figures(told), f"Why {in_words(row['status'])}: {reason}") if line]
    said += [FLAGS.get(flag, in_words(flag)) for flag in told.flags]
    said += list(_human(told))
    figures = {**{name: row[name] for name in NUMBERS}, "flags": told.flags, "why": reason}
    people_said = {name: row[name] for name in ("confidence", "human_status", "human_status_on")}
    return Section(
        "answer",
        f"The answer on {told.day}",
        said,
        figures={**figures, "is_provisional": row["is_provisional"], **people_said},
    )


def _figures(told: Told) -> str:
    """Value, baseline and target in a line, where something is measured."""
    row, definition = told.row, told.definition
    if definition.kpi is None or definition.kind == "maintain" or row["n"] is None:
        return ""
    said = [f"Value {told.say(row['value'])}"]
    if row["baseline"] is not None:
        said.append(f"baseline {told.say(row['baseline'])}")
    if told.aim.target is not None and (row["target"] is not None or told.aim.target.until is not None):
        is_way = definition.kind == "improve" and "target_met_at_baseline" not in told.flags
        wanted = told.say(row["target"]) if is_way else wanted_said(definition, told.aim, row["target"], told.scaled)
        said.append(f"target {wanted}")
    rests = f"; the value rests on {counted(row['n'], 'row')}" if row["n"] is not None else ""
    return f"{', '.join(said)}{rests}."


def _human(told: Told) -> Iterator[str]:
    """What people say beside the computed status."""
    if told.row["human_status"]:
        yield f"People see it as {in_words(told.row['human_status'])}, said on {told.row['human_status_on']}."
    if told.row["confidence"] is not None:
        yield f"Confidence: {told.row['confidence']:g} of 10."


def _parts(engine: Engine, told: Told) -> tuple[tuple[str, str], ...]:
    """Of an all_of, each part with its status."""
    values = {"day": told.day, "prefix": f"{told.definition.kr_id}."}
    found = dict(engine.rows(query("part_statuses"), values))
    return tuple((each, found[each]) for each in told.definition.parts if each in found)


def _newest_day(engine: Engine, definition: Definition) -> date | None:
    """The oldest among the newest days of the sources that feed it."""
    if definition.kpi is None:
        return None
    ((day,),) = engine.rows(
        f"select min(last_day) from core.feeds where measure = {literal(definition.kpi.measure)} "
        f"and {sources_kept(definition)}"
    )
    return day  # type: ignore[no-any-return]
