"""OKR definitions that satisfy every rule of `reading`: what scoring, measuring and history work with.

A key result names a KPI and adds only what people decide; unit and direction come from the KPI.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from okr_analytics.errors import Problem
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.defining.written import WrittenKeyResult, WrittenObjective, WrittenOutcome, WrittenPart

Role = Literal["key_result", "guardrail", "part", "outcome"]


@dataclass(frozen=True)
class Milestone:
    """A checkpoint with the day by which it is due."""

    milestone_id: str
    title: str
    due: date
    weight: Decimal


@dataclass(frozen=True)
class KeyResult:
    """Something that is scored, day by day, in its window.

    `role` says for whom: a key result or guardrail of its objective, a part of the all_of `part_of`, or the objective's
    own outcome. `kpi` is null for milestones, cadences and all_of; so is `direction`, and where neither is better and a
    value is to lie within. `target` null: a draft. `grain`: the periods of maintain and cadence; what is maintained is
    measured `over` one of them. `required`: the share of them that must comply. `where` is its file and line.
    """

    kr_id: str
    objective_id: str
    role: Role
    kind: str
    title: str
    written: WrittenKeyResult | WrittenPart | WrittenOutcome
    ambition: str
    window: Period
    file: str
    part_of: str | None = None
    kpi: Kpi | None = None
    direction: str | None = None
    over: str = "window"
    min_n: int = 0
    filter: str = "{}"
    target: Target | None = None
    baseline_value: Decimal | None = None
    baseline_period: Period | None = None
    phases: tuple[tuple[date, Decimal], ...] = ()
    grain: str | None = None
    required: Decimal = Decimal(1)
    milestones: tuple[Milestone, ...] = ()
    parts: tuple["KeyResult", ...] = ()
    effective_from: date | None = None
    where: str = field(default="", compare=False)

    @property
    def weight(self) -> Decimal:
        """Weight in the objective; 0 for what only guards or stands beside it."""
        is_member = self.role == "key_result" and isinstance(self.written, WrittenKeyResult)
        return Decimal(str(self.written.weight)) if is_member else Decimal(0)  # type: ignore[union-attr]

    @property
    def owner(self) -> str | None:  # noqa: D102
        return self.written.owner if isinstance(self.written, WrittenKeyResult) else None

    @property
    def reason(self) -> str | None:
        """Why the definition was changed last, in its author's words."""
        return self.written.reason if isinstance(self.written, WrittenKeyResult) else None

    @property
    def unit(self) -> str:
        """Unit of its value."""
        if self.kind == "maintain" or self.kpi is None:
            return f"{self.grain}s" if self.kind == "cadence" else "share"
        return self.kpi.unit

    @cached_property
    def is_draft(self) -> bool:
        """Whether it is left open what is to be reached."""
        needs_target = self.kind in ("improve", "reach", "maintain")
        return any(each.is_draft for each in self.parts) or (needs_target and self.target is None)

    def whole(self) -> Iterator["KeyResult"]:
        """Its parts, then itself: each after what it is scored by."""
        yield from self.parts
        yield self


@dataclass(frozen=True)
class Objective:
    """An objective with its key results, all valid. `children` are the ids of the objectives that contribute to it,
    with the `child_weights` that they have in it; `where` is its file and line."""

    written: WrittenObjective
    window: Period
    key_results: tuple[KeyResult, ...]
    file: str
    outcome: KeyResult | None = None
    children: tuple[str, ...] = ()
    child_weights: tuple[Decimal, ...] = ()
    where: str = field(default="", compare=False)

    @property
    def objective_id(self) -> str:  # noqa: D102
        return self.written.id

    @property
    def weight(self) -> Decimal:
        """Weight in its parent."""
        return Decimal(str(self.written.weight))

    def scored(self) -> Iterator[KeyResult]:
        """All that is scored in it: key results with their parts, and the outcome; each after what it is scored by."""
        for each in self.key_results:
            yield from each.whole()
        if self.outcome:
            yield self.outcome


@dataclass(frozen=True)
class Definitions:
    """All that is valid in a home's okrs/, with the warnings; each objective after those that contribute to it."""

    objectives: tuple[Objective, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def key_results(self) -> tuple[KeyResult, ...]:
        """Key results and guardrails, as people count them."""
        return tuple(each for objective in self.objectives for each in objective.key_results)

    @property
    def scored(self) -> tuple[KeyResult, ...]:
        """All that is scored: key results, guardrails, parts and outcomes; each after what it is scored by."""
        return tuple(each for objective in self.objectives for each in objective.scored())
