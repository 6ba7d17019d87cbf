"""The page: every number on it is the warehouse's, all text is text, and it needs nothing but itself."""

import base64
import hashlib
import re
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from conftest import DEMO_DAY, ask
from pages import Element, parsed, shows

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.languages.language import LANGUAGES, language
from okr_analytics.report.ledger import Covered
from okr_analytics.report.page import rendered
from okr_analytics.report.reading import Report, only, read_report
from okr_analytics.report.summary import summary
from okr_analytics.warehouse.engine import Engine

ENGLISH, ZONE = language("en"), ZoneInfo("Europe/Madrid")
NEWEST = f"as_of_date = date '{DEMO_DAY}'"
HOSTILE = "</style></svg><script>alert(1)</script>\"' onmouseover=alert(1) {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def report(demo: Home) -> Report:
    """What the demo's page shows."""
    with Engine.published(demo.warehouse) as engine:
        return read_report(engine)


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    """The demo's page in English."""
    return rendered(report, ENGLISH, ZONE)


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    """The same, parsed."""
    return parsed(html)


def test_the_first_glance_is_how_many_are_on_track(demo: Home, page: Element) -> None:
    counts = dict(ask(demo, f"select status, count(*) from okr.pace where {NEWEST} group by status"))
    good = counts["on_track"]
    assert page.one("h1").text == f"{good} of {sum(counts.values())} key results on track"
    tally = [each.text for each in page.one("ul", class_="tally").all("li")]
    assert tally == [f"● {good} on track", f"▲ {counts['at_risk']} at risk", f"■ {counts['off_track']} off track"]


def test_what_needs_people_is_named_the_worst_first(demo: Home, page: Element) -> None:
    behind = ask(
        demo,
        f"select kr_id from okr.pace where {NEWEST} and status in ('off_track', 'at_risk') "
        "order by status = 'at_risk', gap, kr_id",
    )
    links = [each.attributes["href"] for each in page.one("ul", class_="needs").all("a")]
    assert links == [f"#kr-{kr_id}" for (kr_id,) in behind]


def test_every_figure_of_a_key_result_is_the_warehouses(demo: Home, page: Element) -> None:
    rows = ask(
        demo,
        "select kr_id, baseline, value, target, attainment, expected, kind from okr.pace "
        f"join okr.key_results using (kr_id) where {NEWEST} order by kr_id",
    )
    assert len(rows) == 8
    for kr_id, baseline, value, target, attainment, expected, kind in rows:
        shown = page.one("article", id=f"kr-{kr_id}")
        figures = shown.one("dl", class_="figures").facts
        assert shows(figures["Now"], value), kr_id
        assert shows(figures["Target"], target), kr_id
        assert shows(figures["Start"], baseline) if baseline is not None else "Start" not in figures, kr_id
        said = shown.one("p", class_="reached").text
        if kind == "improve":
            reached, due = re.findall(r"(\S+%)", said)[:2]
            assert shows(reached, attainment), kr_id
            assert shows(due, expected), kr_id
        else:
            assert said == ("The target is met" if attainment == 1 else "The target is not met"), kr_id


def test_what_follows_from_an_answer_is_the_warehouses_too(demo: Home, page: Element) -> None:
    columns = "kr_id, projected, projected_low, projected_high, value_low, value_high, needed_from_here"
    for kr_id, *figures in ask(demo, f"select {columns} from okr.pace where {NEWEST}"):
        notes = page.one("article", id=f"kr-{kr_id}").one("ul", class_="notes").text
        projected, low, high, value_low, value_high, needed = figures
        heading = re.search(r"Heading for (.+?) on .+? \((.+?) to (.+?)\)", notes)
        chance = re.search(r"between (.+?) and (.+?)\.(?: |$)", notes)
        assert heading is not None
        assert chance is not None
        assert all(map(shows, heading.groups(), (projected, low, high))), kr_id
        assert all(map(shows, chance.groups(), (value_low, value_high))), kr_id
        told = re.search(r"Needed from here: (.+?)\.(?: |$)", notes)
        assert shows(told[1], needed) if told else needed is None, kr_id


def test_the_full_story_tells_of_a_day_in_each_week(demo: Home, page: Element) -> None:
    story = page.one("article", id="kr-fewer-reopened").one("details").rows
    rows = ask(
        demo,
        "select value, attainment, expected, replace(status, '_', ' ') from okr.latest where kr_id = 'fewer-reopened' "
        f"and (date '{DEMO_DAY}' - as_of_date) % 7 = 0 order by as_of_date desc",
    )
    assert len(story) == len(rows) == 8  # 24 August, and seven weeks back to 6 July
    for (day, *shown, status), (*figures, said) in zip(story, rows, strict=True):
        assert all(map(shows, shown, figures)), day
        assert said in status, day


def test_every_panel_shows_the_newest_week_that_is_complete_and_the_newest_such_month(
    demo: Home, page: Element
) -> None:
    results = "from kpi.results where dimension = 'all' and is_complete and value is not null"
    order = "partition by kpi_id order by period_start desc"
    weeks = {
        kpi_id: (value, n)
        for kpi_id, value, n in ask(
            demo,
            f"select kpi_id, value, n {results} and grain = 'week' and period_start + 6 <= date '{DEMO_DAY}' "
            f"qualify row_number() over ({order}) = 1",
        )
    }
    months = dict(
        ask(
            demo,
            f"select kpi_id, list(value order by period_start desc)[:2] {results} and grain = 'month' group by kpi_id",
        )
    )
    panels = page.all("article", class_="panel")
    assert len(panels) > 20
    for panel in panels:
        kpi_id = panel.attributes["id"].removeprefix("kpi-")
        value, n = weeks[kpi_id]
        assert shows(panel.one("p", class_="big").text, value), kpi_id
        assert panel.text.count(f"n = {n:,}") == 1, kpi_id
        said = re.search(r"\w+ 2026: (.+), the month before (.+)", panel.one("p", class_="month").text)
        assert said is not None
        assert all(shows(text, month) for text, month in zip(said.groups(), months[kpi_id], strict=True)), kpi_id


def test_members_stand_beside_their_month_before(demo: Home, page: Element) -> None:
    panel = page.one("article", id="kpi-first_response_calendar_median")
    shown = panel.one("div", **{"aria-label": "By team, July 2026"}).rows
    rows = ask(
        demo,
        "select member, max(value) filter (where period_start = date '2026-07-01'), "
        "max(value) filter (where period_start = date '2026-06-01'), "
        "max(n) filter (where period_start = date '2026-07-01') "
        "from kpi.results where kpi_id = 'first_response_calendar_median' and grain = 'month' and dimension = 'team' "
        "group by member",
    )
    by_name = {cells[0]: cells for cells in shown}
    for member, value, before, n in rows:
        if value is not None:
            _, now, earlier, count = by_name[member]
            assert (shows(now, value), shows(earlier, before), count) == (True, True, str(n)), member


def test_the_backlog_adds_up_and_is_the_ledgers(demo: Home, page: Element) -> None:
    card = page.one("article", **{"aria-labelledby": "backlog-title"})
    weeks = [[int(cell.replace(",", "")) for cell in cells[1:]] for cells in card.rows if len(cells) == 6]
    assert len(weeks) == 13
    for opening, opened, reopened, solved, closing in weeks:
        assert opening + opened + reopened - solved == closing
    ((closing,),) = ask(
        demo,
        f"select value from kpi.results where kpi_id = 'backlog_closing' and grain = 'day' and dimension = 'all' "
        f"and period_start = date '{DEMO_DAY}'",
    )
    assert weeks[0][-1] == closing
    assert shows(card.one("p", class_="big").text, closing)


def test_escalation_reasons_gaps_and_surveys_are_the_warehouses(demo: Home, page: Element) -> None:
    month = "grain = 'month' and dimension = 'all' and period_start = date '2026-07-01'"
    reasons = page.one("article", **{"aria-labelledby": "reasons-title"}).rows
    ((technical,),) = ask(
        demo, f"select value from kpi.results where kpi_id = 'escalations_technical_count' and {month}"
    )
    assert ["technical", str(int(technical))] in [cells[:2] for cells in reasons]
    gaps = page.one("article", **{"aria-labelledby": "gaps-title"}).rows
    rows = ask(
        demo, "select topic, ticket_count, article_count from kpi.knowledge_gaps where month = date '2026-08-01'"
    )
    assert sorted(cells[:3] for cells in gaps) == sorted([topic, str(count), str(n)] for topic, count, n in rows)
    surveys = {cells[0]: cells for cells in page.one("article", **{"aria-labelledby": "surveys-title"}).rows}
    ((mark, n),) = ask(demo, f"select value, n from kpi.results where kpi_id = 'surveys_csat_mean' and {month}")
    shown = surveys["Customer satisfaction (CSAT), mean"]
    assert (shows(shown[1], mark), shown[3]) == (True, str(n))


def test_the_busiest_hours_are_the_warehouses(demo: Home, page: Element) -> None:
    card = page.one("article", **{"aria-labelledby": "demand-title"})
    rows = ask(
        demo,
        "select hour, weekday, sum(ticket_count) / sum(day_count) as per_day from kpi.demand "
        "where month >= date '2026-05-01' group by hour, weekday order by hour, weekday",
    )
    cells = [(int(hour[:2]), day + 1, cell) for hour, *days in card.rows for day, cell in enumerate(days)]
    assert len(cells) == len(rows) == 24 * 7
    for (hour, weekday, cell), (asked_hour, asked_weekday, per_day) in zip(cells, rows, strict=True):
        assert (hour, weekday, shows(cell, per_day)) == (asked_hour, asked_weekday, True)
    busiest = max(rows, key=lambda row: row[2])
    assert card.one("p").text.startswith("Busiest: ")
    assert f"{busiest[0]}:00" in card.one("p").text


def test_the_ledger_of_files_and_the_rejected_rows_are_all_there(demo: Home, page: Element) -> None:
    data = page.one("section", id="data")
    files = {cells[0]: cells for cells in data.rows if cells[0].startswith("exports/")}
    counts = "rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed"
    loads = ask(demo, f"select file, {counts} from ops.loads")
    assert len(files) == len(loads) == 20
    for file, *numbers in loads:
        assert files[file][2:8] == [f"{each:,}" for each in numbers]
    shown = page.one("article", **{"aria-labelledby": "rejected-title"}).rows
    rejected = ask(demo, "select count(*) from (select unnest(reasons) from core.rejected_rows)")
    assert sum(int(cells[1]) for cells in shown) == rejected[0][0]


def test_text_that_is_meant_ill_stays_text(report: Report) -> None:
    objective, *others = report.card.objectives
    line, *rest = objective.lines
    evil = replace(objective, title=HOSTILE, owner=HOSTILE, lines=[replace(line, title=HOSTILE), *rest])
    detail = replace(
        report.details[line.kr_id], owner=HOSTILE, comment=HOSTILE, unit=HOSTILE, filter={"topic": [HOSTILE]}
    )
    card = replace(report.card, objectives=[evil, *others])
    ledger = replace(report.ledger, covered=[Covered(HOSTILE, "tickets", DEMO_DAY, DEMO_DAY)])
    html = rendered(
        replace(report, card=card, ledger=ledger, details={**report.details, line.kr_id: detail}), ENGLISH, ZONE
    )
    page = parsed(html)
    assert page.one("h3", id=f"name-{objective.objective_id}").text == HOSTILE
    assert_harmless(page)
    assert HOSTILE.replace("{{ 7 * 7 }}", "49") not in page.text


def assert_harmless(page: Element) -> None:
    """No script, nothing that starts one, nothing from elsewhere, no style but the one whose hash is known."""
    for each in page.walk():
        assert each.tag not in ("script", "iframe", "object", "embed", "link", "img", "foreignobject"), each
        assert not [name for name in each.attributes if name.startswith("on") or name == "style"], each
        assert each.attributes.get("href", "#").startswith("#"), each


def test_the_page_is_allowed_its_own_style_and_nothing_else(html: str, page: Element) -> None:
    assert_harmless(page)
    style = html[html.index("<style>") + len("<style>") : html.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"].split("; ")
    assert policy == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert not re.search(r"url\(|@import|https?:", html)


def test_every_link_leads_somewhere_and_no_id_is_there_twice(page: Element) -> None:
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert {each.attributes["href"][1:] for each in page.all("a")} <= set(ids)
    labels = [each.attributes["aria-labelledby"] for each in page.walk() if "aria-labelledby" in each.attributes]
    assert set(labels) <= set(ids)


def test_headings_have_one_top_and_skip_no_level_and_tables_have_headings(page: Element) -> None:
    levels = [int(each.tag[1]) for each in page.walk() if re.fullmatch(r"h[1-6]", each.tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.all("table"):
        assert all(head.attributes.get("scope") in ("col", "row") for head in table.all("th"))
        assert table.all("thead")


def test_a_page_of_one_key_result_tells_nothing_of_the_others(report: Report) -> None:
    alone = parsed(rendered(only(report, "slowest-tenth"), ENGLISH, ZONE, is_whole=False))
    assert [each.attributes["id"] for each in alone.all("article")] == ["kr-slowest-tenth"]
    assert "open" in alone.one("details").attributes
    assert "Customers hear from us sooner" not in alone.one("main").text


def test_a_key_result_that_is_not_there_is_refused_with_the_nearest(report: Report) -> None:
    with pytest.raises(UsageError, match=r"no key result 'slowest-tent'; did you mean 'slowest-tenth'\?"):
        only(report, "slowest-tent")


def test_thirty_objectives_fit_into_a_megabyte(report: Report) -> None:
    """Ten times the demo's three, each with key results of its own: 30 objectives, 80 key results."""
    objectives, details = [], {}
    for copy in range(10):
        for each in report.card.objectives:
            lines = [replace(line, kr_id=f"{line.kr_id}-{copy}") for line in each.lines]
            objectives.append(replace(each, objective_id=f"{each.objective_id}-{copy}", lines=lines))
            details |= {f"{line.kr_id}-{copy}": report.details[line.kr_id] for line in each.lines}
    purposes = {each.objective_id: report.purposes[each.objective_id.rsplit("-", 1)[0]] for each in objectives}
    many = replace(report, card=replace(report.card, objectives=objectives), details=details, purposes=purposes)
    begun = time.process_time()
    size = len(rendered(many, ENGLISH, ZONE).encode())
    assert size < 1_000_000
    assert time.process_time() - begun < 10


def test_the_summary_is_one_line_that_says_the_same(demo: Home, report: Report, page: Element) -> None:
    said = summary(report, ENGLISH)
    assert "\n" not in said
    assert said.startswith(f"24 Aug 2026: {page.one('h1').text} (4 on track, 1 at risk and 3 off track). Behind: ")
    for (title,) in ask(
        demo,
        "select title from okr.key_results join okr.pace using (kr_id) "
        f"where {NEWEST} and status in ('off_track', 'at_risk')",
    ):
        assert title in said
    ((read, rejected),) = ask(demo, "select sum(rows_read), sum(rows_rejected) from ops.loads")
    assert said.endswith(f"{rejected} rows of {read:,} rejected.")


def test_the_summary_carries_nothing_that_steers_a_terminal(report: Report) -> None:
    objective, *others = report.card.objectives
    evil = [replace(line, title="\x1b[31mred\n\u202eback", status="off_track") for line in objective.lines]
    card = replace(report.card, objectives=[replace(objective, lines=evil), *others])
    assert not re.search(r"[\x00-\x1f\u202e]", summary(replace(report, card=card), ENGLISH))


def test_a_first_page_compares_with_the_week_before(demo: Home, report: Report, page: Element) -> None:
    """One generation only: nothing was said before, so the days of the same answers are compared."""
    assert (report.changes.since, report.changes.is_first, report.changes.moves) == (date(2026, 8, 17), True, [])
    flipped = ask(
        demo,
        "select kr_id, status from okr.latest where as_of_date in (date '2026-08-17', date '2026-08-24') "
        "qualify count(distinct status) over (partition by kr_id) > 1 order by kr_id, as_of_date",
    )
    told = [
        (flip.what, status) for flip in report.changes.flips if not flip.is_objective for status in (flip.old, flip.new)
    ]
    assert told == flipped
    assert "What changed in the week since 17 Aug" in page.one("header").text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_made_in_every_language(report: Report, code: str) -> None:
    page = parsed(rendered(report, language(code), ZONE))
    assert page.one("html").attributes["lang"] == {"pt": "pt-BR"}.get(code, code)
    assert len(page.all("article", class_="kr")) == 8
