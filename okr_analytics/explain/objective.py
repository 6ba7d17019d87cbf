"""The story of an objective: what it is made of, how the weighted mean comes out, and what stands above and below."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from okr_analytics.explain.asking import Asked, named
from okr_analytics.explain.reasons import gap_said, limits_said
from okr_analytics.explain.revisions import revisions
from okr_analytics.explain.section import Grid, Section, Story
from okr_analytics.explain.words import FLAGS, success_said
from okr_analytics.figures import UNKNOWN, in_words, percent
from okr_analytics.okr.scoring.rollup import LEAST_COVERAGE
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

Row = dict[str, Any]
NOT_STARTED = ("draft", "not_started")
RELATIONS = {
    "key_result": "key result",
    "guardrail": "guardrail",
    "outcome": "outcome",
    "contributes": "objective below",
    "supports": "supports it",
}


def objective_story(engine: Engine, found: Asked) -> Story:
    """What it says on a day and why, member by member."""
    objective = {"objective_id": found.name}
    versions = named(engine, query("objective_versions"), objective)
    below = named(engine, query("reasons_of_versions"), objective)
    answer = named(engine, query("objective_answer"), {**objective, "day": found.day})[0]
    members = named(engine, query("objective_members"), {**objective, "day": found.day})
    return Story(
        name=found.name,
        title=versions[-1]["title"],
        is_objective=True,
        day=found.day,
        status=answer["status"],
        headline=_headline(answer, found.day),
        sections=[
            _definition(versions[-1], _parent(engine, versions[-1])),
            _answer(versions[-1], answer, members, found.day),
            _members(answer, members),
            revisions(engine, found, versions, below=below),
        ],
    )


def _headline(answer: Row, day: date) -> str:
    status = in_words(answer["status"])
    if answer["attainment"] is None:
        return f"{status} on {day}"
    return f"{status} on {day}: {percent(answer['attainment'])} reached, {percent(answer['expected'])} expected"


def _parent(engine: Engine, row: Row) -> str | None:
    """The objective that it contributes to: title and id."""
    found = engine.rows(query("objective_title"), {"objective_id": row["parent_id"]})
    return f"“{found[0][0]}” ({row['parent_id']})" if found else row["parent_id"]


def _definition(row: Row, parent: str | None) -> Section:
    """What it is."""
    kind = f"Objective ({success_said(row['ambition'])})"
    window = f"{row['window_start']} to {row['window_end']}"
    said = [f"{kind}. Owner: {row['owner'] or 'nobody is named'}. Window: {window}."]
    said += [f"Why: {row['why']}"] if row["why"] else []
    said += [f"It is to lead to: {row['outcome']}."] if row["outcome"] else []
    said += [f"What is being done: {'; '.join(row['initiatives'])}."] if row["initiatives"] else []
    said += [f"It contributes to {parent}."] if parent else []
    said += [f"It supports {', '.join(row['supports'])}, without counting there."] if row["supports"] else []
    names = (
        "why", "owner", "area", "level", "ambition", "window_start", "window_end", "initiatives", "parent_id",
        "supports", "outcome", "weight", "version",
    )  # fmt: skip
    return Section("definition", "What it is", said, figures={name: row[name] for name in names})


def _answer(row: Row, answer: Row, members: Sequence[Row], day: date) -> Section:
    """Status, why, flags."""
    flags = answer["flag"].split(", ") if answer["flag"] else []
    reason = _why(row, answer, day)
    said = [f"Why {in_words(answer['status'])}: {reason}", *(FLAGS.get(flag, in_words(flag)) for flag in flags)]
    said += [f"Breached: {each['title']}." for each in members if _is_breached(each)]
    names = ("attainment", "expected", "coverage", "grade")
    return Section(
        "answer",
        f"The answer on {day}",
        said,
        figures={**{name: answer[name] for name in names}, "flags": flags, "why": reason},
    )


def _is_breached(member: Row) -> bool:
    return member["relation"] == "guardrail" and member["status"] in ("at_risk", "off_track", "closed_missed")


def _why(row: Row, answer: Row, day: date) -> str:
    status, attainment = answer["status"], answer["attainment"]
    if status.startswith("closed"):
        reached = f"at {percent(attainment)}" if attainment is not None else "and nobody knows how far it came"
        return f"Its window ended on {row['window_end']} {reached} ({success_said(row['ambition'])})."
    simple = {
        "draft": "None of its members has a target yet.",
        "not_started": f"Its window begins on {row['window_start']}.",
        "baseline_pending": "The baselines of its members are not known yet.",
        "too_early": "Less than a tenth of its window is over.",
        "stale": "What its members are measured by is too old to judge by.",
    }
    if status in simple and (status != "not_started" or day < row["window_start"]):
        return simple[status]
    if attainment is None or answer["expected"] is None:
        return f"Less than {percent(float(LEAST_COVERAGE))} of the weight of its members is known."
    return f"{gap_said(attainment, answer['expected'])}. {limits_said()}"


def _members(answer: Row, members: Sequence[Row]) -> Section:
    """Each member, and how the weighted mean comes out."""
    cells = [
        (
            f"{each['title']} ({each['id']})",
            RELATIONS[each["relation"]],
            f"{each['weight']:g}" if each["weight"] else UNKNOWN,
            percent(each["attainment"]),
            percent(each["expected"]),
            each["status"],
        )
        for each in members
    ]
    grid = Grid(("member", "", "weight", "reached", "expected", "status"), cells, frozenset((2, 3, 4)), frozenset((5,)))
    parts: list[str | Grid] = [*_mean(answer, members), *([grid] if members else [])]
    return Section("members", "What it is made of", parts, {"members": list(members)})


def _mean(answer: Row, members: Sequence[Row]) -> Iterator[str]:
    """The weighted mean with its figures, and how much of the weight is known."""
    counting = [each for each in members if each["weight"] and each["status"] not in NOT_STARTED]
    scored = [each for each in counting if each["attainment"] is not None]
    if answer["attainment"] is not None and scored:
        terms = " + ".join(f"{each['weight']:g} × {percent(each['attainment'])}" for each in scored)
        whole = sum(each["weight"] for each in scored)
        yield f"Reached, the weighted mean: ({terms}) / {whole:g} = {percent(answer['attainment'])}."
    if answer["coverage"] is not None and counting:
        known, started = (sum(each["weight"] for each in part) for part in (scored, counting))
        coverage = percent(answer["coverage"])
        yield f"Of the weight of {started:g} that has started, {known:g} is known: coverage {coverage}."
