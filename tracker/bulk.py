"""Inserting very many rows: a plan may have hundreds of thousands."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts rows that have a value for every column of the table, in the order of ``names``.

    The types of the columns make each value into what is stored, as SQLAlchemy has them do, but
    once for all rows that have the same one. What else SQLAlchemy does for each row takes as long
    as the database does, and is left out.
    """
    dialect = connection.dialect
    given = dict(zip(names, zip(*rows, strict=True), strict=True))
    stored: list[Iterable[Any]] = []
    for column in table.columns:
        make = column.type.dialect_impl(dialect).bind_processor(dialect)
        values = given.pop(column.name)
        stored.append(map(cache(make), values) if make else values)
    assert not given
    into = str(insert(table).compile(dialect=dialect))
    made = list(zip(*stored, strict=True))
    if dialect.positional:
        connection.exec_driver_sql(into, made)
    else:
        keys = [column.name for column in table.columns]
        connection.exec_driver_sql(into, [dict(zip(keys, row, strict=True)) for row in made])
