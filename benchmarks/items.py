"""The plan that is measured: items with five milestones and an indicator each."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from plans.model import Area, Indicator, Item, Milestone, Plan, Unit
from plans.registers import Registers

YEAR = 2024
FIRST = date(YEAR, 1, 1)
LOADED = datetime(YEAR, 1, 2, tzinfo=UTC)
OFFICE = "街道"
STEPS = 5
UNITS = 20


def promised(number: int) -> Item:
    """One item: an indicator, five milestones of equal weight, one of twenty lead units."""
    dates = [55 + 60 * n + number % 7 for n in range(STEPS)]
    if late(number):
        dates[0] = 20
    return Item(
        f"i{number}",
        f"事项{number}",
        f"u{number % UNITS}",
        FIRST,
        FIRST + timedelta(days=330 + number * 37 % 35),
        indicators=(Indicator("数量", "条", Decimal(10)),),
        milestones=tuple(
            Milestone(f"m{n}", f"节点{n}", FIRST + timedelta(days=day), 100 // STEPS)
            for n, day in enumerate(dates)
        ),
    )


def late(number: int) -> bool:
    """Whether the first milestone of an item is due early and is never reached: 1 in 200."""
    return number % 200 == 7


class Items:
    """The items of an area, made while they are read, so that a large plan needs no memory."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Item]:
        return (promised(number) for number in range(self.count))


def registers() -> str:
    """What the plan says of its registers, as it is stored."""
    return json.dumps(Registers().to_json())


def plan(items: int) -> Plan:
    """A plan of one area with so many items."""
    units = tuple(Unit(f"u{n}", f"单位{n}") for n in range(UNITS))
    area = Area("1", "聚焦项目建设", Items(items))  # type: ignore[arg-type]
    return Plan(f"{OFFICE}0", YEAR, units, (area,))


def as_file(items: int) -> str:
    """The same plan as a plan file."""
    units = "".join(f"  - {{code: u{n}, name: 单位{n}}}\n" for n in range(UNITS))
    return (
        f"duban: 1\noffice: {OFFICE}0\nyear: {YEAR}\nunits:\n{units}"
        "areas:\n  - code: '1'\n    title: 聚焦项目建设\n    items:\n"
        + "".join(_as_text(promised(number)) for number in range(items))
    )


def _as_text(made: Item) -> str:
    steps = "".join(
        f"          - {{code: {step.code}, title: {step.title}, due: {step.due},"
        f" weight: {step.weight}}}\n"
        for step in made.milestones
    )
    (measured,) = made.indicators
    return (
        f"      - code: {made.code}\n        title: {made.title}\n        lead: {made.lead}\n"
        f"        start: {made.start}\n        due: {made.due}\n"
        "        pace: linear\n        indicators:\n"
        f"          - {{name: {measured.name}, unit: {measured.unit}, target: {measured.target}}}\n"
        f"        milestones:\n{steps}"
    )
