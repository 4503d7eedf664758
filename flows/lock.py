"""One ``duban up`` at a time: a locked file that says which process runs it, and where.

The lock is the kernel's, so it goes with the process, however that ends; the file may stay.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from flows.settings import browsed, home
from plans.errors import ConflictError, StoreError
from plans.language import gettext as _
from plans.language import why


def _path() -> str:
    return str(home() / "up.json")


@contextmanager
def held() -> Iterator[Callable[[str], None]]:
    """Holds the lock; yields a function that notes the URL of the API for others to find.

    Raises:
        ConflictError: another process holds it.
        StoreError: the file cannot be written.
    """
    try:
        home().mkdir(parents=True, exist_ok=True)
        file = open(_path(), "a+", encoding="utf-8", opener=_private)  # noqa: SIM115 - closed below
    except OSError as error:
        message = _("{path}: cannot be written: {why}")
        raise StoreError(message.format(path=_path(), why=why(error))) from None
    with file:
        _take(file)
        file.truncate(0)

        def note(api: str) -> None:
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "api": api}))
            file.flush()

        try:
            yield note
        finally:
            file.truncate(0)


def _private(path: str, flags: int) -> int:
    """Opens a file for this user only: the URL in it may hold a password."""
    opened = os.open(path, flags, 0o600)
    os.fchmod(opened, 0o600)  # one that an earlier version made
    return opened


def _take(file: TextIO) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Not held any more: somebody only looked, as ``holder`` does.
            if (found := holder()) is not None:
                raise ConflictError(_already(found)) from None


def holder() -> dict[str, Any] | None:
    """Process id and API of the ``duban up`` that is running; None when there is none."""
    try:
        with open(_path(), encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _noted(file.read())
    except OSError:
        pass
    return None


def _noted(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}  # it is being written


def _already(found: dict[str, Any]) -> str:
    if not found:
        return _("duban up is starting already; wait for it, or stop it")
    message = _("duban up is running already: process {pid}, {ui}; stop that one first")
    return message.format(pid=found["pid"], ui=browsed(found["api"]))
