"""Which statuses are another than in an earlier generation: what it said of its newest day beside what is said now."""

from dataclasses import dataclass
from datetime import date, datetime

from okr_analytics.warehouse.engine import Engine

GENERATIONS = "select distinct generation, published_at, as_of_date from ops.generations order by generation"
FLIPS = """
    with answers as (
        select kr_id as what, false as is_objective, as_of_date, status, known_from, known_to from okr.attainment
        union all
        select objective_id as what, true as is_objective, as_of_date, status, known_from, known_to
        from okr.objective_attainment
    ),
    said as (
        select what, is_objective, status from answers
        where as_of_date <= $1 and known_from <= $2 and (known_to is null or known_to > $2)
        qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
    ),
    says as (
        select what, is_objective, status from answers
        where as_of_date <= $3 and known_to is null
        qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
    ),
    titles as (
        select kr_id as what, false as is_objective, title from okr.key_results
        where known_to is null and role <> 'part'
        union all
        select objective_id as what, true as is_objective, title from okr.objectives where known_to is null
    )
    select titles.is_objective, titles.what, titles.title, said.status, says.status
    from titles
    join said on titles.what = said.what and titles.is_objective = said.is_objective
    join says on titles.what = says.what and titles.is_objective = says.is_objective
    where said.status is distinct from says.status
    order by titles.is_objective, titles.what
"""


@dataclass(frozen=True)
class Published:
    """One generation: its number, when it was published (UTC), and the day that it speaks of."""

    number: int
    published_at: datetime
    as_of: date


@dataclass(frozen=True)
class Flip:
    """A key result or objective whose status is another now."""

    is_objective: bool
    what: str
    title: str
    old: str | None
    new: str | None


def read_published(engine: Engine) -> list[Published]:
    """Every generation that this one knows of, oldest first; the last one is itself."""
    return [Published(*row) for row in engine.rows(GENERATIONS)]


def read_flips(engine: Engine, before: date, known_at: datetime, now: date) -> list[Flip]:
    """What was said of `before` at an instant (UTC) beside what is said of `now`: key results first."""
    return [Flip(*row) for row in engine.rows(FLIPS, [before, known_at, now])]
