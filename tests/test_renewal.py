"""A run over new exports makes anew what they touch, and says the same as one that makes everything."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import CHECKOUT, new_home, publish, put

from okr_analytics.demo.bundle import write_bundle
from okr_analytics.home import Home
from okr_analytics.warehouse.publish import content_hashes

LAST_DAY = date(2026, 8, 24)


def demo_home(folder: Path) -> Home:
    made = new_home(folder, "Europe/Madrid")
    for name in ("desk.yaml", "kpis.yaml"):
        put(made, name, (CHECKOUT / "data" / name).read_bytes())
    put(made, "okrs/demo.yaml", (CHECKOUT / "data" / "okrs" / "2026-q3.yaml").read_bytes())
    return made


def differing(one: Home, other: Home) -> list[str]:
    hashes, others = content_hashes(one), content_hashes(other)
    return sorted(table for table in hashes.keys() | others.keys() if hashes.get(table) != others.get(table))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder)
    return folder


def test_the_demo_grows_by_quarters_and_by_a_day(bundle: Path, tmp_path: Path) -> None:
    """Three quarters of exports, then two more, then a day without any: tables have the same content as in a twin in
    which every night makes everything."""
    renewed, rebuilt = demo_home(tmp_path / "renewed"), demo_home(tmp_path / "rebuilt")
    nights = [date(2026, 2, 28), LAST_DAY, LAST_DAY + timedelta(days=1)]
    for number, night in enumerate(nights):
        now = datetime(2026, 9, 1, 4, 15) + timedelta(days=number)
        for home in (renewed, rebuilt):
            for file in sorted(bundle.glob("*/*")):
                if file.name.split(".")[0][-10:] <= str(night + timedelta(days=7)):
                    put(home, f"exports/{file.parent.name}/{file.name}", file.read_bytes())
            assert publish(home, night, f"night-{number}", now, is_rebuilt=home is rebuilt) == {}
        assert differing(renewed, rebuilt) == []
