"""Which periods of which KPIs new exports and a new day touch: only these are computed anew.

A period is touched where a row of the fact on one of its days came, went, changed, or began or ceased to count; where
what is covered of it, or whether it is complete, is another; and all periods are where the KPI was not told of before.
"""

from datetime import date

import polars as pl

from okr_analytics.incremental.slices import Renewal
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.days import put_day
from okr_analytics.metrics.groups import each_grain
from okr_analytics.metrics.moved_days import count_facts, moved_days, put_what_falls_due, show_facts
from okr_analytics.metrics.touched import DAYS, KPI_DAYS, PERIODS, Touched
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage

MEASURES = "work.measures"
FACT_DAYS = "work.touched_fact_days"
RESULTS = "kpi.results"
RESULT_KEY = ("kpi_id", "grain", "period_start")


def find_touched(stage: Stage, renewal: Renewal, catalogue: Catalogue, as_of: date) -> Touched:
    """Make the tables of touched periods and days, and leave in work.periods only these; kpi.results is patched.

    Reads work.periods and work.told_kpis.
    """
    if renewal.slices is None:
        return Touched()
    was, now = renewal.slices
    ((before,),) = stage.engine.rows(f"select max_by(as_of_date, generation) from {stage.before('ops.generations')}")
    show_facts(stage, renewal, was, now)
    put_what_falls_due(stage, was, now, before, as_of)
    put_day(was.engine, before)
    put_day(now.engine, as_of)
    days = [(fact, day) for fact in _facts(catalogue) for day in moved_days(fact, was, now, catalogue, (before, as_of))]
    stage.engine.create(FACT_DAYS, pl.DataFrame(days, schema={"fact": pl.String, "day": pl.Date}, orient="row"))
    was.build(models()["work.periods"])
    stage.engine.create("work.periods_before", was.engine.frame("select * from work.periods"))
    fed_anew = _fed_anew(was, now, catalogue)
    if not fed_anew:
        count_facts(stage, was, now)
    wholly = fed_anew | _told_anew(stage, catalogue)
    _put_measures(stage.engine, catalogue, wholly)
    _put_periods(stage.engine, catalogue)
    stage.expect_patch(RESULTS, PERIODS, RESULT_KEY)
    return Touched(is_all=False, slices=(was, now), before=before, wholly=frozenset(wholly))


def _facts(catalogue: Catalogue) -> list[str]:
    return sorted({each.fact for each in catalogue.kpis.values() if each.fact})


def _put_measures(engine: Engine, catalogue: Catalogue, wholly: set[str]) -> None:
    """Make work.measures: each measure and fact, whether all of it is touched, and what is computed together with it:
    a ratio needs the same periods of both its KPIs."""
    together = _together(catalogue)
    rows = sorted(
        {
            (each.measure, each.fact, each.maturity_days, together[each.measure], each.measure in wholly)
            for each in catalogue.kpis.values()
            if each.statistic.kind != "ratio"
        }
    )
    names = ["measure", "fact", "maturity_days", "together", "is_whole"]
    engine.create(MEASURES, pl.DataFrame(rows, schema=names, orient="row"))


def _together(catalogue: Catalogue) -> dict[str, str]:
    """For each measure the name of those that ratios tie it to."""
    name = {each.measure: each.measure for each in catalogue.kpis.values()}
    for each in catalogue.kpis.values():
        if each.statistic.kind == "ratio":
            one, other = (name[part.measure] for part in catalogue.parts(each))
            name = {measure: one if called == other else called for measure, called in name.items()}
    return name


def _fed_anew(was: Stage, now: Stage, catalogue: Catalogue) -> set[str]:
    """Measures that other sources feed, or from another day on; then also those whose facts ask which sources feed
    what, and those that rest on the topics that have articles, where these are others."""
    asked = "select measure, source, first_day from core.feeds order by all"
    fed, fed_before = (set(each.engine.rows(asked)) for each in (now, was))
    found = {measure for measure, *_ in fed ^ fed_before}
    topics = "select topic, min(day) from core.articles group by topic order by all"
    moved = ["core.feeds"] if found else []
    moved += ["core.articles"] if was.engine.rows(topics) != now.engine.rows(topics) else []
    touched = {fact for fact in _facts(catalogue) if _reads(fact) & set(moved)}
    return found | {each.measure for each in catalogue.kpis.values() if each.fact in touched}


def _reads(table: str) -> set[str]:
    """All that a model reads, also through others."""
    model = models().get(table)
    return set().union(model.reads, *map(_reads, model.reads)) if model else set()


def _told_anew(stage: Stage, catalogue: Catalogue) -> set[str]:
    """Measures with a KPI of which something is told now and was not, or the other way round."""
    told = {kpi_id for (kpi_id,) in stage.engine.rows("select kpi_id from work.told_kpis")}
    said = f"select distinct kpi_id from {RESULTS} where dimension = 'all' and value is not null"
    before = {kpi_id for (kpi_id,) in stage.engine.rows(said)}
    counted = (each for each in catalogue.kpis.values() if each.statistic.is_zero_when_empty)
    return {each.measure for each in counted if (each.kpi_id in told) != (each.kpi_id in before)}


def _put_periods(engine: Engine, catalogue: Catalogue) -> None:
    """Make the tables of touched periods and days, and leave only these periods in work.periods."""
    of_rows = each_grain(
        lambda grain, start: (
            f"select distinct measure, {literal(grain)} as grain, days.{start} as period_start "
            f"from {FACT_DAYS} join {MEASURES} using (fact) join core.days as days using (day)"
        )
    )
    differs = " or ".join(
        f"new.{name} is distinct from old.{name}"
        for name in ("period_end", "first_covered_day", "last_covered_day", "business_days")
    )
    engine.run(
        f"create table work.touched_by_measure as {of_rows} "
        f"union select measure, grain, period_start from work.periods join {MEASURES} using (measure) where is_whole "
        f"union select measure, grain, period_start from work.periods as new "
        f"full join work.periods_before as old using (measure, scope, scope_member, grain, period_start) "
        f"join (select distinct measure, maturity_days from {MEASURES}) using (measure) "
        f"where {differs} or {_is_known('new')} is distinct from {_is_known('old')}"
    )
    engine.run(
        f"create table work.touched_together as select distinct others.measure, grain, period_start "
        f"from work.touched_by_measure join {MEASURES} as one using (measure) "
        f"join {MEASURES} as others on one.together = others.together"
    )
    members = [
        (each.kpi_id, catalogue.parts(each)[0].measure if each.statistic.kind == "ratio" else each.measure)
        for each in catalogue.kpis.values()
    ]
    _put_kpi_days(engine, catalogue)
    engine.create("work.measure_of_kpis", pl.DataFrame(members, schema=["kpi_id", "measure"], orient="row"))
    engine.run(
        f"create table {PERIODS} as select kpi_id, grain, period_start "
        f"from work.touched_together join work.measure_of_kpis using (measure)"
    )
    days = each_grain(
        lambda grain, start: (
            f"select measure, grain, day from work.touched_together join core.days as days "
            f"on grain = {literal(grain)} and period_start = days.{start}"
        )
    )
    engine.run(f"create table {DAYS} as {days}")
    engine.run(
        "delete from work.periods as periods where not exists (select 1 from work.touched_together as touched "
        "where touched.measure = periods.measure and touched.grain = periods.grain "
        "and touched.period_start = periods.period_start)"
    )


def _put_kpi_days(engine: Engine, catalogue: Catalogue) -> None:
    """Make the table of days of which daily sums are taken anew."""
    facts = [(each.kpi_id, each.measure, each.fact) for each in catalogue.kpis.values() if each.fact]
    engine.create("work.facts_of_kpis", pl.DataFrame(facts, schema=["kpi_id", "measure", "fact"], orient="row"))
    engine.run(
        f"create table {KPI_DAYS} as select kpi_id, day from work.facts_of_kpis join {FACT_DAYS} using (fact) "
        f"union select kpi_id, day from work.facts_of_kpis join {MEASURES} using (measure) "
        f"cross join core.days where is_whole"
    )


def _is_known(which: str) -> str:
    """SQL for: the period is complete, with all that is still to come of it."""
    return f"({which}.period_end + cast(maturity_days as integer) <= {which}.known_day)"
