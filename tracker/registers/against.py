"""A row held against the case that the register has: the same, more, or a contradiction."""

from collections.abc import Mapping, Sequence
from typing import Any

from plans.language import gettext as _
from tracker.registers.chunk import RowError, Step
from tracker.registers.events import Event
from tracker.registers.known import Known

_ONE_OF = {
    **dict.fromkeys(("settle", "decline", "object"), "end"),
    **dict.fromkeys(("pass", "fail"), "inspect"),
}
"""Kinds of events of which a case has one or the other at the same place."""


def check_same(known: Known, case: Mapping[str, Any], stays: Mapping[str, str]) -> None:
    """Checks that a case came in as the register has it.

    Args:
        case: its columns as the row has them.
        stays: column → the field that says it.

    Raises:
        RowError: it did not.
    """
    for column, field in stays.items():
        there, here = getattr(known.case, column), case[column]
        if there != here:
            message = _("{here}: in the register it is {there}; what came in with a case stays")
            raise RowError(field, message.format(here=_shown(here), there=_shown(there)))


def steps_since(known: Known, steps: Sequence[Step]) -> list[Step]:
    """The steps that the register does not have.

    Raises:
        RowError: it has one, and differently.
    """
    there: dict[str, list[Event]] = {}
    for event in known.standing:
        there.setdefault(_ONE_OF.get(event.kind, event.kind), []).append(event)
    new = []
    for step in steps:
        same = there.get(_ONE_OF.get(step.kind, step.kind))
        if not same:
            new.append(step)
            continue
        event = same.pop(0)
        said = {"kind": step.kind, "effective_on": step.on, "due": step.due, "by_whom": step.by}
        said |= {"result": step.result, "places": step.places, "people": step.people}
        for column, here in said.items():
            if here is not None and here != getattr(event, column):
                message = _("{here}: in the register it is {there}; if that is wrong, undo it")
                shown = {"here": _shown(here), "there": _shown(getattr(event, column))}
                raise RowError(step.field, message.format(**shown))
    return new


def _shown(value: object) -> str:
    return _("nothing") if value is None else str(value)
