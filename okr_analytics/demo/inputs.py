"""What the demo desk knows beside its tickets: surveys, knowledge-base articles and numbers of other systems.

Each is drawn with a generator of its own, so that none changes the tickets. Two topics have no article on purpose.
"""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from okr_analytics.demo.desk import DAY_SECONDS, FIRST_DAY, LAST_DAY, SEGMENTS, WEEKDAY_SHAPE, Indices, Numbers

Instants = NDArray[np.datetime64]

HOUR_SECONDS = 3600
SURVEYED = (
    "survey_id", "ticket_id", "customer", "sent_at", "answered_at", "replied_at", "csat", "nps",
    "effectively_resolved", "friendly", "felt_heard", "comment", "updated_at",
)  # fmt: skip
ANSWERS = ("csat", "nps", "effectively_resolved", "friendly", "felt_heard", "comment")
COMMENTS = {
    "glad": ("Thank you, that was quick.", "Muy amable, gracias.", "Tudo resolvido, obrigada!", "Foarte bine."),
    "sorry": ("Nobody told me why.", "He tenido que repetirlo todo.", "Demorou demais.", "Tot nu merge."),
}
ARTICLES = (
    ("how-to-reset-password", "Reset your password", "password and access", 60),
    ("two-factor", "Set up two-factor sign-in", "password and access", 35),
    ("locked-account", "My account is locked", "password and access", 28),
    ("read-your-invoice", "How to read your invoice", "billing", 40),
    ("change-payment", "Change how you pay", "billing", 22),
    ("track-delivery", "Track a delivery", "delivery", 55),
    ("missed-delivery", "Nobody was at home", "delivery", 18),
    ("app-update", "The app does not start", "app error", 30),
    ("app-offline", "Use the app offline", "app error", 9),
    ("first-steps", "First steps", "how to", 48),
    ("move-contract", "Moving house", "contract change", 12),
    ("how-we-handle-complaints", "How we handle complaints", "complaint", 7),
)


def survey_story(story: pl.DataFrame, seed: int = 11) -> pl.DataFrame:
    """One row per survey with all that ever becomes of it: about a third of the solved tickets are asked, and what
    the story says of satisfaction decides the answers."""
    rng = default_rng(seed)
    tickets = story.filter("is_rated")
    rows = len(tickets)
    csat = tickets["csat"].to_numpy()
    is_glad = csat >= 4  # noqa: PLR2004 - of five
    sent = _later(tickets["first_resolved_at"].to_numpy(), np.full(rows, HOUR_SECONDS))
    answered = _later(sent, rng.lognormal(np.log(8 * HOUR_SECONDS), 1.1, rows))
    answered = _sometimes(rng, np.full(rows, 0.62), answered)
    replied = _later(answered, rng.lognormal(np.log(13 * HOUR_SECONDS), 0.8, rows))
    texts = np.where(is_glad, rng.choice(COMMENTS["glad"], rows), rng.choice(COMMENTS["sorry"], rows))
    return tickets.select(
        pl.format("S{}", pl.col("ticket_id").str.slice(1)).alias("survey_id"),
        "ticket_id",
        pl.format("customer{}@example.org", "customer").alias("customer"),
        pl.Series("sent_at", sent),
        pl.Series("answered_at", answered),
        pl.Series("replied_at", _sometimes(rng, np.where(is_glad, 0.25, 0.85), replied)),
        "csat",
        pl.Series("nps", np.clip(2 * csat + rng.integers(-2, 2, rows), 0, 10)),
        pl.Series("effectively_resolved", _yes_or_no(rng, np.where(is_glad, 0.95, 0.45))),
        pl.Series("friendly", _yes_or_no(rng, np.where(is_glad, 0.98, 0.7))),
        pl.Series("felt_heard", _yes_or_no(rng, np.where(is_glad, 0.94, 0.5))),
        pl.Series("comment", np.where(rng.random(rows) < np.where(is_glad, 0.2, 0.5), texts, "")),
    )


def surveys_as_exported(surveys: pl.DataFrame, exported_at: datetime) -> pl.DataFrame:
    """The surveys as an export made at that instant shows them: no answer or reply that is still to come."""
    sent = surveys.filter(pl.col("sent_at") <= exported_at).with_columns(
        pl.when(pl.col(pl.Datetime) <= exported_at).then(pl.col(pl.Datetime))
    )
    return sent.with_columns(
        *(pl.when(pl.col("answered_at").is_not_null()).then(name).alias(name) for name in ANSWERS),
        updated_at=pl.max_horizontal(pl.col(pl.Datetime)),
    ).select(SURVEYED)


def article_days(seed: int = 12) -> pl.DataFrame:
    """One row per article and day: a slow growth in views, and ever fewer tickets after one."""
    rng = default_rng(seed)
    days = _days()
    shape, age = _shape(days), np.linspace(0, 1, len(days))
    frames = []
    for article_id, title, topic, usual in ARTICLES:
        views = rng.poisson(usual * shape * (0.85 + 0.3 * age))
        votes = rng.binomial(views, 0.12)
        helpful = rng.binomial(votes, 0.78)
        frame = pl.DataFrame(
            {"day": days, "views": views, "helpful_votes": helpful, "unhelpful_votes": votes - helpful}
        )
        after = pl.Series("tickets_after_view", rng.binomial(views, 0.14 - 0.05 * age))
        names = {"article_id": article_id, "title": title, "topic": topic}
        frames.append(frame.select(*(pl.lit(value).alias(name) for name, value in names.items()), pl.all(), after))
    return pl.concat(frames).sort("day", "article_id")


def observation_days(seed: int = 13) -> pl.DataFrame:
    """One row per metric, day and, for the time to find information, customer segment."""
    rng = default_rng(seed)
    days = _days()
    shape, age = _shape(days), np.linspace(0, 1, len(days))
    carts, parcels = rng.poisson(900 * shape), rng.poisson(420 * np.maximum(shape, 0.4))
    return pl.concat(
        [
            _ratio("cart_abandonment", days, rng.binomial(carts, 0.71 - 0.04 * age), carts),
            _ratio("deliveries_on_time", days, rng.binomial(parcels, 0.91 + 0.02 * age), parcels),
            *(_searching(rng, days, segment.name, 95 * segment.slowness * (1 - 0.15 * age)) for segment in SEGMENTS),
            _service_scores(rng, days, 8.6 + 0.5 * age),
        ],
        how="diagonal",
    ).sort("day", "metric", "segment")


def observations_as_exported(observations: pl.DataFrame, day: date) -> pl.DataFrame:
    """The observations as an export of that day shows them: of the last three days not every delivery is known."""
    is_young = (pl.col("metric") == "deliveries_on_time") & (pl.col("day") > day - timedelta(days=3))
    late = pl.when(is_young).then(pl.col("numerator") * 9 // 10).otherwise("numerator")
    return observations.filter(pl.col("day") <= day).with_columns(numerator=late)


def _ratio(metric: str, days: list[date], numerator: Indices, denominator: Indices) -> pl.DataFrame:
    counts = {"numerator": numerator, "denominator": denominator}
    return pl.DataFrame({"metric": metric, "day": days, "segment": "", **counts})


def _searching(rng: Generator, days: list[date], segment: str, usual: Numbers) -> pl.DataFrame:
    seconds = np.round(usual * rng.lognormal(0, 0.1, len(days)), 1)
    return pl.DataFrame({"metric": "information_search_seconds", "day": days, "segment": segment, "value": seconds})


def _service_scores(rng: Generator, days: list[date], usual: Numbers) -> pl.DataFrame:
    """What test customers say of the service each day, from 0 to 10."""
    scores = np.round(np.clip(usual + rng.normal(0, 0.4, len(days)), 0, 10), 1)
    return pl.DataFrame({"metric": "service_score", "day": days, "segment": "", "value": scores})


def _days() -> list[date]:
    return [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]


def _shape(days: list[date]) -> Numbers:
    return np.array([WEEKDAY_SHAPE[day.weekday()] for day in days])


def _later(instants: Instants, seconds: Numbers) -> Instants:
    """The instants that many seconds on, 60 days at most."""
    milliseconds = np.minimum(seconds, 60 * DAY_SECONDS).astype(np.int64) * 1000
    later: Instants = instants + milliseconds.astype("timedelta64[ms]")
    return later


def _sometimes(rng: Generator, chance: Numbers, instants: Instants) -> Instants:
    return np.where(rng.random(len(instants)) < chance, instants, np.datetime64("NaT", "ms"))


def _yes_or_no(rng: Generator, chance: Numbers) -> NDArray[np.str_]:
    return np.where(rng.random(len(chance)) < chance, "yes", "no")
