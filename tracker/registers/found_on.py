"""On which sweep a hazard can have been found: one that was there, on that day.

A sweep of one community finds hazards of that community, one of the whole office those of any. What
kind it looks for does not matter: who looks for wires sees the blocked exit, too.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from plans.errors import BadInputError
from plans.language import gettext as _
from tracker.registers.look import Look
from tracker.registers.standing import sweeps


class FoundOn(NamedTuple):
    """A sweep, as far as it matters for what was found on it.

    Attributes:
        community: its code; None for a sweep of the whole office.
        begins: the first day of its period.
        last: the last day on which it can be held; None where the plan sets none.
        held_on: None as long as it is not held.
    """

    id: int
    number: str
    community: str | None
    begins: date
    last: date | None
    held_on: date | None

    def check(self, community: str | None, found: date) -> None:
        """Checks that a hazard can have been found on it.

        Raises:
            BadInputError: not in that community, or not on that day.
        """
        if self.community not in (None, community):
            message = _(
                "{sweep} is a sweep of {there}, not of where the hazard is; expected one of that "
                "community or of the whole office, or none"
            )
            raise BadInputError(message.format(sweep=self.number, there=self.community))
        if self.held_on is not None and found != self.held_on:
            message = _("{day}: {sweep} was held on {held}; what was found on it was found then")
            raise BadInputError(message.format(day=found, sweep=self.number, held=self.held_on))
        if found < self.begins:
            message = _(
                "{day}: {sweep} begins on {first}; what was found before was not found on it"
            )
            raise BadInputError(message.format(day=found, sweep=self.number, first=self.begins))
        if self.last is not None and found > self.last:
            message = _("{day}: {sweep} could be held until {last}, and was not")
            raise BadInputError(message.format(day=found, sweep=self.number, last=self.last))


def load_found_on(
    connection: Connection, plans: list[int], sweep: int | None = None
) -> list[FoundOn]:
    """The sweeps of an office.

    Args:
        plans: ids of its plans.
        sweep: only the one with this id.
    """
    found = sweeps(Look(date.max, None, plans)).subquery("found")
    c = found.c
    wanted = select(c.id, c.number, c.community, c.opened_on, c.lapses_on, c.held_on)
    if sweep is not None:
        wanted = wanted.where(c.id == sweep)
    return [
        FoundOn(
            row.id, row.number, row.community, *(day and date.fromordinal(day) for day in row[3:])
        )
        for row in connection.execute(wanted)
    ]
