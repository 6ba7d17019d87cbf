"""Real exports through the whole way; the figures were computed apart from this project (see shared/data)."""

import shutil
from collections.abc import Sequence

import pytest
from conftest import SHARED, ask, compute, land, new_home, put
from memory_warehouse import CORE, findings

from okr_analytics.home import Home

SERVICENOW = SHARED / "data" / "servicenow_uci" / "incident_event_log.zip"
SF311 = SHARED / "data" / "sf311" / "cases.csv"
pytestmark = pytest.mark.skipif(
    not (SERVICENOW.exists() and SF311.exists()), reason="the real exports are not part of the project"
)
Q = "quantile_cont({0}, 0.5), quantile_cont({0}, 0.9)"
RESOLUTION = "full_resolution_calendar_seconds"


TABLES = (*CORE, "kpi.results", "kpi.slice", "fact.solves", "fact.backlog")
KPIS = (
    "reopened_share", "reopens_count", "full_resolution_calendar_mean", "full_resolution_calendar_median",
    "first_response_calendar_mean", "first_response_calendar_median", "first_response_calendar_p90",
    "tickets_opened_count", "sla_by_source_share", "transfers_any_share", "backlog_closing",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home with both sources, computed twice; the second time with a copy of a file under another name."""
    home = new_home(tmp_path_factory.mktemp("real"))
    for source, path in (("servicenow", SERVICENOW), ("sf311", SF311)):
        (home.exports / source).mkdir()
        shutil.copy(path, home.exports / source)
    first = contents(home, CORE)
    shutil.copy(SF311, home.exports / "sf311" / "delivered-again.csv")
    assert contents(home, TABLES) == first
    return home


def contents(home: Home, tables: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Hash and number of the rows of core.* and ops.loads, once these tables are computed and hold their contracts."""
    run = compute(home, *tables, kpis=KPIS)
    assert findings(run) == {}
    return {table: (run.stage.content_hash(table), run.stage.row_count(table)) for table in CORE}


def one(home: Home, sql: str) -> tuple[object, ...]:
    """The only row, numbers rounded to the digits that the reference prints."""
    (row,) = ask(home, sql)
    return tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row)


def test_servicenow_has_every_event_and_ticket(both: Home) -> None:
    loads = "select rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed from ops.loads"
    assert ask(both, f"{loads} where source = 'servicenow'") == [(141_712, 24_918, 0, 0, 116_794, 0)]


def test_servicenow_channels(both: Home) -> None:
    counts = ask(
        both,
        "select channel_raw, count(*) from core.tickets where source = 'servicenow' group by 1 order by 2 desc",
    )
    assert counts == [("Phone", 24_688), ("Self service", 158), ("Email", 59), ("IVR", 9), ("Direct opening", 4)]


def test_servicenow_reopens(both: Home) -> None:
    tickets = "from core.tickets where source = 'servicenow'"
    assert one(both, f"select count(*) filter (where reopen_count > 0), sum(reopen_count)::int {tickets}") == (275, 331)
    share = "select value, n from kpi.slice('reopened_share', date '2016-01-01', date '2017-12-31')"
    assert one(both, share) == (0.011036, 24_918)
    assert one(both, share.replace("reopened_share", "reopens_count")) == (331.0, 331)


def test_servicenow_resolution_by_where_it_came_from(both: Home) -> None:
    by = f"select count(*), avg({RESOLUTION}), {Q.format(RESOLUTION)} from core.tickets where source = 'servicenow'"
    exported = ask(both, f"{by} and resolved_from = 'export'")[0]
    assert (exported[0], round(exported[1], 3), *exported[2:]) == (23_362, 641_417.695, 79_560, 1_373_574)
    assert one(both, f"{by} and resolved_from = 'history'")[0] == 1_543
    assert one(both, f"{by} and resolved_from = 'closed'")[0] == 13
    n, mean, median, p90 = one(both, by)
    assert (n, f"{mean:.3f}", median, p90) == (24_918, "601912.800", 57_780, 1_299_642)


def test_servicenow_resolution_in_kpi_results(both: Home) -> None:
    months = ask(
        both,
        "select period_start, n, value from kpi.results where kpi_id = 'full_resolution_calendar_median' "
        "and grain = 'month' and dimension = 'source' and member = 'servicenow' "
        "and period_start between date '2016-03-01' and date '2016-05-31' order by 1",
    )
    assert [row[1:] for row in months] == [(7_652, 96_000), (8_241, 13_440), (7_460, 6_900)]


def test_servicenow_closing(both: Home) -> None:
    seconds = "epoch(closed_at) - epoch(opened_at)"
    mean, median, p90 = one(
        both, f"select avg({seconds}), {Q.format(seconds)} from core.tickets where source = 'servicenow'"
    )
    assert (f"{mean:.3f}", median, p90) == ("1135183.082", 525_120, 1_916_880)


def test_servicenow_stand_in_first_response_and_its_nulled_values(both: Home) -> None:
    by_slice = (
        "select value, n from kpi.slice('first_response_calendar_{}', date '2016-01-01', date '2017-12-31', "
        "only_ := map {{'source': ['servicenow']}})"
    )
    assert round(ask(both, by_slice.format("mean"))[0][0], 3) == 156_994.038
    assert ask(both, by_slice.format("median")) == [(1_260, 24_916)]
    assert ask(both, by_slice.format("p90")) == [(336_270, 24_916)]
    nulled = ask(both, "select nulled from ops.loads where source = 'servicenow'")
    assert nulled == [('{"first_response_at: before opened": 2}',)]


def test_servicenow_openings_by_month_and_its_own_sla(both: Home) -> None:
    opened = ask(
        both,
        "select value::int from kpi.results where kpi_id = 'tickets_opened_count' and grain = 'month' "
        "and dimension = 'source' and member = 'servicenow' "
        "and period_start between date '2016-03-01' and date '2016-05-31' order by period_start",
    )
    assert opened == [(8_995,), (7_934,), (7_508,)]
    tickets = "from core.tickets where source = 'servicenow'"
    assert one(both, f"select count(*) filter (where sla_met_by_source) {tickets}") == (15_803,)
    assert one(both, f"select count(*) filter (where transfer_count > 0) {tickets}") == (11_369,)


def test_the_last_known_solve_is_the_resolution(both: Home) -> None:
    """Every ticket that is solved now has exactly one solve that no reopening ended, and it is resolved_at."""
    assert one(
        both,
        "select count(*), count(*) filter (where solves.solved_at = tickets.resolved_at) "
        "from fact.solves as solves join core.tickets as tickets using (source, ticket_id) "
        "where solves.reopened_at is null and source = 'servicenow'",
    ) == (24_918, 24_918)


@pytest.mark.parametrize(("kpi", "share"), [("sla_by_source_share", 0.6342), ("transfers_any_share", 0.456257)])
def test_servicenow_shares_through_their_kpis(both: Home, kpi: str, share: float) -> None:
    """The helpdesk's own SLA verdict and the reassigned tickets, over all 24,918."""
    got = one(
        both,
        f"select value, n from kpi.slice('{kpi}', date '2015-01-01', date '2018-01-01', "
        "only_ := map {'source': ['servicenow']})",
    )
    assert got == (share, 24_918)


def test_servicenow_backlog_is_what_was_open_at_the_close_of_the_month(both: Home) -> None:
    """Counted one by one from the tickets' openings and last solves, for those that were never reopened."""
    for day in ("2016-03-31", "2016-05-31"):
        counted = one(
            both,
            f"select count(*) from core.tickets where source = 'servicenow' and opened_date <= date '{day}' "
            f"and resolved_date > date '{day}' and reopen_count = 0",
        )
        stretches = one(
            both,
            "select count(*) from fact.backlog join core.tickets using (source, ticket_id) where source = 'servicenow' "
            f"and reopen_count = 0 and counts_from <= date '{day}' and counts_until > date '{day}'",
        )
        assert stretches == counted > (1000,)


def test_sf311_rejections(both: Home) -> None:
    loads = "select rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed from ops.loads"
    assert ask(both, f"{loads} where source = 'sf311'") == [(10_000, 9_871, 0, 129, 0, 0)]
    reasons = ask(both, "select reasons, count(*) from core.rejected_rows group by all")
    assert reasons == [(["resolved_before_opened"], 129)]


def test_sf311_channels(both: Home) -> None:
    counts = ask(both, "select channel_raw, count(*) from core.tickets where source = 'sf311' group by 1")
    assert {**dict(counts), "other": 7} == {
        "Voice In": 6_613, "Open311": 1_418, "Web Self Service": 1_272, "Integrated Agency": 419, "Twitter": 139,
        "e-mail In": 3, "Other Department": dict(counts)["Other Department"], "Mail In": dict(counts)["Mail In"],
        "other": dict(counts)["Other Department"] + dict(counts)["Mail In"],
    }  # fmt: skip


def test_sf311_resolution_is_true_elapsed_time(both: Home) -> None:
    mean, n = ask(
        both,
        "select value, n from kpi.slice('full_resolution_calendar_mean', date '2008-01-01', date '2016-12-31', "
        "only_ := map {'source': ['sf311']})",
    )[0]
    assert (round(mean, 3), n) == (2_673_458.587, 9_401)
    median = "select value from kpi.slice('full_resolution_calendar_median', date '2008-01-01', date '2016-12-31', "
    assert ask(both, median + "only_ := map {'source': ['sf311']})") == [(246_000,)]


def test_sf311_days_are_local_days_of_san_francisco(both: Home) -> None:
    """Case 5489340 was opened at 14:27 on the 21st there, 22:27 UTC; late cases would slip into the next UTC day."""
    assert one(
        both,
        "select count(*) filter (where opened_date = cast(timezone('America/Los_Angeles', opened_at::timestamptz) "
        "as date)), count(*) filter (where opened_date <> cast(opened_at as date)) > 1000 "
        "from core.tickets where source = 'sf311'",
    ) == (9_871, True)


def test_a_source_that_never_tells_cannot_feed(both: Home) -> None:
    """SF 311 has neither responses nor reopenings: it feeds neither measure, and does not count as 0."""
    feeds = ask(both, "select measure from core.feeds where source = 'sf311' order by 1")
    assert feeds == [("backlog",), ("full_resolution",), ("tickets_opened",), ("tickets_resolved",)]


def test_the_same_file_under_another_name_is_no_new_load(both: Home) -> None:
    assert one(both, "select count(*), count(*) filter (where status = 'loaded') from ops.loads") == (2, 2)


def test_a_utf16_copy_reads_the_same(home: Home) -> None:
    """The same cases in another encoding give the same figures; marks and code pages are in test_export_files."""
    put(home, "exports/sf311/cases.csv", SF311.read_text(encoding="utf-8"), "utf-16")
    assert land(home) == {}
    assert ask(home, "select rows_read, rows_rejected from ops.loads") == [(10_000, 129)]
