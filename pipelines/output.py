"""How the command line shows things: tables, CSV and JSON, progress on a terminal and plain lines elsewhere."""

import codecs
import csv
import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from okr_analytics.spreadsheets import harmless

PIPE_COLUMNS = 110
DAY = click.DateTime(formats=["%Y-%m-%d"])
WAIT = click.option(
    "--wait",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a run that is going on.",
)
NUMBERS = (int, float)


STAND_INS = str.maketrans("█─┃·–−×…●▲■✔✘○", "#-|---x.*!xvx.")


def write_anywhere() -> None:
    """Let output go to terminals and pipes that cannot show every sign: with stand-ins, never with an error."""
    codecs.register_error("stand-in", _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="stand-in")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(STAND_INS)
    return signs.encode("ascii", "replace").decode("ascii"), error.end


def console() -> Console:
    """A console that fits the terminal; a pipe gets 110 columns unless COLUMNS says otherwise, and no colours."""
    plain = Console(soft_wrap=False, highlight=False)
    is_wanted = plain.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    return plain if is_wanted else Console(width=PIPE_COLUMNS, highlight=False)


def as_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """A table for people."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for number, name in enumerate(names):
        is_number = bool(rows) and all(isinstance(row[number], NUMBERS) for row in rows if row[number] is not None)
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("–" if cell is None else str(cell)) for cell in row))
    return table


def as_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """CSV for spreadsheets; text that would begin a formula is made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def as_json(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """One JSON object per row."""
    return "".join(
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str) + "\n" for row in rows
    )


@contextmanager
def progress(verbose: bool) -> Iterator[None]:  # noqa: FBT001 - a flag of the command line
    """While it lasts, steps show as a spinner on a terminal, as plain lines where `verbose`, warnings always."""
    screen = Console(stderr=True, highlight=False)
    logger = logging.getLogger("okr")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    with screen.status("starting") as status:
        handler = _Steps(screen, status if screen.is_terminal else None, verbose)
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


class _Steps(logging.Handler):
    def __init__(self, screen: Console, status: Any, verbose: bool) -> None:  # noqa: FBT001
        super().__init__()
        self._screen, self._status, self._verbose = screen, status, verbose

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.levelno >= logging.WARNING:
            self._screen.print(Text(f"warning: {said}", style="yellow"))
        elif self._status is not None:
            self._status.update(said)
        elif self._verbose or " " in said:
            print(said, file=sys.stderr)  # noqa: T201 - plain lines where there is no terminal
