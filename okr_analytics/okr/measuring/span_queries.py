"""The SQL that measures one KPI under one filter over every span asked for (work.spans), as of each span's day."""

import json
from dataclasses import replace

from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.groups import covered_days, visible
from okr_analytics.metrics.stocks import changes
from okr_analytics.warehouse.engine import literal, quoted

FOR_GOOD = "date '9999-12-31'"


def query(catalogue: Catalogue, known: Kpi, filtered: str) -> str:
    """kpi_id, filter, over, day, value, n. Volumes are per business day that a source covers; stocks the mean of their
    closings; ages those at the close of the last covered day; a ratio is taken of its two KPIs."""
    spans = f"select * from work.spans where kpi_id = {literal(known.kpi_id)} and filter = {literal(filtered)}"
    if known.statistic.kind != "ratio":
        steered_by = replace(known, statistic=known.statistic.per_day()) if known.statistic.is_volume else known
        return f"{_measured(catalogue, steered_by, [known.measure], filtered, spans)} order by all"
    parts = catalogue.parts(known)
    measures = [each.measure for each in parts]
    above, below = (_measured(catalogue, each, measures, filtered, spans) for each in parts)
    return f"""
        select
            above.kpi_id, above.filter, above."over", above.day, above.value / nullif(below.value, 0) as value, above.n
        from ({above}) as above join ({below}) as below
            on above."over" = below."over" and above.day = below.day
        order by all
    """


def _measured(catalogue: Catalogue, known: Kpi, measures: list[str], filtered: str, spans: str) -> str:
    """One KPI over the days of each span that some source covers of all the measures."""
    members = json.loads(filtered)
    rows, sources = kept(filtered), _kept({"source": members.get("source", [])})
    measure = catalogue.measures[known.measure]
    everything, day = ("core.tickets", "opened_date") if measure.input == "tickets" else (known.fact, "day")
    meant = f"metric = {literal(measure.metric)}" if measure.metric else "true"
    told = known.told if known.statistic.is_zero_when_empty else "true"
    # a member that never was is none, and so is one that was not yet
    seen = f"min({day})" if members else "date '0001-01-01'"
    return f"""
        with covered as (
            select covered_from, covered_to, seen_from
            from ({covered_days(measures, sources)})
            cross join (select {seen} as seen_from from {everything} where {rows} and {meant} having count(*) > 0)
            where {told}
        ),
        counted as (
            select day, sum(case when is_business_day then 1 else 0 end) over (order by day) as up_to from core.days
        ),
        asked as (
            select
                spans.*, covered_from, covered_to,
                case when covered_from is not null then greatest(first_day, covered_from) end as from_day,
                case when covered_to is not null then least(last_day, covered_to) end as to_day,
                case when covered_to is not null
                    then greatest(0, coalesce(until.up_to, 0) - coalesce(before.up_to, 0)) end as days
            from ({spans}) as spans
            left join covered on spans.day >= seen_from
            left join counted as until on until.day = least(last_day, covered_to)
            left join counted as before on before.day = greatest(first_day, covered_from) - 1
        ),
        {_by_kind(known, rows)}
    """


def _by_kind(known: Kpi, rows: str) -> str:
    kind = known.statistic.kind
    if kind == "stock":
        return _closings(known, rows)
    if kind == "age":
        return _ages(known, rows)
    return _rows_of_days(known, rows)


def _rows_of_days(known: Kpi, rows: str) -> str:
    """From the rows of the days in the span; summed up by day first where they add up."""
    statistic = known.statistic
    if statistic.adds_up_over_days:
        columns = (
            f"sum({statistic.addend(known.value, known.per)}) as total, "
            f"{statistic.base(known.value, known.per)} as base, count({known.value}) as n"
        )
        some_or_none = "case when max(days) is not null then coalesce(sum(total), 0) end"  # where a source tells of it
        total = some_or_none if statistic.is_volume else "sum(total)"
        value, n = statistic.of_sums(total, "sum(base)", "max(days)"), "sum(n)"
    else:
        columns = f"agent, {known.value} as value"
        value, n = statistic.of_rows("value", known.per, "max(days)").replace("(day,", "(event_day,"), "count(value)"
    grouped = " group by all" if statistic.adds_up_over_days else ""
    return f"""
        days as (
            select kpi_id, filter, "over", day, days, from_day, to_day,
                cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as event_day
            from asked
        ),
        measured_rows as (
            select day as event_day, counts_from, counts_until, {columns} from {known.fact} where {rows}{grouped}
        ),
        seen as (
            select days.*, measured_rows.* exclude (event_day)
            from days left join measured_rows
                on days.event_day = measured_rows.event_day and {visible("days.day")}
                and days.event_day between from_day and to_day
        )
        select kpi_id, filter, "over", day, {value} as value, coalesce({n}, 0) as n
        from seen group by kpi_id, filter, "over", day
    """


def _closings(known: Kpi, rows: str) -> str:
    """The mean of the closings of the covered days in the span; n is the last of them."""
    return f"""
        changed as (select changed_on, sum(delta) as delta from ({changes(known, rows)}) group by changed_on),
        closings as (
            select days.day as closing_day, sum(coalesce(delta, 0)) over (order by days.day) as closing
            from core.days as days left join changed on days.day = changed_on
        )
        select
            kpi_id, filter, "over", day,
            sum(closing) / count(closing) as value,
            coalesce(max(case when closing_day = to_day then closing end), 0) as n
        from asked left join closings on closing_day between from_day and to_day
        group by kpi_id, filter, "over", day
    """


def _ages(known: Kpi, rows: str) -> str:
    """The ages of what stood at the close of the last covered day."""
    return f"""
        stretches as (
            select day as begun, counts_from, coalesce(counts_until, {FOR_GOOD}) as left_on
            from {known.fact} where {rows} and {known.value} is not null
        )
        select
            kpi_id, filter, "over", asked.day,
            quantile_cont(to_day - begun, {known.statistic.quantile}) as value, count(begun) as n
        from asked left join stretches on counts_from <= to_day and left_on > to_day
        group by kpi_id, filter, "over", asked.day
    """


def kept(filtered: str) -> str:
    """SQL for: the row is one of the members that a filter (as JSON) lets through."""
    return _kept(json.loads(filtered))


def _kept(members: dict[str, list[str]]) -> str:
    """SQL for: the row is one of the wanted members of each dimension."""
    conditions = [
        f"{quoted(name)} in ({', '.join(map(literal, wanted))})" for name, wanted in members.items() if wanted
    ]
    return " and ".join(conditions) or "true"
