"""Named queries: what people read of a warehouse, one select a file in sql/queries; values are bound as $name.

What is composed for a question (a KPI, a filter) does not belong here.
"""

from functools import cache
from pathlib import Path

from okr_analytics.home import SQL
from okr_analytics.warehouse.headers import QueryHeader
from okr_analytics.warehouse.sql_file import QUERIES, SqlFile


@cache
def query(name: str, folder: Path = SQL / QUERIES) -> str:
    """The select of that name. Raises ConfigurationError where its header is wrong."""
    file = SqlFile(folder / f"{name}.sql")
    file.header(QueryHeader)
    return file.query
