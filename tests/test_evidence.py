"""What the published warehouse says about definitions: warned about at their line, and never a reason to stop."""

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import put

from okr_analytics.home import Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.evidence import without_evidence
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.warehouse.engine import Engine
from pipelines.cli import main

KPIS = """\
kpis:
  - {metric: carts, statistic: rate, title: Carts, direction: lower}
  - {metric: parcels, statistic: rate, title: Parcels, direction: higher}
  - {statistic: ratio, id: in_per_out, numerator: tickets_opened_count, denominator: tickets_resolved_count,
     title: In per out, question: "More in than out?", unit: tickets, direction: lower}
"""
OKRS = """\
objectives:
  - id: o
    title: o
    owner: Ana
    window: 2026-07-01..2026-09-30
    outcome: {kind: reach, kpi: surveys_csat_mean, target: "4.5"}
    key_results:
      - {id: answers, title: a, kpi: first_response_calendar_median, baseline: 2026-Q1, target: -30%}
      - {id: carts, title: b, kind: reach, kpi: carts_rate, target: 60%, where: {segment: privat}}
      - id: both
        title: c
        kind: all_of
        parts:
          - {kind: reach, kpi: parcels_rate, target: 95%}
          - {kind: milestone, milestones: [{id: m, title: m}]}
      - {id: flow, title: d, kpi: in_per_out, baseline: 2026-06-01..2026-06-30, target: "0.9"}
"""
WAREHOUSE = """
    create schema core; create schema fact;
    create table core.feeds as from (values
        ('first_response', 'canonical', date '2026-04-01', date '2026-08-31'),
        ('first_response', 'servicenow', date '2026-05-01', date '2026-08-31'),
        ('tickets_opened', 'canonical', date '2026-01-01', date '2026-08-31'),
        ('tickets_resolved', 'canonical', date '2026-07-01', date '2026-08-31'),
        ('carts', 'observations', date '2026-01-01', date '2026-08-31'),
    ) as feeds (measure, source, first_day, last_day);
    create table fact.observations as from (values
        ('carts', 'private'), ('carts', 'business'), ('parcels', 'privat'),
    ) as observations (metric, segment);
    create table fact.first_response as from (values ('email'), ('chat')) as first_response (channel);
"""
EXPECTED = """\
okrs/o.yaml:6: warning: no source feeds surveys_csat_mean as of the last run; export answered_at, or choose another KPI
okrs/o.yaml:8: warning: first_response_calendar_median has no data in its baseline's period 2026-01-01..2026-03-31; \
there is canonical 2026-04-01..2026-08-31, servicenow 2026-05-01..2026-08-31: choose a period in it, or write the value
okrs/o.yaml:9: warning: no row of carts ever had segment 'privat'; did you mean 'private'?
okrs/o.yaml:14: warning: no source feeds parcels_rate as of the last run; put rows of the metric 'parcels' into \
exports/observations/, or choose another KPI
okrs/o.yaml:16: warning: tickets_resolved_count has no data in its baseline's period 2026-06-01..2026-06-30; there is \
canonical 2026-07-01..2026-08-31: choose a period in it, or write the value
"""


def checked(home: Home, okrs: str, warehouse: str) -> list[str]:
    """What `okr check` prints on a home with such a warehouse; it never stops."""
    put(home, "kpis.yaml", KPIS)
    put(home, "okrs/o.yaml", okrs)
    home.warehouse.parent.mkdir()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(warehouse)
    done = CliRunner().invoke(main, ["--home", str(home.root), "check"], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


def warned(home: Home, okrs: str, warehouse: str = WAREHOUSE) -> list[str]:
    """What it would warn about, asked of the library."""
    put(home, "kpis.yaml", KPIS)
    put(home, "okrs/o.yaml", okrs)
    with Engine.scratch() as engine:
        engine.run(warehouse)
        return [str(each) for each in without_evidence(engine, read_catalogue(home), read_definitions(home))]


def test_what_no_data_speaks_of_is_warned_about_at_its_line(home: Home) -> None:
    assert checked(home, OKRS, WAREHOUSE)[:-1] == EXPECTED.splitlines() == warned(home, OKRS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("baseline: 2026-Q1", "baseline: 2026-04-01..2026-04-30"),
        ("baseline: 2026-Q1", "baseline: 2026-03-01..2026-04-01"),
        ("baseline: 2026-Q1", "baseline: 2026-09-01..2026-09-29"),
        ("baseline: 2026-Q1", "baseline: 45 min"),
    ],
)
def test_a_baseline_that_is_covered_still_to_come_or_written_is_fine(home: Home, old: str, new: str) -> None:
    assert not any("first_response" in line for line in warned(home, OKRS.replace(old, new)))


def test_only_the_sources_of_the_filter_count(home: Home) -> None:
    okrs = OKRS.replace("baseline: 2026-Q1", "baseline: 2026-04, where: {source: servicenow}")
    (warning,) = [line for line in warned(home, okrs) if "first_response" in line]
    assert "there is servicenow 2026-05-01..2026-08-31" in warning


def test_a_check_in_about_nothing_is_named_with_its_file(home: Home) -> None:
    """What was defined once and is no more was rightly spoken of."""
    okrs = OKRS.replace("baseline: 2026-Q1", "baseline: 2026-04")
    said = """
        create schema ops; create schema okr;
        create table ops.loads as select 'exports/checkins/c.csv' as file, 'f' as file_id;
        create table okr.key_results as select 'withdrawn' as kr_id;
        create table core.checkins as from (values
            ('f', 'both.2', 'm'), ('f', 'both.2', 'n'), ('f', 'flow', null), ('f', 'flow', 'm'),
            ('f', 'flaw', null), ('f', 'flaw', 'm'), ('f', 'withdrawn', null),
        ) as checkins (file_id, kr_id, milestone);
    """
    place = "exports/checkins/c.csv: warning: a check-in:"
    assert [line for line in warned(home, okrs, WAREHOUSE + said) if "check-in" in line] == [
        f"{place} 'both.2' has no milestone 'n'; known: m",
        f"{place} 'flow' has no milestone 'm'",
        f"{place} no key result 'flaw'; did you mean 'flow'?",
    ]


def test_several_members_are_each_looked_for(home: Home) -> None:
    okrs = OKRS.replace("baseline: 2026-Q1", "baseline: 2026-04, where: {channel: [email, phone, chatbot]}")
    assert [line.split("ever had ")[1] for line in warned(home, okrs) if "first_response" in line] == [
        "channel 'chatbot'; did you mean 'chat'?",
        "channel 'phone'; known: chat, email",
    ]


@pytest.mark.parametrize("warehouse", ["select 1", "create schema core; create table core.feeds (measure varchar)"])
def test_a_warehouse_that_cannot_tell_says_nothing(home: Home, warehouse: str) -> None:
    (line,) = checked(home, OKRS, warehouse)
    assert line.startswith("In order: 1 objective, 4 key results")


def test_a_warehouse_that_cannot_be_opened_says_nothing(home: Home, tmp_path: Path) -> None:
    put(home, "okrs/o.yaml", OKRS)
    put(home, "kpis.yaml", KPIS)
    put(home, "warehouse/desk.duckdb", b"no database")
    done = CliRunner().invoke(main, ["--home", str(home.root), "check"], catch_exceptions=False)
    assert (done.exit_code, done.output.startswith("In order")) == (0, True)
    assert tmp_path in home.warehouse.parents
