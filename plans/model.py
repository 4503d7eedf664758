"""The plan as the rest of Duban sees it: resolved, complete, immutable.

``plans/format.py`` says how a plan is written in a file; ``plans/load.py`` turns a file into these
objects: templates are expanded, relative dates are resolved, recurrences have become milestones.
Plain dataclasses, so that no reading path pays for the validation of files.

Dates that people read are inclusive: an item that is due on 30 June may be finished on 30 June.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from plans.registers import Registers

Sense = Literal["at_least", "at_most", "exactly"]
Reading = Literal["sum", "latest"]
Pace = Literal["linear", "milestones", "children", "table"]
Measure = Literal["indicators", "milestones", "children"]
Rhythm = Literal["weekly", "monthly", "quarterly", "none"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, community or other body that can lead an item.

    ``head`` and ``leader`` name the post to which a late item is escalated:
    person in charge, then unit head, then supervising leader.
    """

    code: str
    name: str
    kind: str = "department"
    head: str | None = None
    leader: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured quantity of an item.

    Attributes:
        target: None for a figure that is only recorded and never judged.
        sense: how the value relates to the target.
        reading: "sum" adds up what is filed; "latest" takes the last value filed (a rate, a level).
        last_year: "CODE/NAME" of the same indicator in the office's plan of the year before.
        assumed: the target is an assumption, not taken from the source document.
        register: what of a register it is computed from (``plans.registers.MEASURES``), never
            filed; None for one that units report.
        register_kind: the one kind of sweep or hazard that it is about; None for all.
    """

    name: str
    unit: str
    target: Decimal | None = None
    sense: Sense = "at_least"
    reading: Reading = "sum"
    weight: int = 1
    last_year: str | None = None
    assumed: bool = False
    register: str | None = None
    register_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of an item, or one occurrence of a recurring item.

    Attributes:
        due: the last day on which it is in time.
        lapses_on: for an occurrence, the last day on which it can still be made good (then it was
            'late'); after that it is 'missed'. None for a step that stays open until it is reached.
    """

    code: str
    title: str
    due: date
    weight: int = 1
    lapses_on: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One tracked promise. An item of an area may have children; children have none.

    Attributes:
        pace: how the expected progress runs (see ``tracker/status.py``).
        targets: for pace "table": (last day of a month, expected share 0..1), ascending.
        measure: what the actual progress is the weighted mean of.
        recurring: the milestones are occurrences of a recurrence.
        after: codes of items that have to be finished first.
        source: the passage of the document in which the promise was made.
        assumed: the dates are an assumption, not taken from the source document.
        summary: a sentence template of its own for the year-end summary (Jinja, sandboxed).
    """

    code: str
    title: str
    lead: str
    start: date
    due: date
    support: tuple[str, ...] = ()
    person: str | None = None
    leader: str | None = None
    weight: int = 1
    pace: Pace = "linear"
    targets: tuple[tuple[date, Decimal], ...] = ()
    measure: Measure = "indicators"
    report: Rhythm = "monthly"
    indicators: tuple[Indicator, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    recurring: bool = False
    after: tuple[str, ...] = ()
    source: str | None = None
    assumed: bool = False
    summary: str | None = None
    children: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A heading of the plan (板块)."""

    code: str
    title: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a level begins. Points are percentage points of progress; days are calendar days.

    Defaults from published practice: up to 10 points below the expected progress is on pace,
    more is behind, more than 30 is far behind; not started although it should have been is behind
    at once and far behind after three months; due within 7 days is due soon.
    """

    behind_points: int = 10
    far_behind_points: int = 30
    due_soon_days: int = 7
    unstarted_behind_days: int = 0
    unstarted_far_behind_days: int = 90


@dataclass(frozen=True, slots=True)
class Reporting:
    """How often units file, how many days after a period's end a report is not yet missing, and
    within how many working days a unit answers an urge slip."""

    every: Rhythm = "monthly"
    grace_days: int = 5
    reply_workdays: int = 3


@dataclass(frozen=True, slots=True)
class Escalation:
    """After how many working days a late item goes from the person in charge to the unit head
    and then to the supervising leader (practice: person → unit head → leader)."""

    unit_head_after_workdays: int = 3
    leader_after_workdays: int = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """One office's promises for one year (年度工作计划)."""

    office: str
    year: int
    units: tuple[Unit, ...]
    areas: tuple[Area, ...]
    title: str | None = None
    language: Literal["zh", "en"] = "zh"
    simulated: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    reporting: Reporting = field(default_factory=Reporting)
    escalation: Escalation = field(default_factory=Escalation)
    wording: tuple[tuple[str, str], ...] = ()
    registers: Registers = field(default_factory=Registers)

    def walk(self) -> Iterator[tuple[Area, Item | None, Item]]:
        """Every item with its area and its parent (None for an item of an area), parents first."""
        for area in self.areas:
            for item in area.items:
                yield area, None, item
                for child in item.children:
                    yield area, item, child
