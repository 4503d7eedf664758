"""The other sides, which need sqlite3 and nothing else: the least that the work costs in Python.

Run as a program of its own: ``python benchmarks/bare.py NAME ARGUMENT…``. Nothing of Duban, of
SQLAlchemy or of the other benchmarks is imported, and Python's garbage collector is off.
"""

import gc
import sqlite3
import sys

CHUNK = 2_000  # items at a time; with 500 or 10,000 it takes as long
NEW_YEAR = 738_886  # 1 January 2024 as ``date.toordinal()`` counts days
LOADED_AT = 1_704_153_600_000_000  # 2 January 2024 in microseconds since 1970, UTC
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of no text

PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "recursive_triggers = ON")
"""As ``tracker/database.py`` sets them; that the file is in write-ahead mode is kept in it."""


def fetch(path: str, sql: str) -> None:
    """Runs a SELECT from a file and fetches all rows."""
    with open(sql, encoding="utf-8") as file:
        sqlite3.connect(path).execute(file.read()).fetchall()


def insert(path: str, items: str, registers: str) -> None:
    """Inserts the rows that a plan of ``benchmarks/items.py`` becomes, by executemany.

    Args:
        registers: what a plan that says nothing of its registers says of them, as JSON.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO plan VALUES (1, '街道0', 2024)")
    connection.execute(
        "INSERT INTO plan_version VALUES (1, 1, 1, ?, 'bench', ?, '', NULL, 'zh', 0,"
        " 10, 30, 7, 0, 90, 'monthly', 5, 3, 3, 10, '{}', ?)",
        (LOADED_AT, EMPTY, registers),
    )
    connection.executemany(
        "INSERT INTO unit VALUES (1, ?, ?, ?, 'department', NULL, NULL)",
        [(f"u{n}", n, f"单位{n}") for n in range(20)],
    )
    connection.execute("INSERT INTO area VALUES (1, '1', 0, '聚焦项目建设')")
    total = int(items)
    for first in range(0, total, CHUNK):
        insert_chunk(connection, range(first, min(first + CHUNK, total)))
    connection.execute("COMMIT")


def insert_chunk(connection: sqlite3.Connection, numbers: range) -> None:
    """Inserts the items of these numbers, each with five milestones and an indicator.

    Every value is bound, as it has to be where rows come from a file; one that is the same in all
    rows of this plan could be written into the statement instead.
    """
    insert_all(connection, "item", [(n + 1, 1, f"i{n}") for n in numbers])
    nobody = ("[]", None, None)  # supports, is in charge, leads
    like = (1, "linear", "indicators", "monthly", 0, 0, 0, "[]", None, None)
    insert_all(
        connection,
        "item_version",
        [
            (1, n + 1, None, n, "1", f"事项{n}", f"u{n % 20}", *nobody, NEW_YEAR, due, due, *like)
            for n in numbers
            for due in (NEW_YEAR + 330 + n * 37 % 35,)
        ],
    )
    insert_all(
        connection,
        "milestone",
        [
            (1, n + 1, at, f"m{at}", f"节点{at}", due, due, 20, None)
            for n in numbers
            for at in range(5)
            for due in (NEW_YEAR + (20 if at == 0 and n % 200 == 7 else 55 + 60 * at + n % 7),)
        ],
    )
    insert_all(
        connection,
        "indicator",
        [
            (1, n + 1, 0, "数量", "条", 100_000, "at_least", "sum", 1, None, 0, None, None)
            for n in numbers
        ],
    )


def insert_all(connection: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    """One executemany."""
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


if __name__ == "__main__":
    gc.disable()
    if sys.argv[1] == "fetch":
        fetch(*sys.argv[2:])
    else:
        insert(*sys.argv[2:])
