"""What the pages in docs/ show can be done as it stands."""

import re
import shlex

import polars as pl
import pytest
from conftest import DEMO_DAY

from okr_analytics.home import CHECKOUT, Home
from pipelines.cli import main

PAGES = sorted((CHECKOUT / "docs").glob("*.md"))
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
CALLS = [
    (page, call)
    for page, text in TEXTS.items()
    for block in re.findall(r"```(?:console|text|ini)\n(.*?)```", text, re.DOTALL)
    for call in re.findall(r"\bokr (--home \S+ .*|[a-z]+.*)", block)
]
LINKS = [(page, name) for page, text in TEXTS.items() for name in re.findall(r"\]\(((?!http)[^)#]+)", text)]


def test_the_python_of_the_reading_page_runs_from_top_to_bottom(demo: Home, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXTS["reading.md"], re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, object] = {}
    for block in blocks:
        exec(block.replace("/srv/desk", str(demo.root)), names)  # noqa: S102 - our own page
    beside, by_team, weekly = (names[name] for name in ("beside", "by_team", "weekly"))
    assert isinstance(beside, pl.DataFrame)
    assert beside["as_of_date"].to_list() == [DEMO_DAY]
    assert isinstance(by_team, pl.DataFrame)
    assert by_team.height > 1
    assert isinstance(weekly, pl.DataFrame)
    assert weekly["hours"].null_count() == 0
    assert f"generation 1 as of {DEMO_DAY}, published 2026-11-22 04:15:00 UTC\n" in capsys.readouterr().out


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_every_call_is_one_that_okr_takes(page: str, call: str) -> None:
    """Its command and its options are known."""
    words = shlex.split(call.replace("$(date +\\%F)", "today"), comments=True)
    if words[0] == "--home":
        words = words[2:]
    command = main.commands[words[0]]
    command.make_context("okr", words[1:], resilient_parsing=False)
    assert page


def test_the_pages_show_every_command_of_operations() -> None:
    shown = {re.sub(r"--home \S+ ", "", call).split()[0] for _, call in CALLS}
    assert shown >= {"run", "export", "backup", "restore", "rollback", "doctor"}


@pytest.mark.parametrize(("page", "name"), LINKS)
def test_every_link_leads_somewhere(page: str, name: str) -> None:
    assert (CHECKOUT / "docs" / name).exists(), page
