"""Reading the rows of a file for a register: cells become values, and what is wrong is told.

A row is read under the rules of the plan that its case belongs to; a case that the register has
keeps those under which it was registered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import repeat
from typing import Any

from plans.language import gettext as _
from tracker.loaded import PlanRef
from tracker.registers.cells import Bad, Read, Values, plain_numbers
from tracker.registers.chunk import Chunk, RowError, Rules
from tracker.registers.days import read_day
from tracker.registers.events import Book
from tracker.registers.filing import Filing
from tracker.registers.findings import Finding, Findings
from tracker.registers.known import Known, any_case, find_known
from tracker.registers.named import load_named
from tracker.registers.petition_limits import Limits
from tracker.registers.sheet_file import Cell

_ALSO = ("topic", "kind", "community", "unit")
"""The fields whose values may have other names in the plan."""


class Reading:
    """Reads rows for one register.

    Args:
        filing: the transaction.
        findings: where what is wrong is told.
    """

    opened = ""
    """The field whose day says of which year's plan a case is."""
    days: tuple[str, ...] = ()
    """The fields of what has happened, which cannot lie ahead."""
    dues: tuple[str, ...] = ()
    """The fields of days that are set, which may."""
    beside: frozenset[str] = frozenset()
    """The fields that have no bearing on what may happen with a case: where they cannot be taken,
    the rest of a row is looked at nevertheless."""
    numbered = True
    """Whether every row has to have a number."""
    dated = True
    """Whether every row has to have a day in ``opened``."""

    def __init__(self, filing: Filing, findings: Findings) -> None:
        self.filing, self.findings = filing, findings
        self.book = Book(filing)
        self.plans = [plan.id for plan in self.book.plans.values()]
        self._any = any_case(filing.connection, self.plans, filing.register)
        self._rules: dict[int, Rules] = {}
        self._of_day: dict[Any, Rules] = {}
        self._readers: dict[Rules, dict[str, Values]] = {}
        self._seen: dict[str, tuple[str | None, int]] = {}
        self._also_told = False
        needed = {"number"} if self.numbered else set()
        needed |= {self.opened} if self.dated else set()
        reads: dict[str, Read] = {
            **dict.fromkeys(self.days, self._past),
            **dict.fromkeys(self.dues, self._day),
            self.opened: self._first_day,
            "number": self.book.number,
        }
        self._plain = {code: Values(read, needed=code in needed) for code, read in reads.items()}

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        raise NotImplementedError

    def read(self, chunk: Chunk, cells: Mapping[str, Sequence[Cell]]) -> Chunk:
        """Reads some rows; returns those that can be looked at further.

        Args:
            cells: code of a field → its column, in the order of the rows.
        """
        for code, column in cells.items():
            if code in self._plain:
                as_it_is = code == "number" and plain_numbers(column)
                read = self._plain[code].__getitem__
                chunk.values[code] = column if as_it_is else [*map(read, column)]
        self._govern(chunk)
        for one in (under := {*chunk.rules}) - self._readers.keys():
            self._readers[one] = self.readers(one)
        for code, column in cells.items():
            if code not in self._plain:
                chunk.values[code] = self._read(chunk.rules, under, code, column)
        self.know_again(chunk)
        for place, known in enumerate(chunk.known):
            if known is not None:
                self.fill_in(chunk, place, known)
        return self._once(self._sound(chunk))

    def know_again(self, chunk: Chunk) -> None:
        """Finds the cases that the register has of rows without a number."""

    def fill_in(self, chunk: Chunk, place: int, known: Known) -> None:
        """Fills in what a row leaves empty and the register has."""
        raise NotImplementedError

    def tell(self, chunk: Chunk, place: int, error: RowError) -> None:
        """Takes in what is wrong with a row."""
        heading = chunk.layout.heading(error.field)
        self.findings.add(Finding(chunk.sheet, chunk.rows[place], heading, "", str(error)))

    def rules_of(self, plan: PlanRef) -> Rules:
        """The rules of a plan version."""
        if plan.version_id not in self._rules:
            registers = self.book.rules(plan)
            named = load_named(self.filing.connection, plan.version_id, registers)
            limits = Limits(registers, self.filing.workdays)
            self._rules[plan.version_id] = Rules(plan, registers, named, limits)
        return self._rules[plan.version_id]

    def known(self, chunk: Chunk) -> Sequence[Known | None]:
        """Of each row the case that the register has."""
        numbers = chunk.values["number"]
        there = self.there([number for number in numbers if isinstance(number, str)])
        return [there.get(number) for number in numbers]

    def there(self, numbers: Collection[str]) -> Mapping[str, Known]:
        """The cases that the register has under these numbers."""
        ours = (self.filing.connection, self.plans, self.filing.register)
        return find_known(*ours, numbers) if numbers else {}

    def _day(self, text: str) -> date:
        return read_day(text, self.filing.year)

    def _first_day(self, text: str) -> date:
        day = self._past(text) if self.opened in self.days else self._day(text)
        self.filing.check_year(day, self.book.plans)
        return day

    def _past(self, text: str) -> date:
        day = self._day(text)
        self.book.not_ahead(day)
        return day

    def _govern(self, chunk: Chunk) -> None:
        """Says of each row whether its case is known and which rules it is under: a case keeps
        those under which it was registered."""
        days = chunk.values[self.opened]
        for day in {*days} - self._of_day.keys():
            plan = self.book.plan_of(day) if isinstance(day, date) else self.filing.plan
            self._of_day[day] = self.rules_of(plan)
        chunk.rules = [*map(self._of_day.__getitem__, days)]
        chunk.known = self.known(chunk) if self._any else [None] * len(chunk)
        if self._any:
            chunk.rules = [
                rules if there is None else self.registered(there)
                for rules, there in zip(chunk.rules, chunk.known, strict=True)
            ]

    def registered(self, known: Known) -> Rules:
        """The rules under which a case was registered."""
        of_case = known.case.plan_id
        plan = next(plan for plan in self.book.plans.values() if plan.id == of_case)
        return self.rules_of(replace(plan, version_id=known.case.version_id))

    def _read(
        self, rules: Sequence[Rules], distinct: set[Rules], code: str, cells: Sequence[Cell]
    ) -> list[Any]:
        if len(distinct) == 1:
            return [*map(self._readers[rules[0]][code].__getitem__, cells)]
        return [self._readers[r][code][cell] for r, cell in zip(rules, cells, strict=True)]

    def _sound(self, chunk: Chunk) -> Chunk:
        """The rows that can be looked at further; of all cells it is told what is wrong."""
        readers = [self._plain, *self._readers.values()]
        if not any(values.any_bad for fields in readers for values in fields.values()):
            return chunk
        bad = [
            (place, code, value)
            for code, values in chunk.values.items()
            for place, value in enumerate(values)
            if type(value) is Bad
        ]
        for place, code, value in sorted(bad, key=lambda one: one[0]):
            heading = chunk.layout.heading(code)
            tell = self.findings.add_unknown if value.unknown else self.findings.add
            if value.unknown and code in _ALSO and not self._also_told:
                self._also_told = True
                message = _(
                    "what another system calls a topic, a kind or a unit may be listed in the plan"
                    " (also)"
                )
                self.findings.note(None, message)
            tell(Finding(chunk.sheet, chunk.rows[place], heading, value.value, value.message))
        wrong: dict[int, set[str]] = {}
        for place, code, _value in bad:
            wrong.setdefault(place, set()).add(code)
        for code in self.beside:
            values = chunk.values[code]
            chunk.values[code] = ["?" if type(value) is Bad else value for value in values]
        chunk.known = [None if n in wrong else known for n, known in enumerate(chunk.known)]
        lost = {place for place, codes in wrong.items() if not codes <= self.beside}
        return chunk.only([place for place in range(len(chunk)) if place not in lost])

    def _once(self, chunk: Chunk) -> Chunk:
        """The rows whose number did not stand further up."""
        numbers = chunk.values["number"]
        heres = [*zip(repeat(chunk.sheet), chunk.rows)]
        fresh = dict(zip(numbers, heres, strict=True))
        if len(fresh) == len(numbers) and None not in fresh and self._seen.keys().isdisjoint(fresh):
            self._seen |= fresh
            return chunk
        keep = []
        for place, (number, here) in enumerate(zip(numbers, heres, strict=True)):
            if number is None:
                keep.append(place)
                continue
            sheet, row = first = self._seen.setdefault(number, here)
            if first is here:
                keep.append(place)
                continue
            message = _("{number}: stands in row {row} already")
            if sheet != chunk.sheet:
                message = _("{number}: stands in row {row} of sheet {sheet} already")
            said = message.format(number=number, row=row, sheet=sheet)
            self.tell(chunk, place, RowError("number", said))
        return chunk.only(keep)
