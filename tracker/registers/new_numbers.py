"""Numbers for the cases of a file that has none, as if they were recorded by hand."""

from collections.abc import Container, Iterator, Sequence
from itertools import count

from sqlalchemy import Connection

from tracker.registers.hazards import next_number


class NewNumbers:
    """Gives numbers such as H2024-007, one after the other.

    Args:
        plans: ids of the plans of an office.
        letter: that they begin with.
    """

    def __init__(
        self, connection: Connection, plans: Sequence[int], register: str, letter: str
    ) -> None:
        self._of = connection, plans, register
        self._letter = letter
        self._given: dict[int, Iterator[int]] = {}

    def next(self, year: int, used: Container[str]) -> str:
        """The next one of a year.

        Args:
            used: numbers of the file.
        """
        prefix = f"{self._letter}{year}-"
        if year not in self._given:
            first = next_number(*self._of, prefix)
            self._given[year] = count(int(first.rpartition("-")[2]))
        numbers = (f"{prefix}{n:03}" for n in self._given[year])
        return next(number for number in numbers if number not in used)
