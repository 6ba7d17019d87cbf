"""What a line on a measure means: the KPI with its id, unit, direction and bounds, or why there can be none."""

from okr_analytics.contracts.columns import CHANNELS, UNKNOWN
from okr_analytics.desk import Desk
from okr_analytics.errors import did_you_mean
from okr_analytics.metrics.catalogue import Kpi, Measure
from okr_analytics.metrics.fitting import refuse_unfit
from okr_analytics.metrics.statistics import Statistic, statistic
from okr_analytics.metrics.written import ID, WrittenKpi

YES_OR_NO = {"true": "1", "false": "0"}
BETTER_WITHIN = {"lower": "higher", "higher": "lower", "watch": "watch"}


def compose(measure: Measure, written: WrittenKpi, clock: str | None, desk: Desk, *, is_own: bool = False) -> Kpi:
    """The KPI that a line on a measure means. Raises ValueError where the measure's rows lack what it asks for."""
    stat = statistic(written.statistic, written.limit_seconds)
    column = written.column or (f"{clock}_seconds" if clock else "value")
    if stat.kind != "ratio":
        refuse_unfit(measure, stat, written, clock)
    unit = stat.unit.format(unit=written.unit or measure.unit, day="business day" if desk.has_hours else "calendar day")
    least, most = _bounds(written, unit, measure.metric, desk)
    kpi_id = written.id or _id(measure, written, clock)
    if not ID.fullmatch(kpi_id):
        raise ValueError(f"'{kpi_id}' is no id; give the KPI one, like id: conversion_rate")
    return Kpi(
        kpi_id=kpi_id,
        measure=measure.name,
        statistic=stat,
        clock=clock,
        title=written.title or _title(measure, written, stat, clock),
        question=written.question or measure.question,
        unit=f"of {most:g}" if written.scale else unit,
        direction=written.direction or _direction(measure, stat),
        fact=measure.table,
        column=column,
        per=written.per,
        where=_where(measure, written),
        numerator=written.numerator,
        denominator=written.denominator,
        lower_bound=least,
        upper_bound=most,
        maturity_days=measure.maturity_days,
        is_own=is_own,
        scale=written.scale,
    )


def _where(measure: Measure, written: WrittenKpi) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What rows must have; yes and no are written 1 and 0 in the rows."""
    wanted = {name: tuple(_as_in_rows(name, each) for each in members) for name, members in written.where.items()}
    metric = {"metric": (measure.metric,)} if measure.metric else {}
    return tuple(sorted({**wanted, **metric}.items()))


def _as_in_rows(name: str, member: str) -> str:
    if member in YES_OR_NO and name.startswith(("is_", "has_")):
        return YES_OR_NO[member]
    if member in YES_OR_NO:
        raise ValueError(f"where: {name}: YAML reads the word as {member}; put it in quotes")
    if name in ("channel", "origin_channel") and member not in (*CHANNELS, UNKNOWN):
        raise ValueError(f"where: no {name} '{member}'{did_you_mean(member, CHANNELS)}")
    return member


def _bounds(written: WrittenKpi, unit: str, metric: str | None, desk: Desk) -> tuple[float | None, float | None]:
    if written.scale:
        newest = desk.scales(written.scale)[-1]
        return float(newest.least), float(newest.most)
    never_negative = metric is None or unit in ("share", "seconds")
    least = 0.0 if written.min is None and never_negative else written.min
    return least, 1.0 if unit == "share" and written.max is None else written.max


def _direction(measure: Measure, stat: Statistic) -> str:
    """A larger share within a limit is better where a smaller value is."""
    return BETTER_WITHIN[measure.direction] if stat.name == "share_within" else measure.direction


def _id(measure: Measure, written: WrittenKpi, clock: str | None) -> str:
    """Measure, what is looked at, clock, statistic, limit."""
    looked_at = written.name or (written.column or "").removeprefix("is_")
    is_named_ratio = written.statistic == "ratio" and written.name
    words = [measure.name, looked_at, clock, None if is_named_ratio else written.statistic]
    limit = (written.limit or "").replace(" ", "")
    return "_".join(word for word in (*words, limit) if word)


def _title(measure: Measure, written: WrittenKpi, stat: Statistic, clock: str | None) -> str:
    title = f"{measure.title}, {stat.title.format(limit=written.limit, day='day')}"
    return f"{title} ({clock})" if clock else title
