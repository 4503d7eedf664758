"""Some rows of a file on their way into a register, and what they say has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from plans.language import gettext as _
from plans.registers import Registers
from tracker.loaded import PlanRef
from tracker.registers.known import Known
from tracker.registers.layout import Layout
from tracker.registers.named import Named
from tracker.registers.petition_limits import Limits


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What one version of a plan says: names and limits."""

    plan: PlanRef
    registers: Registers
    named: Named
    limits: Limits


class Step(NamedTuple):
    """Something that a row says has happened with its case.

    Attributes:
        field: of the column that says so.
        settings: of an order to put a hazard right.
    """

    field: str
    kind: str
    on: date
    due: date | None = None
    by: str | None = None
    result: str | None = None
    places: int | None = None
    people: int | None = None
    settings: Mapping[str, str] | None = None


class Happened(NamedTuple):
    """An event as it is recorded, with the names of the columns of ``register_event``.

    Attributes:
        effective_on, due: in days after the case came in, so that alike cases have alike events.
    """

    kind: str
    effective_on: int
    due: int | None = None
    by_whom: str | None = None
    result: str | None = None
    places: int | None = None
    people: int | None = None
    details: Mapping[str, Any] | None = None


class RowError(Exception):
    """A row says something that cannot be.

    Args:
        field: of the column that says so.
        message: why not.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(slots=True)
class Chunk:
    """Some rows of a sheet.

    Attributes:
        sheet: None for a text, which has only one.
        rows: their numbers in the file.
        values: code of a field → what its column says, in the order of the rows.
        rules: of each row.
        known: of each row the case in the register; None for a new one.
    """

    sheet: str | None
    layout: Layout
    rows: Sequence[int]
    values: dict[str, Sequence[Any]] = field(default_factory=dict)
    rules: Sequence[Rules] = ()
    known: Sequence[Known | None] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, places: Sequence[int]) -> "Chunk":
        """The rows at these places."""
        if len(places) == len(self.rows):
            return self
        return Chunk(
            self.sheet,
            self.layout,
            picked(self.rows, places),
            {code: picked(values, places) for code, values in self.values.items()},
            picked(self.rules, places),
            picked(self.known, places),
        )

    def row(self, place: int) -> dict[str, Any]:
        """What one row says."""
        return {code: values[place] for code, values in self.values.items()}


def needed_with(row: Mapping[str, Any], wanted: str, heading: str) -> Any:
    """What a field says that has to be there where another one is.

    Args:
        heading: of that other one.

    Raises:
        RowError: it is empty.
    """
    if (value := row.get(wanted)) is None:
        message = _("left empty; expected, for {heading} is given")
        raise RowError(wanted, message.format(heading=heading))
    return value


def picked(values: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """The values at these places."""
    return [values[place] for place in places] if values else []
