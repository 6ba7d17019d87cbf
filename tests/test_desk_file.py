"""The desk file: what it may say, and how each mistake is answered with its line and its mend."""

import re
from datetime import date
from decimal import Decimal

import pytest
from conftest import put

from okr_analytics.desk import QUESTIONS, Desk, Scale, Target, read_desk
from okr_analytics.desk.blocks import valid_on
from okr_analytics.errors import ConfigurationError, UsageError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.newhome import create_home

FULL = """\
time_zone: Europe/Madrid
hours:
  - valid_from: 2026-01-01
    mon-thu: 09:00-14:00, 15:30-18:30
    fri: [9:00-15:00]
    sat,sun: closed
  - mon-fri: 08:00-16:00
holidays:
  - valid_from: 2026-01-01
    country: es
    subdivision: MD
    dates: [2026-05-15]
    open: 2026-12-08
sla:
  - valid_from: 2026-01-01
    clock: business
    first_response: {urgent: 1 h calendar, high: 1 h 30 min, default: 8 h business}
    resolution: {urgent: 0.5 h, default: 3 d calendar}
surveys:
  - csat: 1-5
    nps: 0-10
  - valid_from: 2026-04-01
    csat: 1-7
teams:
  Night desk: {hours: {mon-sun: 22:00-06:00}}
sources:
  sf311: {time_zone: America/Los_Angeles, country: US, hours: {mon-fri: [08:00-12:00, 13:00-17:00]}}
"""


def read(home: Home, text: str) -> Desk:
    """The desk of this text."""
    put(home, "desk.yaml", text)
    return read_desk(home)


def refusal(home: Home, text: str) -> str:
    """What is said of a wrong desk file."""
    with pytest.raises(ConfigurationError) as refused:
        read(home, text)
    return str(refused.value)


def test_a_desk_that_says_nothing_works_in_utc_and_knows_nothing() -> None:
    desk = Desk()
    assert (desk.time_zone, desk.has_hours, desk.schedule, desk.closures) == ("UTC", False, None, ())
    assert desk.sla == ()


def test_blocks_are_sorted_and_hours_are_minutes_of_wall_clock(home: Home) -> None:
    desk = read(home, FULL)
    assert [block.valid_from for block in desk.hours] == [None, date(2026, 1, 1)]
    split, short = ((540, 840), (930, 1110)), ((540, 900),)
    assert desk.hours[1].week == (split, split, split, split, short, (), ())
    assert desk.teams["Night desk"].hours[0].week == (((1320, 1800),),) * 7


def test_own_days_are_added_to_public_holidays_and_open_ones_taken_away(home: Home) -> None:
    (block,) = read(home, FULL).closures
    days = {date(2026, 5, 15), date(2026, 12, 8), date(2026, 5, 2), date(2026, 11, 9)}
    assert days & block.closed_days(2026) == {date(2026, 5, 15), date(2026, 5, 2)}


def test_country_is_a_block_that_is_always_valid_until_another_takes_its_place(home: Home) -> None:
    desk = read(home, "country: ES\nholidays:\n  - valid_from: 2026-01-01\n    country: PT\n")
    assert [(block.valid_from, block.country) for block in desk.closures] == [(None, "ES"), (date(2026, 1, 1), "PT")]


@pytest.mark.parametrize(
    ("promise", "priority", "day", "expected"),
    [
        ("first_response", "urgent", date(2026, 1, 1), Target(3600, "calendar")),
        ("first_response", "high", date(2026, 1, 1), Target(5400, "business")),
        ("first_response", "unknown", date(2026, 1, 1), Target(28800, "business")),
        ("resolution", "urgent", date(2026, 1, 1), Target(1800, "business")),
        ("resolution", "low", date(2026, 1, 1), Target(259200, "calendar")),
        ("resolution", "low", date(2025, 12, 31), None),
    ],
)
def test_a_target_is_that_of_the_priority_else_the_default(
    home: Home, promise: str, priority: str, day: date, expected: Target | None
) -> None:
    block = valid_on(read(home, FULL).sla, day)
    assert (block and block.target(promise, priority)) == expected


def test_a_scale_that_a_later_block_leaves_out_stays(home: Home) -> None:
    desk = read(home, FULL)
    old, new = Scale(None, Decimal(1), Decimal(5)), Scale(date(2026, 4, 1), Decimal(1), Decimal(7))
    assert desk.scales("csat") == (old, new)
    assert desk.scales("nps") == (Scale(None, Decimal(0), Decimal(10)),)


def test_every_question_has_a_scale_of_its_own_from_the_start() -> None:
    bounds = {question: Desk().scales(question)[0][1:] for question in QUESTIONS}
    assert bounds == {
        "csat": (1, 5),
        "nps": (0, 10),
        "effectively_resolved": (0, 1),
        "friendly": (0, 1),
        "felt_heard": (0, 1),
    }
    with pytest.raises(ValueError, match="did you mean 'csat'"):
        Desk().scales("csta")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("hours: {mon-fri: 09:00-17:00, mom: closed}", 1, "no day 'mom'; did you mean 'mon'?"),
        ("hours:\n  mon: 09:00-17:00\n  tuesday: 09:00-17:00", 3, "no day 'tuesday'"),
        ("hours:\n  mon: 9-17", 2, "mon: '9-17' is no interval; write it like 09:00-17:00, or closed"),
        ("hours:\n  mon: 9:00", 2, "mon: '9:00' is no interval"),
        ("hours:\n  mon: [12:00-13:00, 14:00]", 2, "mon: '14:00' is no interval"),
        ("hours:\n  mon:", 2, "mon: 'None' is no interval"),
        ("hours:\n  mon: off", 2, "mon: 'False' is no interval"),
        ("hours:\n  mon: 09:00-25:00", 2, "hours run from 00:00 to 24:00"),
        ("hours:\n  mon: 24:00-06:00", 2, "hours run from 00:00 to 24:00"),
        ("hours:\n  mon: 09:60-10:00", 2, "hours run from 00:00 to 24:00"),
        ("hours:\n  mon: 09:00-09:00", 2, "ends where it begins; all day is 00:00-24:00"),
        ("hours:\n  mon: 09:00-12:00, 11:00-13:00", 1, "mon 09:00-mon 12:00 and what begins mon 11:00 overlap"),
        ("hours:\n  mon: 22:00-06:00\n  tue: 05:00-12:00", 1, "mon 22:00-tue 06:00 and what begins tue 05:00 overlap"),
        ("hours:\n  sun: 22:00-06:00\n  mon: 05:00-12:00", 1, "sun 22:00-mon 06:00 and what begins mon 05:00 overlap"),
        ("hours:\n  mon-fri: 09:00-17:00\n  fri: 09:00-15:00", 1, "fri: given twice; give each day once"),
        ("time_zone: UTC\nhours: {mon-sun: closed}", 2, "never open"),
        ("time_zone: UTC\nhours: {}", 2, "nothing is said here"),
        ("time_zone: UTC\nhours:", 2, "nothing is said here"),
        ("time_zone: UTC\nhours: 09:00-17:00", 2, "stands alone; write its keys beneath"),
        ("hours:\n  - {mon: 09:00-17:00}\n  - {tue: 09:00-17:00}", 1, "2 blocks have no valid_from"),
        ("hours:\n  - {valid_from: 2026-01-01, mon: 09:00-17:00}\n  - {valid_from: 2026-01-01, tue: 09:00-17:00}",
         1, "2 blocks start on 2026-01-01"),
        ("hours:\n  - mon: 09:00-17:00\n    valid_from: 2026-02-30", 3, "'2026-02-30' is no day; write it like"),
        ("hours:\n  - mon: 09:00-17:00\n    valid_from: 2026", 3, "'2026' is no day"),
        ("hours:\n  - mon: 09:00-17:00\n  - valid_from: 2026-01-01\n    wen: closed", 4, "no day 'wen'"),
        ("time_zone: UTC\ncountry: EX", 2, "no public holidays known of 'EX'"),
        ("country: NO", 1, 'put the code in quotes, like "NO"'),
        ("country: ES\nsubdivision: MA", 2, "ES has no subdivision 'MA'"),
        ("subdivision: MD", 1, "'MD' needs its country beside it"),
        ("holidays:\n  country: ES\n  subdivision: XX", 3, "ES has no subdivision 'XX'"),
        ("holidays:\n  dates: [2026-05-15, 15/05/2026]", 2, "'15/05/2026' is no day"),
        ("holidays:\n  dates: [2026-05-15]\n  open: [2026-05-15]", 1, "2026-05-15 is closed and open"),
        ("holidays:\n  - valid_from: 2026-01-01\n    dates: [2025-05-15]", 2, "2025-05-15 lies before valid_from"),
        ("country: ES\nholidays:\n  dates: [2026-05-15]", 2, "ES's public holidays are worked always; add country: ES"),
        ("sla:\n  first_response: {high: 4 h}", 2, "high: '4 h' names no clock"),
        ("sla:\n  clock: business\n  first_response:\n    high: 4", 4, "high: '4' is no time with its unit"),
        ("sla:\n  clock: business\n  first_response:\n    high: 4 parsecs", 4, "no unit of time 'parsecs'"),
        ("sla:\n  first_response:\n    high: 4 w calendar", 3, "no unit of time 'w'; write s, min, h or d"),
        ("sla:\n  first_response:\n    high: 4 h busines", 3, "no clock 'busines'; did you mean 'business'?"),
        ("sla:\n  first_response:\n    high: 1 d business", 3, "a business day has no fixed length; write hours"),
        ("sla:\n  clock: business\n  resolution:\n    high: 2 d", 4, "a business day has no fixed length"),
        ("sla:\n  first_response:\n    high: 0 h calendar", 3, "no positive number of whole seconds"),
        ("sla:\n  clock: busy", 2, "clock: no 'busy'; known: business, calendar"),
        ("sla:\n  frist_response: {high: 1 h calendar}", 2, "did you mean 'first_response'?"),
        ("surveys:\n  csta: 1-5", 2, "no survey question 'csta'; did you mean 'csat'?"),
        ("surveys:\n  csat: 5", 2, "csat: '5' is no scale; write the least and the most answer, like 1-5"),
        ("surveys:\n  csat: 5-1", 2, "csat: '5-1' is no scale"),
        ("teams:\n  Night desk:\n    hours:\n      mon: 9-17", 4, "mon: '9-17' is no interval"),
        ("sources:\n  sf311:\n    time_zone: Mars", 3, "no IANA time zone 'Mars'"),
        ("sources:\n  sf311:\n    sla: {}", 3, "unknown key 'sla'"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_line_and_its_mend(home: Home, text: str, line: int, said: str) -> None:
    found = refusal(home, text)
    assert found.startswith(f"desk.yaml:{line}: "), found
    assert said in found, found
    assert "\n" not in found


def test_every_mistake_is_told_at_once(home: Home) -> None:
    found = refusal(home, "time_zone: Mars\nhours: {mon: 9-17}\nsurveys: {csat: 5}\n")
    assert [line.split(" ")[0] for line in found.splitlines()] == ["desk.yaml:1:", "desk.yaml:2:", "desk.yaml:3:"]


def test_the_demo_desk_is_in_order() -> None:
    desk = read_desk(Home(CHECKOUT / "data"))
    assert (desk.has_hours, set(desk.teams)) == (True, {"technical"})


@pytest.mark.parametrize("country", [None, "BR", "no"])
def test_what_a_new_homes_desk_file_shows_works_once_the_hash_is_taken_away(home: Home, country: str | None) -> None:
    """As it comes it knows no hours: they are not guessed."""
    made = Home(home.root / "new")
    create_home(made, "America/Sao_Paulo", country, date(2026, 11, 22))
    assert (read_desk(made).has_hours, read_desk(made).country) == (False, country and country.upper())
    text = made.desk_file.read_text(encoding="utf-8")
    desk = read(made, re.sub(r"(?m)^#(?! \S)", "", text))
    assert desk.has_hours
    assert desk.sla
    assert desk.surveys
    assert set(desk.teams) | set(desk.sources) == {"Night desk", "sf311"}


def test_a_country_without_known_holidays_makes_no_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = Home(tmp_path_factory.mktemp("x") / "home")
    with pytest.raises(UsageError, match="no public holidays known of 'QQ'"):
        create_home(made, "UTC", "QQ", date(2026, 11, 22))
    assert not made.root.exists()
