"""The store: append-only, one writer at a time, snapshots for readers, clear lines for errors."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, func, insert, make_url, select, text, update

from plans.errors import BadInputError, DubanError, StoreError
from plans.model import Area, Indicator, Item, Plan, Unit
from tests.conftest import NewDatabase, examples, soaking
from tracker import schema
from tracker.ledger import Ledger, Progress
from tracker.schema import entry, metadata
from tracker.schema_registers import filing, register_case, register_event, register_total
from tracker.store import Store, last_recorded, parse_url, shown
from tracker.versions import PlanRef, find_plan, record_version

ROOT = Path(__file__).parent.parent
NOON = datetime(2024, 3, 1, 4, tzinfo=UTC)
DAY = date(2024, 3, 1)
WRITTEN = 25  # notes that a process of a race writes


def a_plan(office: str = "office") -> Plan:
    figure = Indicator("道路", "条", None)
    item = Item("1", "事项", "u", date(2024, 1, 1), date(2024, 12, 31), indicators=(figure,))
    return Plan(office, 2024, (Unit("u", "单位"),), (Area("a", "板块", (item,)),))


def load(store: Store, now: datetime = NOON) -> PlanRef:
    with store.write(now) as writing:
        return record_version(writing, a_plan(), "duban: 1", author="a", on=DAY)


def note(store: Store, ref: PlanRef, said: str = "x", now: datetime | None = None) -> datetime:
    """Files a report; the moment at which it was recorded."""
    with store.write(now) as writing:
        ledger = Ledger(writing, ref, author="a", today=date(2100, 1, 1))
        ledger.progress("1", DAY, Progress(note=said))
        return writing.recorded_at


def notes(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(entry)).scalar_one()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with one plan, on SQLite and on PostgreSQL."""
    with Store(store_url) as opened:
        load(opened)
        yield opened


# Append-only


def fill_all_tables(store: Store) -> None:
    """One row in every table."""
    ref = find_plan_of(store)
    note(store, ref)
    with store.write() as writing:
        execute, at = writing.connection.execute, writing.recorded_at
        version = {"version_id": ref.version_id, "item_id": 1}
        step = {"position": 9, "code": "m", "title": "m", "due": DAY, "original_due": DAY}
        execute(insert(schema.milestone).values(**version, **step, weight=1))
        execute(insert(schema.pace_target).values(**version, month_end=DAY, share=1))
        common = {"plan_id": ref.id, "recorded_at": at}
        execute(insert(schema.ledger_import).values(**common, digest="0", name="f"))
        dated = {**common, "as_of": DAY}
        execute(insert(schema.snapshot).values(id=1, **dated, known_at=at))
        judged = {"snapshot_id": 1, "item_id": 1, "level": "done", "expected": 0, "actual": 0}
        execute(insert(schema.snapshot_item).values(**judged))
        raised = {"event": "opened", "level": "overdue", "stage": "person", "since": DAY}
        execute(insert(schema.alert).values(**dated, item_id=1, **raised))
        written = {**dated, "known_at": at, "reply_by": DAY, "provisional": []}
        execute(insert(schema.slip).values(id=1, **written, number=1, unit="u"))
        line = {"level": "overdue", "original_due": DAY, "due": DAY, "workdays": 0}
        execute(insert(schema.slip_line).values(slip_id=1, item_id=1, **line))
        filed = {"register": "petition", "author": "a", "simulated": False}
        execute(insert(filing).values(id=1, **common, **filed))
        of = {"plan_id": ref.id, "version_id": ref.version_id, "register": "petition"}
        case = {"number": "1", "opened_on": DAY, "unit": "u", "repeated": False}
        execute(insert(register_case).values(id=1, filing_id=1, **of, **case))
        accepted = {"kind": "accept", "effective_on": DAY}
        execute(insert(register_event).values(case_id=1, number=1, filing_id=1, **accepted))
        told = {"measure": "orders", "first_on": DAY, "last_on": DAY, "amount": 1}
        execute(insert(register_total).values(filing_id=1, number=1, plan_id=ref.id, **told))


def url_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def find_plan_of(store: Store) -> PlanRef:
    with store.read() as connection:
        return find_plan(connection, 2024)


def test_no_row_of_any_table_is_ever_changed_or_deleted(store: Store) -> None:
    fill_all_tables(store)
    for table in metadata.sorted_tables:
        column = next(c for c in table.columns if c.name not in ("id", "recorded_at"))
        statements: list[Any] = [update(table).values({column: column}), delete(table)]
        if store.engine.dialect.name == "postgresql":
            statements.append(text(f"TRUNCATE {table.name} CASCADE"))
        for statement in statements:
            with store.read() as connection:
                before = connection.execute(select(table)).all()
            assert before, table.name
            with (
                pytest.raises(StoreError, match="never changed or deleted"),
                store.write() as writing,
            ):
                writing.connection.execute(statement)
            with store.read() as connection:
                assert connection.execute(select(table)).all() == before


def test_a_row_is_not_replaced_either(store: Store) -> None:
    note(store, find_plan_of(store))
    columns = ", ".join(c.name for c in entry.columns)
    replace = {
        "sqlite": f"INSERT OR REPLACE INTO entry SELECT {columns} FROM entry",
        "postgresql": f"INSERT INTO entry SELECT {columns} FROM entry "
        "ON CONFLICT (id) DO UPDATE SET note = 'y'",
    }[store.engine.dialect.name]
    with pytest.raises(StoreError, match="never changed or deleted"), store.write() as writing:
        writing.connection.execute(text(replace))


# Whole or not at all, in order


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    ref = find_plan_of(store)

    def fail_halfway() -> None:
        with store.write() as writing:
            ledger = Ledger(writing, ref, author="a", today=date(2100, 1, 1))
            ledger.progress("1", DAY, Progress(note="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert notes(store) == 0


def test_a_clock_that_is_set_back_does_not_disturb_the_order_of_recording(store: Store) -> None:
    ref = find_plan_of(store)
    moments = [NOON]
    for minutes in (5, -600, -600, 0, 6):
        moments.append(note(store, ref, now=NOON + timedelta(minutes=minutes)))
    assert moments == sorted(set(moments))
    assert moments[2] - moments[1] == timedelta(microseconds=1)
    assert moments[-1] == NOON + timedelta(minutes=6)


def test_snapshots_and_slips_count_for_the_order_of_recording_too(store: Store) -> None:
    ref, later = find_plan_of(store), NOON + timedelta(days=1)
    with store.write(later) as writing:
        dated = {"plan_id": ref.id, "recorded_at": writing.recorded_at, "known_at": NOON}
        writing.connection.execute(insert(schema.snapshot).values(**dated, as_of=DAY))
    assert note(store, ref, now=NOON) == later + timedelta(microseconds=1)
    with store.read() as connection:
        assert last_recorded(connection) == later + timedelta(microseconds=1)


def test_a_store_without_rows_has_no_last_moment(store_url: str) -> None:
    with Store(store_url) as store, store.read() as connection:
        assert last_recorded(connection) is None


def test_a_moment_is_stored_to_the_microsecond(store: Store) -> None:
    exact = datetime(2024, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    assert note(store, find_plan_of(store), now=exact) == exact
    with store.read() as connection:
        assert connection.execute(select(func.max(entry.c.recorded_at))).scalar() == exact


# Several at once

WRITER = """
import sys
from datetime import date
from tracker.ledger import Ledger, Progress
from tracker.store import Store
from tracker.versions import find_plan

url, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Store(url) as store:
    with store.read() as connection:
        ref = find_plan(connection, 2024)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(times):
        with store.write() as writing:
            ledger = Ledger(writing, ref, author=name, today=date(2100, 1, 1))
            for part in range(3):
                ledger.progress("1", date(2024, 3, 1), Progress(note=f"{number}.{part}"))
        print(number, flush=True)
"""


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own, at the point where it waits for the others."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return process


def go(processes: "list[subprocess.Popen[str]]") -> None:
    """Lets all of them begin, once all are ready."""
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()


@pytest.mark.parametrize("writers", [2, 8])
def test_processes_that_write_at_once_lose_nothing(store: Store, writers: int) -> None:
    times = 2 * WRITTEN // writers
    processes = [start(WRITER, url_of(store), f"p{n}", times) for n in range(writers)]
    go(processes)
    for process in processes:
        _out, complaints = process.communicate(timeout=120)
        assert (process.returncode, complaints) == (0, "")
    with store.read() as connection:
        rows = connection.execute(
            select(entry.c.id, entry.c.author, entry.c.note, entry.c.recorded_at).order_by(
                entry.c.id
            )
        ).all()
    filed = {(row.author, row.note) for row in rows}
    authors = [f"p{n}" for n in range(writers)]
    texts = [f"{i}.{k}" for i in range(times) for k in range(3)]
    assert filed == {(author, said) for author in authors for said in texts}
    assert len(rows) == len(filed)
    moments = [row.recorded_at for row in rows]
    assert moments == sorted(moments)
    # Three rows a transaction, of one moment, not mixed with those of another.
    transactions = [rows[n : n + 3] for n in range(0, len(rows), 3)]
    assert all(len({(row.author, row.recorded_at) for row in rows}) == 1 for rows in transactions)
    assert len({rows[0].recorded_at for rows in transactions}) == len(transactions)


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    ref = find_plan_of(store)
    note(store, ref)
    with store.read() as reading:
        count = select(func.count()).select_from(entry)
        before = reading.execute(count).scalar_one()
        note(store, ref)
        assert reading.execute(count).scalar_one() == before == 1
    assert notes(store) == 2


def test_a_writer_does_not_keep_readers_waiting(store: Store) -> None:
    ref = find_plan_of(store)
    with store.write() as writing:
        ledger = Ledger(writing, ref, author="a", today=date(2100, 1, 1))
        ledger.progress("1", DAY, Progress(note="x"))
        assert notes(store) == 0
    assert notes(store) == 1


def test_a_lock_that_is_never_released_is_one_clear_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.database.LOCK_TIMEOUT_MS", 50)
    monkeypatch.setattr("tracker.store.LOCK_TIMEOUT_MS", 50)
    with (
        Store(url_of(store)) as other,
        store.write(),
        pytest.raises(StoreError, match="locked by another program"),
        other.write(),
    ):
        pass
    note(store, find_plan_of(store))
    assert notes(store) == 1


# Killed, full, read-only

KILLED = """
import sys
from datetime import date
from tracker.ledger import Ledger, Progress
from tracker.store import Store
from tracker.versions import find_plan

with Store(sys.argv[1]) as store:
    with store.read() as connection:
        ref = find_plan(connection, 2024)
    for number in range(100):
        with store.write() as writing:
            ledger = Ledger(writing, ref, author=str(number), today=date(2100, 1, 1))
            for part in range(10):
                ledger.progress("1", date(2024, 3, 1), Progress(note="x" * 1000))
                print("part", number, flush=True)
        print("done", number, flush=True)
"""


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(examples(5)))
def test_a_process_that_is_killed_leaves_no_half_of_what_it_wrote(store: Store, seed: int) -> None:
    process = start(KILLED, url_of(store))
    assert process.stdout
    chance = Random() if soaking() else Random(seed)
    lines = [process.stdout.readline() for _line in range(chance.randint(1, 60))]
    moment = perf_counter() + chance.random() / 200
    while perf_counter() < moment:  # to end it anywhere between two lines
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    acknowledged = {line.split()[1] for line in lines if line.startswith("done")}
    with store.read() as connection:
        rows = select(entry.c.author, func.count()).group_by(entry.c.author)
        written = {row[0]: row[1] for row in connection.execute(rows)}
    assert set(written.values()) <= {10}
    assert acknowledged <= written.keys()
    note(store, find_plan_of(store))


FILLED = """
import resource, sys
from datetime import date
from plans.errors import StoreError
from tracker.ledger import Ledger, Progress
from tracker.store import Store
from tracker.versions import find_plan

resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
with Store(sys.argv[1]) as store:
    with store.read() as connection:
        ref = find_plan(connection, 2024)
    try:
        with store.write() as writing:
            ledger = Ledger(writing, ref, author="a", today=date(2100, 1, 1))
            for _part in range(2_000):
                ledger.progress("1", date(2024, 3, 1), Progress(note="x" * 2_000))
    except StoreError as error:
        print(error)
"""


def test_a_full_disk_leaves_the_store_as_it_was(sqlite_store_url: str) -> None:
    with Store(sqlite_store_url) as store:
        ref = load(store)
        note(store, ref)
        said, complaints = start(FILLED, sqlite_store_url).communicate(timeout=60)
        assert complaints == ""
        assert said.count("\n") == 1
        assert "the disk" in said
        assert "nothing was written" in said
        assert notes(store) == 1
        note(store, ref)
        with store.read() as connection:
            check = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        assert (check, notes(store)) == ("ok", 2)


def test_a_store_without_room_for_a_page_leaves_nothing_of_a_transaction(
    sqlite_store_url: str,
) -> None:
    with Store(sqlite_store_url) as store:
        ref = load(store)
    with Store(sqlite_store_url) as store:
        with store.engine.connect() as connection:
            # Held by the one connection that the pool lends out again.
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        filed = 0
        said = None
        while said is None and filed < 100:
            try:
                note(store, ref, "x" * 2_000)
                filed += 1
            except StoreError as error:
                said = str(error)
        assert said is not None
        assert said.endswith("the disk is full; nothing was written")
        assert notes(store) == filed


def test_a_read_only_database_is_read_and_not_written(
    new_postgres_database: NewDatabase, postgres_template: str
) -> None:
    url = new_postgres_database(postgres_template)
    with Store(url) as store:
        ref = load(store)
        with store.engine.begin() as connection:
            name = store.url.database
            connection.execute(
                text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            )
    with Store(url) as store:
        assert find_plan_of(store) == ref
        with pytest.raises(StoreError, match="the store is read-only; nothing was written"):
            note(store, ref)


# Stores that are none


def said_of(url: str) -> str:
    """The one line with which a store is refused."""
    with pytest.raises(DubanError) as refused:
        Store(url)
    line = str(refused.value)
    assert "\n" not in line
    return line


@pytest.fixture
def file(sqlite_store_url: str) -> Path:
    """The file of a store, all in one."""
    with Store(sqlite_store_url) as store:
        load(store)
    path = Path(sqlite_store_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "make one with: duban init"),
        (b"", "make one with: duban init"),
        (b"SQLite format 3\x00", "not a duban store"),
        (b"garbage of some length" * 500, "not a duban store"),
    ],
    ids=["missing", "empty", "the first bytes only", "garbage"],
)
def test_a_file_that_is_no_store_is_one_clear_line(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    line = said_of(f"sqlite:///{path}")
    assert said in line
    assert str(path) in line


@pytest.mark.parametrize("kept", [4096, 5000, 0.3, 0.6, 0.9])
def test_a_store_that_is_cut_short_is_one_clear_line_when_it_is_noticed(
    file: Path, kept: float
) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept if kept > 1 else len(whole) * kept)])
    with pytest.raises(StoreError) as refused, Store(f"sqlite:///{file}") as store:
        note(store, find_plan_of(store))
    assert "damaged or cut short" in str(refused.value)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    assert "make one with: duban init" in said_of(f"sqlite:///{tmp_path}")


def test_an_empty_database_is_no_store(new_postgres_database: NewDatabase) -> None:
    assert "make one with: duban init" in said_of(new_postgres_database())


def test_a_database_of_something_else_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entry (id INTEGER)")
    connection.close()
    assert "make one with: duban init" in said_of(f"sqlite:///{path}")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("0000", "bring it up to date with: duban init"),
        ("9999", "install the newer duban that made it"),
        (None, "make one with: duban init"),
    ],
    ids=["older", "newer", "none"],
)
def test_a_store_of_another_revision_is_not_opened(
    store_url: str, found: str | None, said: str
) -> None:
    with Store(store_url) as store, store.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if found is not None:
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": found})
    assert said in said_of(store_url)


# URLs


@pytest.mark.parametrize(
    "url",
    ["", "duban.db", "/data/duban.db", "sqlite:/duban.db", "postgresql://h:port/db", "://"],
)
def test_what_is_no_url_is_told_what_one_looks_like(url: str) -> None:
    with pytest.raises(BadInputError, match="expected sqlite:///PATH or postgresql://"):
        parse_url(url)


@pytest.mark.parametrize("url", ["mysql://u@h/db", "oracle://h/db"])
def test_other_databases_are_not_for_stores(url: str) -> None:
    with pytest.raises(BadInputError, match=r"SQLite or PostgreSQL, not (mysql|oracle)"):
        parse_url(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_store_in_memory_would_be_gone_at_once(url: str) -> None:
    with pytest.raises(BadInputError, match="has to be a file"):
        parse_url(url)


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg", "nonsense"])
def test_the_driver_is_ours_to_choose(driver: str) -> None:
    assert parse_url(f"postgresql+{driver}://u@h/db").drivername == "postgresql+psycopg"
    assert parse_url(f"sqlite+{driver}:////d/duban.db").drivername == "sqlite"


SECRET = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:{SECRET}@no such host/db",
        f"postgresql://u:p@{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:p/{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:{SECRET}@127.0.0.1:port/db",
        f"postgresql://127.0.0.1:1/db?user=u&password={SECRET}",
        f"postgresql://127.0.0.1:1/db?sslpassword={SECRET}",
        f"postgres//u:{SECRET}@127.0.0.1/db",
        f"nonsense://u:{SECRET}@127.0.0.1/db",
        f"u:{SECRET}@127.0.0.1",
        f"mysql://u:{SECRET}@127.0.0.1/db",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    assert SECRET not in said_of(url)


def test_a_url_is_shown_as_it_was_given_but_for_the_password() -> None:
    assert shown(parse_url("sqlite:////d/duban.db")) == "sqlite:////d/duban.db"
    assert shown(parse_url("postgresql://u:x@h:5/db")) == "postgresql+psycopg://u:***@h:5/db"


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    line = said_of("postgresql://u@127.0.0.1:1/db")
    assert "the database server cannot be reached; is it running?" in line


def test_a_database_or_user_that_is_not_there_is_told_as_such(postgres_url: str) -> None:
    url = make_url(postgres_url)
    for other in (url.set(database="nowhere"), url.set(username="nobody")):
        line = said_of(other.render_as_string(hide_password=False))
        assert "the database does not exist or is not a duban store" in line


def test_a_wrong_password_is_told_as_such_and_not_shown(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        shown_file = connection.execute("SHOW hba_file").fetchone()
        assert shown_file
        rules = Path(shown_file[0])
        rules.write_text("local all locked scram-sha-256\n" + rules.read_text())
        connection.execute("SELECT pg_reload_conf()")
        while not connection.execute(
            "SELECT 1 FROM pg_hba_file_rules WHERE 'locked' = ANY (user_name)"
        ).fetchone():
            pass
    url = make_url(postgres_url).set(username="locked", password=SECRET)
    line = said_of(url.render_as_string(hide_password=False))
    assert "the database server refuses user or password" in line
    assert SECRET not in line


# What it costs


def test_a_store_on_sqlite_loads_nothing_of_postgresql(sqlite_store_url: str) -> None:
    code = (
        "import sys; from tracker.late import load_late; from tracker.store import Store\n"
        f"with Store({sqlite_store_url!r}) as store, store.read(): pass\n"
        "print(*[name for name in sys.modules if 'postgresql' in name or name == 'psycopg'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "\n"), ran.stderr
