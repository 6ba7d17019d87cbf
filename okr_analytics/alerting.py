"""What people are told without having asked: that a run failed, and which statuses changed. Texts only.

They name key results, objectives, files and figures, and hold no personal data: no owner, no ticket, no cell. How they
are sent does not belong here; see `pipelines/alerts.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from okr_analytics.desk import read_desk
from okr_analytics.errors import OkrError, Unexpected
from okr_analytics.figures import CAUSES, counted, in_words, without_controls
from okr_analytics.home import Home
from okr_analytics.languages.language import language
from okr_analytics.okr.keeping.flips import Flip, read_flips, read_published
from okr_analytics.okr.keeping.moves import Move, read_moves
from okr_analytics.report.reading import read_report
from okr_analytics.report.summary import standing
from okr_analytics.warehouse.engine import Engine

MOST_LINES = 20
LONGEST_TITLE = 120
LONGEST_LINE = 400
MAIL_ADDRESS = re.compile(r"[^\s@<>:;,]+@[^\s@<>;,]+")
OF_THE_ENGINE = re.compile(r"^(?:[A-Z][A-Za-z]* )+Error\b")
HARMLESS = str.maketrans({"<": "(", ">": ")", "@": "(at)"})  # no mark-up, no mention of a whole channel


@dataclass(frozen=True)
class Alert:
    """A message. The title is one line, fit for the head of a mail; neither steers a terminal or a chat."""

    title: str
    text: str

    @classmethod
    def of(cls, home: Home, title: str, lines: Iterable[str]) -> "Alert":
        """A message about a home, whose folder's name it bears."""
        head = _harmless(f"okr {home.root.name}: {title}")[:LONGEST_TITLE]
        return cls(head, "\n".join(_harmless(line)[:LONGEST_LINE] for line in lines))


def greeting(home: Home) -> Alert:
    """A message that shows that messages arrive."""
    return Alert.of(home, "a test message", ["Alerts arrive here: failed runs, and statuses that changed."])


def run_failed(home: Home, job: str, day: date | str | None, error: OkrError) -> Alert:
    """A run ended without publishing: why, in the words of the command line, and what to do next."""
    title = f"{job} of {day} failed" if day else f"{job} failed"
    wrong = "Mend what is named above; 'okr check' says whether all is in order, then 'okr run'."
    failed = "Mend what is named above, then 'okr run'; else the next night tries again."
    lines = _without_cells(error)
    more = [f"… {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    after = ["", "Nothing was published; the warehouse is as it was.", wrong if error.exit_code > 1 else failed]
    return Alert.of(home, title, [*lines[:MOST_LINES], *more, *after])


def statuses_changed(home: Home, engine: Engine, told_generation: int | None) -> Alert | None:
    """What flipped in the newest generation since the one that was told last; null where nothing did.

    Where that one is not known, since the one before the newest.
    """
    *earlier, newest = read_published(engine)
    before = next((each for each in earlier if each.number == told_generation), earlier[-1] if earlier else None)
    if before is None:
        return None
    flips = read_flips(engine, before.as_of, before.published_at, newest.as_of)
    moves = [each for each in read_moves(engine, before.published_at) if flips or each.flips]
    if not flips and not moves:
        return None
    count = len(flips)
    title = (
        f"{count} {'status' if count == 1 else 'statuses'} changed as of {newest.as_of}"
        if flips
        else "restated numbers"
    )
    stands = standing(read_report(engine), language(read_desk(home).language))
    lines = [f"As of {newest.as_of}, before as of {before.as_of}.", "", *_some(_flips(flips))]
    if moves:
        lines += ["", "Restated:", *_some(map(_restated, moves))]
    return Alert.of(home, title, [*lines, "", *stands, "", "'okr status' shows all; 'okr explain ID' says why."])


def _flips(flips: Sequence[Flip]) -> list[str]:
    return [
        f"{'objective' if each.is_objective else 'key result'} {each.what} ({each.title}): "
        f"{_status(each.old)} → {_status(each.new)}"
        for each in flips
    ]


def _restated(move: Move) -> str:
    flips = f"; the status is another on {counted(move.flips, 'day')}" if move.flips else ""
    return f"{move.what}: {counted(move.days, 'day')} from {move.first} to {move.last}, {CAUSES[move.cause]}{flips}"


def _status(status: str | None) -> str:
    return in_words(status or "not_started")


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more."""
    every = list(lines)
    return every[:MOST_LINES] + ([f"… {len(every) - MOST_LINES} more"] if len(every) > MOST_LINES else [])


def _without_cells(error: OkrError) -> list[str]:
    """An error's lines; of one that may quote what people wrote, only its kind."""
    if isinstance(error, Unexpected):
        return ["An error that nobody foresaw; the run in 'dagster dev' says more."]
    kind = OF_THE_ENGINE.match(str(error))
    return [f"{kind[0]}; the run in 'dagster dev' says more."] if kind else str(error).splitlines()


def _harmless(text: str) -> str:
    """One line without controls, mail addresses, mark-up and mentions."""
    line = " ".join(without_controls(text).split())
    return MAIL_ADDRESS.sub("…", line).translate(HARMLESS)
