"""The store: one SQLAlchemy engine, opened by URL, read in snapshots, written one writer at a time.

Every write runs in one transaction that takes the writers' lock first, so what it checks still
holds when it commits, and two writers wait for each other instead of failing. All rows of one
transaction carry one ``recorded_at``, later than any before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL

from plans.errors import StoreError
from plans.language import gettext as _
from tracker.database import (
    LOCK_TIMEOUT_MS,
    default_url,
    make_engine,
    parse_url,
    shown,
    translated,
)
from tracker.schema import REVISION, metadata

__all__ = [
    "Store",
    "Writing",
    "default_url",
    "last_recorded",
    "lock",
    "make_engine",
    "parse_url",
    "revision",
    "shown",
    "translated",
    "wrong_revision",
]

WRITERS_LOCK = 0x6475_6261_6E  # "duban"; key of PostgreSQL's advisory lock

_MOMENTS = [
    select(table.c.recorded_at).order_by(table.c.id.desc()).limit(1)
    for table in metadata.sorted_tables
    if "recorded_at" in table.c
]


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
            lock(connection)
            wanted = now or datetime.now(UTC)
            last = last_recorded(connection)
            if last is not None and wanted <= last:
                wanted = last + timedelta(microseconds=1)
            yield Writing(connection, wanted)

    def _check_revision(self) -> None:
        sqlite = self.url.get_backend_name() == "sqlite"
        if sqlite and not Path(self.url.database or "").is_file():
            raise StoreError(_missing(self.url))
        with translated(self.url), self.engine.connect() as connection:
            found = revision(connection)
        if found is None:
            raise StoreError(_missing(self.url))
        if found != REVISION:
            raise StoreError(wrong_revision(self.url, found))


def lock(connection: Connection) -> None:
    """Waits until no other writes. (SQLite has done so where the transaction began.)"""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        connection.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK)))


def last_recorded(connection: Connection) -> datetime | None:
    """The moment of the newest row: what a reader of this state knows; None for an empty store."""
    newest = [connection.execute(moment).scalar() for moment in _MOMENTS]
    return max((moment for moment in newest if moment is not None), default=None)


def revision(connection: Connection) -> str | None:
    """The migration that a database has; None when it holds no store."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _missing(url: URL) -> str:
    return _("{url}: there is no store here yet; make one with: duban init").format(url=shown(url))


def wrong_revision(url: URL, found: str | None) -> str:
    """What to do about a store of another age."""
    if found is not None and found < REVISION:
        return _(
            "{url}: the store has revision {found}, this duban needs {needed}; "
            "bring it up to date with: duban init"
        ).format(url=shown(url), found=found, needed=REVISION)
    return _(
        "{url}: the store has revision {found}, newer than this duban knows ({needed}); "
        "install the newer duban that made it"
    ).format(url=shown(url), found=found, needed=REVISION)
