"""The scales that survey questions are answered on. A desk that says nothing uses the customary ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_analytics.contracts.kinds import JUDGEMENTS
from okr_analytics.desk import Desk


@dataclass(frozen=True)
class Scale:
    """The least and the most that can be answered from a day on; a null day: from the beginning."""

    valid_from: date | None
    least: Decimal
    most: Decimal


CUSTOMARY = {
    "csat": Scale(None, Decimal(1), Decimal(5)),
    "nps": Scale(None, Decimal(0), Decimal(10)),
    **{question: Scale(None, Decimal(0), Decimal(1)) for question in JUDGEMENTS},
}


def scales(desk: Desk, question: str) -> tuple[Scale, ...]:  # noqa: ARG001 - desk.yaml will say
    """The scales of a question, oldest first."""
    return (CUSTOMARY[question],)
