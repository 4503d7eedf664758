"""By when petitions and orders have to be accepted and settled: the rules of a plan version."""

from datetime import date

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import listed
from plans.registers import HOTLINE, Limit, Registers
from plans.typed import quoted
from plans.workdays import Workdays


class Limits:
    """The time limits of one version of a plan, worked out once for each day.

    Args:
        rules: what the version says.
        workdays: the calendar in force.
    """

    def __init__(self, rules: Registers, workdays: Workdays) -> None:
        self.rules = rules
        self._workdays = workdays
        self._kinds = {kind.code: kind.settle for kind in rules.orders.kinds}
        self._days: dict[tuple[int, bool, date], date] = {}

    def after(self, limit: Limit, day: date) -> date:
        """The last day of a limit that begins on a day."""
        key = (limit.number, limit.workdays, day)
        if (found := self._days.get(key)) is None:
            found = self._days[key] = limit.after(day, self._workdays)
        return found

    def accept_by(self, channel: str, received: date) -> date:
        """By when to tell whether a petition is accepted, or to sign for an order."""
        rules = self.rules
        limit = rules.orders.sign if channel == HOTLINE else rules.petitions.accept
        return self.after(limit, received)

    def settle_by(self, channel: str, kind: str | None, received: date) -> date | None:
        """By when to settle an order; of a petition that is not known before it is accepted.

        Raises:
            BadInputError: an order without a kind or of one that the plan does not have, or a
                petition with one.
        """
        if channel != HOTLINE:
            if kind is not None:
                message = _("{kind}: only orders of the 12345 line have a kind; leave it out")
                raise BadInputError(message.format(kind=quoted(kind)))
            return None
        limit = self._kinds.get(kind or "")
        if limit is None:
            there = [f"{k.code} {k.name}" for k in self.rules.orders.kinds]
            message = _("an order of the 12345 line needs its kind; there are: {there}")
            if kind is not None:
                message = _("{kind}: no such kind of order; there are: {there}")
            raise BadInputError(message.format(kind=quoted(kind or ""), there=listed(there, 20)))
        return self.after(limit, received)
