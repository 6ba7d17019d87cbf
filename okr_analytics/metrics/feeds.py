"""Which source can feed which measure: one that never tells of reopenings cannot say that there were none."""

from itertools import groupby

from okr_analytics.contracts.kinds import INPUTS
from okr_analytics.metrics.catalogue import Catalogue, Measure
from okr_analytics.warehouse.engine import Engine, literal, quoted

INPUT_TABLES = tuple(f"core.{name}" for name in INPUTS)


def build_feeds(engine: Engine, catalogue: Catalogue) -> None:
    """Make core.feeds of what each source covers and which columns it ever fills."""
    measures = sorted(catalogue.measures.values(), key=_input)
    shipped = [each for each in measures if not each.metric]
    feeding = [_feeding(name, list(group)) for name, group in groupby(shipped, _input)]
    external = [_observed(each.metric) for each in measures if each.metric]
    engine.run(f"create table core.feeds as {' union all '.join([*feeding, *external])} order by measure, source")


def _input(measure: Measure) -> str:
    return measure.input


def _feeding(name: str, measures: list[Measure]) -> str:
    """The sources of one input, with the days that they cover, per measure of which they fill every column needed."""
    required = sorted({column for each in measures for column in each.requires})
    counts = "".join(f", count({_told(column)}) as {quoted(column)}" for column in required)
    feeding = " union all ".join(
        f"select {literal(each.name)} as measure, source, {each.first_day_sql or 'cast(null as date)'} as known_from "
        f"from told where {_all_told(each)}"
        for each in measures
    )
    return (
        f"(with told as (select source{counts} from core.{name} group by source), feeding as ({feeding}) "
        f"select measure, feeding.source, greatest(first_day, known_from) as first_day, last_day "
        f"from feeding join core.coverage as coverage "
        f"on feeding.source = coverage.source and coverage.input = {literal(name)})"
    )


def _told(column: str) -> str:
    """A column that says something, or a condition that holds, on some row."""
    return f"case when {column} then 1 end" if " " in column else quoted(column)


def _all_told(measure: Measure) -> str:
    filled = [f"{quoted(column)} > 0" for column in measure.requires]
    begun = [f"{measure.first_day_sql} is not null"] if measure.first_day_sql else []
    return " and ".join([*filled, *begun]) or "true"


def _observed(metric: str | None) -> str:
    """An external metric is covered from its first observation to its last."""
    return (
        f"select {literal(str(metric))} as measure, source, min(day) as first_day, max(day) as last_day "
        f"from core.observations where metric = {literal(str(metric))} group by source"
    )
