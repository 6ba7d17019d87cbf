"""Words that are more than words elsewhere: YAML tricks, formulas, markup, terminal controls, SQL that reaches out."""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DEMO_DAY, ask, csv, new_home, publish, put, ticket
from template_homes import Templates

from okr_analytics.desk import read_desk
from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.sources.registry import read_profile
from pipelines.cli import main

READERS = {
    "okrs/o.yaml": read_definitions,
    "desk.yaml": read_desk,
    "kpis.yaml": read_catalogue,
    "sources/mine.yaml": lambda home: read_profile(home, "mine"),
}
TRICKS: dict[str, tuple[str | bytes, str]] = {
    "aliases that multiply": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", ":2: YAML aliases are not read"),
    "an object": ("a: !!python/object/apply:os.system ['touch pwned']\n", ":1: no valid YAML: could not determine"),
    "a tag of its own": ("!mine\na: 1\n", ":1: no valid YAML: could not determine a constructor for the tag '!mine'"),
    "a merge of nothing": ("<<: 5\n", ":1: no valid YAML: expected a mapping"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", ":3: 'a' is given twice; keep one"),
    "a key that is a list": ("? [a, b]\n: 1\n", ":1: a key is a word, not a list"),
    "a number of 5,000 digits": ("a: " + "9" * 5000 + "\n", ":1: no valid YAML: Exceeds the limit"),
    "a date that is none": ("a: !!timestamp 2026-99-99\n", ":1: no valid YAML: month must be in 1..12"),
    "brackets without end": ("a: " + "[" * 5000 + "]" * 5000 + "\n", ":1: nested more than 20 deep"),
    "braces without end": ("a: " + "{a: " * 3000 + "1" + "}" * 3000 + "\n", ":1: nested more than 20 deep"),
    "steps without end": ("".join(" " * n + "a:\n" for n in range(300)), ":21: nested more than 20 deep"),
    "a word of 10 MB": ("a: " + "x" * 10_000_000 + "\n", ":1: larger than 256 kB"),
    "200,000 keys": ("".join(f"k{n}: 1\n" for n in range(200_000)), ":1: larger than 256 kB"),
    "tabs": ("a:\n\t- b\n", ":2: no valid YAML: found character '\\t' that cannot start any token; indent with spaces"),
    "a byte of zero": ("a: U\0TC\n", ":1: no valid YAML: unacceptable character #x0000"),
    "half a letter": ('a: "\\ud800"\n', ":1: half a letter"),
    "Latin-1": ("a: España\n".encode("latin-1"), ":1: not UTF-8 text"),
    "UTF-16": ("a: 1\n".encode("utf-16"), ":1: not UTF-8 text"),
    "two documents": ("a: 1\n---\na: 1\n", ":2: no valid YAML: but found another document"),
}


@pytest.mark.parametrize("file", READERS)
@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_in_a_yaml_file_is_refused_with_its_line_at_once(home: Home, file: str, trick: str) -> None:
    """Within two seconds of processor time, and nothing of it is done."""
    text, said = TRICKS[trick]
    put(home, file, text)
    begun = time.process_time()
    with pytest.raises(ConfigurationError) as refused:
        READERS[file](home)
    assert time.process_time() - begun < 2
    assert str(refused.value).startswith(f"{file}{said}")
    assert not Path("pwned").exists()


OKR = """\
objectives:
  - id: o
    title: o
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: a, title: a, kind: reach, kpi: answered_share, target: 50%}
      - {id: b, title: b, kind: reach, kpi: answered_share, target: 60%}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-03-01..2026-03-31", "0001-01-01..2026-03-31", "o.yaml:4: '0001-01-01..2026-03-31' lies outside"),
        ("2026-03-01..2026-03-31", "9999-Q4", "o.yaml:4: '9999-Q4' lies outside the years 1970 to 2199"),
        ("2026-03-01..2026-03-31", "0000-Q1", "o.yaml:4: '0000-Q1' lies outside"),
        ("2026-03-01..2026-03-31", "2026-02-30..2026-03-31", "o.yaml:4: '2026-02-30..2026-03-31' is no period"),
        ("2026-03-01..2026-03-31", "10000-01-01..10000-03-31", "is no period"),
        ("target: 50%", "target: 1e400%", "o.yaml:6: '1e400%' is no share"),
        ("target: 50%", "target: .nan", "o.yaml:6: target: 'nan' is no value"),
        ("target: 50%", "target: 50%, min_n: 99999999999999999999999", "o.yaml:6: min_n"),
        ("target: 50%", "target: 50%, over: 99999999999d", "o.yaml:6: over: '99999999999d' is no span"),
        ("target: 50%", "target: 50%, effective_from: 9999-99-99", "o.yaml:6: '9999-99-99' is no day"),
        ("target: 50%", 'target: 50%, where: {channel: "x\' or 1=1 --"}', "o.yaml:6: no channel 'x' or 1=1 --'"),
        ("target: 50%", 'target: 50%, where: {"channel) or (1=1": x}', "o.yaml:6: no dimension 'channel) or (1=1'"),
    ],
)
def test_numbers_and_days_beyond_reason_are_refused_with_their_line(home: Home, old: str, new: str, said: str) -> None:
    put(home, "okrs/o.yaml", OKR.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refused:
        read_definitions(home)
    assert said in str(refused.value)


INJECTION = "'); drop table core.tickets; --"
MARKUP = "<script>alert(1)</script>[bold red]{x}"
CONTROLS = "\x1b[2J\x1b]0;owned\x07\u202eevil\u2066"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1")


@pytest.fixture(scope="module")
def published(templates: Templates) -> Home:
    """A desk of which every topic and title is meant ill; to look at."""
    return templates.home("hostile_words", published_words)


def published_words(folder: Path) -> Home:
    """The desk as its fixture has it."""
    home = new_home(folder)
    topics = (*FORMULAS, INJECTION, MARKUP, CONTROLS.replace("\x07", ""))
    rows = (ticket(str(n), topic='"' + word.replace('"', '""') + '"') for n, word in enumerate(topics))
    put(home, "exports/canonical/t.csv", csv(*rows))
    title = MARKUP + "\\e[2J\\u202eevil\\u2066"
    put(
        home, "okrs/o.yaml", OKR.replace("title: a,", f'title: "{title}",').replace("title: o\n", f'title: "{title}"\n')
    )
    assert publish(home, DEMO_DAY.replace(month=3, day=8)) == {}
    return home


def said(home: Home, *words: str) -> str:
    """What a command says."""
    done = CliRunner().invoke(main, ["--home", str(home.root), *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_topics_arrive_as_they_were_written(published: Home) -> None:
    topics = {topic for (topic,) in ask(published, "select topic from core.tickets")}
    assert {INJECTION, MARKUP, *(each.strip() for each in FORMULAS)} <= topics


def test_formulas_come_out_harmless_in_csv(published: Home) -> None:
    """A spreadsheet shows what begins with an apostrophe as text."""
    lines = said(published, "query", "select topic from core.tickets order by ticket_id", "--format", "csv")
    cells = [line.strip('"') for line in lines.splitlines()[1:]]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert "'=cmd|' /C calc'!A0" in cells


@pytest.mark.parametrize(
    "words", [("status",), ("explain", "a"), ("explain", "o"), ("query", "select topic from core.tickets")]
)
def test_markup_and_terminal_controls_stay_text(published: Home, words: tuple[str, ...]) -> None:
    """Nothing clears the screen, sets its title or turns the line around."""
    shown = said(published, *words)
    assert not [sign for sign in shown if sign in "\x1b\x07\u202e\u2066"]
    assert "<script>" in shown


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "from '/etc/passwd'",
        "from glob('/etc/*')",
        "copy core.tickets to '/tmp/stolen.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "set enable_external_access = true",
        "export database '/tmp/stolen'",
        "create table x as select 1",
        "select 1; drop table core.tickets",
        "explain analyze copy core.tickets to '/tmp/stolen.csv'",
        "select getenv('HOME')",
    ],
)
def test_sql_that_reaches_out_is_refused(published: Home, sql: str) -> None:
    done = CliRunner().invoke(main, ["--home", str(published.root), "query", sql])
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert not list(Path("/tmp").glob("stolen*"))  # noqa: S108 - where the statement would have put it
