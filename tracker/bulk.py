"""Inserting very many rows: a plan may have hundreds of thousands."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(
    connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]], **same: Any
) -> None:
    """Inserts rows that have a value for every column of the table.

    The types of the columns make each value into what is stored, as SQLAlchemy has them do, but
    once for all rows that have the same one. What else SQLAlchemy does for each row takes as long
    as the database does, and is left out; so is what a tuple a row would cost before the last.

    Args:
        columns: by name, the values of all rows, in order; all of one length.
        same: the columns that have one value in all rows.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return
    dialect = connection.dialect
    given = {**columns, **{name: [value] * count for name, value in same.items()}}
    stored: list[Iterable[Any]] = []
    for column in table.columns:
        make = column.type.dialect_impl(dialect).bind_processor(dialect)
        values = given.pop(column.name)
        stored.append(map(cache(make), values) if make else values)
    assert not given
    into = str(insert(table).compile(dialect=dialect))
    rows = list(zip(*stored, strict=True))
    if dialect.positional:
        connection.exec_driver_sql(into, rows)
    else:
        keys = [column.name for column in table.columns]
        connection.exec_driver_sql(into, [dict(zip(keys, row, strict=True)) for row in rows])
