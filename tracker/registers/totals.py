"""What is known of a register only as totals: figures of periods, and rates that follow from them.

A rate is kept as it is stated where its counts are not known, or give it when it is rounded as
people read percentages. One that no whole number gives is left out, and that is said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from plans.errors import BadInputError, DubanError, NotFoundError
from plans.language import gettext as _
from plans.privacy import refuse_personal
from plans.registers import MEASURES
from plans.typed import parse_passage, quoted
from tracker.bulk import analyze, insert_rows
from tracker.registers.cells import Bad, Values
from tracker.registers.chunk import Chunk
from tracker.registers.days import read_day
from tracker.registers.events import Book
from tracker.registers.filing import Filing
from tracker.registers.findings import Finding, Findings
from tracker.registers.hazards import find_kind
from tracker.registers.named import named
from tracker.registers.recorded_totals import RecordedTotals
from tracker.registers.sheet_file import Cell
from tracker.registers.superseded import not_counted
from tracker.registers.total import (
    Total,
    more_than_all,
    read_amount,
    read_measure,
    why_left_out,
)
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
        self.new = self.there = self.corrected = self.taken_back = 0
        self.warnings: list[str] = []
        self._recorded = RecordedTotals(self._load())
        self._read: list[tuple[Chunk, int, Total]] = []
        self._new: dict[Total, str] = {}  # with what becomes of it
        self._readers = {
            "measure": Values(read_measure, needed=True),
            "first": Values(self._begins, needed=True),
            "last": Values(self._past, needed=True),
            "amount": Values(_read_text, needed=not correct),
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
                self._read_row(chunk, place, row)

    def finish(self) -> None:
        """Records what was read, unless anything was wrong; rates that do not follow are left out.

        To be called when all rows were read: a rate may stand above its counts, and a period above
        the one that it takes the place of.
        """
        for chunk, place, total in sorted(self._read, key=lambda row: row[2].amount is not None):
            self._take(chunk, place, total)
        kept = []
        for total in self._new:
            reason = why_left_out(total, self._recorded.count)
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
        analyze(self.filing.connection, len(kept), register_total)
        became = Counter(self._new[total] for total in kept)
        self.new, self.corrected = became["new"], became["corrected"]
        self.taken_back = became["taken back"]
        told = (line for total in kept for line in more_than_all(total, self._recorded.count))
        self.warnings += dict.fromkeys(told)
        self.warnings += not_counted(self.filing.connection, kept)

    def _begins(self, text: str) -> date:
        day = read_day(text, self.filing.year)
        if day.year not in self.book.plans:
            message = _(
                "{day}: the office has no plan of that year, and a total counts in no other; load "
                "that first: duban plan load"
            )
            raise BadInputError(message.format(day=day))
        return day

    def _past(self, text: str) -> date:
        day = read_day(text, self.filing.year)
        self.book.not_ahead(day)
        return day

    def _read_row(self, chunk: Chunk, place: int, row: Mapping[str, Any]) -> None:
        try:
            total = self._total(row)
        except DubanError as error:
            field = "kind" if isinstance(error, NotFoundError) else "amount"
            self._tell(chunk, place, field, str(error), row[field] or "")
            return
        if not total.first <= total.last or total.first.year != total.last.year:
            message = _("{first} to {last}: expected a period within one year")
            if total.last < total.first:
                message = _("{first} to {last}: the period ends before it begins")
            self._tell(chunk, place, "last", message.format(first=total.first, last=total.last))
            return
        self._read.append((chunk, place, total))

    def _take(self, chunk: Chunk, place: int, total: Total) -> None:
        """Holds a total against those that there are."""
        same, crossing = self._recorded.same(total), self._recorded.crossing(total)
        if same is not None and same.amount == total.amount:
            self.there += 1
            return
        period = {"first": total.first, "last": total.last}
        if same is not None and same in self._new:
            message = _("another row of the file says {there} of {first} to {last}")
            message = message.format(there=same.shown, **period)
        elif total.amount is None and same is None:
            message = _("{what} of {first} to {last} is not in the register; nothing to take back")
            message = message.format(what=total.what, **period)
        elif same is not None and same.amount is not None and not self.correct:
            message = _(
                "in the register it is {there} from {first} to {last}; --correct replaces it"
            )
            message = message.format(there=same.shown, **period)
        elif total.amount is not None and crossing is not None:
            message = _("the period overlaps with that of {there}, from {first} to {last}")
            values = {"first": crossing.first, "last": crossing.last}
            message = message.format(there=crossing.shown, **values)
        else:
            replaces = same is not None and same.amount is not None
            changed = "corrected" if replaces else "new"
            self._new[total] = "taken back" if total.amount is None else changed
            self._recorded.put(total)
            return
        self._tell(chunk, place, "amount", message, total.shown.rpartition(" ")[2])

    def _total(self, row: Mapping[str, Any]) -> Total:
        """The total of a row.

        Raises:
            NotFoundError: the plan has no such kind, or the measure has none.
            BadInputError: the amount cannot be.
        """
        measure, kind = row["measure"], row["kind"]
        plan = self.book.plan_of(row["first"])
        said = row["amount"]
        amount = None if said is None else read_amount(measure, said)
        if kind is not None and MEASURES[measure][1] == "petition":
            message = _("{kind}: only sweeps and hazards have kinds; leave it out")
            raise NotFoundError(message.format(kind=quoted(kind)))
        rules = self.book.rules(plan)
        code = None if kind is None else find_kind(rules, kind)
        name = None if code is None else named(rules.safety.kinds).get(code)
        days = (row["first"], row["last"])
        return Total(plan.id, measure, code, *days, amount, row["source"], name)

    def _load(self) -> list[Total]:
        t = register_total.c
        plans = [plan.id for plan in self.book.plans.values()]
        columns = (t.plan_id, t.measure, t.kind, t.first_on, t.last_on, t.amount)
        rows = self.filing.connection.execute(
            select(*columns).where(t.plan_id.in_(plans)).order_by(t.filing_id, t.number)
        )
        return [Total(*row) for row in rows]

    def _tell(self, chunk: Chunk, place: int, field: str, message: str, value: str = "") -> None:
        heading = chunk.layout.heading(field)
        self.findings.add(Finding(chunk.sheet, chunk.rows[place], heading, value, message))


def _read_text(text: str) -> str | None:
    """What is typed for an amount; of a dash None, as of an empty cell."""
    refuse_personal(text)
    return None if text in ("-", "—", "－") else text


def _read_source(text: str) -> str:
    refuse_personal(text)
    return parse_passage(text, MAX_SOURCE)
