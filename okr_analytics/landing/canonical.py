"""From an export's records to canonical rows: the profile's columns renamed, instants in UTC, words folded.

One record at a time; nothing here knows files, other rows of a ticket, or the desk but for its time zone.
"""

import re
from collections.abc import Sequence

import polars as pl

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.exports.headers import Headers
from okr_analytics.landing.cells import Cells, customer_key
from okr_analytics.landing.nulled import Nulled
from okr_analytics.landing.twice import with_right_hours
from okr_analytics.sources.profile import SourceProfile


def canonical(
    raw: pl.DataFrame, headers: Headers, profile: SourceProfile, desk_zone: str, nulled: Nulled
) -> pl.DataFrame:
    """One row per record in the columns of its kind, with a flag `unreadable_<column>` for each instant, day and
    number that could not be read."""
    cells = Cells(raw, headers, profile, desk_zone, nulled)
    kind = KINDS[profile.kind]
    columns = [
        *(cells.text(name) for name in kind.texts),
        *(cells.text(name).alias(f"{name}_raw") for name in kind.raw_words),
        *(cells.word(name) for name in kind.words),
        *(series for name in kind.instants for series in cells.instant(name)),
        *(series for name in (*kind.days, *kind.days_ahead) for series in cells.day(name)),
        *(cells.whole_number(name) for name in kind.whole_numbers),
        *(cells.duration(name) for name in kind.durations),
        *(series for name in kind.numbers for series in cells.number(name)),
        *(series for name in kind.judgements for series in cells.judgement(name)),
        *(cells.flag(name) for name in kind.flags),
        *(series for name in kind.ticks for series in cells.tick(name)),
        *(cells.presence(name) for name in kind.presences),
        *(cells.customer(customer_key()) for _ in kind.identities),
        *(cells.event() if profile.events else ()),
    ]
    rows = pl.DataFrame(columns)
    if profile.kind == "tickets":
        rows = with_right_hours(rows, cells.later, cells.precise)
    if profile.removed_tags:
        rows = _removed_by_tag(rows, profile.removed_tags)
    if profile.events and profile.events.opened_at == "first_event":
        rows = _opened_by_first_event(rows)
    return rows


def _removed_by_tag(rows: pl.DataFrame, words: Sequence[str]) -> pl.DataFrame:
    """A ticket with such a tag was merged, deleted or spam, whatever its status says."""
    tag = rf"(?i)(^|[\s,;])({'|'.join(map(re.escape, words))})($|[\s,;])"
    return rows.with_columns(
        status=pl.when(pl.col("tags").str.contains(tag)).then(pl.lit("deleted")).otherwise("status")
    )


def _opened_by_first_event(events: pl.DataFrame) -> pl.DataFrame:
    """Each event says that its ticket was open by then; folding takes the earliest."""
    return events.with_columns(opened_at="event_at", unreadable_opened_at="unreadable_event_at")
