"""What is timed as a process of its own: python -m benchmarks.sides NAME ARGUMENT…

Each side prints its peak memory in megabytes. The sqlite3 sides import nothing of Duban that they
do not need, so that they stand for the least that the work costs in Python.
"""

import gc
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path


def judge(url: str, as_of: str) -> None:
    """Judges all items and rolls them up by unit and level, as Duban does it."""
    from benchmarks.statements import roll_up
    from tracker.store import Store

    with Store(url) as store, store.read() as connection:
        connection.execute(roll_up(date.fromisoformat(as_of))).all()


def text(path: str, sql: str) -> None:
    """Runs a SELECT from a file and fetches all rows, through sqlite3."""
    sqlite3.connect(path).execute(Path(sql).read_text(encoding="utf-8")).fetchall()


def load(url: str, items: str) -> None:
    """Records a plan, as ``duban plan load`` does once the file is read."""
    from benchmarks.data import FIRST, LOADED, plan
    from tracker.store import Store
    from tracker.versions import record_version

    with Store(url) as store, store.write(LOADED) as writing:
        record_version(writing, plan(int(items)), "", author="bench", on=FIRST)


def executemany(path: str, items: str) -> None:
    """Inserts the same rows with sqlite3's executemany, a chunk at a time."""
    from itertools import islice

    from benchmarks.data import promised

    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO plan VALUES (1, '某街道办事处', 2024)")
    connection.execute(
        "INSERT INTO plan_version VALUES (1, 1, 1, 0, 'bench', '', '', NULL, 'zh', 0,"
        " 10, 30, 7, 0, 90, 'monthly', 5, 3, 3, 10, '{}')"
    )
    numbers = iter(range(int(items)))
    while chunk := [promised(number) for number in islice(numbers, 2_000)]:
        ids = [int(made.code[1:]) + 1 for made in chunk]
        pairs = list(zip(ids, chunk, strict=True))
        connection.executemany(
            "INSERT INTO item VALUES (?, 1, ?)", [(n, made.code) for n, made in pairs]
        )
        connection.executemany(
            "INSERT INTO item_version (version_id, item_id, position, area, title, lead, support,"
            " start, due, original_due, weight, pace, measure, report, recurring, assumed, dropped,"
            " after) VALUES (1, ?, ?, '1', ?, ?, '[]', ?, ?, ?, 1, 'linear', 'indicators',"
            " 'monthly', 0, 0, 0, '[]')",
            [
                (n, n - 1, made.title, made.lead, made.start.toordinal(), due, due)
                for n, made in pairs
                for due in (made.due.toordinal(),)
            ],
        )
        connection.executemany(
            "INSERT INTO milestone VALUES (1, ?, ?, ?, ?, ?, ?, ?, NULL)",
            [
                (n, at, step.code, step.title, due, due, step.weight)
                for n, made in pairs
                for at, step in enumerate(made.milestones)
                for due in (step.due.toordinal(),)
            ],
        )
        connection.executemany(
            "INSERT INTO indicator VALUES (1, ?, 0, '数量', '条', 100000, 'at_least', 'sum', 1,"
            " NULL, 0)",
            [(n,) for n in ids],
        )
    connection.execute("COMMIT")


if __name__ == "__main__":
    from benchmarks.timing import peak_mb

    gc.set_threshold(100_000, 50)  # as in cli.main
    sides: dict[str, Callable[..., None]] = {
        "judge": judge,
        "text": text,
        "load": load,
        "executemany": executemany,
    }
    sides[sys.argv[1]](*sys.argv[2:])
    print(peak_mb())
