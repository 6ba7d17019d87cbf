"""What a version of a definition says, aspect by aspect and by name: the model of what is stored.

How it is written and read is `definition_content`. A new field, or another meaning of one, is a new content_version.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from okr_analytics.okr.defining.definitions import Milestone
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.targets import Target


class _Stored(BaseModel):
    """Fields by name; one that is not known here is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Stored):
    """A column of a measure's rows, and the members of it that are meant."""

    column: str
    members: tuple[str, ...]


class StatisticMeaning(_Stored):
    """A statistic without its titles."""

    name: str
    limit_seconds: int | None
    quantile: str | None


class KpiMeaning(_Stored):
    """What a KPI measures, without its titles."""

    kpi_id: str
    measure: str
    clock: str | None
    column: str
    per: str | None
    where: tuple[Condition, ...]
    numerator: str | None
    denominator: str | None
    scale: str | None
    maturity_days: int
    statistic: StatisticMeaning


class DueMilestone(_Stored):
    """When a milestone is due, and how much it counts; its title is text."""

    milestone_id: str
    due: date
    weight: Decimal


class KpiOrFilter(_Stored):
    """What is measured, of which rows, how. `filter` are members by dimension, as JSON; null `kpi`: nothing is
    measured."""

    kind: str
    kpi: KpiMeaning | None
    filter: str
    direction: str | None
    over: str
    min_n: int
    grain: str | None
    milestones: tuple[DueMilestone, ...]
    part_ids: tuple[str, ...]


class BaselineBasis(_Stored):
    """What a computed baseline is computed from."""

    kpi: KpiMeaning | None
    filter: str
    period: Period


class Baseline(_Stored):
    """A written value, or the basis of a computed one; neither where the kind has no baseline."""

    value: Decimal | None
    basis: BaselineBasis | None


class TargetAspect(_Stored):
    """Where it is to end; null: a draft, or a kind without target. Null `effective_from`: from the day it is read."""

    target: Target | None
    required: Decimal
    effective_from: date | None


class Phase(_Stored):
    """The share of the way that is expected by a day."""

    day: date
    share: Decimal


class Window(_Stored):
    """When it is scored, and what counts as met at the end."""

    period: Period
    ambition: str
    phases: tuple[Phase, ...]


class Place(_Stored):
    """For whom it is scored."""

    objective_id: str
    role: str


class KeyResultText(_Stored):
    """Words and notations, which no answer depends on. `milestone_titles` are in the order of the milestones."""

    title: str
    owner: str | None
    reason: str | None
    milestone_titles: tuple[str, ...]
    baseline_written: str | None
    target_written: str | None


class Content(_Stored):
    """A definition; its fields are the aspects that can change."""

    def changed_since(self, before: Self) -> list[str]:
        """The aspects that differ, in words, in the order of the alphabet. A number written otherwise differs."""
        earlier, present = before._aspects(), self._aspects()
        return [name.replace("_", " ") for name in sorted(present) if earlier[name] != present[name]]

    def _aspects(self) -> dict[str, list[Any]]:
        """Each aspect, and the same of each part: what changes in a part changes in its whole."""
        dumped = self.model_dump(mode="json")
        parts = dumped.pop("parts", [])
        return {name: [aspect, *(part[name] for part in parts)] for name, aspect in dumped.items()}


class KeyResultContent(Content):
    """A key result, guardrail, part or outcome. `parts` are those of an all_of, in the order of their ids in
    `kpi_or_filter`."""

    kpi_or_filter: KpiOrFilter
    baseline: Baseline
    target: TargetAspect
    window: Window
    weight: Decimal
    objective: Place
    text: KeyResultText
    parts: tuple["KeyResultContent", ...] = ()

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Its milestones with their titles."""
        titled = zip(self.kpi_or_filter.milestones, self.text.milestone_titles, strict=True)
        return tuple(Milestone(each.milestone_id, title, each.due, each.weight) for each, title in titled)


class Member(_Stored):
    """A key result or guardrail of an objective."""

    kr_id: str
    role: str
    weight: Decimal


class Child(_Stored):
    """An objective that contributes to another one."""

    objective_id: str
    weight: Decimal


class Members(_Stored):
    """What an objective is made of; `outcome_id` is its scored outcome, null where it has none."""

    key_results: tuple[Member, ...]
    children: tuple[Child, ...]
    outcome_id: str | None


class CascadeAspect(_Stored):
    """The objective that one contributes to, and those that it supports."""

    parent_id: str | None
    supports: tuple[str, ...]


class ObjectiveText(_Stored):
    """Words, which no answer depends on."""

    title: str
    why: str | None
    owner: str | None
    area: str | None
    level: str | None
    initiatives: tuple[str, ...]
    reason: str | None


class ObjectiveContent(Content):
    """An objective."""

    members: Members
    window: Period
    ambition: str
    weight: Decimal
    cascade: CascadeAspect
    text: ObjectiveText
