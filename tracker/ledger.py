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

from sqlalchemy import Connection, Row, insert, select

from plans.errors import BadInputError, ConflictError
from plans.language import gettext as _
from plans.typed import MAX_AMOUNT
from tracker.ledger_checks import (
    MAX_TEXT,
    check_amount,
    check_day,
    check_extension,
    line,
    needed,
    passage,
    proof,
    unknown,
)
from tracker.schema import FULL, REPORTS, entry
from tracker.standing import Standing
from tracker.store import Writing
from tracker.versions import LOADED, PlanRef

__all__ = ["MAX_TEXT", "Assignment", "Ledger", "Progress", "item_of"]


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
        self._today = today
        self._standing = Standing(writing.connection, plan)
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
        found = self._open_item(code, on)
        texts = {
            "note": passage(filed.note, _("note")),
            "reason": passage(filed.reason, _("reason")),
            "source": passage(filed.source, _("source")),
            "evidence": proof(filed.evidence),
        }
        rows = [
            self._figure(code, found.item_id, kind, name, amount)
            for kind, figures in (("add", filed.add), ("set", filed.set))
            for name, amount in figures.items()
        ]
        if filed.milestone is not None:
            rows.append(self._reach(code, found.item_id, filed.milestone, on))
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
        found = self._item(code, on)
        units = self._standing.units()
        for name in (to.lead, *(to.support or ())):
            if name is not None and name not in units:
                raise unknown(_("unit"), name, units)
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
        found = self._open_item(code, on)
        what = code if milestone is None else f"{code} {milestone}"
        check_extension(what, on, self.deadline(code, on, milestone), to, self._plan)
        row = {"kind": "extend", "part": milestone, "due": to, "reason": needed(reason)}
        waiting = self._standing.unanswered(found.item_id, milestone)
        if waiting is not None:
            raise ConflictError(
                _(
                    "{what}: row {id} asks for {due} and is not answered yet; answer it first "
                    "(duban approve {id}, duban return {id}) or undo it"
                ).format(what=what, id=waiting.id, due=waiting.due)
            )
        return self._record(found.item_id, on, [row])[0]

    def deadline(self, code: str, on: date, milestone: str | None = None) -> date:
        """The date in force on a day, of an item or of one of its milestones."""
        item_id = self._standing.item(code).item_id
        if milestone is not None:
            self._milestone(code, item_id, milestone)
        return self._in_force(item_id, milestone, on)

    def approve(self, request: int, on: date, note: str | None = None) -> int:
        """Grants a request; the new date is in force from ``on``."""
        asked = self._request(request, on)
        if asked.part is not None:  # a newer version of the plan may have dropped it
            self._milestone(_("row {id}").format(id=request), asked.item_id, asked.part)
        in_force = self._in_force(asked.item_id, asked.part, self._today)
        if asked.due <= in_force:
            raise ConflictError(
                _(
                    "row {id}: asks for {to}, which is not later than the date in force by now, "
                    "{due}; return it: duban return {id} --reason TEXT"
                ).format(id=request, to=asked.due, due=in_force)
            )
        row = {"kind": "approve", "answers": request, "note": passage(note, _("note"))}
        return self._record(asked.item_id, on, [row])[0]

    def refuse(self, request: int, on: date, reason: str) -> int:
        """Turns a request down; the date stays."""
        asked = self._request(request, on)
        row = {"kind": "refuse", "answers": request, "reason": needed(reason)}
        return self._record(asked.item_id, on, [row])[0]

    def close(self, code: str, on: date, note: str | None = None) -> int:
        """Accepts a finished item and strikes it off (销号)."""
        found = self._open_item(code, on)
        actual = self._standing.actual(found.item_id, on)
        if actual < FULL and self._is_measured(found):
            raise ConflictError(
                _("{code}: only {percent} complete on {on}; see: duban explain {code}").format(
                    code=code, percent=f"{actual * 100 // FULL} %", on=on
                )
            )
        row = {"kind": "close", "note": passage(note, _("note"))}
        return self._record(found.item_id, on, [row])[0]

    def cancel(self, code: str, on: date, reason: str) -> int:
        """Withdraws a promise; the item stays visible as cancelled."""
        found = self._open_item(code, on)
        return self._record(found.item_id, on, [{"kind": "cancel", "reason": needed(reason)}])[0]

    def undo(self, row_id: int, reason: str | None = None) -> int:
        """Reverses a row, as if it had never been; file the right one afterwards."""
        found = self._standing.row(row_id)
        if found.kind == "undo":
            raise ConflictError(
                _("row {id} is itself a reversal; file the fact again instead").format(id=row_id)
            )
        self._check_not_reversed(row_id)
        if found.kind == "cancel" and found.reason == LOADED:
            raise ConflictError(
                _(
                    "row {id} cancels an item that the plan file no longer has; "
                    "load a plan file that has the item: duban plan load FILE"
                ).format(id=row_id)
            )
        if found.kind == "extend" and (answer := self._standing.answer(found)) is not None:
            raise ConflictError(
                _("row {id} was answered by row {answer}; undo that first").format(
                    id=row_id, answer=answer
                )
            )
        closed = self._standing.first(found.item_id, ("close",))
        if found.kind in REPORTS and closed is not None:
            raise ConflictError(
                _("row {id} belongs to a closed item; undo its closing first: row {closed}").format(
                    id=row_id, closed=closed.id
                )
            )
        row = {"kind": "undo", "reverses": row_id, "reason": passage(reason, _("reason"))}
        return self._record(found.item_id, found.effective_on, [row])[0]

    def _record(self, item_id: int, on: date, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        ids = []
        for row in rows:
            made = self._connection.execute(
                insert(entry).values(**self._common, **row, item_id=item_id, effective_on=on)
            ).inserted_primary_key
            assert made is not None
            ids.append(int(made[0]))
        return ids

    def _item(self, code: str, on: date) -> Row[Any]:
        found = self._standing.item(code)
        check_day(code, on, self._plan, self._today)
        return found

    def _open_item(self, code: str, on: date) -> Row[Any]:
        found = self._item(code, on)
        stopped = self._standing.first(found.item_id, ("close", "cancel"))
        if stopped is not None:
            state = _("closed") if stopped.kind == "close" else _("cancelled")
            raise ConflictError(
                _("{code}: {state} on {on} by row {id}; undo that row first").format(
                    code=code, state=state, on=stopped.effective_on, id=stopped.id
                )
            )
        return found

    def _is_measured(self, found: Row[Any]) -> bool:
        """Whether there is anything by which the item's completion can be told."""
        if found.measure != "indicators":
            return True
        indicators = self._standing.indicators(found.item_id).values()
        return any(row.target is not None for row in indicators)

    def _figure(
        self, code: str, item_id: int, kind: str, name: str, amount: Decimal
    ) -> dict[str, Any]:
        known = self._standing.indicators(item_id)
        if name not in known:
            raise unknown(_("indicator of {code}").format(code=code), name, known)
        adds_up = known[name].reading == "sum"
        if adds_up != (kind == "add"):
            message = (
                _("{code} {name}: is a quantity that adds up; use --add")
                if adds_up
                else _("{code} {name}: is a value that is replaced, not added to; use --set")
            )
            raise BadInputError(message.format(code=code, name=name))
        where = f"{code} {name}"
        check_amount(where, amount, positive=adds_up)
        if adds_up:
            held = self._standing.total(item_id, name)
            if held + amount >= MAX_AMOUNT:
                raise BadInputError(
                    _("{where}: {held} + {amount} is out of range, below {most}").format(
                        where=where, held=held, amount=amount, most=MAX_AMOUNT
                    )
                )
        return {"kind": kind, "part": name, "amount": amount}

    def _reach(self, code: str, item_id: int, milestone: str, on: date) -> dict[str, Any]:
        lapses_on = self._milestone(code, item_id, milestone)
        reached = self._standing.first(item_id, ("reach",), milestone)
        if reached is not None:
            raise ConflictError(
                _("{code} {milestone}: reached on {on} already, by row {id}").format(
                    code=code, milestone=milestone, on=reached.effective_on, id=reached.id
                )
            )
        if lapses_on is not None and on > lapses_on:
            self._check_last_chance(code, item_id, milestone, on)
        return {"kind": "reach", "part": milestone}

    def _milestone(self, code: str, item_id: int, milestone: str) -> date | None:
        """When a milestone of the item lapses by plan; raises where there is none."""
        there = self._standing.milestones(item_id)
        if milestone not in there:
            titles = {step: found.title for step, found in there.items()}
            raise unknown(_("milestone of {code}").format(code=code), milestone, titles)
        lapses_on: date | None = there[milestone].lapses_on
        return lapses_on

    def _check_last_chance(self, code: str, item_id: int, milestone: str, on: date) -> None:
        last = self._standing.milestone_dates(item_id, milestone, on).last_chance
        if last is not None and on > last:
            raise ConflictError(
                _(
                    "{code} {milestone}: could be made good until {last}, so it is missed; "
                    "what was done after that can be filed as a note"
                ).format(code=code, milestone=milestone, last=last)
            )

    def _request(self, row_id: int, on: date) -> Row[Any]:
        asked = self._standing.row(row_id)
        if asked.kind != "extend":
            raise ConflictError(
                _("row {id} is no request, but {kind}").format(id=row_id, kind=asked.kind)
            )
        self._check_not_reversed(row_id)
        if (answer := self._standing.answer(asked)) is not None:
            raise ConflictError(
                _("row {id} was answered already, by row {answer}").format(id=row_id, answer=answer)
            )
        check_day(_("row {id}").format(id=row_id), on, self._plan, self._today)
        if on < asked.effective_on:
            raise BadInputError(
                _("row {id}: was asked for on {asked}, after {on}").format(
                    id=row_id, asked=asked.effective_on, on=on
                )
            )
        return asked

    def _in_force(self, item_id: int, milestone: str | None, on: date) -> date:
        if milestone is None:
            return self._standing.due(item_id, on)
        return self._standing.milestone_dates(item_id, milestone, on).due

    def _check_not_reversed(self, row_id: int) -> None:
        by = self._standing.reversal(row_id)
        if by is not None:
            raise ConflictError(
                _("row {id} was reversed already, by row {by}").format(id=row_id, by=by)
            )


def item_of(connection: Connection, row_id: int) -> int:
    """The id of the item that a row of the ledger is on."""
    return int(connection.execute(select(entry.c.item_id).where(entry.c.id == row_id)).scalar_one())
