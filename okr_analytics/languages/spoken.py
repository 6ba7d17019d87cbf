"""What a language has: its conventions by Babel, and its texts from the YAML file beside this module.

Texts stand under dotted keys of our own. Words that the catalogue of KPIs already has in English (titles, questions,
units) stand under the English ones, so that English says them in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

PLURAL_FORMS = frozenset(("zero", "one", "two", "few", "many", "other"))
NO_BREAK = "\xa0"
UNKNOWN = "–"
SEVERAL = 2

Wording = str | Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Spoken:
    """One language. `texts` by dotted key; `titles`, `questions`, `statistics`, `units` and `per` by the English words
    of the catalogue. A wording is one text, or one per plural form."""

    code: str
    locale: Locale
    texts: Mapping[str, Wording]
    titles: Mapping[str, str]
    questions: Mapping[str, str]
    statistics: Mapping[str, str]
    units: Mapping[str, Wording]
    per: Mapping[str, str]

    @property
    def tag(self) -> str:
        """The language as HTML names it: en, es, pt-BR, ro."""
        return "pt-BR" if self.code == "pt" else self.code

    def form(self, wording: Wording, number: Decimal | int) -> str:
        """The wording for so many things, by the language's plural rule; the digits shown decide: 1 ticket, 1.0
        tickets."""
        if isinstance(wording, str):
            return wording
        plural = str(self.locale.plural_form(number.copy_abs() if isinstance(number, Decimal) else float(abs(number))))
        return wording.get(plural, wording["other"])


def read(code: str, locale: Locale) -> dict[str, Any]:
    """What the YAML file of a language says, as the fields of `Spoken`."""
    said = yaml.safe_load(Path(__file__).with_name(f"{code}.yaml").read_text(encoding="utf-8"))
    by_english = {name: said.get(name, {}) for name in ("titles", "questions", "statistics", "units", "per")}
    return {"code": code, "locale": locale, "texts": dict(_flat(said["texts"])), **by_english}


def _flat(said: Mapping[str, Any], before: str = "") -> list[tuple[str, Wording]]:
    found: list[tuple[str, Wording]] = []
    for name, below in said.items():
        if isinstance(below, Mapping) and not ("other" in below and PLURAL_FORMS.issuperset(below)):
            found += _flat(below, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", below))
    return found
