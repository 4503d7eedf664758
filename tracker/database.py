"""Databases by URL: SQLite by default, PostgreSQL by URL; what they say, in one clear line."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from plans.errors import BadInputError, StoreError
from plans.language import N_
from plans.language import gettext as _

LOCK_TIMEOUT_MS = 60_000  # a writer waits so long for another
CONNECT_TIMEOUT = 10  # seconds; a machine that does not answer would keep people waiting
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}

_SECRETS = re.compile(r"(?i)(pass\w*=)[^&\s]*")


def default_url() -> str:
    """The URL of ``DUBAN_DB``, otherwise an SQLite file in the user's data directory."""
    if url := os.environ.get("DUBAN_DB"):
        return url
    import platformdirs

    return f"sqlite:///{Path(platformdirs.user_data_dir('duban', appauthor=False)) / 'duban.db'}"


def shown(url: URL) -> str:
    """The URL as it may be shown: without any password."""
    # Behind the first @ of a password that has several, the rest of it is taken for the host.
    url = url.set(host=url.host.rpartition("@")[2]) if url.host else url
    return _SECRETS.sub(r"\1***", url.render_as_string(hide_password=True))


def parse_url(url: str) -> URL:
    """The URL of a store.

    Raises:
        BadInputError: it is none, or of another kind of database.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadInputError(
            _("{url}: not a store; expected sqlite:///PATH or postgresql://USER@HOST/NAME").format(
                url=_harmless(url)
            )
        ) from None
    if backend not in DRIVERS:
        raise BadInputError(
            _("{url}: a store is SQLite or PostgreSQL, not {backend}").format(
                url=shown(parsed), backend=backend
            )
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise BadInputError(
            _("{url}: the store has to be a file: sqlite:///PATH").format(url=shown(parsed))
        )
    return parsed.set(drivername=DRIVERS[backend])


def _harmless(text: str) -> str:
    """What cannot be parsed, without what may be user and password."""
    scheme, separator, rest = text.rpartition("://")
    return _SECRETS.sub(r"\1***", scheme + separator + rest.rpartition("@")[2])


def make_engine(url: URL) -> Engine:
    """An engine; on SQLite each transaction begins as what it is, reading or writing.

    Raises:
        StoreError: the driver is not installed.
    """
    arguments = {}
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        arguments["connect_timeout"] = CONNECT_TIMEOUT
    try:
        engine = create_engine(url, connect_args=arguments)
    except (ImportError, NoSuchModuleError, SQLAlchemyError):
        raise StoreError(
            _("{url}: the driver for PostgreSQL is missing; install duban[postgres]").format(
                url=shown(url)
            )
        ) from None
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun in _begin_sqlite, not by the driver
    connection.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # Without this a row that REPLACE deletes would pass by the triggers that keep it.
    connection.execute("PRAGMA recursive_triggers = ON")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("duban_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


_UNREACHABLE = N_("the database server cannot be reached; is it running?")
_READ_ONLY = N_(
    "the store is read-only; nothing was written. SQLite has to be able to write in the folder "
    "of the file even to read: check the permissions of both"
)
_LOCKED = N_("the store is locked by another program; try again")
_FULL = N_("the disk is full; nothing was written")

_PROBLEMS = (
    ("readonly database", _READ_ONLY),
    ("read-only transaction", N_("the store is read-only; nothing was written")),
    ("permission denied", N_("no permission for that in the store; nothing was written")),
    ("database or disk is full", _FULL),
    ("no space left", _FULL),
    ("disk i/o error", N_("the disk reports an error; nothing was written")),
    ("malformed", N_("the store is damaged or cut short; restore it from a backup")),
    ("not a database", N_("the file is not a duban store")),
    ("unable to open database", N_("the store cannot be opened; check the path and permissions")),
    ("database is locked", _LOCKED),
    ("lock timeout", _LOCKED),
    ("append-only", N_("rows of the store are never changed or deleted; nothing was written")),
    ("no such table", N_("the file is a database, but not a duban store")),
    ("integer out of range", N_("a number is too large for the store; nothing was written")),
    ("authentication failed", N_("the database server refuses user or password")),
    ("no password supplied", N_("the database server refuses user or password")),
    ("does not exist", N_("the database does not exist or is not a duban store")),
    # What follows is also how the driver introduces the reasons above.
    ("failed to resolve host", _UNREACHABLE),
    ("connection failed", _UNREACHABLE),
    ("connection refused", _UNREACHABLE),
    ("connection timeout", _UNREACHABLE),
)


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turns what the database says into a StoreError of one line.

    Raises:
        StoreError: for every database error that a user or a machine can cause.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # the latter from the driver itself
        said = " ".join(str(getattr(error, "orig", error)).split())
        for sign, message in _PROBLEMS:
            if sign in said.lower():
                raise StoreError(f"{shown(url)}: {_(message)}") from error
        # By the database interface's own definition these are of the machine, not of the program.
        if isinstance(error, (OperationalError, sqlite3.OperationalError)):
            raise StoreError(f"{shown(url)}: {said}") from error
        raise
