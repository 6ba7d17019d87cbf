"""Four languages say the same things, each in its own way."""

import re
import string
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from okr_analytics.contracts.columns import CHANNELS, DIMENSIONS, ESCALATION_REASONS, PRIORITIES
from okr_analytics.contracts.definitions import ROLES
from okr_analytics.contracts.kinds import KINDS as INPUTS
from okr_analytics.contracts.okr import ACHIEVED, CAUSES, KR_STATUSES
from okr_analytics.contracts.rows import ROW_SCHEMAS
from okr_analytics.desk import Desk
from okr_analytics.errors import UsageError
from okr_analytics.explain.words import FLAGS
from okr_analytics.languages.language import LANGUAGES, Language, language
from okr_analytics.metrics.shipped import shipped
from okr_analytics.report import page as pages
from okr_analytics.report.freshness import reaches
from okr_analytics.report.ledger import Covered

REPORT = Path(pages.__file__).parent
KEY = re.compile(r"""["'](page\.(?!html|css)[a-z_.{}]*)""")
HEADS = re.compile(r"heads\(\(([^)]+)\)\)")
CONTENTS = re.compile(r"for name in \(([^)]+)\)")
OTHERS = tuple(code for code in LANGUAGES if code != "en")
SAME_IN_ENGLISH = {
    "normal", "chat", "chatbot", "API", "IVR", "agent", "segment", "transfer", "ticket", "tickets", "Tickets",
    "provisional",
}  # fmt: skip
SAID = re.compile("[^\\W\\d_]{2}")  # what has letters enough to be a word
FORMS = {"en": {"one", "other"}, "es": {"one", "many", "other"}, "pt": {"one", "many", "other"}}
FORMS["ro"] = {"one", "few", "other"}
RULES = {str(check.name) for schema in ROW_SCHEMAS.values() for check in schema.checks}
WORDS = {
    "status": KR_STATUSES,
    "cause": CAUSES,
    "achieved": ACHIEVED,
    "role": ROLES,
    "ambition": ("committed", "aspirational"),
    "channel": CHANNELS,
    "priority": PRIORITIES,
    "dimension": ("all", *DIMENSIONS),
    "flag": FLAGS,
    "reason": ESCALATION_REASONS,
    "input": INPUTS,
    "clock": ("calendar", "business"),
    "direction": ("higher", "lower", "watch"),
    "rejection": RULES,
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> Language:
    return language(request.param)


@pytest.fixture(params=OTHERS)
def foreign(request: pytest.FixtureRequest) -> Language:
    return language(request.param)


def wordings(spoken: Language) -> Iterator[tuple[str, str]]:
    """Every single text of a language with where it stands; each plural form is one."""
    for room in ("texts", "units"):
        for key, wording in getattr(spoken, room).items():
            forms = {"": wording} if isinstance(wording, str) else wording
            for form, text in forms.items():
                yield f"{room}.{key} {form}".strip(), text
    for room in ("titles", "questions", "statistics", "per"):
        yield from ((f"{room}.{key}", text) for key, text in getattr(spoken, room).items())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_every_text_and_no_other(foreign: Language) -> None:
    english = language("en")
    for room in ("texts", "units", "per"):
        assert set(getattr(foreign, room)) == set(getattr(english, room))


def test_every_text_of_the_page_exists_and_none_is_left_over() -> None:
    """A key that ends in a point or a field stands for all that begin so; columns are named at the head of a table,
    and the parts of the page in its contents."""
    sources = [path.read_text(encoding="utf-8") for path in REPORT.rglob("*") if path.suffix in (".py", ".html")]
    used = {key.partition("{")[0] for source in sources for key in KEY.findall(source)} - {"page.", "page.column."}
    for source in sources:
        used |= {f"page.column.{name}" for names in HEADS.findall(source) for name in re.findall(r'"(\w+)"', names)}
        used |= {f"page.{name}" for names in CONTENTS.findall(source) for name in re.findall(r'"(\w+)"', names)}
    known = {key for key in language("en").texts if key.startswith("page.")}
    begun = tuple(key for key in used if key.endswith("."))
    assert {key for key in used - known if not any(each.startswith(key) for each in known)} == set()
    assert {key for key in known - used if not key.startswith(begun)} == set()


def test_no_text_is_empty_and_every_one_is_text(spoken: Language) -> None:
    assert [place for place, text in wordings(spoken) if not isinstance(text, str) or text != text.strip()] == []
    assert [place for place, text in wordings(spoken) if not text] == []


def test_a_translation_fills_in_the_same_fields(foreign: Language) -> None:
    english = language("en")
    for key, wording in foreign.texts.items():
        theirs = english.texts[key]
        ours = [wording] if isinstance(wording, str) else wording.values()
        wanted = fields(theirs if isinstance(theirs, str) else theirs["other"])
        assert (key, set().union(*map(fields, ours))) == (key, wanted)


def test_plural_forms_are_those_that_the_language_has(spoken: Language) -> None:
    wrong = {
        key: sorted(wording)
        for room in (spoken.texts, spoken.units)
        for key, wording in room.items()
        if not isinstance(wording, str) and not {"one", "other"} <= set(wording) <= FORMS[spoken.code]
    }
    assert wrong == {}
    if spoken.code == "ro":
        assert [key for key, each in spoken.units.items() if not isinstance(each, str) and "few" not in each] == []


def test_every_word_of_the_warehouse_has_one_in_every_language(spoken: Language) -> None:
    missing = [f"{room}.{word}" for room, words in WORDS.items() for word in words]
    assert [key for key in missing if key not in spoken.texts] == []


def test_every_shipped_kpi_has_a_title_and_a_question_in_every_language(foreign: Language) -> None:
    kpis = shipped(Desk()).kpis.values()
    assert [each.title for each in kpis if foreign.kpi(each.title) == each.title] == []
    assert [each.question for each in kpis if foreign.question(each.question) == each.question] == []


def test_no_translation_is_left_of_what_is_no_longer_shipped(foreign: Language) -> None:
    catalogue = shipped(Desk())
    questions = {each.question for each in (*catalogue.measures.values(), *catalogue.kpis.values())}
    assert set(foreign.questions) - questions == set()
    whole = {each.title for each in (*catalogue.measures.values(), *catalogue.kpis.values())}
    parts = {title.removesuffix(" (business)").rpartition(", ")[0] for title in whole}
    assert set(foreign.titles) - whole - parts == set()


def test_every_unit_of_a_shipped_kpi_is_translated(foreign: Language) -> None:
    units = {each.unit for each in shipped(Desk()).kpis.values()} - {"share", "tickets"}
    assert [unit for unit in units if foreign.unit(unit) == language("en").unit(unit)] == []


def test_no_text_is_left_in_english(foreign: Language) -> None:
    english = Counter(text for _, text in wordings(language("en")) if SAID.search(re.sub(r"\{\w+\}|min\b", "", text)))
    same = [f"{place}: {text}" for place, text in wordings(foreign) if text in english and text not in SAME_IN_ENGLISH]
    assert same == []


def test_no_sentence_is_the_same_in_two_languages() -> None:
    seen = Counter(text for code in LANGUAGES for text in {text for _, text in wordings(language(code))})
    assert [text for text, count in seen.items() if count > 1 and len(text.split()) > 5] == []


def test_romanian_is_written_with_commas_below_and_not_with_cedillas() -> None:
    assert [text for _, text in wordings(language("ro")) if set(text) & set("şţŞŢ")] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ["1,234 tickets", "1 ticket", "94.2%", "4.31 of 5", "4 h 12 min", "2 d 8 h", "−34.1 points"]),
        ("es", ["1.234 tickets", "1 ticket", "94,2 %", "4,31 de 5", "4 h 12 min", "2 d 8 h", "−34,1 puntos"]),
        ("pt", ["1.234 chamados", "1 chamado", "94,2%", "4,31 de 5", "4 h 12 min", "2 d 8 h", "−34,1 pontos"]),
        ("ro", ["1.234 de tichete", "1 tichet", "94,2 %", "4,31 din 5", "4 h 12 min", "2 zile 8 h", "−34,1 puncte"]),
    ],
)
def test_figures_are_said_as_people_of_the_language_write_them(code: str, said: list[str]) -> None:
    values = [
        (1234, "tickets"), (1, "tickets"), (0.9421, "share"), (4.307, "of 5"), (15120, "seconds"),
        (2 * 86400 + 8 * 3600, "seconds"), (-34.12, "points"),
    ]  # fmt: skip
    found = [language(code).figure(value, unit).replace("\xa0", " ") for value, unit in values]
    assert found == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (320, "5 min 20 s"),
        (599.6, "10 min"),
        (600, "10 min"),
        (629, "10 min"),
        (3599, "1 h"),
        (172_740, "47 h 59 min"),
        (172_799, "2 d"),
        (200_000, "2 d 8 h"),
        (-90, "−1 min 30 s"),
    ],
)
def test_a_duration_is_rounded_to_the_smaller_of_its_two_units(seconds: float, said: str) -> None:
    assert language("en").duration(seconds).replace("\xa0", " ") == said


def test_the_digits_shown_decide_on_the_plural() -> None:
    assert [language("en").figure(each, "replies per ticket") for each in (1.0, 1.04)] == [
        "1\xa0reply per ticket",
        "1.0\xa0replies per ticket",
    ]
    romanian = [language("ro").figure(each, "tickets").replace("\xa0", " ") for each in (0, 1, 2, 19, 20, 101, 120)]
    assert romanian == [
        "0 tichete", "1 tichet", "2 tichete", "19 tichete", "20 de tichete", "101 tichete", "120 de tichete"
    ]  # fmt: skip


def test_what_is_not_known_is_a_dash_in_every_language(spoken: Language) -> None:
    said = [spoken.figure(None, "tickets"), spoken.share(None), spoken.number(None), spoken.duration(None)]
    assert [*said, spoken.change(None, "share")] == ["–"] * 5


def test_a_move_has_a_sign_and_a_share_moves_by_points() -> None:
    english, spanish = language("en"), language("es")
    assert english.change(0.012, "share") == "+1.2\xa0pp"
    assert spanish.change(-0.012, "share") == "−1,2\xa0p.\xa0p."
    assert english.change(-90, "seconds") == "−1\xa0min\xa030\xa0s"
    assert english.change(0.0001, "share") == "0.0\xa0pp"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ["24 Aug 2026", "1 Jul – 30 Sept 2026", "August 2026", "24 Aug 2026, 04:15", "Monday"]),
        ("es", ["24 ago 2026", "1 jul – 30 sept 2026", "agosto de 2026", "24 ago 2026, 04:15", "lunes"]),
        (
            "pt",
            [
                "24 de ago. de 2026", "1 de jul. – 30 de set. de 2026", "agosto de 2026",
                "24 de ago. de 2026, 04:15", "segunda-feira",
            ],
        ),
        (
            "ro",
            [
                "24 aug. 2026", "1 iul. – 30 sept. 2026", "august 2026", "24 aug. 2026, 04:15", "luni"
            ],
        ),
    ],
)  # fmt: skip
def test_dates_are_written_as_the_language_does(code: str, said: list[str]) -> None:
    spoken, day = language(code), date(2026, 8, 24)
    range_said = spoken.day_range(date(2026, 7, 1), date(2026, 9, 30))
    instant = spoken.instant(datetime(2026, 8, 24, 2, 15), ZoneInfo("Europe/Madrid"))
    found = [spoken.day(day), range_said, spoken.month(day), instant, spoken.weekday(1)]
    assert [re.sub(r"[\u2009\u00a0\u202f]", " ", each) for each in found] == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Handle time, sum", "Tiempo de gestión, suma"),
        ("Handle time, median (business)", "Tiempo de gestión, mediana (horas hábiles)"),
        ("Handle time, 95th percentile (calendar)", "Tiempo de gestión, percentil 95 (horas naturales)"),
        ("Handle time, share within 4 h", "Tiempo de gestión, porcentaje en menos de 4\xa0h"),
        ("Backlog, older than 45d", "Tickets pendientes, con más de 45\xa0d"),
    ],
)
def test_a_kpi_of_the_homes_own_on_a_shipped_measure_is_translated_by_its_parts(title: str, said: str) -> None:
    assert language("es").kpi(title) == said


def test_what_the_home_wrote_stays_as_it_is(foreign: Language) -> None:
    assert foreign.kpi("Cart abandonment") == "Cart abandonment"
    assert foreign.kpi("Backlog of José, mean") == "Backlog of José, mean"
    assert foreign.question("How do test customers score us?") == "How do test customers score us?"
    assert foreign.member("topic", "billing") == "billing"
    assert foreign.member("priority", "P1 {critical}") == "P1 {critical}"
    assert foreign.figure(3, "friendly replies") == "3\xa0friendly replies"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "canonical (surveys and tickets) and metrics"),
        ("es", "canonical (encuestas y tickets) y metrics"),
        ("pt", "canonical (pesquisas e chamados) e metrics"),
        ("ro", "canonical (chestionare și tichete) și metrics"),
    ],
)
def test_a_source_is_named_with_its_inputs_where_they_end_on_different_days(code: str, said: str) -> None:
    early, late = date(2026, 3, 1), date(2026, 3, 20)
    ends = {"articles": early, "surveys": late, "tickets": late}
    covered = [Covered("canonical", name, early, day) for name, day in ends.items()]
    found = reaches([*covered, Covered("metrics", "observations", early, late)], language(code))
    assert found[0] == (said, late)
    assert [day for _, day in found] == [late, early]


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no language 'fr'; known: en, es, pt, ro"):
        language("fr")


def test_an_unknown_text_or_a_missing_field_is_an_error_and_never_an_empty_place(spoken: Language) -> None:
    with pytest.raises(KeyError):
        spoken.text("status.splendid")
    with pytest.raises(KeyError):
        spoken.text("of_scale", value="4.3")


def test_an_abbreviated_month_at_the_end_of_a_sentence_has_one_point() -> None:
    said = language("ro").text("page.summary.nothing", headline="Gata", day=language("ro").day(date(2026, 8, 24)))
    assert said == "Gata la 24 aug. 2026."
    portuguese = language("pt")
    ending = portuguese.text("page.kr.projected", value="5%", day=portuguese.short_day(date(2026, 8, 24)))
    assert ending == "Nesse ritmo: 5% em 24 de ago."


def test_braces_in_a_value_are_only_text(spoken: Language) -> None:
    assert "{most}" in spoken.text("of_scale", value="{most}", most="5")


def test_a_desk_may_write_in_every_language_that_there_is() -> None:
    assert all(Desk(language=code).language == code for code in LANGUAGES)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language"):
        Desk(language="fr")  # type: ignore[arg-type]
