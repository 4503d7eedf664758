"""What comes to an end: nothing is filed on a closed or cancelled item, nor taken back below it."""

from typing import Any

from sqlalchemy import Row

from plans.errors import ConflictError
from plans.language import gettext as _
from tracker.schema import REPORTS, STOPS
from tracker.standing import Standing

COMPLETING = (*REPORTS, "approve")
"""The kinds of rows by which an item can have become complete."""

MOVING = (*COMPLETING, *STOPS)
"""The kinds of rows by which it can change whether an item, or the one above it, is settled."""


def state_of(kind: str) -> str:
    """What an item is after a row of one of ``STOPS``, in words."""
    return _("closed") if kind == "close" else _("cancelled")


class Stops:
    """The rules about rows that end an item, in the open transaction.

    Args:
        standing: what stands.

    Raises (all methods):
        ConflictError: a closing or cancelling stands that would be contradicted.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def check_open(self, code: str, item_id: int) -> None:
        """Neither the item is closed or cancelled, nor the one above it."""
        stopped = self._standing.first(item_id, STOPS)
        if stopped is not None:
            raise ConflictError(
                _("{code}: {state} on {on} by row {id}; undo that row first").format(
                    code=code, state=state_of(stopped.kind), on=stopped.effective_on, id=stopped.id
                )
            )
        parent, stopped = self._stopped_above(item_id)
        if stopped is not None:
            raise ConflictError(
                _(
                    "{code}: belongs to {parent}, {state} on {on} by row {id}; undo that row first"
                ).format(
                    code=code,
                    parent=parent,
                    state=state_of(stopped.kind),
                    on=stopped.effective_on,
                    id=stopped.id,
                )
            )

    def check_nothing_rests_on(self, found: Row[Any]) -> None:
        """No closing or cancelling that stands takes for granted what a row did.

        An approval is among these rows because an occurrence that was made good after it lapsed
        by plan counts as reached no longer without it. What a cancelled item did is taken for
        granted by nobody.
        """
        ended = self._standing.first(found.item_id, STOPS)
        if found.kind in COMPLETING and ended is not None:
            if ended.kind == "cancel":
                return
            raise ConflictError(
                _("row {id} belongs to a closed item; undo its closing first: row {closed}").format(
                    id=found.id, closed=ended.id
                )
            )
        parent, stopped = self._stopped_above(found.item_id)
        # Below what a newer plan file dropped an undone ending is followed by the loader's.
        if found.kind in MOVING and stopped is not None and stopped.version_id is None:
            raise ConflictError(
                _(
                    "row {id} belongs to an item below {parent}, {state} by row {by}; "
                    "undo that row first"
                ).format(id=found.id, parent=parent, state=state_of(stopped.kind), by=stopped.id)
            )

    def _stopped_above(self, item_id: int) -> tuple[str | None, Row[Any] | None]:
        """The code of the item above an item, and the row that closed or cancelled it."""
        parent = self._standing.above(item_id)
        if parent is None:
            return None, None
        return parent.code, self._standing.first(parent.id, STOPS)
