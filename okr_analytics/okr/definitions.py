"""OKR definitions: what people may write, and what it is once every rule of `reading.py` holds.

A key result names a KPI and adds only what people decide; unit and direction come from the KPI.
"""

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from okr_analytics.errors import Problem
from okr_analytics.kpi.catalogue import Kpi
from okr_analytics.okr.periods import Period
from okr_analytics.okr.targets import Target


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _number_or_text(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"'{value}' is no value; write it like 85%, 45 min or 4.5")
    return value


Quantity = Annotated[str | int | float | None, BeforeValidator(_number_or_text)]
Members = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenKeyResult(_Written):
    """A key result as people write it."""

    id: str = Field(pattern=r"^[\w-]+$", description="unique in this home; letters, digits, - and _")
    title: str = Field(description="what is to be reached, in a sentence")
    kind: Literal["improve", "reach"] = Field(
        default="improve",
        description="improve: from a baseline to a target; reach: at least or at most a target",
    )
    kpi: str = Field(description="id of the KPI; 'okr kpis' lists them")
    where: dict[str, Members] = Field(default={}, description="only these members, per dimension")
    direction: Literal["higher", "lower"] | None = Field(
        default=None, description="what is better; only for KPIs that do not say (watch)"
    )
    baseline: Quantity = Field(
        default=None,
        description="for improve: a value like 45 min, or a period like 2026-Q2 to compute it from",
    )
    target: Quantity = Field(
        default=None,
        description="-30% (relative), +5pp (points), or a value like 85%, 45 min, 4.5; left out: draft",
    )
    window: str | None = Field(default=None, description="own window inside the objective's")
    over: str | None = Field(default=None, description="days a value is measured over: window, week, month or 28d")
    min_n: int | None = Field(default=None, ge=1, description="fewest rows that a value may rest on")
    weight: float = Field(default=1.0, gt=0, allow_inf_nan=False, description="weight in the objective")
    owner: str | None = Field(default=None, description="who answers for it")


class WrittenObjective(_Written):
    """An objective as people write it."""

    id: str = Field(pattern=r"^[\w-]+$", description="unique in this home; letters, digits, - and _")
    title: str = Field(description="what must change")
    window: str = Field(description="2026-07-01..2026-09-30, 2026-Q3 or 2026-07; inclusive")
    key_results: tuple[WrittenKeyResult, ...] = Field(min_length=1, description="two to five")
    why: str | None = Field(default=None, description="why it matters")
    owner: str | None = Field(default=None, description="who answers for it")
    area: str | None = Field(default=None, description="part of the desk it belongs to")
    ambition: Literal["committed", "aspirational"] = Field(
        default="committed", description="committed succeeds at 1.0, aspirational at 0.7"
    )
    initiatives: tuple[str, ...] = Field(default=(), description="what is being done about it")


class WrittenFile(_Written):
    """One YAML file of objectives."""

    objectives: tuple[WrittenObjective, ...] = Field(description="the objectives")


@dataclass(frozen=True)
class KeyResult:
    """A key result that satisfies every rule."""

    written: WrittenKeyResult
    objective_id: str
    ambition: str
    kpi: Kpi
    direction: str
    window: Period
    over: str
    min_n: int
    filter: str
    target: Target | None
    baseline_value: Decimal | None
    baseline_period: Period | None

    @property
    def kr_id(self) -> str:  # noqa: D102
        return self.written.id


@dataclass(frozen=True)
class Objective:
    """An objective with its key results, all valid."""

    written: WrittenObjective
    window: Period
    key_results: tuple[KeyResult, ...]
    file: str


@dataclass(frozen=True)
class Definitions:
    """All that is valid in a home's okrs/, with the warnings."""

    objectives: tuple[Objective, ...]
    warnings: tuple[Problem, ...]

    @property
    def key_results(self) -> tuple[KeyResult, ...]:  # noqa: D102
        return tuple(each for objective in self.objectives for each in objective.key_results)


def json_schema() -> str:
    """The schema that editors complete by."""
    return json.dumps(WrittenFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
