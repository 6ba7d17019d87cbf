"""The home's own dagster.yaml: a copy of the project's, until somebody edits it."""

import shutil
from hashlib import sha256
from pathlib import Path

from okr_analytics.home import CHECKOUT, Home

SEED = CHECKOUT / "dagster.yaml"
EARLIER_SEEDS = ("68dc42a600c9dcc728b8bb34d789eea2038efbe94856f64a514a70ccd60c4369",)
"""sha256 of what the project's was before; a home that still has one of these never edited it."""


def seed(home: Home) -> None:
    """Give the home a dagster.yaml where it has none, or only an earlier one of ours; an edited one is left alone."""
    own = home.dagster / "dagster.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    if not own.exists() or _digest(own) in EARLIER_SEEDS:
        shutil.copy(SEED, own)


def is_edited(home: Home) -> bool:
    """Whether the home has a dagster.yaml of its own, which no newer one of ours replaces."""
    own = home.dagster / "dagster.yaml"
    return own.exists() and _digest(own) not in (*EARLIER_SEEDS, _digest(SEED))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
