"""Where the page stands: beside the warehouse, with its summary, each put there in one step."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from okr_analytics.desk import read_desk
from okr_analytics.home import Home
from okr_analytics.languages.language import language
from okr_analytics.report.page import rendered
from okr_analytics.report.reading import only, read_report
from okr_analytics.report.summary import summary
from okr_analytics.warehouse.durable import swap_in
from okr_analytics.warehouse.engine import Engine


@dataclass(frozen=True)
class Written:
    """A page that was written, and the paragraph that says the same."""

    path: Path
    summary: str


def write_page(home: Home, code: str | None = None, out: Path | None = None, kr_id: str | None = None) -> Written:
    """The page of what is published, by default in the desk's language and beside the warehouse; of one key result
    alone where one is named. Where no place is named the summary of a whole page is written beside it.

    Raises UsageError where nothing is published, or there is no such language or key result.
    """
    desk = read_desk(home)
    say = language(code or desk.language)
    with Engine.published(home.warehouse) as engine:
        report = read_report(engine)
    html = rendered(only(report, kr_id) if kr_id else report, say, desk.zone, is_whole=kr_id is None)
    said = summary(report, say)
    path = out or (home.page.with_name(f"report-{kr_id}.html") if kr_id else home.page)
    put(path, html)
    if path == home.page:
        put(home.summary, f"{said}\n")
    return Written(path, said)


def put(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        made.write_text(text, encoding="utf-8")
        swap_in(made, path)
    finally:
        made.unlink(missing_ok=True)
