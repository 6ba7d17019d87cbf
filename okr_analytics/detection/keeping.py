"""Keeping a proposed profile among a home's own."""

from pathlib import Path

from okr_analytics.detection.detect import checked
from okr_analytics.detection.proposal import Proposal
from okr_analytics.errors import UsageError
from okr_analytics.home import Home


def keep(home: Home, proposal: Proposal, *, is_forced: bool) -> Path:
    """Write sources/<name>.yaml; raises UsageError where something is still to be said, or a file is there already."""
    if open_ones := [str(doubt) for doubt in proposal.doubts if doubt.is_open]:
        raise UsageError("nothing is written yet: " + "; ".join(open_ones))
    path = home.sources / f"{proposal.name}.yaml"
    if path.exists() and not is_forced:
        raise UsageError(f"{home.relative(path)} exists; --force writes over it, --name gives another name")
    text = checked(proposal)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
