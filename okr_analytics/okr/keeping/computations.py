"""What all answers rest on beside data and definitions: the desk's calendar, and the computation itself."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import polars as pl

from okr_analytics.contracts.history import Computations
from okr_analytics.contracts.okr import CAUSES
from okr_analytics.contracts.validation import empty
from okr_analytics.desk import Desk
from okr_analytics.okr.defining.fingerprints import canonical
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.scoring.attainment import METHOD
from okr_analytics.warehouse.models import models

TABLE = "computations"


def fingerprints(desk: Desk) -> dict[str, str]:
    """Today's calendar and methodology, as text that changes with them."""
    versions = [METHOD, *sorted((model.table, model.code_version) for model in models().values())]
    said = {"calendar": canonical(desk.model_dump(mode="json")), "methodology": canonical(versions)}
    return {aspect: sha256(text.encode()).hexdigest()[:16] for aspect, text in said.items()}


def known_fingerprints(history: History) -> Mapping[str, str]:
    """What the last run kept; empty before the first one."""
    return dict(history.rows(TABLE, Computations).select("aspect", "fingerprint").iter_rows())


def note_computation(history: History, desk: Desk, now: datetime) -> None:
    """Append what changed since the last run."""
    known = known_fingerprints(history)
    rows = [
        {"aspect": aspect, "fingerprint": text, "known_from": now}
        for aspect, text in fingerprints(desk).items()
        if known.get(aspect) != text
    ]
    history.append(TABLE, pl.DataFrame(rows, schema=empty(Computations).schema), Computations)


def moved_computation(history: History) -> str | None:
    """The cause that this run's change gives to every answer that moves; null where nothing changed."""
    changed = history.added(TABLE, Computations)["aspect"].to_list()
    return min(changed, key=CAUSES.index, default=None)
