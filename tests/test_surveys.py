"""What a survey is: newest versions, scores by their scale, replies, rejections, nulled values. One claim per test."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from conftest import SPLIT, ask, csv, land, publish_core, put, ticket

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.sources.registry import read_profile

ANSWERED = "2026-03-03T10:00:00Z"
SCORES = ("csat_score", "nps", "effectively_resolved_score", "friendly_score", "felt_heard_score")


def survey(survey_id: str | None = "s1", **more: object) -> dict[str, object]:
    """A survey row with what every one needs."""
    return {"survey_id": survey_id, "sent_at": "2026-03-02T10:00:00Z", "answered_at": ANSWERED, **more}


def load(home: Home, *rows: dict[str, object], name: str = "s") -> None:
    """Land these rows as one canonical export of surveys."""
    put(home, f"exports/surveys/{name}.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every survey."""
    return ask(home, f"select {', '.join(names)} from core.surveys order by source, survey_id")


REJECTED = [
    (survey(None), ["no_survey_id"]),
    (survey("s", sent_at=None, answered_at=None), ["no_instant"]),
    (survey(" ", sent_at="", answered_at="soon"), ["no_survey_id", "unreadable_answered_at"]),
    (survey("s", replied_at="31/02/2026"), ["unreadable_replied_at"]),
    (survey("s", sent_at="2027-01-01T10:00:00Z", answered_at=None), ["sent_in_the_future"]),
    (survey("s", answered_at="2027-01-01T10:00:00Z"), ["answered_in_the_future"]),
    (survey("s", sent_at="1926-01-01T10:00:00Z"), ["sent_before_1970"]),
]


def test_every_row_that_cannot_stand_is_rejected_with_all_its_reasons(home: Home) -> None:
    load(home, survey("good", replied_at="2026-03-03T12:00:00Z"), *(row for row, _ in REJECTED))
    got = ask(home, "select source, row_number, reasons from core.rejected_rows order by 2")
    assert got == [("canonical", number, reasons) for number, (_, reasons) in enumerate(REJECTED, 2)]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(8, 1, 0, 7, 0, 0)]


def test_yes_and_no_are_understood_in_four_languages(home: Home) -> None:
    answers = [("Yes", "No"), ("Sí", "no"), ("sim", "NÃO"), ("da", "nu"), ("true", "false"), ("1", "0")]
    load(
        home,
        *(
            survey(str(number), effectively_resolved=yes, friendly=no, felt_heard=None)
            for number, (yes, no) in enumerate(answers)
        ),
    )
    assert columns(home, *SCORES[2:]) == [(1.0, 0.0, None)] * 6


def test_scores_run_from_0_to_1_on_the_customary_scales(home: Home) -> None:
    """CSAT 4 of 1 to 5 is (4 - 1) / 4 = 0.75, 4,6 is 0.9; the least answer is 0, not null."""
    load(
        home,
        survey("a", csat=4, nps=9),
        survey("b", csat='"4,6"', nps="0"),
        survey("c", csat=1, nps=10, friendly="0.25"),
    )
    assert columns(home, "csat", *SCORES) == [
        (4.0, 0.75, 9.0, None, None, None),
        (4.6, pytest.approx(0.9), 0.0, None, None, None),
        (1.0, 0.0, 10.0, None, 0.25, None),
    ]


def test_what_cannot_be_an_answer_is_null_and_counted_and_the_row_stays(home: Home) -> None:
    load(
        home,
        survey("a", csat="not rated", nps=11, friendly="perhaps", felt_heard=2),
        survey("b", csat=0, sent_at="2026-03-04T10:00:00Z"),
        survey("c", csat=5, replied_at="2026-03-03T09:59:59Z"),
    )
    assert columns(home, "csat", "nps", "friendly_score", "felt_heard_score", "sent_at is null", "replied_at") == [
        (None, None, None, None, False, None),
        (None, None, None, None, True, None),
        (5.0, None, None, None, False, None),
    ]
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by all") == [
        ("csat", "neither yes, no nor a number", 1),
        ("csat", "outside its scale", 1),
        ("felt_heard", "outside its scale", 1),
        ("friendly", "neither yes, no nor a number", 1),
        ("nps", "outside its scale", 1),
        ("replied_at", "before the answer", 1),
        ("sent_at", "after the answer", 1),
    ]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(3, 3, 0, 0, 0, 0)]


SCALES = """\
surveys:
  - {csat: 1-3}
  - {valid_from: 2026-06-01, csat: 1-5, friendly: 1-5}
"""


def test_an_answer_is_worth_what_the_scale_of_its_day_says(home: Home) -> None:
    """3 of 1 to 3 is the best until May, 3 of 1 to 5 the middle from June; 2 of 1 to 3 is 3 of 1 to 5. The day is
    that of the answer, else of the sending."""
    put(home, "desk.yaml", SCALES)
    may, june = "2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z"
    load(
        home,
        survey("a", answered_at=may, csat=3),
        survey("b", answered_at=may, csat=2),
        survey("c", answered_at=june, csat=3),
        survey("d", sent_at=june, answered_at=None, csat=5),
        survey("e", answered_at=may, csat=4),
    )
    assert columns(home, "csat_score", "csat") == [(1.0, 5.0), (0.5, 3.0), (0.5, 3.0), (1.0, 5.0), (None, None)]
    assert ask(home, "select nulled_column, reason from core.nulled_values") == [("csat", "outside its scale")]


def test_yes_is_the_best_answer_on_any_scale(home: Home) -> None:
    put(home, "desk.yaml", SCALES)
    june = "2026-06-01T00:00:00Z"
    load(home, *(survey(str(number), answered_at=june, friendly=said) for number, said in enumerate(("yes", 1, "nu"))))
    assert columns(home, "friendly_score") == [(1.0,), (0.0,), (0.0,)]


def test_dimensions_that_a_survey_does_not_say_are_its_tickets(home: Home) -> None:
    put(home, "exports/canonical/t.csv", csv(ticket("7", channel="chat", topic="billing", team="care")))
    load(home, survey("a", ticket_id="7", topic="delivery"), survey("b", ticket_id="8"), survey("c", channel="correo"))
    assert columns(home, "ticket_id", "channel", "topic", "team", "segment") == [
        ("7", "chat", "delivery", "care", "unknown"),
        ("8", "unknown", "unknown", "unknown", "unknown"),
        (None, "email", "unknown", "unknown", "unknown"),
    ]


def test_surveys_of_another_helpdesk_take_dimensions_from_its_tickets_only(home: Home) -> None:
    profile = (
        "title: Ours\nkind: surveys\nsource: canonical_events\ncolumns: {survey_id: Id, ticket_id: T, sent_at: S}\n"
    )
    put(home, "sources/ours.yaml", profile)
    put(home, "exports/canonical/t.csv", csv(ticket("7", topic="billing")))
    put(home, "exports/ours/s.csv", "Id,T,S\n1,7,2026-03-02T10:00:00Z\n")
    assert land(home) == {}
    assert columns(home, "source", "topic") == [("canonical_events", "unknown")]


def test_reply_times_and_days_are_those_of_the_desk(home: Home) -> None:
    """Answered 23:30 on the 2nd in Madrid (22:30 UTC), due 23:30 on the 3rd. One reply a second late, one in time."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    load(
        home,
        survey("a", answered_at="2026-03-02T22:30:00Z", replied_at="2026-03-03T22:30:00Z"),
        survey("b", answered_at="2026-03-02T23:30:00Z", replied_at="2026-03-03T23:30:01Z"),
        survey("c", answered_at="2026-03-02T22:30:00Z"),
        survey("d", answered_at=None),
    )
    days = ("sent_date::varchar", "answered_date::varchar", "feedback_due_date::varchar")
    reply = ("replied_date::varchar", "replied_within_24_hours", "reply_calendar_seconds", "reply_business_seconds")
    assert columns(home, *days, *reply) == [
        ("2026-03-02", "2026-03-02", "2026-03-03", "2026-03-03", True, 86_400, None),
        ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-04", False, 86_401, None),
        ("2026-03-02", "2026-03-02", "2026-03-03", None, None, None, None),
        ("2026-03-02", None, None, None, None, None, None),
    ]


def test_the_reply_has_a_business_time_where_hours_are_known(home: Home) -> None:
    """Answered on Friday at 16:00, replied to on Monday at 10:00: one hour of each day."""
    put(home, "desk.yaml", "hours: {mon-fri: '09:00-17:00'}\n")
    load(home, survey(answered_at="2026-03-06T16:00:00Z", replied_at="2026-03-09T10:00:00Z"))
    assert columns(home, "reply_business_seconds", "replied_within_24_hours") == [(7200, False)]


def test_24_hours_are_24_hours_on_the_night_the_clocks_change(home: Home) -> None:
    """Answered 28 March 23:30 in Madrid; 24 hours on it is 00:30 on the 30th, for the 29th has 23 hours."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    load(home, survey(sent_at=None, answered_at="2026-03-28T22:30:00Z"))
    assert columns(home, "answered_date::varchar", "feedback_due_date::varchar") == [("2026-03-28", "2026-03-30")]


def test_a_source_may_have_a_desk_in_another_zone(home: Home) -> None:
    profile = (
        "title: X\nkind: surveys\ndesk_time_zone: Pacific/Auckland\ncolumns: {survey_id: survey_id, sent_at: sent_at}\n"
    )
    put(home, "sources/x.yaml", profile)
    put(home, "exports/x/s.csv", "survey_id,sent_at\nz,2026-03-02T12:00:00Z\n")
    load(home, survey("a", sent_at="2026-03-02T12:00:00Z"))
    assert columns(home, "survey_id", "sent_date::varchar") == [("a", "2026-03-02"), ("z", "2026-03-03")]


def test_a_newer_version_supersedes_in_whatever_order_files_arrive(home: Home) -> None:
    sent = survey(answered_at=None)
    load(home, survey(csat=5, updated_at="2026-03-03T10:00:00Z"), name="b")
    load(home, {**sent, "updated_at": "2026-03-02T10:00:00Z"}, name="a")
    assert columns(home, "csat") == [(5.0,)]
    assert ask(home, f"select file, {SPLIT} from ops.loads order by 1") == [
        ("exports/surveys/a.csv", 1, 0, 1, 0, 0, 0),
        ("exports/surveys/b.csv", 1, 1, 0, 0, 0, 0),
    ]


def test_without_updated_at_the_newest_export_wins(home: Home) -> None:
    load(home, survey(csat=2), name="surveys-2026-03-09")
    load(home, survey(csat=4), name="surveys-2026-03-08")
    assert columns(home, "csat") == [(2.0,)]


def test_loading_a_file_twice_changes_nothing(home: Home) -> None:
    load(home, survey(csat=2), survey("s2"), survey("s1", csat=3), survey(None))
    tables = ("core.surveys", "ops.loads", "core.rejected_rows")
    before = [ask(home, f"select * from {table}") for table in tables]
    load(home, survey(csat=2), survey("s2"), survey("s1", csat=3), survey(None), name="again")
    assert [ask(home, f"select * from {table}") for table in tables] == before
    assert before[1][0][8:14] == (4, 2, 1, 1, 0, 0)


def test_comments_and_customers_are_never_stored(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of an accepted row nor of a rejected one; that there was a comment is."""
    monkeypatch.setenv("OKR_CUSTOMER_KEY", "secret")
    person = {"customer": "Ana.Pop@example.org", "comment": "call me on 600 123 123"}
    put(home, "exports/surveys/s.csv", csv(survey("a", **person), survey("b"), survey(None, **person)))
    assert publish_core(home) == {}
    assert columns(home, "has_comment", "length(customer_key)") == [(True, 32), (False, None)]
    ((record,),) = ask(home, "select record from core.rejected_rows")
    assert (json.loads(record)["customer"], json.loads(record)["comment"]) == ("***", "***")
    for path in (*home.state.rglob("*"), home.warehouse):
        if path.is_file():
            assert not {word for word in (b"600 123", b"Ana.Pop", b"ana.pop") if word in path.read_bytes()}, path


def test_an_export_without_comments_says_nothing_of_them(home: Home) -> None:
    load(home, survey())
    assert columns(home, "has_comment") == [(None,)]


def test_a_broken_file_stops_no_other(home: Home) -> None:
    put(home, "exports/surveys/broken.csv", csv(survey("x"), survey("y"))[:-25])
    put(home, "exports/surveys/alien.csv", "id,score\n1,2\n")
    put(home, "exports/canonical/t.csv", csv(ticket("1")))
    load(home, survey("good"))
    assert columns(home, "survey_id") == [("good",)]
    failed = ask(home, "select file, kind, error from ops.loads where status = 'failed' order by 1")
    assert [row[:2] for row in failed] == [
        ("exports/surveys/alien.csv", "surveys"), ("exports/surveys/broken.csv", "surveys"),
    ]  # fmt: skip
    assert "no column 'survey_id'" in failed[0][2]
    assert ask(home, "select count(*) from core.tickets") == [(1,)]


def test_coverage_is_told_by_input_and_tickets_are_fed_by_tickets_only(home: Home) -> None:
    put(home, "exports/canonical/t-2026-03-05.csv", csv(ticket("1")))
    load(home, survey(), name="surveys-2026-03-09")
    got = ask(home, "select source, input, first_day::varchar, last_day::varchar from core.coverage order by all")
    assert got == [
        ("canonical", "surveys", "2026-03-02", "2026-03-09"),
        ("canonical", "tickets", "2026-03-02", "2026-03-05"),
    ]
    fed = ask(home, "select last_day::varchar from core.feeds where measure = 'tickets_opened'")
    assert fed == [("2026-03-05",)]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("{ticket_id: T, sent_at: S}", "no survey without"),
        ("{survey_id: I}", "name the header of sent_at or answered_at"),
        ("{survey_id: I, sent_at: S, cast: C}", "no column 'cast'; did you mean 'csat'?"),
        ("{survey_id: I, sent_at: S, opened_at: O}", "no column 'opened_at'"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_line(home: Home, columns: str, found: str) -> None:
    put(home, "sources/x.yaml", f"title: X\nkind: surveys\ncolumns: {columns}\n")
    with pytest.raises(ConfigurationError, match=r"sources/x\.yaml:3") as refused:
        read_profile(home, "x")
    assert found in str(refused.value)


def test_excel_and_json_exports_are_read_too(home: Home, tmp_path: Path) -> None:
    typed = {"survey_id": "j", "sent_at": "2026-03-02T10:00:00Z", "csat": 4.5, "friendly": True}
    put(home, "exports/surveys/s.jsonl", json.dumps(typed) + "\n")
    frame = pl.DataFrame({"survey_id": ["p"], "answered_at": [date(2026, 3, 2)], "csat": [3]})
    frame.with_columns(pl.col("answered_at").cast(pl.Datetime)).write_parquet(tmp_path / "s.parquet")
    put(home, "exports/surveys/s.parquet", (tmp_path / "s.parquet").read_bytes())
    assert land(home) == {}
    assert columns(home, "survey_id", "csat_score", "friendly_score") == [("j", 0.875, 1.0), ("p", 0.5, None)]
