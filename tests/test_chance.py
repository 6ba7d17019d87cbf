"""What chance alone makes of a number, and whether history saw it move as far: intervals and moves."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from conftest import ask, build, csv, new_home, put, ticket

from okr_analytics.home import Home
from okr_analytics.okr.measuring.noise import count_interval, mean_interval, quantile_ranks, share_interval
from okr_analytics.okr.measuring.realism import Move, best_move


@pytest.mark.parametrize(
    ("met", "n", "expected"),
    [
        (8, 10, (0.4902, 0.9433)),
        (0, 10, (0, 0.2775)),
        (10, 10, (0.7225, 1)),
        (81, 263, (0.2553, 0.3662)),  # these three: Newcombe 1998, method 3
        (15, 148, (0.0624, 0.1605)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_of_a_share_is_wilsons(met: int, n: int, expected: tuple[float, float]) -> None:
    assert share_interval(met / n, n) == pytest.approx(expected, abs=5e-5)


def test_a_count_varies_by_its_root() -> None:
    """100 events in 20 days: 5 a day, give or take 1.96 x 10 / 20 = 0.98. Never below none."""
    assert count_interval(5, 100) == pytest.approx((4.02, 5.98))
    assert count_interval(0.5, 1) == pytest.approx((0, 1.48))


def test_a_mean_varies_by_its_standard_error() -> None:
    """2, 4, 4, 6, 9: mean 5, squares 153; (153 - 125) / 4 = 7; 1.96 x root of 7 / 5 = 2.3191."""
    assert mean_interval(5, 5, 25, 153) == pytest.approx((2.6809, 7.3191), abs=1e-5)
    assert mean_interval(3, 5, 15, 45) == (3, 3)


@pytest.mark.parametrize(
    ("share", "n", "expected"),
    [
        (0.5, 100, (40, 61)),  # Campbell and Gardner 1988: ranks 40 and 61
        (0.5, 10, (1, 10)),
        (0.5, 20, (5, 16)),  # 10 -+ 4.38
        (0.9, 10, (7, 10)),  # 9 -+ 1.86
        (0.9, 100, (84, 97)),  # 90 -+ 5.88
        (0.5, 5, (1, 5)),
    ],
)
def test_a_percentile_lies_between_two_ranks(share: float, n: int, expected: tuple[int, int]) -> None:
    assert quantile_ranks(share, n) == expected


MINUTES = (5, 10, 15, 20, 25, 30, 35, 40, 90, 120)
OBJECTIVE = """
objectives:
  - id: o
    title: What chance makes of it
    window: 2026-03-02..2026-03-31
    key_results:
      - {id: share, title: s, kind: reach, kpi: first_response_calendar_share_within_1h, target: 90%}
      - {id: chat, title: c, kind: reach, kpi: first_response_calendar_share_within_1h, target: 90%,
         where: {channel: chat}}
      - {id: mean, title: m, kind: reach, kpi: first_response_calendar_mean, target: 1 h}
      - {id: median, title: m, kind: reach, kpi: first_response_calendar_median, target: 1 h}
      - {id: email, title: e, kind: reach, kpi: first_response_calendar_median, target: 1 h, where: {channel: email}}
      - {id: p90, title: p, kind: reach, kpi: first_response_calendar_p90, target: 1 h}
      - {id: count, title: c, kind: reach, kpi: tickets_resolved_count, target: 9}
      - {id: stock, title: b, kind: reach, kpi: backlog_closing, target: 9}
  - id: p
    title: What was asked of it before
    window: 2026-03-02..2026-03-31
    key_results:
      - {id: seen, title: s, kpi: first_response_calendar_median, baseline: 60 min, target: 45 min}
      - {id: unseen, title: u, kpi: first_response_calendar_median, baseline: 60 min, target: 25 min}
      - {id: unknown, title: u, kpi: handle_time_median, direction: lower, baseline: 60 min, target: 45 min}
      - {id: held, title: h, kpi: first_response_calendar_median, baseline: 2026-02-02..2026-02-28, target: 55 min}
"""


def answered(ticket_id: str, opened: datetime, minutes: int, channel: str = "email") -> dict[str, object]:
    """A ticket that was answered and solved after so many minutes."""
    at = f"{(opened + timedelta(minutes=minutes)).isoformat()}Z"
    row = {"status": "solved", "first_response_at": at, "resolved_at": at, "channel": channel}
    return ticket(ticket_id, opened_at=f"{opened.isoformat()}Z", exported_at="2026-03-03T20:00:00Z", **row)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Ten answers on 2 March, four of them by chat, and none on the 3rd; before that one a week: in 100 minutes up to
    4 January, in 80 to 1 February, in 50 to 1 March."""
    home = new_home(tmp_path_factory.mktemp("chance"))
    put(home, "okrs/o.yaml", OBJECTIVE)
    now = [
        answered(f"now-{minutes}", datetime(2026, 3, 2, 9), minutes, "chat" if place < 4 else "email")
        for place, minutes in enumerate(MINUTES)
    ]
    past = [
        answered(f"{day}", datetime.combine(day, datetime.min.time()), minutes)
        for minutes, day in ((100, date(2025, 12, 20)), (80, date(2026, 1, 20)), (50, date(2026, 2, 3)))
    ]
    put(home, "exports/canonical/t.csv", csv(*now, *past))
    assert build(home, "okr.pace", "okr.realism", as_of=date(2026, 3, 3), is_checked=True) == {}
    return home


def test_intervals_follow_from_the_rows_and_stand_on_the_newest_day_only(desk: Home) -> None:
    """Eight of ten within the hour. Mean 39 minutes: squares 27,600, so 1.96 x root of (27,600 - 15,210) / 9 / 10 =
    22.997. The median lies between the first and the tenth, p90 between the seventh and the tenth. Ten solves in two
    days: 5 give or take 1.96 x 5 / root of 10. Six by e-mail, the first after 25 minutes; four by chat are too few. A
    stock has no interval."""
    got = ask(
        desk,
        "select kr_id, round(value_low, 3), round(value_high, 3) from okr.pace "
        "where as_of_date = date '2026-03-03' and objective_id = 'o' order by all",
    )
    assert got == [
        ("chat", None, None),
        ("count", 1.901, 8.099),
        ("email", 1500, 7200),
        ("mean", 960.182, 3719.818),
        ("median", 300, 7200),
        ("p90", 2100, 7200),
        ("share", 0.49, 0.943),
        ("stock", None, None),
    ]
    assert ask(desk, "select distinct day from okr.measurements where low is not null") == [(date(2026, 3, 3),)]


def test_a_target_stands_beside_the_largest_move_in_such_a_time(desk: Home) -> None:
    """From 80 minutes to 50 in the four weeks to 1 March: 15 minutes less were seen before, 35 were not. Nothing is
    known of handling; and where the baseline is past the target no move is asked for."""
    got = ask(desk, "select * from okr.realism order by kr_id desc")
    best = (-1800, date(2026, 2, 1), date(2026, 3, 1))
    assert got == [
        ("unseen", -2100, 30, *best, False),
        ("unknown", -900, 30, None, None, None, None),
        ("seen", -900, 30, *best, True),
    ]


JANUARY = [(date(2026, 1, 1) + timedelta(days=28 * step), Decimal(value)) for step, value in enumerate((9, 5, 6, 2, 2))]


@pytest.mark.parametrize(
    ("days", "is_down", "expected"),
    [
        (28, True, (-4, 2, 3)),  # 9 to 5 as well: the later of two alike
        (55, True, (-4, 2, 3)),
        (56, True, (-4, 2, 3)),  # 6 to 2 again, and from 5 to 2 only 3
        (84, True, (-7, 0, 3)),
        (10, True, (-4, 2, 3)),  # never less than from one point to the next
        (28, False, (1, 1, 2)),
        (365, False, (1, 1, 2)),
    ],
)
def test_the_largest_move_is_found_in_its_direction_and_time(
    days: int, *, is_down: bool, expected: tuple[int, int, int]
) -> None:
    """9, 5, 6, 2 and 2, four weeks apart."""
    move, earlier, later = expected
    found: Move = (Decimal(move), JANUARY[earlier][0], JANUARY[later][0])
    assert best_move(JANUARY, days, is_down=is_down) == found


def test_where_nothing_moved_there_is_no_move() -> None:
    level = [(day, Decimal(4)) for day, _ in JANUARY]
    for points in ([], JANUARY[:1], level, JANUARY[3:]):
        assert best_move(points, 90, is_down=True) is None
        assert best_move(points, 90, is_down=False) is None
