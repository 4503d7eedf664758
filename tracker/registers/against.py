"""A row held against the case that the register has: the same, more, or a contradiction."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import Connection, select

from plans.language import chinese
from plans.language import gettext as _
from plans.register_words import EVENT_NAMES, RESULTS
from plans.registers import CHANNELS
from plans.safety_words import GRADES, word
from plans.safety_words import RESULTS as INSPECTIONS
from tracker.registers.cells import cell_text
from tracker.registers.chunk import RowError, Rules, Step
from tracker.registers.events import Case, Event
from tracker.registers.known import Known
from tracker.registers.named import named
from tracker.schema import register_case

CORRECTED = ("petition", "hazard")
"""The registers of which an import may correct how cases came in; a sweep comes from the plan."""

_ONE_OF = {
    **dict.fromkeys(("settle", "decline", "object"), "end"),
    **dict.fromkeys(("pass", "fail"), "inspect"),
}
"""Kinds of events of which a case has one or the other at the same place."""


_FIELDS: Mapping[str, Mapping[str, str]] = {
    "settled": {"kind": "result", "result": "result"},
    "extended_to": {"effective_on": "extended_on", "by_whom": "extended_by"},
    "surveyed": {"result": "survey"},
    "held": {"places": "places", "people": "people"},
    "ordered_on": {"due": "order_due"},
    "ordered_again_on": {"due": "order_again_due"},
    "fixed": {"by_whom": "fixed_by"},
    "fixed_again": {"by_whom": "fixed_again_by"},
    "inspected": {"by_whom": "inspected_by", "kind": "inspection"},
    "inspected_again": {"by_whom": "inspected_again_by", "kind": "inspection_again"},
}
"""Field of a step → column of its event → the field that says it, where it is another one."""


def shown(rules: Rules, column: str, value: Any, kind: str | None = None) -> str:
    """What stands in a column of a case or an event, as people call it.

    Args:
        kind: that of the event, where it is of one.
    """
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return cell_text(value) if chinese() else ("yes" if value else "no")
    fixed: Mapping[str, Mapping[str, tuple[str, str]]] = {
        "channel": CHANNELS,
        "grade": GRADES,
        "kind": {} if kind is None else {**EVENT_NAMES, **INSPECTIONS},
        "result": RESULTS.get(kind or "", {}),
    }
    of_plan: Mapping[str, Mapping[str, str]] = {
        "topic": rules.named.topics,
        "kind": {**rules.named.kinds, **named(rules.registers.safety.kinds)},
        **dict.fromkeys(("community", "unit", "by_whom"), rules.named.units),
    }
    if value in (names := fixed.get(column, {})):
        return word(names, value)
    return of_plan.get(column, {}).get(value, str(value))


def refuse_other(
    connection: Connection,
    rules: Rules,
    case: Case,
    columns: Mapping[str, Any],
    fields: Mapping[str, str],
) -> NoReturn:
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
    both = {"here": here, "there": getattr(case, column)}
    if column == "sweep_id":
        c = register_case.c
        found = connection.execute(select(c.id, c.number).where(c.id.in_(both.values())))
        numbers = {row.id: row.number for row in found}
        both = {name: numbers.get(sweep) for name, sweep in both.items()}
    said = {name: shown(rules, column, value) for name, value in both.items()}
    raise RowError(fields[column], message.format(**said))


def steps_since(rules: Rules, known: Known, steps: Sequence[Step]) -> list[Step]:
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
            column, (there, here) = next(iter(others[0].items()))
            message = _("{here}: in the register it is {there}; if that is wrong, undo it")
            both = {"here": here, "there": there}
            said = {name: shown(rules, column, value, step.kind) for name, value in both.items()}
            field = _FIELDS.get(step.field, {}).get(column, step.field)
            raise RowError(field, message.format(**said))
        same.pop(others.index({}))
    return new


def _otherwise(event: Event, step: Step) -> dict[str, tuple[object, object]]:
    """Of what an event and a step say differently: what each of them says."""
    said = {"kind": step.kind, "effective_on": step.on, "due": step.due, "by_whom": step.by}
    said |= {"result": step.result, "places": step.places, "people": step.people}
    both = {column: (getattr(event, column), here) for column, here in said.items()}
    return {column: (e, s) for column, (e, s) in both.items() if s is not None and e != s}
