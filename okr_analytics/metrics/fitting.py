"""Which statistics the rows of a measure can have, and which not."""

from okr_analytics.durations import DAY, parts_of
from okr_analytics.errors import did_you_mean
from okr_analytics.metrics.catalogue import Measure
from okr_analytics.metrics.statistics import Statistic
from okr_analytics.metrics.written import WrittenKpi

STOCK_KINDS = ("stock", "age")
IS_0_OR_1 = ("is_", "has_")


def refuse_unfit(measure: Measure, stat: Statistic, written: WrittenKpi, clock: str | None) -> None:
    """Raise ValueError for a statistic that the rows of the measure cannot have, with the mend."""
    _refuse_columns(measure, written)
    _refuse_clocks(measure, written, clock)
    _refuse_kinds(measure, stat)
    _refuse_limits(measure, stat, written)
    _refuse_values(measure, stat, written)


def _refuse_columns(measure: Measure, written: WrittenKpi) -> None:
    for name in written.where:
        if name == "metric":
            raise ValueError("where: the metric is given by 'metric:', or by the measure")
        if name not in measure.columns:
            raise ValueError(f"the rows of {measure.name} have no column '{name}'{did_you_mean(name, measure.columns)}")
    for looked_at in (written.column, written.per):
        if looked_at and looked_at not in measure.numbers:
            hint = did_you_mean(looked_at, measure.numbers)
            raise ValueError(f"'{looked_at}' is no number of {measure.name}{hint}")


def _refuse_clocks(measure: Measure, written: WrittenKpi, clock: str | None) -> None:
    if measure.has_clocks and written.column is None and clock is None:
        raise ValueError(f"{measure.name} runs on two clocks; add 'clock: business' or 'clock: calendar'")
    if clock and not measure.has_clocks:
        raise ValueError(f"{measure.name} runs on no clock; leave 'clock' out")


def _refuse_kinds(measure: Measure, stat: Statistic) -> None:
    if (stat.kind in STOCK_KINDS) != measure.is_stock:
        fitting = "closing, older_than or median_age" if measure.is_stock else "count, mean, median, share and the like"
        raise ValueError(f"{measure.name} {'is' if measure.is_stock else 'is no'} stock; it takes {fitting}")


def _refuse_limits(measure: Measure, stat: Statistic, written: WrittenKpi) -> None:
    limit = stat.limit_seconds or 0
    if stat.name == "older_than" and limit % DAY:
        raise ValueError(f"limit: ages are whole days; write {written.limit} as days, like 7 d")
    if written.clock == "business" and any(size == DAY for _, size in parts_of(written.limit or "")):
        raise ValueError(f"limit: {written.limit} of open time has no fixed length; write open hours, like 8 h")
    if stat.name == "share_within" and "seconds" not in (measure.unit, (written.column or "").rpartition("_")[2]):
        raise ValueError(f"{measure.name} is in {measure.unit}; share_within is for durations")


def _refuse_values(measure: Measure, stat: Statistic, written: WrittenKpi) -> None:
    is_0_or_1 = written.column.startswith(IS_0_OR_1) if written.column else measure.is_counted
    if stat.name == "share" and not (is_0_or_1 and (written.column or measure.unit == "share")):
        raise ValueError(f"{measure.name} is in {measure.unit}; a share is of rows that are 0 or 1")
    if stat.name == "count" and not is_0_or_1:
        raise ValueError(f"{measure.name} is in {measure.unit}; a count is of rows that are 0 or 1, sum adds values up")
    if stat.name == "rate" and not (written.column and written.per):
        raise ValueError("a rate needs 'column' and 'per', the columns above and below the line")
