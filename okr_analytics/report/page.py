"""The page: one HTML file that needs no server, no network and no script. All text is escaped."""

import base64
import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from okr_analytics.languages.language import Language
from okr_analytics.report.freshness import reaches
from okr_analytics.report.ledger import MOST_FILES
from okr_analytics.report.panels import DIMENSIONS, WEEKS, Kpi, Member, Panel, Week
from okr_analytics.report.pictures import pictures
from okr_analytics.report.reading import Report, only, read_report
from okr_analytics.report.summary import headline
from okr_analytics.report.telling import Telling, look, symbol
from okr_analytics.scorecard.reading import Line
from okr_analytics.warehouse.engine import Engine

TEMPLATES = Path(__file__).with_name("templates")
PANELS, NEEDS = 12, 8  # that are seen at once; the others are a click away


def page(engine: Engine, say: Language, zone: ZoneInfo, kr_id: str | None = None) -> str:
    """The page of a published warehouse; of one key result alone where one is named, else UsageError."""
    report = read_report(engine)
    return rendered(only(report, kr_id) if kr_id else report, say, zone, is_whole=kr_id is None)


def rendered(report: Report, say: Language, zone: ZoneInfo, *, is_whole: bool = True) -> str:
    """What was read as HTML in a language, its instants on that zone's clock. A page that is not whole is about its key
    results alone."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    drawn = pictures(report, say, is_whole=is_whole)
    return _environment().get_template("page.html").render(
        report=report, say=say, t=say.text, zone=zone, is_whole=is_whole,
        style=Markup(style), style_hash=f"sha256-{_hash(style)}",  # noqa: S704 - ours, and no user's
        pictures={about: Markup(svg) for about, svg in drawn.items()},  # noqa: S704 - its texts are escaped by Vega
        tell=partial(_tell, report, say), headline=partial(headline, say=say), peaks_said=_peaks(report, say),
        reaches=reaches(report.ledger.covered, say),
        panel_count=PANELS, need_count=NEEDS, week_count=WEEKS, dimensions=DIMENSIONS, file_count=MOST_FILES,
        look=look, symbol=symbol, percent=_percent, newest=_newest, judged=partial(_judged, say), largest=_largest,
    )  # fmt: skip


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _tell(report: Report, say: Language, line: Line) -> Telling:
    return Telling(say, line, report.details[line.kr_id])


def _percent(share: float) -> str:
    """A share as a length in SVG, never outside its place."""
    return f"{min(max(share, 0.0), 1.0) * 100:.1f}%"


def _newest(panel: Panel) -> tuple[Week | None, Week | None]:
    """The newest week that will not change any more and has a value, and the one before it where that has one too."""
    known = [week for week in panel.weeks if week.is_complete and week.value is not None]
    if not known:
        return None, None
    *earlier, newest = known
    before = earlier[-1] if earlier and (newest.start - earlier[-1].start).days == 7 else None  # noqa: PLR2004 - a week
    return newest, before


def _judged(say: Language, value: float, before: float, kpi: Kpi) -> str:
    """Whether a move is for the better; one that its figures do not show is none."""
    if say.change(abs(value - before), kpi.unit).lstrip("+") == say.change(0.0, kpi.unit):
        return "same"
    if kpi.direction == "watch":
        return "watch"
    return "better" if (value > before) == (kpi.direction == "higher") else "worse"


def _largest(members: Sequence[Member]) -> float:
    return max((each.month.value for each in members), default=0.0)


def _peaks(report: Report, say: Language) -> list[str]:
    demand: Any = report.operations.demand
    return [
        say.text(
            "page.demand.peak", weekday=say.weekday(each.weekday), hour=each.hour, value=say.number(each.per_day, 1)
        )
        for each in (demand.peaks if demand else ())
    ]
