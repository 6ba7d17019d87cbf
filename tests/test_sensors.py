"""What starts a run by itself: new exports one nightly run, a changed definition one backfill; asked for once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import dagster as dg
import pytest
from conftest import NOW, csv, land, new_home, put, restate, ticket
from template_homes import Templates

from okr_analytics.desk import read_desk
from okr_analytics.home import Home
from okr_analytics.landing.arrivals import Seen
from pipelines.graph import definitions_for
from pipelines.nightly import JOB, yesterday
from pipelines.resources import BACKFILL

FILE = "okrs/answers.yaml"
BASELINE = "baseline: 90 min"
MEND = "baseline: 60 min, reason: Easter is no measure"
OWN_KPI = "kpis: [{measure: first_response, clock: business, statistic: share_within, limit: 4 h}]\n"


@dataclass
class Minutes:
    """A sensor that is looked at minute by minute, remembering what it asked to be remembered."""

    home: Home
    name: str
    instance: dg.DagsterInstance
    cursor: str | None = None
    skipped: str = ""

    @cached_property
    def definitions(self) -> dg.Definitions:
        """As Dagster loaded them before it looked first."""
        return definitions_for(self.home)

    def look(self) -> list[dg.RunRequest]:
        """What it asks for now; why not, where it asks for nothing."""
        context = dg.build_sensor_context(self.instance, self.cursor, definitions=self.definitions)
        tick = self.definitions.resolve_sensor_def(self.name).evaluate_tick(context)
        self.cursor, self.skipped = tick.cursor, tick.skip_message or ""
        return list(tick.run_requests or [])

    def asks(self, tag: str) -> list[tuple[str | None, str]]:
        """The job of each run it asks for, with what it names in a tag."""
        return [(each.job_name, each.tags[tag]) for each in self.look()]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def landed(folder: Path) -> Home:
    """A home that landed one file."""
    home = new_home(folder)
    arrive(home, "a", csv(ticket("1")))
    land(home)
    return home


@pytest.fixture
def home(templates: Templates, tmp_path: Path) -> Home:
    """A copy of that home."""
    return templates.copy("landed", landed, tmp_path)


@pytest.fixture
def exports(home: Home, instance: dg.DagsterInstance) -> Minutes:
    """The sensor of new exports, which has looked once at what was landed."""
    found = Minutes(home, "new_exports", instance)
    assert [found.look(), found.look()] == [[], []]
    assert found.skipped == "no new file"
    return found


def arrive(home: Home, name: str, text: str, seconds_ago: float = 60, folder: str = "canonical") -> Path:
    """A file below exports/ that was last changed so long ago."""
    path = put(home, f"exports/{folder}/{name}.csv", text)
    at = datetime.now(UTC).timestamp() - seconds_ago
    os.utime(path, (at, at))
    return path


def named(exports: Minutes) -> list[tuple[str | None, str]]:
    return exports.asks("okr/new_exports")


def test_several_new_files_start_one_run_for_the_desks_yesterday(home: Home, exports: Minutes) -> None:
    """Seen at the first look, asked for at the second, which finds them unchanged; never again."""
    put(home, "desk.yaml", "time_zone: Pacific/Auckland\n")
    del exports.definitions  # Dagster loads them again
    arrive(home, "b", csv(ticket("2")))
    arrive(home, "c", csv(ticket("3")))
    assert exports.look() == []
    assert exports.skipped == "2 may still grow"
    (request,) = exports.look()
    day = yesterday(datetime.now(UTC), "Pacific/Auckland").isoformat()
    assert (request.job_name, request.run_key) == (JOB, None)
    assert {name: value for name, value in request.tags.items() if name != "dagster/sensor_name"} == {
        "dagster/asset_partition_range_start": day,
        "dagster/asset_partition_range_end": day,
        "okr/new_exports": "exports/canonical/b.csv, exports/canonical/c.csv",
    }
    assert [exports.look(), exports.look()] == [[], []]
    land(home)
    assert exports.look() == []


def test_a_file_is_asked_for_once_it_has_stopped_growing(home: Home, exports: Minutes) -> None:
    """Longer at every look; then as long, but changed a second ago; then quiet."""
    for rows in (1, 2):
        arrive(home, "b", csv(*(ticket(str(number)) for number in range(rows))))
        assert exports.look() == []
    arrive(home, "b", "", seconds_ago=1)
    assert [exports.look(), exports.look()] == [[], []]
    arrive(home, "b", csv(ticket("2")), seconds_ago=6)
    assert exports.look() == []
    assert named(exports) == [(JOB, "exports/canonical/b.csv")]


def test_a_file_whose_time_lies_ahead_is_asked_for(home: Home, exports: Minutes) -> None:
    """The clock of the machine that wrote it is wrong."""
    arrive(home, "b", csv(ticket("2")), seconds_ago=-86_400)
    assert exports.look() == []
    assert named(exports) == [(JOB, "exports/canonical/b.csv")]


def test_what_goes_away_between_two_looks_starts_nothing(home: Home, exports: Minutes) -> None:
    path = arrive(home, "b", csv(ticket("2")))
    assert exports.look() == []
    path.unlink()
    assert exports.look() == []
    assert exports.skipped == "no new file"


def test_the_same_bytes_again_start_nothing(home: Home, exports: Minutes) -> None:
    """Under another name, touched, or moved there and back: the landing store has them."""
    arrive(home, "again", csv(ticket("1")))
    arrive(home, "a", csv(ticket("1")), seconds_ago=30)
    assert [exports.look(), exports.look()] == [[], []]
    assert exports.skipped == "no new file"


@pytest.mark.parametrize("folder", ["canonical", "nobody_knows"])
def test_a_file_that_fails_is_asked_for_again_only_when_it_changes(home: Home, exports: Minutes, folder: str) -> None:
    """A broken one, and one of an unknown source: the run names it with its mend."""
    arrive(home, "b", "no ticket\n", folder=folder)
    exports.look()
    assert named(exports) == [(JOB, f"exports/{folder}/b.csv")]
    land(home)
    assert [exports.look(), exports.look()] == [[], []]
    exports.cursor = None
    assert [exports.look(), exports.look()] == [[], []], "a sensor that forgot everything asks the landing store"
    arrive(home, "b", "still no ticket\n", folder=folder)
    exports.look()
    assert named(exports) == [(JOB, f"exports/{folder}/b.csv")]


def test_hidden_files_and_those_of_no_source_are_no_exports(home: Home, exports: Minutes) -> None:
    for name in ("exports/canonical/.b.csv.part", "exports/canonical/.tmp/b.csv", "exports/b.csv"):
        put(home, name, "x")
    assert [exports.look(), exports.look()] == [[], []]


def test_more_than_ten_files_are_counted(home: Home, exports: Minutes) -> None:
    for number in range(12):
        arrive(home, f"n{number:02}", csv(ticket(f"n{number}")))
    exports.look()
    ((_, said),) = named(exports)
    assert said.startswith("exports/canonical/n00.csv, ")
    assert said.endswith("exports/canonical/n09.csv, and 2 more")


AT_WORK = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED)


@pytest.mark.parametrize("status", AT_WORK)
def test_nothing_is_asked_for_while_a_run_is_waiting_or_at_work(
    home: Home, exports: Minutes, status: dg.DagsterRunStatus
) -> None:
    """Afterwards it is, if that run did not read the file."""
    run = exports.instance.create_run_for_job(definitions_for(home).resolve_job_def(JOB), status=status)
    arrive(home, "b", csv(ticket("2")))
    assert [exports.look(), exports.look()] == [[], []]
    assert exports.skipped == f"run {run.run_id[:8]} (nightly) comes first; then: exports/canonical/b.csv"
    exports.instance.report_run_failed(run)
    assert named(exports) == [(JOB, "exports/canonical/b.csv")]


def test_a_text_that_is_no_memory_is_forgotten() -> None:
    assert [Seen.read(text) for text in (None, "", "{", '{"other": 1}', "[]")] == [Seen()] * 5


@pytest.fixture
def edited(small: Home, instance: dg.DagsterInstance) -> Minutes:
    """The sensor of changed definitions; the baseline of one key result was changed after it was published."""
    rewrite(small, BASELINE, MEND)
    return Minutes(small, "changed_definitions", instance)


def rewrite(home: Home, old: str, new: str) -> None:
    """Edit the first place where the definitions say so."""
    text = (home.root / FILE).read_text(encoding="utf-8")
    assert old in text
    put(home, FILE, text.replace(old, new, 1))


def changed(sensor: Minutes) -> list[tuple[str | None, str]]:
    return sensor.asks("okr/changed")


REBASELINED = [(BACKFILL, "first-answer: baseline, text (Easter is no measure)")]


def test_a_changed_definition_starts_one_backfill_over_its_days(edited: Minutes) -> None:
    """It is asked for once, whatever became of the run; the next night restates it."""
    (request,) = edited.look()
    assert (request.job_name, request.run_key) == (BACKFILL, None)
    assert {name: value for name, value in request.tags.items() if name != "dagster/sensor_name"} == {
        "dagster/asset_partition_range_start": "2026-03-01",
        "dagster/asset_partition_range_end": "2026-03-06",
        "okr/changed": "first-answer: baseline, text (Easter is no measure)",
    }
    assert edited.look() == []
    assert edited.skipped == f"asked for already: {REBASELINED[0][1]}"


def test_another_text_is_another_change(edited: Minutes) -> None:
    """Though it be told in the same words."""
    assert changed(edited) == REBASELINED
    rewrite(edited.home, "baseline: 60 min", "baseline: 61 min")
    assert changed(edited) == REBASELINED


def test_an_edit_back_to_an_earlier_text_is_asked_for_too(edited: Minutes) -> None:
    """Once restated, and back: another change."""
    assert changed(edited) == REBASELINED
    restate(edited.home, now=NOW + timedelta(minutes=1))
    assert edited.look() == []
    assert edited.skipped == "no definition has changed"
    rewrite(edited.home, MEND, BASELINE)
    assert [each.job_name for each in edited.look()] == [BACKFILL]


def test_a_change_undone_before_its_run_and_done_again_is_asked_for_again(edited: Minutes) -> None:
    """The run that was asked for found the earlier text."""
    assert changed(edited) == REBASELINED
    rewrite(edited.home, MEND, BASELINE)
    assert edited.look() == []
    rewrite(edited.home, BASELINE, MEND)
    assert changed(edited) == REBASELINED


def test_definitions_that_cannot_be_read_wait_until_they_are_mended(edited: Minutes) -> None:
    """Mended to what was asked for before, nothing is asked for; to something else, it is."""
    text = (edited.home.root / FILE).read_text(encoding="utf-8")
    put(edited.home, FILE, "objectives: 5\n")
    assert edited.look() == []
    assert f"{FILE}:1" in edited.skipped
    put(edited.home, FILE, text)
    assert changed(edited) == REBASELINED
    put(edited.home, FILE, "objectives: 5\n")
    assert edited.look() == []
    put(edited.home, FILE, text)
    assert edited.look() == []
    assert "asked for already" in edited.skipped


@pytest.mark.parametrize(("name", "text"), [("kpis.yaml", OWN_KPI), ("desk.yaml", "time_zone: Europe/Madrid\n")])
def test_where_more_than_definitions_changed_a_nightly_run_is_asked_for(edited: Minutes, name: str, text: str) -> None:
    """A backfill would be refused. What does not change a definition waits for the night."""
    put(edited.home, name, text)
    (request,) = edited.look()
    day = yesterday(datetime.now(UTC), read_desk(edited.home).time_zone).isoformat()
    assert (request.job_name, request.tags["dagster/asset_partition_range_end"]) == (JOB, day)
    assert request.tags["okr/changed"] == REBASELINED[0][1]
    rewrite(edited.home, MEND, BASELINE)
    assert edited.look() == []


def test_a_backfill_waits_for_the_run_before_it(edited: Minutes) -> None:
    run = edited.instance.create_run_for_job(
        definitions_for(edited.home).resolve_job_def(JOB), status=dg.DagsterRunStatus.STARTED
    )
    assert edited.look() == []
    assert edited.skipped == f"run {run.run_id[:8]} (nightly) comes first; then: {REBASELINED[0][1]}"
    edited.instance.report_run_failed(run)
    assert changed(edited) == REBASELINED


def test_a_window_before_the_first_partition_starts_with_it(edited: Minutes) -> None:
    """Partitions are those of when the definitions were loaded; the whole window is restated all the same."""
    from pipelines.sensors import definitions_sensor  # noqa: PLC0415 - as loaded on another day

    later = definitions_sensor(edited.home, "Europe/Madrid", date(2026, 3, 2), [])
    found = later(dg.build_sensor_context(edited.instance))
    assert isinstance(found, dg.SensorResult)
    assert (found.run_requests or [])[0].tags["dagster/asset_partition_range_start"] == "2026-03-02"


def test_before_anything_is_published_there_is_nothing_to_restate(home: Home, instance: dg.DagsterInstance) -> None:
    sensor = Minutes(home, "changed_definitions", instance)
    assert sensor.look() == []
    assert sensor.skipped == "nothing is published yet"


def test_both_sensors_are_on_by_themselves_and_look_every_minute(home: Home) -> None:
    definitions = definitions_for(home)
    for name in ("new_exports", "changed_definitions"):
        sensor = definitions.resolve_sensor_def(name)
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
        assert sensor.minimum_interval_seconds == timedelta(minutes=1).total_seconds()
        assert {target.job_name for target in sensor.targets} == {JOB, BACKFILL}
