"""The hazards that a register has, as rows of a ledger without numbers are held against them."""

from collections.abc import Container, Mapping, Sequence
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, select

from plans.places import compared
from tracker.registers.look import stands_now
from tracker.schema import register_case

Same = tuple[str, str, str | None, date]
"""By what a hazard is known again: its kind, its place as it is compared, the community, the day
on which it was found."""


def same(kind: str, place: str, community: str | None, found: date) -> Same:
    """By what a hazard is known again, as a row says it."""
    return kind, compared(place), community, found


class HazardsThere:
    """The hazards of an office.

    Args:
        plans: ids of its plans.
    """

    def __init__(self, connection: Connection, plans: Sequence[int]) -> None:
        self._connection, self._plans = connection, plans

    def take(self, wanted: Same, used: Container[str]) -> str | None:
        """The number of one that is the same.

        It is given once: rows alike are as many hazards, in their order.

        Args:
            used: numbers that rows of the file have.
        """
        there = self._by_same.get(wanted, [])
        number = next((number for number in there if number not in used), None)
        if number is not None:
            there.remove(number)
        return number

    @cached_property
    def _by_same(self) -> Mapping[Same, list[str]]:
        c = register_case.c
        found = (
            select(c.kind, c.place_key, c.community, c.opened_on, c.number)
            .where(c.plan_id.in_(self._plans), c.register == "hazard", stands_now(register_case))
            .order_by(c.id)
        )
        numbers: dict[Same, list[str]] = {}
        for row in self._connection.execute(found):
            key = (row.kind, row.place_key, row.community, row.opened_on)
            numbers.setdefault(key, []).append(row.number)
        return numbers
