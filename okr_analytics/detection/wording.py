"""Which words of the cells stand for ours, which mean no value, and which nobody can tell.

Only words that are not built in are said: the profile gets what it needs, and people see what was taken for what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_analytics.contracts.columns import FLAGS, SOLVED_STATUSES
from okr_analytics.detection.facts import MOST, Facts, lexicon
from okr_analytics.detection.likeness import PLAIN, fold, fold_two
from okr_analytics.detection.proposal import Doubt
from okr_analytics.landing.cells import FALSE, TRUE
from okr_analytics.sources.words import folding, plain

MOST_LISTED, LONGEST, USUAL_TOP = 12, 40, 5
SCALES = (5, 7, 10, 100)
BECOMES = {
    "status": "such tickets count as open unless they have an end",
    "priority": "they stay as they are, and no SLA by priority finds them",
    "channel": "they become 'other'",
}
TAKEN_BACK = ("cancel", "anul", "retir", "withdraw", "desist")
LOG_KEEPS_STATE = "they leave a ticket's state as it was"
BREACH = ("breach", "breached", "violated", "overdue", "missed", "exceeded", "vencido", "incumplido", "fuera", "fora",
          "depasit", "intarziat", "atrasado", "violado", "vencida", "late")  # fmt: skip


@dataclass
class Wording:
    """What was found about the words: for the profile, for people to look at, and what is assumed."""

    words: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)


def wording(mapped: Mapping[str, Facts], *, is_log: bool) -> Wording:
    """The words of the mapped columns."""
    found = Wording()
    for ours in ("status", "priority", "channel"):
        if ours in mapped and (words := mapped[ours].words):
            _fold(found, ours, mapped[ours], words, is_log=is_log)
    for ours in FLAGS:
        if ours in mapped and (words := mapped[ours].words):
            _judge(found, ours, mapped[ours], words)
    if "csat" in mapped and (words := mapped["csat"].words):
        _opine(found, mapped["csat"], words)
    _missing(found, mapped)
    if "status" in mapped:
        _doubt_solves(found, mapped["status"])
    return found


def _fold(found: Wording, ours: str, column: Facts, words: Mapping[str, int], *, is_log: bool) -> None:
    folded = fold(ours, words)
    if folded.alike:
        found.words[ours] = _by_ours(folded.alike)
        said = [f"'{word}' as {each}" for word, each in folded.alike.items() if len(word) <= LONGEST]
        found.assumptions.append(f"{ours}: read by likeness {', '.join(said[:MOST_LISTED])}")
    if folded.foreign:
        found.doubts.append(_foreign(ours, column, folded.foreign, is_log=is_log))


def _foreign(ours: str, column: Facts, foreign: Mapping[str, int], *, is_log: bool) -> Doubt:
    becomes = LOG_KEEPS_STATE if is_log and ours == "status" else BECOMES[ours]
    found = f"{column.header}: nobody can tell what {_listed(foreign)} mean; {becomes}"
    is_taken_back = ours == "status" and any(plain(word).startswith(TAKEN_BACK) for word in foreign)
    hint = "; a request that was taken back is none: deleted" if is_taken_back else ""
    return Doubt(found, f"say it under words: {ours}{hint}")


def _listed(words: Mapping[str, int]) -> str:
    """Words with how often they occur; long ones are texts, and may be people's."""
    short = [f"'{word}' ({count:,})" for word, count in words.items() if len(word) <= LONGEST and "@" not in word]
    shown = short[:MOST_LISTED]
    return ", ".join(shown) + (f" and {len(words) - len(shown)} more" if len(words) > len(shown) else "")


def _by_ours(folded: Mapping[str, str]) -> dict[str, list[str]]:
    return {ours: [word for word, each in folded.items() if each == ours] for ours in dict.fromkeys(folded.values())}


def _judge(found: Wording, ours: str, column: Facts, words: Mapping[str, int]) -> None:
    """Verdicts; under a header that speaks of the breach, yes is the breach."""
    built_in = {*TRUE, *FALSE, *folding(PLAIN, ours)}
    told, foreign = fold_two(words, "met", "breached")
    is_turned = bool({*column.name.words} & {*BREACH})
    if is_turned:
        told = {word: _turned(word, each) for word, each in told.items()}
    said = {word: each for word, each in told.items() if is_turned or plain(word) not in built_in}
    if said:
        found.words[ours] = _by_ours(said)
    if is_turned:
        found.assumptions.append(f"{column.header} speaks of the breach, so yes is 'breached' and no is 'met'")
    if foreign:
        listed = _listed({word: words[word] for word in foreign})
        said_so = f"{column.header}: {listed} say neither met nor breached and are left out"
        found.doubts.append(Doubt(said_so, f"say it under words: {ours}"))


def _turned(word: str, meaning: str) -> str:
    """A word that says yes or no is turned around; one that says met or breached is not."""
    if plain(word) not in {*TRUE, *FALSE} - {"met", "breached", "missed"}:
        return meaning
    return "breached" if meaning == "met" else "met"


def _opine(found: Wording, column: Facts, words: Mapping[str, int]) -> None:
    """Opinions: numbers on a scale, or words for the best and the worst."""
    if column.number_share >= MOST:
        lowest, highest = column.lowest or 0, column.highest or 0
        if highest > USUAL_TOP or lowest < 1:
            mend = f"say the scale in desk.yaml, like surveys: {{csat: {_scale(lowest, highest)}}}"
            found.doubts.append(Doubt(f"{column.header}: opinions go from {lowest:g} to {highest:g}", mend))
        return
    told, foreign = fold_two(words, "best", "worst")
    built_in = folding(PLAIN, "csat")
    if said := {word: each for word, each in told.items() if plain(word) not in built_in}:
        found.words["csat"] = _by_ours(said)
    none = {plain(word) for word in lexicon()["no_opinion"]}
    found.missing |= {word: words[word] for word in foreign if plain(word) in none}
    if strange := {word: words[word] for word in foreign if plain(word) not in none}:
        mend = "say best, worst or a number for each under words: csat"
        found.doubts.append(Doubt(f"{column.header}: {_listed(strange)} are no opinion that can be told", mend))


def _scale(lowest: float, highest: float) -> str:
    top = next(top for top in SCALES if highest <= top)
    return f"{0 if lowest < 1 else 1}-{top}"


def _missing(found: Wording, mapped: Mapping[str, Facts]) -> None:
    """Cells that say nothing; a word that says something in another mapped column is not taken for one."""
    speaking = {
        word for ours in ("status", "channel", "priority") if ours in mapped for word in mapped[ours].words or ()
    }
    found.missing = {word: count for word, count in found.missing.items() if word not in speaking}
    for column in mapped.values():
        for word, count in column.missing.items():
            found.missing[word] = found.missing.get(word, 0) + count


def _doubt_solves(found: Wording, column: Facts) -> None:
    said = fold("status", column.words or {}).said
    if column.words and not said & {*SOLVED_STATUSES}:
        mend = "say which one does under words: status: solved"
        found.doubts.append(Doubt(f"{column.header}: no word says that a ticket is solved", mend))
