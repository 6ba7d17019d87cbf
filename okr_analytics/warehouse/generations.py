"""The generations that were published before, kept beside the published one: files that nobody changes.

How a new one is made and swapped in does not belong here; see `publish.py`.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from okr_analytics.errors import DataError, OkrError, UsageError
from okr_analytics.home import Home
from okr_analytics.warehouse.durable import swap_in, sync
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

UNFINISHED = ".part"


@dataclass(frozen=True)
class Generation:
    """A whole warehouse as it was published once. `published_at` is UTC without zone."""

    number: int
    as_of: date
    published_at: datetime
    path: Path

    @property
    def size_bytes(self) -> int:
        """How large its file is."""
        return self.path.stat().st_size


def read_generation(path: Path) -> Generation | None:
    """Which generation a warehouse file is; null where it is none that can be read."""
    try:
        with Engine.published(path) as engine:
            rows = engine.rows(query("newest_generation"))
    except OkrError:
        return None
    return next((Generation(number, as_of, published_at, path) for number, published_at, as_of in rows), None)


def kept_numbers(home: Home) -> list[int]:
    """The numbers of the generations that are kept, oldest first."""
    return sorted(int(path.stem) for path in home.generations.glob("*.duckdb") if path.stem.isdigit())


def kept(home: Home) -> list[Generation]:
    """The generations that are kept and can be read, oldest first."""
    generations = (read_generation(_path(home, number)) for number in kept_numbers(home))
    return [each for each in generations if each]


def is_rolled_back(home: Home) -> bool:
    """Whether a later generation than the published one is kept."""
    published = read_generation(home.warehouse)
    return published is not None and published.number < max(kept_numbers(home), default=0)


def keep_published(home: Home) -> None:
    """Keep the published generation under its number; it stays where it is, so readers never miss it.

    One that cannot be read is not kept. Raises DataError where there is no room.
    """
    published = read_generation(home.warehouse)
    if published is None or _path(home, published.number).exists():
        return
    try:
        home.generations.mkdir(parents=True, exist_ok=True)
        _place(home.warehouse, _path(home, published.number))
    except OSError as error:
        raise DataError(
            f"generation {published.number} cannot be kept in {home.generations} ({error.strerror}); "
            "free some space there, or let it be written to"
        ) from None


def forget_old(home: Home, count: int) -> None:
    """Remove all kept generations but the newest `count`, and what a killed run left half copied."""
    for number in kept_numbers(home)[:-count]:
        _path(home, number).unlink(missing_ok=True)
    for path in home.generations.glob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)


def roll_back(home: Home, to: int | None) -> Generation:
    """Publish a kept generation again: the given one, else the newest before the published one. Gives it back.

    The one that was published is kept, whatever the number of those that are. The caller holds the lock. Raises
    UsageError where there is no such generation.
    """
    chosen = _chosen(home, to)
    keep_published(home)
    beside = home.warehouse.with_name(f"{home.warehouse.name}{UNFINISHED}")
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    beside.unlink(missing_ok=True)
    try:
        _place(chosen.path, beside)
        swap_in(beside, home.warehouse)
    except OSError as error:
        raise DataError(
            f"generation {chosen.number} cannot be put back ({error.strerror}); the published one is untouched"
        ) from None
    finally:
        beside.unlink(missing_ok=True)  # replacing a file by itself under another name leaves both names
    return chosen


def _chosen(home: Home, to: int | None) -> Generation:
    generations = {each.number: each for each in kept(home)}
    if not generations:
        raise UsageError(f"no earlier generation is kept in {home.generations}; 'okr run' computes everything")
    published = read_generation(home.warehouse)
    if to is None:
        earlier = [number for number in generations if published is None or number < published.number]
        if not earlier:
            raise UsageError(f"no generation before the published one is kept; kept are {_listed(generations)}")
        return generations[max(earlier)]
    if to not in generations:
        raise UsageError(f"generation {to} is not kept; kept are {_listed(generations)}")
    return generations[to]


def _listed(generations: dict[int, Generation]) -> str:
    return ", ".join(map(str, sorted(generations)))


def _path(home: Home, number: int) -> Path:
    return home.generations / f"{number:08d}.duckdb"


def _place(source: Path, target: Path) -> None:
    """The same bytes under another name, all or nothing: a second name of the file, where that cannot be a copy."""
    try:
        os.link(source, target)
    except OSError:
        part = target.with_name(f"{target.name}{UNFINISHED}")
        try:
            shutil.copyfile(source, part)
            sync(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    sync(target.parent)
