"""Checks across a whole plan: codes, units, dates against each other, weights, order, templates."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plans.language import gettext as _
from plans.model import Item, Plan
from plans.order import cycles
from plans.typed import TypedError, parse_code, quoted
from plans.yaml_text import Finding, Map, Seq


@dataclass(frozen=True, slots=True)
class Declared:
    """The codes that stand in the file, also in entries that had to be taken out."""

    units: frozenset[str]
    items: frozenset[str]

    @staticmethod
    def of(tree: Map) -> "Declared":
        """What is declared in the data of a plan file, before anything is taken out."""
        items: list[Map] = []
        for area in _maps(tree.get("areas")):
            for item in _maps(area.get("items")):
                items += [item, *_maps(item.get("children"))]
        return Declared(_codes_of(_maps(tree.get("units"))), _codes_of(items))


def _maps(node: Any) -> list[Map]:
    return [entry for entry in node if isinstance(entry, Map)] if isinstance(node, Seq) else []


def _codes_of(maps: Iterable[Map]) -> frozenset[str]:
    codes = set()
    for entry in maps:
        try:
            codes.add(parse_code(str(entry.get("code"))))
        except TypedError:
            continue
    return frozenset(codes)


Pair = tuple[Item | None, Item, Map]
"""Parent, item, and the item's place in the file."""


def check(plan: Plan, tree: Map, declared: Declared) -> list[Finding]:
    """Everything that is wrong between the parts of a plan.

    Args:
        plan: what the file means.
        tree: the data it was made from, for the lines.
        declared: codes that exist, though their entry may be unacceptable.
    """
    pairs = list(_pairs(plan, tree))
    found = list(_settings(plan, tree))
    found += _twice(((a.code, r) for a, r in zip(plan.areas, tree["areas"], strict=True)), "code")
    found += _twice(((u.code, r) for u, r in zip(plan.units, tree["units"], strict=True)), "code")
    found += _twice(((item.code, raw) for _parent, item, raw in pairs), "code")
    for steps in (tree.get("milestone_templates") or {}).values():
        found += _weights(steps)
        found += _twice(((parse_code(step["code"]), step) for step in steps), "code")
    for parent, item, raw in pairs:
        found += _units(item, raw, declared)
        found += _dates(plan, parent, item, raw)
        found += _content(item, raw)
        found += _indicators(item, raw)
        found += _milestones(item, raw)
        found += _table(item, raw)
    found += _order(pairs, declared)
    found += _templates(pairs, tree)
    return found


def _pairs(plan: Plan, tree: Map) -> Iterator[Pair]:
    for area, raw_area in zip(plan.areas, tree["areas"], strict=True):
        for item, raw in zip(area.items, raw_area.get("items") or (), strict=True):
            yield None, item, raw
            for child, raw_child in zip(item.children, raw.get("children") or (), strict=True):
                yield item, child, raw_child


def _settings(plan: Plan, tree: Map) -> Iterator[Finding]:
    ordered = (
        ("thresholds", plan.thresholds, "behind_points", "far_behind_points"),
        ("thresholds", plan.thresholds, "unstarted_behind_days", "unstarted_far_behind_days"),
        ("escalation", plan.escalation, "unit_head_after_workdays", "leader_after_workdays"),
    )
    for part, settings, small, large in ordered:
        low, high = getattr(settings, small), getattr(settings, large)
        if low > high:
            message = _("{small} ({low}) is larger than {large} ({high}); expected at most that")
            text = message.format(small=small, low=low, large=large, high=high)
            raw = tree[part]
            yield raw.line_of(small if raw.has(small) else large), text


def _twice(coded: Iterable[tuple[str, Map]], key: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for code, raw in coded:
        line = raw.line_of(key)
        if code in first and key not in raw.removed:
            message = _("{key} {code} stands twice; it is already in line {line}")
            yield line, message.format(key=key, code=quoted(code), line=first[code])
        first.setdefault(code, line)


def _units(item: Item, raw: Map, declared: Declared) -> Iterator[Finding]:
    expected = _("expected a code listed under units")
    if item.lead not in declared.units and "lead" not in raw.removed:
        message = _("lead {code} is no unit; {expected}")
        yield raw.line_of("lead"), message.format(code=quoted(item.lead), expected=expected)
    lines = raw["support"].lines if item.support else []
    for code, line in zip(item.support, lines, strict=True):
        if code not in declared.units:
            message = _("support {code} is no unit; {expected}")
            yield line, message.format(code=quoted(code), expected=expected)
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
    yield from _twice(named, "name")
    for indicator, entry in zip(item.indicators, entries, strict=True):
        if indicator.sense == "at_least" and indicator.target == 0:
            message = _("target 0 is reached before anything is done; expected more than 0, or "
                        "sense: at_most")  # fmt: skip
            yield entry.line_of("target"), message


def _milestones(item: Item, raw: Map) -> Iterator[Finding]:
    entries = raw.get("milestones") or ()
    if entries and not raw.has("template") and not raw.has("every"):
        yield from _weights(entries)
        coded = [(m.code, r) for m, r in zip(item.milestones, entries, strict=True)]
        yield from _twice(coded, "code")
        lines = [entry.line_of("due") for entry in entries]
    else:
        lines = [raw.line_of("template")] * len(item.milestones)
    for milestone, line in zip(item.milestones, lines, strict=True):
        if not item.start <= milestone.due <= item.due and item.start <= item.due:
            message = _("milestone {code} is due {due}; expected from {start} to {end}, the dates "
                        "of item {item}")  # fmt: skip
            yield line, message.format(
                code=quoted(milestone.code), due=milestone.due, start=item.start, end=item.due,
                item=item.code,
            )  # fmt: skip


def _weights(entries: Iterable[Map]) -> Iterator[Finding]:
    entries = list(entries)
    given = [int(entry["weight"]) for entry in entries if entry.has("weight")]
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


def _order(pairs: list[Pair], declared: Declared) -> Iterator[Finding]:
    lines: dict[str, int] = {}
    edges: dict[str, list[str]] = {}
    for parent, item, raw in pairs:
        lines.setdefault(item.code, raw.line_of("after"))
        waits_for = edges.setdefault(item.code, [])
        # An item is finished when its children are.
        waits_for += [child.code for child in item.children]
        family = {child.code for child in item.children} | ({parent.code} if parent else set())
        for code in item.after:
            if code not in declared.items:
                message = _("after {code}: there is no such item; expected the code of an item")
                yield raw.line_of("after"), message.format(code=quoted(code))
            elif code in family:
                message = _("after {code}: an item cannot wait for its own parent or child")
                yield raw.line_of("after"), message.format(code=quoted(code))
            else:
                waits_for.append(code)
    for cycle in cycles(edges):
        message = _("after: {cycle} wait for each other; expected an order without a circle")
        yield lines[cycle[0]], message.format(cycle=" → ".join(cycle))


def _templates(pairs: list[Pair], tree: Map) -> Iterator[Finding]:
    texts = [(item.summary, raw.line_of("summary")) for _parent, item, raw in pairs if item.summary]
    if tree.has("wording"):
        texts += [(text, tree["wording"].line_of(name)) for name, text in tree["wording"].items()]
    if not texts:
        return
    # Not at the top: most plans have none, and jinja2 takes a while to load.
    from plans.templates import syntax_problem

    for text, line in texts:
        if problem := syntax_problem(text):
            yield line, problem
