"""From the shape of a cell (every digit a 0) to the strptime format that reads it.

A shape is one format, or two where day and month could change places.
"""

import re
from dataclasses import dataclass
from functools import cache

LONG_YEAR, LONG_TIME = 4, 6
SHORT_NAME = 4
MONTHS = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|set|dic|fev|mai|out|dez|ian|iun|iul|noi)[a-zçé]*"
)
WEEKDAYS = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|mié|jue|vie|sab|sáb|dom|seg|ter|qua|qui|sex|joi|vin|sam|dum|luni|marți|"
    r"miercuri|vineri|sâmbătă|duminică)[a-zçáéíóúâãășțşţ-]*"
)
BETWEEN, AFTER_DAY = r"[-/. ]|[ ]de[ ]|\.[ ]", r"[-/. ,]|,[ ]|[ ]de[ ]|[ ]del[ ]"
DATE = rf"""
      (?P<year_first>0000)(?P<s1>[-/.])00?(?P=s1)00?
    | 00?(?P<s2>[-/.])00?(?P=s2)(?P<y2>0000|00)
    | 0000(?P<s3>[-/. ])(?P<m3>{MONTHS})(?P=s3)00?
    | 00?(?P<s4>{BETWEEN})(?P<m4>{MONTHS})\.?(?P<s5>{AFTER_DAY})(?P<y4>0000|00)
    | (?P<m5>{MONTHS})\.?(?P<s6>[- ])00?(?P<s7>,[ ]|[ ]|-)0000
    | 00000000
"""
GAP = r"[ \u00a0\u202f]"
HALF = rf"(?P<half>{GAP}?(?:[ap]\.?{GAP}?m\.?))?"
TIME = rf"(?:00?:00(?P<sec>:00(?P<frac>\.0+)?)?|00?h00|(?P<joined>0000(?:00)?)){HALF}"
ZONE = r"[ ]?(?:z|utc|gmt|(?:gmt|utc)?[+-]00:?00|[+-]00|(?P<named>[ec][sd]?t|[mp][sd]t|cest|bst|brt))"
GLUE = r"t|[ \u00a0]|,[ ]|[ ]-[ ]|[ ]at[ ]|,[ ]at[ ]|[ ]a[ ]las[ ]|[ ]às[ ]|[ ]la[ ]|[ ]ora[ ]|:|-"
SHAPE = re.compile(
    rf"(?P<week>{WEEKDAYS},?[ ])?(?:{DATE})(?:(?P<glue>{GLUE})(?P<time>{TIME})(?P<zone>{ZONE})?)?",
    re.VERBOSE | re.IGNORECASE,
)
TIME_ALONE = re.compile(TIME, re.IGNORECASE)
WORD = r"[^\W\d_][\w-]*"


@dataclass(frozen=True)
class Form:
    """How cells of one shape are read: the format, or the two between which nothing but proof decides. `has_zone`: the
    cell says its offset from UTC; a name like EST does not say it to every reader."""

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


def shape_of(cell: str) -> str:
    """The cell with every digit a 0."""
    return re.sub(r"\d", "0", cell)


@cache
def form_of(shape: str) -> Form | None:
    """How cells of that shape are read; null where it is no instant."""
    found = SHAPE.fullmatch(shape)
    if not found:
        return None
    before = _weekday(found["week"] or "")
    after = found["glue"] + time_format(found["time"]) + _zone_format(found["zone"] or "") if found["time"] else ""
    day_first, month_first = (before + each + after for each in _date_formats(found))
    has_zone = found["zone"] is not None and found["named"] is None
    return Form(day_first, month_first, found["time"] is not None, has_zone)


def _weekday(written: str) -> str:
    name = "%A" if len(written.strip(", ")) > SHORT_NAME else "%a"
    return re.sub(WORD, name, written, count=1)


def _date_formats(found: re.Match[str]) -> tuple[str, str]:
    """The date's format with the day first and with the month first; the same where only one is possible."""
    if mark := found["s2"]:
        year = _year(found["y2"])
        return f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}"
    return (_only_format(found),) * 2


def _only_format(found: re.Match[str]) -> str:
    if mark := found["s1"]:
        return f"%Y{mark}%m{mark}%d"
    if mark := found["s3"]:
        return f"%Y{mark}{_month(found['m3'])}{mark}%d"
    if found["m4"]:
        return f"%d{found['s4']}{_month(found['m4'])}{found['s5']}{_year(found['y4'])}"
    if found["m5"]:
        return f"{_month(found['m5'])}{found['s6']}%d{found['s7']}%Y"
    return "%Y%m%d"


def _year(shape: str) -> str:
    return "%Y" if len(shape) == LONG_YEAR else "%y"


def _month(name: str) -> str:
    return "%b" if len(name) <= SHORT_NAME else "%B"


def time_format(shape: str) -> str:
    """The format of a time of the day; empty where the shape is none."""
    found = TIME_ALONE.fullmatch(shape)
    if not found:
        return ""
    if found["joined"]:
        return "%H%M%S" if len(found["joined"]) == LONG_TIME else "%H%M"
    half = found["half"] or ""
    gap = half[:1] if half and not half[0].isalpha() else ""
    seconds = "" if not found["sec"] else ":%S%.f" if found["frac"] else ":%S"
    mark = "h" if "h" in shape.lower() else ":"
    return f"{'%I' if half else '%H'}{mark}%M{seconds}{gap}{'%p' if half else ''}"


def _zone_format(shape: str) -> str:
    return re.sub(r"[+-][0:]+", "%z", shape)
