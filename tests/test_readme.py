"""What the README shows can be used as it stands."""

import re
import shlex

import pytest
from click.testing import CliRunner
from conftest import put

from okr_analytics.desk import read_desk
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.sources.registry import read_profile
from pipelines.cli import main

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def example(word: str) -> str:
    """The one example that has the word."""
    (found,) = [each for each in EXAMPLES if word in each]
    return found


def test_the_desk_file(home: Home) -> None:
    put(home, "desk.yaml", example("time_zone: Europe/Madrid\ncountry"))
    desk = read_desk(home)
    assert desk.has_hours
    assert set(desk.teams) | set(desk.sources) == {"Night desk", "sf311"}


def test_the_own_kpis(home: Home) -> None:
    put(home, "kpis.yaml", example("kpis:\n"))
    own = [each for each in read_catalogue(home).kpis.values() if each.is_own]
    assert {each.kpi_id for each in own} == {
        "first_response_business_share_within_4h", "written_p95", "cart_abandonment_rate", "in_per_out",
    }  # fmt: skip


def test_the_objective(home: Home) -> None:
    put(home, "okrs/o.yaml", example("objectives:"))
    read = read_definitions(home)
    assert [each.children for each in read.objectives] == [(), ("fewer-calls",)]
    assert {each.kind for each in read.scored} == {"improve", "reach", "maintain", "milestone", "cadence", "all_of"}
    assert read.warnings == ()


def test_the_check_in(home: Home) -> None:
    put(home, "okrs/o.yaml", example("objectives:"))
    (written,) = re.findall(r"okr (checkin .*)", README)
    done = CliRunner().invoke(main, ["--home", str(home.root), *shlex.split(written)], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr


def test_the_profile(home: Home) -> None:
    put(home, "sources/ours.yaml", example("title: Our helpdesk"))
    assert read_profile(home, "ours").kind == "tickets"


@pytest.mark.parametrize("name", re.findall(r"\]\(((?!http)[^)#]+)", README))
def test_every_link_leads_somewhere(name: str) -> None:
    assert (CHECKOUT / name).exists()
