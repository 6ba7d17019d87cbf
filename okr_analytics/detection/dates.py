"""How a column writes instants: the strptime formats of its cells, and whether day and month order is proved.

Cells are looked at by their shape: every digit a 0. A shape is one format, or two where day and month could change
places. Which zone they are in, and what they mean, does not belong here.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import polars as pl

MOST_SHAPES = 400
LONGEST = 48
OF_OUR_TIME = 0.98
COUNTED_SPANS = {  # 1995 to 2049
    "epoch_seconds": (788_918_400, 2_524_607_999),
    "epoch_milliseconds": (788_918_400_000, 2_524_607_999_999),
    "excel_days": (34_700, 54_789),
}
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
MONTHS = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|set|dic|fev|mai|out|dez|ian|iun|iul|noi)[a-zçé]*"
)
WEEKDAYS = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|mié|jue|vie|sab|sáb|dom|seg|ter|qua|qui|sex|joi|vin|sam|dum|luni|marți|"
    r"miercuri|vineri|sâmbătă|duminică)[a-zçáéíóúâãășțşţ-]*"
)
DATE = rf"""
      (?P<ymd>0000)(?P<s1>[-/.])00?(?P=s1)00?
    | (?P<xxy>00?)(?P<s2>[-/.])00?(?P=s2)(?P<y2>0000|00)
    | (?P<ynd>0000)(?P<s3>[-/. ])(?P<m3>{MONTHS})(?P=s3)00?
    | (?P<dny>00?)(?P<s4>[-/. ]|[ ]de[ ]|\.[ ])(?P<m4>{MONTHS})\.?(?P<s5>[-/. ,]|,[ ]|[ ]de[ ]|[ ]del[ ])(?P<y4>0000|00)
    | (?P<m5>{MONTHS})\.?(?P<s6>[- ])00?(?P<s7>,[ ]|[ ]|-)(?P<y5>0000)
    | (?P<compact>00000000)
"""
TIME = r"(?:00?:00(?P<sec>:00(?P<frac>\.0+)?)?|00?h00|(?P<ctime>0000(?:00)?))(?P<half>[ \u00a0\u202f]?(?:[ap]\.?[ \u00a0\u202f]?m\.?))?"
ZONE = r"[ ]?(?:z|utc|gmt|(?:gmt|utc)?[+-]00:?00|[+-]00|(?P<named>[ec][sd]?t|[mp][sd]t|cest|bst|brt))"
GLUE = r"t|[ \u00a0]|,[ ]|[ ]-[ ]|[ ]at[ ]|,[ ]at[ ]|[ ]a[ ]las[ ]|[ ]às[ ]|[ ]la[ ]|[ ]ora[ ]|:|-"
SHAPE = re.compile(
    rf"(?P<week>{WEEKDAYS},?[ ])?(?:{DATE})(?:(?P<glue>{GLUE})(?P<time>{TIME})(?P<zone>{ZONE})?)?", re.X | re.I
)
TIME_ALONE = re.compile(TIME, re.I)
NUMBERS = r"^\D*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}"


@dataclass(frozen=True)
class Form:
    """How cells of one shape are read: the format, or the two between which nothing but proof decides."""

    day_first: str
    month_first: str
    has_time: bool
    has_zone: bool

    @property
    def is_compact(self) -> bool:
        """Whether a date is eight digits without a mark between."""
        return self.day_first.startswith("%Y%m%d")

    @property
    def is_open(self) -> bool:
        """Whether day and month could change places."""
        return self.day_first != self.month_first


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
    def has_time(self) -> bool:
        """Whether some cell says the time of the day."""
        return any(form.has_time for form in self.forms)

    @property
    def day_only_share(self) -> float:
        """Of the instants, how many are bare days."""
        bare = sum(count for form, count in self.forms.items() if not form.has_time)
        return bare / max(1, sum(self.forms.values()))

    @property
    def has_zone(self) -> bool:
        """Whether every cell says its own offset."""
        return all(form.has_zone for form in self.forms)

    def formats(self, order: str) -> list[str]:
        """strptime formats in that order of day and month, the commonest first, short years before long ones."""
        ranked = sorted(self.forms.items(), key=lambda each: -each[1])
        named = dict.fromkeys(form.month_first if order == MONTH_FIRST else form.day_first for form, _ in ranked)
        return sorted(named, key=lambda form: "%y" not in form)


def shapes_of(text: pl.Series) -> pl.Series | None:
    """Each cell with every digit a 0; null where the cells are too many different texts to be instants."""
    start = text.drop_nulls().head(5_000).str.replace_all(r"\d", "0")
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
        others=dict(others.value_counts().sort("count", descending=True).head(50).iter_rows()),
        open_cells=int(is_open.sum()),
    )


def _are_days(cells: pl.Series) -> bool:
    """Whether eight digits are days of our time, rather than numbers."""
    days = cells.str.head(8).str.to_date("%Y%m%d", strict=False)
    return bool(days.is_between(date(1980, 1, 1), date(2099, 12, 31)).fill_null(value=False).mean() >= OF_OUR_TIME)  # type: ignore[operator]


def _proofs(text: pl.Series) -> dict[str, Proof]:
    """What proves an order: a number over 12 where the other order would want a month."""
    first, second = (text.str.extract(NUMBERS, group).cast(pl.Int32, strict=False) for group in (1, 2))
    found = {}
    for order, large, small in ((DAY_FIRST, first, second), (MONTH_FIRST, second, first)):
        rows = ((large > 12) & (large <= 31) & (small <= 12)).fill_null(value=False).arg_true()
        if len(rows):
            found[order] = Proof(len(rows), int(rows[0]) + 1, str(text[int(rows[0])]))
    return found


def counted_of(text: pl.Series, lowest: float | None, highest: float | None) -> Dates | None:
    """Instants written as numbers that count since some day; null where the numbers are not all of our time. Only a
    header that calls for instants makes instants of them."""
    for name, (first, last) in COUNTED_SPANS.items():
        if lowest is not None and highest is not None and first <= lowest and highest <= last:
            form = Form(name, name, has_time=True, has_zone=name != "excel_days")
            return Dates(share=1.0, forms={form: len(text.drop_nulls())}, examples={form: str(text.drop_nulls()[0])})
    return None


def times_alone(shapes: pl.Series | None) -> str | None:
    """The format of a column of times of the day without a date; null where it is none."""
    found = [] if shapes is None else shapes.drop_nulls().unique().to_list()
    if not found or not all(TIME_ALONE.fullmatch(shape) for shape in found):
        return None
    forms = {_time_format(shape) for shape in found}
    return forms.pop() if len(forms) == 1 else None


def shape_of(cell: str) -> str:
    """The cell with every digit a 0."""
    return re.sub(r"\d", "0", cell)


@cache
def form_of(shape: str) -> Form | None:
    """How cells of that shape are read; null where it is no instant."""
    found = SHAPE.fullmatch(shape)
    if not found:
        return None
    has_time = found["time"] is not None
    rest = ""
    if has_time:
        glue = found["glue"]
        zone = _zone_format(found["zone"] or "")
        rest = glue + _time_format(found["time"]) + zone
    week = re.sub(
        r"[^\W\d_][\w-]*",
        "%A" if found["week"] and len(found["week"].strip(", ")) > 4 else "%a",
        found["week"] or "",
        count=1,
    )
    day_first, month_first = (week + each + rest for each in _date_formats(found))
    return Form(day_first, month_first, has_time, found["zone"] is not None)


def _date_formats(found: re.Match[str]) -> tuple[str, str]:
    """The date's format with the day first and with the month first; the same where only one is possible."""
    if mark := found["s1"]:
        return (f"%Y{mark}%m{mark}%d",) * 2
    if mark := found["s2"]:
        year = "%Y" if len(found["y2"]) == 4 else "%y"
        return f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}"
    if mark := found["s3"]:
        return (f"%Y{mark}{_month(found['m3'])}{mark}%d",) * 2
    if found["m4"]:
        year = "%Y" if len(found["y4"]) == 4 else "%y"
        return (f"%d{found['s4']}{_month(found['m4'])}{found['s5']}{year}",) * 2
    if found["m5"]:
        return (f"{_month(found['m5'])}{found['s6']}%d{found['s7']}%Y",) * 2
    return ("%Y%m%d",) * 2


def _month(name: str) -> str:
    return "%b" if len(name) <= 4 else "%B"


def _time_format(shape: str) -> str:
    found = TIME_ALONE.fullmatch(shape)
    if not found:
        return ""
    hour = "%I" if found["half"] else "%H"
    if found["ctime"]:
        return "%H%M%S" if len(found["ctime"]) == 6 else "%H%M"
    seconds = "" if not found["sec"] else ":%S%.f" if found["frac"] else ":%S"
    mark = "h" if "h" in shape else ":"
    gap = found["half"][0] if found["half"] and not found["half"][0].isalpha() else ""
    return f"{hour}{mark}%M{seconds}{gap}{'%p' if found['half'] else ''}"


def _zone_format(shape: str) -> str:
    if "0" in shape:
        return re.sub(r"[+-][0:]+", "%z", shape)
    return shape
