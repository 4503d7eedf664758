"""Cases that were recorded by mistake and taken back: as if they had never been, but for this."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, exists, or_, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.zone import OFFICE_ZONE
from tracker.registers.look import Look
from tracker.schema import filing, register_case, register_event, register_total
from tracker.schema_registers import REGISTRATION
from tracker.sight import Column


def check_not_taken_back(
    connection: Connection, look: Look, of_office: Column, number: str
) -> None:
    """Says of a number that no case has any more who took its case back, and when.

    Args:
        look: which of what was recorded is known.
        of_office: whether a case is one of the office's, in the register that is meant.

    Raises:
        NotFoundError: a case with this number was taken back.
    """
    c, e, f = register_case.c, register_event.c, filing.c
    row = connection.execute(
        select(f.author, f.recorded_at)
        .join_from(register_case, register_event, e.case_id == c.id)
        .join(filing, f.id == e.filing_id)
        .where(of_office, c.number == number)
        .where(e.reverses == REGISTRATION, look.knows(register_event))
        .order_by(f.id.desc())
    ).first()
    if row is not None:
        message = _("{number}: taken back by {author} on {day}, as if it had never been recorded")
        day = row.recorded_at.astimezone(ZoneInfo(OFFICE_ZONE)).date()
        raise NotFoundError(message.format(number=number, author=row.author, day=day))


def undone_since(
    connection: Connection, plans: Sequence[int], register: str, filing_id: int
) -> bool:
    """Whether any case, event or total of a register was taken back after a filing.

    A correction does not count: the case that it takes back stands afresh.
    """
    c, e, new = register_case.c, register_event.c, register_case.alias().c
    afresh = exists().where(  # all columns of one index
        new.plan_id.in_(plans),
        new.register == register,
        new.number == c.number,
        new.filing_id == e.filing_id,
    )
    undone = (
        select(e.case_id)
        .join(register_case, c.id == e.case_id)
        .where(c.plan_id.in_(plans), c.register == register)
        .where(e.reverses.isnot(None), e.filing_id > filing_id)
        .where(or_(e.reverses != REGISTRATION, ~afresh))
    )
    t, f = register_total.c, filing.c
    totals = (
        select(t.filing_id)
        .join(filing, f.id == t.filing_id)
        .where(t.plan_id.in_(plans), f.register == register)
        .where(t.amount.is_(None), t.filing_id > filing_id)
    )
    return any(connection.execute(of.limit(1)).first() is not None for of in (undone, totals))
