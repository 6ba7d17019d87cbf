"""A KPI becomes SQL in one place: okr_analytics/metrics/compiler, with the table of statistics beside it."""

import ast
import re
from collections.abc import Iterator

from okr_analytics.home import CHECKOUT
from okr_analytics.warehouse.models import models

COMPILER = "okr_analytics/metrics/compiler/"
ROWS_IN_TIME = re.compile(r"counts_from|counts_until|quantile_cont|quantile_disc")
VALUES = re.compile(r"\bstatistic\b|numerator_kpi_id|period_values|quantile_|median\(")
EXCEPTIONS = {
    "okr_analytics/incremental/changed_facts.py": "compares rows of two warehouses, whatever KPIs make of them",
    "okr_analytics/metrics/recompute_scope.py": "says which rows reach into the periods that are computed",
    "okr_analytics/explain/candidates.py": "lists what does not count, by the compiler's conditions on rows",
    "okr_analytics/okr/defining/evidence.py": "asks which members a fact has, not for a value",
}


def test_no_other_module_says_which_rows_of_a_fact_count() -> None:
    """Neither as of which day, nor from which fact, nor a percentile of them; each exception is needed."""
    speaking = {path for path, tree in _modules() if not path.startswith(COMPILER) and _speaks_of_facts(tree)}
    assert speaking == EXCEPTIONS.keys()


def test_sql_expressions_are_built_in_the_compiler_alone() -> None:
    """Beside it only the reading of SQL models knows sqlglot."""
    building = {path for path, tree in _modules() if "sqlglot" in _imports(tree)}
    assert {path for path in building if not path.startswith(COMPILER)} == {"okr_analytics/warehouse/models.py"}


def test_one_model_places_values_in_periods_and_no_other_says_what_a_kpi_is_worth() -> None:
    """kpi.results decides what is 0, null or incomplete of what the compiler made, and divides: volumes by the period's
    business days, and the two KPIs of a ratio."""
    speaking = {table for table, model in models().items() if VALUES.search(model.query)}
    assert speaking == {"kpi.results"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("okr_analytics", "pipelines"):
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            yield str(path.relative_to(CHECKOUT)), ast.parse(path.read_text(encoding="utf-8"))


def _speaks_of_facts(tree: ast.Module) -> bool:
    """A text of the module has a word of theirs, or a KPI's fact is put into a text."""
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, _DOCUMENTED)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    put_in = (part for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) for part in ast.walk(node))
    return any(ROWS_IN_TIME.search(text) for text in texts if text not in docstrings) or any(
        isinstance(part, ast.Attribute) and part.attr == "fact" for part in put_in
    )


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def _imports(tree: ast.Module) -> set[str]:
    """The packages that a module imports from."""
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in names}
