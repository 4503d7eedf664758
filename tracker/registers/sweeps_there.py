"""The sweeps that a register has, as rows of a file are held against them."""

from collections.abc import Container, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from plans.sweep_calendar import Occurrence
from tracker.registers.look import Look, stands_now
from tracker.registers.standing import sweeps
from tracker.schema import register_case

Slot = tuple[str, str | None, date]
"""Which sweep of a plan it is: the code of its rhythm, the community, the day it is due."""

_DONE = ("kind", "community", "due", "held", "places", "people")


class Made(NamedTuple):
    """A sweep of a plan as it was made.

    Attributes:
        unit: that holds it.
    """

    one: Occurrence
    unit: str


class SweepsThere:
    """The sweeps of an office.

    Args:
        plans: ids of its plans.
    """

    def __init__(self, connection: Connection, plans: list[int]) -> None:
        self.connection, self.plans = connection, plans

    @cached_property
    def by_slot(self) -> Mapping[Slot, Made]:
        """Those of rhythms, of whichever version of a plan."""
        return {slot: made for slot, made, stands in self._of_rhythms if stands}

    @cached_property
    def gone(self) -> Mapping[Slot, Made]:
        """Those of rhythms that a later version of the plan asks for no more."""
        made = {slot: made for slot, made, _stands in self._of_rhythms}
        return {slot: made[slot] for slot in made.keys() - self.by_slot.keys()}

    @cached_property
    def gone_numbers(self) -> Container[str]:
        """The numbers that these had."""
        return {made.one.number for made in self.gone.values()}

    @cached_property
    def _of_rhythms(self) -> list[tuple[Slot, Made, bool]]:
        c = register_case.c
        ours = (c.plan_id.in_(self.plans), c.register == "sweep", c.rhythm.isnot(None))
        stands = stands_now(register_case).label("stands")
        found = select(register_case, stands).where(*ours).order_by(c.id)
        return [
            (
                (row.rhythm, row.community, row.settle_by),
                Made(
                    Occurrence(
                        *(row.number, row.rhythm, row.kind, row.community),
                        *(row.opened_on, row.settle_by, row.lapses_on, row.rhythm),
                    ),
                    row.unit,
                ),
                bool(row.stands),
            )
            for row in self.connection.execute(found)
        ]

    def take_same(self, row: Mapping[str, Any]) -> str | None:
        """The number of one that no rhythm asks for, on which the same was done as a row says.

        It is given once: rows alike are as many sweeps.
        """
        same = self._own.get(tuple(row[name] for name in _DONE))
        return same.pop(0) if same else None

    @cached_property
    def _own(self) -> Mapping[tuple[Any, ...], list[str]]:
        found = sweeps(Look(date.max, None, self.plans)).subquery("found")
        own = select(found).where(found.c.rhythm.is_(None)).order_by(found.c.id)
        numbers: dict[tuple[Any, ...], list[str]] = {}
        for row in self.connection.execute(own):
            due, held = (d and date.fromordinal(d) for d in (row.settle_by, row.held_on))
            done = (row.kind, row.community, due, held, row.places, row.people)
            numbers.setdefault(done, []).append(row.number)
        return numbers
