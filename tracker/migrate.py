"""Making a store and bringing it up to date, with Alembic."""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from plans.errors import StoreError
from plans.language import gettext as _
from plans.language import why
from tracker import store
from tracker.schema import REVISION

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Makes the store at ``url``, or brings an older one up to date; the newest stays as it is.

    Each migration and the record of it are one transaction. An SQLite store is put into
    write-ahead mode, so that readers and a writer do not wait for each other.

    Raises:
        StoreError: the store cannot be made or written, or is newer than this code.
        BadInputError: the URL is not one.
    """
    target = store.parse_url(url)
    sqlite = target.get_backend_name() == "sqlite"
    if sqlite:
        _make_folder(Path(target.database or ""))
    engine = store.make_engine(target)
    try:
        with store.translated(target), engine.connect() as connection:
            if sqlite:
                _write_ahead(connection)
            connection.execution_options(duban_write=True)
            with connection.begin():
                store.lock(connection)
                found = store.revision(connection)
                if found is not None and found > REVISION:
                    raise StoreError(store.wrong_revision(target, found))
                _upgrade(connection)
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _write_ahead(connection: Connection) -> None:
    """Puts an SQLite store into write-ahead mode, which stays with the file.

    SQLite refuses the change at once where another process has the store open for writing, and
    does not wait as it does elsewhere; so wait for that process by asking for the lock, and try
    again.
    """
    driver: Any = connection.connection.driver_connection
    for last in (False,) * 9 + (True,):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("ROLLBACK")


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            _("{path}: the folder of the store cannot be made: {why}").format(
                path=file.parent, why=why(error)
            )
        ) from None
