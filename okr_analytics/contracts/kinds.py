"""The kinds of export: which of our columns a profile of each kind may map, by how their cells are read.

What a column means is `descriptions`; how cells are read, in `landing.cells`.
"""

from dataclasses import dataclass

from okr_analytics.contracts.columns import COUNTS, FLAGS, INSTANTS, SECONDS, SOURCE_SECONDS, TEXTS, WORDS

VERSION_INSTANTS = ("updated_at", "exported_at")
SURVEY_INSTANTS = ("sent_at", "answered_at", "replied_at", *VERSION_INSTANTS)
JUDGEMENTS = ("effectively_resolved", "friendly", "felt_heard")
QUESTIONS = ("csat", "nps", *JUDGEMENTS)


@dataclass(frozen=True)
class Kind:
    """One kind of export. `required` columns must be mapped and present, and at least one of `one_of` mapped;
    `days_ahead` may lie after the export; `durations` come in a unit that the profile names; `ticks` are yes or no, or
    say neither by an empty cell; `judgements` are numbers or words for the best and the worst; of `presences` only
    whether they are filled is kept."""

    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    raw_words: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    days_ahead: tuple[str, ...] = ()
    whole_numbers: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    judgements: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    presences: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Every column that a profile of this kind may map."""
        return frozenset(
            (
                *self.texts, *self.words, *self.instants, *self.days, *self.days_ahead, *self.whole_numbers,
                *self.durations, *self.numbers, *self.judgements, *self.flags, *self.ticks, *self.presences,
                *self.identities,
            )
        )  # fmt: skip

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns whose cells are never stored as they stand."""
        return (*self.presences, *self.identities)


_TICKETS = Kind(
    required=("ticket_id", "opened_at"),
    texts=("ticket_id", *TEXTS),
    words=WORDS,
    raw_words=("channel",),
    instants=INSTANTS,
    whole_numbers=COUNTS,
    durations=(*SECONDS, *SOURCE_SECONDS),
    judgements=("csat",),
    flags=FLAGS,
    presences=("comment",),
    identities=("customer",),
)
KINDS = {
    "tickets": _TICKETS,
    "events": _TICKETS,
    "surveys": Kind(
        required=("survey_id",),
        one_of=("sent_at", "answered_at"),
        texts=("survey_id", "ticket_id", "topic", "team", "agent", "segment"),
        words=("channel", "priority"),
        instants=SURVEY_INSTANTS,
        numbers=("nps",),
        judgements=("csat", *JUDGEMENTS),
        presences=("comment",),
        identities=("customer",),
    ),
    "articles": Kind(
        required=("article_id", "day"),
        texts=("article_id", "title", "topic"),
        instants=VERSION_INSTANTS,
        days=("day",),
        whole_numbers=("views", "helpful_votes", "unhelpful_votes", "tickets_after_view"),
    ),
    "observations": Kind(
        required=("metric", "day"),
        one_of=("value", "numerator"),
        texts=("metric", "topic", "team", "agent", "segment"),
        words=("channel", "priority"),
        instants=VERSION_INSTANTS,
        days=("day",),
        numbers=("value", "numerator", "denominator"),
    ),
    "checkins": Kind(
        required=("kr_id", "day"),
        texts=("kr_id", "milestone", "comment", "author"),
        words=("human_status",),
        instants=VERSION_INSTANTS,
        days=("day",),
        days_ahead=("expires_on",),
        numbers=("confidence",),
        ticks=("done",),
    ),
}
# what measures are fed from: events fold to tickets, and check-ins speak of key results
INPUTS = tuple(kind for kind in KINDS if kind not in ("events", "checkins"))
