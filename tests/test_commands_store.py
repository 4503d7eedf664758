"""``duban init``, and what is said of a store that is missing, broken, of another age, or full."""

import ctypes
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk import PLAN, duban, ended, fine, process, refused, write
from tracker.schema import REVISION

# Of <sys/prctl.h> and <linux/capability.h>.
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2

YEAR = ("--year", "2024")


@pytest.fixture
def store(planned_store_url: str) -> Path:
    """The file of a store that holds the plan and one row."""
    fine("update", "1", *YEAR, "--note", "进场")
    return Path(planned_store_url.removeprefix("sqlite:///"))


def test_init_makes_the_store_in_the_users_data_directory(tmp_path: Path) -> None:
    made = fine("init").out
    assert str(tmp_path / "home") in made
    assert "duban plan load FILE" in made
    assert fine("plans").out == "no plan yet; load one with: duban plan load FILE\n"


def test_init_keeps_what_the_store_holds(store: Path) -> None:
    before = fine("ledger", "1", *YEAR, "--json").out
    fine("init")
    assert fine("ledger", "1", *YEAR, "--json").out == before


def test_init_on_postgresql_serves_the_same_commands(
    new_postgres_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", new_postgres_database())
    assert "duban init" in refused(6, "status", *YEAR)
    fine("init")
    fine("plan", "load", write(tmp_path, PLAN))
    fine("update", "1", *YEAR, "--add", "道路=2", "--on", "3月1日")
    item = fine("status", "--as-of", "2024-03-31", "--json").json["items"][0]
    assert (item["code"], item["last_reported"]) == ("1", "2024-03-01")


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("nonsense", 3, "not a store; expected sqlite:///PATH"),
        ("mysql://u:secret@host/db", 3, "not mysql"),
        ("sqlite://", 3, "has to be a file"),
        ("postgresql://u:secret@127.0.0.1:1/db", 6, "cannot be reached"),
        ("postgresql://u:secret@no such host/db", 6, "cannot be reached"),
    ],
)
def test_a_store_that_cannot_be_is_told_without_its_password(
    url: str, code: int, said: str
) -> None:
    for arguments in (("init",), ("status", *YEAR)):
        line = refused(code, *arguments, "--db", url)
        assert said in line
        assert "secret" not in line


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(6, "init", "--db", f"sqlite:///{tmp_path / 'file' / 'below' / 'duban.db'}")


def truncate(store: Path) -> None:
    settle(store)
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])


def overwrite(store: Path) -> None:
    settle(store)
    store.write_bytes(b"not a database at all, but long enough to be looked at " * 100)


def age(revision: str) -> Callable[[Path], None]:
    def change(store: Path) -> None:
        with sqlite3.connect(store) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.close()

    return change


def replace_by_other(store: Path) -> None:
    settle(store)
    store.unlink()
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()


def remove(store: Path) -> None:
    settle(store)
    store.unlink()


def settle(store: Path) -> None:
    """Moves everything into the one file."""
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


BROKEN = {
    "missing": (remove, "make one with: duban init"),
    "truncated": (truncate, "damaged or cut short"),
    "something else": (overwrite, "not a duban store"),
    "another database": (replace_by_other, "make one with: duban init"),
    "newer": (age("9999"), "newer than this duban knows"),
    "older": (age("0000"), "bring it up to date with: duban init"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_store_is_one_clear_line_for_every_command(
    store: Path, broken: str, tmp_path: Path
) -> None:
    damage, said = BROKEN[broken]
    damage(store)
    plan = write(tmp_path, PLAN, "again.yaml")
    for arguments in (
        ("status", *YEAR),
        ("report", *YEAR, "--json"),
        ("update", "1", *YEAR, "--note", "x"),
        ("plan", "load", plan, "--yes"),
    ):
        assert said in refused(6, *arguments)


def test_a_newer_store_is_not_touched_by_init(store: Path) -> None:
    age("9999")(store)
    assert "newer than this duban knows" in refused(6, "init")


def without_privilege() -> None:
    """Takes from root what lets it use files that it has no permission for; others never had it."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def test_a_read_only_store_can_be_looked_at_but_not_written(store: Path) -> None:
    settle(store)
    store.chmod(0o444)
    ran = ended(process("status", *YEAR, preexec_fn=without_privilege))
    assert (ran.code, ran.err) == (0, "")
    for arguments in (("update", "1", *YEAR, "--note", "x"), ("init",)):
        ran = ended(process(*arguments, preexec_fn=without_privilege))
        assert (ran.code, ran.out) == (6, "")
        assert "the store is read-only; nothing was written" in ran.err
        assert ran.err.count("\n") == 1


def test_a_store_in_a_read_only_folder_is_told(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    store.parent.chmod(0o555)
    ran = ended(process("status", *YEAR, preexec_fn=without_privilege))
    store.parent.chmod(0o755)
    assert ran.code == 6
    assert "SQLite has to be able to write in the folder" in ran.err


def test_a_store_that_may_not_be_read_is_told(store: Path) -> None:
    store.chmod(0)
    ran = ended(process("status", *YEAR, preexec_fn=without_privilege))
    assert (ran.code, ran.out) == (6, "")
    assert "cannot be opened; check the path and permissions" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(("room", "code"), [(0, 6), (50_000, 6), (50_000_000, 0)])
def test_a_full_disk_leaves_the_store_as_it_was(
    store: Path, tmp_path: Path, room: int, code: int
) -> None:
    before = fine("ledger", "1", *YEAR, "--json").out, fine("plans").out
    item = '  - {{code: "9.{n}", title: 新增, lead: c1, start: 2024-01-01, due: 2024-12-31,'
    item += " every: monthly}}\n"
    items = "".join("    " + item.format(n=n) for n in range(1000))
    grown = write(tmp_path, PLAN + items, "grown.yaml")
    size = store.stat().st_size

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, size + room))

    ran = ended(process("plan", "load", grown, "--yes", preexec_fn=limit))
    assert ran.code == code, ran
    if code:
        assert "nothing was written" in ran.err
        assert ran.err.count("\n") == 1
        assert (fine("ledger", "1", *YEAR, "--json").out, fine("plans").out) == before


def test_units_that_file_at_the_same_time_lose_nothing(store: Path) -> None:
    started = [
        process("update", "1", *YEAR, "--add", "道路=1", "--as", f"第{n}社区") for n in range(6)
    ]
    assert [ended(one).code for one in started] == [0] * 6
    rows = duban("ledger", "1", *YEAR, "--json").json["ledger"]
    assert {row["author"] for row in rows if row["kind"] == "add"} == {
        f"第{n}社区" for n in range(6)
    }


def test_the_revision_that_the_tests_age_is_the_one_in_force(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    assert "0000" < REVISION < "9999"
    assert found == (REVISION,)
