"""Export files on disk: finding them, telling them apart by their bytes, unpacking and transcoding them.

What their columns mean does not belong here; see `tables.py` for cells and `landing` for meaning.
"""

import codecs
import gzip
import hashlib
import lzma
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from okr_analytics.errors import FileRefused
from okr_analytics.exports.digests import Digests, digest
from okr_analytics.home import Home

TEXTS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
SUFFIXES = (*TEXTS, *(f"{kind}.gz" for kind in TEXTS), ".zip", ".parquet", ".xlsx")
CHUNK_BYTES = 1 << 22
MAX_UNPACKED_BYTES = 64 << 30
MAX_UNPACKING_RATIO = 200
UNPACKING_ERRORS = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    OSError,
    NotImplementedError,
    RuntimeError,
)
# Bytes that spell Romanian in cp1250 and nothing in the western languages of cp1252: ţ, Ţ, and ş within or after a
# word (but nº is a number in Spanish and Portuguese). Any other code page is the profile's to say.
ROMANIAN = re.compile(rb"[\xfe\xde]|[a-mo-z\xe2\xe3\xee]\xba")
FEWEST_ZEROS_OF_UTF_16 = 0.2  # western text in UTF-16 is half zeros; one of UTF-8 has none
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


FileState = tuple[int, int, int]


@dataclass(frozen=True)
class ExportFile:
    """One file below `exports/<folder>/`, known by its bytes."""

    path: Path
    name: str
    folder: str
    sha256: str
    found: FileState
    refusal: FileRefused | None = None

    @property
    def file_id(self) -> str:
        """What tables call the file: the same bytes in two folders are two files."""
        return short_id(self.folder, self.sha256)


def short_id(folder: str, digest: str) -> str:
    """16 hex digits for a folder's file of those bytes."""
    return hashlib.sha256(f"{folder}/{digest}".encode()).hexdigest()[:16]


def find_exports(home: Home, digests: Digests | None = None) -> Iterator[ExportFile]:
    """Every file below exports/, by name, with the digest of its bytes; where digests are known, from these."""
    for path in export_paths(home):
        yield export_at(home, path, digests)


def export_paths(home: Home) -> Iterator[Path]:
    """Where the files below exports/ are, by name. Hidden files, pipes, devices and files right in exports/ are not
    exports."""
    for path in sorted(home.exports.glob("*/**/*")):
        below = path.relative_to(home.exports)
        if path.is_file() and not any(part.startswith(".") for part in below.parts):
            yield path


def export_at(home: Home, path: Path, digests: Digests | None = None) -> ExportFile:
    """A file below exports/ as it is now. One that leads elsewhere or may not be read is refused unopened, and its name
    stands for its bytes."""
    name, folder = home.relative(path), path.relative_to(home.exports).parts[0]
    try:
        refusal = _misnamed(path) or _leading_out(path, home.exports / folder)
        if refusal is None:
            state = _state(path)
            return ExportFile(path, name, folder, digests.of(path, name) if digests else digest(path), state)
    except OSError as error:
        refusal = FileRefused(f"it cannot be opened ({error.strerror})", "give the right to read it")
    stand_in = hashlib.sha256(f"{name}: {refusal}".encode()).hexdigest()
    return ExportFile(path, name, folder, stand_in, (0, 0, 0), refusal)


def _misnamed(path: Path) -> FileRefused | None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return FileRefused("its name is not UTF-8", "rename it")
    return None


def _leading_out(path: Path, folder: Path) -> FileRefused | None:
    if path.resolve().is_relative_to(folder.resolve()):
        return None
    return FileRefused("it is a link that leads out of its folder", "put the file itself there")


def is_as_found(file: ExportFile) -> bool:
    """Whether the file is still the one whose bytes were counted: not written to, replaced or taken away since."""
    try:
        return _state(file.path) == file.found
    except OSError:
        return False


def _state(path: Path) -> FileState:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def suffix(path: Path) -> str:
    """What the file says it is, by its name; raises FileRefused for anything unknown."""
    name = path.name.lower()
    for known in SUFFIXES:
        if name.endswith(known):
            return known
    raise FileRefused(f"'{path.suffix}' is no known kind of export", f"save it as one of {', '.join(SUFFIXES)}")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or what a zip or gz holds, in a temporary folder that goes away."""
    if path.stat().st_size == 0:
        raise FileRefused("the file has zero bytes", "export it again, or take it away")
    kind = suffix(path)
    if not _is_packed(kind):
        yield path
        return
    with TemporaryDirectory(prefix="okr-") as folder:
        target = Path(folder) / f"export{kind.removesuffix('.gz')}"
        try:
            if kind == ".zip":
                target = _unzip(path, Path(folder))
            else:
                with gzip.open(path) as packed:
                    _copy(packed, target, path.stat().st_size)
        except UNPACKING_ERRORS as error:
            raise FileRefused(f"the file cannot be unpacked ({error})", "copy or export it again") from None
        yield target


def _is_packed(kind: str) -> bool:
    return kind == ".zip" or kind.endswith(".gz")


def _unzip(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        inside = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX")]
        if len(inside) != 1:
            raise FileRefused(f"the zip holds {len(inside)} files", "pack one export per zip, or unpack it here")
        if inside[0].flag_bits & 0x1:
            raise FileRefused("the zip asks for a password", "unpack it here")
        kind = suffix(Path(inside[0].filename))
        if _is_packed(kind):
            raise FileRefused("the zip holds another packed file", "unpack it here")
        target = folder / f"export{kind}"
        with archive.open(inside[0]) as packed:
            _copy(packed, target, path.stat().st_size)
    return target


def _copy(packed: object, target: Path, packed_bytes: int) -> None:
    """Copy a packed stream, refusing one that swells beyond reason."""
    limit = min(MAX_UNPACKED_BYTES, max(packed_bytes * MAX_UNPACKING_RATIO, 1 << 30))
    written = 0
    with target.open("wb") as out:
        while chunk := packed.read(CHUNK_BYTES):  # type: ignore[attr-defined]
            written += len(chunk)
            if written > limit:
                raise FileRefused(f"it unpacks to more than {limit:,} bytes", "unpack it here if that is right")
            out.write(chunk)


@contextmanager
def as_utf8(path: Path, encoding: str | None) -> Iterator[Path]:
    """The text file itself where it is UTF-8, else a transcoded copy in a temporary folder."""
    encoding = encoding or detect_encoding(path)
    if encoding in ("utf-8", "utf-8-sig", "ascii"):
        yield path
        return
    with TemporaryDirectory(prefix="okr-") as folder:
        target = Path(folder) / "export.csv"
        try:
            with (
                path.open(encoding=encoding, newline="") as read,
                target.open("w", encoding="utf-8", newline="") as out,
            ):
                shutil.copyfileobj(read, out, CHUNK_BYTES)
        except (UnicodeError, LookupError) as error:
            raise FileRefused(f"not {encoding} text ({error})", "give 'encoding' in the source profile") from None
        yield target


def detect_encoding(path: Path) -> str:
    """The file's encoding: by its mark, else UTF-8 if it is that throughout, else Romanian or western Windows."""
    with path.open("rb") as stream:
        start = stream.read(1 << 16)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    if zeros := start.count(b"\0"):
        if zeros < len(start) * FEWEST_ZEROS_OF_UTF_16:
            raise FileRefused("it has bytes of zero between its letters", "it is damaged; export it again")
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    foreign = _first_foreign(path)
    if foreign is None:
        return "utf-8"
    return "cp1250" if ROMANIAN.search(foreign) else "cp1252"


def _first_foreign(path: Path) -> bytes | None:
    """None where the whole file is UTF-8, else a stretch of it that is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            try:
                is_ascii = decoder.decode(chunk).isascii() and is_ascii
            except UnicodeDecodeError as error:
                return chunk[max(0, error.start - 20_000) : error.start + 20_000]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if is_ascii:
            return error.object
        raise FileRefused("the file ends in the middle of a letter", "it is cut off; export it again") from None
    return None
