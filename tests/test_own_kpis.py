"""A home's own KPIs in kpis.yaml: added by lines, refused at their line with the mend."""

from datetime import date

import pytest
from conftest import DEMO_DAY, ask, build, csv, put, ticket

from okr_analytics.desk import Desk
from okr_analytics.errors import ConfigurationError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.metrics.page import markdown
from okr_analytics.metrics.shipped import shipped
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.warehouse.engine import literal

RATIO = "{{statistic: ratio, unit: u, direction: lower, title: T, numerator: {}, denominator: {}}}"


def refusals(home: Home, line: str) -> list[str]:
    """What is said of a kpis.yaml whose second line is this KPI."""
    put(home, "kpis.yaml", f"kpis:\n  - {line}\n")
    with pytest.raises(ConfigurationError) as refused:
        read_catalogue(home)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{measure: first_respons, statistic: mean, clock: business}", "did you mean 'first_response'"),
        ("{measure: first_response, statistic: mena, clock: business}", "no statistic 'mena'; did you mean 'mean'"),
        ("{measure: first_response, statistic: mean}", "add 'clock: business' or 'clock: calendar'"),
        ("{measure: replies, statistic: mean, clock: business}", "runs on no clock; leave 'clock' out"),
        ("{measure: first_response, clock: business, statistic: share_within}", "'limit' goes with share_within"),
        ("{measure: first_response, clock: business, statistic: mean, limit: 4 h}", "'limit' goes with share_within"),
        ("{measure: first_response, clock: business, statistic: share_within, limit: 4}", "write it like 4 h"),
        ("{measure: replies, statistic: share_within, limit: 4 h}", "share_within is for durations"),
        ("{measure: backlog, statistic: mean}", "backlog is stock; it takes closing"),
        ("{measure: replies, statistic: closing}", "replies is no stock"),
        ("{measure: replies, statistic: share}", "a share is of rows that are 0 or 1"),
        ("{measure: replies, statistic: mean, where: {chanel: email}}", "did you mean 'channel'"),
        ("{measure: replies, statistic: mean, column: handle, title: H}", "'handle' is no number of replies"),
        ("{measure: replies, statistic: mean, column: channel, title: H}", "'channel' is no number of replies"),
        ("{measure: first_response, statistic: mean, column: day, title: H}", "'day' is no number of first_response"),
        ("{measure: surveys, statistic: median, column: csat}", "'title' is missing"),
        ("{measure: articles, statistic: rate, column: helpful_votes, title: H}", "a rate needs 'column' and 'per'"),
        ("{measure: first_response, clock: business, statistic: count}", "a count is of rows that are 0 or 1"),
        ("{measure: transfers, statistic: count}", "a count is of rows that are 0 or 1"),
        ("{measure: backlog, statistic: older_than, limit: 36 h}", "ages are whole days"),
        ("{measure: first_response, clock: business, statistic: share_within, limit: 1 d}", "write open hours"),
        ("{measure: replies, statistic: mean, where: {channel: emial}}", "did you mean 'email'"),
        ("{measure: replies, statistic: mean, where: {priority: no}}", "put it in quotes"),
        ("{metric: it's bad, statistic: mean, title: B, direction: higher, unit: s}", "is no id; give the KPI one"),
        ("{metric: b, statistic: mean, title: B, direction: higher, unit: s, min: 5, max: 1}", "is not below max"),
        (
            "{metric: b, statistic: mean, title: B, direction: higher, unit: s, where: {metric: c}}",
            "given by 'metric:'",
        ),
        ("{statistic: ratio, numerator: replies_sum, denominator: replies_mean}", "'unit' is missing"),
        (
            "{statistic: ratio, numerator: replies_sum, denominator: replies_mean, where: {channel: email}}",
            "has no 'where'",
        ),
        ("{measure: replies, statistic: sum}", "there is a KPI 'replies_sum' already"),
        ("{statistic: mean}", "give one of the two"),
        ("{measure: replies, metric: replies, statistic: mean}", "give one of the two"),
        ("{metric: conversion, statistic: mean}", "'title' is missing"),
        (
            "{metric: conversion, statistic: mean, title: Conversion, direction: up, unit: s}",
            "no 'up'; known: higher, lower, watch",
        ),
        ("{metric: conversion, statistic: mean, title: Conversion, direction: higher}", "'unit' is missing"),
        ("{metric: replies, statistic: mean, title: R, direction: higher, unit: x}", "is a measure of the desk"),
        (
            RATIO.format("replies_sum", "nothing"),
            "no KPI 'nothing'",
        ),
        (
            RATIO.format("backlog_days_to_clear", "replies_sum"),
            "is a ratio itself",
        ),
        ("{statistic: ratio, numerator: replies_sum}", "'numerator' and 'denominator'"),
        ("{measure: replies, statistic: mean, colour: red}", "unknown key 'colour'"),
        ("{measure: replies, statistic: mean, id: Bad Id}", "id"),
    ],
)
def test_a_wrong_line_is_refused_with_its_mend(home: Home, line: str, found: str) -> None:
    problems = refusals(home, line)
    assert any(problem.startswith("kpis.yaml:2: ") and found in problem for problem in problems), problems


def test_all_wrong_lines_are_named_at_once(home: Home) -> None:
    problems = refusals(home, "{measure: nothing, statistic: mean}\n  - {measure: replies, statistic: sum}")
    assert [problem.split(": ")[0] for problem in problems] == ["kpis.yaml:2", "kpis.yaml:3"]


def test_a_file_of_before_that_says_of_least_and_most_means_column_min_and_max(home: Home) -> None:
    lines = (
        "kpis: [{measure: surveys, statistic: count, KEY: is_friendly, title: F}, "
        "{metric: score, statistic: mean, title: S, unit: of 10, direction: higher, LOW: 1, HIGH: 10}]\n"
    )
    catalogues = []
    for column, low, high in (("of", "least", "most"), ("column", "min", "max")):
        put(home, "kpis.yaml", lines.replace("KEY", column).replace("LOW", low).replace("HIGH", high))
        catalogues.append(read_catalogue(home))
    before, today = catalogues
    assert before == today
    assert today.kpi("surveys_friendly_count").column == "is_friendly"
    assert (today.kpi("score_mean").lower_bound, today.kpi("score_mean").upper_bound) == (1, 10)


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [("least", "low", "'low' is no number"), ("min", "low", "'low' is no number"), ("of", "[a, b]", "one text")],
)
def test_a_wrong_value_is_named_at_its_own_line_whichever_name_its_key_has(
    home: Home, key: str, value: str, found: str
) -> None:
    (problem,) = refusals(home, f"metric: b\n    statistic: mean\n    {key}: {value}\n    unit: s")
    assert problem.startswith("kpis.yaml:4: ")
    assert found in problem


def test_a_ratio_of_two_kpis_and_a_key_result_on_an_own_kpi(home: Home) -> None:
    """Two tickets in and one solved on the 2nd: 2 in per solved; a key result may ride on it."""
    put(
        home,
        "kpis.yaml",
        "kpis:\n  - {statistic: ratio, name: per_solved, numerator: tickets_opened_count, unit: tickets per solved, "
        "denominator: tickets_resolved_count, id: in_per_solved, direction: lower, title: In per out}\n",
    )
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: in_per_solved, target: 1.5}]}]",
    )
    solved = ticket("2", status="solved", resolved_at="2026-03-02T12:00:00Z")
    put(home, "exports/canonical/t.csv", csv(ticket("1"), solved))
    tables = ("kpi.results", "kpi.slice", "okr.measurements")
    assert build(home, *tables, as_of=date(2026, 3, 2), kpis=["in_per_solved"], is_checked=True) == {}
    in_results = "select value from kpi.results where kpi_id = 'in_per_solved' and grain = 'day' and dimension = 'all'"
    assert ask(home, in_results) == [(2.0,)]
    assert ask(home, "select value, n from okr.measurements where day = date '2026-03-02'") == [(2.0, 2)]
    sliced = "select value from kpi.slice('in_per_solved', date '2026-03-01', date '2026-03-31')"
    assert ask(home, sliced) == [(2.0,)]
    assert ask(home, "select is_own, unit from kpi.catalogue where kpi_id = 'in_per_solved'") == [
        (True, "tickets per solved")
    ]


LINES = """
kpis:
  - {statistic: ratio, id: wait_ratio, numerator: first_response_business_mean, denominator: replies_mean, title: W,
     unit: seconds per reply, direction: lower}
  - {measure: first_response, clock: business, statistic: share_within, limit: 4 h, where: {channel: [email, chat]}}
  - {measure: first_response, clock: calendar, statistic: p95, where: {priority: urgent}, id: urgent_p95}
  - {measure: backlog, statistic: median_age, where: {channel: email}, id: email_age}
  - {measure: backlog, statistic: older_than, limit: 14 d}
  - {measure: backlog, statistic: closing, where: {topic: [billing, delivery]}, id: two_topics}
  - {measure: surveys, statistic: median, column: csat, title: CSAT median}
  - {measure: surveys, statistic: share, column: is_positive, title: P, id: both,
     where: {is_effectively_resolved: yes}}
  - {measure: escalations, statistic: per_business_day, where: {escalation_reason: unsure}, id: unsure_a_day}
  - {measure: articles, statistic: rate, column: tickets_after_view, per: vote_count, title: V, unit: share,
     id: per_vote}
  - {measure: tickets_resolved, statistic: per_agent_day, where: {team: billing}, id: billing_a_day}
  - {metric: cart_abandonment, statistic: rate, title: C, direction: lower}
  - {metric: cart_abandonment, statistic: sum, column: denominator, title: C, unit: carts, id: conv_sum,
     direction: higher}
"""


def test_what_is_accepted_can_be_computed_and_sliced(demo_copy: Home) -> None:
    """Every kind of line: the month by channel, team and topic is the same from the rows and from the table."""
    put(demo_copy, "kpis.yaml", LINES)
    own = [each.kpi_id for each in read_catalogue(demo_copy).kpis.values() if each.is_own]
    assert len(own) == 13
    assert build(demo_copy, "kpi.results", "kpi.slice", as_of=DEMO_DAY, kpis=own, is_checked=True) == {}
    of_own = f"kpi_id in ({', '.join(map(literal, own))})"
    sliced_kpis = set()
    for dimension in ("channel", "team", "topic"):
        by = f"kpi.slice(catalogue.kpi_id, date '2026-06-01', date '2026-06-30', by_ := ['{dimension}'])"
        sliced = ask(
            demo_copy,
            f"select kpi_id, sliced.* from kpi.catalogue as catalogue, "
            f"lateral (select {dimension}, value, n from {by}) as sliced where {of_own} order by all",
        )
        stored = ask(
            demo_copy,
            f"select kpi_id, member, value, n from kpi.results where {of_own} and grain = 'month' and "
            f"period_start = date '2026-06-01' and dimension = '{dimension}' order by all",
        )
        assert sliced == [(kpi_id, member, pytest.approx(value), n) for kpi_id, member, value, n in stored]
        sliced_kpis |= {kpi_id for kpi_id, *_ in stored}
    assert sliced_kpis == {*own}


def test_a_survey_kpi_of_its_own_is_on_the_scale_of_the_question(home: Home) -> None:
    put(home, "kpis.yaml", "kpis: [{measure: surveys, statistic: median, column: csat, title: CSAT median}]\n")
    known = read_catalogue(home).kpi("surveys_csat_median")
    assert (known.unit, known.lower_bound, known.upper_bound, known.direction) == ("of 5", 1, 5, "higher")


def test_an_external_metric_that_may_be_negative_takes_no_relative_target(home: Home) -> None:
    put(home, "kpis.yaml", "kpis: [{metric: net, statistic: mean, title: Net, unit: EUR, direction: higher}]\n")
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-Q3, key_results: "
        "[{id: k, title: k, kpi: net_mean, baseline: 2026-Q2, target: '+20%'}]}]",
    )
    with pytest.raises(ConfigurationError, match=r"can be below 0.*min: 0 in kpis.yaml"):
        read_definitions(home)


def test_a_member_of_another_metric_is_no_member_of_this_one(home: Home) -> None:
    """Conv has e-mail rows only; that another metric has chat rows does not make conv of chat 0."""
    put(home, "kpis.yaml", "kpis: [{metric: conv, statistic: sum, title: C, unit: orders, direction: higher}]\n")
    row = {"metric": "conv", "day": "2026-03-02", "value": 5, "channel": "email"}
    put(home, "exports/observations/o.csv", csv(row, {**row, "metric": "other", "channel": "chat"}))
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-03-01..2026-03-31, key_results: "
        "[{id: k, title: k, kind: reach, kpi: conv_sum, target: 5, where: {channel: chat}}]}]",
    )
    assert build(home, "okr.latest", as_of=date(2026, 3, 2), kpis=["conv_sum"], is_checked=True) == {}
    assert ask(home, "select value, status from okr.latest where as_of_date = date '2026-03-02'") == [
        (None, "too_early")
    ]


def test_an_own_kpi_can_be_named_in_okrs_and_a_missing_one_is_refused(home: Home) -> None:
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-Q1, key_results: "
        "[{id: k, title: k, kind: reach, kpi: conversion_rate, target: 5%}]}]",
    )
    with pytest.raises(ConfigurationError, match="no KPI 'conversion_rate'"):
        read_definitions(home)
    put(home, "kpis.yaml", "kpis: [{metric: conversion, statistic: rate, title: Conversion, direction: higher}]\n")
    assert [each.direction for each in read_definitions(home).key_results] == ["higher"]


@pytest.mark.parametrize(
    ("kpi", "target", "found"),
    [
        ("surveys_nps_mean", "+20%", "can be below 0"),
        ("surveys_csat_mean", "5.5", "outside the range"),
        ("surveys_csat_mean", "+1pp", "points are for shares"),
    ],
)
def test_targets_that_the_scale_does_not_allow_are_refused(home: Home, kpi: str, target: str, found: str) -> None:
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-Q3, key_results: "
        f"[{{id: k, title: k, kpi: {kpi}, baseline: 2026-Q2, target: '{target}'}}]}}]",
    )
    with pytest.raises(ConfigurationError, match=found):
        read_definitions(home)


def test_a_satisfaction_that_would_leave_its_scale_is_refused(home: Home) -> None:
    """4.18 and 20 % of it are 5.016 of 5; NPS takes points: -10 and 25 points are 15."""
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-Q3, key_results: "
        "[{id: k, title: k, kpi: surveys_csat_mean, baseline: 4.18, target: '+20%'}]}]",
    )
    with pytest.raises(ConfigurationError, match="outside the range of surveys_csat_mean"):
        read_definitions(home)
    put(
        home,
        "okrs/o.yaml",
        "objectives: [{id: o, title: o, window: 2026-Q3, key_results: "
        "[{id: k, title: k, kpi: surveys_nps_mean, baseline: 2026-Q2, target: '+25 points'}]}]",
    )
    (found,) = read_definitions(home).key_results
    assert found.target is not None
    assert found.target.value(-10) == 15  # type: ignore[arg-type]


def test_every_kpi_has_a_question_a_unit_and_a_direction() -> None:
    for each in shipped(Desk()).kpis.values():
        assert each.question.endswith("?"), each.kpi_id
        assert each.unit
        assert each.title[0].isupper()
        assert each.direction in ("higher", "lower", "watch")


def test_the_page_of_measures_is_current() -> None:
    """Made anew by: okr kpis --markdown > docs/kpis.md, in a home without hours or KPIs of its own."""
    assert (CHECKOUT / "docs" / "kpis.md").read_text(encoding="utf-8") == markdown()
