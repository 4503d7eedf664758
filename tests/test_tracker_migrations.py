"""Migrations: what they make is what the code expects, whole or not at all."""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from plans.errors import StoreError
from tracker import migrate as migrating
from tracker.migrate import SCRIPTS, migrate
from tracker.schema import APPEND_ONLY, KINDS, REVISION, metadata
from tracker.store import Store

ROOT = Path(__file__).parent.parent

NEXT = '''
"""A migration that does a part of its work and fails."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000", "{before}"
branch_labels = depends_on = None

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO plan (office, year) VALUES ('half', 2024)")
    {then}
'''


def tables(url: str) -> set[str]:
    engine = create_engine(make_url(url))
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_the_code_needs_the_newest_migration_and_there_is_one_line_of_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_migrations_make_what_the_code_expects(store_url: str) -> None:
    with Store(store_url) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_indexes_and_checks_are_those_of_the_code(store_url: str) -> None:
    with Store(store_url) as store:
        found = inspect(store.engine)
        for table in metadata.sorted_tables:
            there = {i["name"]: i["column_names"] for i in found.get_indexes(table.name)}
            wanted = {str(i.name): list(i.columns.keys()) for i in table.indexes}
            assert wanted.items() <= there.items()
        (check,) = found.get_check_constraints("entry")
        assert all(f"'{kind}'" in check["sqltext"] for kind in KINDS)


def test_every_table_is_append_only(store_url: str) -> None:
    assert set(APPEND_ONLY) == set(metadata.tables)
    guards = {
        "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' "
        "GROUP BY tbl_name",
        "postgresql": "SELECT event_object_table, count(*) FROM information_schema.triggers "
        "GROUP BY event_object_table",
    }
    with Store(store_url) as store, store.read() as connection:
        rows = connection.execute(text(guards[store.engine.dialect.name]))
        guarded = {row[0]: row[1] for row in rows}
    assert guarded == dict.fromkeys(APPEND_ONLY, 2)


def test_sqlite_writes_ahead_so_that_readers_do_not_wait(sqlite_store_url: str) -> None:
    with Store(sqlite_store_url) as store, store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_migrating_again_keeps_what_there_is(store_url: str) -> None:
    with Store(store_url) as store, store.write() as writing:
        writing.connection.execute(text("INSERT INTO plan (office, year) VALUES ('o', 2024)"))
    migrate(store_url)
    migrate(store_url)
    with Store(store_url) as store, store.read() as connection:
        assert connection.execute(text("SELECT office FROM plan")).scalars().all() == ["o"]


def test_the_folder_of_a_store_is_made(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'new' / 'folder' / 'duban.db'}")
    assert (tmp_path / "new" / "folder" / "duban.db").is_file()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="the folder of the store cannot be made"):
        migrate(f"sqlite:///{tmp_path / 'file' / 'duban.db'}")


def test_a_newer_store_is_left_as_it_is(store_url: str) -> None:
    with Store(store_url) as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="install the newer duban that made it"):
        migrate(store_url)


def with_next(folder: Path, then: str) -> Path:
    """The scripts with one more."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    script = NEXT.format(before=REVISION, then=then)
    (scripts / "versions" / "9000_half.py").write_text(script)
    return scripts


def test_a_migration_that_fails_leaves_nothing(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(store_url)
    scripts = with_next(tmp_path, "raise ZeroDivisionError")
    monkeypatch.setattr(migrating, "SCRIPTS", scripts)
    with pytest.raises(ZeroDivisionError):
        migrate(store_url)
    assert tables(store_url) == before
    with Store(store_url) as store, store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM plan")).scalar() == 0


def test_the_first_migration_that_fails_leaves_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "SCRIPTS", with_next(tmp_path, "raise ZeroDivisionError"))
    with pytest.raises(ZeroDivisionError):
        migrate(database_url)
    assert tables(database_url) == set()
    with pytest.raises(StoreError, match="make one with: duban init"):
        Store(database_url)


def test_an_older_store_is_brought_up_to_date(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "SCRIPTS", with_next(tmp_path, "pass"))
    for module in ("tracker.migrate", "tracker.store"):
        monkeypatch.setattr(f"{module}.REVISION", "9000")
    with pytest.raises(StoreError, match="bring it up to date with: duban init"):
        Store(store_url)
    migrate(store_url)
    with Store(store_url) as store, store.read() as connection:
        assert connection.execute(text("SELECT office FROM plan")).scalars().all() == ["half"]


def test_two_that_make_a_store_at_once_wait_for_each_other(database_url: str) -> None:
    script = (
        "import sys; from tracker.migrate import migrate\n"
        "print('ready', flush=True); sys.stdin.readline(); migrate(sys.argv[1])"
    )
    pipe: Any = subprocess.PIPE
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", script, database_url],
            **{"cwd": ROOT, "stdin": pipe, "stdout": pipe, "stderr": pipe, "text": True},
        )
        for _maker in range(3)
    ]
    for maker in makers:
        assert maker.stdout
        assert maker.stdout.readline() == "ready\n"
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("go\n")
        maker.stdin.flush()
    for maker in makers:
        _out, complaints = maker.communicate(timeout=60)
        assert (maker.returncode, complaints) == (0, "")
    Store(database_url).close()


def test_a_store_that_another_is_writing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "duban.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # and write-ahead mode is refused without waiting
    with ThreadPoolExecutor() as pool:
        made = pool.submit(migrate, f"sqlite:///{path}")
        with pytest.raises(TimeoutError):
            made.result(timeout=1)
        other.execute("ROLLBACK")
        made.result(timeout=60)
    other.close()
    Store(f"sqlite:///{path}").close()
