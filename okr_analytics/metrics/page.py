"""The page of the docs that lists every shipped measure and KPI, made of the headers that define them."""

from okr_analytics.desk import Desk
from okr_analytics.metrics.catalogue import Catalogue, Kpi, Measure
from okr_analytics.metrics.shipped import shipped

OPENING = """\
# Measures and KPIs

Made of the headers in `sql/fact/` (and a home's kpis.yaml) by `okr kpis --markdown`; a test checks that it is current.
What the contested words mean, with one worked ticket each, stands in [`sql/DECISIONS.md`](../sql/DECISIONS.md).

A **measure** is a stream of events; a **KPI** is a measure, a clock where it measures time, and a statistic. Every KPI
is in `kpi.results` by day, week, month and quarter, for all and by channel, topic, priority, team, agent, segment and
source; `kpi.slice` gives any other slice. A home adds its own in `kpis.yaml`. A unit "per calendar day" reads "per
business day" where the desk file gives hours.
"""


def markdown(catalogue: Catalogue | None = None) -> str:
    """The page; by default of what every desk has."""
    catalogue = catalogue or shipped(Desk())
    return "\n".join([OPENING, *(_section(each, catalogue) for each in catalogue.measures.values())])


def _section(measure: Measure, catalogue: Catalogue) -> str:
    rows = [_row(each, measure) for each in catalogue.kpis.values() if each.measure == measure.name]
    needed = [f"`{each}`" for each in measure.requires if " " not in each]
    needs = f" Needs {' and '.join(needed)}." if needed else ""
    return "\n".join(
        [
            f"## {measure.title} (`{measure.name}`)",
            "",
            f"{measure.question} Rows: `{measure.table}`, from {measure.input}.{needs}",
            "",
            "| KPI | unit | clock | better | asks |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(each: Kpi, measure: Measure) -> str:
    question = each.title if each.question == measure.question else f"{each.title}: {each.question}"
    cells = (f"`{each.kpi_id}`", each.unit, each.clock or "", each.direction, question)
    return f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in cells)} |"
