"""What people are told without having asked: that a run failed, and which statuses changed. Texts only.

They name key results, objectives, files and figures, and hold no personal data: no owner, no ticket, no cell. How they
are sent does not belong here; see `pipelines/alerts.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.errors import OkrError, Unexpected
from okr_analytics.figures import CAUSES, counted, in_words, without_controls
from okr_analytics.home import Home
from okr_analytics.okr.keeping.moves import Move, read_moves
from okr_analytics.warehouse.engine import Engine

MOST_LINES = 20
LONGEST_TITLE = 120
LONGEST_LINE = 400
MAIL_ADDRESS = re.compile(r"[^\s@<>:;,]+@[^\s@<>;,]+")
OF_THE_ENGINE = re.compile(r"^(?:[A-Z][A-Za-z]* )+Error\b")
HARMLESS = str.maketrans({"<": "(", ">": ")", "@": "(at)"})  # no mark-up, no mention of a whole channel
GENERATIONS = "select distinct generation, published_at, as_of_date from ops.generations order by generation"
FLIPS = """
    with answers as (
        select kr_id as what, false as is_objective, as_of_date, status, known_from, known_to from okr.attainment
        union all
        select objective_id as what, true as is_objective, as_of_date, status, known_from, known_to
        from okr.objective_attainment
    ),
    said as (
        select what, is_objective, status from answers
        where as_of_date <= $1 and known_from <= $2 and (known_to is null or known_to > $2)
        qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
    ),
    says as (
        select what, is_objective, status from answers
        where as_of_date <= $3 and known_to is null
        qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
    ),
    titles as (
        select kr_id as what, false as is_objective, title from okr.key_results
        where known_to is null and role <> 'part'
        union all
        select objective_id as what, true as is_objective, title from okr.objectives where known_to is null
    )
    select titles.is_objective, titles.what, titles.title, said.status, says.status
    from titles
    join said on titles.what = said.what and titles.is_objective = said.is_objective
    join says on titles.what = says.what and titles.is_objective = says.is_objective
    where said.status is distinct from says.status
    order by titles.is_objective, titles.what
"""


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
    said = _without_cells(error)
    more = [f"… {len(said) - MOST_LINES} more lines"] if len(said) > MOST_LINES else []
    after = ["", "Nothing was published; the warehouse is as it was.", wrong if error.exit_code > 1 else failed]
    return Alert.of(home, title, [*said[:MOST_LINES], *more, *after])


def statuses_changed(home: Home, engine: Engine, told: int | None) -> Alert | None:
    """What flipped in the newest generation since the one that was told last; null where nothing did.

    Where that one is not known, since the one before the newest.
    """
    *earlier, (_, _, as_of) = engine.rows(GENERATIONS)
    before = next((each for each in earlier if each[0] == told), earlier[-1] if earlier else None)
    if before is None:
        return None
    _, published_at, day = before
    flips = engine.rows(FLIPS, [day, published_at, as_of])
    moves = [each for each in read_moves(engine, published_at) if flips or each.flips]
    if not flips and not moves:
        return None
    count = len(flips)
    title = f"{count} {'status' if count == 1 else 'statuses'} changed as of {as_of}" if flips else "restated numbers"
    lines = [f"As of {as_of}, before as of {day}.", "", *_some(_flips(flips))]
    if moves:
        lines += ["", "Restated:", *_some(map(_restated, moves))]
    return Alert.of(home, title, [*lines, "", "'okr status' shows all; 'okr explain ID' says why."])


def _flips(flips: Sequence[tuple[Any, ...]]) -> list[str]:
    return [
        f"{'objective' if is_objective else 'key result'} {what} ({title}): {_status(old)} → {_status(new)}"
        for is_objective, what, title, old, new in flips
    ]


def _restated(move: Move) -> str:
    flips = f"; the status is another on {counted(move.flips, 'day')}" if move.flips else ""
    return f"{move.what}: {counted(move.days, 'day')} from {move.first} to {move.last}, {CAUSES[move.cause]}{flips}"


def _status(status: str | None) -> str:
    return in_words(status or "not_started")


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more."""
    found = list(lines)
    return found[:MOST_LINES] + ([f"… {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else [])


def _without_cells(error: OkrError) -> list[str]:
    """An error's lines; of one that may quote what people wrote, only its kind."""
    if isinstance(error, Unexpected):
        return ["An error that nobody foresaw; the run in 'dagster dev' says more."]
    found = OF_THE_ENGINE.match(str(error))
    return [f"{found[0]}; the run in 'dagster dev' says more."] if found else str(error).splitlines()


def _harmless(text: str) -> str:
    """One line without controls, mail addresses, mark-up and mentions."""
    line = " ".join(without_controls(text).split())
    return MAIL_ADDRESS.sub("…", line).translate(HARMLESS)
