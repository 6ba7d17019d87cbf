"""The shipped KPIs, read from the headers of sql/fact: one place per KPI."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from okr_analytics.desk import Desk
from okr_analytics.desk.sla import CLOCKS
from okr_analytics.errors import ConfigurationError
from okr_analytics.home import SQL
from okr_analytics.metrics.catalogue import Catalogue, Kpi, Measure
from okr_analytics.metrics.compose import compose
from okr_analytics.metrics.written import WrittenKpi
from okr_analytics.warehouse.models import Model, models


def shipped(desk: Desk, folder: Path = SQL) -> Catalogue:
    """What the models below `folder` measure on any desk. Raises ConfigurationError where a header is wrong."""
    measures: dict[str, Measure] = {}
    kpis: list[Kpi] = []
    for model in models(folder).values():
        if model.header.kpis:
            measure = measures[model.name] = _measure(model)
            kpis += _header_kpis(model, measure, desk)
    return Catalogue(dict(sorted(measures.items())), {each.kpi_id: each for each in sorted(kpis, key=_kpi_id)})


def _measure(model: Model) -> Measure:
    header = model.header
    return Measure(
        name=model.name,
        title=header.title,
        question=str(header.question),
        unit=str(header.unit),
        direction=str(header.direction),
        columns=model.columns,
        table=model.table,
        input=header.input,
        requires=header.requires,
        maturity_days=header.maturity_days,
        is_stock=header.type == "stock",
        first_day_sql=header.first_day_sql,
        numbers=tuple(_numbers(model)),
        is_counted=header.unit == "share" or {"statistic": "count"} in header.kpis,
    )


def _numbers(model: Model) -> Iterator[str]:
    """The value, or the two clocks; and what the header's own KPIs look at."""
    yield from (name for name in ("value", "calendar_seconds", "business_seconds") if name in model.columns)
    for kpi in model.header.kpis:
        yield from (str(kpi[key]) for key in ("column", "per") if kpi.get(key) in model.columns)


def _header_kpis(model: Model, measure: Measure, desk: Desk) -> Iterator[Kpi]:
    for number, table in enumerate(model.header.kpis):
        try:
            written = WrittenKpi.model_validate(table)
            for clock in _clocks(measure, written):
                yield compose(measure, written, clock, desk)
        except ValidationError as error:
            raise ConfigurationError(model.file.problems(error, WrittenKpi, ("kpis", number))) from None
        except ValueError as error:
            raise ConfigurationError([model.file.problem(("kpis", number), str(error))]) from None


def _clocks(measure: Measure, written: WrittenKpi) -> Iterable[str | None]:
    if written.clock or written.column or not measure.has_clocks:
        return (written.clock,)
    return CLOCKS


def _kpi_id(each: Kpi) -> str:
    return each.kpi_id
