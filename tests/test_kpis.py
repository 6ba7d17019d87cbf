"""Laws of kpi.results and of the slice macro, on the demo desk and on small cases."""

import statistics
from datetime import date

import pytest
from conftest import ask, build, csv, put, ticket

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.desk import Desk
from okr_analytics.errors import DataError, UsageError
from okr_analytics.home import Home
from okr_analytics.metrics.shipped import shipped

# the demo's helpdesk gives no verdicts of its own, and in June nothing was that old
NOTHING_IN_THAT_MONTH = ("sla_by_source_share", "sla_first_response_by_source_share", "backlog_older_than_30d")


def test_parts_add_to_the_whole(demo: Home) -> None:
    """For every count and stock, grain and period: the members of a dimension add up to all."""
    broken = ask(
        demo,
        "with parts as (select kpi_id, grain, period_start, dimension, sum(value) as value from kpi.results "
        "join kpi.catalogue using (kpi_id) "
        "where statistic in ('count', 'sum', 'closing', 'older_than') and dimension <> 'all' group by all) "
        "select * from parts join kpi.results as whole using (kpi_id, grain, period_start) "
        "where whole.dimension = 'all' and parts.value <> whole.value",
    )
    assert broken == []


def test_small_grains_add_to_large_ones(demo: Home) -> None:
    """Days add up to weeks, months and quarters for counts."""
    for grain in ("week", "month", "quarter"):
        broken = ask(
            demo,
            f"select period_start, value from kpi.results where grain = '{grain}' and dimension = 'all' "
            "and kpi_id = 'tickets_opened_count' and value <> (select sum(value) from kpi.results as days "
            f"where days.grain = 'day' and days.dimension = 'all' and days.kpi_id = 'tickets_opened_count' "
            f"and date_trunc('{grain}', days.period_start) = results.period_start)",
        )
        assert broken == []


JUNE = "date '2026-06-01', date '2026-06-30'"
Groups = dict[tuple[str, str], list[tuple[str, float, int]]]


@pytest.fixture(scope="module")
def sliced_and_stored(demo: Home) -> tuple[Groups, Groups]:
    """June of every KPI by every dimension, by KPI and dimension: from the macro and from the results.

    One statement a dimension: what is slow about the macro is that it is planned anew.
    """
    sliced: Groups = {}
    for dimension in DIMENSIONS:
        by = f"kpi.slice(catalogue.kpi_id, {JUNE}, by_ := ['{dimension}'])"
        for kpi_id, member, value, n in ask(
            demo,
            f"select kpi_id, sliced.* from kpi.catalogue as catalogue, "
            f"lateral (select {dimension}, value, n from {by}) as sliced order by all",
        ):
            sliced.setdefault((kpi_id, dimension), []).append((member, value, n))
    stored: Groups = {}
    for kpi_id, dimension, member, value, n in ask(
        demo,
        "select kpi_id, dimension, member, value, n from kpi.results where grain = 'month' "
        "and period_start = date '2026-06-01' and dimension <> 'all' order by all",
    ):
        stored.setdefault((kpi_id, dimension), []).append((member, value, n))
    return sliced, stored


@pytest.mark.parametrize("kpi_id", shipped(Desk()).kpis)
def test_the_macro_and_the_results_agree(sliced_and_stored: tuple[Groups, Groups], kpi_id: str) -> None:
    """A month by each dimension in turn, of each KPI, from the rows and from the table."""
    sliced, stored = sliced_and_stored
    for dimension in DIMENSIONS:
        expected = [
            (member, pytest.approx(value, rel=1e-12), n) for member, value, n in stored.get((kpi_id, dimension), [])
        ]
        assert sliced.get((kpi_id, dimension), []) == expected, dimension
    assert (kpi_id, "topic") in sliced or kpi_id in NOTHING_IN_THAT_MONTH


def test_percentiles_are_those_of_the_raw_rows(demo: Home) -> None:
    """Against Python's own median, and linear interpolation by hand, per week."""
    rows = ask(
        demo,
        "select date_trunc('week', day)::date, calendar_seconds from fact.first_response "
        "where day <= date '2026-08-24'",
    )
    weeks: dict[date, list[int]] = {}
    for week, seconds in rows:
        weeks.setdefault(week, []).append(seconds)
    for name, share in (("median", 0.5), ("p90", 0.9)):
        stored = ask(
            demo,
            f"select period_start, value, n from kpi.results where kpi_id = 'first_response_calendar_{name}' "
            "and grain = 'week' and dimension = 'all' and n > 0",
        )
        assert len(stored) == len(weeks)
        for week, value, n in stored:
            assert (value, n) == (pytest.approx(percentile(weeks[week], share)), len(weeks[week]))
            assert name != "median" or value == statistics.median(weeks[week])


def percentile(values: list[int], share: float) -> float:
    """Linear interpolation between the two nearest ranks."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def test_any_mix_of_dimensions_and_members(demo: Home) -> None:
    """By channel and team, of two priorities, equals the same question to the fact."""
    sliced = ask(
        demo,
        "select channel, team, value, n from kpi.slice('full_resolution_calendar_mean', date '2026-07-05', "
        "date '2026-08-11', by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']}) order by 1, 2",
    )
    direct = ask(
        demo,
        "select channel, team, avg(calendar_seconds), count(*) from fact.full_resolution "
        "where day between date '2026-07-05' and date '2026-08-11' and priority in ('high', 'urgent') "
        "and (counts_until is null or counts_until > date '2026-08-24') group by all order by 1, 2",
    )
    assert sliced == [(channel, team, pytest.approx(mean), n) for channel, team, mean, n in direct]
    assert len(sliced) > 10


def test_the_macro_names_an_unknown_kpi(demo: Home) -> None:
    with pytest.raises(DataError, match=r"no KPI 'first_respons'; see kpi.catalogue"):
        ask(demo, "select * from kpi.slice('first_respons', date '2026-07-05', date '2026-08-11')")


@pytest.mark.parametrize("slip", ["by_ := ['chanel']", "only_ := map {'chanel': ['email']}"])
def test_the_macro_names_an_unknown_dimension(demo: Home, slip: str) -> None:
    with pytest.raises(DataError, match="takes some of channel, topic"):
        ask(demo, f"select * from kpi.slice('tickets_opened_count', date '2026-07-05', date '2026-08-11', {slip})")


def test_an_unknown_kpi_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'first_response_calendar_median'"):
        shipped(Desk()).kpi("first_respons_calendar_median")


def test_counts_are_0_on_covered_days_and_null_beyond(home: Home) -> None:
    """Exported on 5 March, spoken of on 8 March: 4 March is 0, 6 March nobody knows."""
    rows = [ticket("1", exported_at="2026-03-05T10:00:00Z"), ticket("2", opened_at="2026-03-05T08:00:00Z")]
    put(home, "exports/canonical/t.csv", csv(*rows))
    build(home, "kpi.results", as_of=date(2026, 3, 8), kpis=["tickets_opened_count"])
    got = ask(
        home,
        "select day(period_start), value, is_complete from kpi.results where kpi_id = 'tickets_opened_count' "
        "and grain = 'day' and dimension = 'all' order by 1",
    )
    covered = [(2, 1.0, True), (3, 0.0, True), (4, 0.0, True), (5, 1.0, True)]
    assert got == [*covered, (6, None, False), (7, None, False), (8, None, False)]
    week = "select value, is_complete from kpi.results where kpi_id = 'tickets_opened_count' and grain = 'week'"
    assert ask(home, f"{week} and dimension = 'all'") == [(2.0, False)]


def test_a_period_is_complete_only_when_every_source_covers_it(home: Home) -> None:
    put(home, "exports/canonical/a.csv", csv(ticket("1", exported_at="2026-03-09T10:00:00Z")))
    event = {**ticket("1"), "event_at": "2026-03-03T10:00:00Z"}
    put(home, "exports/canonical_events/b.csv", csv(event))
    build(home, "kpi.results", as_of=date(2026, 3, 9), kpis=["tickets_opened_count"])
    got = ask(
        home,
        "select member, is_complete from kpi.results where kpi_id = 'tickets_opened_count' and grain = 'week' "
        "and period_start = date '2026-03-02' and dimension in ('all', 'source') order by 1",
    )
    assert got == [("all", False), ("canonical", True), ("canonical_events", False)]


def test_per_business_day_is_of_the_days_that_the_source_covers(home: Home) -> None:
    """Source canonical: 3 tickets on the 8 days from the 2nd to the 9th; the log: 2 on the 2 days from the 3rd."""
    rows = [ticket(str(n), exported_at="2026-03-09T10:00:00Z") for n in range(3)]
    put(home, "exports/canonical/a.csv", csv(*rows))
    later = {"opened_at": "2026-03-03T10:00:00Z", "event_at": "2026-03-04T10:00:00Z"}
    put(home, "exports/canonical_events/b.csv", csv({**ticket("1"), **later}, {**ticket("2"), **later}))
    kpis = ["tickets_opened_per_business_day"]
    build(home, "kpi.results", "kpi.slice", as_of=date(2026, 3, 20), kpis=kpis)
    got = ask(
        home,
        "select member, value from kpi.results where kpi_id = 'tickets_opened_per_business_day' and grain = 'month' "
        "and dimension in ('all', 'source') order by 1",
    )
    assert got == [("all", 5 / 8), ("canonical", 3 / 8), ("canonical_events", 1.0)]
    march = "kpi.slice('tickets_opened_per_business_day', date '2026-03-01', date '2026-03-31'"
    assert ask(home, f"select value from {march})") == [(5 / 8,)]
    assert ask(home, f"select value from {march}, only_ := map {{'source': ['canonical_events']}})") == [(1.0,)]


def test_weeks_start_on_monday_and_quarters_are_calendar_quarters(demo: Home) -> None:
    starts = "select distinct {} from kpi.results where grain = '{}'"
    assert ask(demo, starts.format("isodow(period_start)", "week")) == [(1,)]
    assert sorted(ask(demo, starts.format("month(period_start)", "quarter"))) == [(1,), (4,), (7,), (10,)]


def test_every_table_and_column_carries_its_meaning(demo: Home) -> None:
    """Comments are there for each table, view and column, and DuckDB 1.5 tools can open the file."""
    assert ask(demo, "select table_name from duckdb_tables() where comment is null") == []
    assert ask(demo, "select view_name from duckdb_views() where comment is null and not internal") == []
    assert (
        ask(demo, "select table_name, column_name from duckdb_columns() where comment is null and not internal") == []
    )
    ((tags,),) = ask(demo, "select tags from duckdb_databases() where database_name = 'desk'")
    assert tags["storage_version"].startswith("v1.5")
