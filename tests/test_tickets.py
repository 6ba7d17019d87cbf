"""What a ticket is: newest versions, histories, rejections, nulled values. One claim per test."""

import random
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from conftest import SPLIT, ask, build, conserved_in_any_order, csv, land, publish, put, ticket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_analytics.home import Home
from okr_analytics.newhome import create_home


def load(home: Home, *rows: dict[str, object]) -> None:
    """Land these rows as one canonical export."""
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every ticket."""
    return ask(home, f"select {', '.join(names)} from core.tickets order by source, ticket_id")


REJECTED: list[tuple[dict[str, object], list[str]]] = [
    (ticket(None), ["no_ticket_id"]),
    (ticket("  "), ["no_ticket_id"]),
    (ticket(opened_at=None), ["no_opened_at"]),
    (ticket(opened_at="31/02/2026"), ["unreadable_opened_at"]),
    (ticket(None, opened_at="soon"), ["no_ticket_id", "unreadable_opened_at"]),
    (ticket(status="solved", resolved_at="2026-03-02T09:59:59Z"), ["resolved_before_opened"]),
    (ticket(status="closed", closed_at="2026-03-01T10:00:00Z"), ["closed_before_opened"]),
    (ticket(first_response_at="at once"), ["unreadable_first_response_at"]),
    (ticket(opened_at="2027-01-01T10:00:00Z"), ["opened_in_the_future"]),
]


def test_every_row_that_cannot_stand_is_rejected_with_all_its_reasons(home: Home) -> None:
    load(home, ticket("good", first_response_at="2026-03-03T10:00:00Z"), *(row for row, _ in REJECTED))
    got = ask(home, "select row_number, reasons from core.rejected_rows order by 1")
    assert got == [(number, reasons) for number, (_, reasons) in enumerate(REJECTED, 2)]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(10, 1, 0, 9, 0, 0)]


def test_resolved_at_the_second_of_opening_is_no_contradiction(home: Home) -> None:
    load(home, ticket(status="solved", resolved_at="2026-03-02T10:00:00Z", reopen_count=0))
    assert columns(home, "full_resolution_calendar_seconds") == [(0,)]


def test_a_rejected_record_is_kept_with_personal_data_masked(home: Home) -> None:
    load(home, ticket("1", opened_at="no", customer="Ana Pop", topic="write to ana@example.org"))
    ((record,),) = ask(home, "select record from core.rejected_rows")
    assert '"customer": "***"' in record
    assert '"topic": "write to ***"' in record
    assert "ana" not in record.lower()


def test_bad_optional_values_are_nulled_or_folded_and_counted(home: Home) -> None:
    load(
        home,
        ticket("1", first_response_at="2026-03-01T10:00:00Z", reply_count=-2, handle_seconds="long", channel="pigeon"),
        ticket("2", status="gone fishing", sla_met_by_source="perhaps"),
    )
    numbers = ("first_response_at", "reply_count", "handle_seconds")
    assert columns(home, *numbers, "channel", "channel_raw", "status", "sla_met_by_source") == [
        (None, None, None, "other", "pigeon", "open", None),
        (None, None, None, "unknown", None, "open", None),
    ]
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by 1") == [
        ("channel", "unknown word", 1),
        ("first_response_at", "before opened", 1),
        ("handle_seconds", "no number", 1),
        ("reply_count", "negative", 1),
        ("sla_met_by_source", "neither yes nor no", 1),
        ("status", "unknown word", 1),
    ]


def test_channels_and_statuses_fold_in_four_languages(home: Home) -> None:
    """No instant says that the last four are solved: only the word does."""
    channels = {"Correo electrónico": "email", "TELEFONE": "phone", "formular web": "web_form", "Live  Chat": "chat"}
    statuses = ("Resuelto", "RESOLVIDO", "rezolvat", "solved")
    load(
        home,
        *(ticket(f"a{number}", channel=word) for number, word in enumerate(channels)),
        *(ticket(f"b{place}", status=word) for place, word in enumerate(statuses)),
    )
    got = columns(home, "channel", "origin_channel", "channel_raw", "status")
    assert got[:4] == [(folded, folded, word, "open") for word, folded in channels.items()]
    assert got[4:] == [("unknown", "unknown", None, "solved")] * 4


def test_a_missing_dimension_is_unknown_and_a_missing_count_is_null(home: Home) -> None:
    load(home, ticket())
    got = columns(home, "channel", "topic", "priority", "team", "agent", "segment", "reopen_count", "reply_count")
    assert got == [("unknown",) * 6 + (None, None)]


def test_a_reopened_ticket_has_no_resolution_time(home: Home) -> None:
    solve = {"resolved_at": "2026-03-03T10:00:00Z", "reopened_at": "2026-03-04T10:00:00Z", "reopen_count": 1}
    load(home, ticket(status="open", **solve))
    assert columns(home, "resolved_at", "resolved_from", "full_resolution_calendar_seconds") == [(None, None, None)]
    assert columns(home, "first_resolved_at::varchar") == [("2026-03-03 10:00:00",)]


def test_never_reopened_first_and_last_solve_are_equal(home: Home) -> None:
    load(home, ticket(status="solved", resolved_at="2026-03-03T10:00:00Z", reopen_count=0))
    assert columns(home, "first_resolved_at = resolved_at", "history_known") == [(True, True)]


def test_a_snapshot_that_hides_solves_says_so(home: Home) -> None:
    """Reopened twice: the solves in between are hidden, and the ticket counts as unresolved to its last solve."""
    solved = {"status": "solved", "resolved_at": "2026-03-09T10:00:00Z", "reopened_at": "2026-03-08T10:00:00Z"}
    known = ticket(**solved, first_resolved_at="2026-03-03T10:00:00Z", reopen_count=2)
    put(home, "exports/canonical/t.csv", csv(known, ticket("2", **solved)))
    assert build(home, "core.tickets", "fact.solves", "kpi.backlog_ledger", is_checked=True) == {}
    assert columns(home, "history_known", "first_resolved_at is null") == [(False, False), (False, True)]
    solves = ask(home, "select ticket_id, day::varchar from fact.solves order by 1")
    assert solves == [("1", "2026-03-09"), ("2", "2026-03-09")]


def test_customers_are_hashed_with_a_key_and_null_without(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    customers = ("Ana@x.org", "ana@x.org", "b@x.org", None)
    load(home, *(ticket(str(number), customer=each) for number, each in enumerate(customers)))
    assert columns(home, "customer_key") == [(None,)] * 4
    monkeypatch.setenv("OKR_CUSTOMER_KEY", "secret")
    land(home)
    (one,), (two,), (three,), (none,) = columns(home, "customer_key")
    assert one == two != three
    assert none is None
    assert "ana" not in str(one)


def test_an_opening_may_be_the_newest_instant_inside(home: Home) -> None:
    """Opened after the last solve, with no later instant in the file: not in the future."""
    solves = [
        ticket(str(n), opened_at=f"2026-09-0{n}T10:00:00Z", status="solved", resolved_at="2026-09-03T12:00:00Z")
        for n in (1, 2)
    ]
    load(home, *solves, ticket("9", opened_at="2026-09-09T10:00:00Z"))
    assert ask(home, "select count(*) from core.tickets") == [(3,)]
    assert ask(home, "select last_day::varchar from core.coverage") == [("2026-09-09",)]


def test_an_opening_before_1970_is_refused(home: Home) -> None:
    load(home, ticket("1"), ticket("2", opened_at="0001-01-04T10:00:00Z"))
    assert ask(home, "select reasons from core.rejected_rows") == [(["opened_before_1970"],)]


def test_the_same_file_in_two_folders_is_two_files(home: Home) -> None:
    put(
        home,
        "sources/other.yaml",
        "title: Other\nkind: tickets\ncolumns: {ticket_id: ticket_id, opened_at: opened_at}\n",
    )
    for folder in ("canonical", "other"):
        put(home, f"exports/{folder}/t.csv", csv(ticket("1"), ticket("2", opened_at="no")))
    assert land(home) == {}
    assert columns(home, "source", "ticket_id") == [("canonical", "1"), ("other", "1")]
    assert ask(home, f"select source, {SPLIT} from ops.loads order by 1") == [
        ("canonical", 2, 1, 0, 1, 0, 0), ("other", 2, 1, 0, 1, 0, 0),
    ]  # fmt: skip


def test_where_a_source_has_a_history_too_its_snapshot_is_superseded(home: Home) -> None:
    put(home, "sources/log.yaml", "title: Log\nkind: events\nsource: canonical\nevents: {at: event_at}\n"
        "columns: {ticket_id: ticket_id, opened_at: opened_at, status: status}\n")  # fmt: skip
    put(home, "exports/canonical/t.csv", csv(ticket("1"), ticket("2")))
    put(home, "exports/log/e.csv", csv(event("open", "2026-03-02T10:00:00Z"), event("solved", "2026-03-02T11:00:00Z")))
    assert land(home) == {}
    assert columns(home, "ticket_id", "status") == [("1", "solved"), ("2", "open")]
    assert ask(home, f"select {SPLIT} from ops.loads order by file") == [(2, 1, 1, 0, 0, 0), (2, 1, 0, 0, 1, 0)]


def test_an_export_of_nothing_but_deletions_covers_its_day(home: Home) -> None:
    put(home, "exports/canonical/t-2026-03-05.csv", csv(ticket("1"), ticket("2")))
    put(home, "exports/canonical/t-2026-03-09.csv", csv(ticket("2", status="deleted")))
    assert land(home) == {}
    assert ask(home, "select last_day::varchar from core.coverage") == [("2026-03-09",)]


def test_a_home_whose_path_looks_like_a_partition_reads_the_same(tmp_path: Path) -> None:
    home = Home(tmp_path / "team=x")
    create_home(home, "UTC", None, date(2026, 1, 1))
    load(home, ticket("1", team="billing"))
    assert columns(home, "team") == [("billing",)]


def test_customers_without_a_key_are_warned_about(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    load(home, ticket("1", customer="ana@x.org"))
    assert "set OKR_CUSTOMER_KEY to keep them" in caplog.text
    assert "ana" not in caplog.text


@pytest.mark.parametrize("rows", [[], [ticket("2", opened_at="no")]])
def test_a_file_of_no_accepted_rows_covers_nothing(home: Home, rows: list[dict[str, object]]) -> None:
    put(home, "exports/canonical/a.csv", csv(ticket("1", first_response_at="2026-03-05T10:00:00Z")))
    put(home, "exports/canonical/b.csv", csv(*rows) if rows else ",".join(ticket()) + "\n")
    assert land(home) == {}
    assert ask(home, "select last_day::varchar from core.coverage") == [("2026-03-05",)]


def test_no_export_is_newer_than_the_moment_of_reading(home: Home) -> None:
    load(home, ticket("1", exported_at="2062-03-05T10:00:00Z"), ticket("2", exported_at="2026-03-05T10:00:00Z"))
    assert ask(home, "select last_day::varchar from core.coverage") == [("2026-03-05",)]


def test_a_known_reopening_is_at_least_one(home: Home) -> None:
    load(home, ticket("1", reopened_at="2026-03-05T10:00:00Z"))
    assert columns(home, "reopen_count") == [(1,)]


def test_a_first_solve_after_the_last_is_nulled_and_counted(home: Home) -> None:
    solve = {"status": "solved", "resolved_at": "2026-03-03T10:00:00Z", "reopen_count": 1}
    load(home, ticket("1", **solve, first_resolved_at="2026-03-04T10:00:00Z"))
    assert columns(home, "first_resolved_at") == [(None,)]
    nulled = ask(home, "select nulled_column, reason, nulled_count from core.nulled_values")
    assert nulled == [("first_resolved_at", "after resolved", 1)]


VERSIONS = (
    ticket("1", topic="old", updated_at="2026-03-03T10:00:00Z"),
    ticket("1", topic="new", updated_at="2026-03-05T10:00:00Z", status="solved", resolved_at="2026-03-05T10:00:00Z"),
    ticket("1", topic="middle", updated_at="2026-03-04T10:00:00Z"),
    ticket("2", status="deleted", updated_at="2026-03-04T10:00:00Z"),
    ticket("2", topic="alive", updated_at="2026-03-03T10:00:00Z"),
)


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_the_newest_version_wins_whatever_the_order_of_files(home: Home, order: tuple[int, ...]) -> None:
    files = (VERSIONS[0:1] + VERSIONS[3:4], VERSIONS[1:2], VERSIONS[2:3] + VERSIONS[4:5])
    for place in order:
        put(home, f"exports/canonical/{place}.csv", csv(*files[place]))
        land(home)
    assert columns(home, "ticket_id", "topic") == [("1", "new")]
    got = ask(home, f"select file, {SPLIT} from ops.loads order by file")
    assert [row[1:] for row in got] == [(2, 0, 1, 0, 0, 1), (1, 1, 0, 0, 0, 0), (2, 0, 2, 0, 0, 0)]


def test_a_deleted_ticket_that_comes_back_is_back(home: Home) -> None:
    gone = ticket("1", status="deleted", updated_at="2026-03-04T10:00:00Z")
    load(home, gone, ticket("1", updated_at="2026-03-05T10:00:00Z"))
    assert ask(home, f"select {SPLIT} from ops.loads") == [(2, 1, 1, 0, 0, 0)]


def test_ids_of_two_sources_do_not_collide(home: Home) -> None:
    put(home, "exports/canonical/t.csv", csv(ticket("1")))
    put(home, "exports/canonical_events/t.csv", csv({**ticket("1"), "event_at": "2026-03-02T10:00:00Z"}))
    land(home)
    assert columns(home, "source", "ticket_id") == [("canonical", "1"), ("canonical_events", "1")]


def event(status: str | None, at: str, ticket_id: str = "1", **more: object) -> dict[str, object]:
    """A canonical event row."""
    return {"ticket_id": ticket_id, "opened_at": "2026-03-02T10:00:00Z", "status": status, "event_at": at, **more}


HISTORY = (
    event("open", "2026-03-02T10:00:00Z"),
    event("solved", "2026-03-02T12:00:00Z"),
    event("closed", "2026-03-04T12:00:00Z"),
    event("open", "2026-03-05T09:00:00Z"),
    event(None, "2026-03-05T09:30:00Z"),
    event("solved", "2026-03-06T10:00:00Z"),
    event("solved", "2026-03-06T11:00:00Z"),
)


def test_a_history_folds_to_its_last_state_and_keeps_every_solve(home: Home) -> None:
    """Solved, closed, reopened, solved: closed counts as solved, the first event in the state is the solve."""
    put(home, "exports/canonical_events/log.csv", csv(*HISTORY))
    assert land(home) == {}
    assert columns(home, "status", "reopen_count", "resolved_from") == [("solved", 1, "history")]
    instants = columns(home, "first_resolved_at::varchar", "resolved_at::varchar")
    assert instants == [("2026-03-02 12:00:00", "2026-03-06 10:00:00")]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(7, 1, 0, 0, 6, 0)]


LOG = """\
title: Log
kind: events
events: {at: event_at}
columns: {ticket_id: ticket_id, opened_at: opened_at, status: status, resolved_at: resolved_at, reopen_count: reopens}
"""


def test_the_exported_solve_counts_wherever_in_the_log_it_stands(home: Home) -> None:
    """resolved_at is filled on the closing only; ticket and fact agree on it."""
    put(home, "sources/log.yaml", LOG)
    rows = (
        event("solved", "2026-03-03T10:00:00Z", resolved_at=None, reopens=0),
        event("closed", "2026-03-05T10:00:00Z", resolved_at="2026-03-04T10:00:00Z", reopens=0),
    )
    put(home, "exports/log/e.csv", csv(*rows))
    build(home, "core.tickets", "fact.solves")
    assert columns(home, "resolved_from", "full_resolution_calendar_seconds") == [("export", 172_800)]
    assert ask(home, "select calendar_seconds from fact.solves") == [(172_800,)]


def test_what_the_desk_does_not_count_as_reopening_is_none_but_ends_the_solve(home: Home) -> None:
    put(home, "sources/log.yaml", LOG)
    states = (("solved", "2026-03-03T10:00:00Z"), ("open", "2026-03-04T10:00:00Z"))
    put(home, "exports/log/e.csv", csv(*(event(status, at, resolved_at=None, reopens=0) for status, at in states)))
    build(home, "core.tickets", "fact.reopens", "fact.solves")
    assert columns(home, "status", "resolved_at", "reopen_count", "reopened_at") == [("open", None, 0, None)]
    assert ask(home, "select count(*) from fact.reopens") == [(0,)]
    assert ask(home, "select day::varchar, counts_until::varchar from fact.solves") == [("2026-03-03", "2026-03-04")]


def test_events_delivered_twice_count_once(home: Home) -> None:
    put(home, "exports/canonical_events/a.csv", csv(*HISTORY[:4]))
    put(home, "exports/canonical_events/b.csv", csv(*HISTORY))
    assert land(home) == {}
    assert columns(home, "reopen_count") == [(1,)]
    assert ask(home, f"select {SPLIT} from ops.loads order by file") == [(4, 0, 4, 0, 0, 0), (7, 1, 0, 0, 6, 0)]


def test_the_order_of_rows_in_a_history_without_sequence_does_not_matter(home: Home) -> None:
    shuffled = list(HISTORY)
    random.Random(3).shuffle(shuffled)  # noqa: S311 - a shuffle, not a secret
    put(home, "exports/canonical_events/log.csv", csv(*shuffled))
    land(home)
    assert columns(home, "status", "reopen_count", "resolved_at::varchar") == [("solved", 1, "2026-03-06 10:00:00")]


def test_a_reopening_that_does_not_lie_between_the_solves_hides_some_of_them(home: Home) -> None:
    """Solved on the 3rd, reopened on the 5th, closed, and the last solve is still the 3rd: the solve after the
    reopening is hidden, so the ticket counts as unresolved until the 3rd, and its backlog adds up."""
    solved = {"status": "closed", "reopen_count": 1, "first_resolved_at": "2026-03-03T10:00:00Z"}
    late = {"resolved_at": "2026-03-03T10:00:00Z", "reopened_at": "2026-03-05T10:00:00Z"}
    early = {"resolved_at": "2026-03-06T10:00:00Z", "reopened_at": "2026-03-02T11:00:00Z"}
    between = {"resolved_at": "2026-03-06T10:00:00Z", "reopened_at": "2026-03-05T10:00:00Z"}
    rows = [
        ticket("between", **solved, **between),
        ticket("early", **solved, **early),
        ticket("late", **solved, **late),
    ]
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert build(home, "core.tickets", "kpi.backlog_ledger", is_checked=True) == {}
    assert columns(home, "ticket_id", "history_known") == [("between", True), ("early", False), ("late", False)]


def test_where_events_disagree_on_the_opening_the_earliest_counts(home: Home) -> None:
    """Solved an hour after it was opened; a later event says that it was opened the day after."""
    rows = [
        {"ticket_id": "1", "opened_at": f"2026-03-0{day}T10:00:00Z", "status": status, "event_at": at}
        for day, status, at in ((2, "solved", "2026-03-02T11:00:00Z"), (3, "closed", "2026-03-03T12:00:00Z"))
    ]
    put(home, "exports/canonical_events/log.csv", csv(*rows))
    assert land(home) == {}
    names = ("opened_at::varchar", "first_resolution_calendar_seconds", "full_resolution_calendar_seconds")
    assert columns(home, *names) == [("2026-03-02 10:00:00", 3600, 3600)]
    assert ask(home, "select calendar_seconds from core.status_changes") == [(3600,)]


def test_a_history_that_contradicts_itself_rejects_its_ticket_until_it_is_mended(home: Home) -> None:
    wrong = (event("open", "2026-03-02T10:00:00Z"), event("solved", "2026-03-01T12:00:00Z"))
    put(home, "exports/canonical_events/a.csv", csv(*wrong, event("open", "2026-03-02T10:00:00Z", "2")))
    land(home)
    assert columns(home, "ticket_id") == [("2",)]
    reasons = [reasons for (reasons,) in ask(home, "select reasons from core.rejected_rows order by row_number")]
    assert reasons == [["another_event_contradicts_opening"], ["solved_event_before_opened"]]
    put(home, "exports/canonical_events/b.csv", csv(*HISTORY))
    assert land(home) == {}
    assert columns(home, "ticket_id", "status") == [("1", "solved"), ("2", "open")]


def test_odd_tickets_go_the_whole_way(home: Home) -> None:
    """Whatever a ticket says, facts and KPIs hold their contracts, and the backlog adds up."""
    solved = {"status": "solved", "resolved_at": "2026-03-03T10:00:00Z"}
    odd: tuple[dict[str, object], ...] = (
        {"first_response_at": "2026-03-01T10:00:00Z", "reply_count": -2, "handle_seconds": "long", "channel": "pigeon"},
        {"status": "gone fishing", "sla_met_by_source": "perhaps"},
        {"resolved_at": "2026-03-03T10:00:00Z", "reopened_at": "2026-03-04T10:00:00Z", "reopen_count": 1},
        {"reopened_at": "2026-03-05T10:00:00Z"},
        {**solved, "resolved_at": "2026-03-02T10:00:00Z", "reopen_count": 0},
        {**solved, "reopened_at": "2026-03-08T10:00:00Z"},
        {**solved, "reopen_count": 1, "first_resolved_at": "2026-03-04T10:00:00Z"},
        {"status": "solved"},
        {"status": "deleted"},
    )
    rows = [ticket(f"odd {number}", **each) for number, each in enumerate(odd)]
    put(home, "exports/canonical/t.csv", csv(*rows, *(row for row, _ in REJECTED)))
    wrong = (event("open", "2026-03-02T10:00:00Z", "w"), event("solved", "2026-03-01T12:00:00Z", "w"))
    put(home, "exports/canonical_events/a.csv", csv(*wrong))
    put(home, "exports/canonical_events/b.csv", csv(*HISTORY))
    assert publish(home) == {}
    assert ask(home, f"select {SPLIT} from ops.loads order by file") == [
        (18, 8, 0, 9, 0, 1), (2, 0, 0, 2, 0, 0), (7, 1, 0, 0, 6, 0),
    ]  # fmt: skip


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "ticket_id": st.sampled_from(["", "1", "2", "3"]),
            "status": st.sampled_from(["open", "solved", "deleted", "what"]),
            "opened_at": st.sampled_from(["2026-03-02T10:00:00Z", "", "never", "2026-03-03T10:00:00Z"]),
            "resolved_at": st.sampled_from(["", "2026-03-04T10:00:00Z", "2026-03-01T10:00:00Z"]),
            "updated_at": st.sampled_from(["", "2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z"]),
        }
    ),
    max_size=8,
)


FILES = st.lists(ROWS, min_size=1, max_size=3)
A_HOME_EACH = [HealthCheck.function_scoped_fixture]


@settings(max_examples=3, deadline=None, suppress_health_check=A_HOME_EACH)
@given(files=FILES, seed=st.integers(0, 99))
def test_no_row_vanishes_and_the_order_of_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[dict[str, object]]], seed: int
) -> None:
    conserved_in_any_order(tmp_path_factory.mktemp("law"), _exports(files), seed)


@pytest.mark.soak
@settings(max_examples=150, deadline=None, suppress_health_check=A_HOME_EACH)
@given(files=FILES, seed=st.integers(0, 99))
def test_no_row_vanishes_in_many_more_exports(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[dict[str, object]]], seed: int
) -> None:
    conserved_in_any_order(tmp_path_factory.mktemp("law"), _exports(files), seed)


def _exports(files: list[list[dict[str, object]]]) -> list[tuple[str, list[dict[str, object]]]]:
    """Ticket exports; one of no rows has one of empty cells."""
    return [("canonical", rows or [dict.fromkeys(ticket(), "")]) for rows in files]
