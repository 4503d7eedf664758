"""From the entries of a plan file to the resolved plan: templates expanded, dates worked out.

Always gives a plan, with a finding for whatever could not be resolved.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from plans.errors import BadInputError
from plans.fields import RELATIVE
from plans.format import (
    AreaEntry,
    ChildEntry,
    IndicatorEntry,
    ItemEntry,
    MilestoneEntry,
    PlanFile,
)
from plans.language import gettext as _
from plans.model import (
    Area,
    Escalation,
    Indicator,
    Item,
    Measure,
    Milestone,
    Pace,
    Plan,
    Reporting,
    Thresholds,
    Unit,
)
from plans.recurrence import occurrences
from plans.registers import MEASURES
from plans.resolve_registers import resolve_registers
from plans.typed import TypedError, fold, parse_month, quoted
from plans.workdays import Workdays
from plans.yaml_text import Finding, Map

MAX_MILESTONES = 500_000
"""Of a plan: templates and recurrences make a small file large."""


def resolve(file: PlanFile, tree: Map, workdays: Workdays) -> tuple[Plan, list[Finding]]:
    """The plan that the file means, and what could not be resolved."""
    resolver = _Resolver(file, workdays)
    areas = tuple(
        resolver.area(entry, raw) for entry, raw in zip(file.areas, tree["areas"], strict=True)
    )
    plan = Plan(
        office=file.office,
        year=file.year,
        units=tuple(Unit(**unit.model_dump()) for unit in file.units),
        areas=areas,
        title=file.title,
        language=file.language,
        simulated=file.simulated,
        thresholds=Thresholds(**file.thresholds.model_dump()),
        reporting=Reporting(**file.reporting.model_dump()),
        escalation=Escalation(**file.escalation.model_dump()),
        wording=tuple(file.wording.items()),
        registers=resolve_registers(file.registers, file.language),
    )
    return plan, resolver.found


class _Resolver:
    def __init__(self, file: PlanFile, workdays: Workdays) -> None:
        self.file = file
        self.workdays = workdays
        self.found: list[Finding] = []
        self.made = 0

    def area(self, entry: AreaEntry, raw: Map) -> Area:
        items = zip(entry.items, raw.get("items") or (), strict=True)
        return Area(entry.code, entry.title, tuple(self.item(item, r) for item, r in items))

    def item(self, entry: ChildEntry, raw: Map) -> Item:
        children: tuple[Item, ...] = ()
        if isinstance(entry, ItemEntry):
            pairs = zip(entry.children, raw.get("children") or (), strict=True)
            children = tuple(self.item(child, r) for child, r in pairs)
        indicators = tuple(map(_indicator, entry.indicators))
        milestones = self._milestones(entry, raw)
        measure = entry.measure or _default_measure(children, indicators, milestones)
        table = entry.pace if isinstance(entry.pace, dict) else {}
        named = entry.pace if isinstance(entry.pace, str) else None
        return Item(
            code=entry.code,
            title=entry.title,
            lead=entry.lead,
            start=entry.start,
            due=entry.due,
            support=tuple(entry.support),
            person=entry.person,
            leader=entry.leader,
            weight=entry.weight,
            pace="table" if table else named or _default_pace(measure, milestones),
            targets=self._targets(table, raw) if table else (),
            measure=measure,
            report=entry.report or self.file.reporting.every,
            indicators=indicators,
            milestones=milestones,
            recurring=entry.every is not None,
            after=tuple(entry.after),
            source=entry.source,
            assumed=entry.assumed,
            summary=entry.summary,
            children=children,
        )

    def _milestones(self, entry: ChildEntry, raw: Map) -> tuple[Milestone, ...]:
        given = [key for key in ("template", "milestones", "every") if raw.has(key)]
        if len(given) > 1:
            message = _("{keys} together; expected one of template, milestones and every")
            self._add(raw, given[1], message.format(keys=" + ".join(given)))
        if entry.day is not None and entry.every is None and "every" not in raw.removed:
            self._add(raw, "day", _("day: expected only together with 'every'"))
        if self.made > MAX_MILESTONES:
            return ()
        milestones = self._made(entry, raw)
        self.made += len(milestones)
        if self.made > MAX_MILESTONES:
            message = _("more than {limit} milestones in the plan; expected fewer")
            self._add(raw, "code", message.format(limit=MAX_MILESTONES))
        return milestones

    def _made(self, entry: ChildEntry, raw: Map) -> tuple[Milestone, ...]:
        if entry.every is not None:
            return self._occurrences(entry, raw)
        if entry.template is not None:
            return self._from_template(entry.template, entry, raw)
        lines = [step.line_of("due") for step in raw.get("milestones") or ()]
        return self._dated(entry.milestones, entry, lines)

    def _occurrences(self, entry: ChildEntry, raw: Map) -> tuple[Milestone, ...]:
        every, year = entry.every or "", self.file.year
        if not entry.start.year == entry.due.year == year or entry.start > entry.due:
            return ()  # a problem by itself, and centuries of weeks would fill the memory
        try:
            found = occurrences(every, entry.start, entry.due, entry.day, self.file.language)
        except BadInputError as error:
            self._add(raw, "day", str(error))
            return ()
        if not found:
            message = _("every {every}: no occurrence is due between start and due")
            self._add(raw, "every", message.format(every=quoted(every)))
        return found

    def _from_template(self, name: str, entry: ChildEntry, raw: Map) -> tuple[Milestone, ...]:
        steps = self.file.milestone_templates.get(name)
        if steps is None:
            known = ", ".join(self.file.milestone_templates) or _(
                "a name under milestone_templates"
            )
            message = _("template {name} is not defined; expected {known}")
            self._add(raw, "template", message.format(name=quoted(name), known=known))
            return ()
        return self._dated(steps, entry, [raw.line_of("template")] * len(steps))

    def _dated(
        self, steps: list[MilestoneEntry], entry: ChildEntry, lines: list[int]
    ) -> tuple[Milestone, ...]:
        dated = []
        for step, line in zip(steps, lines, strict=True):
            due = step.due
            if isinstance(due, str):
                due = self._relative(due, entry, line)
            dated.append(Milestone(step.code, step.title, due, step.weight or 1))
        return tuple(dated)

    def _relative(self, text: str, entry: ChildEntry, line: int) -> date:
        match = RELATIVE.fullmatch(text)
        base = entry.start if text.startswith("start") else entry.due
        if match is None or match[2] is None:
            return base
        days = int(match[2] + match[3])
        if match[4].startswith("day"):
            return base + timedelta(days)
        return self.workdays.add(base, days)

    def _targets(self, table: dict[str, Decimal], raw: Map) -> tuple[tuple[date, Decimal], ...]:
        targets: dict[date, Decimal] = {}
        for text, share in table.items():
            try:
                last_day = parse_month(text, self.file.year)[1]
            except TypedError as error:
                self._add(raw["pace"], text, str(error))
                continue
            if last_day.year != self.file.year:
                message = _("{month} is outside the year {year} of the plan")
                self._add(raw["pace"], text, message.format(month=text, year=self.file.year))
            if last_day in targets:
                message = _("month {month} stands twice").format(month=quoted(text))
                self._add(raw["pace"], text, message)
            targets[last_day] = share
        return tuple(sorted(targets.items()))

    def _add(self, raw: Any, key: str, message: str) -> None:
        self.found.append((raw.line_of(key), message))


def _indicator(entry: IndicatorEntry) -> Indicator:
    values = dict(entry)
    register, kind = values.pop("taken_from"), values.pop("kind")
    if register is not None:
        rate = MEASURES[register][0] == "rate"
        values["reading"] = "latest" if rate else "sum"
        values["unit"] = "%" if fold(entry.unit) == "%" else entry.unit
    return Indicator(**values, register=register, register_kind=kind)


def _default_measure(
    children: tuple[Item, ...],
    indicators: tuple[Indicator, ...],
    milestones: tuple[Milestone, ...],
) -> Measure:
    if children:
        return "children"
    judged = any(indicator.target is not None for indicator in indicators)
    return "milestones" if milestones and not judged else "indicators"


def _default_pace(measure: Measure, milestones: tuple[Milestone, ...]) -> Pace:
    """Works are judged against their planned curve of milestones, not the calendar alone."""
    if measure == "children":
        return "children"
    return "milestones" if milestones else "linear"
