"""What is warned of on a day, as data: cases with the signs they show, and topics that rise.

A case is warned of for each of these signs; the first is the most urgent:

- ``overdue``: the day to settle it, or to answer a review, is over (``days`` and ``workdays`` ago),
  then the day to accept it (an order: to sign for it);
- ``due``: such a day comes within the days that the plan says (7 and 3);
- ``late``: it was accepted too late, and is still open;
- ``repeated``: it came in as a repetition of an earlier one, and is still open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from plans.registers import HOTLINE, Limit, Registers, source_of
from tracker.registers.named import Named
from tracker.registers.rise import Rise
from tracker.view import Scope, iso

Kind = Literal["overdue", "due", "late", "repeated"]
Step = Literal["settle", "answer_review", "accept"]


class Sign(NamedTuple):
    """Why a case is warned of.

    Attributes:
        step: what is to be done by ``due``, or was done too late; None where it is repeated.
        days, workdays: since that day is over, or how much too late it was; of what is due, how
            many are left, 0 on the day itself.
        within: of what is due, the smallest number of days of the plan's that covers it.
    """

    kind: Kind
    step: Step | None = None
    due: date | None = None
    days: int = 0
    workdays: int = 0
    within: int | None = None

    @property
    def urgency(self) -> tuple[int, int]:
        """The less the more urgent."""
        if self.kind == "overdue":
            return (int(self.step == "accept"), -self.days)
        return {"due": 2, "late": 3, "repeated": 4}[self.kind], self.days

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {**self._asdict(), "due": iso(self.due)}


@dataclass(frozen=True, slots=True)
class CaseWarning:
    """A case that is warned of.

    Attributes:
        version_id: of the plan version whose rules apply.
        received: the day on which it came in.
        settle_by: in force; None as long as that time has not begun to run.
        review_on, review_by: when a review that is pending was asked for, and by when it has to be
            answered.
        reviews: how many were asked for; the second is a 复核.
        extensions: how often more time was granted.
        signs: why it is warned of, the most urgent first.
    """

    number: str
    version_id: int
    channel: str
    kind: str | None
    topic: str
    community: str | None
    unit: str
    received: date
    accept_by: date
    accepted_on: date | None
    settle_by: date | None
    review_on: date | None
    review_by: date | None
    reviews: int
    extensions: int
    repeated: bool
    signs: tuple[Sign, ...]

    @property
    def order(self) -> bool:
        """Whether it is an order of the 12345 line."""
        return self.channel == HOTLINE

    @property
    def next_due(self) -> date | None:
        """By when what comes next has to be done, as ``petition_list.awaiting`` says."""
        if self.review_by is not None:
            return self.review_by
        if self.accepted_on is not None:
            return self.settle_by
        return min(self.accept_by, self.settle_by or self.accept_by)

    def rule(self, step: Step, rules: Registers) -> tuple[Limit | None, str | None]:
        """The limit by which a step has its day, and the section that it comes from."""
        if self.order:
            kinds = {kind.code: kind.settle for kind in rules.orders.kinds}
            return (rules.orders.sign if step == "accept" else kinds.get(self.kind or "")), None
        limit: Limit = getattr(rules.petitions, step)
        return limit, source_of(rules.petitions, step, second=self._second(step))

    def phrase(self, step: Step | None) -> str:
        """What a step is called among the phrases: some have a name of their own."""
        if self.order and step == "accept":
            return "sign"
        return "answer_second_review" if self._second(step) else str(step)

    def _second(self, step: Step | None) -> bool:
        return step == "answer_review" and self.reviews > 1

    def to_json(self, rules: Registers) -> dict[str, Any]:
        """As programs read it; ``signs`` with the rules behind them."""
        days = ("received", "accept_by", "accepted_on", "settle_by", "review_on", "review_by")
        same = ("number", "channel", "kind", "topic", "community", "unit")
        return {
            **{name: getattr(self, name) for name in same},
            **{name: iso(getattr(self, name)) for name in days},
            "reviews": self.reviews,
            "extensions": self.extensions,
            "repeated": self.repeated,
            "signs": [{**sign.to_json(), **self._rule_json(sign, rules)} for sign in self.signs],
        }

    def _rule_json(self, sign: Sign, rules: Registers) -> dict[str, Any]:
        if sign.step is None:
            return {"limit": None, "source": None}
        limit, source = self.rule(sign.step, rules)
        return {"limit": None if limit is None else str(limit), "source": source}


class NewlyListed(NamedTuple):
    """A topic or community that came into the plan's lists too lately for a test.

    Attributes:
        kind: "topic" or "community".
        since: the day from which on it is in the lists.
        tested_from: the first day with enough history for a test.
    """

    kind: str
    code: str
    since: date
    tested_from: date


@dataclass(frozen=True, slots=True)
class Warned:
    """What is warned of on a day.

    Attributes:
        registers: what the plan says now; ``rules``: what its versions say, by id.
        open: how many cases are open, warned of or not.
        cases: the most urgent first.
        tested: the topics of communities, and of the whole office, that were tested for a rise,
            those that rise first.
        tested_from: the first day with enough history for a test; None where no case has come in.
        untested: the topics and communities that are too new for a test.
        provisional: the years in which working days were counted by a provisional calendar.
    """

    scope: Scope
    named: Named
    registers: Registers
    rules: Mapping[int, Registers]
    open: int
    cases: Sequence[CaseWarning]
    tested: Sequence[Rise]
    tested_from: date | None
    untested: tuple[NewlyListed, ...]
    provisional: tuple[int, ...]

    @property
    def too_early(self) -> bool:
        """Whether there is too little history to test for a rise."""
        return self.tested_from is not None and self.scope.as_of < self.tested_from

    @property
    def rises(self) -> list[Rise]:
        """The topics that rise beyond what their past explains."""
        return [rise for rise in self.tested if rise.alarm]

    @property
    def nearest(self) -> list[Rise]:
        """The topics that are no alarm, but more than usual: the nearest to one first."""
        return [rise for rise in self.tested if not rise.alarm and rise.recent > rise.expected]

    @property
    def totals(self) -> dict[str, int]:
        """How many cases have which sign, and how many topics rise; a case may have several.

        ``due_3`` are due within 3 days, and among ``due_7``, too.
        """
        signs = [sign for case in self.cases for sign in case.signs]
        within = [
            min((s.within for s in case.signs if s.within), default=None) for case in self.cases
        ]
        widths = self.registers.warnings.days
        return {
            "overdue": sum(s.kind == "overdue" and s.step != "accept" for s in signs),
            "accept_overdue": sum(s.kind == "overdue" and s.step == "accept" for s in signs),
            **{f"due_{n}": sum(one is not None and one <= n for one in within) for n in widths},
            "accepted_late": sum(s.kind == "late" for s in signs),
            "repeated": sum(s.kind == "repeated" for s in signs),
            "rises": len(self.rises),
        }

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition warn --json`` prints."""
        warnings = self.registers.warnings
        return {
            **self.scope.to_json(),
            "workdays_provisional": bool(self.provisional),
            "open": self.open,
            "totals": self.totals,
            "cases": [case.to_json(self.rules[case.version_id]) for case in self.cases],
            "test": {
                "false_alarms_percent": warnings.false_alarms_percent,
                "window_days": warnings.window_days,
                "history_days": warnings.history_days,
                "looked": len(self.tested),
                "tested_from": iso(self.tested_from),
                "untested": [
                    {
                        **{"kind": one.kind, "code": one.code},
                        **{"since": iso(one.since), "tested_from": iso(one.tested_from)},
                    }
                    for one in self.untested
                ],
            },
            "rises": [rise_json(rise) for rise in self.rises],
        }


def rise_json(rise: Rise) -> dict[str, Any]:
    """A rise as programs read it."""
    same = ("topic", "community", "at_least", "recent", "cases", "window_days", "before")
    return {
        **{name: getattr(rise, name) for name in same},
        "history_days": rise.history_days,
        "history_first": rise.history_first.isoformat(),
        "history_last": rise.history_last.isoformat(),
        "on": rise.on.isoformat(),
        "expected": round(rise.expected, 2),
        "ratio": None if rise.ratio is None else round(rise.ratio, 2),
        "needed": rise.needed,
        "p": rise.p,
        "limit": rise.limit,
    }
