"""What a plan file says of the registers (``registers:``); see ``plans/format.py``.

What is left out keeps the default of ``plans.registers`` (``plans/resolve_registers.py``).
"""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field

from plans.fields import Code, Kind, Part, matter, whole
from plans.language import N_
from plans.language import gettext as _
from plans.person_names import refuse_titled
from plans.registers import LIMIT, MEASURES, Limit, Registers
from plans.sweep_calendar import EVERY
from plans.typed import TypedError, fold, quoted

DEFAULT = Registers()


def _read_limit(text: str, _year: int | None) -> Limit:
    match = LIMIT.fullmatch(fold(text))
    if match is None:
        message = _("{text}: expected for example 15 days, 5 workdays, 15日 or 5个工作日")
        raise TypedError(message.format(text=quoted(text)))
    return Limit(int(match[1]), workdays=match[2].startswith("workday") or "工作日" in match[2])


def _read_every(text: str, _year: int | None) -> str:
    if not EVERY.fullmatch(text.strip()):
        message = _(
            "{text}: expected weekly, monthly, quarterly, holiday, or for example '2 weeks'"
        )
        raise TypedError(message.format(text=quoted(text)))
    return text.strip()


def _read_measure(text: str, _year: int | None) -> str:
    measure = fold(text)
    if measure not in MEASURES:
        near = get_close_matches(measure, MEASURES, n=3, cutoff=0.5) or MEASURES
        message = _("{text}: the registers have no such figure; there are: {near}")
        raise TypedError(message.format(text=quoted(text), near=", ".join(near)))
    return measure


EVERY_SCHEMA = {"type": "string", "pattern": f"^(?:{EVERY.pattern})$"}
LIMIT_SCHEMA = {
    "type": "string",
    "pattern": f"^{LIMIT.pattern}$",
    "description": "15 days, 5 workdays, 15日, 5个工作日",
}

LimitText = Annotated[Limit, Kind("15 days", _read_limit, LIMIT_SCHEMA)]
SweepEvery = Annotated[str, Kind(N_("a rhythm such as monthly"), _read_every, EVERY_SCHEMA)]
RegisterMeasure = Annotated[
    str, Kind(N_("a figure of a register"), _read_measure, {"enum": list(MEASURES)})
]
Name = Annotated[str, matter(60)]
# What other systems call it is for nobody here to choose: less is refused.
OtherName = Annotated[str, matter(60, refuse_titled)]


def _limit(default: Limit, description: str | None = None) -> Any:
    """A key with a limit, of which the schema shows the default as it would be typed."""
    shown: dict[str, Any] = {"default": str(default)}
    return Field(default, description=description, json_schema_extra=shown)


class NamedEntry(Part):
    """A topic of cases, or a kind of sweep and hazard."""

    code: Code
    name: Name
    also: list[OtherName] = []


class UnitNamesEntry(Part):
    """What other systems call a unit."""

    code: Code
    also: Annotated[list[OtherName], Field(min_length=1)]


class PetitionsEntry(Part):
    """Time limits of petitions; see ``plans.registers.PetitionRules``."""

    pass_on: LimitText = _limit(DEFAULT.petitions.pass_on)
    accept: LimitText = _limit(DEFAULT.petitions.accept)
    object: LimitText = _limit(DEFAULT.petitions.object)
    settle: LimitText = _limit(DEFAULT.petitions.settle)
    extend: LimitText = _limit(DEFAULT.petitions.extend)
    review: LimitText = _limit(DEFAULT.petitions.review)
    answer_review: LimitText = _limit(DEFAULT.petitions.answer_review)


class OrderKindEntry(NamedEntry):
    """A kind of order of the 12345 line."""

    settle: LimitText


class OrdersEntry(Part):
    """Time limits of orders of the 12345 line; see ``plans.registers.OrderRules``."""

    sign: LimitText = _limit(DEFAULT.orders.sign)
    extend: LimitText = _limit(DEFAULT.orders.extend)
    kinds: Annotated[list[OrderKindEntry], Field(min_length=1)] | None = None


class WarningsEntry(Part):
    """When there is a warning; see ``plans.registers.Warnings``."""

    days: Annotated[list[Annotated[int, whole(1, 90)]], Field(min_length=1)] = list(
        DEFAULT.warnings.days
    )
    false_alarms_percent: Annotated[int, whole(1, 50)] = DEFAULT.warnings.false_alarms_percent
    window_days: Annotated[int, whole(7, 90)] = DEFAULT.warnings.window_days
    history_days: Annotated[int, whole(60, 1095)] = DEFAULT.warnings.history_days


class RhythmEntry(Part):
    """A sweep that recurs; see ``plans.registers.SweepRhythm``."""

    code: Code
    title: Annotated[str, matter(200)]
    kind: Code
    every: SweepEvery
    per: Literal["office", "community"] = "office"
    unit: Code | None = None


class SafetyEntry(Part):
    """How hazards are looked for and put right; see ``plans.registers.Safety``."""

    kinds: Annotated[list[NamedEntry], Field(min_length=1)] | None = None
    rhythms: list[RhythmEntry] = []
    order_days: Annotated[list[Annotated[int, whole(1, 365)]], Field(min_length=1)] = list(
        DEFAULT.safety.order_days
    )
    order_within: LimitText = _limit(DEFAULT.safety.order_within)
    inspect_within: LimitText = _limit(DEFAULT.safety.inspect_within)
    again_days: Annotated[int, whole(1, 1000)] = DEFAULT.safety.again_days


class RegistersEntry(Part):
    """The registers; see ``plans.registers.Registers``."""

    topics: Annotated[list[NamedEntry], Field(min_length=1)] | None = None
    petitions: PetitionsEntry | None = None
    orders: OrdersEntry | None = None
    warnings: WarningsEntry | None = None
    safety: SafetyEntry | None = None
    units: list[UnitNamesEntry] = []
