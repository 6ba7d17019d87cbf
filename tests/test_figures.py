"""Numbers as people read them: one unit for figures that stand together, and a formula that comes out right."""

import pytest

from okr_analytics.explain.reasons import gap_said
from okr_analytics.figures import Scale, fraction, limit_said, scale, shown


@pytest.mark.parametrize(
    ("unit", "values", "written", "said"),
    [
        ("seconds", (24720.0, 17304.0), ("412 min", "-30%"), ["412 min", "288.4 min"]),
        ("seconds", (24720.0, 17304.0), ("2026-Q2", "-30%"), ["6.9 h", "4.8 h"]),
        ("seconds", (8216.0, 3600.0), ("2026-Q2", "1 h"), ["136.9 min", "60 min"]),
        ("seconds", (503706.7, 345600.0), ("2026-Q2", "4 d"), ["5.8 d", "4 d"]),
        ("seconds", (90.0, 30.0), (None, "0.5 min"), ["90 s", "30 s"]),
        ("share", (0.0799, 0.05), (), ["8.0 %", "5.0 %"]),
        ("of 5", (4.183, 4.5), (), ["4.18 of 5", "4.50 of 5"]),
        ("tickets per business day", (32.674, 1.0), (), ["32.7 tickets per business day", "1 ticket per business day"]),
        ("escalations", (0.566, 0.312), (), ["0.57 escalations", "0.31 escalations"]),
        ("points", (-12.5, -0.0), (), ["−12.5 points", "0 points"]),
    ],
)
def test_figures_that_stand_together_have_one_unit(
    unit: str, values: tuple[float, ...], written: tuple[str | None, ...], said: list[str]
) -> None:
    scaled = scale(unit, values, written)
    assert [scaled.say(each) for each in values] == said


@pytest.mark.parametrize(
    ("scaled", "figures", "said"),
    [
        (Scale(60, "min"), (20400, 24720, 17304), "(340 min − 412 min) / (288.4 min − 412 min) = 0.58"),
        (Scale(0.01, "%"), (0.8802, 0.9026, 0.9526), "(88.02 % − 90.26 %) / (95.26 % − 90.26 %) = −0.45"),
        (Scale(1, "tickets per agent"), (1.583, 1, 2), "(1.58 − 1) / (2 − 1) = 0.58"),
    ],
)
def test_a_formula_has_as_many_decimals_as_it_takes_to_come_out(
    scaled: Scale, figures: tuple[float, float, float], said: str
) -> None:
    assert fraction(scaled, *figures) == said


@pytest.mark.parametrize(
    ("attainment", "expected", "said"),
    [
        (0.41, 0.60, "41 % reached, 60 % expected by this day: 19 points behind"),
        (0.79, 0.60, "79 % reached, 60 % expected by this day: 19 points ahead"),
        (0.6, 0.6, "60 % reached, 60 % expected by this day: as planned"),
        (0.59, 0.6, "59 % reached, 60 % expected by this day: 1 point behind"),
        (0.496, 0.6, "49.6 % reached, 60.0 % expected by this day: 10.4 points behind"),
    ],
)
def test_a_gap_is_said_so_that_the_status_follows_from_it(attainment: float, expected: float, said: str) -> None:
    """10.4 points behind is at risk; rounded to 10 it would look on track."""
    assert gap_said(attainment, expected) == said


def test_limits_and_single_values_are_short() -> None:
    assert [limit_said(each) for each in (3600, 604800, 5400)] == ["1 h", "7 d", "90 min"]
    assert [shown(each, "seconds") for each in (None, 90, 5270, 503706.7)] == ["–", "90 s", "87.8 min", "5.8 d"]
    assert (Scale(60, "min").between(1062, 1170), Scale(0.01, "%").apart(-0.03)) == ("17.7 to 19.5 min", "3.0 points")
