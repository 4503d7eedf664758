"""Files that show something: photographs and documents, told by their SHA-256.

What the registers are shown is copied in under its hash (``ab/abcd…``), so that it is there once,
as it was, whatever becomes of the original. A file is there whole or not at all.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any

from plans.errors import BadInputError, StoreError
from plans.language import gettext as _
from plans.language import why
from plans.privacy import refuse_personal_file
from plans.typed import TypedError, parse_line

MAX_EVIDENCE_BYTES = 100_000_000

_PIECE = 1 << 20


def evidence_folder(url: str) -> Path:
    """Where the evidence of a store lies.

    It is ``DUBAN_EVIDENCE``; else beside an SQLite store, or in the user's data directory.
    """
    if named := os.environ.get("DUBAN_EVIDENCE"):
        return Path(named)
    from tracker.database import parse_url

    store = parse_url(url)
    if store.get_backend_name() == "sqlite":
        return Path(f"{store.database}.evidence")
    import platformdirs

    return Path(platformdirs.user_data_dir("duban", appauthor=False)) / "evidence"


def fingerprint(file: Path) -> dict[str, str]:
    """Name and SHA-256 of a file that shows something.

    Raises:
        BadInputError: there is no such file, it cannot be read, it is larger than 100 MB, or its
            name says who somebody is.
    """
    with _opened(file) as (name, source):
        digest = hashlib.sha256()
        for piece in _pieces(file, source):
            digest.update(piece)
    return {"name": name, "sha256": digest.hexdigest()}


def keep(file: Path, folder: Path) -> dict[str, Any]:
    """Copies a file in; returns its name, SHA-256 and number of bytes.

    Raises:
        BadInputError: there is no such file, it cannot be read, or it is larger than 100 MB.
        StoreError: it cannot be copied into the folder.
    """
    with _opened(file) as (name, source):
        digest, size = hashlib.sha256(), 0
        with _growing(folder) as (growing, copy):
            for piece in _pieces(file, source):
                with _kept(folder):
                    copy.write(piece)
                digest.update(piece)
                size += len(piece)
            with _kept(folder):
                copy.flush()
                os.fsync(copy.fileno())
                _settle(growing, folder, digest.hexdigest())
    return {"name": name, "sha256": digest.hexdigest(), "bytes": size}


def kept_file(folder: Path, sha256: str) -> Path:
    """Where the file with a SHA-256 lies."""
    return folder / sha256[:2] / sha256


def _settle(growing: Path, folder: Path, sha256: str) -> None:
    """Gives a copy that is complete its name, unless the same file is there already."""
    target = kept_file(folder, sha256)
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        growing.chmod(0o444 & ~_umask())  # nobody changes it by mistake
        growing.replace(target)


@contextmanager
def _growing(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder, which goes unless it has been renamed."""
    with _kept(folder):
        folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(number, "wb") as copy:
            yield Path(name), copy
    finally:
        with suppress(OSError):
            os.unlink(name)


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        message = _("{folder}: evidence cannot be kept here: {reason}")
        raise StoreError(message.format(folder=folder, reason=why(error))) from None


@contextmanager
def _opened(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """An ordinary file and its name, clean for printing."""
    try:
        if not S_ISREG(file.stat().st_mode):  # a pipe would be waited for
            raise BadInputError(_("{file}: expected a file").format(file=file))
        name = parse_line(file.name)
        refuse_personal_file(name)
        with file.open("rb") as source:
            found = os.fstat(source.fileno())
            if not S_ISREG(found.st_mode):
                raise BadInputError(_("{file}: expected a file").format(file=file))
            if found.st_size > MAX_EVIDENCE_BYTES:
                raise _too_large(file)
            yield name, source
    except TypedError as error:
        raise BadInputError(_("name of the evidence: {error}").format(error=error)) from None
    except (OSError, ValueError) as error:
        message = _("{file}: cannot be read: {reason}")
        raise BadInputError(message.format(file=file, reason=why(error))) from None


def _pieces(file: Path, source: IO[bytes]) -> Iterator[bytes]:
    """The content, as much as a file may have: it may grow while it is read."""
    left = MAX_EVIDENCE_BYTES
    while piece := source.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise _too_large(file)
        yield piece


def _too_large(file: Path) -> BadInputError:
    message = _("{file}: larger than {limit} MB")
    return BadInputError(message.format(file=file, limit=MAX_EVIDENCE_BYTES // 1_000_000))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
