"""What a survey's answers are worth: 0 for the least on the scale of the day, 1 for the most.

One survey at a time. Meanings are those of sql/DECISIONS.md.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from okr_analytics.contracts.kinds import JUDGEMENTS, QUESTIONS
from okr_analytics.desk import Scale

Scales = Mapping[str, Sequence[Scale]]
NPS_LEAST, NPS_MOST = Decimal(0), Decimal(10)
POSITIVE_SCORE = 0.75  # the two best of five marks
PROMOTER_LEAST, DETRACTOR_MOST = 9, 6
DAY = "answered_or_sent_date"
NULLED = {
    "nulled_sent_at": ("sent_at", "after the answer"),
    "nulled_replied_at": ("replied_at", "before the answer"),
    **{f"outside_{question}": (question, "outside its scale") for question in QUESTIONS},
}


def null_contradictions(surveys: pl.LazyFrame) -> pl.LazyFrame:
    """A survey sent after its answer, or replied to before it, keeps the answer; the other instant is nulled and
    flagged."""
    return surveys.with_columns(
        nulled_sent_at=(pl.col("sent_at") > pl.col("answered_at")).fill_null(value=False),
        nulled_replied_at=(pl.col("replied_at") < pl.col("answered_at")).fill_null(value=False),
    ).with_columns(pl.when(~pl.col(f"nulled_{name}")).then(name) for name in ("sent_at", "replied_at"))


def score_answers(surveys: pl.LazyFrame, scales: Scales) -> pl.LazyFrame:
    """Adds `<question>_score`, CSAT on its newest scale and NPS on 0 to 10, with flags for what is on no scale."""
    newest = scales["csat"][-1]
    return (
        surveys.with_columns(pl.coalesce("answered_date", "sent_date").alias(DAY))
        .with_columns(_is_outside(question, scales[question]).alias(f"outside_{question}") for question in QUESTIONS)
        .with_columns(pl.when(~pl.col(f"outside_{question}")).then(question) for question in QUESTIONS)
        .with_columns(
            csat=_judged("csat", scales["csat"], newest.least, newest.most),
            nps=_expressed("nps", scales["nps"], NPS_LEAST, NPS_MOST),
            **{f"{each}_score": _judged(each, scales[each], Decimal(0), Decimal(1)) for each in ("csat", *JUDGEMENTS)},
        )
    )


def judge_scores(surveys: pl.LazyFrame) -> pl.LazyFrame:
    """Adds whether each score is one of the best, and promoters and detractors as 100 and -100 points."""
    promotes, detracts = pl.col("nps") >= PROMOTER_LEAST, pl.col("nps") <= DETRACTOR_MOST
    return surveys.with_columns(
        is_positive=pl.col("csat_score") >= POSITIVE_SCORE,
        is_promoter=promotes,
        nps_points=pl.when(promotes).then(100).when(detracts).then(-100).when(pl.col("nps").is_not_null()).then(0),
        **{f"is_{question}": pl.col(f"{question}_score") >= POSITIVE_SCORE for question in JUDGEMENTS},
    )


def _judged(question: str, scales: Sequence[Scale], least: Decimal, most: Decimal) -> pl.Expr:
    """A number by its scale; the words for best and worst, or yes and no, are the ends of any scale."""
    is_best = pl.col(f"{question}_is_best")
    said = pl.when(is_best).then(float(most)).when(~is_best).then(float(least))
    return pl.coalesce(_expressed(question, scales, least, most), said)


def _expressed(question: str, scales: Sequence[Scale], least: Decimal, most: Decimal) -> pl.Expr:
    """The answer on a scale from `least` to `most`; multiplied before it is divided, so that whole numbers stay so."""
    past_least = pl.col(question) - _on_the_day(scales, lambda scale: scale.least)
    span = _on_the_day(scales, lambda scale: scale.most - scale.least)
    return past_least * float(most - least) / span + float(least)


def _is_outside(question: str, scales: Sequence[Scale]) -> pl.Expr:
    least = _on_the_day(scales, lambda scale: scale.least)
    most = _on_the_day(scales, lambda scale: scale.most)
    return (~pl.col(question).is_between(least, most)).fill_null(value=False)


def _on_the_day(scales: Sequence[Scale], part: Callable[[Scale], Decimal]) -> pl.Expr:
    """A part of the scale that was valid on the survey's day; the first is valid since ever."""
    return pl.coalesce(
        pl.when(pl.lit(value=True) if scale.valid_from is None else pl.col(DAY) >= scale.valid_from).then(
            pl.lit(float(part(scale)))
        )
        for scale in reversed(scales)
    )
