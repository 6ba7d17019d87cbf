"""The languages of the page: what one writes in en, es, pt or ro."""

from functools import cache

from babel import Locale

from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.languages.dates import Dates
from okr_analytics.languages.spoken import read
from okr_analytics.languages.words import Words

LOCALES = {"en": "en_GB", "es": "es", "pt": "pt_BR", "ro": "ro"}
LANGUAGES = tuple(LOCALES)


class Language(Words, Dates):
    """Everything that is said in one language: texts and words, figures, dates."""


@cache
def language(code: str) -> Language:
    """The language of that code; raises UsageError with the known ones."""
    if code not in LOCALES:
        raise UsageError(f"no language '{code}'{did_you_mean(code, LANGUAGES)}")
    return Language(**read(code, Locale.parse(LOCALES[code])))
