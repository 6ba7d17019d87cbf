"""What must be true together: an all_of is answered by the answers about its parts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from scored_by_hand import HALF_WAY, Q3, answer, facts, key_result

from okr_analytics.home import Home
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.scoring.attainment import Answer, answers
from okr_analytics.okr.scoring.facts import Facts

SURVEY = (
    "kind: all_of, parts: [{id: run, kind: cadence, every: week}, "
    "{id: score, kind: improve, kpi: surveys_csat_mean, baseline: 3.5, target: 4.5}]"
)
HALF, QUARTER = Decimal("0.5"), Decimal("0.25")


@pytest.mark.parametrize(
    ("run", "score", "expected"),
    [
        (
            Answer("on_track", attainment=Decimal(1), expected=Decimal(1)),
            Answer("off_track", attainment=QUARTER, expected=HALF),
            Answer("at_risk", attainment=QUARTER, expected=HALF, n=1),
        ),
        (
            Answer("off_track", attainment=QUARTER, expected=Decimal(1)),
            Answer("on_track", attainment=Decimal(1), expected=HALF),
            Answer("at_risk", attainment=QUARTER, expected=HALF, n=1),
        ),
        (
            Answer("on_track", attainment=Decimal(1), expected=Decimal(1)),
            Answer("on_track", attainment=Decimal(1), expected=HALF),
            Answer("on_track", attainment=Decimal(1), expected=HALF, n=2),
        ),
        (
            Answer("on_track", attainment=Decimal(1), expected=Decimal(1)),
            Answer("no_data", expected=HALF),
            Answer("no_data", expected=HALF, n=1),
        ),
        (
            Answer("too_early", expected=Decimal(1)),
            Answer("on_track", attainment=Decimal(1), expected=HALF),
            Answer("too_early", expected=HALF, n=1),
        ),
        (
            Answer("too_early", expected=Decimal(1)),
            Answer("baseline_pending", expected=HALF),
            Answer("baseline_pending", expected=HALF, n=0),
        ),
        (
            Answer("on_track", attainment=Decimal(1), expected=Decimal(1)),
            Answer("draft"),
            Answer("draft", n=1),
        ),
    ],
    ids=["least", "least the other way round", "met", "no data", "too early", "pending", "draft"],
)
def test_an_all_of_is_as_far_as_its_least_part(home: Home, run: Answer, score: Answer, expected: Answer) -> None:
    """Null while any part is null; n is how many parts are there."""
    found = key_result(home, SURVEY)
    known = {"k.run": {HALF_WAY: run}, "k.score": {HALF_WAY: score}}
    assert answer(found, HALF_WAY, Facts(), known) == expected


def test_an_all_of_closes_as_its_least_part_does(home: Home) -> None:
    found = key_result(home, SURVEY)
    met, missed = (Answer("on_track", attainment=Decimal(share), expected=Decimal(1)) for share in ("1", "0.999"))
    got = [answer(found, Q3.last, Facts(), {"k.run": {Q3.last: met}, "k.score": {Q3.last: each}}).status
           for each in (met, missed, Answer("closed_no_data"))]  # fmt: skip
    assert got == ["closed_met", "closed_missed", "closed_no_data"]


def test_an_all_of_with_a_part_that_nothing_is_said_of_is_unknown(home: Home) -> None:
    found = key_result(home, SURVEY)
    met = Answer("on_track", attainment=Decimal(1), expected=Decimal(1))
    assert answer(found, HALF_WAY, Facts(), {"k.run": {HALF_WAY: met}}) == Answer("no_data", n=1)


def test_an_all_of_is_stale_when_the_data_of_a_part_is(home: Home) -> None:
    """Surveys are covered up to four days ago; the cadence needs no data."""
    found = key_result(home, SURVEY)
    known = {each.kr_id: {HALF_WAY: Answer("on_track", attainment=HALF, expected=HALF)} for each in found.parts}
    newest = [HALF_WAY - timedelta(days=days) for days in (3, 4)]
    got = [answer(found, HALF_WAY, Facts(newest_days={"surveys": {"s": day}}), known).status for day in newest]
    assert got == ["on_track", "stale"]


def test_an_all_of_is_a_draft_while_a_part_has_no_target(home: Home) -> None:
    """In its window on the days on which the part was one: its target may have been taken away later."""
    found = key_result(home, SURVEY.replace(", target: 4.5", ""))
    run = Answer("on_track", attainment=HALF, expected=HALF)
    got = [
        answer(found, day, Facts(), {"k.run": {day: run}, "k.score": {day: score}})
        for day, score in (
            (Q3.first - timedelta(days=1), Answer("draft")),
            (HALF_WAY, Answer("draft")),
            (HALF_WAY, run),
        )
    ]
    assert [(each.status, each.expected) for each in got] == [("draft", None), ("draft", None), ("on_track", HALF)]


def test_parts_are_scored_first_and_then_their_whole(home: Home) -> None:
    """Six weeks are over and four have evidence: 0.666666667 of all. CSAT 4.25 on the way from 3.5 to 4.5: 0.75."""
    found = key_result(home, SURVEY)
    run, score = found.parts
    weeks = [CheckIn("k.run", date(2026, 7, 8) + timedelta(days=7 * number)) for number in (0, 1, 2, 3)]
    known = facts(score, "4.25", check_ins={"k.run": weeks})
    day = date(2026, 8, 16)
    parts = {each.kr_id: dict(answers(each, [day], known)) for each in (run, score)}
    got = answer(found, day, known, parts)
    assert (got.attainment, got.expected, got.status) == (Decimal("0.666666667"), Decimal("0.510869565"), "on_track")
