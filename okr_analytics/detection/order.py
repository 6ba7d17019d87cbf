"""How the mapped columns write instants, all together: formats, the order of day and month with its proof, the zone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from okr_analytics.detection.dates import DAY_FIRST, MONTH_FIRST, Dates
from okr_analytics.detection.facts import Facts
from okr_analytics.detection.proposal import Doubt
from okr_analytics.detection.sample import Sample
from okr_analytics.landing.instants import read_instants

IN_ORDER = {DAY_FIRST: "day first", MONTH_FIRST: "month first"}
ODD = 0.05
ASK = "say which it is: --dates day-first or --dates month-first"
Dated = Sequence[tuple[Facts, Dates]]


@dataclass(frozen=True)
class Written:
    """How instants are written: formats beside ISO 8601, the order of day and month (null: no cell has one, or nobody
    can tell), its evidence in sentences, and what has to be asked."""

    formats: tuple[str, ...]
    order: str | None
    evidence: tuple[str, ...]
    doubt: Doubt | None


def written(
    columns: Sequence[Facts], taken: Sample, asked: str | None, pair: tuple[str, str] | None, now: datetime
) -> Written:
    """How these columns write instants. `pair`: headers of an opening and an end, for what their order hints."""
    dated = [(column, column.dates) for column in columns if column.dates]
    if not any(form.is_open for _, dates in dated for form in dates.forms):
        return Written(_formats(dated, DAY_FIRST), None, (), None)
    found = _Proofs(dated, taken)
    order = asked or (found.proved[0] if len(found.proved) == 1 else None)
    orders = [order or DAY_FIRST, *(each for each in found.proved if asked and each != asked)]
    formats = dict.fromkeys(form for each in orders for form in _formats(dated, each))
    said = [f"{IN_ORDER[asked]}: as said by --dates {asked}"] if asked and not found.proved else []
    return Written(tuple(formats), order, (*said, *found.evidence), _doubt(dated, found, taken, asked, pair, now))


class _Proofs:
    """What proves an order of day and month: per order the columns that hold such cells, and how many these are.
    `proved` are the orders that more than a few slips speak for."""

    def __init__(self, dated: Dated, taken: Sample) -> None:
        self.cells = {
            order: sum(dates.proofs[order].cells for _, dates in dated if order in dates.proofs) for order in IN_ORDER
        }
        ranked = sorted((order for order in IN_ORDER if self.cells[order]), key=lambda order: -self.cells[order])
        self.proved = [order for order in ranked if self.cells[order] >= ODD * sum(self.cells.values())]
        self.evidence = [_proof(order, self.cells[order], dated, taken) for order in ranked]


def _doubt(
    dated: Dated, found: _Proofs, taken: Sample, asked: str | None, pair: tuple[str, str] | None, now: datetime
) -> Doubt | None:
    """What has to be asked or looked at about the order of day and month."""
    if asked and found.proved and asked not in found.proved:
        mend = f"leave it out, or say --dates {found.proved[0]}"
        return Doubt(f"--dates {asked} was said, but {found.evidence[0]}", mend, is_open=True)
    if asked:
        return None
    if not found.proved:
        return Doubt(_unproved(dated, taken, pair, now), ASK, is_open=True)
    if len(found.proved) > 1:
        return Doubt(f"dates are written in both orders: {'; '.join(found.evidence)}", ASK, is_open=True)
    if odd := sum(found.cells.values()) - found.cells[found.proved[0]]:
        say = "cells say" if odd > 1 else "cell says"
        mend = "see whether they are slips; their rows are rejected"
        return Doubt(f"{odd:,} {say} another order: {'; '.join(found.evidence[1:])}", mend)
    return None


def _formats(dated: Dated, order: str) -> tuple[str, ...]:
    """The formats that are needed beside those that are always read; the commonest first, short years before long."""
    counted: Counter[str] = Counter()
    for _, dates in dated:
        for form, count in dates.forms.items():
            if read_instants(pl.Series([dates.examples[form]]), (), "UTC").null_count():
                counted[form.month_first if order == MONTH_FIRST else form.day_first] += count
    ranked = [form for form, _ in counted.most_common()]
    return tuple(sorted(ranked, key=lambda form: "%y" not in form))


def _proof(order: str, cells: int, dated: Dated, taken: Sample) -> str:
    column, proof = next((column, dates.proofs[order]) for column, dates in dated if order in dates.proofs)
    which = "first" if order == DAY_FIRST else "second"
    have = "cells have" if cells > 1 else "cell has"
    where = f"{taken.where(proof.row)}, {column.header}: {proof.cell}"
    return f"{IN_ORDER[order]}: {cells:,} {have} a {which} number over 12 ({where})"


def _unproved(dated: Dated, taken: Sample, pair: tuple[str, str] | None, now: datetime) -> str:
    """That nothing proves the order, with what hints at one."""
    column, dates = next((column, dates) for column, dates in dated if dates.open_cells)
    cells = sum(dates.open_cells for _, dates in dated)
    form = next(form for form in dates.forms if form.is_open)
    said = f"day or month first? None of {cells:,} cells proves it ({column.header}: {dates.examples[form]})"
    hints = [hint for hint in (_hint_future(dated, taken, now), _hint_pair(dated, taken, pair)) if hint]
    return said + ("; a hint, no proof: " + "; ".join(hints) if hints else "")


def _readings(dated: Dated, taken: Sample, header: str) -> Mapping[str, pl.Series]:
    dates = next(dates for column, dates in dated if column.header == header)
    return {
        order: read_instants(taken.rows[header].str.strip_chars(), dates.formats(order), "UTC") for order in IN_ORDER
    }


def _hint_future(dated: Dated, taken: Sample, now: datetime) -> str | None:
    """An order under which something happened after today."""
    late = dict.fromkeys(IN_ORDER, 0)
    for column, _ in dated:
        for order, instants in _readings(dated, taken, column.header).items():
            late[order] += int((instants > now).sum())
    return _less(late, "cells lie in the future")


def _hint_pair(dated: Dated, taken: Sample, pair: tuple[str, str] | None) -> str | None:
    """An order under which more tickets end before they are opened."""
    headers = {column.header for column, _ in dated}
    if not pair or not {*pair} <= headers:
        return None
    opened, ended = (_readings(dated, taken, header) for header in pair)
    return _less(
        {order: int((ended[order] < opened[order]).sum()) for order in IN_ORDER}, "tickets end before they are opened"
    )


def _less(counts: Mapping[str, int], what: str) -> str | None:
    better, worse = sorted(counts, key=lambda order: counts[order])
    if counts[better] == counts[worse]:
        return None
    return f"read {IN_ORDER[worse]}, {counts[worse]:,} {what}, read {IN_ORDER[better]}, {counts[better]:,}"


def formats_together(order: Written, mapped: Mapping[str, Facts], beside: Mapping[str, Facts]) -> tuple[str, ...]:
    """The formats with those of a date and a time apart; those of the date alone go where nothing else needs them."""
    if not beside:
        return order.formats
    paired = []
    for ours, time in beside.items():
        dates = mapped[ours].dates
        if dates:
            paired += [f"{form} {time.time_format}" for form in dates.formats(order.order or DAY_FIRST)]
    return tuple(dict.fromkeys((*paired, *order.formats)))
