"""The store: one SQLAlchemy engine, opened by URL, read in snapshots, written one writer at a time.

SQLite by default, PostgreSQL by URL. Every write runs in one transaction that takes the writers'
lock first, so what it checks still holds when it commits, and two writers wait for each other
instead of failing. All rows of one transaction carry one ``recorded_at``, later than any before it.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
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
from tracker.schema import REVISION, entry, plan_version

BUSY_TIMEOUT_MS = 60_000
WRITERS_LOCK = 0x6475_6261_6E  # "duban"; key of PostgreSQL's advisory lock

_SECRET = re.compile(r"(?<=:)[^:@/]+(?=@)")


@dataclass(frozen=True, slots=True)
class Writing:
    """An open write transaction.

    Attributes:
        connection: what to execute on.
        recorded_at: the moment that all rows of this transaction carry.
    """

    connection: Connection
    recorded_at: datetime


class Store:
    """A store that exists and has the revision this code needs.

    Args:
        url: an SQLAlchemy URL, such as ``sqlite:////data/duban.db``.

    Raises:
        StoreError: it is missing, unreadable, or of an older or newer revision.
        BadInputError: the URL is not one.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.engine = make_engine(self.url)
        try:
            self._check_revision()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose reads all see the same state of the store."""
        with translated(self.url), self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, now: datetime | None = None) -> Iterator[Writing]:
        """A transaction that is committed whole, or not at all when anything is raised in it.

        Args:
            now: the moment to record; the clock by default. A simulation gives its own. If the
                store holds a later moment already (a clock set back), the next microsecond after
                that is taken, so the order of recording is never lost.
        """
        with (
            translated(self.url),
            self.engine.connect().execution_options(duban_write=True) as connection,
            connection.begin(),
        ):
            if self.engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))
            wanted = now or datetime.now(UTC)
            last = _last_recorded(connection)
            if last is not None and wanted <= last:
                wanted = last + timedelta(microseconds=1)
            yield Writing(connection, wanted)

    def _check_revision(self) -> None:
        if self.url.get_backend_name() == "sqlite" and not _sqlite_file(self.url).is_file():
            raise StoreError(_missing(self.url))
        with translated(self.url), self.engine.connect() as connection:
            found = revision(connection)
        if found is None:
            raise StoreError(_missing(self.url))
        if found != REVISION:
            raise StoreError(wrong_revision(self.url, found))


def revision(connection: Connection) -> str | None:
    """The migration that a database has; None when it holds no store."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _last_recorded(connection: Connection) -> datetime | None:
    newest = [
        connection.execute(
            select(table.c.recorded_at).order_by(table.c.id.desc()).limit(1)
        ).scalar()
        for table in (entry, plan_version)
    ]
    return max((moment for moment in newest if moment is not None), default=None)


def default_url() -> str:
    """The URL of ``DUBAN_DB``, otherwise an SQLite file in the user's data directory."""
    if url := os.environ.get("DUBAN_DB"):
        return url
    import platformdirs

    return f"sqlite:///{Path(platformdirs.user_data_dir('duban', appauthor=False)) / 'duban.db'}"


def shown(url: URL) -> str:
    """The URL as it may be shown: without the password."""
    return url.render_as_string(hide_password=True)


def parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        safe = _SECRET.sub("***", url)
        raise BadInputError(
            _("{url}: not a store; expected sqlite:///PATH or postgresql://USER@HOST/NAME").format(
                url=safe
            )
        ) from None
    if backend not in ("sqlite", "postgresql"):
        raise BadInputError(
            _("{url}: a store is SQLite or PostgreSQL, not {backend}").format(
                url=shown(parsed), backend=backend
            )
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise BadInputError(
            _("{url}: the store has to be a file: sqlite:///PATH").format(url=shown(parsed))
        )
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def make_engine(url: URL) -> Engine:
    try:
        engine = create_engine(url)
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
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("duban_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _sqlite_file(url: URL) -> Path:
    return Path(url.database or "")


def _missing(url: URL) -> str:
    return _("{url}: there is no store here yet; make one with: duban init").format(url=shown(url))


def wrong_revision(url: URL, found: str | None) -> str:
    if found is not None and found < REVISION:
        return _(
            "{url}: the store has revision {found}, this duban needs {needed}; "
            "bring it up to date with: duban init"
        ).format(url=shown(url), found=found, needed=REVISION)
    return _(
        "{url}: the store has revision {found}, newer than this duban knows ({needed}); "
        "install the newer duban that made it"
    ).format(url=shown(url), found=found, needed=REVISION)


_PROBLEMS = (
    ("readonly database", N_("the store is read-only; nothing was written")),
    ("read-only transaction", N_("the store is read-only; nothing was written")),
    ("permission denied", N_("no permission for that in the store; nothing was written")),
    ("database or disk is full", N_("the disk is full; nothing was written")),
    ("no space left", N_("the disk is full; nothing was written")),
    ("disk i/o error", N_("the disk reports an error; nothing was written")),
    ("malformed", N_("the store is damaged or cut short; restore it from a backup")),
    ("not a database", N_("the file is not a duban store")),
    ("unable to open database", N_("the store cannot be opened; check the path and permissions")),
    ("database is locked", N_("the store is locked by another program; try again")),
    ("append-only", N_("rows of the store are never changed or deleted; nothing was written")),
    ("no such table", N_("the file is a database, but not a duban store")),
    ("connection failed", N_("the database server cannot be reached; is it running?")),
    ("failed to resolve host", N_("the database server cannot be reached; is it running?")),
    ("connection refused", N_("the database server cannot be reached; is it running?")),
    ("does not exist", N_("the database does not exist or is not a duban store")),
    ("authentication failed", N_("the database server refuses user or password")),
    ("integer out of range", N_("a number is too large for the store; nothing was written")),
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
