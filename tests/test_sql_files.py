"""Files below sql/: what their headers may say, and that a wrong one is refused at its line."""

from pathlib import Path

import pytest

from okr_analytics.desk import Desk
from okr_analytics.errors import ConfigurationError
from okr_analytics.metrics.shipped import shipped
from okr_analytics.warehouse.models import models

MEASURE = """\
-- title = "First response time"
-- question = "How long does a customer wait?"
-- unit = "seconds"
-- direction = "lower"
-- requires = "first_response_at"
-- [[kpis]]
-- statistic = "median"
-- [[kpis]]
-- statistic = "share_within"
-- limit = "1h"
-- ---
-- One row is one ticket.

select source, ticket_id, day, calendar_seconds, business_seconds, from core.tickets
"""


def written(folder: Path, text: str) -> Path:
    """A folder of models with this one as fact.first_response."""
    (folder / "fact").mkdir(parents=True, exist_ok=True)
    (folder / "fact" / "first_response.sql").write_text(text, encoding="utf-8")
    return folder


def test_a_header_is_read_up_to_its_end_and_the_query_below_the_prose(tmp_path: Path) -> None:
    model = models(written(tmp_path, MEASURE))["fact.first_response"]
    assert model.header.requires == ("first_response_at",)
    assert model.header.kpis == ({"statistic": "median"}, {"statistic": "share_within", "limit": "1h"})
    assert model.query == "select source, ticket_id, day, calendar_seconds, business_seconds, from core.tickets"
    assert not model.is_view


def test_a_change_of_the_header_alone_leaves_the_code_version(tmp_path: Path) -> None:
    before = models(written(tmp_path / "before", MEASURE))["fact.first_response"]
    after = models(written(tmp_path / "after", MEASURE.replace("1h", "4h").replace("One row", "A row")))[
        "fact.first_response"
    ]
    assert after.header != before.header
    assert after.code_version == before.code_version


@pytest.mark.parametrize(
    ("right", "wrong", "line", "found"),
    [
        ("-- requires =", "-- require =", 5, "unknown key 'require'; did you mean 'requires'?"),
        ("-- requires =", "-- told_by =", 5, "unknown key 'told_by'"),
        ('"lower"', '"low"', 4, "direction: no 'low'; did you mean 'lower'?"),
        ('-- unit = "seconds"\n', "", 1, "'unit' is missing: a file with kpis is a measure, and says it"),
        ('-- title = "First response time"\n', "", 1, "'title' is missing; add it"),
        ('"lower"', '"lower"\n-- maturity_days = -1', 5, "maturity_days: -1 is too little; write 0 or more"),
        ('"lower"', '"lower"\n-- maturity_days = "7"', 5, "maturity_days: '7' is no whole number; write one, like 3"),
        ('"lower"', '"lower"\n-- materialized = "vew"', 5, "materialized: no 'vew'; did you mean 'view'?"),
        ('"lower"', "lower", 4, "no valid TOML"),
        ("-- direction", "direction", 4, "no line of a header; begin it with '-- '"),
        ("-- ---\n", "", 1, "the header has no end; write '-- ---' below its last key"),
        ("-- limit =", "-- limt =", 10, "unknown key 'limt'; did you mean 'limit'?"),
        ("-- limit =", "-- of =", 10, "unknown key 'of'"),
        ('"median"', '"medan"', 6, "no statistic 'medan'; did you mean 'median'"),
        ('"median"', '"median"\n-- column = "days"', 6, "'days' is no number of first_response"),
    ],
)
def test_a_wrong_header_is_refused_at_its_line(tmp_path: Path, right: str, wrong: str, line: int, found: str) -> None:
    folder = written(tmp_path, MEASURE.replace(right, wrong, 1))
    with pytest.raises(ConfigurationError) as refused:
        shipped(Desk(), folder)
    (problem,) = refused.value.problems
    assert problem.where == f"sql/fact/first_response.sql:{line}"
    assert problem.found.startswith(found)
