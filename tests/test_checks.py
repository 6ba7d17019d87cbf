"""Checks that people would set up by hand: what is unusual is told, what cannot be right is not published."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from click.testing import CliRunner
from conftest import ask, csv, publish, publish_core, put, ticket

from okr_analytics.desk import Desk, read_desk
from okr_analytics.home import Home
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.unusual import missing_values, rejected_shares, unusual_volumes
from pipelines.cli import main

FRIDAY = date(2026, 3, 20)
FIRST = date(2026, 1, 1)
HOURS = "time_zone: UTC\nhours: {mon-fri: 09:00-17:00}\n"


def covered(tickets: list[dict[str, object]]) -> Engine:
    """A stage on which only tickets are known, exported on the Saturday after, so that the Friday is whole."""
    engine = Engine.scratch()
    engine.run("create schema core")
    engine.create("core.tickets", pl.DataFrame(tickets, infer_schema_length=None).with_columns(source=pl.lit("desk")))
    engine.run(
        "create table core.coverage as select source, 'tickets' as input, min(opened_date) as first_day, "
        "date '2026-03-21' as last_day from core.tickets group by source"
    )
    return engine


def volumes(counts: Mapping[date, int], as_of: date = FRIDAY, desk: Desk | None = None) -> list[str]:
    """What is unusual where so many tickets were opened on each day."""
    tickets: list[dict[str, object]] = [{"opened_date": day} for day, count in counts.items() for _ in range(count)]
    return unusual_volumes(covered(tickets), desk or Desk(), as_of)


def usual_days(count: int = 20) -> dict[date, int]:
    """So many tickets a day from the first of January, none on weekends."""
    days = (FIRST + timedelta(days=number) for number in range((FRIDAY - FIRST).days + 1))
    return {day: count for day in days if day.isoweekday() < 6}


@pytest.mark.parametrize(("friday", "told"), [(20, 0), (7, 0), (33, 0), (6, 1), (34, 1), (0, 1)])
def test_a_day_far_from_the_same_weekday_of_eight_weeks_is_told(friday: int, told: int) -> None:
    """Every Friday had 20: chance alone is 3 x the root of 20, thirteen up or down."""
    said = f"desk: {friday} tickets opened on Friday 2026-03-20, usual are 20 (the 8 like days of 8 weeks)"
    assert volumes({**usual_days(), FRIDAY: friday}) == [said] * told


def test_weekdays_that_scatter_widely_may_go_on_to() -> None:
    """Fridays of 10 and 30 in turn: half are 10 away from 20, so 3 x 14.8 = 44 up is still usual."""
    fridays = {FRIDAY - timedelta(weeks=week): 10 if week % 2 else 30 for week in range(1, 9)}
    assert volumes({**usual_days(), **fridays, FRIDAY: 64}) == []
    assert len(volumes({**usual_days(), **fridays, FRIDAY: 65})) == 1


def test_a_small_desk_is_not_told_of_five_tickets() -> None:
    assert volumes({**usual_days(0), FIRST: 1, FRIDAY: 5}) == []
    assert len(volumes({**usual_days(0), FIRST: 1, FRIDAY: 6})) == 1


def test_a_day_that_is_not_over_in_the_export_is_not_judged() -> None:
    """The export was made on Saturday: Saturday and Sunday are not wholly known, so Friday is judged."""
    assert volumes(usual_days(), as_of=FRIDAY + timedelta(days=2)) == []
    assert len(volumes({**usual_days(), FRIDAY: 0}, as_of=FRIDAY + timedelta(days=2))) == 1


def test_a_quiet_weekend_is_compared_with_weekends() -> None:
    assert volumes(usual_days(), as_of=date(2026, 3, 15)) == []


@pytest.mark.parametrize(("first", "told"), [(date(2026, 2, 18), 1), (date(2026, 2, 25), 0)])
def test_four_weeks_must_be_known(first: date, told: int) -> None:
    """Nobody wrote on the Friday. From 18 February there are four Fridays before, from the 25th three."""
    assert len(volumes({day: count for day, count in usual_days().items() if first <= day < FRIDAY})) == told


def test_a_holiday_is_compared_with_holidays_only(home: Home) -> None:
    """Nobody writes on a holiday: no verdict. Open on the same Friday, the desk is told of it."""
    counts = {**usual_days(), FRIDAY: 0}
    put(home, "desk.yaml", HOURS + "holidays: {dates: [2026-03-20]}\n")
    assert volumes(counts, desk=read_desk(home)) == []
    put(home, "desk.yaml", HOURS)
    assert len(volumes(counts, desk=read_desk(home))) == 1


def test_holidays_are_not_held_against_a_working_day(home: Home) -> None:
    """Four of the eight Fridays before were holidays on which nobody wrote; the others had 20, and so has this one."""
    closed = [FRIDAY - timedelta(weeks=week) for week in range(1, 5)]
    counts = {**usual_days(), **dict.fromkeys(closed, 0), FRIDAY: 32}
    put(home, "desk.yaml", f"{HOURS}holidays: {{dates: [{', '.join(map(str, closed))}]}}\n")
    assert volumes(counts, desk=read_desk(home)) == []
    assert len(volumes({**counts, FRIDAY: 0}, desk=read_desk(home))) == 1


def solved(day: date, **more: object) -> dict[str, object]:
    """A solved ticket with all that it needs."""
    at = datetime(day.year, day.month, day.day, 12)
    said = {"status": "solved", "team": "unknown", "channel": "email", "first_response_at": at, "resolved_at": at}
    return {"opened_date": day, **said, **more}


def ten_a_day(**lately: object) -> list[dict[str, object]]:
    """Ten solved tickets a day; in the newest seven days two of ten are as `lately` says."""
    since = FRIDAY - timedelta(days=7)
    return [
        solved(day, **(lately if day > since and number < 2 else {})) for day in usual_days() for number in range(10)
    ]


@pytest.mark.parametrize(
    ("column", "empty"), [("channel", "unknown"), ("first_response_at", None), ("resolved_at", None)]
)
def test_a_column_that_stays_empty_far_more_often_than_before_is_told(column: str, empty: str | None) -> None:
    """Never empty in eight weeks, and in two of ten tickets of the last seven days: more than a tenth."""
    said = (
        f"desk: {column} is missing in 20% of the tickets of 7 days to 2026-03-20, in 0% of those of the 8 weeks before"
    )
    assert missing_values(covered(ten_a_day(**{column: empty})), FRIDAY) == [said]


def test_a_column_that_was_always_empty_is_as_usual() -> None:
    """The team was never given."""
    assert missing_values(covered(ten_a_day()), FRIDAY) == []


def test_open_tickets_need_no_answer_yet() -> None:
    unanswered = ten_a_day(status="open", resolved_at=None, first_response_at=None)
    assert missing_values(covered(unanswered), FRIDAY) == []


def test_few_tickets_give_no_verdict_on_columns() -> None:
    """Nineteen in the last week, fourteen of them without a channel; one more, and it is told."""
    rows = [solved(day) for day in usual_days()] + [solved(FRIDAY, channel="unknown")] * 14
    assert missing_values(covered(rows), FRIDAY) == []
    assert len(missing_values(covered([*rows, solved(FRIDAY)]), FRIDAY)) == 1


def test_a_file_of_which_more_than_a_twentieth_is_rejected_is_told(home: Home) -> None:
    """One of twenty is as usual, two of twenty-one are told; a file of a month ago is no news."""
    good = [ticket(str(number), opened_at="2026-03-20T10:00:00Z") for number in range(19)]
    bad = [ticket(f"bad-{number}", opened_at="soon") for number in range(2)]
    put(home, "exports/canonical/a-2026-03-21.csv", csv(*good, bad[0]))
    put(home, "exports/canonical/b-2026-03-21.csv", csv(*good, *bad))
    publish_core(home)
    with Engine.published(home.warehouse) as engine:
        assert rejected_shares(engine, FRIDAY) == [
            "exports/canonical/b-2026-03-21.csv: 2 of 21 rows are rejected (core.rejected_rows)"
        ]
        assert rejected_shares(engine, FRIDAY + timedelta(days=30)) == []


def unread(number: int) -> dict[str, object]:
    """A row whose opening nobody can read."""
    return ticket(f"new-{number}", opened_at="20. maart 2026 om 10u")


def test_an_input_that_lost_every_new_row_is_not_published(home: Home) -> None:
    """The helpdesk writes its days differently all of a sudden: zeros would be published. Until somebody mends the
    profile or takes the file away, every night says so."""
    put(home, "exports/canonical/old.csv", csv(ticket("1")))
    assert publish_core(home) == {}
    new = put(home, "exports/canonical/new.csv", csv(*map(unread, range(20))))
    said = (
        "canonical: every one of 20 new rows of tickets is rejected (exports/canonical/new.csv); "
        "mend the source profile, or take the files out of exports/"
    )
    assert publish_core(home) == {"ops.loads some_rows_accepted": [said]}
    assert publish_core(home) == {}, "the test publishes whatever checks say, and what is published is no news"
    new.unlink()
    put(home, "exports/canonical/newer.csv", csv(*map(unread, range(100, 120))))
    put(home, "exports/canonical/good.csv", csv(ticket("2")))
    assert publish_core(home) == {}, "one row of the new files could be read"


def test_a_few_bad_rows_stop_no_night(home: Home) -> None:
    put(home, "exports/canonical/old.csv", csv(ticket("1")))
    assert publish_core(home) == {}
    new = put(home, "exports/canonical/new.csv", csv(*map(unread, range(19))))
    assert publish_core(home) == {}
    new.write_text(csv(*map(unread, range(21))))
    assert list(publish_core(home)) == ["ops.loads some_rows_accepted"]


def test_every_check_and_what_it_found_is_published(home: Home) -> None:
    """Warnings show in okr status, five at most, and in its JSON; all are in ops.checks, the same every time."""
    put(home, "exports/canonical/tickets-2026-03-21.csv", csv(ticket("1"), ticket(opened_at="soon")))
    assert publish(home, FRIDAY) == {}
    assert ask(home, "select count(*), count(distinct table_name) from ops.checks where is_passed") > [(50, 40)]
    failed = "select table_name, check_name, severity, found from ops.checks where not is_passed"
    said = "exports/canonical/tickets-2026-03-21.csv: 1 of 2 rows are rejected (core.rejected_rows)"
    assert ask(home, failed) == [("ops.loads", "few_rows_rejected", "warning", [said])]
    done = CliRunner().invoke(main, ["--home", str(home.root), "status"])
    assert done.output.splitlines()[1] == f"warning: {said}"
    assert publish(home, FRIDAY) == {}
    assert ask(home, "select max(generation) from ops.generations") == [(1,)]
