"""A run that is killed: readers see whole generations only, no row is lost, and the next run ends as if nothing was."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import killed
import pytest
from conftest import publish
from killed import NEXT_NIGHT, SECOND_DAY, assert_next_night_is_whole, between_nights, lines_of, truth, undisturbed
from template_homes import Templates

from okr_analytics.home import CHECKOUT, Home
from pipelines.steps import steps

TESTS = Path(__file__).parent
READERS = 3
BREEDER = multiprocessing.get_context("forkserver")  # processes of their own that need not import everything
BREEDER.set_forkserver_preload(["pytest", "pipelines.headless", "forked"])  # it computes nothing, so nothing is in use
KILLS, KILLS_A_ROUND, AIMED_AT_PUBLISHING = 200, 10, 0.25


def environment() -> dict[str, str]:
    """That of a process of ours."""
    return {**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{TESTS}"}


TURNS = {
    "landing": {
        "reading exports/canonical/tickets-2026-03-09.csv",
        "rows written, not yet under their name",
        "rows of exports/canonical/tickets-2026-03-09.csv are there, its manifest is not",
        "exports/canonical/tickets-2026-03-09.csv is loaded",
    },
    "history": {"history written, not yet kept", "history kept"},
    "publishing": {
        "stage differs from what is published",
        "stage sealed",
        "desk.duckdb on disk, not yet swapped in",
        "desk.duckdb swapped in",
        "generation 2 published",
    },
}
"""Lines at which something durable has just happened, or is about to."""
EVERY_TURN = set[str]().union(*TURNS.values())
A_FEW = 3


def every_third(lines: Sequence[str]) -> Sequence[str]:
    """Every third line, from the one on with which most turns are met: some of landing, history and publishing each."""

    def turns(some: Sequence[str]) -> tuple[int, int]:
        return sum(not kind.isdisjoint(some) for kind in TURNS.values()), len(EVERY_TURN.intersection(some))

    return max((lines[start::A_FEW] for start in range(A_FEW)), key=turns)


@pytest.fixture
def desk(templates: Templates, tmp_path: Path) -> Home:
    """A home after its first night, with the second one's exports there; to be killed in."""
    return between_nights(templates, tmp_path / "desk")


@pytest.fixture
def before(templates: Templates, tmp_path: Path) -> Home:
    """The same, to be left as it is."""
    return between_nights(templates, tmp_path / "before")


@pytest.fixture
def twin(templates: Templates) -> Home:
    """What the second night makes of it undisturbed; to look at."""
    return undisturbed(templates)


def put_back(home: Home, before: Home) -> None:
    """The home as it was between the nights; under readers' eyes, so that the warehouse is swapped as a whole."""
    shutil.rmtree(home.state)
    shutil.copytree(before.state, home.state)
    aside = home.root / "aside.duckdb"
    shutil.copyfile(before.warehouse, aside)
    aside.replace(home.warehouse)


@contextmanager
def hammering(home: Home, readers: int) -> Iterator[list[dict[str, Any]]]:
    """Processes that read the warehouse all the while; afterwards the list has what each one saw."""
    command = ["nice", sys.executable, str(TESTS / "reading.py"), str(home.warehouse)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(readers)]
    saw: list[dict[str, Any]] = []
    try:
        for each in running:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        yield saw
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        saw += [json.loads(each.communicate(timeout=60)[0]) for each in running]


def die(home: Home, line: str, way: str = "steps") -> None:
    """A second night that kills itself when that line comes."""
    run = BREEDER.Process(target=killed.main, args=(str(home.root), way, line))
    run.start()
    run.join(timeout=120)
    assert run.exitcode == -signal.SIGKILL, line


def assert_readers_saw(saw: list[dict[str, Any]], generations: set[int]) -> None:
    """Whole generations only, each with one content."""
    assert [(each["torn"], each["failed"]) for each in saw] == [([], [])] * len(saw)
    assert all(each["reads"] > 0 for each in saw)
    contents = {tuple(each) for reader in saw for each in reader["seen"]}
    assert sorted(number for number, _ in contents) == sorted(generations)


def killed_at(lines: Iterable[str], desk: Home, before: Home, twin: Home, readers: int) -> None:
    """Killed at each of these lines, one night after the other over what the last one left; where something durable
    happens, and at the last line, the next night goes to its end and says what the undisturbed twin says."""
    expected, lines = truth(twin), list(lines)
    with hammering(desk, readers) as saw:
        for line in lines:
            die(desk, line)
            if line in EVERY_TURN or line == lines[-1]:
                assert publish(desk, SECOND_DAY, "next", NEXT_NIGHT) == {}
                assert truth(desk) == expected, line
                if line != lines[-1]:
                    put_back(desk, before)
    assert_readers_saw(saw, {1, 2})


def test_every_step_and_every_turn_of_landing_history_and_publishing_has_a_line(twin: Home) -> None:
    """The lines at which the next tests kill: without them they would prove little."""
    lines = lines_of(twin)
    assert {step.tables[0] for step in steps()} <= set(lines)
    assert set(lines) >= EVERY_TURN
    assert [kind for kind, turns in TURNS.items() if turns.isdisjoint(every_third(lines))] == []


def test_a_run_killed_at_every_third_line_is_as_if_it_never_was(desk: Home, before: Home, twin: Home) -> None:
    """`make soak` kills at all of them."""
    killed_at(every_third(lines_of(twin)), desk, before, twin, readers=1)


@pytest.mark.soak
def test_a_run_killed_at_any_line_is_as_if_it_never_was(desk: Home, before: Home, twin: Home) -> None:
    killed_at(lines_of(twin), desk, before, twin, readers=READERS)


def test_a_nightly_job_that_is_killed_is_as_if_it_never_was(desk: Home, twin: Home) -> None:
    """The same through Dagster, at the worst moment: the history is kept, and nothing is published."""
    die(desk, "history kept", "dagster")
    assert_next_night_is_whole(desk, twin)


@pytest.mark.soak
def test_two_hundred_kills_at_random_instants(desk: Home, before: Home) -> None:
    """Real `okr run` processes, killed anywhere from their start to their end, a quarter of them while they publish;
    after every ten kills one runs to its end. Prints what came of it."""
    home, chance = desk, random.Random(5)  # noqa: S311 - instants, not secrets
    started = time.monotonic()
    whole, publishing = lived_through(home)
    expected = truth(home)
    tally: Counter[str] = Counter()
    with hammering(home, READERS) as saw:
        while tally["kills"] < KILLS:
            put_back(home, before)
            for _ in range(KILLS_A_ROUND):
                tally.update(killed_at_random(home, chance, whole, publishing))
            tally["rounds"] += 1
            lived_through(home)
            found = truth(home)
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
