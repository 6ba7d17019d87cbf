"""Writing the demo desk as export files: one per quarter, each with what changed since, the last with defects."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from okr_analytics.demo.defects import DEFECTS, INSTANT, as_text
from okr_analytics.demo.desk import LAST_DAY, as_exported, demo_story
from okr_analytics.demo.inputs import (
    article_days,
    observation_days,
    observations_as_exported,
    survey_story,
    surveys_as_exported,
)

BUNDLED_ROWS = 11_000
EXPORT_DAYS = (date(2025, 8, 31), date(2025, 11, 30), date(2026, 2, 28), date(2026, 5, 31), LAST_DAY)
PART_ROWS = 500_000
EVENING = time(21, 59, 59)  # UTC; midnight in Madrid
OVERLAP = timedelta(days=-7)  # numbers of the last week are delivered again, now complete


def write_bundle(exports: Path) -> list[Path]:
    """The demo's exports, a folder per profile: earlier quarters packed, the last one plain and with deliberate
    defects."""
    story = demo_story(BUNDLED_ROWS)
    surveys, articles, observations = survey_story(story), article_days(), observation_days()
    written = []
    since = date.min
    for day in EXPORT_DAYS:
        evening, earlier = _evening(day), _evening(since)
        overlap = since + OVERLAP if since > date.min else since
        changed = {
            "canonical": ("tickets", as_exported(story, evening).filter(pl.col("updated_at") > earlier)),
            "surveys": ("surveys", surveys_as_exported(surveys, evening).filter(pl.col("updated_at") > earlier)),
            "articles": ("articles", articles.filter(pl.col("day").is_between(since, day, closed="right"))),
            "observations": (
                "observations",
                observations_as_exported(observations, day).filter(pl.col("day") > overlap),
            ),
        }
        written += [_write(exports / folder, name, day, rows) for folder, (name, rows) in changed.items()]
        since = day
    return written


def _evening(day: date) -> datetime:
    return datetime.combine(day, EVENING)


def _write(folder: Path, name: str, day: date, rows: pl.DataFrame) -> Path:
    """One export file: packed, but for the last one, which has the defects and can be read in a terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    is_last = day == EXPORT_DAYS[-1]
    text = _csv(pl.concat([as_text(rows), DEFECTS[name](rows)]) if is_last else rows)
    path = folder / f"{name}-{day}.csv{'' if is_last else '.gz'}"
    path.write_bytes(text if is_last else gzip.compress(text, mtime=0))
    return path


def write_rows(path: Path, rows: int, seed: int = 7) -> None:
    """Any number of tickets as one CSV, written in parts so that memory stays small."""
    evening = datetime.combine(LAST_DAY, EVENING)
    with path.open("wb") as out:
        for number, part_rows in enumerate(_parts(rows)):
            story = demo_story(part_rows, seed + number)
            shift = pl.col("ticket_id").str.slice(1).cast(pl.Int64) + number * PART_ROWS
            story = story.with_columns(ticket_id=pl.format("T{}", shift.cast(pl.String).str.zfill(8)))
            out.write(_csv(as_exported(story, evening), include_header=number == 0))


def _csv(tickets: pl.DataFrame, *, include_header: bool = True) -> bytes:
    return tickets.write_csv(datetime_format=INSTANT, include_header=include_header).encode()


def _parts(rows: int) -> Iterator[int]:
    for start in range(0, rows, PART_ROWS):
        yield min(PART_ROWS, rows - start)
