"""What is stored of a definition: by name, with a version; what 0.1.0 stored is the same definition."""

import json
import random
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from conftest import put
from hypothesis import given, settings
from hypothesis import strategies as st
from nights import DAY, LATEST, OBJECTIVES, Desk, improving
from pydantic import create_model
from scored_by_hand import objective_of

from okr_analytics.contracts.history import KeptKeyResults
from okr_analytics.errors import DataError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.defining import content_model as model
from okr_analytics.okr.defining.definition_content import (
    CONTENT_VERSION,
    key_result_content,
    objective_content,
    read_key_result,
    read_objective,
    stored,
)
from okr_analytics.okr.defining.definitions import Milestone
from okr_analytics.okr.defining.fingerprints import basis
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.keeping.changes import changes
from okr_analytics.okr.keeping.history import History, folders
from okr_analytics.okr.keeping.versions import KEY_RESULTS
from okr_analytics.okr.keeping.versions import OBJECTIVES as OBJECTIVES_TABLE

STORED = CHECKOUT / "tests" / "stored"
DEFINITIONS = (STORED / "definitions.yaml").read_bytes()
EARLIER: dict[str, dict[str, Any]] = json.loads((STORED / "definitions-0.1.0.json").read_text(encoding="utf-8"))
"""By kind of definition and id what 0.1.0 stored of these definitions."""

REACH = "kind: reach, kpi: answered_share, target: 80%"
IMPROVE = "kpi: first_response_calendar_median, baseline: 2026-Q2, target: 1 h"


def earlier(kind: str, name: str) -> str:
    """What 0.1.0 stored of a definition."""
    return json.dumps(EARLIER[kind][name])


@pytest.fixture
def defined(home: Home) -> Home:
    """A home with those definitions."""
    put(home, "okrs/o.yaml", DEFINITIONS)
    return home


def test_what_0_1_0_stored_is_the_same_definition(defined: Home) -> None:
    """Every kind, with filters, phases, ranges, parts, drafts, parents; nothing has changed, and nothing is lost."""
    definitions = read_definitions(defined)
    assert set(EARLIER["key_results"]) == {each.kr_id for each in definitions.scored}
    for key_result in definitions.scored:
        before = read_key_result(earlier("key_results", key_result.kr_id), key_result.kr_id)
        assert before == key_result_content(key_result)
        assert stored(before) == stored(key_result_content(key_result))
    assert set(EARLIER["objectives"]) == {each.objective_id for each in definitions.objectives}
    for objective in definitions.objectives:
        before_it = read_objective(earlier("objectives", objective.objective_id), objective.objective_id)
        assert before_it == objective_content(objective)
        assert stored(before_it) == stored(objective_content(objective))


def test_what_0_1_0_stored_by_position_is_read_by_name() -> None:
    plan = read_key_result(earlier("key_results", "plan"), "plan")
    assert plan.milestones == (
        Milestone("chosen", "Gewählt", date(2026, 7, 31), Decimal(1)),
        Milestone("used", "Used", date(2026, 9, 30), Decimal("1.5")),
    )
    sooner = read_key_result(earlier("key_results", "sooner"), "sooner")
    assert sooner.target.target == Target("relative", Decimal("-0.3"))
    assert sooner.baseline.basis is not None
    assert sooner.baseline.basis.period == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert sooner.window.phases == (model.Phase(day=date(2026, 8, 31), share=Decimal("0.2")),)
    assert sooner.text.model_dump() == {
        "title": "Sooner", "owner": "Ion", "reason": "New tool", "milestone_titles": (),
        "baseline_written": "2026-Q2", "target_written": "-30%",
    }  # fmt: skip
    unsure = read_key_result(earlier("key_results", "unsure"), "unsure").kpi_or_filter.kpi
    assert unsure is not None
    assert unsure.where == (model.Condition(column="escalation_reason", members=("unsure",)),)
    survey = read_key_result(earlier("key_results", "survey"), "survey")
    assert survey.kpi_or_filter.part_ids == ("survey.asked", "survey.heard")
    assert [part.target.target for part in survey.parts] == [None, Target("points", Decimal("0.05"))]


def test_a_history_of_0_1_0_goes_on_without_a_new_version_or_revision(defined: Home) -> None:
    desk = Desk(defined, improving())
    desk.run(DAY)
    answers = [desk.ask(DAY, question) for question in (LATEST, OBJECTIVES)]
    store_as_0_1_0(defined)
    assert changes(defined, read_definitions(defined), DAY, datetime(2026, 8, 20)) == []
    desk.run(DAY, at=datetime(2026, 8, 20))
    assert [desk.ask(DAY, question) for question in (LATEST, OBJECTIVES)] == answers
    assert len(folders(defined.history)) == 1
    assert any(answers)


def test_what_changes_after_0_1_0_is_named_as_ever(defined: Home) -> None:
    desk = Desk(defined, improving())
    desk.run(DAY)
    store_as_0_1_0(defined)
    desk.rewrite("target: +5pp", "target: +6pp")
    desk.rewrite("parent: top", "supports: [aside]")
    changed = changes(defined, read_definitions(defined), DAY, datetime(2026, 8, 20))
    assert {each.what: each.changed for each in changed} == {
        "survey.heard": "target, text", "survey": "target, text", "below": "cascade", "top": "members",
    }  # fmt: skip


def test_what_is_published_is_stored_as_today(defined: Home) -> None:
    """Whichever version wrote it; the history itself stays as it is."""
    desk = Desk(defined, improving())
    desk.run(DAY)
    store_as_0_1_0(defined)
    desk.run(DAY, at=datetime(2026, 8, 20))
    stored_content = (
        "select kr_id, content from okr.key_results union all select objective_id, content from okr.objectives"
    )
    published = dict(desk.ask(DAY, stored_content))
    definitions = read_definitions(defined)
    assert published == {
        **{each.kr_id: stored(key_result_content(each)) for each in definitions.scored},
        **{each.objective_id: stored(objective_content(each)) for each in definitions.objectives},
    }
    kept = History(defined).rows(KEY_RESULTS.name, KeptKeyResults)["content"]
    assert all("content_version" not in json.loads(text) for text in kept)


def store_as_0_1_0(home: Home) -> None:
    """Rewrite the one folder of a home's history: its definitions as 0.1.0 stored them."""
    for table in (KEY_RESULTS, OBJECTIVES_TABLE):
        path = home.history / "00000001" / f"{table.name}.parquet"
        rows = pl.read_parquet(path)
        content = [earlier(table.name, name) for name in rows[table.key]]
        rows.with_columns(content=pl.Series(content)).write_parquet(path)


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False)
KINDS = st.sampled_from(["absolute", "relative", "points", "within"])
WHOLES = st.builds(
    lambda content, title, weight, **target: content.model_copy(
        update={
            "text": content.text.model_copy(update={"title": title}),
            "weight": weight,
            "target": model.TargetAspect(**target),
        }
    ),
    st.sampled_from([read_key_result(earlier("key_results", name), name) for name in EARLIER["key_results"]]),
    title=st.text(),
    weight=AMOUNTS,
    target=st.none() | st.builds(Target, KINDS, AMOUNTS, st.none() | AMOUNTS),
    required=AMOUNTS,
    effective_from=st.none() | st.dates(),
)
"""Each kind of key result, with any words, weight and target."""


@settings(max_examples=40)
@given(WHOLES, st.randoms(use_true_random=False))
def test_what_is_written_is_read_whatever_the_order_of_its_fields(
    content: model.KeyResultContent, chance: random.Random
) -> None:
    shuffled = json.dumps(in_another_order(json.loads(stored(content)), chance))
    for text in (stored(content), shuffled):
        read = read_key_result(text, "k")
        assert read == content
        assert stored(read) == stored(content)
        assert read.changed_since(content) == []


def in_another_order(value: Any, chance: random.Random) -> Any:
    """The same JSON, each object's fields in an order of chance."""
    if isinstance(value, dict):
        return {name: in_another_order(value[name], chance) for name in chance.sample(list(value), len(value))}
    return [in_another_order(each, chance) for each in value] if isinstance(value, list) else value


def test_a_field_that_a_later_model_inserts_changes_nothing_in_what_is_stored(home: Home) -> None:
    """In the middle of an aspect, and as an aspect of its own."""
    window = create_model("Window", __base__=model.Window, cadence=(str | None, None))
    later = create_model("Later", __base__=model.KeyResultContent, window=(window, ...), colour=(str | None, None))
    content = content_of(home, IMPROVE)
    aspects = json.loads(stored(content))
    del aspects["content_version"]
    read, again = later.model_validate(aspects), later.model_validate(aspects)
    assert read.changed_since(again) == []
    assert (read.target, read.window.period, read.kpi_or_filter) == (
        content.target, content.window.period, content.kpi_or_filter,
    )  # fmt: skip


def content_of(home: Home, more: str, objective: str = "") -> model.KeyResultContent:
    """What one key result says."""
    return key_result_content(objective_of(home, f"- {{id: k, title: k, {more}}}", objective).key_results[0])


BOTH = "kind: all_of, parts: [{{id: a, {}}}, {{id: b, kind: milestone, milestones: [{{id: m, title: {}}}]}}]"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (REACH, REACH, []),
        (REACH, REACH.replace("reach", "maintain"), ["kpi or filter"]),
        (REACH, REACH.replace("answered", "documented"), ["kpi or filter"]),
        (REACH, f"{REACH}, where: {{channel: email}}", ["kpi or filter"]),
        (REACH, f"{REACH}, over: month", ["kpi or filter"]),
        (REACH, f"{REACH}, min_n: 5", ["kpi or filter"]),
        (REACH, REACH.replace("80", "90"), ["target", "text"]),
        (REACH, REACH.replace("80%", "'0.80'"), ["target", "text"]),
        (REACH, REACH.replace(", target: 80%", ", within: [70%, 80%]"), ["target", "text"]),
        (REACH, f"{REACH}, effective_from: 2026-08-01", ["target"]),
        (REACH, f"{REACH}, window: 2026-07-01..2026-08-31", ["window"]),
        (REACH, f"{REACH}, weight: 2", ["weight"]),
        (REACH, f"{REACH}, guardrail: true", ["objective", "weight"]),
        (REACH, f"{REACH}, owner: Ana", ["text"]),
        (REACH, f"{REACH}, reason: Because", ["text"]),
        (IMPROVE, IMPROVE.replace("Q2", "Q1"), ["baseline", "text"]),
        (IMPROVE, IMPROVE.replace("2026-Q2", "2 h"), ["baseline", "text"]),
        (IMPROVE, f"{IMPROVE}, phases: {{2026-08-31: 20%}}", ["window"]),
        # a computed baseline is one of that KPI and filter
        (IMPROVE, f"{IMPROVE}, where: {{channel: email}}", ["baseline", "kpi or filter"]),
        (BOTH.format(REACH, "T"), BOTH.format(REACH.replace("80", "90"), "T"), ["target", "text"]),
        (BOTH.format(REACH, "T"), BOTH.format(REACH, "U"), ["text"]),
        (BOTH.format(REACH, "T"), BOTH.format(REACH, "T, due: 2026-08-01"), ["kpi or filter"]),
        (
            REACH,
            BOTH.format(REACH, "T"),
            ["baseline", "kpi or filter", "objective", "target", "text", "weight", "window"],
        ),
    ],
)
def test_each_aspect_that_moves_is_named(home: Home, before: str, after: str, named: list[str]) -> None:
    first = read_key_result(stored(content_of(home, before)), "k")
    assert read_key_result(stored(content_of(home, after)), "k").changed_since(first) == named


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("", []),
        ("ambition: aspirational", ["ambition"]),
        ("weight: 2", ["weight"]),
        ("window: 2026-07-01..2026-12-31", ["window"]),
        ("outcome: Nobody leaves", []),
        (f"outcome: {{{REACH}}}", ["members"]),
        ("initiatives: [A second shift]", ["text"]),
        ("why: They wait", ["text"]),
    ],
)
def test_each_aspect_of_an_objective_that_moves_is_named(home: Home, more: str, named: list[str]) -> None:
    first = objective_content(objective_of(home, f"- {{id: k, title: k, {REACH}}}"))
    then = objective_content(objective_of(home, f"- {{id: k, title: k, {REACH}}}", more))
    assert read_objective(stored(then), "o").changed_since(read_objective(stored(first), "o")) == named


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda stored: stored.update(content_version=3), "k: a definition is stored with content_version 3, and"),
        (lambda stored: stored["target"].update(colour="red"), "content_version 2 and .*target.colour: Extra inputs"),
        (lambda stored: stored["target"]["target"].update(by="Ana"), "content_version 2 and .*target.target.by: "),
        (lambda stored: stored.update(colour="red"), "content_version 2 and .*colour: Extra inputs"),
        (lambda stored: stored.pop("weight"), "content_version 2 and .*weight: Field required"),
        (lambda stored: stored.pop("content_version"), "content_version 1 and is not as that version has it"),
    ],
)
def test_what_another_version_stored_is_refused_by_name(home: Home, spoil: Spoil, said: str) -> None:
    content = json.loads(stored(content_of(home, REACH)))
    assert content["content_version"] == CONTENT_VERSION == 2
    spoil(content)
    with pytest.raises(DataError, match=said):
        read_key_result(json.dumps(content), "k")


def test_a_field_inserted_by_position_is_refused() -> None:
    content = EARLIER["key_results"]["later"]
    inserted = {**content, "kpi or filter": ["new", *content["kpi or filter"]]}
    with pytest.raises(DataError, match="k: a definition is stored with content_version 1 and is not as"):
        read_key_result(json.dumps(inserted), "k")


def test_the_basis_of_a_frozen_baseline_is_the_text_of_0_1_0(defined: Home) -> None:
    """Frozen baselines are kept by it: any other text would freeze them once more."""
    (sooner,) = (each for each in read_definitions(defined).scored if each.kr_id == "sooner")
    assert basis(sooner) == EARLIER["key_results"]["sooner"]["baseline"][1]


def test_nothing_else_looks_into_what_is_stored() -> None:
    """Neither in SQL nor in Python: a column's arrow, a JSON function, or json.loads of a content."""
    looks = re.compile(r"content\"?\]?\)?\s*->|json_\w+\([^)]*\bcontent\b|loads\([^)]*\bcontent\b")
    files = [each for room in ("okr_analytics", "pipelines", "sql") for each in (CHECKOUT / room).rglob("*.*")]
    sources = [each for each in files if each.suffix in (".py", ".sql")]
    assert len(sources) > 100
    assert [each.name for each in sources if looks.search(each.read_text(encoding="utf-8"))] == []
