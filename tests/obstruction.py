"""What stops a run early, as a full disk does."""

import shutil

from conftest import put

from okr_analytics.home import Home


def obstruct(home: Home) -> None:
    """Put a file in the place of the folder of stages: the next run gets the lock, and no further."""
    shutil.rmtree(home.stage, ignore_errors=True)
    put(home, "state/stage", "in the way")
