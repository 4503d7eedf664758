"""Inserting very many rows: a plan may have hundreds of thousands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    stored: Collection[str] = (),
    **same: Any,
) -> None:
    """Inserts rows that have a value for every column of the table.

    The types of the columns make each value into what is stored, as SQLAlchemy has them do, but
    once for all rows that have the same one. What else SQLAlchemy does for each row takes as long
    as the database does, and is left out; so is what a tuple a row would cost before the last, and
    a column that is NULL in all rows: to say so of each takes longer than not to name it.

    Args:
        columns: by name, the values of all rows, in order; all of one length.
        stored: the columns whose values are given as they are stored.
        same: the columns that have one value in all rows.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return
    dialect = connection.dialect
    given = {**columns, **{name: [value] * count for name, value in same.items()}}
    assert set(given) == set(table.columns.keys())
    told: dict[str, Iterable[Any]] = {}
    for column in table.columns:
        values = given[column.name]
        if column.nullable and values.count(None) == count:
            continue
        make = column.type.dialect_impl(dialect).bind_processor(dialect)
        if make is None or column.name in stored:
            told[column.name] = values
        else:
            told[column.name] = map(cache(make), values)
    into = str(insert(table).compile(dialect=dialect, column_keys=[*told]))
    rows = list(zip(*told.values(), strict=True))
    if dialect.positional:
        connection.exec_driver_sql(into, rows)
    else:
        connection.exec_driver_sql(into, [dict(zip(told, row, strict=True)) for row in rows])


PAGES_KIB = 64_000  # at most: what is not used is not taken


def keep_pages(connection: Connection) -> None:
    """Has SQLite keep more of the store in memory, until the connection is closed.

    Rows that come into an index in no order touch all of its pages: as soon as these are more than
    the 2 MB that it keeps by default, they are written and read again and again before the commit.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{PAGES_KIB}")


MANY = 5_000  # rows from which on what is known of the tables is out of date


def analyze(connection: Connection, rows: int, *tables: Table) -> None:
    """Has the database look at tables again that have got many rows.

    PostgreSQL does so itself, but only after a while: until then it takes them for as small as they
    were, and goes through all of a table for each row of another. (SQLite is not in need of it: the
    statements are written so that it finds the indexes.)

    Args:
        rows: how many they have got.
    """
    if rows >= MANY and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE " + ", ".join(table.name for table in tables))
