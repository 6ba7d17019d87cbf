"""How many threads DuckDB may use."""

from pathlib import Path

import pytest

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.stage import Stage

THREADS = "select current_setting('threads')"


def test_the_environment_says_how_many(small: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a warehouse is made, and where one is read."""
    monkeypatch.setenv("OKR_THREADS", "3")
    assert Stage(tmp_path / "stage").engine.rows(THREADS) == [(3,)]
    with Engine.published(small.warehouse) as engine:
        assert engine.rows(THREADS) == [(3,)]


@pytest.mark.parametrize("threads", ["0", "two", "-1", ""])
def test_what_is_no_number_of_threads_is_refused(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKR_THREADS", threads)
    with pytest.raises(UsageError, match="set it to a number of threads"):
        Engine.scratch()
