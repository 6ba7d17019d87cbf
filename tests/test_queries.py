"""Files of sql/queries: each is asked by its name, can be asked of a published warehouse, and none stands in Python."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlglot
from conftest import DEMO_DAY
from sqlglot import exp

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import CHECKOUT, SQL, Home
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.queries import query

NAMES = sorted(path.stem for path in (SQL / "queries").glob("*.sql"))
MODULES = sorted(path for room in ("okr_analytics", "pipelines") for path in (CHECKOUT / room).rglob("*.py"))
PUBLISHED = ("core.", "fact.", "kpi.", "okr.", "ops.", "duckdb_tables(")
LONGEST = 100  # signs: what names a table and its order may stand where it is asked
VALUES = {
    **dict.fromkeys(("as_of", "day", "first_day", "last_day", "before"), DEMO_DAY),
    "since": datetime.combine(DEMO_DAY - timedelta(days=30), datetime.min.time()),
    "known_at": datetime.now(UTC).replace(tzinfo=None),
    "dimensions": ["all", "team"],
    "kpi_ids": ["tickets_opened_count", "backlog_closing"],
    "kr_id": "first-answer-sooner",
    "prefix": "first-answer-sooner.",
    "objective_id": "answer-sooner",
    "kpi_id": "tickets_opened_count",
    "filter": "{}",
    "span": "month",
    "source": "canonical",
    "most": 3,
    "share": 0.05,
    "fresh_days": 3,
    "schema": "ops",
    "table": "checks",
}


def named_values(text: str) -> set[str]:
    """The values that a query binds."""
    return {each.name for each in sqlglot.parse_one(text, read="duckdb").find_all(exp.Parameter, exp.Placeholder)}


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each string that is fixed, or is asked with nothing but values put in."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value
        for part in node.args if isinstance(node, ast.Call) else ():
            if isinstance(part, ast.JoinedStr) and all(map(is_text_or_value, part.values)):
                yield part.lineno, ast.unparse(part).removeprefix("f")[1:-1]


def is_text_or_value(part: ast.expr) -> bool:
    """Whether a part of an f-string is text, or a value that could be bound."""
    if isinstance(part, ast.Constant):
        return True
    call = part.value if isinstance(part, ast.FormattedValue) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("literal", "on")


def is_query(text: str) -> bool:
    """Whether a text asks something of what is published; steps of a run work on landed rows and work tables."""
    words = text.lower().split()
    return words[:1] in (["select"], ["with"]) and any(word.startswith(PUBLISHED) for word in words)


def test_every_query_is_asked_by_its_name_and_every_name_has_a_file() -> None:
    asked = {
        node.args[0].value
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "query"
        if isinstance(node.args[0], ast.Constant)
    }
    assert asked == set(NAMES)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_query_that_is_fixed_stands_in_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [line for line, text in strings(tree) if is_query(text) and len(" ".join(text.split())) > LONGEST] == []


def test_no_query_is_taken_for_a_table() -> None:
    assert [table for table in models() if table.startswith("queries.")] == []


def test_a_query_with_a_wrong_header_is_refused_at_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "a.sql").write_text('-- title = "A"\n-- materialized = "view"\n-- ---\n\nselect 1\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^sql/queries/a.sql:2: unknown key 'materialized'"):
        query("a", folder)


def test_every_query_can_be_asked_of_a_published_warehouse(demo: Home) -> None:
    """Its tables and columns are there, and what it binds is of a fitting type."""
    with Engine.published(demo.warehouse) as engine:
        for name in NAMES:
            text = query(name)
            engine.rows(text, {each: VALUES[each] for each in named_values(text)})
