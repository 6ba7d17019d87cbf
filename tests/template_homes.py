"""Homes that are made once per session, by whichever worker needs one first, and copied for each test."""

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from okr_analytics.home import Home


@dataclass(frozen=True)
class Templates:
    """The folder of a session's templates, which all its workers share."""

    folder: Path

    def home(self, name: str, make: Callable[[Path], Home]) -> Home:
        """The template of that name, to look at, not to change. `make` makes a home below an empty folder."""
        place = self.folder / name
        self.folder.mkdir(exist_ok=True)
        with place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                part = place.with_suffix(".part")
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir()
                make(part).root.rename(part / "home")
                part.rename(place)
        return Home(place / "home")

    def copy(self, name: str, make: Callable[[Path], Home], folder: Path) -> Home:
        """A copy of the template in a folder of its own."""
        return Home(Path(shutil.copytree(self.home(name, make).root, folder / "home")))
