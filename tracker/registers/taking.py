"""Taking in the rows of a file, a chunk at a time: read, held against the register, recorded.

Speed comes from columns: what is alike in many rows is worked out once. What one register has of
its own say ``taking_petitions.py``, ``taking_sweeps.py`` and ``taking_hazards.py``; which step may
follow which is asked of the same course as when a single one is recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from plans.errors import DubanError
from tracker.bulk import analyze
from tracker.registers.against import CORRECTED, refuse_other, steps_since
from tracker.registers.blanks import fill_in
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, picked
from tracker.registers.correcting import Follows, moved
from tracker.registers.correction import afresh, differing, record_afresh, unit_with
from tracker.registers.events import Case, Event, next_case_id
from tracker.registers.filing import Filing
from tracker.registers.findings import Findings
from tracker.registers.known import Known
from tracker.registers.reading import Reading
from tracker.registers.row_inserts import Columns, Story, Told, insert_cases
from tracker.registers.sheet_file import Cell
from tracker.schema import filing as filing_table
from tracker.schema import register_case, register_event

Course = TypeVar("Course")


@dataclass(slots=True)
class Counts:
    """What an import came to: each case is new, corrected, added to or there; and new events."""

    new: int = 0
    corrected: int = 0
    added_to: int = 0
    there: int = 0
    events: int = 0


class Taking(Reading, Generic[Course]):
    """Takes rows into one register.

    Args:
        filing: the transaction.
        findings: where what is wrong is told; nothing is recorded any more once there is any.
        correct: what the file says otherwise than the register is corrected there, not refused.
    """

    stays: Mapping[str, str] = {}
    """Column of a case → the field that says it; recorded once, it stays."""

    def __init__(self, filing: Filing, findings: Findings, correct: bool = False) -> None:
        super().__init__(filing, findings)
        self.correct = correct
        self.counts = Counts()
        self.warnings: list[str] = []
        self._next_id = next_case_id(filing.connection)
        self._told = Told()

    # What each register has of its own.

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

    def said(self, events: Iterable[Event]) -> Iterator[Mapping[str, Any]]:
        """What has happened with a case, as a row says it: of each event its fields."""
        raise NotImplementedError

    def follows(self, rules: Rules, known: Known, columns: Mapping[str, Any]) -> Follows:
        """What follows where a case came in otherwise; raises a DubanError where it cannot be."""
        raise NotImplementedError

    # What all have alike.

    def fill_in(self, chunk: Chunk, place: int, known: Known) -> None:
        """Fills in what a row leaves empty and the register has."""
        for name, field in self.stays.items():  # one after the other: some go by those before
            fill_in(chunk.values, place, [{field: self.came_in(known.case, name, chunk, place)}])
        fill_in(chunk.values, place, self.said(known.standing))

    def came_in(self, case: Case, column: str, chunk: Chunk, place: int) -> Any:
        """What a row says of how a case came in, where it leaves that to the register."""
        if column == "unit":
            return unit_with(case, chunk.values["community"][place])
        return getattr(case, column)

    def take_in(self, chunk: Chunk, cells: Mapping[str, Sequence[Cell]]) -> None:
        """Reads some rows, and records what they say unless anything was wrong by now.

        Args:
            cells: code of a field → its column, in the order of the rows.
        """
        chunk, columns = self._cases(self.read(chunk, cells))
        new = [place for place, known in enumerate(chunk.known) if known is None]
        self._open(chunk.only(new), _only(columns, new))
        if len(new) < len(chunk):
            old = [place for place, known in enumerate(chunk.known) if known is not None]
            self._add_to(chunk.only(old), _only(columns, old))

    def _cases(self, chunk: Chunk) -> tuple[Chunk, Columns]:
        """The rows that can be cases, and their columns."""
        columns, wrong = self.columns(chunk)
        for place, error in wrong:
            self.tell(chunk, place, error)
        without = {place for place, _error in wrong}
        keep = [place for place in range(len(chunk)) if place not in without]
        return chunk.only(keep), _only(columns, keep)

    def _open(self, chunk: Chunk, columns: Columns) -> None:
        """Records new cases with what has happened."""
        stories: list[Story] = []
        for place, story in enumerate(self.stories(chunk, columns)):
            if isinstance(story, RowError):
                self.tell(chunk, place, story)
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
        corrected: list[tuple[Known, Known]] = []
        added_to = 0
        for place, there in enumerate(chunk.known):
            assert there is not None
            case = {name: columns[name][place] for name in self.stays}
            try:
                known = self._as_said(there, case, chunk.rules[place])
                new = steps_since(chunk.rules[place], known, self.steps(chunk, place))
                course = self.resume(chunk.rules[place], known)
                story = self._tell_story(course, new, known.case.opened_on)
            except RowError as error:
                self.tell(chunk, place, error)
                continue
            if known is not there:
                corrected.append((there, known))
            if story:
                added.append((known, story))
                added_to += known is there
        if self.findings:
            return
        record_afresh(self.filing.connection, corrected)
        self.counts.corrected += len(corrected)
        self.counts.added_to += added_to
        self.counts.there += len(chunk) - len(corrected) - added_to
        self._told.add(
            [known.case.id for known, _story in added],
            [known.case.opened_on for known, _story in added],
            [story for _known, story in added],
            [known.last_number for known, _story in added],
        )

    def _as_said(self, known: Known, case: Mapping[str, Any], rules: Rules) -> Known:
        """A case of the register that came in as a row says: the same, or to be recorded afresh.

        Args:
            case: how it came in, as the row says.

        Raises:
            RowError: it came in otherwise, and that is not to be or cannot be corrected.
        """
        other = differing(known.case, case)
        if not other:
            return known
        if not self.correct or known.case.register not in CORRECTED:
            refuse_other(self.filing.connection, rules, known.case, other, self.stays)
        try:
            if "opened_on" in other:
                other |= moved(self.book, other["opened_on"])
            columns, due = self.follows(rules, known, other)
        except DubanError as error:
            raise RowError(self.stays[next(iter(other))], str(error)) from None
        self._next_id += 1
        return afresh(known, self._next_id - 1, self.filing.id, columns, due)

    def finish(self) -> None:
        """Records what has happened with all cases, unless anything was wrong."""
        if not self.findings:
            self._told.record(self.filing)
            self.counts.events = self._told.events
            rows = self.counts.new + self.counts.events
            analyze(self.filing.connection, rows, filing_table, register_case, register_event)


def _only(columns: Columns, places: Sequence[int]) -> Columns:
    count = len(next(iter(columns.values()), ()))
    if len(places) == count:
        return columns
    return {name: picked(values, places) for name, values in columns.items()}
