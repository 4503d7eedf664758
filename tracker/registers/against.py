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
    known_so_far: dict[str, list[Event]] = {}
    for event in known.standing:
        known_so_far.setdefault(_ONE_OF.get(event.kind, event.kind), []).append(event)
    new = []
    for step in steps:
        same = known_so_far.get(_ONE_OF.get(step.kind, step.kind))
        if not same:
            new.append(step)
            continue
        others = [_otherwise(event, step) for event in same]
        if {} not in others:
            there, here = next(iter(others[0].values()))
            message = _("{here}: in the register it is {there}; if that is wrong, undo it")
            raise RowError(step.field, message.format(here=_shown(here), there=_shown(there)))
        same.pop(others.index({}))
    return new


def _otherwise(event: Event, step: Step) -> dict[str, tuple[object, object]]:
    """Of what an event and a step say differently: what each of them says."""
    said = {"kind": step.kind, "effective_on": step.on, "due": step.due, "by_whom": step.by}
    said |= {"result": step.result, "places": step.places, "people": step.people}
    both = {column: (getattr(event, column), here) for column, here in said.items()}
    return {column: (e, s) for column, (e, s) in both.items() if s is not None and e != s}


def _shown(value: object) -> str:
    return _("nothing") if value is None else str(value)
