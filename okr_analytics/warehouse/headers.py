"""What the header of a file below sql/ may say. What a KPI in it may say is `metrics.written`'s."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from okr_analytics.documents import one_or_several


class QueryHeader(BaseModel):
    """Of a file below sql/queries: what it is about, and the question that its rows answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str = Field(min_length=1, description="short name for people")
    question: str | None = Field(default=None, min_length=1, description="what its rows answer, in one sentence")


class ModelHeader(QueryHeader):
    """Of a file that makes a table. One with `kpis` is a measure, and says the rest too."""

    materialized: Literal["table", "view"] = Field(
        default="table", description="view: read from where its rows already are"
    )
    unit: str | None = Field(default=None, min_length=1, description="unit of a row's value")
    direction: Literal["higher", "lower", "watch"] | None = Field(default=None, description="what is better")
    type: Literal["events", "stock"] = Field(
        default="events", description="stock: a row stands from a day until another, and is counted at the close"
    )
    input: Literal["tickets", "surveys", "articles", "observations"] = Field(
        default="tickets", description="what its rows are made of"
    )
    requires: Annotated[tuple[str, ...], BeforeValidator(one_or_several), Field(strict=False)] = Field(
        default=(), description="columns of its input, or conditions on them, without which a source cannot feed it"
    )
    maturity_days: int = Field(default=0, ge=0, description="for how long a day's value may still move")
    first_day_sql: str | None = Field(default=None, description="SQL for the first day of which it can be known")
    kpis: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = Field(
        default=(), description="one table a KPI; see metrics.written"
    )

    @model_validator(mode="after")
    def _whole(self) -> "ModelHeader":
        missing = [name for name in ("question", "unit", "direction") if getattr(self, name) is None]
        if self.kpis and missing:
            raise ValueError(f"'{missing[0]}' is missing: a file with kpis is a measure, and says it")
        return self
