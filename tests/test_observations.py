"""Numbers of other systems: values and ratios, their keys, rejections; and that no row of any input vanishes."""

import polars as pl
import pytest
from conftest import EVERYTHING, SPLIT, ask, build, conserved_in_any_order, csv, land, put, ticket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_analytics.home import Home
from okr_analytics.landing.numbers import read_numbers


def observed(metric: str | None = "m", day: str | None = "2026-03-02", **more: object) -> dict[str, object]:
    """A row of a metric on a day; without more it has no value."""
    return {"metric": metric, "day": day, **more}


def load(home: Home, *rows: dict[str, object], name: str = "o") -> None:
    """Land these rows as one canonical export of observations."""
    put(home, f"exports/observations/{name}.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every observation."""
    return ask(home, f"select {', '.join(names)} from core.observations order by metric, day, channel, segment")


REJECTED = [
    (observed(None, value=1), ["no_metric"]),
    (observed("x", None, value=1), ["no_day"]),
    (observed("x", "soon", value=1), ["unreadable_day"]),
    (observed("x", "2031-01-01", value=1), ["day_in_the_future"]),
    (observed("x"), ["no_value"]),
    (observed("x", numerator=3), ["no_value"]),
    (observed("x", denominator=3), ["no_value"]),
    (observed("x", numerator="n/a", denominator=3), ["no_value"]),
    (observed("x", numerator=3, denominator=0), ["denominator_not_positive"]),
    (observed("x", numerator=3, denominator=-2), ["denominator_not_positive"]),
    (observed("x", value="a lot"), ["unreadable_value"]),
    (observed(None, "soon", value="a lot"), ["no_metric", "unreadable_day", "unreadable_value"]),
]


def test_every_row_that_cannot_stand_is_rejected_with_all_its_reasons(home: Home) -> None:
    load(home, observed(value=0, numerator=1, denominator=2), *(row for row, _ in REJECTED))
    got = ask(home, "select row_number, ticket_id, reasons from core.rejected_rows order by 1")
    assert got == [(number, None, reasons) for number, (_, reasons) in enumerate(REJECTED, 2)]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(13, 1, 0, 12, 0, 0)]


def test_a_value_or_a_ratio_is_enough_and_a_bad_part_beside_it_is_counted(home: Home) -> None:
    load(
        home,
        observed("a", value=-3.5),
        observed("b", numerator=0, denominator=4),
        observed("c", value="oops", numerator=1, denominator=4),
        observed("d", value=7, numerator=1, denominator=0),
    )
    assert columns(home, "metric", "value", "numerator", "denominator") == [
        ("a", -3.5, None, None),
        ("b", None, 0.0, 4.0),
        ("c", None, 1.0, 4.0),
        ("d", 7.0, 1.0, None),
    ]
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by 1") == [
        ("denominator", "not positive", 1),
        ("value", "no number", 1),
    ]


def test_one_row_is_one_metric_day_and_combination_of_dimensions(home: Home) -> None:
    rows = (observed(value=1), observed(value=2, channel="correo"), observed(value=3, channel="email", segment="b"))
    load(home, *rows, observed(value=4, channel="e-mail"), observed(value=5, day="2026-03-03"), observed("n", value=6))
    assert columns(home, "metric", "day::varchar", "channel", "segment", "topic", "value") == [
        ("m", "2026-03-02", "email", "b", "unknown", 3.0),
        ("m", "2026-03-02", "email", "unknown", "unknown", 4.0),
        ("m", "2026-03-02", "unknown", "unknown", "unknown", 1.0),
        ("m", "2026-03-03", "unknown", "unknown", "unknown", 5.0),
        ("n", "2026-03-02", "unknown", "unknown", "unknown", 6.0),
    ]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(6, 5, 1, 0, 0, 0)]


def test_two_sources_may_name_a_metric_alike(home: Home) -> None:
    put(home, "sources/shop.yaml", "title: S\nkind: observations\ncolumns: {metric: metric, day: day, value: value}\n")
    put(home, "exports/shop/o.csv", csv(observed(value=1)))
    load(home, observed(value=2))
    assert ask(home, "select source, value from core.observations order by 1") == [("observations", 2.0), ("shop", 1.0)]
    assert ask(home, "select source, input from core.coverage order by 1") == [
        ("observations", "observations"), ("shop", "observations"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.5", 4.5), ("4,5", 4.5), ("-0,125", -0.125), ("1234,567", 1234.567), ("1.234,5", 1234.5),
        ("1,234.5", 1234.5), ("1,234,567", 1234567.0), ("1.234.567", 1234567.0), ("12", 12.0), ("1e3", 1000.0),
        ("1.234", 1.234),
        ("1,234", None), ("4,5,6", None), ("inf", None), ("NaN", None), ("five", None), ("5 %", None), (None, None),
    ],
)  # fmt: skip
def test_numbers_are_read_where_they_mean_one_thing_only(text: str | None, number: float | None) -> None:
    assert read_numbers(pl.Series([text], dtype=pl.String)).to_list() == [number]


def test_a_home_without_tickets_is_published_with_its_objectives(home: Home) -> None:
    put(home, "okrs/o.yaml", OKR)
    put(home, "exports/observations/o.csv", csv(observed(value=1)))
    assert build(home, *EVERYTHING, is_checked=True) == {}
    assert ask(home, "select value, status from okr.latest order by as_of_date desc limit 1") == [(None, "no_data")]


OKR = """\
objectives:
  - id: o
    title: o
    window: 2026-11-01..2026-11-30
    key_results:
      - {id: a, title: a, kind: reach, kpi: answered_share, target: 50%}
"""

ID = st.sampled_from(["", "1", "2"])
INSTANT = st.sampled_from(["", "never", "2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z"])
DAY = st.sampled_from(["2026-03-02", "2026-03-03T23:00:00Z", "someday", ""])
NUMBER = st.sampled_from(["", "0", "4", "-1", "many", "99"])
VERSION = {"updated_at": st.sampled_from(["", "2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z"])}
KINDS = {
    "surveys": {
        "survey_id": ID, "ticket_id": ID, "sent_at": INSTANT, "answered_at": INSTANT, "replied_at": INSTANT,
        "csat": NUMBER, "friendly": st.sampled_from(["", "sim", "nu", "4", "hm"]), **VERSION,
    },
    "articles": {"article_id": ID, "day": DAY, "views": NUMBER, **VERSION},
    "observations": {
        "metric": ID, "day": DAY, "value": NUMBER, "numerator": NUMBER, "denominator": NUMBER,
        "channel": st.sampled_from(["", "email", "carrier pigeon"]), **VERSION,
    },
    "checkins": {
        "kr_id": ID, "day": DAY, "milestone": ID, "done": st.sampled_from(["", "sim", "hm"]), "confidence": NUMBER,
        "status": st.sampled_from(["", "rojo", "pink"]), "expires": DAY, "author": st.sampled_from(["", "Ana"]),
        **VERSION,
    },
    "canonical": {
        "ticket_id": ID, "status": st.sampled_from(["open", "deleted"]), "opened_at": INSTANT,
        "resolved_at": st.just(""), "topic": st.sampled_from(["", "x"]), **VERSION,
    },
}  # fmt: skip
FILE = st.one_of(
    st.tuples(st.just(kind), st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=6))
    for kind, cells in KINDS.items()
)
FILES = st.lists(FILE, min_size=1, max_size=5)
A_HOME_EACH = [HealthCheck.function_scoped_fixture]
Rows = list[tuple[str, list[dict[str, object]]]]


@settings(max_examples=3, deadline=None, suppress_health_check=A_HOME_EACH)
@given(files=FILES, seed=st.integers(0, 99))
def test_no_row_of_any_input_vanishes_and_the_order_of_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: Rows, seed: int
) -> None:
    conserved_in_any_order(tmp_path_factory.mktemp("law"), files, seed)


@pytest.mark.soak
@settings(max_examples=100, deadline=None, suppress_health_check=A_HOME_EACH)
@given(files=FILES, seed=st.integers(0, 99))
def test_no_row_vanishes_in_many_more_inputs(tmp_path_factory: pytest.TempPathFactory, files: Rows, seed: int) -> None:
    conserved_in_any_order(tmp_path_factory.mktemp("law"), files, seed)


def test_a_mixed_home_balances_by_hand(home: Home) -> None:
    """Per input one current, one superseded and one rejected row."""
    put(home, "exports/canonical/t.csv", csv(ticket("1"), ticket("1", topic="x"), ticket(None)))
    put(home, "exports/articles/a.csv", "article_id,day\n1,2026-03-02\n1,2026-03-02\n1,\n")
    put(home, "exports/surveys/s.csv", "survey_id,sent_at\n1,2026-03-02T10:00:00Z\n1,2026-03-02T10:00:00Z\n1,\n")
    put(home, "exports/checkins/c.csv", "kr_id,day\n1,2026-03-02\n1,2026-03-02\n1,\n")
    load(home, observed(value=1), observed(value=2), observed())
    assert ask(home, f"select kind, {SPLIT} from ops.loads order by 1") == [
        (kind, 3, 1, 1, 1, 0, 0) for kind in ("articles", "checkins", "observations", "surveys", "tickets")
    ]
