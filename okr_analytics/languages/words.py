"""Texts, and the words that the warehouse uses for statuses, causes, members and KPIs, in a language.

A shipped word is translated; what a home calls its own KPIs, topics or teams stays as the home wrote it.
"""

import re
from collections.abc import Iterable
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal

from okr_analytics.durations import seconds_of
from okr_analytics.languages.figures import Figures
from okr_analytics.languages.spoken import SEVERAL

CLOCK = re.compile(r"(?P<title>.+) \((?P<clock>calendar|business)\)")
TWO_POINTS = re.compile(r"(?<!\.)\.\.$")  # of an abbreviated month at the end of a sentence
FIELD = re.compile(r"\\{(\w+)\\}")


class Words(Figures):
    """What a language calls things."""

    def text(self, key: str, **values: Any) -> str:
        """The text under a dotted key, its {fields} filled in. `count` decides on the plural form and is shown in the
        language's digits. Raises KeyError for an unknown key or a field that is not given."""
        wording = self.form(self.texts[key], values.get("count", SEVERAL))
        if "count" in values:
            values["count"] = format_decimal(values["count"], locale=self.locale)
        return TWO_POINTS.sub(".", wording.format(**values))

    def status(self, word: str | None) -> str:
        """A status of a key result or objective; null: not started."""
        return self._word("status", word or "not_started")

    def cause(self, word: str) -> str:
        """Why an answer changed."""
        return self._word("cause", word)

    def achieved(self, word: str) -> str:
        """What a key result reached."""
        return self._word("achieved", word)

    def flags(self, flags: str | None) -> tuple[str, ...]:
        """What the flags of an answer mean, a sentence each; `flags` as the warehouse has them, separated by commas."""
        return tuple(self._word("flag", word) for word in (flags or "").split(", ") if word)

    def reason(self, word: str) -> str:
        """Why tickets are escalated."""
        return self._word("reason", word)

    def rejection(self, word: str) -> str:
        """Why a row was rejected."""
        return self._word("rejection", word)

    def dimension(self, name: str) -> str:
        """A dimension: channel, topic, team, …"""
        return self._word("dimension", name)

    def member(self, dimension: str, word: str) -> str:
        """A member of a dimension: ours translated, the home's own as it is."""
        if word in ("unknown", "all"):
            return self.text(f"member.{word}")
        return self._word(dimension, word, word) if dimension in ("channel", "priority") else word

    def kpi(self, title: str) -> str:
        """The title of a KPI. One that is made of a shipped measure, a statistic and a clock is translated by its
        parts; one that the home wrote stays."""
        if title in self.titles:
            return self.titles[title]
        timed = CLOCK.fullmatch(title)
        measure, _, statistic = (timed["title"] if timed else title).rpartition(", ")
        said = self._statistic(statistic)
        if measure not in self.titles or said is None:
            return title
        clock = f" ({self.text('clock.' + timed['clock'])})" if timed else ""
        return f"{self.titles[measure]}, {said}{clock}"

    def question(self, question: str) -> str:
        """The question that a KPI answers; one that the home wrote stays."""
        return self.questions.get(question, question)

    def listed(self, things: Iterable[str]) -> str:
        """a, b and c."""
        return format_list(list(things), locale=self.locale)

    def _word(self, room: str, word: str, otherwise: str | None = None) -> str:
        key = f"{room}.{word}"
        return self.text(key) if key in self.texts else otherwise or word.replace("_", " ")

    def _statistic(self, english: str) -> str | None:
        """The statistic's name; a limit or percentile in it is taken over."""
        for pattern, said in self.statistics.items():
            if found := re.fullmatch(FIELD.sub(r"(?P<\1>.+)", re.escape(pattern)), english):
                return said.format(**{name: self._limit(text) for name, text in found.groupdict().items()})
        return None

    def _limit(self, text: str) -> str:
        """A limit as people wrote it, in this language's units; a bare number stays."""
        try:
            seconds = seconds_of(text)
        except ValueError:
            return text
        return text if seconds is None else self.duration(float(seconds))
