"""A KPI as people write it: a table in the header of a measure's SQL file, or a line in a home's own kpis.yaml."""

import re
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from okr_analytics.durations import seconds_of
from okr_analytics.errors import did_you_mean
from okr_analytics.metrics.statistics import NAMES, NEEDS_LIMIT, STATISTICS


def _listed(value: object) -> object:
    """One member or several; numbers, which YAML makes of 10, are words here."""
    several = value if isinstance(value, list | tuple) else (value,)
    return tuple(str(each).lower() if isinstance(each, int | float) else each for each in several)


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) else value


def _none_yet(value: object) -> object:
    return () if value is None else value


Members = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


ID = re.compile(r"[a-z][a-z0-9_]*")


class WrittenKpi(BaseModel):
    """One KPI: a measure (or an external metric), a statistic, and what else decides its value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    statistic: str = Field(description="count, mean, median, p90, share, share_within, rate, closing, ratio, …")
    id: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$", description="default: measure, clock, statistic")
    clock: Literal["calendar", "business"] | None = Field(default=None, description="for durations")
    limit: Annotated[str | None, BeforeValidator(_text)] = Field(
        default=None, description="for share_within and older_than: 4 h, 30 min, 7 d"
    )
    column: str | None = Field(default=None, description="another column of the measure's rows than its value")
    per: str | None = Field(default=None, description="for rate: the column of the denominators")
    where: dict[str, Members] = Field(default={}, description="only rows with these members, per column")
    numerator: str | None = Field(default=None, description="for ratio: the KPI above the line")
    denominator: str | None = Field(default=None, description="for ratio: the KPI below it")
    name: str | None = Field(
        default=None, pattern=r"^[a-z][a-z0-9_]*$", description="a word of its own in the id, after the measure"
    )
    title: str | None = Field(default=None, min_length=1, description="short name for people")
    question: str | None = Field(default=None, description="the question that it answers, in one sentence")
    unit: str | None = Field(default=None, min_length=1, description="unit of the value; share for a part of a whole")
    direction: Literal["higher", "lower", "watch"] | None = Field(default=None, description="what is better")
    scale: str | None = Field(default=None, description="the survey question on whose scale the value is")
    min: float | None = Field(default=None, description="smallest possible value")
    max: float | None = Field(default=None, description="largest possible value")

    @model_validator(mode="after")
    def _complete(self) -> "WrittenKpi":
        if self.statistic not in STATISTICS and not re.fullmatch(r"p[1-9]\d?", self.statistic):
            raise ValueError(f"no statistic '{self.statistic}'{did_you_mean(self.statistic, NAMES)}")
        if (self.statistic in NEEDS_LIMIT) != (self.limit is not None):
            raise ValueError(f"'limit' goes with {' and '.join(NEEDS_LIMIT)}, and only there, like limit: 4 h")
        if (self.statistic == "ratio") != (self.numerator is not None and self.denominator is not None):
            raise ValueError("'numerator' and 'denominator' (two KPI ids) go with statistic: ratio, and only there")
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError(f"min: {self.min:g} is not below max: {self.max:g}")
        return self

    @property
    def limit_seconds(self) -> int | None:
        """The limit in seconds; raises ValueError for one without a unit."""
        if self.limit is None:
            return None
        seconds = seconds_of(self.limit)
        if not seconds or seconds != int(seconds):
            raise ValueError(f"limit: '{self.limit}' is no duration; write it like 4 h, 30 min or 7 d")
        return int(seconds)


class OwnKpi(WrittenKpi):
    """A KPI of one home, built on a shipped measure or on an external metric.

    Files of before say `of`, `least` and `most`.
    """

    column: str | None = Field(default=None, validation_alias=AliasChoices("column", "of"))
    min: float | None = Field(default=None, validation_alias=AliasChoices("min", "least"))
    max: float | None = Field(default=None, validation_alias=AliasChoices("max", "most"))
    measure: str | None = Field(default=None, description="a shipped measure; 'okr kpis' lists them")
    metric: str | None = Field(default=None, min_length=1, description="a metric of exports/observations/")

    @model_validator(mode="after")
    def _built_on_something(self) -> "OwnKpi":
        if self.statistic == "ratio":
            return self._plain_ratio()
        if (self.measure is None) == (self.metric is None):
            raise ValueError("a KPI is built on a measure or on a metric: give one of the two")
        return self

    def _plain_ratio(self) -> "OwnKpi":
        odd = [
            name for name in ("measure", "metric", "where", "column", "per", "clock", "scale") if getattr(self, name)
        ]
        if odd:
            raise ValueError(f"a ratio is of two KPIs and has no '{odd[0]}'; put it on a KPI above or below the line")
        for name in ("unit", "direction", "title"):
            if getattr(self, name) is None:
                raise ValueError(f"'{name}' is missing: a ratio of two KPIs says it itself")
        return self


class OwnKpis(BaseModel):
    """The file kpis.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kpis: Annotated[tuple[OwnKpi, ...], BeforeValidator(_none_yet)] = Field(
        default=(), description="the KPIs of this home"
    )
