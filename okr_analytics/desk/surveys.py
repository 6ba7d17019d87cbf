"""The scales on which customers answer, per question."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, model_validator

from okr_analytics.desk.blocks import Block
from okr_analytics.errors import did_you_mean

QUESTIONS = ("csat", "nps", "effectively_resolved", "friendly", "felt_heard")
NUMBER = r"(-?\d+(?:\.\d+)?)"
Bounds = tuple[Decimal, Decimal]
YES_OR_NO = (Decimal(0), Decimal(1))
DEFAULTS: dict[str, Bounds] = {
    "csat": (Decimal(1), Decimal(5)),
    "nps": (Decimal(0), Decimal(10)),
    "effectively_resolved": YES_OR_NO,
    "friendly": YES_OR_NO,
    "felt_heard": YES_OR_NO,
}


class Scale(NamedTuple):
    """From the least answer to the most, as of a day; a null day means since ever."""

    valid_from: date | None
    least: Decimal
    most: Decimal


def bounds(written: object) -> Bounds:
    """The least and the most answer of 1-5; raises ValueError."""
    match = re.fullmatch(rf"\s*{NUMBER}\s*[-–]\s*{NUMBER}\s*", str(written))
    if not match or Decimal(match[1]) >= Decimal(match[2]):
        raise ValueError(f"'{written}' is no scale; write the least and the most answer, like 1-5")
    return Decimal(match[1]), Decimal(match[2])


def known_question(word: str) -> str:
    """The word if it is a survey question; raises ValueError with the nearest one otherwise."""
    if word not in QUESTIONS:
        raise ValueError(f"no survey question '{word}'{did_you_mean(word, QUESTIONS)}")
    return word


class Surveys(Block):
    """The scale of each question; one that a later block leaves out keeps the scale that it had."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[Annotated[str, AfterValidator(known_question)], Annotated[Bounds, BeforeValidator(bounds)]]

    @model_validator(mode="after")
    def _nps_has_one_scale(self) -> Self:
        nps = (self.model_extra or {}).get("nps", DEFAULTS["nps"])
        if nps != DEFAULTS["nps"]:
            raise ValueError(f"nps: {nps[0]}-{nps[1]} is no NPS; its answers run from 0 to 10, promoters are 9 and 10")
        return self


def scales(blocks: Sequence[Surveys], question: str) -> tuple[Scale, ...]:
    """The scales of a question, oldest first; the first one is valid since ever."""
    written = [
        Scale(each.valid_from, *each.model_extra[question])
        for each in blocks
        if each.model_extra and question in each.model_extra
    ]
    first = () if written and written[0].valid_from is None else (Scale(None, *DEFAULTS[question]),)
    return (*first, *written)
