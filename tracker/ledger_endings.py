"""Closing and cancelling: when it is possible, and which children come to an end with their item.

An item is not ended before its children are: after its day each of them is closed or cancelled, so
that nothing below it waits for anybody. What is settled by then is closed with it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row

from plans.errors import ConflictError
from plans.language import gettext as _
from plans.language import listed
from plans.numerals import percent_text
from tracker.ledger_stops import MOVING, state_of
from tracker.schema import FULL, STOPS
from tracker.standing import Standing


class Ending(NamedTuple):
    """A child that is ended with its item: its id, and the kind of the row that does it."""

    item_id: int
    kind: str


class _Judged(NamedTuple):
    """An item and its children as of a day."""

    day: date
    own: Row[Any]
    below: list[Row[Any]]


class _Child(NamedTuple):
    """A child that is neither closed nor cancelled; ``open_on`` is the first day, from that of the
    ending on, on which something was left to be done, None if there is none."""

    item_id: int
    code: str
    open_on: date | None


class Endings:
    """The rules for ending items, in the open transaction.

    Args:
        standing: what stands.

    Raises (all methods):
        ConflictError: not everything is over, or it was not over by then.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def closing(self, code: str, found: Row[Any], on: date) -> list[Ending]:
        """An item is closed when nothing is left to be done (``tracker/status.py`` says when it is
        settled), or when there is nothing to measure; its children are over by then.

        What was filed of later days must not contradict the closing either.
        """
        judged = self._judged(found, on)
        for day, own, _below in judged if self._is_measured(found) else ():
            if not own.settled:
                message = _("{code}: only {percent} complete on {on}; see: duban explain {code}")
                done = percent_text(own.actual, FULL)
                raise ConflictError(message.format(code=code, percent=done, on=day))
        children = self._open_children(code, judged, on)
        left = [child for child in children if child.open_on is not None]
        if left:
            message = _(
                "{code}: not all of it was finished on {on}; close or cancel first: {children}"
            )
            codes = listed([child.code for child in left], 3)
            raise ConflictError(message.format(code=code, on=left[0].open_on, children=codes))
        return [Ending(child.item_id, "close") for child in children]

    def cancelling(self, code: str, found: Row[Any], on: date, with_children: bool) -> list[Ending]:
        """An item is cancelled with what is not finished below it, or when there is nothing."""
        children = self._open_children(code, self._judged(found, on), on)
        left = [child.code for child in children if child.open_on is not None]
        if left and not with_children:
            raise ConflictError(
                _(
                    "{code}: not all of it is finished; with --with-children (with_children: true "
                    "in a ledger file) this is cancelled too: {children}"
                ).format(code=code, children=listed(left, 3))
            )
        return [
            Ending(child.item_id, "close" if child.open_on is None else "cancel")
            for child in children
        ]

    def _is_measured(self, found: Row[Any]) -> bool:
        """Whether there is anything by which the item's completion can be told."""
        if found.measure != "indicators":
            return True
        indicators = self._standing.indicators(found.item_id).values()
        return any(row.target is not None for row in indicators)

    def _open_children(self, code: str, judged: Sequence[_Judged], on: date) -> list[_Child]:
        """The children that have not come to an end, in plan order; none has ended later."""
        open_on: dict[int, date | None] = {}
        codes: dict[int, str] = {}
        for day, _own, below in judged:
            for child in below:
                codes[child.item_id] = child.code
                first = open_on.get(child.item_id)
                open_on[child.item_id] = first or (None if child.settled else day)
        return [
            _Child(item_id, codes[item_id], day)
            for item_id, day in open_on.items()
            if not self._has_ended(code, item_id, codes[item_id], on)
        ]

    def _has_ended(self, code: str, item_id: int, child: str, on: date) -> bool:
        stopped = self._standing.first(item_id, STOPS)
        if stopped is not None and stopped.effective_on > on:
            message = (
                _(
                    "{code}: cannot end on {on}, before {child} below it, {state} on {day} by row "
                    "{id}; give that day or a later one with --on, or undo that row first"
                )
                if stopped.version_id is None
                else _(
                    "{code}: cannot end on {on}, before {child} below it, {state} on {day} by row "
                    "{id}; give that day or a later one with --on"
                )
            )
            raise ConflictError(
                message.format(
                    code=code,
                    on=on,
                    child=child,
                    state=state_of(stopped.kind),
                    day=stopped.effective_on,
                    id=stopped.id,
                )
            )
        return stopped is not None

    def _judged(self, found: Row[Any], on: date) -> list[_Judged]:
        """The item and its children on every day from ``on`` on that a row of theirs can change.

        Time alone only settles: a date that has passed brings nothing back that was over.
        """
        days = (on, *self._standing.days_after(found.item_id, on, MOVING))
        return [_Judged(day, *self._standing.judged(found.item_id, day)) for day in days]
