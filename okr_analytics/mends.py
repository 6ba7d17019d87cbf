"""A mistake in a file that people write, in their words: what was found, and the mend.

On which line it stands is `documents`' to say.
"""

import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from okr_analytics.errors import did_you_mean

YAML_MENDS = {
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "put a text with a colon in quotes, and indent keys of one thing alike",
    "got ':'": "put a text with a colon in quotes",
    "expected <block end>": "indent keys of one thing alike",
    "could not find expected ':'": "write key: value, and put longer texts in quotes",
    "cannot start any token": "put the text in quotes",
}
SIGNS = {r"^[\w-]+$": "letters, digits, - and _", r"^[a-z][a-z0-9_]*$": "small letters, digits and _, a letter first"}
SAID: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "string_type": lambda found, _: _no_text(found),
    "string_pattern_mismatch": lambda found, more: f"'{found}': write {SIGNS.get(more['pattern'], more['pattern'])}",
    "literal_error": lambda found, more: _none_of(found, more["expected"]),
    "greater_than": lambda found, more: f"{found} is too little; write a number above {more['gt']:g}",
    "greater_than_equal": lambda found, more: f"{found} is too little; write {more['ge']:g} or more",
    "model_type": lambda *_: "write keys with their values here, like title: Some words",
    "dict_type": lambda *_: "write keys with their values here, like {channel: email}",
    "tuple_type": lambda *_: "write a list here, like [one, another]",
    "too_short": lambda *_: "nothing is in it; write something, or leave it out",
    "float_parsing": lambda found, _: f"'{found}' is no number",
    "int_parsing": lambda found, _: f"'{found}' is no whole number",
    "int_type": lambda found, _: f"'{found}' is no whole number; write one, like 3",
}


def of_yaml(problem: str | None) -> str:
    """What is wrong with the YAML."""
    mend = next((mend for sign, mend in YAML_MENDS.items() if sign in str(problem)), "look at this line and the last")
    return f"no valid YAML: {problem}; {mend}"


def of_model(error: Any, key: str, model: type[BaseModel]) -> str:
    """What pydantic found at `key`, which is empty at the top of a file; `model` is that of the whole file."""
    if error["type"] == "extra_forbidden":
        known = _keys(model)
        return f"unknown key '{key}' here" if key in known else f"unknown key '{key}'{did_you_mean(key, known)}"
    if error["type"] == "missing":
        return f"'{key}' is missing; add it"
    found = error["input"]
    if error["type"] in SAID:
        said = SAID[error["type"]](found, error.get("ctx", {}))
    else:
        is_shown = isinstance(found, str | int | float) and error["type"] != "value_error"
        said = error["msg"].removeprefix("Value error, ") + (f" (found {found!r})" if is_shown else "")
    return f"{key}: {said}" if key else str(said)


def _no_text(found: Any) -> str:
    if isinstance(found, bool):
        return "YAML reads this word as yes or no; put it in quotes"
    return "put it in quotes" if isinstance(found, int | float) else "write one text here"


def _none_of(found: Any, expected: str) -> str:
    """The nearest of the words that it may be, or all of them."""
    words = re.findall("'([^']*)'", expected)
    return f"no '{found}'{did_you_mean(str(found), words)}"


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that the model or a model inside it knows."""
    schema = model.model_json_schema()
    return {key for each in [schema, *schema.get("$defs", {}).values()] for key in each.get("properties", {})}
