"""Checks within an item: its units, dates, weights, and what it is measured by."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from plans.language import gettext as _
from plans.language import listed
from plans.model import Item, Plan
from plans.typed import fold, parse_quantity, quoted
from plans.yaml_text import Finding, Map

OF_TARGET = ("target", "percent")
FIGURES = ("figure", "compare", *OF_TARGET)
"""What an item's sentence may ask of an indicator, by its name (docs/wording.md)."""


def check_item(
    plan: Plan,
    parent: Item | None,
    item: Item,
    raw: Map,
    units: frozenset[str],
    *,
    dated: bool,
) -> list[Finding]:
    """Everything that is wrong with an item, given its place in the file and the known units.

    Args:
        dated: whether its dates can be looked at: they are of the plan's year.
    """
    return [
        *_units(plan, item, raw, units),
        *(_dates(plan, parent, item, raw) if dated else ()),
        *_content(item, raw),
        *_indicators(item, raw),
        *_milestones(item, raw, dated),
        *_table(item, raw),
        *_summary(item, raw),
    ]


def twice(coded: Iterable[tuple[str, Map]], key: str) -> Iterator[Finding]:
    """Codes or names that stand twice, given with the entries in which they stand."""
    first: dict[str, int] = {}
    for code, raw in coded:
        line = raw.line_of(key)
        if code in first and key not in raw.removed:
            message = _("{key} {code} stands twice; it is already in line {line}")
            yield line, message.format(key=key, code=quoted(code), line=first[code])
        first.setdefault(code, line)


def unit_expected(plan: Plan, typed: str) -> str:
    """What was expected in place of a code that no unit has: the name of one may stand there."""
    if code := next((unit.code for unit in plan.units if fold(unit.name) == typed), None):
        return _("use the code: {code}").format(code=code)
    return _("expected a code listed under units")


def _units(plan: Plan, item: Item, raw: Map, units: frozenset[str]) -> Iterator[Finding]:
    if item.lead not in units and "lead" not in raw.removed:
        message = _("lead {code} is no unit; {expected}")
        text = message.format(code=quoted(item.lead), expected=unit_expected(plan, item.lead))
        yield raw.line_of("lead"), text
    lines = raw["support"].lines if item.support else []
    for code, line in zip(item.support, lines, strict=True):
        if code not in units:
            message = _("support {code} is no unit; {expected}")
            yield line, message.format(code=quoted(code), expected=unit_expected(plan, code))
        elif code == item.lead:
            message = _("support {code} already leads the item; expected other units")
            yield line, message.format(code=quoted(code))
    for code, count in Counter(item.support).items():
        if count > 1:
            message = _("support {code} stands twice").format(code=quoted(code))
            yield raw.line_of("support"), message


def _dates(plan: Plan, parent: Item | None, item: Item, raw: Map) -> Iterator[Finding]:
    for key in ("start", "due"):
        day = getattr(item, key)
        if day.year != plan.year:
            message = _("{key} {day} is outside the year {year} of the plan")
            yield raw.line_of(key), message.format(key=key, day=day, year=plan.year)
    if item.start > item.due:
        message = _("start {start} is after due {due}; expected start on or before due")
        yield raw.line_of("start"), message.format(start=item.start, due=item.due)
    if parent and item.start < parent.start:
        message = _("start {day} is before the start {limit} of {code}, the item around it")
        text = message.format(day=item.start, limit=parent.start, code=parent.code)
        yield raw.line_of("start"), text
    if parent and item.due > parent.due:
        message = _("due {day} is after the due date {limit} of {code}, the item around it")
        yield raw.line_of("due"), message.format(day=item.due, limit=parent.due, code=parent.code)


def _content(item: Item, raw: Map) -> Iterator[Finding]:
    if raw.removed:
        return
    has = {
        "children": bool(item.children),
        "indicators": bool(item.indicators),
        "milestones": bool(item.milestones) or raw.has("every") or raw.has("template"),
    }
    if not any(has.values()):
        message = _("item {code} has nothing to follow; expected indicators, milestones, template, "
                    "every or children")  # fmt: skip
        yield raw.line_of("code"), message.format(code=quoted(item.code))
        return
    if has["children"] and has["milestones"]:
        message = _("item {code} has children and milestones of its own; expected one of them")
        yield raw.line_of("children"), message.format(code=quoted(item.code))
    if has["children"] and has["indicators"] and not raw.has("measure"):
        message = _("item {code} has children and indicators; expected measure: children or "
                    "measure: indicators")  # fmt: skip
        yield raw.line_of("indicators"), message.format(code=quoted(item.code))
    for key, wanted in (("measure", item.measure), ("pace", item.pace)):
        if raw.has(key) and not has.get(wanted, True):
            message = _("{key}: {wanted}, but item {code} has no {wanted}")
            text = message.format(key=key, wanted=wanted, code=quoted(item.code))
            yield raw.line_of(key), text


def _indicators(item: Item, raw: Map) -> Iterator[Finding]:
    entries = raw.get("indicators") or ()
    named = [(i.name, r) for i, r in zip(item.indicators, entries, strict=True)]
    yield from twice(named, "name")
    for indicator, entry in zip(item.indicators, entries, strict=True):
        if indicator.sense != "at_most" and indicator.target == 0:
            message = _("target 0 is reached before anything is done; expected more than 0, or "
                        "sense: at_most")  # fmt: skip
            yield entry.line_of("target"), message


def _milestones(item: Item, raw: Map, dated: bool) -> Iterator[Finding]:
    entries = raw.get("milestones") or ()
    if entries and not raw.has("template") and not raw.has("every"):
        if "milestones" not in raw.removed:
            yield from weights(entries)
        coded = [(m.code, r) for m, r in zip(item.milestones, entries, strict=True)]
        yield from twice(coded, "code")
        lines = [entry.line_of("due") for entry in entries]
    else:
        lines = [raw.line_of("template")] * len(item.milestones)
    for milestone, line in zip(item.milestones if dated else (), lines, strict=dated):
        if not item.start <= milestone.due <= item.due and item.start <= item.due:
            message = _("milestone {code} is due {due}; expected from {start} to {end}, the dates "
                        "of item {item}")  # fmt: skip
            yield line, message.format(
                code=quoted(milestone.code), due=milestone.due, start=item.start, end=item.due,
                item=item.code,
            )  # fmt: skip


def weights(entries: Iterable[Map]) -> Iterator[Finding]:
    """Whether the weights of milestones are all left out, or add up to 100."""
    entries = list(entries)
    given = [int(parse_quantity(entry["weight"])) for entry in entries if entry.has("weight")]
    if not given or any("weight" in entry.removed for entry in entries):
        return
    line = entries[0].line_of("weight")
    if len(given) < len(entries):
        yield line, _("weight: some milestones have none; expected all of them or none")
    elif sum(given) != 100:
        message = _("weight: the milestones add up to {total}; expected 100")
        yield line, message.format(total=sum(given))


def _table(item: Item, raw: Map) -> Iterator[Finding]:
    if not item.targets or "pace" in raw.removed:
        return
    shares = [share for _month, share in item.targets]
    if shares != sorted(shares):
        yield raw.line_of("pace"), _("pace: the shares fall; expected them to rise month by month")
    if shares[-1] != Decimal(1):
        message = _("pace: the last share is {share:.0%}; expected 100%")
        yield raw.line_of("pace"), message.format(share=shares[-1])


def _summary(item: Item, raw: Map) -> Iterator[Finding]:
    """Figures in the item's own sentence of indicators that it has not."""
    if item.summary is None or raw.removed & {"indicators", "children"}:
        return
    from plans.templates import called  # most items have no sentence, and jinja2 is slow to load

    there = {i.name: i for part in (*item.children, item) for i in part.indicators}
    for function, name in called(item.summary):
        shown = f"{function}({quoted(name)})"
        if function not in FIGURES:
            continue
        if name not in there:
            message = _("summary: {call}: item {code} has no such indicator; expected {known}")
            known = listed(list(there)) or _("none")
            yield (
                raw.line_of("summary"),
                message.format(call=shown, code=item.code, known=known),
            )
        elif function in OF_TARGET and there[name].target is None:
            message = _("summary: {call}: the indicator has no target")
            yield raw.line_of("summary"), message.format(call=shown)
