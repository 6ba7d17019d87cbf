"""What is asked for: the id of something that is scored, or of an objective, and a day on which it has an answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.warehouse.engine import Engine, Values, literal
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class Asked:
    """An id and a day that the published warehouse has an answer about. `as_of`: the day that it speaks of."""

    name: str
    is_objective: bool
    day: date
    as_of: date

    @property
    def answers(self) -> str:
        """The table of all answers, in SQL."""
        return "okr.objective_attainment" if self.is_objective else "okr.attainment"

    @property
    def key(self) -> str:
        """The column of the id."""
        return "objective_id" if self.is_objective else "kr_id"


def asked(engine: Engine, name: str, day: date | None) -> Asked:
    """The thing of that id on a day, by default the newest. Raises UsageError where there is no such thing or day."""
    known = dict(engine.rows(query("scored_ids")))
    if name not in known:
        raise UsageError(f"no key result or objective '{name}'{did_you_mean(name, known) or '; none is defined'}")
    ((*_, as_of),) = engine.rows(query("newest_generation"))
    found = Asked(name, known[name], day or as_of, as_of)
    days = [each for (each,) in engine.rows(_days(found), [name, as_of])]
    if not days:
        raise UsageError(f"no answer about '{name}' up to {as_of}, the day that was published{_begins(engine, found)}")
    if day is None:
        return Asked(name, known[name], days[-1], as_of)
    if day not in days:
        raise UsageError(f"--on {day}: '{name}' has answers from {days[0]} to {days[-1]}; choose one of these days")
    return found


def _begins(engine: Engine, found: Asked) -> str:
    """When its window begins; where it has begun, what is missing."""
    table = "okr.objectives" if found.is_objective else "okr.key_results"
    ((first,),) = engine.rows(
        f"select window_start from {table} where {found.key} = ? and known_to is null", [found.name]
    )
    return f": its window begins on {first}" if first > found.as_of else "; run 'okr run'"


def _days(found: Asked) -> str:
    return (
        f"select distinct as_of_date from {found.answers} "
        f"where {found.key} = ? and as_of_date <= ? and known_to is null order by as_of_date"
    )


def named(engine: Engine, sql: str, values: Values | None = None) -> list[dict[str, Any]]:
    """The rows of a query, each by column name."""
    return engine.frame(sql, values).to_dicts()


def on(day: date) -> str:
    """The day in SQL."""
    return f"date {literal(str(day))}"
