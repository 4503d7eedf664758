"""Cases that are not counted any more, for totals stand for the period in which they lie."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from plans.language import gettext as _
from plans.language import listed
from plans.register_words import measure_name
from plans.registers import HOTLINE, MEASURES
from tracker.registers.look import Look
from tracker.registers.total import Total
from tracker.sight import Column

Group = tuple[int, str]
"""Plan, and the first part of a measure's name: petitions, orders, sweeps, hazards."""

SHOWN = 12  # periods of which it is told

_GROUPS = {"petition": "petitions", "sweep": "sweeps", "hazard": "hazards"}


def not_counted(connection: Connection, totals: Iterable[Total]) -> Iterator[str]:
    """Of each period how many cases were recorded in it that are not counted, and for what.

    Args:
        totals: new ones; those that take a figure back stand for nothing.
    """
    totals = [*totals]
    found: defaultdict[tuple[Group, str | None, date, date], list[str]] = defaultdict(list)
    for t in totals:
        if t.amount is not None:
            group = t.plan_id, t.measure.partition(".")[0]
            found[group, t.kind, t.first, t.last].append(t.measure)
    days = _days(connection, {plan for (plan, _group), *_rest in found}, found_in(found.values()))
    names = {t.kind: t.kind_name or t.kind for t in totals}
    told = 0
    for (group, kind, first, last), measures in found.items():
        cases = sum(
            count
            for of_kind, day, count in days[group]
            if kind in (None, of_kind) and first.toordinal() <= day <= last.toordinal()
        )
        if cases:
            message = _(
                "{first} to {last}: totals stand for this period; cases of it that are not counted "
                "for {measures}: {cases}"
            )
            said = listed([*map(measure_name, measures)], 5) + (f" ({names[kind]})" if kind else "")
            if (told := told + 1) > SHOWN:
                yield _("the same of more periods")
                return
            yield message.format(first=first, last=last, cases=cases, measures=said)


def found_in(measures: Iterable[list[str]]) -> set[str]:
    """The registers that measures are of."""
    return {MEASURES[measure][1] for some in measures for measure in some}


def _days(
    connection: Connection, plans: set[int], registers: set[str]
) -> dict[Group, list[tuple[str | None, int, int]]]:
    """Of each group the kinds and days of its cases, with how many there are."""
    days: defaultdict[Group, list[tuple[str | None, int, int]]] = defaultdict(list)
    for register in sorted(registers):
        c = Look(date.max, plans=sorted(plans)).cases(register).c
        day: Column = c.settle_by if register == "sweep" else c.opened_on
        keys = (c.plan_id, c.channel, c.kind, day.label("day"))
        for row in connection.execute(select(*keys, func.count().label("n")).group_by(*keys)):
            group = "orders" if row.channel == HOTLINE else _GROUPS[register]
            days[row.plan_id, group].append((row.kind, row.day, row.n))
    return days
