"""The history in one file, and back: the one thing that cannot be computed again.

A backup is a gzipped tar of whole folders of the history, under a manifest with the sum of every file.
"""

import hashlib
import io
import json
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from okr_analytics.errors import DataError, UsageError
from okr_analytics.exports.digests import digest
from okr_analytics.home import Home
from okr_analytics.okr.keeping.history import RESTORED, UNFINISHED, folders
from okr_analytics.warehouse.durable import swap_in, sync

FORMAT = "support-okr-analytics history 1"
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 64 << 20
MAX_FILE_BYTES = 1 << 30
FILE = re.compile(r"\d{8}/[a-z][a-z0-9_]*\.parquet")
UNREADABLE = (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, KeyError, TypeError)
Sums = Mapping[str, str]


@dataclass(frozen=True)
class Restored:
    """What a restore did: of how many runs the backup speaks, how many of them were there already, and where the
    history that it replaced was moved; null where none was."""

    runs: int
    runs_before: int
    aside: Path | None = None


def back_up(home: Home, file: Path, now: datetime) -> int:
    """Write the history of all runs so far to a new file; gives their number. Needs no lock: what is there stays.

    Raises UsageError where there is no history or the file is there already, DataError where it cannot be written.
    """
    found = folders(home.history)
    if not found:
        raise UsageError(f"there is no history in {home.history} yet; the first 'okr run' begins it")
    if file.exists():
        raise UsageError(f"{file} is there already; choose another name, so that no backup is lost")
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(part, home.history, _sums(found), now)
        _verified(part, None)
        swap_in(part, file)
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); free some space, or choose another") from None
    finally:
        part.unlink(missing_ok=True)
    return len(found)


def restore(home: Home, file: Path, now: datetime, *, is_replacing: bool) -> Restored:
    """Put the history of a backup in the place of the present one, in one step. The caller holds the lock.

    A present one that the backup goes on from, or is, loses nothing. Any other is refused with UsageError, or moved
    aside where `is_replacing`. Raises DataError where the file is no whole backup.
    """
    unfinished = home.state / f"{home.history.name}{UNFINISHED}"
    shutil.rmtree(unfinished, ignore_errors=True)
    with _made(unfinished):
        sums = _verified(file, unfinished)
        present = folders(home.history, is_whole=False)
        before = _sums(present)
        done = Restored(_runs(sums), len(present))
        if before == sums:
            return done
        is_continued = before.items() <= sums.items() and _runs(before) == len(present)
        if not (is_continued or is_replacing):
            raise UsageError(
                f"the history in {home.history} ({len(present)} runs) has what this backup ({done.runs} runs) has not; "
                "--replace moves it aside first"
            )
        aside = home.state / f"{home.history.name}-{now:%Y%m%dT%H%M%SZ}"
        _swap(home, unfinished, aside)
    if is_continued:
        shutil.rmtree(aside, ignore_errors=True)
        return done
    return Restored(done.runs, done.runs_before, aside)


def _swap(home: Home, made: Path, aside: Path) -> None:
    """The made history under its name, the present one aside; a kill between the two is mended by who reads it next."""
    restored = home.history.with_name(RESTORED)
    shutil.rmtree(restored, ignore_errors=True)
    made.rename(restored)
    sync(home.state)
    if home.history.exists():
        home.history.rename(aside)
    restored.rename(home.history)
    sync(home.state)


def _sums(found: list[Path]) -> dict[str, str]:
    """The sum of every file, by folder/name."""
    return {f"{folder.name}/{path.name}": digest(path) for folder in found for path in sorted(folder.glob("*.parquet"))}


def _runs(sums: Sums) -> int:
    return len({name.split("/")[0] for name in sums})


def _write(part: Path, history: Path, sums: Sums, now: datetime) -> None:
    said = {"format": FORMAT, "made_at": f"{now:%Y-%m-%d %H:%M:%S} UTC", "files": sums}
    text = json.dumps(said, indent=1).encode()
    with tarfile.open(part, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mtime = len(text), int(now.timestamp())
        tar.addfile(about, io.BytesIO(text))
        for name in sums:
            tar.add(history / name, name, recursive=False)


def _verified(file: Path, target: Path | None) -> Sums:
    """The sums of a backup all of whose files are there and as they were; written below `target` where one is given."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            sums = _manifest(tar)
            found = {member.name: _copied(tar, member, sums, target) for member in _after_the_manifest(tar)}
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}") from None
    except UNREADABLE as error:
        raise DataError(f"{file} is no whole backup of okr's ({error}); take another one") from None
    if found != dict(sums):
        raise DataError(f"{file} is not as it was written: files are missing or changed; take another one")
    return sums


def _manifest(tar: tarfile.TarFile) -> Sums:
    about = tar.next()
    stream = tar.extractfile(about) if about and about.name == MANIFEST and about.isreg() else None
    said = json.loads(stream.read(MAX_MANIFEST_BYTES)) if stream else {}
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ValueError("it does not begin with okr's own manifest")
    sums = {str(name): str(digest) for name, digest in said["files"].items()}
    numbers = sorted({name.split("/")[0] for name in sums})
    if not all(map(FILE.fullmatch, sums)) or numbers != [f"{each:08d}" for each in range(1, len(numbers) + 1)]:
        raise ValueError("its manifest names other files than those of a history")
    return sums


def _after_the_manifest(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while member := tar.next():
        yield member


def _copied(tar: tarfile.TarFile, member: tarfile.TarInfo, sums: Sums, target: Path | None) -> str:
    """The sum of a file that the manifest names; written below `target` where one is given."""
    is_fitting = member.isreg() and member.name in sums and member.size <= MAX_FILE_BYTES
    stream = tar.extractfile(member) if is_fitting else None
    if stream is None:
        raise ValueError(f"'{member.name}' has no place in it")
    content = stream.read()
    if target:
        path = target / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sync(path)
        sync(path.parent)
    return hashlib.sha256(content).hexdigest()


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder that is gone afterwards, unless it was given another name."""
    try:
        folder.mkdir(parents=True)
        yield
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}); the history is as it was") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
