"""Which petitions may still ask for something, found quickly among a million of them."""

from typing import Any

from sqlalchemy import Select, exists, select, text, union

from tracker.registers.look import Look
from tracker.schema_registers import IS_END, IS_REVIEW
from tracker.stored import register_case, register_event


def open_cases(look: Look) -> Select[Any]:
    """The ids of all petitions that are open, or of which a review is pending, and of some more.

    A case is left out where its end, known and come, is recorded and nothing of it was ever
    reversed nor a review asked for. Whether the others are open says ``standing.petitions``: this
    is no second rule, only a smaller heap to look through. The conditions are those of the partial
    indexes, word by word, or SQLite would not see that they can be used.
    """
    c, e = register_case.c, register_event.c
    ends = select(e.case_id).where(
        e.case_id == c.id, text(IS_END), e.effective_on <= look.day, look.knows(register_event)
    )
    ours = look.covers(register_case, "petition")
    opened = select(c.id).where(ours, ~exists(ends))
    # Not with OR: each of a million ended cases would be looked up in two lists more.
    others = (
        select(e.case_id).where(which, exists(select(c.id).where(c.id == e.case_id, ours)))
        for which in (e.reverses.isnot(None), text(IS_REVIEW))
    )
    # Used twice: a table of its own is worked out once.
    return select(union(opened, *others).cte("may_ask").c.id)
