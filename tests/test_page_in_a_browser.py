"""The page in a real browser: offline, by keyboard, small, dark, printed, in four languages, with names meant ill."""

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from browser import CONTRASTS, Chromium, chromium, page_count
from conftest import ask
from ill_named_desk import INJECTIONS, MARKUP, ill_named_desk
from test_languages import wordings

from okr_analytics.home import Home
from okr_analytics.languages.language import LANGUAGES, Language, language
from okr_analytics.report.page import page, rendered
from okr_analytics.report.reading import read_report
from okr_analytics.warehouse.engine import Engine

__all__ = ["chromium"]  # the fixture

ZONE = ZoneInfo("Europe/Madrid")
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PRINTED = {"width": 688, "height": 1017}  # A4 less margins of 14 mm, at 96 dots per inch
BREAKS = 1.5  # pages that are not filled, because what belongs together stays together
KEY_RESULT = "first-answer-sooner"
ENGLISH = re.compile(
    r"\b(the|of|and|is|was|were|with|from|to|by|not|than|week|month|day|days|hours?|share|opened|solved|before|since)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def pages(demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The demo's page in every language, and the one of a single key result."""
    folder = tmp_path_factory.mktemp("pages")
    with Engine.published(demo.warehouse) as engine:
        report = read_report(engine)
        said = {code: rendered(report, language(code), ZONE) for code in LANGUAGES}
        said["alone"] = page(engine, language("en"), ZONE, KEY_RESULT)
    return {name: written(folder / f"{name}.html", text) for name, text in said.items()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a desk of which every name is meant ill."""
    folder = tmp_path_factory.mktemp("hostile")
    home = ill_named_desk(folder)
    with Engine.published(home.warehouse) as engine:
        report = read_report(engine)
    for code in LANGUAGES:
        written(folder / f"{code}.html", rendered(report, language(code), ZONE))
    return folder / "en.html"


def written(path: Path, text: str) -> Path:
    """A file with that text."""
    path.write_text(text, encoding="utf-8")
    return path


def test_the_page_opens_without_a_network_and_asks_for_nothing(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    for path in pages.values():
        seen = chromium.opened(path)
        assert "OKR" in seen.text or seen.page.title()
        assert (seen.said, seen.asked) == ([], [path.as_uri()])


def test_scripts_could_not_run_if_there_were_any(chromium: Chromium, pages: Mapping[str, Path], tmp_path: Path) -> None:
    """The policy in the page itself refuses them; so it does pictures and styles from elsewhere."""
    text = pages["en"].read_text(encoding="utf-8")
    planted = (
        "<script>document.title = 'run'</script><img src='https://example.com/x.png'><style>h1 {color: red}</style>"
    )
    seen = chromium.opened(written(tmp_path / "planted.html", text.replace("</main>", planted + "</main>")))
    assert seen.page.title() != "run"
    assert sum("Content Security Policy" in each for each in seen.said) == 3


def test_every_language_has_a_page_of_its_own(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    """It says which language it is in, and its title and heading are in it."""
    titles = set()
    for code in LANGUAGES:
        seen = chromium.opened(pages[code])
        assert seen.all("() => document.documentElement.lang") == {"pt": "pt-BR"}.get(code, code)
        titles.add((seen.page.title(), seen.page.locator("h1").inner_text()))
    assert len(titles) == len(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_no_english_is_left_on_a_page_in_another_language(
    chromium: Chromium, pages: Mapping[str, Path], demo: Home, code: str
) -> None:
    """But for what the home itself wrote, and what is marked as English: no word that only English has, no text as it
    is in English."""
    assert english_on(chromium, pages[code], code, demo) == set()


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_no_english_is_left_whatever_the_kinds_of_key_results(chromium: Chromium, hostile: Path, code: str) -> None:
    found = english_on(chromium, hostile.with_name(f"{code}.html"), code, Home(hostile.parent / "home"))
    assert found == set()


def english_on(chromium: Chromium, path: Path, code: str, home: Home) -> set[str]:
    """Texts on a page that are English and nobody's own."""
    own = sorted(own_words(home, language(code)), key=len, reverse=True)
    theirs = only_english(home, language(code))
    seen = chromium.opened(path)
    seen.all("() => document.querySelectorAll('[lang=en], code').forEach((each) => each.remove())")
    texts = [*seen.texts, seen.page.title()]
    left = {without(text, own).strip() for text in texts}
    return {text for text in left if ENGLISH.search(text) or text in theirs}


def own_words(home: Home, spoken: Language) -> set[str]:
    """What the demo's people wrote: titles, names, members, targets, and KPIs that are not made of shipped ones."""
    asked = (
        "select unnest([title, why, owner, outcome, area] || initiatives) from okr.objectives",
        "select unnest([title, owner, target_written, baseline_written, reason, file]) from okr.key_results",
        "select unnest([title, question, unit]) from kpi.catalogue where is_own",
        "select distinct member from kpi.results where dimension not in ('all', 'channel', 'priority')",
        "select 'okr explain ' || kr_id from okr.key_results",
        "select unnest([file, source]) from ops.loads",
    )
    found = {word for sql in asked for (word,) in ask(home, sql) if word and len(word) > 2}
    return {word for word in found if word == spoken.kpi(word) == spoken.question(word)} - {"share", "seconds"}


def only_english(home: Home, spoken: Language) -> set[str]:
    """Texts and words of English that the language does not say."""
    kpis = {title for (title,) in ask(home, "select title from kpi.catalogue") if spoken.kpi(title) != title}
    english = kpis | {text for _, text in wordings(language("en"))} | set(spoken.titles) | set(spoken.questions)
    return {text for text in english if len(text) > 2} - {text for _, text in wordings(spoken)}


def without(line: str, words: list[str]) -> str:
    """The line without these words."""
    for word in words:
        line = line.replace(word, "")
    return line


def test_the_first_key_leads_past_the_contents_to_the_objectives(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    seen = chromium.opened(pages["en"])
    seen.page.keyboard.press("Tab")
    box = seen.all("() => document.activeElement.getBoundingClientRect().toJSON()")
    assert seen.all("() => document.activeElement.className") == "skip"
    assert box["left"] >= 0
    assert box["top"] >= 0
    seen.page.keyboard.press("Enter")
    assert seen.page.url.endswith("#objectives")
    seen.page.keyboard.press("Tab")
    assert seen.all("() => document.querySelector('#objectives').contains(document.activeElement)")


def test_all_that_can_be_used_is_reached_by_keyboard_in_order_and_seen_there(
    chromium: Chromium, pages: Mapping[str, Path]
) -> None:
    """Each place has a ring around it of at least two pixels; a closed part opens by Enter."""
    usable = (
        "() => [...document.querySelectorAll('a, summary, [tabindex]')].filter((each) => each.checkVisibility()).length"
    )
    place = """() => { const at = document.activeElement, style = getComputedStyle(at);
        return [at.tagName, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]; }"""
    seen = chromium.opened(pages["alone"])
    found = []
    for _ in range(seen.all(usable)):
        seen.page.keyboard.press("Tab")
        found.append(seen.all(place))
    assert [each for each in found if each[0] == "BODY" or not each[1]] == []
    seen = chromium.opened(pages["en"])
    first = seen.page.locator("details").first
    first.locator("summary").focus()
    seen.page.keyboard.press("Enter")
    assert first.get_attribute("open") is not None


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_phone_shows_the_page_without_scrolling_sideways(
    chromium: Chromium, pages: Mapping[str, Path], code: str
) -> None:
    """Not even with every part open; what is wider scrolls in its own frame."""
    seen = chromium.opened(pages[code], **PHONE)
    seen.open_everything()
    assert seen.all("() => document.documentElement.scrollWidth") == 360


def test_names_meant_ill_fit_a_phone_too(chromium: Chromium, hostile: Path) -> None:
    seen = chromium.opened(hostile, **PHONE)
    seen.open_everything()
    assert seen.all("() => document.documentElement.scrollWidth") == 360


def test_names_meant_ill_are_shown_as_text(chromium: Chromium, hostile: Path) -> None:
    """Nothing of them is an element, an attribute or a template, and nothing is asked for."""
    seen = chromium.opened(hostile)
    text, content = seen.text, seen.all("() => document.body.textContent")
    assert MARKUP in text
    assert INJECTIONS["team"] in content
    assert "javascript:alert(1) &lt;b&gt; {{ 7 * 7 }}" in text
    assert "</q><script>0</script>" in text
    planted = "script, img, iframe, object, [onerror], [onload], [onmouseover], [src], [href^='javascript']"
    assert seen.page.locator(planted).count() == 0
    assert (seen.said, seen.asked) == ([], [hostile.as_uri()])
    assert "pwned" not in seen.page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["en", "alone"])
def test_every_text_stands_out_from_its_ground_as_aa_asks(
    chromium: Chromium, pages: Mapping[str, Path], scheme: str, name: str
) -> None:
    seen = chromium.opened(pages[name], color_scheme=scheme)
    seen.open_everything()
    found = seen.all(CONTRASTS)
    assert len(found) > 50
    faint = {f"{each['text']}: {each['ratio']:.2f}" for each in found if each["ratio"] < each["least"]}
    assert faint == set()


def test_dark_is_dark_and_light_is_light(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        seen = chromium.opened(pages["en"], color_scheme=scheme)
        said = seen.all("() => getComputedStyle(document.body).backgroundColor")
        grounds[scheme] = sum(map(int, re.findall(r"\d+", said)[:3])) / 3
    assert grounds["light"] > 200
    assert grounds["dark"] < 60


def test_a_status_is_told_by_a_sign_and_a_word_and_never_by_colour_alone(
    chromium: Chromium, pages: Mapping[str, Path]
) -> None:
    seen = chromium.opened(pages["en"])
    chips = seen.page.locator(".chip").all_inner_texts()
    assert len(chips) > 8
    words = {language("en").status(word) for word in ("on_track", "at_risk", "off_track", "too_early")}
    assert {chip.split(" ", 1)[1].strip() for chip in chips} <= words
    assert {len(chip.split(" ", 1)[0]) for chip in chips} == {1}
    signs = {chip.split(" ", 1)[1].strip(): chip.split(" ", 1)[0] for chip in chips}
    assert len(set(signs.values())) == len(signs)


def test_headings_landmarks_and_labels_make_sense_without_seeing(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    seen = chromium.opened(pages["en"])
    seen.open_everything()
    assert seen.page.locator("h1").count() == 1
    levels = [
        int(tag[1]) for tag in seen.all("() => [...document.querySelectorAll('h1,h2,h3,h4,h5')].map((e) => e.tagName)")
    ]
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    for landmark in ("header", "main", "nav[aria-label]", "footer"):
        assert seen.page.locator(landmark).count() == 1
    ids = seen.all("() => [...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))
    links = seen.all("() => [...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))")
    assert {link.removeprefix("#") for link in links} <= set(ids)
    named = "() => [...document.querySelectorAll('[aria-labelledby]')].map((e) => e.getAttribute('aria-labelledby'))"
    assert set(seen.all(named)) <= set(ids)
    assert seen.page.locator("th:not([scope])").count() == 0
    assert seen.page.locator("summary").count() == seen.page.locator("details").count()
    assert [each for each in seen.page.locator("summary").all_inner_texts() if not each.strip()] == []


def test_every_picture_is_told_in_words_beside_it(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    """A caption with figures for each chart; what only decorates is hidden from those who listen."""
    silent = """() => [...document.querySelectorAll('figure')].filter((each) => {
        const caption = each.querySelector('figcaption');
        return each.querySelector('svg') && !(caption && caption.textContent.trim());
    }).length"""
    bare = (
        "() => [...document.querySelectorAll('svg:not([aria-hidden=true])')].filter((e) => !e.closest('figure')).length"
    )
    seen = chromium.opened(pages["en"])
    assert seen.page.locator("figure svg").count() > 20
    assert (seen.all(silent), seen.all(bare)) == (0, 0)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_of_a_chart_is_cut_off(chromium: Chromium, pages: Mapping[str, Path], code: str) -> None:
    cut = """() => [...document.querySelectorAll('figure svg text')].filter((text) => {
        const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
        return inner.left < outer.left - 1 || inner.right > outer.right + 1;
    }).map((text) => text.textContent)"""
    seen = chromium.opened(pages[code])
    seen.open_everything()
    assert seen.all(cut) == []


def test_a_link_to_a_key_result_leads_to_its_whole_story(chromium: Chromium, pages: Mapping[str, Path]) -> None:
    seen = chromium.opened(pages["en"], f"#kr-{KEY_RESULT}")
    seen.page.wait_for_function(
        f"() => Math.abs(document.getElementById('kr-{KEY_RESULT}').getBoundingClientRect().top) < innerHeight / 2"
    )
    story = seen.page.locator(f"#kr-{KEY_RESULT} details")
    assert story.count() == 1
    story.locator("summary").click()
    assert f"okr explain {KEY_RESULT}" in story.inner_text()


@pytest.mark.parametrize("name", ["en", "es", "alone"])
def test_it_prints_on_as_many_a4_pages_as_its_content_takes(
    chromium: Chromium, pages: Mapping[str, Path], name: str
) -> None:
    """At least its height over that of a page, and not half as many again for what is kept together."""
    seen = chromium.opened(pages[name], viewport=PRINTED)
    seen.page.emulate_media(media="print")
    assert seen.all("() => document.documentElement.scrollWidth") <= PRINTED["width"]
    full = math.ceil(seen.all("() => document.documentElement.scrollHeight") / PRINTED["height"])
    printed = page_count(seen.page.pdf(prefer_css_page_size=True, print_background=True))
    assert full <= printed <= max(full + 1, math.ceil(full * BREAKS))
