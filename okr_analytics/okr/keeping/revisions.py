"""Revisions: a new answer beside the stored one, appended only where it differs, with the cause.

An answer is told apart by its own columns at 9 significant digits; what follows from it makes no revision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.history import KeptAttainment, KeptObjectiveAttainment
from okr_analytics.contracts.okr import CAUSES, Attainment, ObjectiveAttainment  # fmt: skip
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.keeping.versions import Table, published, withdrawn

NO_CAUSE = CAUSES[-1]
WITHDRAWN = "redefinition"  # another window, or taken out of the files: nothing else takes an answer away


@dataclass(frozen=True)
class Ledger:
    """How answers of one kind are kept: `key` and day tell what they are about, `answer` what they say."""

    name: str
    key: str
    answer: tuple[str, ...]
    model: type[pa.DataFrameModel]
    kept: type[pa.DataFrameModel]

    @property
    def keys(self) -> list[str]:
        """What tells one answer's place from another's."""
        return [self.key, "as_of_date"]


KEY_RESULTS = Ledger(
    "attainment", "kr_id", ("value", "baseline", "target", "raw", "attainment", "status", "n"),
    Attainment, KeptAttainment,
)  # fmt: skip
OBJECTIVES = Ledger(
    "objective_attainment", "objective_id", ("attainment", "expected", "coverage", "status", "flag"),
    ObjectiveAttainment, KeptObjectiveAttainment,
)  # fmt: skip


def revised(ledger: Ledger, kept: pl.DataFrame, now: pl.DataFrame, causes: pl.DataFrame, through: date) -> pl.DataFrame:
    """The rows to append: answers that differ from the newest stored one, and withdrawals of what is no longer said.

    `now` has every answer that stands, `causes` one per key (and day, where it has one) for what moved; answers about
    days after `through` are left alone.
    """
    newest = kept.unique(ledger.keys, keep="last", maintain_order=True)
    beside = now.join(newest, on=ledger.keys, how="left", suffix="_before", maintain_order="left")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in ledger.answer)
    is_new = pl.col("revision").is_null()
    moved = beside.filter(is_new | pl.col("is_withdrawn") | differs)
    on = [name for name in ledger.keys if name in causes.columns]
    answers = (
        moved.join(causes, on=on, how="left", suffix="_of_key", maintain_order="left")
        .with_columns(
            cause=pl.when(is_new).then(pl.lit("first")).otherwise(pl.coalesce("cause_of_key", pl.lit(NO_CAUSE))),
            revision=pl.col("revision").fill_null(0) + 1,
            is_withdrawn=pl.lit(value=False),
        )
        .select([*now.columns, "revision", "cause", "is_withdrawn"])
    )
    gone = newest.filter(~pl.col("is_withdrawn") & (pl.col("as_of_date") <= through)).join(
        now, on=ledger.keys, how="anti"
    )
    withdrawn = gone.with_columns(cause=pl.lit(WITHDRAWN), is_withdrawn=pl.lit(value=True)).select(answers.columns)
    return pl.concat([answers, withdrawn], how="vertical_relaxed")


def by_key(ledger: Ledger, causes: Mapping[str, str]) -> pl.DataFrame:
    """Causes by key, as `revised` takes them."""
    return pl.DataFrame(list(causes.items()), schema={ledger.key: pl.String, "cause": pl.String}, orient="row")


def in_scope(history: History, ledger: Ledger, table: Table, defined: Iterable[str]) -> pl.DataFrame:
    """The kept answers that a run speaks of: those about what is defined now, and about what was withdrawn.

    What closed and was then taken out of the files is left as it stands.
    """
    kept = history.rows(ledger.name, ledger.kept)
    return kept.filter(pl.col(ledger.key).is_in([*defined, *withdrawn(history, table)]))


def first_open_day(history: History, as_of: date) -> date:
    """The day from which on no window has closed: the run's own, or the one after the newest ever answered."""
    newest = history.rows(KEY_RESULTS.name, KEY_RESULTS.kept)["as_of_date"].max()
    return max(as_of, newest + timedelta(days=1)) if isinstance(newest, date) else as_of


def append(history: History, ledger: Ledger, added: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Add revisions to the history; gives every answer ever given, as it is published."""
    history.append(ledger.name, added.with_columns(known_from=now, known_to=pl.lit(None)), ledger.kept)
    return published(history.rows(ledger.name, ledger.kept), ledger.keys, ledger.model)
