"""OKR files as people write them: keys, their types and their defaults. What must hold between them is `reading`'s."""

import json
import math
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _number_or_text(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if value is not None and not is_number and not isinstance(value, str):
        raise ValueError(f"'{value}' is no value; write it like 85%, 45 min or 4.5")
    return value


def _two(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - from and to
        raise ValueError("write from and to, like [20 min, 40 min]")
    return value


Quantity = Annotated[str | int | float, BeforeValidator(_number_or_text)]
Members = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[\w-]+$")]
Kind = Literal["improve", "reach", "maintain", "milestone", "cadence", "all_of"]
MOST_ROWS = 1_000_000_000
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenMilestone(_Written):
    """A checkpoint that people tick with a check-in."""

    id: Id = Field(description="unique in its key result; check-ins name it")
    title: str = Field(description="what is there when it is ticked")
    due: str | None = Field(default=None, description="by which day, inclusive; left out: the window's end")
    weight: Weight = Field(default=1.0, description="weight among the key result's milestones")


class WrittenScore(_Written):
    """What is scored, and how: the part that key results, parts of an all_of and outcomes have in common."""

    kind: Kind = Field(
        default="improve",
        description="improve: from a baseline to a target; reach: at least or at most a target; maintain: that, in "
        "every week; milestone: dated checkpoints; cadence: done every day or week; all_of: the least of its parts",
    )
    kpi: str | None = Field(default=None, description="id of the KPI; 'okr kpis' lists them")
    where: dict[str, Members] = Field(default={}, description="only these members, per dimension")
    direction: Literal["higher", "lower"] | None = Field(
        default=None, description="what is better; only for KPIs that do not say (watch)"
    )
    baseline: Quantity | None = Field(
        default=None, description="improve: a value like 45 min, or an earlier period like 2026-Q2 to compute it from"
    )
    target: Quantity | None = Field(
        default=None,
        description="-30% (relative), +5pp (points), or a value like 85%, 45 min, 4.5; left out: draft",
    )
    within: Annotated[tuple[Quantity, Quantity], BeforeValidator(_two)] | None = Field(
        default=None, description="reach, maintain: from and to, instead of a target, like [20 min, 40 min]"
    )
    required: Quantity | None = Field(
        default=None, description="maintain: share of the periods that must comply, like 90%; default 100%"
    )
    each: Literal["day", "week", "month"] | None = Field(
        default=None, description="maintain: the periods that are looked at; default week"
    )
    every: Literal["business day", "week"] | None = Field(
        default=None, description="cadence: how often it is to be done; a check-in is the evidence"
    )
    milestones: tuple[WrittenMilestone, ...] = Field(default=(), description="milestone: the checkpoints")
    phases: dict[str, Quantity] = Field(
        default={}, description="improve: share of the way expected by a day, like {2026-08-31: 20%}; else linear"
    )
    over: str | None = Field(default=None, description="days a value is measured over: window, week, month or 28d")
    min_n: int | None = Field(default=None, ge=1, le=MOST_ROWS, description="fewest rows that a value may rest on")


class WrittenPart(WrittenScore):
    """One of the things that an all_of asks for."""

    id: Id | None = Field(default=None, description="unique in its key result; default: its number")
    title: str | None = Field(default=None, description="what is asked for, in a sentence")


class WrittenKeyResult(WrittenScore):
    """A key result as people write it."""

    id: Id = Field(description="unique in this home; letters, digits, - and _")
    title: str = Field(description="what is to be reached, in a sentence")
    parts: tuple[WrittenPart, ...] = Field(default=(), description="all_of: what must be true together")
    window: str | None = Field(default=None, description="own window inside the objective's")
    weight: Weight = Field(default=1.0, description="weight in the objective")
    guardrail: bool = Field(default=False, description="weighs nothing, but a breach keeps the objective at risk")
    owner: str | None = Field(default=None, description="who answers for it")
    reason: str | None = Field(default=None, description="why this definition was changed last")
    effective_from: str | None = Field(
        default=None, description="first day on which a changed target applies; default: the day it is first read"
    )


class WrittenOutcome(WrittenScore):
    """The number that the objective itself is about, beside its key results."""

    kind: Literal["improve", "reach", "maintain"] = "improve"
    title: str | None = Field(default=None, description="the outcome in a sentence")


def _sentence_or_score(value: object) -> str:
    return "score" if isinstance(value, dict | WrittenOutcome) else "sentence"


Outcome = Annotated[
    Annotated[str, Tag("sentence")] | Annotated[WrittenOutcome, Tag("score")], Discriminator(_sentence_or_score)
]


class WrittenObjective(_Written):
    """An objective as people write it."""

    id: Id = Field(description="unique in this home; letters, digits, - and _")
    title: str = Field(description="what must change")
    window: str = Field(description="2026-07-01..2026-09-30, 2026-Q3 or 2026-07; inclusive")
    key_results: tuple[WrittenKeyResult, ...] = Field(default=(), description="two to five")
    why: str | None = Field(default=None, description="why it matters")
    owner: str | None = Field(default=None, description="who answers for it")
    area: str | None = Field(default=None, description="part of the desk it belongs to")
    level: Literal["company", "department", "team"] | None = Field(default=None, description="whose objective it is")
    ambition: Literal["committed", "aspirational"] = Field(
        default="committed", description="committed succeeds at 1.0, aspirational at 0.7"
    )
    initiatives: tuple[str, ...] = Field(default=(), description="what is being done about it")
    parent: str | None = Field(default=None, description="id of the objective that it contributes to")
    supports: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="ids of objectives that it helps without counting in them"
    )
    weight: Weight = Field(default=1.0, description="weight in its parent")
    outcome: Outcome | None = Field(
        default=None, description="what it is to lead to: a sentence, or a KPI with a target"
    )
    reason: str | None = Field(default=None, description="why this definition was changed last")


class WrittenFile(_Written):
    """One YAML file of objectives."""

    objectives: tuple[WrittenObjective, ...] = Field(description="the objectives")


def json_schema() -> str:
    """The schema that editors complete by."""
    return json.dumps(WrittenFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
