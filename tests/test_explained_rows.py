"""okr explain: the rows behind a value that are no tickets, and those of a ratio. Worked out by hand."""

import pytest
from conftest import ask, csv, new_home, put, ticket
from stories import DAY, answer, printed, story, told
from template_homes import Templates

from okr_analytics.errors import UsageError
from okr_analytics.home import Home

MORE = """\
objectives:
  - id: more
    title: What is not a ticket
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: glad, title: Customers are glad, kind: reach, kpi: surveys_csat_mean, target: 4.5}
      - {id: heard, title: Feedback is answered, kind: reach, kpi: feedback_in_time_share, target: 95%}
      - {id: carts, title: Fewer carts are left, kind: reach, kpi: carts_rate, target: 50%}
      - {id: read, title: Articles help, kind: reach, kpi: articles_helpful_rate, target: 50%}
"""
BOTS = """\
objectives:
  - id: bots
    title: Bots
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: taken, title: Taken over, kind: reach, kpi: bot_handoffs_count, target: 1}
      - {id: kept, title: Kept, kind: maintain, kpi: handle_time_mean, within: [5 min, 12 min], each: day}
      - {id: later, title: Later, kind: reach, kpi: tickets_resolved_count, target: 9, window: 2026-03-25..2026-03-31}
"""
CARTS = "kpis:\n  - {metric: carts, statistic: rate, id: carts_rate, title: Carts left, direction: lower}\n"


@pytest.fixture(scope="module")
def more(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two marks, one survey without one, one unanswered; one metric and one article on two days."""
    home = templates.copy("empty", new_home, tmp_path_factory.mktemp("told"))
    put(home, "okrs/o.yaml", MORE)
    put(home, "kpis.yaml", CARTS)
    put(home, "exports/canonical/t-2026-03-20.csv", csv(ticket(opened_at="2026-03-02T10:00:00Z")))
    sent = {"sent_at": "2026-03-04T10:00:00Z"}
    surveys = [
        {"survey_id": f"s{number}", **sent, "answered_at": at, "csat": csat, "replied_at": by}
        for number, (at, csat, by) in enumerate(
            [("2026-03-05T10:00:00Z", 5, "2026-03-05T12:00:00Z"), ("2026-03-05T10:00:00Z", 3, None),
             ("2026-03-20T10:00:00Z", None, None), (None, None, None)], 1)
    ]  # fmt: skip
    put(home, "exports/surveys/s-2026-03-20.csv", csv(*surveys))
    put(home, "desk.yaml", "time_zone: UTC\nsurveys: {csat: 1-5}\n")
    rows = [
        {"metric": "carts", "day": "2026-03-05", "numerator": 1, "denominator": 4},
        {"metric": "carts", "day": "2026-03-06", "numerator": 5, "denominator": 6},
    ]
    put(home, "exports/observations/o.csv", csv(*rows))
    articles = [
        {"article_id": "how-to", "day": "2026-03-05", "topic": "login", "views": 9, "helpful_votes": 3,
         "unhelpful_votes": 1},
        {"article_id": "how-to", "day": "2026-03-06", "topic": "login", "views": 9},
    ]  # fmt: skip
    put(home, "exports/articles/a.csv", csv(*articles))
    assert answer(home, DAY, "escalations_unsure_count", "articles_views_per_ticket") == {}
    return home


@pytest.mark.parametrize(
    ("name", "rows", "apart", "how"),
    [
        ("glad", [("s1", "2026-03-05", 5.0), ("s2", "2026-03-05", 3.0)],
         [("not_yet", ["s4"]), ("value_unknown", ["s3"])], "The mean of 2 values is 4 of 5."),
        ("heard", [(None, "2026-03-05", 1.0), (None, "2026-03-06", 0.0)], [("not_due", ["s3"])], "1 of 2 = 50.0 %."),
        ("carts", [("carts", "2026-03-06", 5.0), ("carts", "2026-03-05", 1.0)], [], "6 of 10 = 60.0 %."),
        ("read", [("how-to", "2026-03-05", 3.0)], [("value_unknown", ["how-to"])], "3 of 4 = 75.0 %."),
    ],
)  # fmt: skip
def test_what_is_not_a_ticket_is_listed_by_its_own_id(
    more: Home, name: str, rows: list[object], apart: list[object], how: str
) -> None:
    """A survey that bears no id in the rows of its measure is named by its ticket, where it has one."""
    evidence = told(more, name)["evidence"]
    (counted,) = evidence["counted"]
    assert [(each["id"], each["day"], each["value"]) for each in counted["rows"]] == rows
    assert [(each["reason"], each["examples"]) for each in evidence["excluded"]] == apart
    assert (counted["n"], counted["how"]) == (len(rows), how)


def test_a_ratio_is_told_by_both_of_its_kpis(home: Home) -> None:
    """Nine views on two tickets: 4.5 per ticket."""
    head = MORE.split("      - {id: glad", maxsplit=1)[0]
    put(home, "okrs/o.yaml", head + "      - {id: r, title: r, kind: reach, kpi: articles_views_per_ticket, target: 9}")
    rows = [ticket(str(number), opened_at="2026-03-05T10:00:00Z") for number in (1, 2)]
    put(home, "exports/canonical/t-2026-03-20.csv", csv(*rows))
    put(home, "exports/articles/a.csv", csv({"article_id": "a", "day": "2026-03-05", "topic": "x", "views": 9}))
    assert answer(home) == {}
    evidence = told(home, "r")["evidence"]
    assert [(each["kpi_id"], each["n"], len(each["rows"])) for each in evidence["counted"]] == [
        ("articles_views_sum", 1, 1), ("tickets_opened_count", 2, 2),
    ]  # fmt: skip
    assert evidence["said"][1] == ("articles_views_sum by tickets_opened_count: 9 / 2 = 4.5 views per ticket.")


def test_a_filter_on_what_never_was_has_no_rows_and_no_value(home: Home) -> None:
    """A count is null, not 0, where no ticket ever was in that channel."""
    head = MORE.split("      - {id: glad", maxsplit=1)[0]
    line = "      - {id: r, title: r, kind: reach, kpi: tickets_resolved_count, target: 9, where: {channel: walk_in}}"
    put(home, "okrs/o.yaml", head + line)
    put(home, "exports/canonical/t-2026-03-20.csv", csv(ticket(opened_at="2026-03-05T10:00:00Z")))
    assert answer(home) == {}
    evidence = told(home, "r")["evidence"]
    assert evidence["said"][0] == (
        "Looked at: 2026-03-01 to 2026-03-20, only channel walk_in; no export tells of that on any of these days."
    )
    assert [(each["n"], each["value"]) for each in evidence["counted"]] == [(0, None)]


@pytest.fixture(scope="module")
def bots(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Of four tickets two began in the IVR, one of which the chatbot took over; one was handled, for six minutes."""
    home = templates.copy("empty", new_home, tmp_path_factory.mktemp("told"))
    put(home, "okrs/o.yaml", BOTS)
    began = (("bot", "ivr", "chatbot"), ("human", "ivr", "phone"), ("mail", "email", "email"), ("last", None, None))
    rows = [
        ticket(name, opened_at="2026-03-05T10:00:00Z", origin_channel=origin, channel=channel)
        for name, origin, channel in began
    ]
    rows[1] |= {"status": "solved", "resolved_at": "2026-03-06T10:00:00Z", "handle_seconds": 360}
    rows[3] |= {"opened_at": "2026-03-20T10:00:00Z"}
    put(home, "exports/canonical/t-2026-03-20.csv", csv(*rows))
    assert answer(home) == {}
    return home


def test_what_a_measure_is_not_about_is_not_called_unknown(bots: Home) -> None:
    """Where no hours are known, every one of the sixteen days from the first ticket on counts."""
    evidence = told(bots, "taken")["evidence"]
    assert evidence["counted"][0]["how"] == "1 of them in 16 calendar days = 0.06 tickets per calendar day."
    assert [(each["said"], each["examples"]) for each in evidence["excluded"]] == [
        ("not among those that the KPI is about (origin channel ivr)", ["last", "mail"]),
    ]  # fmt: skip


def test_a_level_to_be_kept_is_said_in_the_unit_in_which_it_is_wanted(bots: Home) -> None:
    formula = told(bots, "kept")["formula"]
    assert formula["said"][0] == "Wanted in each of the days: between 5 min and 12 min."
    assert "\n".join(printed(story(bots, "kept"), 110)).count("  6 min ") == 1


def test_what_has_not_begun_says_when_it_does(bots: Home) -> None:
    with pytest.raises(UsageError, match="the day that was published: its window begins on 2026-03-25"):
        told(bots, "later")


def test_the_catalogue_says_what_a_kpi_looks_at(more: Home) -> None:
    known = "('carts_rate', 'surveys_csat_mean', 'escalations_unsure_count', 'articles_views_per_ticket')"
    columns = "kpi_id, fact, looked_at, per, meant"
    assert ask(more, f"select {columns} from kpi.catalogue where kpi_id in {known} order by 1") == [
        ("articles_views_per_ticket", None, None, None, "{}"),
        ("carts_rate", "fact.observations", "numerator", "denominator", '{"metric": ["carts"]}'),
        ("escalations_unsure_count", "fact.escalations", "value", None, '{"escalation_reason": ["unsure"]}'),
        ("surveys_csat_mean", "fact.surveys", "csat", None, "{}"),
    ]
