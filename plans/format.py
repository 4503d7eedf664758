"""The plan file: which keys it has and what each may hold (format 1).

These models check one value at a time and give the JSON Schema that ``duban plan schema`` prints.
Those of ``registers:`` are in ``plans/format_registers.py``. What concerns several places at once
(codes, dates against each other, weights, cycles) is checked in ``plans/check.py``;
``plans/load.py`` turns a file into the resolved ``plans.model.Plan``.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from plans.fields import (
    Amount,
    Code,
    Day,
    Every,
    Flag,
    Line,
    PaceOrTable,
    Part,
    Passage,
    Reference,
    RelativeDay,
    Version,
    Weight,
    line,
    passage,
    whole,
)
from plans.format_registers import RegisterMeasure, RegistersEntry
from plans.model import Measure, Reading, Rhythm, Sense
from plans.typed import parse_quantity


class UnitEntry(Part):
    """A department, community or other body that can lead an item."""

    code: Code
    name: Line
    kind: Literal["department", "community", "other"] = "department"
    head: Line | None = None
    leader: Line | None = None


class IndicatorEntry(Part):
    """A measured quantity; without a target it is recorded and never judged."""

    name: Annotated[str, line(60, without="=/")]
    unit: Annotated[str, line(20)]
    target: Amount | None = None
    sense: Sense = "at_least"
    reading: Reading = "sum"
    weight: Weight = 1
    last_year: Reference | None = None
    assumed: Flag = False
    taken_from: RegisterMeasure | None = Field(
        None,
        alias="register",  # which pydantic has already
        description="what of a register it is computed from, instead of being filed",
    )
    kind: Code | None = Field(
        None, description="with sweeps.* and hazards.*: the one kind that it is about"
    )

    @field_validator("target", mode="before")
    @classmethod
    def _in_its_unit(cls, value: object, info: ValidationInfo) -> object:
        unit = info.data.get("unit")
        return str(parse_quantity(value, unit)) if isinstance(value, str) and unit else value


class MilestoneEntry(Part):
    """A dated step. Weights of an item's milestones are all left out, or add up to 100."""

    code: Code
    title: Line
    due: RelativeDay
    weight: Annotated[int, whole(1, 100)] | None = None


class ChildEntry(Part):
    """An item; ``children`` only in an item of an area."""

    code: Code
    title: Line
    lead: Code
    support: list[Code] = []
    person: Line | None = None
    leader: Line | None = None
    start: Day
    due: Day
    weight: Weight = 1
    pace: PaceOrTable | None = None
    measure: Measure | None = None
    report: Rhythm | None = None
    indicators: list[IndicatorEntry] = []
    milestones: list[MilestoneEntry] = []
    template: Code | None = Field(None, description="name of an entry of milestone_templates")
    every: Every | None = Field(
        None, description="recurrence: monthly, quarterly, yearly, or '2 weeks'"
    )
    day: Annotated[int, whole(1, 31)] | None = Field(
        None, description="day of the last month of each period on which an occurrence is due"
    )
    after: list[Code] = []
    source: Passage | None = None
    assumed: Flag = False
    summary: Passage | None = None


class ItemEntry(ChildEntry):
    """An item of an area."""

    children: list[ChildEntry] = []


class AreaEntry(Part):
    """A heading of the plan."""

    code: Code
    title: Line
    items: list[ItemEntry] = []


class ThresholdsEntry(Part):
    """When a level begins; see ``plans.model.Thresholds``."""

    behind_points: Annotated[int, whole(0, 100)] = 10
    far_behind_points: Annotated[int, whole(0, 100)] = 30
    due_soon_days: Annotated[int, whole(0, 366)] = 7
    unstarted_behind_days: Annotated[int, whole(0, 366)] = 0
    unstarted_far_behind_days: Annotated[int, whole(0, 366)] = 90


class ReportingEntry(Part):
    """How often units file and when they answer; see ``plans.model.Reporting``."""

    every: Rhythm = "monthly"
    grace_days: Annotated[int, whole(0, 31)] = 5
    reply_workdays: Annotated[int, whole(1, 60)] = 3


class EscalationEntry(Part):
    """When a late item goes a step up; see ``plans.model.Escalation``."""

    unit_head_after_workdays: Annotated[int, whole(0, 250)] = 3
    leader_after_workdays: Annotated[int, whole(0, 250)] = 10


class PlanFile(Part):
    """An office's plan for a year."""

    duban: Version = Field(description="version of this format")
    office: Line
    year: Annotated[int, whole(2000, 2100)]
    title: Line | None = None
    language: Literal["zh", "en"] = "zh"
    simulated: Flag = Field(False, description="the plan is not an office's own")
    thresholds: ThresholdsEntry = ThresholdsEntry()
    reporting: ReportingEntry = ReportingEntry()
    escalation: EscalationEntry = EscalationEntry()
    registers: RegistersEntry | None = None
    units: Annotated[list[UnitEntry], Field(min_length=1)]
    milestone_templates: dict[Code, list[MilestoneEntry]] = {}
    wording: dict[Code, Annotated[str, passage(5000)]] = Field(
        {}, description="templates that replace those of plans/wording for this plan"
    )
    areas: Annotated[list[AreaEntry], Field(min_length=1)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a plan file, for editors and for ``duban plan schema``."""
    schema = PlanFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
