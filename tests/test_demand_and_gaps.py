"""The tables beside kpi.results: demand by hour, topics without articles, the backlog's ledger and its check."""

from datetime import date
from pathlib import Path

from conftest import ask, build, csv, put, ticket

from okr_analytics.desk import Desk
from okr_analytics.home import Home
from okr_analytics.metrics.shipped import shipped
from okr_analytics.warehouse.audits import unbalanced_backlogs
from okr_analytics.warehouse.engine import Engine


def test_demand_counts_by_weekday_and_hour_of_the_desk(home: Home) -> None:
    """Two on Monday the 2nd in the hour from 11 in Madrid, one on Monday the 9th; Tuesdays are quiet: 0, not absent."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    rows = [
        ticket("1", opened_at="2026-03-02T10:00:00Z"),
        ticket("2", opened_at="2026-03-02T10:59:59Z"),
        ticket("3", opened_at="2026-03-09T10:30:00Z", exported_at="2026-03-10T12:00:00Z"),
    ]
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert build(home, "kpi.demand", as_of=date(2026, 3, 10), is_checked=True) == {}
    got = ask(
        home,
        "select weekday, hour, ticket_count, day_count, tickets_per_day from kpi.demand "
        "where ticket_count > 0 or (weekday = 2 and hour = 11) order by 1, 2",
    )
    assert got == [(1, 11, 3, 2, 1.5), (2, 11, 0, 2, 0)]
    assert ask(home, "select count(*), sum(ticket_count) from kpi.demand") == [(7 * 24, 3)]


def test_demand_keeps_to_the_days_that_were_covered(home: Home) -> None:
    """On the day of the clock change the hour from 3 to 4 is 01:30 UTC; a run as of that day knows nothing later."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    rows = [ticket("1", opened_at="2026-03-29T01:30:00Z"), ticket("2", opened_at="2026-03-30T10:00:00Z")]
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert build(home, "kpi.demand", as_of=date(2026, 3, 29), is_checked=True) == {}
    got = ask(home, "select month, weekday, hour, ticket_count, day_count from kpi.demand where ticket_count > 0")
    assert got == [(date(2026, 3, 1), 7, 3, 1, 1)]


def test_a_topic_with_many_tickets_and_no_article_is_a_gap(home: Home) -> None:
    """Four on delivery without an article, one on returns without one, three on billing with one: the mean is 2.67."""
    topics = ["delivery"] * 4 + ["returns"] + ["billing"] * 3
    put(
        home,
        "exports/canonical/t.csv",
        csv(*[ticket(str(number), topic=topic) for number, topic in enumerate(topics)]),
    )
    articles = [
        {"article_id": "k1", "topic": "billing", "day": "2026-03-01", "views": 5},
        {"article_id": "k2", "topic": "billing", "day": "2026-03-02", "views": 7},
    ]
    put(home, "exports/articles/a.csv", csv(*articles))
    assert build(home, "kpi.knowledge_gaps", as_of=date(2026, 3, 2), is_checked=True) == {}
    got = ask(home, "select topic, ticket_count, article_count, view_count, is_gap from kpi.knowledge_gaps order by 1")
    assert got == [("billing", 3, 2, 12, False), ("delivery", 4, 0, None, True), ("returns", 1, 0, None, False)]


def test_without_a_knowledge_base_nobody_knows_of_gaps(home: Home) -> None:
    put(home, "exports/canonical/t.csv", csv(ticket("1", topic="delivery")))
    kpis = [kpi_id for kpi_id in shipped(Desk()).kpis if kpi_id.startswith("documented")]
    tables = ("kpi.knowledge_gaps", "kpi.results")
    assert build(home, *tables, as_of=date(2026, 3, 2), kpis=kpis, is_checked=True) == {}
    assert ask(home, "select * from kpi.knowledge_gaps") == []
    assert ask(home, "select * from kpi.results where kpi_id like 'documented%'") == []


def test_the_ledger_of_a_reopened_ticket(home: Home) -> None:
    """Opened and solved on the 2nd, open again on the 4th, solved on the 5th; another one is opened on the 4th."""
    reopened = {"first_resolved_at": "2026-03-02T12:00:00Z", "reopened_at": "2026-03-04T12:00:00Z", "reopen_count": 1}
    rows = [
        ticket("1", status="solved", **{**reopened, "resolved_at": "2026-03-05T12:00:00Z"}),
        ticket("2", opened_at="2026-03-04T09:00:00Z"),
        ticket("3", status="deleted"),
    ]
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert build(home, "kpi.backlog_ledger", as_of=date(2026, 3, 6), is_checked=True) == {}
    got = ask(
        home,
        "select day(day), opening_count, opened_count, reopened_count, solved_count, closing_count "
        "from kpi.backlog_ledger order by 1",
    )
    assert got == [(2, 0, 1, 0, 1, 0), (4, 0, 1, 1, 0, 2), (5, 2, 0, 0, 1, 1)]


def test_a_backlog_that_does_not_add_up_is_found(tmp_path: Path) -> None:
    engine = Engine.scratch(tmp_path)
    engine.run("create schema kpi")
    columns = "day, channel, team, priority, opening_count, opened_count, reopened_count, solved_count, closing_count"
    engine.run(
        f"create table kpi.backlog_ledger as select * from (values (1, 'email', 't', 'p', 5, 2, 1, 3, 5), "
        f"(2, 'email', 't', 'p', 5, 2, 1, 3, 6)) as ledger({columns})"
    )
    assert unbalanced_backlogs(engine) == [(2, "email", "t", "p", 6, 5)]
    engine.close()
