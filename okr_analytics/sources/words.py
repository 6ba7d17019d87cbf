"""Folding of channel, status, priority, escalation and check-in words to the project's closed lists."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from okr_analytics.sources.profile import SourceProfile

Folding = dict[str, str]


def plain(word: str) -> str:
    """The word as words are compared: lower case, no accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


@cache
def _built_in() -> dict[str, dict[str, list[str]]]:
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, list[str]]]", yaml.safe_load(text))


def folding(profile: SourceProfile, column: str) -> Folding:
    """From a plain word to the project's word, for one column; the profile's own words win."""
    base = "channel" if column == "origin_channel" else column
    own = profile.words.get(column) or profile.words.get(base) or {}
    return {
        plain(str(word)): ours
        for listed in (_built_in().get(base, {}), own)
        for ours, words in listed.items()
        for word in words
    }
