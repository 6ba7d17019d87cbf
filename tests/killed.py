"""A desk between two nights, and a night that dies at a line of its own log.

The first night is published. Then come newer versions of tickets, new ones, rows that cannot stand, another
baseline and another target: all that the second night has to read, restate and publish.
"""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from conftest import ask, csv, new_home, publish, put, ticket
from template_homes import Templates

from okr_analytics.home import Home
from pipelines.headless import run_nightly

FIRST_DAY, SECOND_DAY = date(2026, 3, 8), date(2026, 3, 9)
FIRST_NIGHT, SECOND_NIGHT = datetime(2026, 3, 9, 4, 15), datetime(2026, 3, 10, 4, 15)
BETWEEN, NEXT_NIGHT = FIRST_NIGHT + timedelta(hours=1), SECOND_NIGHT + timedelta(hours=1)
LINES = "lines of the log"
TICKETS = 300
OKR = """\
objectives:
  - id: o
    title: Sooner
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: answered, title: a, kind: reach, kpi: answered_share, target: 50%}
      - {id: sooner, title: b, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min, over: window}
"""
CHANGED = OKR.replace("60 min", "90 min").replace("target: 50%", "target: 60%, effective_from: 2026-03-06")
TRUTH = {
    "hashes": "select table_name, content_hash, row_count from ops.generations "
    "where generation = (select max(generation) from ops.generations) order by all",
    "ledger": "select * exclude (loaded_at, run_id) from ops.loads order by all",
    "unaccounted": "select file from ops.loads where status = 'loaded' and "
    "rows_read <> rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed",
    "reported": "select * exclude (known_from, known_to), known_to is null from okr.attainment order by all",
    "restated": "select * exclude (known_from) from okr.restatements order by all",
    "as reported": "select * exclude (known_from, known_to) from okr.as_reported(timestamp '{}') order by all",
}


def opened(number: int) -> dict[str, object]:
    """A ticket of the first nine days of March, answered after 5 to 64 minutes."""
    at = datetime(2026, 3, 1, 8) + timedelta(days=number % 8, minutes=number)
    return ticket(
        str(number),
        opened_at=f"{at.isoformat()}Z",
        first_response_at=f"{(at + timedelta(minutes=5 + number % 60)).isoformat()}Z" if number % 5 else None,
        channel=("email", "chat")[number % 2],
    )


def first_exports(home: Home) -> None:
    """What the first night finds."""
    put(home, "okrs/o.yaml", OKR)
    put(home, "exports/canonical/tickets-2026-03-08.csv", csv(*map(opened, range(TICKETS))))
    answers = ({"ticket_id": n, "survey_id": n, "answered_at": "2026-03-07T11:00:00Z", "csat": 4} for n in range(40))
    put(home, "exports/surveys/surveys-2026-03-08.csv", csv(*answers))


def second_exports(home: Home) -> None:
    """What the second night finds besides: 100 newer versions, 60 new tickets, 3 refused rows."""
    put(home, "okrs/o.yaml", CHANGED)
    newer = [{**opened(n), "status": "solved", "resolved_at": "2026-03-09T09:00:00Z"} for n in range(100)]
    new = [{**opened(n), "opened_at": "2026-03-09T10:00:00Z", "first_response_at": None} for n in range(400, 460)]
    broken = [{**opened(n), "opened_at": "soon"} for n in range(500, 503)]
    put(home, "exports/canonical/tickets-2026-03-09.csv", csv(*newer, *new, *broken))


def after_first_night(folder: Path) -> Home:
    """The first night is published."""
    home = new_home(folder)
    first_exports(home)
    assert publish(home, FIRST_DAY, "first", FIRST_NIGHT) == {}
    return home


def between_nights(templates: Templates, folder: Path) -> Home:
    """Such a home of one's own, with what the second night has to read."""
    home = templates.copy("first_night", after_first_night, folder)
    second_exports(home)
    return home


def undisturbed(templates: Templates) -> Home:
    """The same after a second night in which nothing goes wrong, with every line that it logged; to look at."""
    return templates.home("second_night", partial(_after_second_night, templates))


def _after_second_night(templates: Templates, folder: Path) -> Home:
    twin = between_nights(templates, folder)
    with listening() as lines:
        assert publish(twin, SECOND_DAY, "twin", SECOND_NIGHT) == {}
    put(twin, LINES, "\n".join(dict.fromkeys(lines)))
    return twin


def lines_of(home: Home) -> list[str]:
    """The lines that its second night logged."""
    return (home.root / LINES).read_text(encoding="utf-8").splitlines()


def truth(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """All that must be the same after a kill: what is published, what became of each file, what was reported."""
    return {name: ask(home, question.format(BETWEEN)) for name, question in TRUTH.items()}


def identity(home: Home) -> tuple[int, int, int]:
    """Changes when the published file is another, or was written to."""
    status = home.warehouse.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def assert_next_night_is_whole(home: Home, twin: Home) -> None:
    """It ends well, and all is as if nothing had gone wrong."""
    assert publish(home, SECOND_DAY, "next", NEXT_NIGHT) == {}
    assert truth(home) == truth(twin)


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every line that a run logs, debugging lines too."""
    logger, handler = logging.getLogger("okr"), _Listens()
    usual = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield handler.heard
    finally:
        logger.removeHandler(handler)
        logger.setLevel(usual)


class _Listens(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.heard.append(record.getMessage())


class _Dies(logging.Handler):
    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        """SIGKILL, at which nothing is flushed, closed or tidied up."""
        if record.getMessage() == self._line:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, way: str, line: str) -> None:
    """A second night that dies; `way` is the whole of Dagster, or the steps alone."""
    logger = logging.getLogger("okr")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(_Dies(line))
    home = Home(Path(folder))
    if way == "dagster":
        run_nightly(home, SECOND_DAY)
    else:
        second_night(home)


def second_night(home: Home) -> None:
    """The steps of the second night, without Dagster."""
    publish(home, SECOND_DAY, "killed", SECOND_NIGHT)


if __name__ == "__main__":  # as a process with rights of its own
    second_night(Home(Path(sys.argv[1])))
