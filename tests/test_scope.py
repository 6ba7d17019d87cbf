"""What a backfill speaks of: one key result with what rests on it, and the days that changes touch."""

from datetime import date, datetime

import pytest
from nights import DAY, FIRST, LAST, Desk, desk_of, lived

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import EVERYTHING, Scope, scope_of
from okr_analytics.okr.keeping.changes import Change, changes, days_touched

PARTS = "[{id: a, kind: reach, kpi: answered_share, target: 80%}, {id: b, kind: cadence, every: week}]"


@pytest.fixture
def desk(home: Home) -> Desk:
    """'sooner' and 'plan' are of 'below', which contributes to 'top'; 'answered' is of 'top' and has two parts."""
    made = desk_of(home)
    made.rewrite("kind: reach, kpi: answered_share, target: 80%, over: 28d", f"kind: all_of, parts: {PARTS}")
    return made


@pytest.mark.parametrize(
    ("kr_id", "expected"),
    [
        (None, EVERYTHING),
        ("sooner", Scope(frozenset(["sooner"]), frozenset(["below", "top"]))),
        ("answered", Scope(frozenset(["answered", "answered.a", "answered.b"]), frozenset(["top"]))),
    ],
)
def test_one_key_result_comes_with_its_parts_and_all_that_it_counts_in(
    desk: Desk, kr_id: str | None, expected: Scope
) -> None:
    assert scope_of(read_definitions(desk.home), kr_id) == expected


@pytest.mark.parametrize("kr_id", ["answered.a", "top", "soner"])
def test_a_part_an_objective_or_a_misspelt_one_is_no_key_result(desk: Desk, kr_id: str) -> None:
    with pytest.raises(UsageError, match=f"no key result '{kr_id}'"):
        scope_of(read_definitions(desk.home), kr_id)


def test_a_moved_window_touches_the_days_of_both(desk: Desk) -> None:
    """From August on instead of July: July has answers that are no longer said."""
    lived(desk, DAY)
    desk.rewrite("target: 50 min}", "target: 50 min, window: 2026-08-01..2026-09-30}")
    found = changes(desk.home, read_definitions(desk.home), DAY, datetime(2026, 8, 17))
    assert found == [Change("sooner", "window", FIRST, LAST)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((None, None), (date(2026, 7, 1), DAY)),
        ((date(2026, 8, 1), None), (date(2026, 8, 1), DAY)),
        ((None, date(2026, 7, 20)), (date(2026, 7, 1), date(2026, 7, 20))),
        ((None, date(2026, 12, 31)), (date(2026, 7, 1), DAY)),
    ],
)
def test_days_touched_end_with_what_is_published(
    asked: tuple[date | None, date | None], expected: tuple[date, date]
) -> None:
    """One change is of a window that has not begun."""
    changed = [Change("later", "target", date(2026, 10, 1), date(2026, 12, 31)), Change("now", "baseline", FIRST, LAST)]
    assert days_touched(changed, DAY, *asked) == expected
    assert days_touched(changed[:1], DAY) == (DAY, DAY)
