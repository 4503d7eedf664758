"""Taking in the rows of a file, a chunk at a time: read, held against the register, recorded.

Speed comes from columns: what is alike in many rows is worked out once. What one register has of
its own say ``taking_petitions.py``, ``taking_sweeps.py`` and ``taking_hazards.py``; which step may
follow which is asked of the same course as when a single one is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from typing import Any, Generic, TypeVar

from plans.errors import DubanError
from plans.language import gettext as _
from plans.privacy import parse_number
from tracker.loaded import PlanRef
from tracker.registers.against import check_same, steps_since
from tracker.registers.cells import Bad, Read, Values, plain_numbers, read_day
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, picked
from tracker.registers.events import Book, next_case_id
from tracker.registers.filing import Filing
from tracker.registers.findings import Finding, Findings
from tracker.registers.known import Known, any_case, find_known
from tracker.registers.named import load_named
from tracker.registers.petition_limits import Limits
from tracker.registers.row_inserts import Columns, Story, Told, insert_cases
from tracker.registers.sheet_file import Cell

Course = TypeVar("Course")


@dataclass(slots=True)
class Counts:
    """What an import came to: cases that are new, had something added, or are there; and events."""

    new: int = 0
    added_to: int = 0
    there: int = 0
    events: int = 0


class Taking(Generic[Course]):
    """Takes rows into one register.

    Args:
        filing: the transaction.
        findings: where what is wrong is told; nothing is recorded any more once there is any.
    """

    opened = ""
    """The field whose day says of which year's plan a case is."""
    days: tuple[str, ...] = ()
    """The fields of what has happened, which cannot lie ahead."""
    dues: tuple[str, ...] = ()
    """The fields of days that are set, which may."""
    stays: Mapping[str, str] = {}
    """Column of a case → the field that says it; recorded once, it stays."""
    beside: frozenset[str] = frozenset()
    """The fields that have no bearing on what may happen with a case: where they cannot be taken,
    the rest of a row is looked at nevertheless."""
    numbered = True
    """Whether every row has to have a number."""

    def __init__(self, filing: Filing, findings: Findings) -> None:
        self.filing, self.findings = filing, findings
        self.book = Book(filing)
        self.counts = Counts()
        self.plans = [plan.id for plan in self.book.plans.values()]
        self._any = any_case(filing.connection, self.plans, filing.register)
        self._next_id = next_case_id(filing.connection)
        self._rules: dict[int, Rules] = {}
        self._of_day: dict[Any, Rules] = {}
        self._readers: dict[Rules, dict[str, Values]] = {}
        self._told = Told()
        self._seen: dict[str, tuple[str | None, int]] = {}
        needed = {self.opened} | ({"number"} if self.numbered else set())
        reads: dict[str, Read] = {
            **dict.fromkeys(self.days, self._past),
            **dict.fromkeys(self.dues, read_day),
            "number": parse_number,
        }
        self._plain = {code: Values(read, needed=code in needed) for code, read in reads.items()}

    # What each register has of its own.

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        raise NotImplementedError

    def columns(self, chunk: Chunk) -> tuple[Columns, list[tuple[int, RowError]]]:
        """The columns of the cases; and the places where there can be no case, with why not."""
        raise NotImplementedError

    def steps(self, chunk: Chunk, place: int) -> list[Step]:
        """What a row says has happened, in order; raises RowError."""
        raise NotImplementedError

    def begin(self, rules: Rules, case: Mapping[str, Any]) -> Course:
        """A new case on its way."""
        raise NotImplementedError

    def resume(self, rules: Rules, known: Known) -> Course:
        """A case of the register, as far as it has come."""
        raise NotImplementedError

    def take(self, course: Course, step: Step, opened: int) -> list[Happened]:
        """Has a step happen; raises a DubanError where it may not."""
        raise NotImplementedError

    # What all have alike.

    def take_in(self, chunk: Chunk, cells: Mapping[str, Sequence[Cell]]) -> None:
        """Reads some rows, and records what they say unless anything was wrong by now.

        Args:
            cells: code of a field → its column, in the order of the rows.
        """
        for code, column in cells.items():
            if code in self._plain:
                as_it_is = code == "number" and plain_numbers(column)
                read = self._plain[code].__getitem__
                chunk.values[code] = column if as_it_is else [*map(read, column)]
        self._govern(chunk)
        for code, column in cells.items():
            if code not in self._plain:
                chunk.values[code] = self._read(chunk.rules, code, column)
        chunk, columns = self._cases(self._once(self._sound(chunk)))
        new = [place for place, known in enumerate(chunk.known) if known is None]
        self._open(chunk.only(new), _only(columns, new))
        if len(new) < len(chunk):
            old = [place for place, known in enumerate(chunk.known) if known is not None]
            self._add_to(chunk.only(old), _only(columns, old))

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
        there = find_known(
            self.filing.connection,
            self.plans,
            self.filing.register,
            [number for number in numbers if isinstance(number, str)],
        )
        return [there.get(number) for number in numbers]

    def _past(self, text: str) -> date:
        day = read_day(text)
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
                rules if there is None else self._registered(there)
                for rules, there in zip(chunk.rules, chunk.known, strict=True)
            ]

    def _registered(self, known: Known) -> Rules:
        of_case = known.case.plan_id
        plan = next(plan for plan in self.book.plans.values() if plan.id == of_case)
        return self.rules_of(replace(plan, version_id=known.case.version_id))

    def _read(self, rules: Sequence[Rules], code: str, cells: Sequence[Cell]) -> list[Any]:
        for one in {*rules} - self._readers.keys():
            self._readers[one] = self.readers(one)
        if len({*rules}) == 1:
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
        keep = []
        heres = zip(repeat(chunk.sheet), chunk.rows)
        numbers = chunk.values["number"]
        for place, (number, here) in enumerate(zip(numbers, heres, strict=False)):
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
            self._tell(chunk, place, RowError("number", said))
        return chunk.only(keep)

    def _cases(self, chunk: Chunk) -> tuple[Chunk, Columns]:
        """The rows that can be cases, and their columns."""
        columns, wrong = self.columns(chunk)
        for place, error in wrong:
            self._tell(chunk, place, error)
        without = {place for place, _error in wrong}
        keep = [place for place in range(len(chunk)) if place not in without]
        return chunk.only(keep), _only(columns, keep)

    def _open(self, chunk: Chunk, columns: Columns) -> None:
        """Records new cases with what has happened."""
        stories: list[Story] = []
        for place, story in enumerate(self.stories(chunk, columns)):
            if isinstance(story, RowError):
                self._tell(chunk, place, story)
            else:
                stories.append(story)
        if self.findings or not stories:
            return
        ids = range(self._next_id, self._next_id + len(chunk))
        self._next_id += len(chunk)
        plans = [rules.plan for rules in chunk.rules]
        insert_cases(self.filing, ids, plans, columns)
        self._told.add(ids, columns["opened_on"], stories)
        self.counts.new += len(chunk)

    def stories(self, chunk: Chunk, columns: Columns) -> Sequence[Story | RowError]:
        """What has happened with each new case, or why that cannot be."""
        return [self.story(chunk, columns, place) for place in range(len(chunk))]

    def story(self, chunk: Chunk, columns: Columns, place: int) -> Story | RowError:
        """The same of one."""
        case = {name: values[place] for name, values in columns.items()}
        try:
            course = self.begin(chunk.rules[place], case)
            return self._tell_story(course, self.steps(chunk, place), case["opened_on"])
        except RowError as error:
            return error

    def _tell_story(self, course: Course, steps: Sequence[Step], opened: date) -> Story:
        told: list[Happened] = []
        for step in steps:
            try:
                told += self.take(course, step, opened.toordinal())
            except DubanError as error:
                raise RowError(step.field, str(error)) from None
        return told

    def _add_to(self, chunk: Chunk, columns: Columns) -> None:
        """Holds rows against the cases that there are, and records what has happened since."""
        added: list[tuple[Known, Story]] = []
        for place, known in enumerate(chunk.known):
            assert known is not None
            case = {name: values[place] for name, values in columns.items()}
            try:
                check_same(known, case, self.stays)
                new = steps_since(known, self.steps(chunk, place))
                course = self.resume(chunk.rules[place], known)
                story = self._tell_story(course, new, known.case.opened_on)
            except RowError as error:
                self._tell(chunk, place, error)
                continue
            if story:
                added.append((known, story))
        if self.findings:
            return
        self.counts.there += len(chunk) - len(added)
        self.counts.added_to += len(added)
        self._told.add(
            [known.case.id for known, _story in added],
            [known.case.opened_on for known, _story in added],
            [story for _known, story in added],
            [known.last_number for known, _story in added],
        )

    def finish(self) -> None:
        """Records what has happened with all cases, unless anything was wrong."""
        if not self.findings:
            self._told.record(self.filing)
            self.counts.events = self._told.events

    def _tell(self, chunk: Chunk, place: int, error: RowError) -> None:
        heading = chunk.layout.heading(error.field)
        self.findings.add(Finding(chunk.sheet, chunk.rows[place], heading, "", str(error)))


def _only(columns: Columns, places: Sequence[int]) -> Columns:
    count = len(next(iter(columns.values()), ()))
    if len(places) == count:
        return columns
    return {name: picked(values, places) for name, values in columns.items()}
