"""Earlier generations are kept and can be published again; numbers are never used twice, history stays."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import NOW, ask, csv, publish, publish_core, put, ticket
from small_generations import KEPT, publish_rows

from okr_analytics.desk import Desk, read_desk
from okr_analytics.errors import ConfigurationError, DataError
from okr_analytics.home import Home
from okr_analytics.okr.keeping.computations import fingerprints
from okr_analytics.warehouse.generations import keep_published, kept, kept_numbers, roll_back
from pipelines.cli import main

HASHES = "select table_name, content_hash from ops.generations where generation = {} order by 1"


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


def day(number: int) -> date:
    """A day of March."""
    return date(2026, 3, number)


def published(home: Home) -> int:
    """The published generation's number, as any DuckDB reads it."""
    return ask(home, "select max(generation) from ops.generations")[0][0]


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def made(home: Home, number: int, count: int = KEPT) -> None:
    """A generation of one table, with as many rows as its number says, as of so many days after 1 March."""
    publish_rows(home, number, day(number + 1), kept=count)


def lived(home: Home, generations: int) -> Home:
    """So many generations."""
    for number in range(1, generations + 1):
        made(home, number)
    return home


def delivered(home: Home, ticket_id: str) -> None:
    """One more export, of one ticket."""
    put(home, f"exports/canonical/{ticket_id}.csv", csv(ticket(ticket_id, opened_at=f"2026-03-0{ticket_id}T10:00:00Z")))


def test_the_newest_three_before_the_published_one_are_kept(home: Home) -> None:
    lived(home, 6)
    assert (published(home), kept_numbers(home)) == (6, [3, 4, 5])
    assert [(each.number, each.as_of, each.published_at) for each in kept(home)] == [
        (3, day(4), NOW), (4, day(5), NOW), (5, day(6), NOW),
    ]  # fmt: skip
    made(home, 7, count=1)
    assert (published(home), kept_numbers(home)) == (7, [6])


@pytest.mark.parametrize(
    ("written", "said"),
    [("0", "0 is too little; write 1 or more"), ("many", "'many' is no whole number; write one, like 3")],
)
def test_fewer_than_one_is_refused_with_its_line(home: Home, written: str, said: str) -> None:
    put(home, "desk.yaml", f"time_zone: UTC\ngenerations_kept: {written}\n")
    with pytest.raises(ConfigurationError) as refused:
        read_desk(home)
    assert str(refused.value) == f"desk.yaml:2: generations_kept: {said}"


def test_the_desk_file_says_how_many_and_no_number_rests_on_it(small: Home) -> None:
    """It is no part of the calendar, so that a backfill is not refused and nothing is restated."""
    put(small, "desk.yaml", "time_zone: UTC\ngenerations_kept: 1\n")
    assert fingerprints(read_desk(small)) == fingerprints(Desk())
    for ticket_id in "89":
        delivered(small, ticket_id)
        publish_core(small)
    assert (published(small), kept_numbers(small)) == (3, [2])


def test_a_rollback_publishes_the_one_before_and_says_what_comes_next(home: Home) -> None:
    lived(home, 3)
    history = put(home, "state/history/00000001/kept.parquet", b"as it was")
    done = okr(home, "rollback")
    assert done.output == (
        "Generation 2 as of 2026-03-03 is published again instead of generation 3 as of 2026-03-04.\n"
        "The next run computes from today's exports and definitions, and publishes its answer as a generation "
        "above 3.\n"
    )
    assert (published(home), ask(home, "select count(*) from core.feeds")) == (2, [(2,)])
    assert (kept_numbers(home), history.read_bytes()) == ([1, 2, 3], b"as it was")
    assert names(home.warehouse.parent) == ["desk.duckdb"]
    okr(home, "rollback")
    assert published(home) == 1
    assert okr(home, "rollback", "--to", "3").exit_code == 0
    roll_back(home, 3)
    assert (published(home), names(home.warehouse.parent)) == (3, ["desk.duckdb"])


def test_after_a_rollback_a_run_converges_under_a_number_of_its_own(small: Home, tmp_path: Path) -> None:
    """To the same content as where nothing was rolled back, also what it says of earlier answers."""
    delivered(small, "3")
    assert publish(small, day(7), is_rebuilt=True) == {}
    turned = Home(shutil.copytree(small.root, tmp_path / "turned"))
    assert okr(turned, "rollback").exit_code == 0
    refused = okr(turned, "backfill")
    assert (refused.exit_code, "an earlier generation is published again; 'okr run'" in refused.stderr) == (2, True)
    assert publish(turned, day(7)) == {}
    assert (published(small), published(turned)) == (2, 3)
    assert ask(turned, HASHES.format(3)) == ask(small, HASHES.format(2))


def test_a_lost_or_broken_warehouse_is_put_back_from_what_is_kept(home: Home) -> None:
    lived(home, 3)
    home.warehouse.write_bytes(b"not a database at all")
    assert okr(home, "rollback").output.startswith("Generation 2 as of 2026-03-03 is published again.\n")
    assert published(home) == 2
    home.warehouse.unlink()
    assert okr(home, "rollback").exit_code == 0
    made(home, 4)
    assert published(home) == 3


def test_what_is_not_kept_is_said(home: Home) -> None:
    nothing = okr(home, "rollback")
    assert (nothing.exit_code, "no earlier generation is kept" in nothing.stderr) == (2, True)
    lived(home, 3)
    unknown = okr(home, "rollback", "--to", "9")
    assert (unknown.exit_code, unknown.stderr) == (2, "okr: generation 9 is not kept; kept are 1, 2\n")
    assert okr(home, "rollback", "--to", "3").output == "Generation 3 is the published one; nothing to do.\n"
    okr(home, "rollback", "--to", "1")
    assert "no generation before the published one is kept; kept are 1, 2, 3" in okr(home, "rollback").stderr


def test_the_list_shows_which_one_is_published(home: Home) -> None:
    lived(home, 2)
    lines = [line.split() for line in okr(home, "rollback", "--list").output.splitlines()]
    assert lines[0] == ["generation", "published", "(UTC)", "as", "of", "size"]
    assert [(line[0], line[1], line[2], line[3], line[5], line[6]) for line in lines[1:]] == [
        ("2", "2026-11-22", "04:15", "2026-03-03", "MB", "published"),
        ("1", "2026-11-22", "04:15", "2026-03-02", "MB", "kept"),
    ]


def test_what_a_killed_publish_leaves_is_harmless(home: Home) -> None:
    """Kept already and not yet swapped; half a copy of one."""
    lived(home, 2)
    keep_published(home)
    half = put(home, "state/generations/00000002.duckdb.part", b"half")
    assert [each.number for each in kept(home)] == [1, 2]
    made(home, 3)
    assert (published(home), kept_numbers(home), half.exists()) == (3, [1, 2], False)
    assert okr(home, "rollback").exit_code == 0
    assert published(home) == 2


def test_where_a_file_can_have_one_name_only_it_is_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    lived(home, 2)
    assert [each.number for each in kept(home)] == [1]
    assert okr(home, "rollback").exit_code == 0
    assert (published(home), names(home.generations)) == (1, ["00000001.duckdb", "00000002.duckdb"])


def test_no_room_to_keep_leaves_the_published_one_untouched(home: Home) -> None:
    """The folder of the kept ones cannot be made: a file has its name."""
    lived(home, 1)
    before = home.warehouse.stat().st_ino
    put(home, "state/generations", b"in the way")
    with pytest.raises(DataError, match="generation 1 cannot be kept"):
        made(home, 2)
    assert (home.warehouse.stat().st_ino, published(home)) == (before, 1)
