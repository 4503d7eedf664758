"""The totals that a register has, found by figure and period."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from tracker.registers.total import Total

Figure = tuple[int, str, str | None]
"""Plan, measure and kind."""


class RecordedTotals:
    """The last total of each figure and period, also where it took the figure back.

    Of one figure there are few: no two periods overlap unless one lies in the other, so two for
    each day of a year at most.
    """

    def __init__(self, totals: Iterable[Total]) -> None:
        self._of: defaultdict[Figure, dict[tuple[date, date], Total]] = defaultdict(dict)
        for total in totals:
            self.put(total)

    def put(self, total: Total) -> None:
        """Takes in one that was recorded later than those there."""
        self._of[total.figure][total.first, total.last] = total

    def same(self, total: Total) -> Total | None:
        """That of the same figure and period."""
        return self._of[total.figure].get((total.first, total.last))

    def crossing(self, total: Total) -> Total | None:
        """One of the same figure whose period overlaps, where neither lies in the other."""
        there = self._of[total.figure].values()
        return next((o for o in there if o.amount is not None and total.crosses(o)), None)

    def count(self, measure: str, like: Total) -> int | None:
        """Another figure of the same plan, kind and period; None where it is not known."""
        found = self._of[like.plan_id, measure, like.kind].get((like.first, like.last))
        return None if found is None or found.amount is None else int(found.amount)
