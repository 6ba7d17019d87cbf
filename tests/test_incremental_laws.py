"""The law of incremental nights: after each the warehouse says what it would say if everything had been computed.

Desks, deliveries and days are drawn; see random_desks.py. What once broke the law stands by name in
test_incremental_cases.py.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from incremental_vs_full import Twins
from random_desks import nights

NIGHTS, MORE_NIGHTS = 3, 4
SEEDS = (12,)
MORE_SEEDS = range(100, 160)


def lived(folder: Path, seed: int, count: int) -> dict[int, object]:
    """What differs between the incremental and the rebuilt home, by night. Nights are incremental where they can be."""
    twins, found = Twins.below(folder, "Europe/Madrid"), {}
    for number, night in enumerate(nights(seed, count)):
        for name, text in night.files.items():
            twins.put(name, text)
        for name in night.gone:
            twins.remove(name)
        if night.is_restated_before:
            twins.backfill(f"backfill-{number}", night.now - timedelta(hours=1))
        is_incremental = number > 0 and night.rests_on_the_same
        found[number] = twins.night(
            night.as_of, f"night-{number}", night.now, is_incremental=is_incremental, is_compared=number > 0
        )
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_an_incremental_warehouse_says_the_same_as_a_rebuilt_one_after_every_night(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows come in any order where threads share the work."""
    monkeypatch.setenv("OKR_THREADS", "2")
    assert lived(tmp_path, seed, NIGHTS) == {number: {} for number in range(NIGHTS)}


@pytest.mark.soak
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_so_it_does_on_many_desks(tmp_path: Path, seed: int) -> None:
    assert lived(tmp_path, seed, MORE_NIGHTS) == {number: {} for number in range(MORE_NIGHTS)}
