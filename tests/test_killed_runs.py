"""A run that is killed: readers see whole generations only, no row is lost, and the next run ends as if nothing was."""

import json
import logging
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import killed
import pytest
from conftest import new_home, publish
from killed import FIRST_DAY, FIRST_NIGHT, SECOND_DAY, SECOND_NIGHT, first_exports, second_exports, truth

from okr_analytics.home import CHECKOUT, Home
from pipelines.headless import run_nightly
from pipelines.steps import steps

TESTS = Path(__file__).parent
NEXT_NIGHT = SECOND_NIGHT + timedelta(hours=1)
BETWEEN = FIRST_NIGHT + timedelta(hours=1)
READERS = 3
BREEDER = multiprocessing.get_context("forkserver")  # processes of their own that need not import everything anew
BREEDER.set_forkserver_preload(["pytest", "dagster", "duckdb", "pydantic", "sqlglot", "rich.console", "holidays"])
KILLS, KILLS_A_ROUND, AIMED_AT_PUBLISHING = 200, 10, 0.25


@dataclass(frozen=True)
class Nights:
    """A home after its first night with the second one's exports there, and what the second night undisturbed says."""

    before: Home
    expected: dict[str, list[tuple[Any, ...]]]
    lines: tuple[str, ...]


def environment() -> dict[str, str]:
    """That of a process of ours."""
    return {**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{TESTS}"}


def between_nights(folder: Path) -> Home:
    """The home after its first night, with what the second one has to read."""
    home = new_home(folder)
    first_exports(home)
    assert publish(home, FIRST_DAY, "first", FIRST_NIGHT) == {}
    second_exports(home)
    return home


TURNS = {
    "reading exports/canonical/tickets-2026-03-09.csv",
    "rows written, not yet under their name",
    "rows of exports/canonical/tickets-2026-03-09.csv are there, its manifest is not",
    "exports/canonical/tickets-2026-03-09.csv is loaded",
    "history written, not yet kept",
    "history kept",
    "stage differs from what is published",
    "stage sealed",
    "desk.duckdb on disk, not yet swapped in",
    "desk.duckdb swapped in",
    "generation 2 published",
}
"""Lines at which something durable has just happened, or is about to."""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Made once: the night before the kills, and its undisturbed twin with every line that it logged."""
    before = between_nights(tmp_path_factory.mktemp("before"))
    twin = copied(before, tmp_path_factory.mktemp("twin"))
    with listening() as lines:
        assert publish(twin, SECOND_DAY, "twin", SECOND_NIGHT) == {}
    return Nights(before, truth(twin, BETWEEN), tuple(dict.fromkeys(lines)))


class _Listens(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.heard.append(record.getMessage())


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every line that a run logs, debugging lines too."""
    logger, handler = logging.getLogger("okr"), _Listens()
    usual = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield handler.heard
    finally:
        logger.removeHandler(handler)
        logger.setLevel(usual)


def copied(home: Home, folder: Path) -> Home:
    """A home with the same files elsewhere."""
    return Home(Path(shutil.copytree(home.root, folder / "home")))


def put_back(home: Home, before: Home) -> None:
    """The home as it was between the nights; under readers' eyes, so that the warehouse is swapped as a whole."""
    shutil.rmtree(home.state)
    shutil.copytree(before.state, home.state)
    aside = home.root / "aside.duckdb"
    shutil.copyfile(before.warehouse, aside)
    aside.replace(home.warehouse)


@contextmanager
def hammering(home: Home) -> Iterator[list[dict[str, Any]]]:
    """Three processes that read the warehouse all the while; afterwards the list has what each one saw."""
    command = ["nice", sys.executable, str(TESTS / "reading.py"), str(home.warehouse)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(READERS)]
    saw: list[dict[str, Any]] = []
    try:
        for each in readers:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        yield saw
    finally:
        for each in readers:
            each.send_signal(signal.SIGTERM)
        saw += [json.loads(each.communicate(timeout=60)[0]) for each in readers]


def die(home: Home, line: str, way: str = "steps") -> None:
    """A second night that kills itself when that line comes."""
    run = BREEDER.Process(target=killed.main, args=(str(home.root), way, line))
    run.start()
    run.join(timeout=120)
    assert run.exitcode == -signal.SIGKILL, line


def assert_readers_saw(saw: list[dict[str, Any]], generations: set[int]) -> None:
    """Whole generations only, each with one content."""
    assert [(each["torn"], each["failed"]) for each in saw] == [([], [])] * READERS
    assert all(each["reads"] > 0 for each in saw)
    contents = {tuple(each) for reader in saw for each in reader["seen"]}
    assert sorted(number for number, _ in contents) == sorted(generations)


def test_every_step_and_every_turn_of_landing_history_and_publishing_has_a_line(nights: Nights) -> None:
    """The lines at which the next test kills: without them it would prove little."""
    assert {step.tables[0] for step in steps()} <= set(nights.lines)
    assert set(nights.lines) >= TURNS


def test_a_run_killed_at_any_line_is_as_if_it_never_was(nights: Nights, tmp_path: Path) -> None:
    """Killed at each step, one night after the other over what the last one left; where something durable happens
    the next night goes to its end and says what the undisturbed twin says."""
    home = copied(nights.before, tmp_path)
    with hammering(home) as saw:
        for line in nights.lines:
            die(home, line)
            if line in TURNS or line == nights.lines[-1]:
                assert publish(home, SECOND_DAY, "next", NEXT_NIGHT) == {}
                assert truth(home, BETWEEN) == nights.expected, line
                put_back(home, nights.before)
    assert_readers_saw(saw, {1, 2})


def test_a_nightly_job_that_is_killed_is_as_if_it_never_was(nights: Nights, tmp_path: Path) -> None:
    """The same through Dagster, at the worst moment: the history is kept, and nothing is published."""
    home = copied(nights.before, tmp_path)
    die(home, "history kept", "dagster")
    run_nightly(home, SECOND_DAY)
    assert truth(home, BETWEEN) == nights.expected


@pytest.mark.soak
def test_two_hundred_kills_at_random_instants(nights: Nights, tmp_path: Path) -> None:
    """Real `okr run` processes, killed anywhere from their start to their end, a quarter of them while they publish;
    after every ten kills one runs to its end. Prints what came of it."""
    home, chance = copied(nights.before, tmp_path), random.Random(5)  # noqa: S311 - instants, not secrets
    started = time.monotonic()
    whole, publishing = lived_through(home)
    expected = truth(home, BETWEEN)
    tally: Counter[str] = Counter()
    with hammering(home) as saw:
        while tally["kills"] < KILLS:
            put_back(home, nights.before)
            for _ in range(KILLS_A_ROUND):
                tally.update(killed_at_random(home, chance, whole, publishing))
            tally["rounds"] += 1
            lived_through(home)
            found = truth(home, BETWEEN)
            tally["lost rows"] += len(expected["ledger"]) - len(found["ledger"]) + len(found["unaccounted"])
            tally["same hashes"] += found["hashes"] == expected["hashes"]
            tally["same in every respect"] += found == expected
            print(f"{time.monotonic() - started:.0f} s: {dict(tally)}", flush=True)  # noqa: T201
    tally.update({name: sum(len(each[name]) for each in saw) for name in ("torn", "failed")})
    tally["reads"] = sum(each["reads"] for each in saw)
    print(f"\n{dict(tally)} in {time.monotonic() - started:.0f} s; a run takes {whole:.1f} s")  # noqa: T201
    assert_readers_saw(saw, {1, 2})
    assert tally["lost rows"] == 0
    assert tally["same in every respect"] == tally["rounds"]


def started_run(home: Home) -> "subprocess.Popen[str]":
    """A real `okr run` of the second night, naming every table as it is made."""
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "run", "-v", "--as-of", str(SECOND_DAY)]
    return subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT
    )


def lived_through(home: Home) -> tuple[float, float]:
    """A run to its end: how many seconds it took, and how many of them from when publishing began."""
    begun = time.monotonic()
    run = started_run(home)
    publishing = until_publishing(run)
    said = run.communicate(timeout=300)[1]
    assert run.returncode == 0, said
    ended = time.monotonic()
    return ended - begun, ended - (publishing or ended)


def until_publishing(run: "subprocess.Popen[str]") -> float | None:
    """Waits until the run begins to publish; the instant, or null where it ended before."""
    assert run.stderr
    for line in run.stderr:
        if line.strip() == "ops.generations":
            return time.monotonic()
    return None


def killed_at_random(home: Home, chance: random.Random, whole: float, publishing: float) -> list[str]:
    """One run killed somewhere: what to count it as."""
    run = started_run(home)
    is_aimed = chance.random() < AIMED_AT_PUBLISHING
    if is_aimed:
        until_publishing(run)
    time.sleep(chance.uniform(0, publishing if is_aimed else whole))
    run.kill()
    run.communicate(timeout=60)
    if run.returncode != -signal.SIGKILL:
        return ["ended before its kill"]
    return ["kills", "kills while publishing"] if is_aimed else ["kills"]
