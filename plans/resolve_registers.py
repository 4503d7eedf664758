"""From ``registers:`` of a plan file to the rules that hold: what is left out is the default."""

from dataclasses import replace
from typing import Any, TypeVar

from plans.fields import Part
from plans.format_registers import (
    NamedEntry,
    OrderKindEntry,
    RegistersEntry,
    RhythmEntry,
    UnitNamesEntry,
)
from plans.registers import Named, OrderKind, Registers, SweepRhythm, UnitNames

Rules = TypeVar("Rules", bound=Any)

MADE = {
    NamedEntry: Named,
    OrderKindEntry: OrderKind,
    RhythmEntry: SweepRhythm,
    UnitNamesEntry: UnitNames,
}

ENGLISH = {
    "property": "property management",
    "noise": "noise",
    "building": "illegal building",
    "sanitation": "sanitation",
    "parking": "parking",
    "drains": "drains and flooding",
    "relocation": "relocation",
    "welfare": "welfare",
    "heating": "water, gas and heating",
    "order": "trading in the street",
    "other": "other",
    "enquiry": "enquiry",
    "help": "help",
    "complaint": "complaint",
    "wires": "charging by flying wires",
    "falling": "falling objects",
    "exits": "blocked fire exits",
    "clutter": "clutter in stairwells",
}
"""What the topics and kinds that a plan does not list itself are called in a plan in English."""


def defaults(language: str) -> Registers:
    """What holds where a plan says nothing, with names in its language."""
    rules = Registers()
    if language != "en":
        return rules
    return replace(
        rules,
        topics=_in_english(rules.topics),
        orders=replace(rules.orders, kinds=_in_english(rules.orders.kinds)),
        safety=replace(rules.safety, kinds=_in_english(rules.safety.kinds)),
    )


def _in_english(coded: Any) -> Any:
    return tuple(replace(one, name=ENGLISH[one.code]) for one in coded)


def resolve_registers(entry: RegistersEntry | None, language: str) -> Registers:
    """What a plan says of its registers, all of it."""
    rules = defaults(language)
    return rules if entry is None else _over(rules, entry)


def _over(rules: Rules, entry: Part) -> Rules:
    """The rules with what the entry gives in place of theirs."""
    given = {
        key: _meant(getattr(rules, key), getattr(entry, key)) for key in entry.model_fields_set
    }
    return replace(rules, **given)


def _meant(default: Any, given: Any) -> Any:
    if isinstance(given, list):
        return tuple(_made(one) if isinstance(one, Part) else one for one in given)
    return _over(default, given) if isinstance(given, Part) else given


def _made(entry: Part) -> Any:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in dict(entry).items()}
    return MADE[type(entry)](**values)
