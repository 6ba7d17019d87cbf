"""SQL for what could have counted and does not: id and reason of each, the first that applies.

Looked at are the tickets that were opened in the days of a value, or have a row of its measure in them; of what stands
at a close, those opened in the days. Surveys likewise by sending and answer; of articles and metrics their rows.
"""

from collections.abc import Sequence

from okr_analytics.explain.row_selection import IDS, RowSelection
from okr_analytics.metrics.compiler.expressions import date_literal, render
from okr_analytics.metrics.compiler.rows import is_over, looked_at, valid_as_of
from okr_analytics.warehouse.engine import literal, quoted
from okr_analytics.warehouse.models import models

SOLVES, VERDICTS = "fact.solves", "fact.verdicts"
OPENED = ("opened", "opened_date")
SOLVED = ("solved", "first_resolved_date")
HAPPENED = {
    "fact.first_response": ("answered", "first_response_date"),
    "fact.first_resolution": SOLVED,
    "fact.first_contact": SOLVED,
    "fact.reopened": SOLVED,
    "fact.escalations": ("escalated", "escalated_date"),
    "fact.reopens": ("reopened", "reopened_date"),
    "fact.surveys": ("answered", "answered_date"),
    "fact.survey_response": ("sent", "sent_date"),
    "fact.feedback_answered": ("given", "answered_date"),
    "fact.feedback_response": ("replied to", "replied_date"),
    "fact.feedback_in_time": ("replied to", "replied_date"),
}
Cases = Sequence[tuple[str, str]]


def happened(look: RowSelection) -> tuple[str, str]:
    """What must have happened for a row, as people say it, and the column of its day; unless more is said the
    opening."""
    if rests_on_solves(look) or look.is_standing:
        return "solved", "resolved_date"
    return HAPPENED.get(look.kpi.fact, OPENED)


def kinds(look: RowSelection) -> list[str]:
    """The conditions on tickets that the measure is about, in SQL; none where it is about all."""
    return [each for each in models()[look.kpi.fact].header.requires if " " in each]


def rests_on_solves(look: RowSelection) -> bool:
    """Whether its rows are solves, which end when the ticket is reopened."""
    return SOLVES in models()[look.kpi.fact].reads


def candidates(look: RowSelection) -> str:
    """What does not count: id and reason."""
    if look.input == "surveys":
        return _surveys(look)
    if look.input != "tickets":
        return _rows_without_value(look)
    if look.is_standing:
        return _standing(look)
    return _promised(look) if VERDICTS in models()[look.kpi.fact].reads else _events(look)


def _events(look: RowSelection) -> str:
    """Tickets to which something was to happen."""
    word, _ = happened(look)
    is_solved = "status in ('solved', 'closed')" if word == "solved" else "false"
    return _tickets(
        look,
        f"day {look.in_span}",
        [
            *_without_value(look),
            ("is_over", "no_longer"),
            (f"happened_on > {look.close}", "later"),
            (f"happened_on is null and {is_solved}", "instant_unknown"),
            ("happened_on is null", "not_yet"),
            ("true", "value_unknown"),
        ],
    )


def _standing(look: RowSelection) -> str:
    """Tickets that stand in no stock at the close."""
    is_young = render(valid_as_of(date_literal(look.last_day)))
    return _tickets(
        look,
        "true",
        [
            *_without_value(look),
            ("status in ('solved', 'closed') and resolved_date is null", "instant_unknown"),
            ("is_young", "too_young"),
            ("true", "gone"),
        ],
        is_young=f"coalesce({is_young}, false)",
    )


def _promised(look: RowSelection) -> str:
    """Tickets with a promise on which there is no verdict."""
    of_it = (
        f"from fact.promises as promises where promise = {literal(look.kpi.fact.removeprefix('fact.'))} "
        f"and promises.source = tickets.source and promises.ticket_id = tickets.ticket_id"
    )
    return _tickets(
        look,
        f"day {look.in_span}",
        [
            *_without_value(look),
            (f"not exists (select 1 {of_it})", "no_promise"),
            (f"exists (select 1 {of_it} and is_waived)", "waived"),
            ("true", "not_due"),
        ],
    )


def _without_value(look: RowSelection) -> Cases:
    """Reasons that come before all others."""
    return [
        (f"not {_is_fed(look)}", "untold"),
        ("is_not_meant", "not_meant"),
        ("not is_of_kind", "another_kind"),
        ("is_null", "no_hours" if look.kpi.clock == "business" else "value_unknown"),
    ]


def _tickets(look: RowSelection, are_of_days: str, cases: Cases, is_young: str = "false") -> str:
    """Tickets that do not count. `are_of_days` is SQL for the measure's rows that make a ticket one of them."""
    is_of_kind = " and ".join(f"coalesce({each}, false)" for each in kinds(look)) or "true"
    return f"""
        with facts as (
            select source, ticket_id,
                bool_or({_is_seen(look)} and {_value(look)} is not null) as is_counted,
                bool_or({_is_seen(look)} and {quoted(look.kpi.column)} is null) as is_null,
                bool_or({_is_seen(look)} and {quoted(look.kpi.column)} is not null and {_value(look)} is null)
                    as is_not_meant,
                bool_or({render(is_over(date_literal(look.last_day)))}) as is_over,
                bool_or({is_young}) as is_young
            from {look.kpi.fact} where {look.kept} and {are_of_days} group by source, ticket_id
        ),
        tickets as (
            select source, tickets.ticket_id, status, resolved_date, {happened(look)[1]} as happened_on,
                {is_of_kind} as is_of_kind, is_null, is_not_meant, is_over, is_young
            from (select * from core.tickets where {look.kept}) as tickets
            left join facts using (source, ticket_id)
            where not coalesce(is_counted, false)
                and (opened_date {look.in_span} or ({not look.is_standing} and facts.ticket_id is not null))
        )
        select ticket_id as id, {_case(cases)} as reason from tickets
    """


def _surveys(look: RowSelection) -> str:
    """Surveys of the days that do not count: not answered, a question left out, not replied to."""
    _, column = happened(look)
    is_feedback = look.kpi.fact.startswith("fact.feedback")
    days = ["answered_date"] if is_feedback else ["coalesce(sent_date, answered_date)", column]
    is_null = "false"
    if look.kpi.fact == "fact.surveys":
        counted = f"select source, survey_id from {look.kpi.fact} where {look.is_seen} and {_value(look)} is not null"
        is_null = f"{column} {look.in_span} and (source, survey_id) not in ({counted})"
    is_due = f"feedback_due_date <= {look.close}" if look.kpi.fact == "fact.feedback_in_time" else "false"
    cases = [
        (f"not {_is_fed(look)}", "untold"),
        (is_null, "value_unknown"),
        (f"{column} {look.in_span} or {is_due}", ""),
        (f"{column} > {look.close}", "not_due" if look.kpi.fact == "fact.feedback_in_time" else "later"),
        ("true", "not_due" if look.kpi.fact == "fact.feedback_in_time" else "not_yet"),
    ]
    of_days = " or ".join(f"{each} {look.in_span}" for each in days)
    return f"select survey_id as id, {_case(cases)} as reason from core.surveys where {look.kept} and ({of_days})"


def _rows_without_value(look: RowSelection) -> str:
    """Rows of articles and metrics that do not say what is looked at."""
    is_it = f"metric = {literal(look.kpi.measure)}" if look.input == "observations" else "true"
    cases = [(f"{quoted(look.kpi.column)} is null", "value_unknown"), ("true", "not_meant")]
    return (
        f"select {IDS[look.input]} as id, {_case(cases)} as reason from {look.kpi.fact} "
        f"where {look.kept} and {look.is_seen} and {is_it} and {_value(look)} is null"
    )


def _value(look: RowSelection) -> str:
    """The looked-at value of a row of the fact; null for rows that are not meant."""
    return render(looked_at(look.kpi))


def _is_seen(look: RowSelection) -> str:
    return f"coalesce({look.is_seen}, false)"


def _is_fed(look: RowSelection) -> str:
    """Whether its source ever tells what the measure needs."""
    return f"source in (select source from core.feeds where measure = {literal(look.kpi.measure)})"


def _case(cases: Cases) -> str:
    """The reason of the first condition that holds; null for one without a name."""
    branches = " ".join(f"when {condition} then {literal(reason) if reason else 'null'}" for condition, reason in cases)
    return f"case {branches} end"
