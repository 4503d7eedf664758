"""What may be recorded, given what stands: every rule between a new fact and the ledger.

What the rules found still holds when the transaction commits, because there is one writer at a
time (see ``tracker/store.py``).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from plans.errors import BadInputError, ConflictError
from plans.language import gettext as _
from plans.typed import MAX_AMOUNT
from tracker.ledger_bounds import Bounds
from tracker.ledger_checks import check_amount, check_day, unknown
from tracker.ledger_stops import Stops
from tracker.schema import STOPS
from tracker.standing import Standing
from tracker.versions import PlanRef


class Rules:
    """The rules for the items of one plan, in the open transaction.

    Args:
        standing: what stands.
        plan: the plan.
        today: the last date on which anything can have taken effect.

    Raises (all methods):
        NotFoundError: no such item, indicator, milestone or row.
        BadInputError: an amount or a date is not acceptable.
        ConflictError: it contradicts what the ledger holds.
    """

    def __init__(self, standing: Standing, plan: PlanRef, today: date) -> None:
        self._standing = standing
        self._plan = plan
        self._today = today
        self._stops = Stops(standing)
        self._bounds = Bounds(standing)

    def item(self, code: str, on: date) -> Row[Any]:
        """The item, on a day on which something can have taken effect."""
        found = self._standing.item(code)
        check_day(code, on, self._plan, self._today)
        return found

    def open_item(self, code: str, on: date) -> Row[Any]:
        """The item, neither closed nor cancelled, nor is the one above it."""
        found = self.item(code, on)
        self._stops.check_open(code, found.item_id)
        return found

    def figure(
        self, code: str, item_id: int, kind: str, name: str, amount: Decimal
    ) -> dict[str, Any]:
        """The row of a figure."""
        known = self._standing.indicators(item_id)
        if name not in known:
            units = {one: row.unit for one, row in known.items()}
            raise unknown(_("indicator"), name, units, code)
        if known[name].register is not None:
            raise _computed(code, name, known[name].register)
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

    def reach(self, code: str, item_id: int, milestone: str, on: date) -> dict[str, Any]:
        """The row of a milestone or occurrence that is reached."""
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

    def deadline(self, code: str, item_id: int, on: date, milestone: str | None) -> date:
        """The date in force on a day; the milestone has to be one of the item."""
        if milestone is not None:
            self._milestone(code, item_id, milestone)
        return self._in_force(item_id, milestone, on)

    def check_asked(self, what: str, item_id: int, milestone: str | None, to: date) -> None:
        """One request at a time, and for a date that the item above has or asks for."""
        self._check_none_waits(what, item_id, milestone)
        self._bounds.check_asked(what, item_id, milestone, to, self._today)

    def _check_none_waits(self, what: str, item_id: int, milestone: str | None) -> None:
        """One request at a time."""
        waiting = self._standing.unanswered(item_id, milestone)
        if waiting is not None:
            raise ConflictError(
                _(
                    "{what}: row {id} asks for {due} and is not answered yet; answer it first "
                    "(duban approve {id}, duban return {id}) or undo it"
                ).format(what=what, id=waiting.id, due=waiting.due)
            )

    def check_grantable(self, asked: Row[Any], on: date) -> None:
        """A request is granted while its item is open, and it still makes the date later."""
        self._stops.check_open(self._standing.code(asked.item_id), asked.item_id)
        if asked.part is not None:  # a newer version of the plan may have dropped it
            self._milestone(_("row {id}").format(id=asked.id), asked.item_id, asked.part)
        in_force = self._in_force(asked.item_id, asked.part, self._today)
        if asked.due <= in_force:
            raise ConflictError(
                _(
                    "row {id}: asks for {to}, which is not later than the date in force by now, "
                    "{due}; return it: duban return {id} --reason TEXT"
                ).format(id=asked.id, to=asked.due, due=in_force)
            )
        what = _("row {id}").format(id=asked.id)
        self._bounds.check_granted(what, asked, on)

    def reversible(self, row_id: int) -> Row[Any]:
        """A row that can be reversed."""
        found = self._standing.row(row_id)
        if found.kind == "undo":
            raise ConflictError(
                _("row {id} is itself a reversal; file the fact again instead").format(id=row_id)
            )
        self._check_not_reversed(row_id)
        if found.kind in STOPS and found.version_id is not None:
            raise ConflictError(
                _(
                    "row {id} ends an item that the plan file no longer has; "
                    "load a plan file that has the item: duban plan load FILE"
                ).format(id=row_id)
            )
        if found.kind == "extend" and (answer := self._standing.answer(found)) is not None:
            raise ConflictError(
                _("row {id} was answered by row {answer}; undo that first").format(
                    id=row_id, answer=answer
                )
            )
        self._stops.check_nothing_rests_on(found)
        self._bounds.check_nothing_rests_on(found)
        return found

    def _milestone(self, code: str, item_id: int, milestone: str) -> date | None:
        """When a milestone of the item lapses by plan; raises where there is none."""
        there = self._standing.milestones(item_id)
        if milestone not in there:
            titles = {step: found.title for step, found in there.items()}
            raise unknown(_("milestone"), milestone, titles, code)
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

    def request(self, row_id: int, on: date) -> Row[Any]:
        """A request that awaits its answer."""
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
        """The date in force on a day, of an item or of one of its milestones."""
        if milestone is None:
            return self._standing.due(item_id, on)
        return self._standing.milestone_dates(item_id, milestone, on).due

    def _check_not_reversed(self, row_id: int) -> None:
        by = self._standing.reversal(row_id)
        if by is not None:
            raise ConflictError(
                _("row {id} was reversed already, by row {by}").format(id=row_id, by=by)
            )


def _computed(code: str, name: str, measure: str) -> BadInputError:
    """Why nothing is filed on an indicator of a register, and where to record it instead."""
    from plans.register_words import measure_name
    from plans.registers import MEASURES

    message = _(
        "{code} {name}: is computed from the register {measure}; "
        "record it there: duban {register} --help"
    )
    _kind, register = MEASURES[measure]
    said = {"measure": measure_name(measure), "register": register}
    return BadInputError(message.format(code=code, name=name, **said))
