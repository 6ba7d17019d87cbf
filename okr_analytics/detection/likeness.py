"""Which of our words a cell's word is like: statuses, channels, priorities, verdicts, opinions, in four languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from okr_analytics.detection.facts import lexicon
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.words import folding, plain

PLAIN = SourceProfile(title="words", kind="tickets", columns={"ticket_id": ("id",), "opened_at": ("opened",)})


SHORTEST = 3
UNCLEAR = ("mail", "form", "personal", "other")
"""Channels' names that, beside other words, mean something else: a letter is mail, too."""


@dataclass(frozen=True)
class Folded:
    """The words of a column: `known` ones every profile folds, `alike` ones this profile has to, `foreign` ones nobody
    can tell. Each with our word, or for foreign ones with how many cells say it."""

    known: Mapping[str, str]
    alike: Mapping[str, str]
    foreign: Mapping[str, int]

    @property
    def said(self) -> frozenset[str]:
        """Our words that occur."""
        return frozenset((*self.known.values(), *self.alike.values()))


def fold(ours: str, words: Mapping[str, int]) -> Folded:
    """What the words of one of our word columns mean."""
    built_in = _built_in(ours)
    known = {word: built_in[plain(word)] for word in words if plain(word) in built_in}
    left = {word: count for word, count in words.items() if word not in known}
    like = {"status": _status, "priority": _priority, "channel": _channel}[ours]
    alike = {word: found for word in left if (found := like(word))}
    return Folded(known, alike, {word: count for word, count in left.items() if word not in alike})


def known_share(ours: str, words: Mapping[str, int]) -> float:
    """Of the cells, how many hold a word that is known or like one."""
    foreign = fold(ours, words).foreign
    return 1 - sum(foreign.values()) / max(1, sum(words.values()))


def _parts(word: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)))


def _status(word: str) -> str | None:
    """Ours if every part of the word is like one of ours, or changes nothing. A no, not or un- is neither."""
    parts = [part for part in _parts(word) if not part.isdigit()]
    found = [
        next((ours for ours, starts in lexicon()["status"].items() if part.startswith(tuple(starts))), None)
        for part in parts
    ]
    foreign = [part for part, ours in zip(parts, found, strict=True) if ours is None and part not in _neutral()]
    liked = [ours for ours in lexicon()["status"] if ours in found]
    return liked[0] if liked and not foreign else None


@cache
def _built_in(ours: str) -> Mapping[str, str]:
    return folding(PLAIN, ours)


@cache
def _priority_words() -> Mapping[str, str]:
    return {plain(each): ours for ours, said in lexicon()["priority"].items() for each in said}


@cache
def _neutral() -> frozenset[str]:
    return frozenset(lexicon()["neutral"])


def _priority(word: str) -> str | None:
    """Ours for '1 - Critical', 'P2', 'Severity 3', 'Muy alta'; a bare number tells nothing: either end may be first."""
    if plain(word).isdigit():
        return None
    built_in, by_word = _built_in("priority"), _priority_words()
    tail = " ".join(part for part in _parts(word) if not part.isdigit())
    joined = "".join(_parts(word))
    return by_word.get(plain(word)) or built_in.get(tail) or by_word.get(tail) or by_word.get(joined)


def _channel(word: str) -> str | None:
    """Ours if the word, or one part of it, is a channel's name."""
    built_in = _built_in("channel")
    parts = _parts(word.replace("E-mail", "email").replace("e-mail", "email"))
    whole = built_in.get(" ".join(parts))
    found = {built_in[part] for part in parts if part in built_in and len(part) >= SHORTEST and part not in UNCLEAR}
    return whole or (found.pop() if len(found) == 1 else None)


def fold_two(words: Mapping[str, int], one: str, other: str) -> tuple[dict[str, str], list[str]]:
    """Words of which each is one of two meanings (met or breached, best or worst), and those that are neither."""
    meaning = {plain(each): ours for ours in (one, other) for each in lexicon()[ours]}
    found = {word: meaning[plain(word)] for word in words if plain(word) in meaning}
    return found, [word for word in words if word not in found]
