"""The ledger: how facts are recorded. Rows are only ever added; a mistake is reversed by a row.

Every method of ``Ledger`` checks one kind of fact against the plan and what the ledger already
holds, and adds its rows to the open transaction. What the checks found still holds when the
transaction commits, because there is one writer at a time (see ``tracker/store.py``).
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.language import gettext as _
from plans.typed import MAX_AMOUNT
from tracker.schema import AMOUNT_SCALE, FULL, REPORTS, entry, indicator, item, item_version
from tracker.schema import milestone as milestone_table
from tracker.schema import unit as unit_table
from tracker.status import judgement
from tracker.store import Writing
from tracker.versions import PlanRef

MAX_TEXT = 2_000


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
        self._common = {
            "plan_id": plan.id,
            "recorded_at": writing.recorded_at,
            "author": _text(author, _("author")),
            "simulated": simulated,
            "import_id": import_id,
        }

    def progress(self, code: str, on: date, filed: Progress) -> list[int]:
        """Files progress; returns the ids of the rows: one a figure, one for the milestone."""
        found = self._open_item(code, on)
        texts = {
            "note": _text(filed.note, _("note")),
            "reason": _text(filed.reason, _("reason")),
            "source": _text(filed.source, _("source")),
            "evidence": None if filed.evidence is None else dict(filed.evidence),
        }
        rows = [
            self._figure(code, found, reading, name, amount)
            for reading, figures in (("sum", filed.add), ("latest", filed.set))
            for name, amount in figures.items()
        ]
        if filed.milestone is not None:
            rows.append(self._reach(code, found, filed.milestone))
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
        units = self._units()
        for name in (to.lead, *(to.support or ())):
            if name is not None and name not in units:
                raise _unknown(_("unit"), name, units)
        made = {
            "lead": to.lead,
            "support": None if to.support is None else list(to.support),
            "person": _text(to.person, _("person")),
            "leader": _text(to.leader, _("leader")),
        }
        if not any(made.values()):
            raise BadInputError(_("{code}: nobody to assign; give --lead").format(code=code))
        row = {"kind": "assign", "assignment": made, "note": _text(note, _("note"))}
        return self._record(found.item_id, on, [row])[0]

    def extend(
        self, code: str, on: date, to: date, reason: str, milestone: str | None = None
    ) -> int:
        """Asks for a later date; it counts once it is approved.

        Practice: an extension is asked for before the deadline, with a reason and a new date.
        """
        found = self._open_item(code, on)
        due = self._due_in_force(found, on, milestone, code)
        what = f"{code} {milestone}" if milestone else code
        if on > due:
            raise ConflictError(
                _(
                    "{what}: was due on {due}; an extension has to be asked for before that, "
                    "so the date keeps counting"
                ).format(what=what, due=due)
            )
        if to <= due:
            raise BadInputError(
                _("{what}: {to} is not later than the date in force, {due}").format(
                    what=what, to=to, due=due
                )
            )
        if to.year > self._plan.year + 5:
            raise BadInputError(
                _("{what}: {to} is out of range; expected a date up to {year}").format(
                    what=what, to=to, year=self._plan.year + 5
                )
            )
        row = {"kind": "extend", "part": milestone, "due": to, "reason": _needed(reason)}
        return self._record(found.item_id, on, [row])[0]

    def approve(self, request: int, on: date, note: str | None = None) -> int:
        """Grants a request; the new date is in force from ``on``."""
        asked = self._request(request, on)
        row = {"kind": "approve", "answers": request, "note": _text(note, _("note"))}
        return self._record(asked.item_id, on, [row])[0]

    def refuse(self, request: int, on: date, reason: str) -> int:
        """Turns a request down; the date stays."""
        asked = self._request(request, on)
        row = {"kind": "refuse", "answers": request, "reason": _needed(reason)}
        return self._record(asked.item_id, on, [row])[0]

    def close(self, code: str, on: date, note: str | None = None) -> int:
        """Accepts a finished item and strikes it off (销号)."""
        found = self._open_item(code, on)
        judged = self._judged(found.item_id, on)
        complete = judged.actual >= FULL
        if not complete and self._is_measured(found.item_id):
            raise ConflictError(
                _("{code}: only {percent} % complete on {on}; see: duban explain {code}").format(
                    code=code, percent=judged.actual * 100 // FULL, on=on
                )
            )
        row = {"kind": "close", "note": _text(note, _("note"))}
        return self._record(found.item_id, on, [row])[0]

    def cancel(self, code: str, on: date, reason: str) -> int:
        """Withdraws a promise; the item stays visible as cancelled."""
        found = self._open_item(code, on)
        return self._record(found.item_id, on, [{"kind": "cancel", "reason": _needed(reason)}])[0]

    def undo(self, row_id: int, reason: str | None = None) -> int:
        """Reverses a row, as if it had never been; file the right one afterwards."""
        found = self._row(row_id)
        if found.kind == "undo":
            raise ConflictError(
                _("row {id} is itself a reversal; file the fact again instead").format(id=row_id)
            )
        self._check_not_reversed(row_id)
        if found.kind == "extend" and (answer := self._answer(row_id)) is not None:
            raise ConflictError(
                _("row {id} was answered by row {answer}; undo that first").format(
                    id=row_id, answer=answer
                )
            )
        closed = self._standing(found.item_id, ("close",))
        if found.kind in REPORTS and closed is not None:
            raise ConflictError(
                _("row {id} belongs to a closed item; undo its closing first: row {closed}").format(
                    id=row_id, closed=closed.id
                )
            )
        row = {"kind": "undo", "reverses": row_id, "reason": _text(reason, _("reason"))}
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
        found = self._connection.execute(
            select(item_version)
            .join(item, item.c.id == item_version.c.item_id)
            .where(item_version.c.version_id == self._plan.version_id, item.c.code == code)
        ).first()
        if found is None:
            codes = select(item.c.code).where(item.c.plan_id == self._plan.id)
            raise _unknown(_("item"), code, self._connection.execute(codes).scalars())
        self._check_date(code, on)
        return found

    def _open_item(self, code: str, on: date) -> Row[Any]:
        found = self._item(code, on)
        stopped = self._standing(found.item_id, ("close", "cancel"))
        if stopped is not None:
            state = _("closed") if stopped.kind == "close" else _("cancelled")
            raise ConflictError(
                _("{code}: {state} on {on} by row {id}; undo that row first").format(
                    code=code, state=state, on=stopped.effective_on, id=stopped.id
                )
            )
        return found

    def _check_date(self, code: str, on: date) -> None:
        if on > self._today:
            raise BadInputError(
                _("{code}: {on} is in the future; today is {today}").format(
                    code=code, on=on, today=self._today
                )
            )
        if on.year < self._plan.year:
            raise BadInputError(
                _("{code}: {on} is before the plan's year, {year}").format(
                    code=code, on=on, year=self._plan.year
                )
            )

    def _figure(
        self, code: str, found: Row[Any], reading: str, name: str, amount: Decimal
    ) -> dict[str, Any]:
        i = indicator.c
        rows = self._connection.execute(
            select(i.name, i.unit, i.reading).where(
                i.version_id == self._plan.version_id, i.item_id == found.item_id
            )
        ).all()
        known = {row.name: row for row in rows}
        if name not in known:
            raise _unknown(_("indicator of {code}").format(code=code), name, known)
        wanted = known[name]
        if wanted.reading != reading:
            message = (
                _("{code} {name}: is a value that is replaced, not added to; use --set")
                if reading == "sum"
                else _("{code} {name}: is a quantity that adds up; use --add")
            )
            raise BadInputError(message.format(code=code, name=name))
        where = f"{code} {name}"
        _check_amount(where, amount, positive=reading == "sum")
        if reading == "sum":
            held = self._total(found.item_id, name)
            if held + amount >= MAX_AMOUNT:
                raise BadInputError(
                    _("{where}: {held} + {amount} is out of range, below {most}").format(
                        where=where, held=held, amount=amount, most=MAX_AMOUNT
                    )
                )
        return {"kind": "add" if reading == "sum" else "set", "part": name, "amount": amount}

    def _total(self, item_id: int, name: str) -> Decimal:
        undone = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
        total = self._connection.execute(
            select(func.sum(entry.c.amount)).where(
                entry.c.kind == "add",
                entry.c.item_id == item_id,
                entry.c.part == name,
                entry.c.id.not_in(undone),
            )
        ).scalar()
        return total or Decimal(0)

    def _reach(self, code: str, found: Row[Any], milestone: str) -> dict[str, Any]:
        self._check_milestone(code, found.item_id, milestone)
        standing = self._standing(found.item_id, ("reach",), milestone)
        if standing is not None:
            raise ConflictError(
                _("{code} {milestone}: reached on {on} already, by row {id}").format(
                    code=code, milestone=milestone, on=standing.effective_on, id=standing.id
                )
            )
        return {"kind": "reach", "part": milestone}

    def _check_milestone(self, code: str, item_id: int, milestone: str) -> Row[Any]:
        m = milestone_table.c
        rows = self._connection.execute(
            select(m.code, m.due).where(m.version_id == self._plan.version_id, m.item_id == item_id)
        ).all()
        for row in rows:
            if row.code == milestone:
                return row
        raise _unknown(
            _("milestone of {code}").format(code=code), milestone, [r.code for r in rows]
        )

    def _due_in_force(self, found: Row[Any], on: date, milestone: str | None, code: str) -> date:
        if milestone is None:
            return date.fromordinal(self._judged(found.item_id, on).due)
        planned: date = self._check_milestone(code, found.item_id, milestone).due
        request, approval = entry.alias("request"), entry.alias("approval")
        undone = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
        granted = self._connection.execute(
            select(request.c.due)
            .join(approval, approval.c.answers == request.c.id)
            .where(
                approval.c.kind == "approve",
                approval.c.id.not_in(undone),
                request.c.item_id == found.item_id,
                request.c.part == milestone,
            )
            .order_by(approval.c.id.desc())
            .limit(1)
        ).scalar()
        return granted or planned

    def _judged(self, item_id: int, on: date) -> Row[Any]:
        rows = self._connection.execute(judgement(on, plans=[self._plan.id], items=[item_id]))
        return next(row for row in rows if row.item_id == item_id)

    def _is_measured(self, item_id: int) -> bool:
        """Whether there is anything by which the item's completion can be told."""
        version = self._plan.version_id
        row = self._connection.execute(
            select(item_version.c.measure).where(
                item_version.c.version_id == version, item_version.c.item_id == item_id
            )
        ).scalar_one()
        if row != "indicators":
            return True
        return (
            self._connection.execute(
                select(func.count()).where(
                    indicator.c.version_id == version,
                    indicator.c.item_id == item_id,
                    indicator.c.target.isnot(None),
                )
            ).scalar_one()
            > 0
        )

    def _units(self) -> list[str]:
        return list(
            self._connection.execute(
                select(unit_table.c.code).where(unit_table.c.version_id == self._plan.version_id)
            ).scalars()
        )

    def _standing(
        self, item_id: int, kinds: Iterable[str], part: str | None = None
    ) -> Row[Any] | None:
        """The first row of these kinds on an item that has not been reversed."""
        undone = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
        rows = select(entry).where(
            entry.c.item_id == item_id, entry.c.kind.in_(kinds), entry.c.id.not_in(undone)
        )
        if part is not None:
            rows = rows.where(entry.c.part == part)
        return self._connection.execute(rows.order_by(entry.c.id).limit(1)).first()

    def _row(self, row_id: int) -> Row[Any]:
        found = self._connection.execute(
            select(entry).where(entry.c.id == row_id, entry.c.plan_id == self._plan.id)
        ).first()
        if found is None:
            raise NotFoundError(
                _("row {id}: no such row in the ledger of {office} {year}").format(
                    id=row_id, office=self._plan.office, year=self._plan.year
                )
            )
        return found

    def _request(self, row_id: int, on: date) -> Row[Any]:
        asked = self._row(row_id)
        if asked.kind != "extend":
            raise ConflictError(
                _("row {id} is no request, but {kind}").format(id=row_id, kind=asked.kind)
            )
        self._check_not_reversed(row_id)
        if (answer := self._answer(row_id)) is not None:
            raise ConflictError(
                _("row {id} was answered already, by row {answer}").format(id=row_id, answer=answer)
            )
        self._check_date(_("row {id}").format(id=row_id), on)
        if on < asked.effective_on:
            raise BadInputError(
                _("row {id}: was asked for on {asked}, after {on}").format(
                    id=row_id, asked=asked.effective_on, on=on
                )
            )
        return asked

    def _answer(self, request: int) -> int | None:
        undone = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
        return self._connection.execute(
            select(entry.c.id).where(entry.c.answers == request, entry.c.id.not_in(undone))
        ).scalar()

    def _check_not_reversed(self, row_id: int) -> None:
        by = self._connection.execute(select(entry.c.id).where(entry.c.reverses == row_id)).scalar()
        if by is not None:
            raise ConflictError(
                _("row {id} was reversed already, by row {by}").format(id=row_id, by=by)
            )


def item_of(connection: Connection, row_id: int) -> int:
    """The id of the item that a row of the ledger is on."""
    return int(connection.execute(select(entry.c.item_id).where(entry.c.id == row_id)).scalar_one())


def _check_amount(where: str, amount: Decimal, *, positive: bool) -> None:
    if not amount.is_finite() or amount < 0 or (positive and amount == 0):
        raise BadInputError(
            _("{where}: {amount} is not an amount; expected a number above 0").format(
                where=where, amount=amount
            )
        )
    if amount >= MAX_AMOUNT:
        raise BadInputError(
            _("{where}: {amount} is out of range, below {most}; use a larger unit (万, 亿)").format(
                where=where, amount=amount, most=MAX_AMOUNT
            )
        )
    if amount * AMOUNT_SCALE % 1:
        raise BadInputError(
            _("{where}: {amount} has more than 4 decimals").format(where=where, amount=amount)
        )


def _needed(reason: str) -> str:
    text = _text(reason, _("reason"))
    if not text:
        raise BadInputError(_("a reason is needed; give one with --reason"))
    return text


def _text(value: str | None, what: str) -> str | None:
    """Text as it may be stored: no control characters but line breaks, of bounded length."""
    if value is None:
        return None
    text = value.strip()
    if len(text) > MAX_TEXT:
        raise BadInputError(
            _("{what}: {length} characters; at most {most}").format(
                what=what, length=len(text), most=MAX_TEXT
            )
        )
    if any(not c.isprintable() and c not in "\n\u3000" for c in text):
        raise BadInputError(
            _("{what}: control characters are not accepted; expected plain text").format(what=what)
        )
    return text or None


def _unknown(what: str, name: str, there: Iterable[str]) -> DubanError:
    names = list(there)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or names[:8]
    return NotFoundError(
        _("{name}: no such {what}; there are: {near}").format(
            name=name, what=what, near=", ".join(near) or _("none")
        )
    )
