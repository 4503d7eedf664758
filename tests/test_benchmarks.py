"""What is measured is the same on both sides."""

import sqlite3

import pytest

from benchmarks import sides
from tests.conftest import NewStore
from tracker.migrate import migrate


@pytest.mark.parametrize("table", ["item", "item_version", "milestone", "indicator"])
def test_executemany_inserts_the_rows_that_loading_does(new_store: NewStore, table: str) -> None:
    def rows(url: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()

    ours, theirs = new_store("migrated", migrate), new_store("migrated", migrate)
    sides.load(ours, "30")
    sides.executemany(theirs.removeprefix("sqlite:///"), "30")
    assert rows(ours) == rows(theirs) != []
