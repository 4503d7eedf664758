"""The statements that are measured, and the same as text for sqlite3."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import sqlite

from tracker.status import judgement


def roll_up(as_of: date) -> Select[Any]:
    """All items of all plans judged, counted by unit and level; none is fed from a register."""
    judged = judgement(as_of, registers=()).order_by(None).subquery()
    return select(judged.c.lead, judged.c.level, func.count(), func.sum(judged.c.actual)).group_by(
        judged.c.lead, judged.c.level
    )


def as_text(statement: Select[Any]) -> str:
    """The statement as SQLite's SQL with its values in it."""
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    # SQLAlchemy leaves the LIMIT that SQLite wants beside an OFFSET as a parameter.
    return str(compiled).replace("LIMIT ? OFFSET", "LIMIT -1 OFFSET")
