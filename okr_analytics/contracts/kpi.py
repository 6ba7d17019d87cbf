"""Contracts of fact and kpi: measures and the KPIs built on them.

One class per table; its docstring says what a row is and what null means. What a column means is `descriptions`; here
stand types, bounds, closed lists and what may be null.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.core import TicketDimensions

Exact = Annotated[pl.Decimal, 38, 9]
GRAINS = ("day", "week", "month", "quarter")


class Fact(TicketDimensions):
    """One row is one event of the measure. It counts for `day`, as of every day from counts_from until before
    counts_until (null: for good)."""

    day: pl.Date
    counts_from: pl.Date
    counts_until: pl.Date = pa.Field(nullable=True)


class CountFact(Fact):
    """One row is one event; value is 1 for what happened, or 0 or 1 for what may have."""

    value: int = pa.Field(ge=0)


class DurationFact(Fact):
    """One row is one duration on both clocks; a null on a clock means that it is not known there."""

    calendar_seconds: int = pa.Field(nullable=True, ge=0)
    business_seconds: int = pa.Field(nullable=True, ge=0)


class Promises(TicketDimensions):
    """One row is one promise to a customer that has a day on which it falls due, and what became of it."""

    promise: str = pa.Field(isin=("sla_first_response", "sla_resolution", "feedback_in_time"))
    given_date: pl.Date
    due_date: pl.Date
    done_date: pl.Date = pa.Field(nullable=True)
    released_date: pl.Date = pa.Field(nullable=True)
    is_met: bool = pa.Field(nullable=True)
    is_waived: bool
    last_day: pl.Date


class ReportedFact(Fact):
    """One row is what an export says of one day; null where it does not say. ticket_id is null: it is no ticket's."""

    value: float = pa.Field(nullable=True)


class Demand(pa.DataFrameModel):
    """One row is one hour of one weekday in one month, in the desk's own time, with the tickets opened in it."""

    month: pl.Date
    weekday: int = pa.Field(ge=1, le=7)
    hour: int = pa.Field(ge=0, le=23)
    ticket_count: int = pa.Field(ge=0)
    day_count: int = pa.Field(ge=1)
    tickets_per_day: float = pa.Field(ge=0)


class BacklogLedger(pa.DataFrameModel):
    """One row is one day on which the backlog of one channel, team and priority moved: closing_count = opening_count
    + opened_count + reopened_count - solved_count."""

    day: pl.Date
    channel: str
    team: str
    priority: str
    opening_count: int = pa.Field(ge=0)
    opened_count: int = pa.Field(ge=0)
    reopened_count: int = pa.Field(ge=0)
    solved_count: int = pa.Field(ge=0)
    closing_count: int = pa.Field(ge=0)


class KnowledgeGaps(pa.DataFrameModel):
    """One row is one topic in one month in which tickets on it came in, with its articles. Null views: none known."""

    month: pl.Date
    topic: str
    ticket_count: int = pa.Field(ge=1)
    article_count: int = pa.Field(ge=0)
    view_count: int = pa.Field(nullable=True, ge=0)
    is_gap: bool


class Catalogue(pa.DataFrameModel):
    """One row is one KPI: a measure, a statistic and, for durations, a clock. A ratio names its two KPIs; it looks at
    their rows."""

    kpi_id: str
    title: str
    question: str
    measure: str
    fact: str = pa.Field(nullable=True)
    looked_at: str = pa.Field(nullable=True)
    per: str = pa.Field(nullable=True)
    meant: str
    statistic: str
    clock: str = pa.Field(nullable=True, isin=("calendar", "business"))
    unit: str
    direction: str = pa.Field(isin=("higher", "lower", "watch"))
    lower_bound: float = pa.Field(nullable=True)
    upper_bound: float = pa.Field(nullable=True)
    limit_seconds: int = pa.Field(nullable=True, gt=0)
    maturity_days: int = pa.Field(ge=0)
    numerator_kpi_id: str = pa.Field(nullable=True)
    denominator_kpi_id: str = pa.Field(nullable=True)
    is_own: bool


class DailySums(pa.DataFrameModel):
    """One row is one additive KPI on one day for one member of one dimension: any longer period's value is the sum of
    totals, for shares and means over the sum of bases. No row: none on that day."""

    kpi_id: str
    day: pl.Date
    dimension: str
    member: str
    total: Exact = pa.Field(nullable=True)
    base: Exact = pa.Field(nullable=True)
    n: int = pa.Field(ge=1)


class Results(pa.DataFrameModel):
    """One row is one KPI in one period for one member of one dimension. Value is null where it cannot be known:
    no rows to take a mean of, or a day that no source covers."""

    kpi_id: str
    grain: str = pa.Field(isin=GRAINS)
    period_start: pl.Date
    dimension: str
    member: str
    value: float = pa.Field(nullable=True)
    n: int = pa.Field(ge=0)
    is_complete: bool
