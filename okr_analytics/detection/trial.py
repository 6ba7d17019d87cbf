"""Reading the sample under a proposed profile, as a run would: what is rejected or nulled, and why."""

from collections import Counter
from datetime import datetime, timedelta

import polars as pl

from okr_analytics.contracts.rows import ROW_SCHEMAS
from okr_analytics.detection.proposal import Trial
from okr_analytics.detection.sample import Sample
from okr_analytics.errors import FileRefused
from okr_analytics.exports.headers import Wanted
from okr_analytics.landing.canonical import canonical
from okr_analytics.landing.nulled import Nulled
from okr_analytics.landing.quarantine import part
from okr_analytics.sources.profile import SourceProfile

FUTURE = timedelta(days=1)
LACKING = "its file lacks a column"


def tried(taken: Sample, profile: SourceProfile, desk_zone: str, now: datetime) -> tuple[Trial, pl.DataFrame]:
    """What becomes of the sample's rows, and the rows themselves. `now` is UTC without zone."""
    nulled, wanted, read, failed = Nulled(), Wanted(profile), [], 0
    for header, part_of_rows in taken.parts():
        try:
            headers = wanted.placed(header)
        except FileRefused:
            failed += len(part_of_rows)
            continue
        read.append(canonical(part_of_rows, headers, profile, desk_zone, nulled))
    if not read:
        raise FileRefused("no file has the columns that the profile needs", "name them as the files do")
    rows = pl.concat(read).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row_number"),
        latest_at=pl.lit(now + FUTURE, dtype=pl.Datetime("us")),
        file_id=pl.lit("sample"),
    )
    rejected = part(rows, ROW_SCHEMAS[profile.kind]).rejected
    reasons = Counter(reason for reasons in rejected["reasons"] for reason in reasons)
    if failed:
        reasons[LACKING] = failed
    counts = {column: dict(found) for column, found in nulled.counts.items()}
    return Trial(len(taken.rows), dict(reasons.most_common()), len(rejected) + failed, counts), rows
