"""What is known of a register only as totals: figures of periods, and rates that follow from them.

A rate is kept as it is stated where its counts are not known, or give it when it is rounded as
people read percentages. One that no whole number gives is left out, and that is said.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from plans.errors import DubanError, NotFoundError
from plans.language import gettext as _
from plans.privacy import refuse_personal
from plans.registers import MEASURES
from plans.typed import parse_passage, quoted
from tracker.bulk import insert_rows
from tracker.registers.cells import Bad, Values, read_day
from tracker.registers.chunk import Chunk
from tracker.registers.events import Book
from tracker.registers.filing import Filing
from tracker.registers.findings import Finding, Findings
from tracker.registers.hazards import find_kind
from tracker.registers.sheet_file import Cell
from tracker.registers.total import Total, read_amount, read_measure, why_left_out
from tracker.schema import register_total

MAX_SOURCE = 1_000  # characters of a passage


class Totals:
    """Takes totals into a register.

    Args:
        filing: the transaction.
        findings: where what is wrong is told.
        correct: a figure of the register that differs is replaced, not refused.
    """

    def __init__(self, filing: Filing, findings: Findings, correct: bool = False) -> None:
        self.filing, self.findings, self.correct = filing, findings, correct
        self.book = Book(filing)
        self.new = 0
        self.there = 0
        self.warnings: list[str] = []
        self._recorded = self._load()
        self._new: list[tuple[Chunk, int, Total]] = []
        self._readers = {
            "measure": Values(read_measure, needed=True),
            "first": Values(read_day, needed=True),
            "last": Values(self._past, needed=True),
            "amount": Values(str, needed=True),
            "kind": Values(str),
            "source": Values(_read_source),
        }

    def take_in(self, chunk: Chunk, cells: Mapping[str, Sequence[Cell]]) -> None:
        """Reads some rows."""
        for code, column in cells.items():
            chunk.values[code] = [*map(self._readers[code].__getitem__, column)]
        for place in range(len(chunk)):
            row = chunk.row(place)
            bad = {code: value for code, value in row.items() if isinstance(value, Bad)}
            for code, value in bad.items():
                self._tell(chunk, place, code, value.message, value.value)
            if not bad:
                self._take(chunk, place, row)

    def finish(self) -> None:
        """Records what was read, unless anything was wrong; rates that do not follow are left out.

        To be called when all rows were read: a rate may stand above its counts.
        """
        known = [*self._recorded, *(total for _chunk, _place, total in self._new)]
        kept = []
        for _chunk, _place, total in self._new:
            reason = why_left_out(total, known)
            if reason is None:
                kept.append(total)
            else:
                self.warnings.append(reason)
        if self.findings or not kept:
            return
        columns: dict[str, Sequence[Any]] = {
            "measure": [t.measure for t in kept],
            "kind": [t.kind for t in kept],
            "first_on": [t.first for t in kept],
            "last_on": [t.last for t in kept],
            "amount": [t.amount for t in kept],
            "source": [t.source for t in kept],
            "plan_id": [t.plan_id for t in kept],
            "number": range(1, len(kept) + 1),
        }
        insert_rows(self.filing.connection, register_total, columns, filing_id=self.filing.id)
        self.new = len(kept)

    def _past(self, text: str) -> date:
        day = read_day(text)
        self.book.not_ahead(day)
        return day

    def _take(self, chunk: Chunk, place: int, row: Mapping[str, Any]) -> None:
        try:
            total = self._total(row)
        except DubanError as error:
            field = "kind" if isinstance(error, NotFoundError) else "amount"
            self._tell(chunk, place, field, str(error), row[field] or "")
            return
        if not total.first <= total.last or total.first.year != total.last.year:
            message = _("{first} to {last}: expected a period within one year")
            self._tell(chunk, place, "last", message.format(first=total.first, last=total.last))
            return
        others = [*self._recorded, *(other for _chunk, _place, other in self._new)]
        for other in filter(total.same_as, others):
            if (other.first, other.last) == (total.first, total.last):
                if other.amount == total.amount:
                    self.there += 1
                    return
                message = _("in the register it is {there} from {first} to {last}")
            elif total.crosses(other):
                message = _("the period overlaps with that of {there}, from {first} to {last}")
            else:
                continue
            said = message.format(there=other.shown, first=other.first, last=other.last)
            self._tell(chunk, place, "amount", said, row["amount"])
            return
        self._new.append((chunk, place, total))

    def _total(self, row: Mapping[str, Any]) -> Total:
        """The total of a row.

        Raises:
            NotFoundError: the plan has no such kind, or the measure has none.
            BadInputError: the amount cannot be.
        """
        measure, kind = row["measure"], row["kind"]
        plan = self.book.plan_of(row["first"])
        amount = read_amount(measure, row["amount"])
        if kind is not None and MEASURES[measure][1] == "petition":
            message = _("{kind}: only sweeps and hazards have kinds; leave it out")
            raise NotFoundError(message.format(kind=quoted(kind)))
        code = None if kind is None else find_kind(self.book.rules(plan), kind)
        return Total(plan.id, measure, code, row["first"], row["last"], amount, row["source"])

    def _load(self) -> list[Total]:
        t = register_total.c
        plans = [plan.id for plan in self.book.plans.values()]
        columns = (t.plan_id, t.measure, t.kind, t.first_on, t.last_on, t.amount)
        rows = self.filing.connection.execute(select(*columns).where(t.plan_id.in_(plans)))
        return [Total(*row) for row in rows]

    def _tell(self, chunk: Chunk, place: int, field: str, message: str, value: str = "") -> None:
        heading = chunk.layout.heading(field)
        self.findings.add(Finding(chunk.sheet, chunk.rows[place], heading, value, message))


def _read_source(text: str) -> str:
    refuse_personal(text)
    return parse_passage(text, MAX_SOURCE)
