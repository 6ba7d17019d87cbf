"""A home's own KPIs, from its kpis.yaml: a statistic, limit or filter on a shipped measure or an external metric."""

from okr_analytics.desk import Desk, read_desk
from okr_analytics.documents import Document
from okr_analytics.errors import ConfigurationError, Problem, did_you_mean
from okr_analytics.home import Home
from okr_analytics.metrics.catalogue import Catalogue, Measure
from okr_analytics.metrics.compose import compose
from okr_analytics.metrics.shipped import shipped
from okr_analytics.metrics.statistics import statistic
from okr_analytics.metrics.written import OwnKpi, OwnKpis
from okr_analytics.warehouse.models import models

OBSERVATIONS = "fact.observations"


def read_catalogue(home: Home) -> Catalogue:
    """Shipped KPIs and the home's own. Raises ConfigurationError with a line per mistake."""
    catalogue, problems = catalogue_and_problems(home)
    if problems:
        raise ConfigurationError(problems)
    return catalogue


def catalogue_and_problems(home: Home) -> tuple[Catalogue, list[Problem]]:
    """What can be measured as far as desk file and kpis.yaml are right, and what is wrong in them."""
    problems: list[Problem] = []
    desk, written = Desk(), OwnKpis()
    try:
        desk = read_desk(home)
    except ConfigurationError as error:
        problems += error.problems
    catalogue = shipped(desk)
    if not home.kpis_file.exists():
        return catalogue, problems
    try:
        document = Document(home.kpis_file, home.relative(home.kpis_file))
        written = document.as_model(OwnKpis)
    except ConfigurationError as error:
        problems += error.problems
    for number, each in sorted(enumerate(written.kpis), key=lambda line: line[1].statistic == "ratio"):
        try:
            catalogue = _with(catalogue, each, desk)
        except ValueError as error:
            problems.append(document.problem(("kpis", number), str(error)))
    return catalogue, problems


def _with(catalogue: Catalogue, written: OwnKpi, desk: Desk) -> Catalogue:
    measure = _measure(catalogue, written)
    if written.metric and written.statistic == "rate":
        parts = {"column": written.column or "numerator", "per": written.per or "denominator"}
        written = written.model_copy(update={**parts, "id": written.id or f"{written.metric}_rate"})
    elif written.column:
        written = _like_its_siblings(catalogue, measure, written)
    kpi = compose(measure, written, written.clock, desk, is_own=True)
    if kpi.kpi_id in catalogue.kpis:
        raise ValueError(f"there is a KPI '{kpi.kpi_id}' already; give this one an id of its own, or leave it out")
    return Catalogue(
        {**catalogue.measures, measure.name: measure}, dict(sorted({**catalogue.kpis, kpi.kpi_id: kpi}.items()))
    )


def _like_its_siblings(catalogue: Catalogue, measure: Measure, written: OwnKpi) -> OwnKpi:
    """What looks at another column than the measure's value is better where the shipped KPIs of that column are."""
    siblings = [
        each for each in catalogue.kpis.values() if (each.measure, each.column) == (measure.name, written.column)
    ]
    if written.title is None:
        raise ValueError(f"'title' is missing: nothing else says what '{written.column}' of {measure.name} is")
    if not siblings:
        return written
    like = siblings[0]
    is_on_scale = written.statistic == "mean" or statistic(written.statistic).kind == "quantile"
    scale = written.scale or (like.scale if is_on_scale else None)
    return written.model_copy(update={"direction": written.direction or like.direction, "scale": scale})


def _measure(catalogue: Catalogue, written: OwnKpi) -> Measure:
    if written.metric:
        return _external(catalogue, written, written.metric)
    name = written.measure
    if written.statistic == "ratio":
        for part in (str(written.numerator), str(written.denominator)):
            if part not in catalogue.kpis:
                raise ValueError(f"no KPI '{part}'{did_you_mean(part, catalogue.kpis, 'okr kpis')}")
            if catalogue.kpis[part].statistic.kind == "ratio":
                raise ValueError(f"{part} is a ratio itself; build this one on the KPIs above and below its line")
        name = catalogue.kpis[str(written.numerator)].measure
    if name not in catalogue.measures:
        raise ValueError(f"no measure '{name}'{did_you_mean(str(name), catalogue.measures)}")
    return catalogue.measures[str(name)]


def _external(catalogue: Catalogue, written: OwnKpi, metric: str) -> Measure:
    """A metric that the desk does not produce; its rows are observations."""
    if metric in catalogue.measures and catalogue.measures[metric].metric is None:
        raise ValueError(f"'{metric}' is a measure of the desk; give the external metric another name")
    for name in ("title", "direction", "unit"):
        if getattr(written, name) is None and not (name == "unit" and written.statistic == "rate"):
            raise ValueError(f"'{name}' is missing: nothing else says it for the external metric {metric}")
    return Measure(
        name=metric,
        title=str(written.title),
        question=written.question or f"How does {metric} develop?",
        unit=written.unit or "share",
        direction=str(written.direction),
        columns=models()[OBSERVATIONS].columns,
        table=OBSERVATIONS,
        input="observations",
        metric=metric,
        numbers=("value", "numerator", "denominator"),
    )
