"""Check-ins: reading what people said about key results, and noting it down as an export that the next run reads.

What a check-in's row means is `inputs.checkins`; what it does to an answer does not belong here.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from okr_analytics.desk import read_desk
from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.home import Home
from okr_analytics.inputs.checkins import LEAST_CONFIDENCE, MOST_CONFIDENCE, STATUS_HOLDS
from okr_analytics.okr.defining.definitions import Definitions, KeyResult
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

FOLDER = "checkins"
FIRST_DAY = date(1970, 1, 1)
NAME_LETTERS = 40  # of the key result's id in a file name
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class CheckIn:
    """What one author said about a key result, or one of its milestones, on a desk-local day. Null: it was not said."""

    kr_id: str
    day: date
    milestone: str | None = None
    is_done: bool | None = None
    confidence: float | None = None
    human_status: str | None = None
    expires_on: date | None = None
    comment: str | None = None
    author: str | None = None

    def __str__(self) -> str:
        """What is said, in words."""
        done = {True: "done", False: "not done", None: "named"}[self.is_done]
        about = f"milestone {self.milestone} {done}" if self.milestone else None if self.is_done is None else done
        sure = None if self.confidence is None else f"confidence {self.confidence:g} of {MOST_CONFIDENCE}"
        status = self.human_status and f"{self.human_status.replace('_', ' ')} until {self.expires_on}"
        return ", ".join(said for said in (about, sure, status, self.comment) if said)


def read_checkins(engine: Engine) -> list[CheckIn]:
    """Every current check-in of core.checkins by key result and day; those on one day by milestone, then author."""
    return [CheckIn(*row) for row in engine.rows(query("checkins_read"))]


def note(home: Home, said: CheckIn, now: datetime) -> tuple[CheckIn, Path]:
    """Write a check-in below exports/checkins/; returns it as it will be read, and its file. `now` has a zone.

    Raises UsageError where it is about nothing that is defined, says nothing, or cannot stand.
    """
    said = _trimmed(said)
    _refuse_unknown(said, read_definitions(home))
    _refuse_impossible(said, today(home, now))
    settled = _settled(said)
    folder = home.exports / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return settled, _write(folder, settled, now.astimezone(UTC))
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; make it a folder that can be written to") from None


def today(home: Home, now: datetime) -> date:
    """The day that it is where the desk is."""
    return now.astimezone(read_desk(home).zone).date()


def _trimmed(said: CheckIn) -> CheckIn:
    """Without outer spaces, and null where nothing is left."""
    return replace(said, milestone=_text(said.milestone), comment=_text(said.comment), author=_text(said.author))


def _text(text: str | None) -> str | None:
    """The text as UTF-8 can hold it."""
    return (text or "").encode("utf-8", "replace").decode("utf-8").strip() or None


def _refuse_unknown(said: CheckIn, definitions: Definitions) -> None:
    """Raise UsageError unless it is about something that is scored, and a milestone that it has."""
    known = {each.kr_id: each for each in definitions.scored}
    if said.kr_id not in known:
        mend = did_you_mean(said.kr_id, known) or "; describe one in okrs/*.yaml"
        raise UsageError(f"no key result '{said.kr_id}'{mend}")
    named = known[said.kr_id]
    milestones = [each.milestone_id for each in named.milestones]
    if said.milestone and milestones and said.milestone not in milestones:
        raise UsageError(
            f"'{said.kr_id}' has no milestone '{said.milestone}'{did_you_mean(said.milestone, milestones)}"
        )
    if said.milestone and not milestones:
        raise UsageError(f"'{said.kr_id}' has no milestones; {_ticked_instead(named, 'leave --milestone out')}")
    if said.is_done is not None and not said.milestone and milestones:
        raise UsageError(f"which milestone of '{said.kr_id}'? add --milestone and one of {', '.join(milestones)}")
    if said.is_done is not None and named.parts:
        raise UsageError(f"'{said.kr_id}' is as far as its parts; {_ticked_instead(named, 'leave --done out')}")


def _ticked_instead(named: KeyResult, mend: str) -> str:
    """The parts of an all_of that people tick; where there are none, the mend."""
    ticked = [each.kr_id for each in named.parts if each.kind in ("milestone", "cadence")]
    return f"say it of {' or '.join(ticked)}" if ticked else mend


def _refuse_impossible(said: CheckIn, last: date) -> None:
    if not FIRST_DAY <= said.day <= last:
        raise UsageError(f"--on {said.day}: nothing can be said of that day; choose one up to today, {last}")
    if said.confidence is not None and not LEAST_CONFIDENCE <= said.confidence <= MOST_CONFIDENCE:
        raise UsageError(f"--confidence {said.confidence:g}: write a number from 0 (no hope) to 10 (certain)")
    if said.expires_on and said.human_status is None:
        raise UsageError("--expires says how long a status holds; add --status")
    if said.expires_on and said.expires_on < said.day:
        raise UsageError(f"--expires {said.expires_on}: that is before {said.day}; choose a later day")
    if (said.milestone, said.is_done, said.confidence, said.human_status, said.comment) == (None,) * 5:
        raise UsageError("it says nothing; add --done, --milestone, --confidence, --status or --comment")


def _settled(said: CheckIn) -> CheckIn:
    """What is left out, as `inputs.checkins` would read it."""
    return replace(
        said,
        is_done=True if said.milestone and said.is_done is None else said.is_done,
        expires_on=said.expires_on or (said.day + STATUS_HOLDS if said.human_status else None),
    )


def _write(folder: Path, said: CheckIn, at: datetime) -> Path:
    """The file of one row, there as a whole or not at all; where its name is taken, that of the next microsecond."""
    target = folder / f"{said.kr_id[:NAME_LETTERS]}-{at:%Y%m%dT%H%M%S%fZ}.jsonl"
    part = target.with_name(f".{target.name}.part")  # no run reads it, and who makes it owns the name
    try:
        with part.open("x", encoding="utf-8") as out:
            out.write(_line(said, at))
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        return _write(folder, said, at + MICROSECOND)
    if target.exists():
        part.unlink()
        return _write(folder, said, at + MICROSECOND)
    return part.rename(target)


def _line(said: CheckIn, at: datetime) -> str:
    """The row under the headers of data/sources/checkins.yaml."""
    row = {
        "kr_id": said.kr_id,
        "day": said.day.isoformat(),
        "milestone": said.milestone,
        "done": said.is_done,
        "confidence": said.confidence,
        "status": said.human_status,
        "expires": said.expires_on and said.expires_on.isoformat(),
        "comment": said.comment,
        "author": said.author,
        "updated_at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "exported_at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    return json.dumps(row, ensure_ascii=False) + "\n"
