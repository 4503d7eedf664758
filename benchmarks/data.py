"""Stores to measure on: plans of any size with 5 milestones and 3 updates an item.

What a ledger of a year holds is there too: 2 % of the items were granted a later date and 1 % were
refused one, 2.5 % were given to another unit, and of 1 % an update was reversed.
"""

import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from benchmarks.items import FIRST, LOADED, OFFICE, YEAR, late, plan, promised
from tracker.migrate import migrate
from tracker.schema import AMOUNT_SCALE, metadata, moment_to_int
from tracker.store import Store
from tracker.versions import record_version

AS_OF = date(YEAR, 7, 31)
"""Three of the five milestones of each item are due by then, and reached."""
EARLY = date(YEAR, 1, 31)
"""All five milestones are open then."""
UPDATES = 3
LOADED_AT_MOST = 10_000  # items; more are copies, which is faster than loading them


def build(path: Path, items: int, offices: int = 1) -> str:
    """Makes a store.

    Args:
        path: the SQLite file.
        items: in each plan.
        offices: how many plans; they are of 街道0, 街道1, and so on.

    Returns:
        Its URL.
    """
    print(f"    making a store of {items * offices:,} items", file=sys.stderr, flush=True)
    url = f"sqlite:///{path}"
    migrate(url)
    loaded = min(items, LOADED_AT_MOST)
    with Store(url) as store:
        with store.write(LOADED) as writing:
            record_version(writing, plan(loaded), "", author="bench", on=FIRST)
        with store.write() as writing:
            copies = _Copies(writing.connection, loaded)
            copies.more_items(items // loaded)
            copies.more_offices(offices, items)
        with sqlite3.connect(path) as connection:
            connection.executemany(_FILED, _ledger(items, offices))
    return url


@dataclass(frozen=True)
class _Copies:
    """Rows of the only plan there is, copied within the database.

    Attributes:
        items: how many the plan was loaded with; their ids begin with 1.
    """

    connection: Connection
    items: int

    def more_items(self, times: int) -> None:
        """Makes the plan so many times as large."""
        number = f"id - 1 + n * {self.items}"
        moved = {"item_id": f"item_id + n * {self.items}"}
        self._copy("item", times, id=f"id + n * {self.items}", code=f"'i' || ({number})")
        place = f"position + n * {self.items}"
        self._copy("item_version", times, **moved, position=place)
        for table in ("milestone", "indicator"):
            self._copy(table, times, **moved)

    def more_offices(self, times: int, items: int) -> None:
        """Makes so many plans of the one, which has so many items."""
        moved = {"item_id": f"item_id + n * {items}", "version_id": "version_id + n"}
        self._copy("plan", times, id="id + n", office=f"'{OFFICE}' || n")
        self._copy("plan_version", times, id="id + n", plan_id="plan_id + n")
        for table in ("unit", "area"):
            self._copy(table, times, version_id="version_id + n")
        self._copy("item", times, id=f"id + n * {items}", plan_id="plan_id + n")
        for table in ("item_version", "milestone", "indicator"):
            self._copy(table, times, **moved)

    def _copy(self, table: str, times: int, **changed: str) -> None:
        columns = [column.name for column in metadata.tables[table].columns]
        values = ", ".join(changed.get(name, name) for name in columns)
        self.connection.execute(
            text(
                "WITH RECURSIVE copy(n) AS"
                f" (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < {times})"
                f" INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM copy, {table}"
                f" WHERE {times} > 1 ORDER BY n"
            )
        )


_FILED = (
    "INSERT INTO entry (plan_id, item_id, kind, effective_on, recorded_at, author, part, amount,"
    " due, answers, reverses, assignment, id, simulated)"
    " VALUES (?, ?, ?, ?, ?, 'bench', ?, ?, ?, ?, ?, ?, ?, 1)"
)

_Deed = tuple[int, str, str | None, int | None, int | None, int, int, str | None]
"""(day, kind, part, amount, due, answers, reverses, assignment); answers and reverses say how many
rows back the row is that is meant, 0 for none."""


def _ledger(items: int, offices: int) -> Iterator[tuple[object, ...]]:
    """Rows for ``_FILED``, each recorded on the day it takes effect."""
    row = 0
    for office in range(offices):
        for number in range(items):
            for day, kind, part, amount, due, answers, reverses, assignment in _deeds(number):
                row += 1
                yield (
                    office + 1,
                    office * items + number + 1,
                    kind,
                    day,
                    moment_to_int(datetime.fromordinal(day).replace(tzinfo=UTC)),
                    part,
                    amount,
                    due,
                    row - answers if answers else None,
                    row - reverses if reverses else None,
                    assignment,
                    row,
                )


def _deeds(number: int) -> Iterator[_Deed]:
    """What happens to an item up to ``AS_OF``."""
    first, made = FIRST.toordinal(), promised(number)
    for n in range(UPDATES):
        yield first + 15 + 60 * n, "add", "数量", 2 * AMOUNT_SCALE, None, 0, 0, None
    if number % 100 == 9:
        yield first + 140, "undo", None, None, None, 0, 1, None
    if number % 40 == 5:
        yield first + 12, "assign", None, None, None, 0, 0, f'{{"lead": "u{number % 3}"}}'
    if number % 100 in (3, 13, 23):
        answer = "refuse" if number % 100 == 23 else "approve"
        yield first + 90, "extend", None, None, made.due.toordinal() + 20, 0, 0, None
        yield first + 95, answer, None, None, None, 1, 0, None
    for step in made.milestones[1 if late(number) else 0 :]:
        if step.due > AS_OF:
            break
        yield step.due.toordinal() - 2, "reach", step.code, None, None, 0, 0, None
