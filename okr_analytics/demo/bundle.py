"""Writing the demo desk as export files: one per quarter, each with what changed since, the last with defects."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import polars as pl

from okr_analytics.demo.desk import EXPORTED, LAST_DAY, as_exported, demo_story

BUNDLED_ROWS = 11_000
EXPORT_DAYS = (date(2025, 8, 31), date(2025, 11, 30), date(2026, 2, 28), date(2026, 5, 31), LAST_DAY)
PART_ROWS = 500_000
EVENING = time(21, 59, 59)  # UTC; midnight in Madrid
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def write_bundle(folder: Path) -> list[Path]:
    """The demo's exports: earlier quarters packed, the last one plain and with a few dozen deliberate defects."""
    story = demo_story(BUNDLED_ROWS)
    since = datetime.min  # noqa: DTZ901 - UTC without zone, like every instant here
    written = []
    for day in EXPORT_DAYS:
        evening = datetime.combine(day, EVENING)
        changed = as_exported(story, evening).filter(pl.col("updated_at") > since)
        since = evening
        is_last = day == EXPORT_DAYS[-1]
        text = _csv(pl.concat([_text(changed), defects(changed)]) if is_last else changed)
        path = folder / f"tickets-{day}.csv{'' if is_last else '.gz'}"
        path.write_bytes(text if is_last else gzip.compress(text, mtime=0))
        written.append(path)
    return written


def write_rows(path: Path, rows: int, seed: int = 7) -> None:
    """Any number of tickets as one CSV, written in parts so that memory stays small."""
    evening = datetime.combine(LAST_DAY, EVENING)
    with path.open("wb") as out:
        for number, part_rows in enumerate(_parts(rows)):
            story = demo_story(part_rows, seed + number)
            shift = pl.col("ticket_id").str.slice(1).cast(pl.Int64) + number * PART_ROWS
            story = story.with_columns(ticket_id=pl.format("T{}", shift.cast(pl.String).str.zfill(8)))
            out.write(_csv(as_exported(story, evening), include_header=number == 0))


def defects(tickets: pl.DataFrame) -> pl.DataFrame:
    """Rows that a real export would hold too: what must be refused, nulled, folded, superseded or removed."""
    rows = _text(tickets.filter(pl.col("resolved_at").is_not_null()).head(40)).rows(named=True)
    kinds = (
        {"ticket_id": ""},
        {"opened_at": ""},
        {"opened_at": "31/02/2026 10:00"},
        {"resolved_at": "2020-01-01T00:00:00Z", "status": "solved"},
        {"opened_at": "2031-01-01T08:00:00Z", "resolved_at": "", "status": "open"},
        {"ticket_id": "", "opened_at": "yesterday"},
        {"first_response_at": "2020-01-01T00:00:00Z"},
        {"reply_count": "-3"},
        {"handle_seconds": "a while"},
        {"channel": "carrier pigeon"},
        {"channel": "correo electrónico", "status": "resuelto"},
        {"status": "deleted"},
        {"status": "spam"},
    )
    spoilt = [{**row, "ticket_id": f"X{number:04d}", **kinds[number % len(kinds)]} for number, row in enumerate(rows)]
    return pl.DataFrame(spoilt, schema=dict.fromkeys(EXPORTED, pl.String))


def _text(tickets: pl.DataFrame) -> pl.DataFrame:
    return tickets.with_columns(pl.col(pl.Datetime).dt.strftime(INSTANT)).cast(pl.String).fill_null("")


def _csv(tickets: pl.DataFrame, *, include_header: bool = True) -> bytes:
    return tickets.write_csv(datetime_format=INSTANT, include_header=include_header).encode()


def _parts(rows: int) -> Iterator[int]:
    for start in range(0, rows, PART_ROWS):
        yield min(PART_ROWS, rows - start)
