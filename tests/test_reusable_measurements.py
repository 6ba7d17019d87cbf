"""Which published measurements an incremental night keeps."""

from datetime import date

import polars as pl
import pytest

from okr_analytics.incremental.reusable_measurements import reusable_condition
from okr_analytics.warehouse.engine import Engine

BEFORE, FIRST, LAST, AFTER = (date(2026, 3, day) for day in (1, 2, 8, 9))
OPENED, OTHER = "fact.tickets_opened", "fact.escalations"


@pytest.mark.parametrize(
    ("n", "computed", "changed", "is_kept"),
    [
        (3, [], [], True),
        (3, [("a", FIRST)], [], False),
        (3, [("a", LAST)], [], False),
        (3, [("a", BEFORE), ("a", AFTER)], [], True),
        (3, [("b", FIRST)], [], True),
        (3, [], [OPENED], True),
        (0, [], [], True),
        (0, [("a", AFTER)], [], False),
        (0, [("b", FIRST)], [], True),
        (0, [], [OPENED], False),
        (0, [], [OTHER], True),
    ],
    ids=[
        "nothing is computed", "its first day is", "its last day is", "other days are", "another measure is",
        "other tickets were opened", "of no rows: nothing is computed", "of no rows: other days are",
        "of no rows: another measure is", "of no rows: other tickets were opened", "of no rows: another fact changed",
    ],
)  # fmt: skip
def test_a_measurement_is_kept_while_none_of_its_days_is_computed(
    n: int, computed: list[tuple[str, date]], changed: list[str], is_kept: object
) -> None:
    """From the 2nd to the 8th. One of no rows may be of a member that was never seen, which is unknown; once a ticket
    of it is there, none of them was escalated. So it is measured again where anything of its KPI is, or other tickets
    were opened."""
    with Engine.scratch() as engine:
        engine.run("create schema work")
        days = pl.DataFrame(computed, schema={"measure": pl.String, "day": pl.Date}, orient="row")
        engine.create("work.recomputed_days", days.with_columns(grain=pl.lit("day")))
        engine.run("create table work.kpi_measures as select 'k' as kpi_id, 'a' as measure")
        engine.create("work.changed_spans", pl.DataFrame({"fact": changed}, schema={"fact": pl.String}))
        engine.create("known", pl.DataFrame({"kpi_id": ["k"], "n": [n]}))
        engine.create("asked", pl.DataFrame({"first_day": [FIRST], "last_day": [LAST]}))
        assert engine.rows(f"select {reusable_condition()} from known, asked") == [(is_kept,)]
