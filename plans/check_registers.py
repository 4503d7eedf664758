"""Checks of what a plan says of its registers, and of the indicators computed from them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from plans.check_item import twice, unit_expected
from plans.language import gettext as _
from plans.model import Indicator, Plan
from plans.registers import MEASURES, OrderRules, SweepRhythm
from plans.typed import fold, quoted
from plans.yaml_text import Finding, Map

NUMBER_LENGTH = 60
"""So long at most may be the number of a case (``plans.sweep_calendar.Occurrence``)."""

DATE_LENGTH = len("--2024-12-31")
"""What a number holds besides the codes of a rhythm and a community."""


def check_registers(
    plan: Plan, tree: Map, units: frozenset[str], kinds: Collection[str]
) -> list[Finding]:
    """Everything that is wrong in ``registers:``.

    Args:
        units: codes of units that exist, though their entry may be unacceptable.
        kinds: the same for the kinds of hazards.
    """
    raw = _below(tree, "registers")
    safety, orders, warnings = (_below(raw, key) for key in ("safety", "orders", "warnings"))
    found: list[Finding] = []
    for entries in (raw.get("topics"), orders.get("kinds"), safety.get("kinds")):
        for key in ("code", "name"):
            found += twice(((fold(str(e[key])), e) for e in entries or ()), key)
        found += _called_twice(entries or ())
    found += _unit_names(plan, raw.get("units") or (), units)
    found += twice(((fold(str(e["code"])), e) for e in safety.get("rhythms") or ()), "code")
    found += _order_kinds(plan.registers.orders, orders)
    found += _in_order(warnings, "days", [-day for day in plan.registers.warnings.days])
    found += _in_order(safety, "order_days", plan.registers.safety.order_days)
    rhythms = [*zip(plan.registers.safety.rhythms, safety.get("rhythms") or (), strict=True)]
    for rhythm, entry in rhythms:
        found += _rhythm(plan, rhythm, entry, units, kinds)
    return [*found, *_without_unit(plan, tree, rhythms)]


def _called_twice(entries: Iterable[Map], names: Mapping[str, str] = {}) -> Iterator[Finding]:
    """Other names that are those of something else in the list, or stand twice.

    Args:
        names: code → name of those that give only their code.
    """
    entries = [*entries]
    of = {fold(name): code for code, name in names.items()}
    of |= {fold(str(e["name"])): fold(str(e["code"])) for e in entries if e.has("name")}
    seen: set[str] = set()
    for entry in entries:
        for also in entry.get("also") or ():
            name, code = fold(str(also)), fold(str(entry["code"]))
            if name in seen or of.get(name, code) != code:
                message = _("also {name}: something else in the list is called so already")
                yield entry.line_of("also"), message.format(name=quoted(str(also)))
            seen.add(name)


def _unit_names(plan: Plan, entries: Iterable[Map], units: frozenset[str]) -> Iterator[Finding]:
    entries = [*entries]
    yield from twice(((fold(str(e["code"])), e) for e in entries), "code")
    yield from _called_twice(entries, {unit.code: unit.name for unit in plan.units})
    for entry in entries:
        code = fold(str(entry["code"]))
        if code not in units and "code" not in entry.removed:
            message = _("unit {code} is no unit; {expected}")
            expected = unit_expected(plan, code)
            yield entry.line_of("code"), message.format(code=quoted(code), expected=expected)


def _below(raw: Map, key: str) -> Map:
    return raw[key] if raw.has(key) else Map(0)


def _order_kinds(orders: OrderRules, raw: Map) -> Iterator[Finding]:
    lines = [entry.line_of("settle") for entry in raw.get("kinds") or ()]
    lines = lines or [raw.line_of("sign")] * len(orders.kinds)  # the kinds are the default ones
    for kind, line in zip(orders.kinds, lines, strict=True):
        alike = kind.settle.workdays == orders.sign.workdays
        if alike and kind.settle.number < orders.sign.number:
            message = _("order {code}: {settle} to settle it is less than {sign} to sign for it")
            text = message.format(code=quoted(kind.code), settle=kind.settle, sign=orders.sign)
            yield line, text


def _in_order(raw: Map, key: str, rising: Collection[int]) -> Iterator[Finding]:
    if raw.has(key) and any(a >= b for a, b in pairwise(rising)):
        message = (
            _("days: {days}; expected each less than the one before, such as 7, 3")
            if key == "days"
            else _("order_days: {days}; expected each more than the one before, such as 1, 3, 7")
        )
        yield raw.line_of(key), message.format(days=", ".join(raw[key]))


def _rhythm(
    plan: Plan, rhythm: SweepRhythm, raw: Map, units: frozenset[str], kinds: Collection[str]
) -> Iterator[Finding]:
    if rhythm.kind not in kinds and "kind" not in raw.removed:
        yield raw.line_of("kind"), _no_such_kind(rhythm.kind, kinds)
    if rhythm.unit is not None and rhythm.unit not in units and "unit" not in raw.removed:
        message = _("unit {code} is no unit; {expected}")
        expected = unit_expected(plan, rhythm.unit)
        yield raw.line_of("unit"), message.format(code=quoted(rhythm.unit), expected=expected)
    communities = [unit.code for unit in plan.units if unit.kind == "community"]
    if rhythm.per == "community" and not communities:
        yield raw.line_of("per"), _("per: community, but no unit is of kind: community")
    elif rhythm.per == "community":
        longest = max(communities, key=len)
        most = NUMBER_LENGTH - DATE_LENGTH - len(longest)
        if len(rhythm.code) > most:
            message = _("code {code} is longer than {most}, what numbers of sweeps have room for "
                        "beside the code {community}")  # fmt: skip
            text = message.format(code=quoted(rhythm.code), most=most, community=quoted(longest))
            yield raw.line_of("code"), text


def _without_unit(
    plan: Plan, tree: Map, rhythms: list[tuple[SweepRhythm, Map]]
) -> Iterator[Finding]:
    """Sweeps of the office that nobody holds. Whoever leads an item with figures of them could."""
    measured = (i.register for *_, item in plan.walk() for i in item.indicators)
    counted = any(MEASURES[register][1] != "petition" for register in measured if register)
    if counted or "areas" in tree.removed:  # such an item may be among what had to be taken out
        return
    for rhythm, entry in rhythms:
        if rhythm.per == "office" and rhythm.unit is None:
            message = _("rhythm {code}: key unit is missing, and no item takes its figures from "
                        "sweeps or hazards whose lead could hold it")  # fmt: skip
            yield entry.line_of("code"), message.format(code=quoted(rhythm.code))


def _no_such_kind(code: str, kinds: Collection[str]) -> str:
    near = get_close_matches(code, kinds, n=3, cutoff=0.5) or kinds
    message = _("kind {code}: there is no such kind of hazard; there are: {near}")
    return message.format(code=quoted(code), near=", ".join(near))


def check_computed(indicator: Indicator, raw: Map, kinds: Collection[str]) -> Iterator[Finding]:
    """What is wrong with an indicator as one that is computed from a register.

    Args:
        raw: its place in the file.
        kinds: codes of the kinds of hazards.
    """
    register, reading, unit = indicator.register, indicator.reading, indicator.unit
    if register is None:
        if indicator.register_kind is not None and "register" not in raw.removed:
            yield raw.line_of("kind"), _("kind: expected only together with 'register'")
        return
    how, of = MEASURES[register]
    if raw.has("reading") and raw["reading"] != reading:
        message = _("reading: {given}, but {register} is read as {reading}; leave it out")
        text = message.format(given=raw["reading"], register=register, reading=reading)
        yield raw.line_of("reading"), text
    if (how == "rate") != (unit == "%") and "unit" not in raw.removed:
        message = (
            _("unit: {unit}, but {register} is a rate; expected '%'")
            if how == "rate"
            else _("unit: {unit}, but {register} is a count; expected for example 件")
        )
        yield raw.line_of("unit"), message.format(unit=quoted(unit), register=register)
    if indicator.register_kind is not None and of == "petition":
        message = _("kind: {register} has no kinds; expected only with sweeps.… and hazards.…")
        yield raw.line_of("kind"), message.format(register=register)
    elif indicator.register_kind not in (None, *kinds):
        yield raw.line_of("kind"), _no_such_kind(str(indicator.register_kind), kinds)
