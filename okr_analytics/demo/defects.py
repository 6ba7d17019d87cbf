"""Rows that a real export would hold too: what must be refused, nulled, folded, superseded or removed."""

from collections.abc import Callable, Sequence

import polars as pl

INSTANT = "%Y-%m-%dT%H:%M:%SZ"
Cells = dict[str, str]


def as_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as an export writes them: instants as ISO text, nothing where nothing is known."""
    return rows.with_columns(pl.col(pl.Datetime).dt.strftime(INSTANT)).cast(pl.String).fill_null("")


def ticket_defects(tickets: pl.DataFrame) -> pl.DataFrame:
    """Solved tickets under ids of their own, each spoilt in one way."""
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
    return _spoilt(tickets.filter(pl.col("resolved_at").is_not_null()).head(40), kinds, "ticket_id", "X")


def survey_defects(surveys: pl.DataFrame) -> pl.DataFrame:
    """Answered surveys under ids of their own, each spoilt in one way."""
    kinds = (
        {"survey_id": ""},
        {"sent_at": "", "answered_at": ""},
        {"answered_at": "31/02/2026 10:00"},
        {"sent_at": "2031-01-01T08:00:00Z"},
        {"csat": "not rated"},
        {"csat": "9"},
        {"nps": "11"},
        {"friendly": "sí", "felt_heard": "não", "effectively_resolved": "perhaps"},
        {"replied_at": "2020-01-01T00:00:00Z"},
    )
    return _spoilt(surveys.filter(pl.col("answered_at").is_not_null()).head(12), kinds, "survey_id", "SX")


def article_defects(articles: pl.DataFrame) -> pl.DataFrame:
    """Days of articles under ids of their own, each spoilt in one way."""
    kinds: Sequence[Cells] = ({"article_id": ""}, {"day": ""}, {"day": "a Monday"}, {"views": "-5"}, {"views": "many"})
    return _spoilt(articles.head(5), kinds, "article_id", "draft-")


def observation_defects(observations: pl.DataFrame) -> pl.DataFrame:
    """Ratios of a metric of their own, each spoilt in one way."""
    kinds: Sequence[Cells] = (
        {"metric": ""},
        {"day": "2031-01-01"},
        {"numerator": ""},
        {"denominator": "0"},
        {"numerator": "", "denominator": "", "value": "n/a"},
    )
    return _spoilt(observations.filter(pl.col("denominator").is_not_null()).head(5), kinds, "metric", "trial_")


DEFECTS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "tickets": ticket_defects,
    "surveys": survey_defects,
    "articles": article_defects,
    "observations": observation_defects,
}


def _spoilt(rows: pl.DataFrame, kinds: Sequence[Cells], key: str, prefix: str) -> pl.DataFrame:
    """The rows in order of the kinds of defect, over and over, under keys that begin with `prefix`."""
    spoilt = [
        {**row, key: f"{prefix}{number:04d}", **kinds[number % len(kinds)]}
        for number, row in enumerate(as_text(rows).rows(named=True))
    ]
    return pl.DataFrame(spoilt, schema=dict.fromkeys(rows.columns, pl.String))
