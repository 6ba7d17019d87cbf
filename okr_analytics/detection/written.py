"""A proposed profile as YAML that people read: what each line rests on stands beside it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from okr_analytics.detection.proposal import Proposal

PLAIN_SCALAR = re.compile(r"[A-Za-z_][A-Za-z0-9_./ -]*[A-Za-z0-9_./]|[A-Za-z_]")
NOT_TEXT = ("null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf")


def as_yaml(proposal: Proposal) -> str:
    """The profile's text, with its evidence as comments."""
    lines = [f"# {line}" for line in _opening(proposal)]
    for key, value in proposal.data.items():
        lines += _block(key, value, proposal)
    return "\n".join(lines) + "\n"


def _opening(proposal: Proposal) -> list[str]:
    sure = "all of" if proposal.is_whole else "the first"
    said = [
        f"Proposed by 'okr sources detect' from {proposal.path} ({sure} {proposal.rows:,} rows). Look it over once."
    ]
    said += [f"Evidence: {each}" for each in proposal.evidence]
    said += [f"Assumed: {each}" for each in proposal.assumptions]
    said += [f"Unsure: {each}" for each in proposal.doubts]
    return [_one_line(each) for each in said]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _block(key: str, value: Any, proposal: Proposal) -> list[str]:
    if key == "columns":
        why = {read.ours: read for read in proposal.reads}
        return ["columns:", *(f"  {ours}: {_flow(header)}{_comment(why.get(ours))}" for ours, header in value.items())]
    if key == "words":
        return ["words:", *(line for column, folds in value.items() for line in _words(column, folds))]
    if isinstance(value, Mapping):
        return [f"{key}:", *(f"  {name}: {_flow(each)}" for name, each in value.items())]
    return [f"{key}: {_flow(value)}"]


def _words(column: str, folds: Mapping[str, Any]) -> list[str]:
    return [f"  {column}:", *(f"    {ours}: {_flow(words)}" for ours, words in folds.items())]


def _comment(read: Any) -> str:
    if read is None:
        return ""
    also = f"; also possible: {', '.join(read.others)}" if read.others else ""
    return "  # " + _one_line(("" if read.is_sure else "unsure: ") + read.why + also)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    text = str(value)
    is_plain = PLAIN_SCALAR.fullmatch(text) and text.lower() not in NOT_TEXT
    return text if is_plain else json.dumps(text, ensure_ascii=False)
