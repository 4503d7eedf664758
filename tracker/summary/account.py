"""One item as a summary knows it: the judgement, the promise, and what was filed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.arithmetic import StepSeen
from tracker.figures import Measured
from tracker.history import Entry
from tracker.judge import Judged
from tracker.particulars import Particulars
from tracker.schema import REPORTS


@dataclass(frozen=True, slots=True)
class Account:
    """One item: how it was judged, what was promised of it, and its rows that hold.

    Attributes:
        item: as the plan has it, with all its rows.
        template: its own sentence for the summary.
        steps: its milestones or occurrences, as they are judged.
        measured: its indicators; those of a parent that is measured by its children are summed up
            over them.
        rows: those that hold, in the order in which they took effect.
    """

    judged: Judged
    item: Particulars
    template: str | None
    steps: tuple[StepSeen, ...]
    measured: tuple[Measured, ...]
    rows: tuple[Entry, ...]
    children: tuple["Account", ...] = ()

    @property
    def code(self) -> str:
        """The item's code."""
        return self.judged.code

    @property
    def finished(self) -> bool:
        """Whether it is done or closed out."""
        return self.judged.level.finished and not self.cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the promise was withdrawn."""
        return self.judged.level.code == "cancelled"

    @property
    def measure(self) -> str:
        """What its progress is the mean of."""
        return self.item.measure

    @property
    def counted(self) -> tuple["Account", ...]:
        """Its children that count: those not cancelled."""
        return tuple(child for child in self.children if not child.cancelled)

    @property
    def by_children(self) -> bool:
        """Whether its children are what there is to tell; where none counts, it is itself."""
        return self.measure == "children" and bool(self.counted)

    @property
    def leaves(self) -> tuple["Account", ...]:
        """What there is to tell of it: its children that count, or itself."""
        return self.counted if self.by_children else (self,)

    @property
    def reports(self) -> tuple[Entry, ...]:
        """What units filed on it and its children that count."""
        own = tuple(row for row in self.rows if row.kind in REPORTS)
        return own + tuple(row for child in self.counted for row in child.reports)

    @property
    def reported(self) -> bool:
        """Whether anything was filed on it and its children that count, or happened in registers
        that they are computed from."""
        return self.judged.last_reported is not None

    @property
    def reasons(self) -> tuple[Entry, ...]:
        """The rows that say why it was late; those of extensions only where no report says it."""
        filed = tuple(row for row in self.of_kind(*REPORTS) if row.reason)
        return filed or tuple(row for row in self.of_kind("extend") if row.reason)

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The rows by which it stands as it does: of its own and of its children."""
        if self.cancelled:
            return tuple(self.of_kind("cancel"))
        own = tuple(row for row in self.rows if row.kind != "assign")
        return own + tuple(row for child in self.children for row in child.standing)

    def walk(self) -> Iterator["Account"]:
        """Itself and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        """Its own rows of these kinds."""
        return (row for row in self.rows if row.kind in kinds)

    @property
    def reached(self) -> Mapping[str | None, Entry]:
        """Milestone code → the row that says it was reached, where that counts."""
        return {seen.code: seen.reached for seen in self.steps if seen.reached is not None}

    @property
    def granted(self) -> Entry | None:
        """The approval of the item itself by which the date in force is later than promised."""
        judged = self.judged
        if judged.due <= judged.original_due:
            return None
        wanted = {
            row.id
            for row in self.item.entries
            if row.kind == "extend" and row.part is None and row.due == judged.due
        }
        return next((row for row in self.of_kind("approve") if row.answers in wanted), None)
