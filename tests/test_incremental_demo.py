"""An incremental run over the demo says the same as one that computes everything."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import CHECKOUT, new_home, publish, published_hashes, put

from okr_analytics.demo.bundle import write_bundle
from okr_analytics.home import Home

LAST_DAY = date(2026, 8, 24)


def demo_home(folder: Path) -> Home:
    made = new_home(folder, "Europe/Madrid")
    for name in ("desk.yaml", "kpis.yaml"):
        put(made, name, (CHECKOUT / "data" / name).read_bytes())
    put(made, "okrs/demo.yaml", (CHECKOUT / "data" / "okrs" / "2026-q3.yaml").read_bytes())
    return made


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder)
    return folder


def deliver(home: Home, bundle: Path, until: date) -> None:
    """Every export that had come a week after that day."""
    for file in sorted(bundle.glob("*/*")):
        if file.name.split(".")[0][-10:] <= str(until + timedelta(days=7)):
            put(home, f"exports/{file.parent.name}/{file.name}", file.read_bytes())


@pytest.mark.soak
def test_the_demo_grows_by_a_quarter(bundle: Path, tmp_path: Path) -> None:
    """Four quarters of exports, then one more: every table of an incremental night has the content of a night that
    computes everything."""
    first, second = date(2026, 5, 31), LAST_DAY + timedelta(days=1)
    incremental, full = demo_home(tmp_path / "incremental"), tmp_path / "full"
    deliver(incremental, bundle, first)
    assert publish(incremental, first, "first", datetime(2026, 9, 1, 4, 15)) == {}
    deliver(incremental, bundle, second)
    shutil.copytree(incremental.root, full)
    now = datetime(2026, 9, 2, 4, 15)
    assert publish(incremental, second, "second", now, is_incremental=True) == {}
    assert publish(Home(full), second, "second", now, is_rebuilt=True) == {}
    hashes, expected = published_hashes(incremental), published_hashes(Home(full))
    assert {table: value for table, value in hashes.items() if expected.get(table) != value} == {}
    assert hashes.keys() == expected.keys()
