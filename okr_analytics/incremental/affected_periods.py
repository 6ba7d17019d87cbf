"""What a run computes: the tables from which sql/work/changed_spans.sql and recomputed_days.sql decide it.

On an incremental run these are the rows of facts on both sides, what was covered, and the measures that are computed
as a whole; a run that computes everything has each measure whole.
"""

from datetime import date

from okr_analytics.incremental.changed_facts import FACT_ROWS, collect_fact_rows, update_row_counts
from okr_analytics.incremental.increment import Increment
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.recompute_scope import DAYS, KPI_MEASURES, MEASURES, create_measures
from okr_analytics.metrics.results import ZERO_FILLED
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage

PREVIOUS_PERIODS = "work.previous_periods"
RESULTS = "kpi.results"
DAILY_SUMS = "kpi.daily_sums"


def find_changes(stage: Stage, increment: Increment, catalogue: Catalogue, as_of: date) -> None:
    """Make work.measures, work.kpi_measures, work.fact_rows and work.previous_periods; in an incremental run
    kpi.results and kpi.daily_sums are merged from now on."""
    engine = stage.engine
    engine.run(f"create table {PREVIOUS_PERIODS} as select * from work.periods limit 0")
    engine.run(f"create table {FACT_ROWS} (fact varchar, row_hash ubigint, first_day date, until date, side bigint)")
    if not increment.is_open:
        create_measures(engine, catalogue, set(catalogue.measures))
        return
    ((before,),) = engine.rows(f"select max_by(as_of_date, generation) from {stage.previous('ops.generations')}")
    collect_fact_rows(stage, increment, catalogue, (before, as_of))
    published = increment.sides[0]
    for table in ("work.grains", "work.periods"):
        published.build(models()[table])
    engine.append(PREVIOUS_PERIODS, published.engine.frame("select * from work.periods"))
    newly_covered = _newly_covered(increment, catalogue)
    if not newly_covered:
        update_row_counts(stage, increment)
    create_measures(engine, catalogue, newly_covered | _newly_zero_filled(engine, catalogue))
    for table, same in (
        (RESULTS, "grain = old.grain and period_start = old.period_start"),
        (DAILY_SUMS, "grain = 'day' and day = old.day"),
    ):
        stage.expect_merge(table, _computed(same))


def _computed(same: str) -> str:
    """SQL for: the old row's KPI is computed there."""
    return (
        f"join {KPI_MEASURES} as kpis on old.kpi_id = kpis.kpi_id "
        f"where exists (select 1 from {MEASURES} as whole where whole.measure = kpis.measure and whole.is_whole) "
        f"or exists (select 1 from {DAYS} as computed where computed.measure = kpis.measure and {same})"
    )


def _newly_covered(increment: Increment, catalogue: Catalogue) -> set[str]:
    """Measures that other sources feed, or from another day on; then also those whose facts ask which sources feed
    what, and those that rest on the topics that have articles, where these are others."""
    before, after = (side.engine.rows for side in increment.sides)
    covered = "select measure, source, first_day from core.feeds order by all"
    topics = "select topic, min(day) from core.articles group by topic order by all"
    changed = {measure for measure, *_ in set(before(covered)) ^ set(after(covered))}
    tables = {"core.feeds"} if changed else set()
    tables |= {"core.articles"} if before(topics) != after(topics) else set()
    return changed | {name for name, measure in catalogue.measures.items() if models()[measure.table].rests_on & tables}


def _newly_zero_filled(engine: Engine, catalogue: Catalogue) -> set[str]:
    """Measures with a KPI of which nothing is 0 now and was null, or the other way round."""
    zero_filled = {kpi_id for (kpi_id,) in engine.rows(f"select kpi_id from {ZERO_FILLED}")}
    published = f"select distinct kpi_id from {RESULTS} where dimension = 'all' and value is not null"
    before = {kpi_id for (kpi_id,) in engine.rows(published)}
    counted = (kpi for kpi in catalogue.kpis.values() if kpi.statistic.is_zero_when_empty)
    return {kpi.measure for kpi in counted if (kpi.kpi_id in zero_filled) != (kpi.kpi_id in before)}
