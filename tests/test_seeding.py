"""The home's dagster.yaml: ours until somebody edits it."""

from conftest import put

from okr_analytics.home import Home
from pipelines.headless import instance
from pipelines.seeding import SEED, is_edited

FIRST_SEED = """\
# Seeds $OKR_HOME/state/dagster; edit the copy there for one home.
telemetry:
  enabled: false
run_retries:
  enabled: false
"""


def retries(home: Home) -> bool:
    """Whether the home's instance retries runs."""
    with instance(home) as recorded:
        return recorded.run_retries_enabled


def test_a_home_gets_ours_and_one_that_still_has_our_first_gets_the_new_one(home: Home) -> None:
    assert retries(home)
    own = put(home, "state/dagster/dagster.yaml", FIRST_SEED)
    assert not is_edited(home)
    assert retries(home)
    assert own.read_bytes() == SEED.read_bytes()


def test_one_that_was_edited_stays(home: Home) -> None:
    """Though it retries nothing."""
    own = put(home, "state/dagster/dagster.yaml", FIRST_SEED + "# ours\n")
    assert not retries(home)
    assert own.read_text(encoding="utf-8").endswith("# ours\n")
    assert is_edited(home)
