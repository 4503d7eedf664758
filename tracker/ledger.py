"""The ledger: how facts are recorded. Rows are only ever added; a mistake is reversed by a row.

Every method of ``Ledger`` checks one kind of fact against the plan and what the ledger already
holds, and adds its rows to the open transaction. What the checks found still holds when the
transaction commits, because there is one writer at a time (see ``tracker/store.py``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from plans.errors import BadInputError
from plans.language import gettext as _
from tracker.ledger_checks import (
    MAX_TEXT,
    check_apart,
    check_extension,
    line,
    needed,
    passage,
    proof,
    unknown,
)
from tracker.ledger_endings import Ending, Endings
from tracker.ledger_rules import Rules
from tracker.loaded import LOADED, PlanRef
from tracker.schema import STOPS, entry, item
from tracker.standing import Standing
from tracker.store import Writing

__all__ = ["MAX_TEXT", "Assignment", "Ledger", "Progress", "codes_of", "ended_below", "item_of"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a unit files on one item at one time.

    Attributes:
        add: indicator name → amount to add, for indicators with reading "sum".
        set: indicator name → value reached, for indicators with reading "latest".
        milestone: code of the milestone or occurrence reached.
        reason: why the item is late; the year-end summary groups problems by it.
        source: the passage of a document that the figures come from.
        evidence: name and SHA-256 of a file that shows it.
    """

    add: Mapping[str, Decimal] = field(default_factory=dict)
    set: Mapping[str, Decimal] = field(default_factory=dict)
    milestone: str | None = None
    note: str | None = None
    reason: str | None = None
    source: str | None = None
    evidence: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is answerable; None leaves what stands."""

    lead: str | None = None
    support: tuple[str, ...] | None = None
    person: str | None = None
    leader: str | None = None


class Ledger:
    """Records facts on the items of one plan, in one open transaction.

    Args:
        writing: the transaction; its moment is the ``recorded_at`` of all rows.
        plan: the plan.
        author: who files.
        today: the last date on which anything can have taken effect.
        simulated: the rows are labelled as simulated wherever they are shown.
        import_id: the imported file that the rows come from.

    Raises (all methods):
        NotFoundError: no such item, indicator, milestone, unit or row.
        BadInputError: an amount, date or text is not acceptable.
        ConflictError: it contradicts what the ledger holds.
    """

    def __init__(
        self,
        writing: Writing,
        plan: PlanRef,
        *,
        author: str,
        today: date,
        simulated: bool = False,
        import_id: int | None = None,
    ) -> None:
        self._connection = writing.connection
        self._plan = plan
        self._standing = Standing(writing.connection, plan)
        self._rules = Rules(self._standing, plan, today)
        self._endings = Endings(self._standing)
        by = line(author, _("author"))
        if by is None:
            raise BadInputError(_("who files this? give a name with --as"))
        self._common = {
            "plan_id": plan.id,
            "recorded_at": writing.recorded_at,
            "author": by,
            "simulated": simulated,
            "import_id": import_id,
        }

    def progress(self, code: str, on: date, filed: Progress) -> list[int]:
        """Files progress; returns the ids of the rows: one a figure, one for the milestone."""
        found = self._rules.open_item(code, on)
        texts = {
            "note": passage(filed.note, _("note")),
            "reason": passage(filed.reason, _("reason")),
            "source": passage(filed.source, _("source")),
            "evidence": proof(filed.evidence),
        }
        rows = [
            self._rules.figure(code, found.item_id, kind, name, amount)
            for kind, figures in (("add", filed.add), ("set", filed.set))
            for name, amount in figures.items()
        ]
        if filed.milestone is not None:
            rows.append(self._rules.reach(code, found.item_id, filed.milestone, on))
        if not rows:
            if not any(texts.values()):
                raise BadInputError(
                    _("{code}: nothing to file; give a figure, a milestone or a note").format(
                        code=code
                    )
                )
            rows = [{"kind": "report"}]
        return self._record(found.item_id, on, [{**row, **texts} for row in rows])

    def assign(self, code: str, on: date, to: Assignment, note: str | None = None) -> int:
        """Says who is answerable from a day on."""
        found = self._rules.item(code, on)
        units = self._standing.units()
        for name in (to.lead, *(to.support or ())):
            if name is not None and name not in units:
                raise unknown(_("unit"), name, units)
        lead, support = self._standing.answerable(found, on)
        check_apart(code, to.lead or lead, support if to.support is None else to.support)
        made = {
            "lead": to.lead,
            "support": None if to.support is None else list(to.support),
            "person": line(to.person, _("person")),
            "leader": line(to.leader, _("leader")),
        }
        if all(value is None for value in made.values()):
            raise BadInputError(_("{code}: nobody to assign; give --lead").format(code=code))
        row = {"kind": "assign", "assignment": made, "note": passage(note, _("note"))}
        return self._record(found.item_id, on, [row])[0]

    def extend(
        self, code: str, on: date, to: date, reason: str, milestone: str | None = None
    ) -> int:
        """Asks for a later date; it counts once it is approved."""
        found = self._rules.open_item(code, on)
        what = code if milestone is None else f"{code} {milestone}"
        due = self._rules.deadline(code, found.item_id, on, milestone)
        check_extension(what, on, due, to, self._plan)
        row = {"kind": "extend", "part": milestone, "due": to, "reason": needed(reason)}
        self._rules.check_asked(what, found.item_id, milestone, to)
        return self._record(found.item_id, on, [row])[0]

    def deadline(self, code: str, on: date, milestone: str | None = None) -> date:
        """The date in force on a day, of an item or of one of its milestones."""
        item_id = self._standing.item(code).item_id
        return self._rules.deadline(code, item_id, on, milestone)

    def approve(self, request: int, on: date, note: str | None = None) -> int:
        """Grants a request; the new date is in force from ``on``."""
        asked = self._rules.request(request, on)
        self._rules.check_grantable(asked, on)
        row = {"kind": "approve", "answers": request, "note": passage(note, _("note"))}
        return self._record(asked.item_id, on, [row])[0]

    def refuse(self, request: int, on: date, reason: str) -> int:
        """Turns a request down; the date stays."""
        asked = self._rules.request(request, on)
        row = {"kind": "refuse", "answers": request, "reason": needed(reason)}
        return self._record(asked.item_id, on, [row])[0]

    def close(self, code: str, on: date, note: str | None = None) -> list[int]:
        """Accepts an item of which nothing is left to be done and strikes it off (销号).

        Its children that are settled, but not closed yet, are closed with it.

        Returns:
            The ids of the rows, that of the item itself first.
        """
        found = self._rules.open_item(code, on)
        text = passage(note, _("note"))
        return self._end(found.item_id, "close", on, self._endings.closing(code, found, on), text)

    def cancel(self, code: str, on: date, reason: str, *, with_children: bool = False) -> list[int]:
        """Withdraws a promise; the item stays visible as cancelled.

        What is settled below it is closed: it is as finished as it can be.

        Args:
            with_children: cancels what is not finished below it, too; without, that is refused.

        Returns:
            The ids of the rows, that of the item itself first.
        """
        found = self._rules.open_item(code, on)
        text = needed(reason)
        below = self._endings.cancelling(code, found, on, with_children)
        return self._end(found.item_id, "cancel", on, below, text)

    def _end(
        self, item_id: int, kind: str, on: date, below: Iterable[Ending], text: str | None
    ) -> list[int]:
        rows = []
        for ended in (Ending(item_id, kind), *below):
            said = {"reason" if ended.kind == "cancel" else "note": text}
            rows += self._record(ended.item_id, on, [{"kind": ended.kind, **said}])
        return rows

    def undo(self, row_id: int, reason: str | None = None) -> int:
        """Reverses a row, as if it had never been; file the right one afterwards.

        An item that the plan file no longer has does not open again: it is cancelled, as loading
        would have done, on the day of the row by which it had ended.
        """
        found = self._rules.reversible(row_id)
        rows = [{"kind": "undo", "reverses": row_id, "reason": passage(reason, _("reason"))}]
        if found.kind in STOPS and self._standing.is_dropped(found.item_id):
            rows.append({"kind": "cancel", "version_id": self._plan.version_id, "reason": LOADED})
        return self._record(found.item_id, found.effective_on, rows)[0]

    def _record(self, item_id: int, on: date, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        ids = []
        for row in rows:
            made = self._connection.execute(
                insert(entry).values(**self._common, **row, item_id=item_id, effective_on=on)
            ).inserted_primary_key
            assert made is not None
            ids.append(int(made[0]))
        return ids


def item_of(connection: Connection, row_id: int) -> int:
    """The id of the item that a row of the ledger is on."""
    return int(connection.execute(select(entry.c.item_id).where(entry.c.id == row_id)).scalar_one())


def ended_below(connection: Connection, plan: PlanRef, row_id: int) -> dict[str, list[str]]:
    """Which items stay closed or cancelled below one whose end a row has reversed.

    Returns:
        Kind of row → codes, in the order of the rows.
    """
    standing = Standing(connection, plan)
    undone = standing.row(row_id)
    if undone.kind not in STOPS:
        return {}
    return codes_of(connection, standing.ends_below(undone.item_id))


def codes_of(connection: Connection, rows: Iterable[int]) -> dict[str, list[str]]:
    """Of which items some rows are: kind of row → codes, in the order of the rows."""
    found = connection.execute(
        select(entry.c.kind, item.c.code)
        .join(item, item.c.id == entry.c.item_id)
        .where(entry.c.id.in_(list(rows)))
        .order_by(entry.c.id)
    )
    codes: dict[str, list[str]] = {}
    for kind, code in found:
        codes.setdefault(kind, []).append(code)
    return codes
