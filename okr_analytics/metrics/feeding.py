"""Which measures a source of mapped columns can feed, and why it cannot feed the others.

What a source's data do tell, once published, is `feeds`; here only its profile is known.
"""

from collections.abc import Collection, Mapping

from okr_analytics.contracts.kinds import QUESTIONS
from okr_analytics.metrics.catalogue import Catalogue, Measure
from okr_analytics.sources.profile import SourceProfile

HISTORY = "the history of events"
SLA = "sla in desk.yaml"
GIVEN_BY: Mapping[str, tuple[str, ...]] = {
    "first_response_at": ("first_response_at", "source_first_response_calendar_seconds", "a response rule"),
    "first_resolved_at": (
        "first_resolved_at", "source_first_resolution_calendar_seconds", "reopen_count", HISTORY,
    ),
    "reopen_count": ("reopen_count", "reopened_at", HISTORY),
    "first_response_due_at": (SLA,),
    "resolution_due_at": (SLA,),
    "answered_at": ("answered_at", "csat"),
    "sent_at": ("sent_at",),
    "replied_at": ("replied_at",),
}  # fmt: skip
"""Per column that measures need: the columns of a profile, or the rules, of which any one gives it."""


def feeding(
    profile: SourceProfile, catalogue: Catalogue, mapped: Collection[str] | None = None
) -> dict[str, str | None]:
    """Per shipped measure that such a source is asked for: null where it can feed it, else what it lacks.

    `mapped` are the columns that are found in a file; by default all that the profile names. Tickets with an opinion
    feed what is measured of surveys too.
    """
    have = {*(profile.columns if mapped is None else mapped), *profile.together, *_rules(profile)}
    inputs = _inputs(profile, have)
    measures = [each for each in catalogue.measures.values() if not each.metric and each.input in inputs]
    return {each.name: _lack(each, have) for each in measures}


def _rules(profile: SourceProfile) -> set[str]:
    if not profile.events:
        return {SLA}
    return {SLA, HISTORY, *(["a response rule"] if profile.events.response else [])}


def _inputs(profile: SourceProfile, have: Collection[str]) -> set[str]:
    if profile.kind in ("tickets", "events"):
        return {"tickets", "surveys"} if {*QUESTIONS} & {*have} else {"tickets"}
    return {profile.kind}


def _lack(measure: Measure, have: Collection[str]) -> str | None:
    for condition in measure.requires:
        column = condition.split(" ", maxsplit=1)[0]
        ways = GIVEN_BY.get(column, (column,))
        if not {*ways} & {*have}:
            return f"needs {' or '.join(ways)}"
    return None
