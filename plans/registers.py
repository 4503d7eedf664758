"""What a plan says of its two registers: petitions with the 12345 line, and safety sweeps.

Topics and kinds of hazards are lists of the office's own. Time limits are rules with the section
that they come from. The defaults are the regulation of 2022 on petitions (信访工作条例) and what is
usual for orders of the 12345 line; cities differ, so a plan may replace any of it.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from plans.workdays import Workdays

Channel = Literal["letter", "visit", "online", "handed_down", "12345"]
CHANNELS: dict[str, tuple[str, str]] = {
    "letter": ("来信", "letter"),
    "visit": ("来访", "visit"),
    "online": ("网上", "online"),
    "handed_down": ("上级交办", "handed down"),
    "12345": ("12345热线", "12345"),
}
"""Code → Chinese and English name of the ways on which a case comes in."""

HOTLINE = "12345"

LIMIT = re.compile(r"([1-9][0-9]{0,2})\s*(days?|workdays?|日|天|个?工作日)")


@dataclass(frozen=True, slots=True)
class Named:
    """A topic of cases or a kind of sweep and hazard.

    Attributes:
        also: what other systems call it; files and commands may name it so, too.
    """

    code: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What other systems call a unit of the plan."""

    code: str
    also: tuple[str, ...]

    @property
    def name(self) -> str:
        """All of them, for people."""
        return ", ".join(self.also)


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time: so many calendar days, or working days."""

    number: int
    workdays: bool = False

    def __str__(self) -> str:
        """As it is typed in a plan file: "1 day", "5 workdays"."""
        word = "workday" if self.workdays else "day"
        return f"{self.number} {word}{'s' * (self.number > 1)}"

    def after(self, day: date, calendar: Workdays) -> date:
        """The last day of a limit that begins on ``day``, which itself does not count."""
        if self.workdays:
            return calendar.add(day, self.number)
        return day + timedelta(self.number)


@dataclass(frozen=True, slots=True)
class PetitionRules:
    """Time limits of petitions, each with its default from 信访工作条例 (2022).

    Attributes:
        pass_on: to register a case and pass it on, from the day it came in (§22).
        accept: to tell whether it is accepted, from the day it came in (§23).
        object: to object to a wrong transfer, from the day it came in (§23).
        settle: to settle, from the day of acceptance (§34).
        extend: by how much the time to settle may be extended at most (§34).
        review: to ask for a review, from the day of the answer (§35; of a second one §36).
        answer_review: to answer the review, from the day it was asked for (§35; §36).
    """

    pass_on: Limit = Limit(15)
    accept: Limit = Limit(15)
    object: Limit = Limit(5, workdays=True)
    settle: Limit = Limit(60)
    extend: Limit = Limit(30)
    review: Limit = Limit(30)
    answer_review: Limit = Limit(30)


SECTIONS: dict[str, str] = {
    "pass_on": "信访工作条例 §22",
    "accept": "信访工作条例 §23",
    "object": "信访工作条例 §23",
    "settle": "信访工作条例 §34",
    "extend": "信访工作条例 §34",
    "review": "信访工作条例 §35",
    "answer_review": "信访工作条例 §35",
}
"""Where each limit of ``PetitionRules`` stands, as long as the plan does not change it."""

SECOND_REVIEW = "信访工作条例 §36"
"""Where the limits of a second review (复核) stand, which are as long as those of the first."""


def source_of(rules: PetitionRules, name: str, *, second: bool = False) -> str | None:
    """The section that a limit comes from; None for one that the plan has changed.

    Args:
        name: of the limit, for example "settle".
        second: of a second review.
    """
    own = getattr(rules, name) != getattr(PetitionRules(), name)
    if own:
        return None
    return SECOND_REVIEW if second else SECTIONS[name]


@dataclass(frozen=True, slots=True)
class OrderKind:
    """A kind of order of the 12345 line and how long it may take, from the day it came in."""

    code: str
    name: str
    settle: Limit
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Time limits of orders of the 12345 line (practice; cities differ).

    Attributes:
        sign: to sign for an order, from the day it came in.
        extend: by how much the time to settle may be extended at most.
        kinds: the kinds of orders, each with its time to settle.
    """

    sign: Limit = Limit(1, workdays=True)
    extend: Limit = Limit(10, workdays=True)
    kinds: tuple[OrderKind, ...] = (
        OrderKind("enquiry", "咨询", Limit(2, workdays=True)),
        OrderKind("help", "求助", Limit(5, workdays=True)),
        OrderKind("complaint", "投诉", Limit(13, workdays=True)),
    )


@dataclass(frozen=True, slots=True)
class Warnings:
    """When there is a warning.

    Attributes:
        days: a case is warned of when it is due within so many days, widest first.
        false_alarms_percent: how likely, within a year of daily looks, a rise is reported in any
            topic of any community though nothing has changed.
        window_days: a rise is looked for in the cases of so many days up to the day, and in those
            of 3 and 6 times as many.
        history_days: what is compared with: so many days before those, or as many as there are.
    """

    days: tuple[int, ...] = (7, 3)
    false_alarms_percent: int = 5
    window_days: int = 30
    history_days: int = 365


@dataclass(frozen=True, slots=True)
class SweepRhythm:
    """A sweep that recurs.

    Attributes:
        kind: what is looked for, the code of one of the kinds.
        every: "weekly", "monthly", "quarterly", "2 weeks", or "holiday": before each long one.
        per: "community" for one sweep in each community, "office" for a single one.
        unit: the unit that holds it; None for the community itself, or the plan's sweeping unit.
    """

    code: str
    title: str
    kind: str
    every: str
    per: Literal["office", "community"] = "office"
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Safety:
    """How hazards are looked for and put right.

    Attributes:
        kinds: what is looked for.
        rhythms: the sweeps that recur.
        order_days: an order to put right gives one of so many days (24 h is 1; habit).
        order_within: to put a hazard right or order it to be, from the day it was found.
        inspect_within: to re-inspect it, from the day it was put right (practice).
        again_days: the same place found again within so many days is marked.
    """

    kinds: tuple[Named, ...] = (
        Named("wires", "飞线充电"),
        Named("falling", "高空坠物"),
        Named("exits", "占用消防通道"),
        Named("clutter", "楼道堆放杂物"),
    )
    rhythms: tuple[SweepRhythm, ...] = ()
    order_days: tuple[int, ...] = (1, 3, 7, 15, 30)
    order_within: Limit = Limit(1)
    inspect_within: Limit = Limit(5, workdays=True)
    again_days: int = 90


@dataclass(frozen=True, slots=True)
class Registers:
    """All that a plan says of its registers."""

    topics: tuple[Named, ...] = (
        Named("property", "物业管理"),
        Named("noise", "噪声扰民"),
        Named("building", "违章搭建"),
        Named("sanitation", "环境卫生"),
        Named("parking", "停车秩序"),
        Named("drains", "排水积水"),
        Named("relocation", "征地拆迁"),
        Named("welfare", "社会保障"),
        Named("heating", "供水供气供暖"),
        Named("order", "占道经营"),
        Named("other", "其他"),
    )
    petitions: PetitionRules = field(default_factory=PetitionRules)
    orders: OrderRules = field(default_factory=OrderRules)
    warnings: Warnings = field(default_factory=Warnings)
    safety: Safety = field(default_factory=Safety)
    units: tuple[UnitNames, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept with a version of the plan."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any] | None) -> "Registers":
        """From what is kept; the defaults for a plan version that says nothing."""
        if kept is None:
            return cls()
        orders, safety = kept["orders"], {**asdict(Safety()), **kept["safety"]}
        return cls(
            topics=_named(kept["topics"]),
            petitions=PetitionRules(**{k: Limit(**v) for k, v in kept["petitions"].items()}),
            orders=OrderRules(
                sign=Limit(**orders["sign"]),
                extend=Limit(**orders["extend"]),
                kinds=tuple(
                    OrderKind(k["code"], k["name"], Limit(**k["settle"]), _also(k))
                    for k in orders["kinds"]
                ),
            ),
            warnings=Warnings(**{**kept["warnings"], "days": tuple(kept["warnings"]["days"])}),
            safety=Safety(
                kinds=_named(safety["kinds"]),
                rhythms=tuple(SweepRhythm(**r) for r in safety["rhythms"]),
                order_days=tuple(safety["order_days"]),
                order_within=Limit(**safety["order_within"]),
                inspect_within=Limit(**safety["inspect_within"]),
                again_days=safety["again_days"],
            ),
            units=tuple(UnitNames(u["code"], _also(u)) for u in kept.get("units", ())),
        )


def _named(kept: list[dict[str, Any]]) -> tuple[Named, ...]:
    return tuple(Named(one["code"], one["name"], _also(one)) for one in kept)


def _also(kept: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(kept.get("also", ()))  # not in versions that were kept before there was such a key


MEASURES: dict[str, tuple[str, str]] = {
    "petitions.received": ("sum", "petition"),
    "petitions.settled": ("sum", "petition"),
    "petitions.accepted_in_time": ("rate", "petition"),
    "petitions.settled_on_time": ("rate", "petition"),
    "petitions.satisfied": ("rate", "petition"),
    "petitions.repeated": ("rate", "petition"),
    "orders.received": ("sum", "petition"),
    "orders.settled": ("sum", "petition"),
    "orders.accepted_in_time": ("rate", "petition"),
    "orders.settled_on_time": ("rate", "petition"),
    "orders.satisfied": ("rate", "petition"),
    "orders.repeated": ("rate", "petition"),
    "sweeps.held": ("sum", "sweep"),
    "sweeps.held_rate": ("rate", "sweep"),
    "sweeps.places": ("sum", "sweep"),
    "sweeps.people": ("sum", "sweep"),
    "hazards.found": ("sum", "hazard"),
    "hazards.major": ("sum", "hazard"),
    "hazards.put_right": ("sum", "hazard"),
    "hazards.put_right_rate": ("rate", "hazard"),
    "hazards.put_right_in_time": ("rate", "hazard"),
    "hazards.reopened": ("rate", "hazard"),
}
"""What an indicator may take from a register → whether it adds up or is a rate in percent (of which
numerator and denominator are kept), and the register.

``petitions`` are the cases of all channels but the 12345 line, ``orders`` those of that line;
``sweeps`` and ``hazards`` may be narrowed to one kind.
"""

MEASURE_NAMES: dict[str, str] = {
    "petitions.received": "信访件受理数",
    "petitions.settled": "信访件办结数",
    "petitions.accepted_in_time": "信访件按时受理率",
    "petitions.settled_on_time": "信访件按期办结率",
    "petitions.satisfied": "信访件满意率",
    "petitions.repeated": "信访件重复率",
    "orders.received": "工单受理数",
    "orders.settled": "工单办结数",
    "orders.accepted_in_time": "工单按时签收率",
    "orders.settled_on_time": "工单按期办结率",
    "orders.satisfied": "工单满意率",
    "orders.repeated": "工单重复率",
    "sweeps.held": "安全检查次数",
    "sweeps.held_rate": "安全检查完成率",
    "sweeps.places": "检查场所数",
    "sweeps.people": "出动人次",
    "hazards.found": "发现隐患数",
    "hazards.major": "重大隐患数",
    "hazards.put_right": "整改隐患数",
    "hazards.put_right_rate": "隐患整改率",
    "hazards.put_right_in_time": "隐患按期整改率",
    "hazards.reopened": "隐患复查不合格率",
}
"""Measure → its Chinese name, by which files of totals name it, too."""
