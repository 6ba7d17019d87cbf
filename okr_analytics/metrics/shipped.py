"""The shipped KPIs, read from the headers of sql/fact: one place per KPI."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from okr_analytics.desk import Desk
from okr_analytics.desk.sla import CLOCKS
from okr_analytics.errors import ConfigurationError, Problem
from okr_analytics.metrics.catalogue import Catalogue, Kpi, Measure
from okr_analytics.metrics.compose import compose
from okr_analytics.metrics.written import WrittenKpi
from okr_analytics.warehouse.models import Model, models


def shipped(desk: Desk) -> Catalogue:
    """What the project measures on any desk. Raises ConfigurationError where a header lacks something."""
    measures: dict[str, Measure] = {}
    found: list[Kpi] = []
    for model in models().values():
        if model.schema == "fact" and "kpis" in model.header:
            measure = measures[model.name] = _measure(model)
            found += _header_kpis(model, measure, desk)
    return Catalogue(dict(sorted(measures.items())), {each.kpi_id: each for each in sorted(found, key=_kpi_id)})


def _measure(model: Model) -> Measure:
    said = model.header
    told = said.get("told_by", [])
    try:
        return Measure(
            name=model.name,
            title=said["title"],
            question=said["question"],
            unit=said["unit"],
            direction=said["direction"],
            columns=model.columns,
            table=model.table,
            input=said.get("input", "tickets"),
            told_by=(told,) if isinstance(told, str) else tuple(told),
            maturity_days=said.get("maturity", 0),
            is_stock=said.get("stock", False),
            known_from=said.get("known_from"),
            numbers=tuple(_numbers(model)),
            is_counted=said["unit"] == "share" or "count" in said["kpis"],
        )
    except KeyError as error:
        raise ConfigurationError([_problem(model, f"the header lacks {error}")]) from None


def _numbers(model: Model) -> Iterator[str]:
    """The value, or the two clocks; and what the header's own KPIs look at."""
    yield from (name for name in ("value", "calendar_seconds", "business_seconds") if name in model.columns)
    for line in model.header["kpis"]:
        if not isinstance(line, str):
            yield from (line[key] for key in ("of", "per") if key in line)


def _header_kpis(model: Model, measure: Measure, desk: Desk) -> Iterator[Kpi]:
    for line in model.header["kpis"]:
        said: dict[str, Any] = {"statistic": line} if isinstance(line, str) else dict(line)
        try:
            written = WrittenKpi.model_validate(said)
            for clock in _clocks(measure, written):
                yield compose(measure, written, clock, desk)
        except (ValidationError, ValueError) as error:
            raise ConfigurationError([_problem(model, f"{said}: {error}")]) from None


def _problem(model: Model, found: str) -> Problem:
    return Problem(f"sql/fact/{model.name}.sql:1", found)


def _clocks(measure: Measure, written: WrittenKpi) -> Iterable[str | None]:
    if written.clock or written.of or not measure.has_clocks:
        return (written.clock,)
    return CLOCKS


def _kpi_id(each: Kpi) -> str:
    return each.kpi_id
