"""The time zone of instants that carry no offset: by the cells, by the headers, as asked, or assumed."""

from collections.abc import Sequence
from dataclasses import dataclass

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.proposal import Doubt
from okr_analytics.exports.headers import zone_named
from okr_analytics.sources.vocabulary import DESK, ZONE_IN_HEADER


@dataclass(frozen=True)
class Zone:
    """The zone, how it is known, and whether it is only assumed. `in_header`: the headers name it
    themselves; `is_in_cells`: each cell does."""

    name: str
    why: str
    is_assumed: bool
    in_header: bool = False
    is_in_cells: bool = False
    doubts: tuple[Doubt, ...] = ()

    def header(self, column: Facts) -> str:
        """The column's header as a profile names it: what it says of the zone may change from export to export."""
        if not (self.in_header and column.name.zone):
            return column.header
        written = next((part for part in _spellings(column.header) if zone_named(part) == column.name.zone), None)
        return column.header.replace(written, ZONE_IN_HEADER, 1) if written else column.header


def _spellings(header: str) -> list[str]:
    """Parts of a header that may be the name of a zone: in brackets, or its last words."""
    inside = header.partition("(")[2].partition(")")[0]
    words = header.split()
    return [part for part in (inside, words[-1], " ".join(words[-2:])) if part]


def zone_of(dated: Sequence[Facts], asked: str | None) -> Zone:
    """The zone in which these instants are written."""
    with_dates = [column.dates for column in dated if column.dates]
    forms = [form for dates in with_dates for form in dates.forms if form.has_time]
    if asked:
        return Zone(asked, f"time zone {asked}, as said by --time-zone", is_assumed=False)
    named = {column.name.zone for column in dated if column.name.zone}
    if named:
        in_header = all(column.name.zone for column in dated)
        zone = min(named)
        doubts = (
            ()
            if len(named) == 1
            else (Doubt(f"headers name the zones {', '.join(sorted(named))}", "see that each is right"),)
        )
        return Zone(zone, f"time zone {zone}, by the header", is_assumed=False, in_header=in_header, doubts=doubts)
    if forms and all(form.has_zone for form in forms):
        return Zone("UTC", "every instant says its own offset from UTC", is_assumed=False, is_in_cells=True)
    return Zone(
        DESK,
        "instants carry no offset; they are taken for local time of the desk (desk.yaml). Another zone: "
        "--time-zone UTC",
        is_assumed=True,
    )
