"""A row held against the case that the register has: the same, more, or a contradiction."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from plans.language import gettext as _
from tracker.registers.chunk import RowError, Step
from tracker.registers.events import Case, Event
from tracker.registers.known import Known

CORRECTED = ("petition", "hazard")
"""The registers of which an import may correct how cases came in; a sweep comes from the plan."""

_ONE_OF = {
    **dict.fromkeys(("settle", "decline", "object"), "end"),
    **dict.fromkeys(("pass", "fail"), "inspect"),
}
"""Kinds of events of which a case has one or the other at the same place."""


def refuse_other(case: Case, columns: Mapping[str, Any], fields: Mapping[str, str]) -> NoReturn:
    """Refuses what a row says of how a case came in, where the register has it otherwise.

    Args:
        columns: those of which it says so, with what it says.
        fields: column → the field that says it.

    Raises:
        RowError: always; of the first of them.
    """
    column, here = next(iter(columns.items()))
    message = _("{here}: in the register it is {there}; what came in with a case stays")
    if case.register in CORRECTED:
        message = _("{here}: in the register it is {there}; where the file is right, --correct")
    there = getattr(case, column)
    raise RowError(fields[column], message.format(here=_shown(here), there=_shown(there)))


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
