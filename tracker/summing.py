"""What a parent that is measured by its children adds up: its own amounts and theirs."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

Row = TypeVar("Row")


class Quantity(Protocol):
    """An indicator, as far as it matters whether amounts of another may be added to it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def unit(self) -> str:
        """In what it is counted."""

    @property
    def reading(self) -> str:
        """How its rows make its value: "sum" or "latest"."""

    @property
    def register(self) -> str | None:
        """What of a register it is computed from, instead of rows."""


def rows_below(own: Quantity, below: Iterable[tuple[Quantity, Sequence[Row]]]) -> tuple[Row, ...]:
    """The rows that a parent's indicator adds to its own, in the order of the children.

    Args:
        own: the parent's indicator; to one that does not add up, or is computed from a register,
            nothing is added.
        below: the children's indicators and their rows. Those of the same name and unit count.
    """
    if own.reading != "sum" or own.register is not None:
        return ()
    wanted = (own.name, own.unit, own.reading)
    return tuple(
        row
        for theirs, rows in below
        if (theirs.name, theirs.unit, theirs.reading) == wanted
        for row in rows
    )
