"""How a column writes instants: the formats of its cells, and whether the order of day and month is proved.

What a shape is read by is `shapes`; in which zone the instants are, and what they mean, does not belong here.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from okr_analytics.detection.shapes import TIME_ALONE, Form, form_of, time_format

MOST_SHAPES, FIRST_CELLS, LONGEST, MOST_OTHERS = 400, 5_000, 48, 50
OUR_TIME, NEARLY_ALL = (date(1980, 1, 1), date(2099, 12, 31)), 0.98
COUNTED_SPANS = {  # 1995 to 2049
    "epoch_seconds": (788_918_400, 2_524_607_999),
    "epoch_milliseconds": (788_918_400_000, 2_524_607_999_999),
    "excel_days": (34_700, 54_789),
}
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
NUMBERS = r"^\D*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}"
MONTHS, DAYS = 12, 31


@dataclass(frozen=True)
class Proof:
    """A cell that only one order can read: how many such there are, and the first one."""

    cells: int
    row: int
    cell: str


@dataclass(frozen=True)
class Dates:
    """What the cells of a column say about how instants are written. `share`: of the filled cells, how many have the
    shape of an instant; `others` are the filled cells that have not, with their counts."""

    share: float
    forms: dict[Form, int]
    examples: dict[Form, str]
    proofs: dict[str, Proof] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    open_cells: int = 0

    @property
    def day_only_share(self) -> float:
        """Of the instants, how many are bare days."""
        bare = sum(count for form, count in self.forms.items() if not form.has_time)
        return bare / max(1, sum(self.forms.values()))

    def formats(self, order: str) -> list[str]:
        """The strptime formats in that order of day and month, the commonest first, short years before long ones."""
        ranked = sorted(self.forms.items(), key=lambda each: -each[1])
        named = dict.fromkeys(form.month_first if order == MONTH_FIRST else form.day_first for form, _ in ranked)
        return sorted(named, key=lambda form: "%y" not in form)


def shapes_of(text: pl.Series) -> pl.Series | None:
    """Each cell with every digit a 0; null where the cells are too many different texts to be instants."""
    start = text.drop_nulls().head(FIRST_CELLS).str.replace_all(r"\d", "0")
    if len(start) == 0 or start.n_unique() > MOST_SHAPES:
        return None
    shapes = text.str.replace_all(r"\d", "0").alias("shape")
    return None if shapes.n_unique() > MOST_SHAPES else shapes


def dates_of(text: pl.Series, shapes: pl.Series | None) -> Dates | None:
    """How the cells write instants; null where none of them does. Empty cells are null."""
    if shapes is None:
        return None
    cells, shapes = text.drop_nulls(), shapes.drop_nulls()
    counts = pl.DataFrame([shapes, cells.alias("cell")]).group_by("shape").agg(pl.len(), pl.col("cell").max())
    forms: Counter[Form] = Counter()
    examples: dict[Form, str] = {}
    readable: dict[str, Form] = {}
    for shape, count, cell in counts.sort("len", "shape", descending=True).iter_rows():
        form = form_of(shape) if len(shape) <= LONGEST else None
        if form and (not form.is_compact or _are_days(cells.filter(shapes == shape))):
            forms[form] += count
            examples.setdefault(form, cell)
            readable[shape] = form
    if not forms:
        return None
    others = cells.filter(~shapes.is_in(list(readable)))
    is_open = shapes.is_in([shape for shape, form in readable.items() if form.is_open])
    return Dates(
        share=forms.total() / len(cells),
        forms=dict(forms),
        examples=examples,
        proofs=_proofs(text),
        others=dict(
            others.value_counts().sort(["count", others.name], descending=[True, False]).head(MOST_OTHERS).iter_rows()
        ),
        open_cells=int(is_open.sum()),
    )


def _are_days(cells: pl.Series) -> bool:
    """Whether eight digits are days of our time, rather than numbers."""
    days = cells.str.head(8).str.to_date("%Y%m%d", strict=False)
    return int(days.is_between(*OUR_TIME).sum()) >= NEARLY_ALL * len(cells)


def _proofs(text: pl.Series) -> dict[str, Proof]:
    """What proves an order: a number over 12 where the other order would want a month."""
    first, second = (text.str.extract(NUMBERS, group).cast(pl.Int32, strict=False) for group in (1, 2))
    found = {}
    for order, large, small in ((DAY_FIRST, first, second), (MONTH_FIRST, second, first)):
        rows = (large.is_between(MONTHS + 1, DAYS) & (small <= MONTHS)).fill_null(value=False).arg_true()
        if len(rows):
            found[order] = Proof(len(rows), int(rows[0]) + 1, str(text[int(rows[0])]))
    return found


def counted_of(text: pl.Series, lowest: float | None, highest: float | None) -> Dates | None:
    """Instants written as numbers that count since some day; null where the numbers are not all of our time. Only a
    header that calls for instants makes instants of them."""
    for name, (first, last) in COUNTED_SPANS.items():
        if lowest is not None and highest is not None and first <= lowest and highest <= last:
            form = Form(name, name, has_time=True, has_zone=name != "excel_days")
            cells = text.drop_nulls()
            return Dates(share=1.0, forms={form: len(cells)}, examples={form: str(cells[0])})
    return None


def times_alone(shapes: pl.Series | None) -> str | None:
    """The format of a column of times of the day without a date; null where it is none."""
    found = [] if shapes is None else shapes.drop_nulls().unique().to_list()
    if not found or not all(TIME_ALONE.fullmatch(shape) for shape in found):
        return None
    forms = {time_format(shape) for shape in found}
    return forms.pop() if len(forms) == 1 else None
