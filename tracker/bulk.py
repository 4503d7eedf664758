"""Inserting very many rows: a plan may have hundreds of thousands."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that have a value for every column.

    The types of the columns make each value into what is stored, as SQLAlchemy has them do. What
    else SQLAlchemy does for each row takes as long as the database does, and is left out.
    """
    dialect = connection.dialect
    into = str(insert(table).compile(dialect=dialect))
    types = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in table.columns]
    values = [[made(row[name]) if made else row[name] for name, made in types] for row in rows]
    if dialect.positional:
        connection.exec_driver_sql(into, list(map(tuple, values)))
    else:
        names = [name for name, _made in types]
        connection.exec_driver_sql(into, [dict(zip(names, v, strict=True)) for v in values])
