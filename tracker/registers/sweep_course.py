"""When a sweep can be held. Pure: recording one and importing many go by what stands here."""

from datetime import date

from plans.errors import BadInputError, ConflictError
from plans.language import gettext as _


def check_hold(begins: date, lapses_on: date | None, on: date) -> None:
    """Checks that a sweep can be held on a day.

    Args:
        begins: the first day of its period.
        lapses_on: the last day on which it can be made good; None where there is none.

    Raises:
        BadInputError: its period had not begun.
        ConflictError: it could no longer be made good.
    """
    other = _("a sweep of its own is recorded with --kind")
    if on < begins:
        message = _("{day}: its period begins on {first}; {other}")
        raise BadInputError(message.format(day=on, first=begins, other=other))
    if lapses_on is not None and on > lapses_on:
        message = _("{day}: it could be made good until {last}, and was missed; {other}")
        raise ConflictError(message.format(day=on, last=lapses_on, other=other))
