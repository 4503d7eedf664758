"""Checks between the parts of a plan: codes, settings, order, templates; items by themselves
in ``plans/check_item.py``, registers in ``plans/check_registers.py``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from plans.check_item import check_item, twice, weights
from plans.check_registers import check_computed, check_registers
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
    kinds: frozenset[str]

    @staticmethod
    def of(tree: Map) -> "Declared":
        """What is declared in the data of a plan file, before anything is taken out."""
        items: list[Map] = []
        for area in _maps(tree.get("areas")):
            for item in _maps(area.get("items")):
                items += [item, *_maps(item.get("children"))]
        kinds: Any = tree
        for key in ("registers", "safety", "kinds"):
            kinds = kinds.get(key) if isinstance(kinds, Map) else None
        return Declared(*map(_codes_of, (_maps(tree.get("units")), items, _maps(kinds))))


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
    found += twice(((a.code, r) for a, r in zip(plan.areas, tree["areas"], strict=True)), "code")
    found += twice(((u.code, r) for u, r in zip(plan.units, tree["units"], strict=True)), "code")
    found += twice(((item.code, raw) for _parent, item, raw in pairs), "code")
    if tree.has("milestone_templates"):
        templates = tree["milestone_templates"]
        for steps in (templates[name] for name in templates.keys() - templates.removed):
            found += weights(steps)
            found += twice(((parse_code(step["code"]), step) for step in steps), "code")
    wrong_year = list(_wrong_year(plan, pairs, tree))
    found += wrong_year
    for parent, item, raw in pairs:
        found += check_item(plan, parent, item, raw, declared.units, dated=not wrong_year)
    kinds = sorted({kind.code for kind in plan.registers.safety.kinds} | declared.kinds)
    found += check_registers(plan, tree, declared.units, kinds)
    for _parent, item, raw in pairs:
        for indicator, entry in zip(item.indicators, raw.get("indicators") or (), strict=True):
            found += check_computed(indicator, entry, kinds)
    found += _order(pairs, declared)
    found += _templates(pairs, tree)
    return found


def _pairs(plan: Plan, tree: Map) -> Iterator[Pair]:
    for area, raw_area in zip(plan.areas, tree["areas"], strict=True):
        for item, raw in zip(area.items, raw_area.get("items") or (), strict=True):
            yield None, item, raw
            for child, raw_child in zip(item.children, raw.get("children") or (), strict=True):
                yield item, child, raw_child


def _wrong_year(plan: Plan, pairs: list[Pair], tree: Map) -> Iterator[Finding]:
    """A slip in the year of the plan: told once, and not for every date."""
    years = Counter(day.year for _parent, item, _raw in pairs for day in (item.start, item.due))
    if len(pairs) > 1 and years:
        year, count = years.most_common(1)[0]
        if year != plan.year and 2 * count > years.total():
            message = _("year: {year}, but {count} of {total} dates of items are of {other}")
            text = message.format(year=plan.year, count=count, total=years.total(), other=year)
            yield tree.line_of("year"), text


def _settings(plan: Plan, tree: Map) -> Iterator[Finding]:
    ordered = (
        ("thresholds", plan.thresholds, "behind_points", "far_behind_points"),
        ("thresholds", plan.thresholds, "unstarted_behind_days", "unstarted_far_behind_days"),
        ("escalation", plan.escalation, "unit_head_after_workdays", "leader_after_workdays"),
        ("warnings", plan.registers.warnings, "window_days", "history_days"),
    )
    for part, settings, small, large in ordered:
        low, high = getattr(settings, small), getattr(settings, large)
        if low > high:
            message = _("{small} ({low}) is larger than {large} ({high}); expected at most that")
            text = message.format(small=small, low=low, large=large, high=high)
            raw = tree[part] if part in tree else tree["registers"][part]
            yield raw.line_of(small if raw.has(small) else large), text


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
        shown = cycle if len(cycle) <= 10 else [*cycle[:5], "…", *cycle[-4:]]
        message = _("after: {cycle} wait for each other; expected an order without a circle")
        yield lines[cycle[0]], message.format(cycle=" → ".join(shown))


def _templates(pairs: list[Pair], tree: Map) -> Iterator[Finding]:
    texts = [(item.summary, raw.line_of("summary")) for _parent, item, raw in pairs if item.summary]
    wording = tree["wording"] if tree.has("wording") else Map(0)
    texts += [(text, wording.line_of(name)) for name, text in wording.items()]
    if not texts:
        return
    # Not at the top: most plans have none, and jinja2 takes a while to load.
    from plans.phrasing import templates
    from plans.templates import syntax_problem

    known = templates("zh")
    for text, line in texts:
        if problem := syntax_problem(text):
            yield line, problem
    for name, text in wording.items():
        if name not in known and not syntax_problem(text):
            message = _("wording {name}: there is no such sentence; see docs/wording.md")
            yield wording.line_of(name), message.format(name=quoted(name))
