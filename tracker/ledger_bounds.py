"""How far a date can be moved: a milestone lies within its item, and a child within its parent, as
in a plan file."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from plans.errors import ConflictError
from plans.language import gettext as _
from tracker.standing import Standing


class Bounds:
    """The rules about later dates and those that bound them, in the open transaction.

    Args:
        standing: what stands.

    Raises (all methods):
        ConflictError: a date would lie beyond the one that bounds it.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def check_asked(
        self, what: str, item_id: int, milestone: str | None, to: date, on: date
    ) -> None:
        """What is asked for above counts: a unit asks for both dates at once."""
        above = self._above(item_id, milestone)
        waiting = None if above is None else self._standing.unanswered(above, None)
        if waiting is None or to > waiting.due:
            self._check(what, above, to, on)

    def check_granted(self, what: str, asked: Row[Any], on: date) -> None:
        """What is in force above on the day of the approval counts."""
        self._check(what, self._above(asked.item_id, asked.part), asked.due, on)

    def check_nothing_rests_on(self, found: Row[Any]) -> None:
        """No later date of a milestone or a child was granted within the one that a row grants."""
        if found.kind != "approve":
            return
        asked = self._standing.row(found.answers)
        if asked.part is not None:
            return
        granted = self._standing.granted(found.item_id)
        own = [g for g in granted if (g.item_id, g.part) == (found.item_id, None)]
        for inner in granted:
            of_child, of_milestone = inner.item_id != found.item_id, inner.part is not None
            if of_child == of_milestone or inner.on < found.effective_on:
                continue
            others = [g.due for g in own if g.id != found.id and g.on <= inner.on]
            if max([self._standing.planned(found.item_id), *others]) < inner.due <= asked.due:
                message = _(
                    "row {id}: {due}, granted by row {by}, rests on it; undo row {by} first"
                )
                raise ConflictError(message.format(id=found.id, due=inner.due, by=inner.id))

    def _above(self, item_id: int, milestone: str | None) -> int | None:
        """The item that bounds the dates of an item or of a milestone of it."""
        if milestone is not None:
            return item_id
        parent = self._standing.above(item_id)
        return None if parent is None else int(parent.id)

    def _check(self, what: str, above: int | None, to: date, on: date) -> None:
        if above is None or to <= (due := self._standing.due(above, on)):
            return
        raise ConflictError(
            _(
                "{what}: {to} is after {due}, the date in force of {code}; extend {code} first "
                "(duban extend {code}, and have it approved)"
            ).format(what=what, to=to, due=due, code=self._standing.code(above))
        )
