"""Check-ins: what people say of a key result, in files or by the command, in four languages."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from conftest import OPEN, SPLIT, ask, csv, land, publish, publish_core, put, ticket
from stories import answer, scorecard

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.okr.defining.checkins import CheckIn, note, read_checkins
from pipelines.cli import main

SAID = "kr_id, day::varchar, milestone, is_done, confidence, human_status, expires_on::varchar, comment, author"
NOW = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
OKR = """\
objectives:
  - id: o
    title: Customers hear from us sooner
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: answered, title: Half are answered, kind: reach, kpi: answered_share, target: 50%}
      - {id: reopened, title: Few come back, kind: reach, kpi: reopened_share, target: 5%}
      - {id: queue, title: It is live, kind: milestone, milestones: [{id: pilot, title: P}, {id: live, title: L}]}
      - id: survey
        title: Run and liked
        kind: all_of
        parts:
          - {id: run, kind: milestone, milestones: [{id: sent, title: Sent}]}
          - {kind: cadence, every: week}
          - {kind: reach, kpi: surveys_csat_mean, target: 4.5}
      - id: calm
        title: Answered and not opened again
        kind: all_of
        parts: [{kind: reach, kpi: answered_share, target: 50%}, {kind: reach, kpi: reopened_share, target: 5%}]
"""
ENGLISH = """\
kr_id,day,milestone,done,confidence,status,expires,comment,author
answered,2026-03-02,,,7.5,On track,2026-03-20,"Going well, so far",Ann
"""
SPANISH = """\
resultado_clave;fecha;hito;hecho;confianza;estado;vence;comentario;autor
answered;2026-03-03;piloto;sí;8;En riesgo;;Faltan agentes;José
"""
PORTUGUESE = """\
resultado_chave;data;marco;feito;confiança;situação;expira;comentário;autor
answered;2026-03-04;piloto;não;2,5;fora do prazo;2026-03-04;;Inês
"""
ROMANIAN = """\
rezultat_cheie\tdata\tjalon\trealizat\tîncredere\tstare\texpira\tcomentariu\tautor
reopened\t2026-03-05\tpilot\tda\t10\tPe drumul cel bun\t\tGata în Brașov\tȘtefan
"""


def said(kr_id: str | None = "answered", day: str | None = "2026-03-02", **more: object) -> dict[str, object]:
    """A row about a key result on a day; without more it says nothing."""
    return {"kr_id": kr_id, "day": day, **more}


def load(home: Home, *rows: dict[str, object], name: str = "c") -> None:
    """Land these rows as one canonical export of check-ins."""
    put(home, f"exports/checkins/{name}.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every check-in, in the order of its file."""
    return ask(home, f"select {', '.join(names)} from core.checkins order by file_id, row_number")


def okr(*words: str, home: Home) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


@pytest.fixture
def desk(home: Home) -> Home:
    """A home in Madrid with two key results."""
    put(home, "desk.yaml", "time_zone: Europe/Madrid\n")
    put(home, "okrs/o.yaml", OKR)
    return home


def test_headers_and_words_of_four_languages_mean_the_same(home: Home) -> None:
    put(home, "exports/checkins/en.csv", ENGLISH)
    put(home, "exports/checkins/es.csv", SPANISH, "cp1252")
    put(home, "exports/checkins/pt.csv", PORTUGUESE)
    put(home, "exports/checkins/ro.tsv", ROMANIAN)
    assert land(home) == {}
    assert ask(home, f"select {SAID} from core.checkins order by day") == [
        ("answered", "2026-03-02", None, None, 7.5, "on_track", "2026-03-20", "Going well, so far", "Ann"),
        ("answered", "2026-03-03", "piloto", True, 8.0, "at_risk", "2026-03-17", "Faltan agentes", "José"),
        ("answered", "2026-03-04", "piloto", False, 2.5, "off_track", "2026-03-04", None, "Inês"),
        ("reopened", "2026-03-05", "pilot", True, 10.0, "on_track", "2026-03-19", "Gata în Brașov", "Ștefan"),
    ]
    assert ask(home, "select sum(rows_current), string_agg(distinct nulled) from ops.loads") == [(4, "{}")]


def test_a_row_that_cannot_stand_is_rejected_with_all_its_reasons(home: Home) -> None:
    broken = [
        (said(None, milestone="m"), ["no_kr_id"]),
        (said(day=None, milestone="m"), ["no_day"]),
        (said(day="soon"), ["unreadable_day"]),
        (said(day="2031-01-01"), ["day_in_the_future"]),
        (said(day="1969-12-31"), ["day_before_1970"]),
        (said(expires="some day"), ["unreadable_expires_on"]),
        (said(" ", None, updated_at="never"), ["no_day", "no_kr_id", "unreadable_updated_at"]),
    ]
    load(home, said(expires="2031-01-01", status="red"), *(row for row, _ in broken))
    assert ask(home, "select row_number, source, ticket_id, reasons from core.rejected_rows order by 1") == [
        (number, "checkins", None, reasons) for number, (_, reasons) in enumerate(broken, start=2)
    ]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(8, 1, 0, 7, 0, 0)]


def test_what_cannot_stand_in_a_row_is_nulled_and_counted_and_the_row_stays(home: Home) -> None:
    load(
        home,
        said("a", confidence=-0.5, status="pink", expires="2026-03-09"),
        said("b", confidence=10.5, status="red", expires="2026-03-01"),
        said("c", confidence="high", milestone="m", done="almost"),
        said("d", confidence=0, status="red", expires="2026-03-02"),
        said("e", confidence=10),
    )
    assert columns(home, "kr_id", "is_done", "confidence", "human_status", "expires_on::varchar") == [
        ("a", None, None, None, None),
        ("b", None, None, "off_track", "2026-03-16"),
        ("c", None, None, None, None),
        ("d", None, 0.0, "off_track", "2026-03-02"),
        ("e", None, 10.0, None, None),
    ]
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by 1, 2") == [
        ("confidence", "no number", 1),
        ("confidence", "outside 0 to 10", 2),
        ("done", "neither yes nor no", 1),
        ("expires_on", "before its day", 1),
        ("human_status", "unknown word", 1),
    ]


def test_a_named_milestone_is_done_unless_the_row_says_anything_else(home: Home) -> None:
    cells = [("m", None), ("m", "yes"), ("m", "no"), ("m", "perhaps"), (None, None), (None, "yes"), (None, "no")]
    load(home, *(said(f"k{number}", milestone=named, done=done) for number, (named, done) in enumerate(cells)))
    assert columns(home, "is_done") == [(True,), (True,), (False,), (None,), (None,), (True,), (False,)]


def test_the_newest_row_about_one_thing_by_one_author_on_one_day_holds(home: Home) -> None:
    rows = (
        said(confidence=1, updated_at="2026-03-04T10:00:00Z"),
        said(confidence=2, updated_at="2026-03-03T10:00:00Z"),
        said(confidence=3, author="Ana"),
        said(confidence=4, milestone="m"),
        said(confidence=5, milestone="m", author="Ana"),
        said(confidence=6, milestone="m", author="Ana"),
        said(confidence=7, day="2026-03-03"),
        said("nobody-defined-it", confidence=8),
    )
    load(home, *rows)
    assert columns(home, "confidence") == [(1.0,), (3.0,), (4.0,), (6.0,), (7.0,), (8.0,)]
    assert ask(home, f"select {SPLIT} from ops.loads") == [(8, 6, 2, 0, 0, 0)]


def test_an_expiry_far_ahead_does_not_make_a_file_newer(home: Home) -> None:
    """Without updated_at a row is as new as its export, here the newest day that it speaks of, never that of expiry."""
    put(home, "exports/checkins/old.csv", csv(said(status="red", expires="2026-10-31")))
    load(home, said(status="green"), said(day="2026-03-03"), name="new")
    assert ask(home, "select day::varchar, human_status from core.checkins order by day") == [
        ("2026-03-02", "on_track"), ("2026-03-03", None),
    ]  # fmt: skip
    assert ask(home, "select rows_superseded, exported_at::date::varchar from ops.loads order by file") == [
        (0, "2026-03-03"), (1, "2026-03-02"),
    ]  # fmt: skip


def test_check_ins_cover_no_day_and_make_no_source_fresh(desk: Home) -> None:
    put(desk, "exports/canonical/t.csv", csv(ticket("1", opened_at="2026-03-03T10:00:00Z")))
    tables = ("core.coverage", "core.feeds", "core.days", "okr.attainment")
    shown = []
    for number in range(2):
        if number:
            put(desk, "exports/checkins/c.csv", csv(said(), said(day="2025-01-01"), said(day="2026-03-31")))
        assert answer(desk, date(2026, 3, 31)) == {}
        shown.append(([ask(desk, f"from {table} order by all") for table in tables], scorecard(desk)))
    assert ask(desk, "select count(*) from core.checkins") == [(3,)]
    assert shown[0] == shown[1]


def test_a_home_of_check_ins_only_is_published(desk: Home) -> None:
    put(desk, "exports/checkins/c.csv", csv(said(confidence=4)))
    assert publish(desk) == {}
    assert ask(desk, "from core.coverage") == []
    assert ask(desk, "select distinct value from okr.latest where kr_id = 'answered'") == [(None,)]


def test_a_comment_is_kept_as_it_is_written_whatever_it_looks_like(desk: Home) -> None:
    written = "=cmd|' /C calc'!A0 <script>[red]\n'); drop table x; -- ana@example.com"
    row = json.dumps({**said(), "comment": written})
    put(desk, "exports/checkins/c.jsonl", row + "\n")
    assert publish_core(desk) == {}
    assert columns(desk, "comment") == [(written,)]
    shown = okr("query", "select comment from core.checkins", "--format", "csv", home=desk)
    assert shown.output == f'comment\n"\'{written}"\n'
    assert okr("query", "from core.checkins", home=desk).exit_code == 0


def test_check_ins_are_read_in_one_order_only(desk: Home) -> None:
    put(desk, "sources/board.yaml", "title: B\nkind: checkins\ncolumns: {kr_id: kr, day: when, confidence: sure}\n")
    put(desk, "exports/board/b.csv", "kr,when,sure\nanswered,2026-03-02,9\n")
    load(
        desk,
        said("reopened", milestone="m", author="Zoe"),
        said("answered", day="2026-03-03"),
        said("reopened", milestone="m", author="Ana", done="no"),
        said("reopened", milestone="m"),
        said("reopened", comment="c"),
        said("answered", status="on track"),
    )
    day = date(2026, 3, 2)
    assert read_checkins(OPEN[desk]) == [
        CheckIn("answered", day, confidence=9.0),
        CheckIn("answered", day, human_status="on_track", expires_on=date(2026, 3, 16)),
        CheckIn("answered", date(2026, 3, 3)),
        CheckIn("reopened", day, comment="c"),
        CheckIn("reopened", day, milestone="m", is_done=True),
        CheckIn("reopened", day, milestone="m", is_done=False, author="Ana"),
        CheckIn("reopened", day, milestone="m", is_done=True, author="Zoe"),
    ]


def test_the_command_notes_what_the_next_run_reads(desk: Home) -> None:
    words = ["--milestone", "pilot", "--confidence", "7", "--status", "at_risk", "--author", " Ana ", "--comment", "Ț"]
    done = okr("checkin", "queue", *words, "--on", "2026-03-02", home=desk)
    assert done.exit_code == 0, done.stderr
    first, second = done.output.splitlines()
    assert first == (
        "Noted about queue on 2026-03-02: milestone pilot done, confidence 7 of 10, at risk until 2026-03-16, Ț"
    )
    (path,) = (desk.exports / "checkins").iterdir()
    assert second == f"in exports/checkins/{path.name}; the next 'okr run' counts it."
    assert okr("checkin", "reopened", "--not-done", "--on", "2026-03-02", home=desk).exit_code == 0
    assert land(desk) == {}
    assert ask(desk, f"select {SAID} from core.checkins order by kr_id") == [
        ("queue", "2026-03-02", "pilot", True, 7.0, "at_risk", "2026-03-16", "Ț", "Ana"),
        ("reopened", "2026-03-02", None, False, None, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        (["survey.run", "--milestone", "sent"], "survey.run on 2026-03-02: milestone sent done"),
        (["survey.2", "--done"], "survey.2 on 2026-03-02: done"),
        (["survey", "--confidence", "8"], "survey on 2026-03-02: confidence 8 of 10"),
        (["queue", "--milestone", "live", "--not-done"], "queue on 2026-03-02: milestone live not done"),
    ],
)
def test_parts_and_milestones_are_spoken_of_by_their_ids(desk: Home, words: list[str], noted: str) -> None:
    done = okr("checkin", *words, "--on", "2026-03-02", home=desk)
    assert done.output.splitlines()[0] == f"Noted about {noted}", done.stderr


def test_a_check_in_speaks_of_today_where_the_desk_is(desk: Home) -> None:
    assert okr("checkin", "answered", "--done", home=desk).exit_code == 0
    (path,) = (desk.exports / "checkins").iterdir()
    row = json.loads(path.read_text(encoding="utf-8"))
    spoken, written = date.fromisoformat(row["day"]), datetime.fromisoformat(row["updated_at"])
    assert (row["done"], spoken) == (True, written.astimezone(ZoneInfo("Europe/Madrid")).date())


def test_no_check_in_overwrites_another(desk: Home) -> None:
    """Two at the same microsecond get the names and instants of two."""
    day = date(2026, 3, 10)
    paths = [note(desk, CheckIn("answered", day, confidence=number), NOW)[1] for number in (1, 2)]
    assert [path.name for path in paths] == [
        "answered-20260310T223000000000Z.jsonl", "answered-20260310T223000000001Z.jsonl",
    ]  # fmt: skip
    assert sorted(path.name for path in (desk.exports / "checkins").iterdir()) == [path.name for path in paths]
    row = {
        "kr_id": "answered", "day": "2026-03-10", "milestone": None, "done": None, "confidence": 2, "status": None,
        "expires": None, "comment": None, "author": None, "updated_at": "2026-03-10T22:30:00.000001Z",
        "exported_at": "2026-03-10T22:30:00.000001Z",
    }  # fmt: skip
    assert json.loads(paths[1].read_text(encoding="utf-8")) == row


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (["answerd", "--done"], "no key result 'answerd'; did you mean 'answered'?"),
        (["queue", "--milestone", "pilto"], "'queue' has no milestone 'pilto'; did you mean 'pilot'?"),
        (["queue", "--done"], "which milestone of 'queue'? add --milestone and one of pilot, live"),
        (["answered", "--milestone", "pilot"], "'answered' has no milestones; leave --milestone out"),
        (["survey", "--milestone", "sent"], "'survey' has no milestones; say it of survey.run or survey.2"),
        (["survey.run", "--milestone", "live"], "'survey.run' has no milestone 'live'; known: sent"),
        (["survey.2", "--milestone", "sent"], "'survey.2' has no milestones; leave --milestone out"),
        (["survey", "--done"], "'survey' is as far as its parts; say it of survey.run or survey.2"),
        (["calm", "--not-done"], "'calm' is as far as its parts; leave --done out"),
        (["answered"], "it says nothing; add --done, --milestone, --confidence, --status or --comment"),
        (["answered", "--author", "Ana", "--comment", "  "], "it says nothing; add"),
        (["answered", "--confidence", "10.01"], "write a number from 0 (no hope) to 10 (certain)"),
        (["answered", "--confidence", "nan"], "write a number from 0"),
        (["answered", "--status", "red"], "is not one of 'on_track', 'at_risk', 'off_track'"),
        (["answered", "--done", "--on", "2999-01-01"], "choose one up to today, "),
        (["answered", "--done", "--on", "1969-12-31"], "choose one up to today, "),
        (["answered", "--done", "--expires", "2026-03-02"], "add --status"),
        (["answered", "--status", "at_risk", "--on", "2026-03-02", "--expires", "2026-03-01"], "choose a later day"),
    ],
)
def test_the_command_refuses_what_cannot_stand_and_names_the_mend(desk: Home, words: list[str], mend: str) -> None:
    done = okr("checkin", *words, home=desk)
    assert (done.exit_code, mend in done.stderr) == (2, True), done.stderr
    assert not (desk.exports / "checkins").exists()


def test_whether_a_day_has_come_is_the_desks_clock_to_say(desk: Home) -> None:
    """At 22:30 UTC on 10 March it is still the 10th in Madrid; half an hour later it is the 11th."""
    tomorrow = CheckIn("answered", date(2026, 3, 11), is_done=True)
    with pytest.raises(UsageError, match="choose one up to today, 2026-03-10"):
        note(desk, tomorrow, NOW)
    assert note(desk, tomorrow, NOW + timedelta(minutes=30))[0] == tomorrow


def test_a_home_without_key_results_says_where_to_describe_one(home: Home) -> None:
    done = okr("checkin", "answered", "--done", home=home)
    assert (done.exit_code, done.stderr) == (2, "okr: no key result 'answered'; describe one in okrs/*.yaml\n")


def test_a_place_that_cannot_be_written_to_is_named(desk: Home) -> None:
    put(desk, "exports/checkins", "a file")
    done = okr("checkin", "answered", "--done", home=desk)
    assert (done.exit_code, "make it a folder that can be written to" in done.stderr) == (2, True)


def test_a_profile_may_fold_its_own_words(home: Home) -> None:
    put(
        home,
        "sources/board.yaml",
        "title: Board\nkind: checkins\ncolumns: {kr_id: KR, day: Day, human_status: Light}\n"
        "words: {human_status: {at_risk: [orange]}}\n",
    )
    put(home, "exports/board/b.csv", "KR,Day,Light\na,2026-03-02,Orange\nb,2026-03-02,red\n")
    assert land(home) == {}
    assert columns(home, "source", "kr_id", "human_status") == [("board", "a", "at_risk"), ("board", "b", "off_track")]
