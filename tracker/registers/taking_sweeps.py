"""Rows of sweeps, as the register takes them in."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, partial
from typing import Any

from sqlalchemy import select

from plans.errors import BadInputError, DubanError
from plans.language import gettext as _
from plans.sweep_calendar import Occurrence
from plans.typed import quoted
from tracker.registers.cells import Values, read_count
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, needed_with
from tracker.registers.events import Event
from tracker.registers.filing import Filing
from tracker.registers.findings import Findings
from tracker.registers.hazards import find_kind
from tracker.registers.known import Known, find_known
from tracker.registers.named import find
from tracker.registers.row_inserts import Columns
from tracker.registers.sweep_course import check_hold
from tracker.registers.sweep_plan import planned, sweeping_unit
from tracker.registers.sweeps import MOST
from tracker.registers.taking import Taking
from tracker.schema import register_case

Slot = tuple[str, str | None, date]
"""Which sweep of a plan it is: the code of its rhythm, the community, the day it is due."""
Period = tuple[date, date | None]
"""Of a sweep the first day on which it can be held, and the last if there is one."""


class Sweeps(Taking[Period]):
    """Takes rows into the register of sweeps.

    One that a rhythm asks for is the same sweep whatever its number.
    """

    opened = "due"
    days = ("held",)
    dues = ("due",)
    numbered = False
    stays: Mapping[str, str] = {
        "kind": "kind",
        "community": "community",
        "settle_by": "due",
        "rhythm": "rhythm",
        "unit": "unit",
    }

    def __init__(self, filing: Filing, findings: Findings, correct: bool = False) -> None:
        super().__init__(filing, findings, correct)
        self._taken: dict[Slot, int] = {}
        self._units: dict[tuple[Rules, str], str | DubanError] = {}
        self._occurrences: dict[Rules, Mapping[Slot, Occurrence]] = {}

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        rhythms = {one.code: one.title for one in rules.registers.safety.rhythms}
        count = Values(_read_number)
        return {
            "rhythm": Values(
                partial(find, rhythms, message=_("{text}: no such sweep in the plan"))
            ),
            "kind": Values(partial(find_kind, rules.registers), needed=True),
            "community": Values(rules.named.community),
            "places": count,
            "people": count,
            "unit": Values(rules.named.unit),
        }

    def columns(self, chunk: Chunk) -> tuple[Columns, list[tuple[int, RowError]]]:
        """The columns of the cases; and the places where there can be no case, with why not."""
        cases: list[dict[str, Any]] = []
        wrong = []
        for place in range(len(chunk)):
            try:
                cases.append(self._case(chunk, place))
            except RowError as error:
                cases.append(dict.fromkeys(_COLUMNS))
                wrong.append((place, error))
        self._know_by_slot(chunk, cases)
        return {name: [case[name] for case in cases] for name in _COLUMNS}, wrong

    def _case(self, chunk: Chunk, place: int) -> dict[str, Any]:
        """The columns of one case; raises RowError."""
        row, rules = chunk.row(place), chunk.rules[place]
        code, where, due = slot = row["rhythm"], row["community"], row["due"]
        case = {
            **{name: row[name] for name in ("number", "kind", "community", "unit", "rhythm")},
            "opened_on": min(due, row["held"] or self.filing.today),
            "settle_by": due,
            "lapses_on": None,
            "repeated": False,
        }
        if code is not None:
            made = self._occurrence(rules, slot)
            if row["kind"] != made.kind:
                message = _("{here}: a sweep of {rhythm} looks for {kind}")
                values = {"here": row["kind"], "rhythm": code, "kind": made.kind}
                raise RowError("kind", message.format(**values))
            first = self._taken.setdefault(slot, chunk.rows[place])
            if first != chunk.rows[place]:
                message = _("the same sweep stands in row {row} already")
                raise RowError("due", message.format(row=first))
            case["number"] = row["number"] or made.number
            case["opened_on"], case["lapses_on"] = made.begins, made.lapses_on
        elif row["number"] is None:
            message = _("left empty; expected a number where no rhythm of the plan is named")
            raise RowError("number", message)
        case["unit"] = row["unit"] or self._unit(rules, code, where)
        return case

    def _occurrence(self, rules: Rules, slot: Slot) -> Occurrence:
        if rules not in self._occurrences:
            made = planned(self.filing.connection, rules.plan, self.filing.workdays)
            self._occurrences[rules] = {(o.rhythm, o.community, o.due): o for o in made}
        there = self._occurrences[rules]
        if slot in there:
            return there[slot]
        code, where, due = slot
        days = [day for rhythm, place, day in there if (rhythm, place) == (code, where)]
        if not days:
            message = _("{code}: the plan has no such sweep {where}")
            in_place = _("of the whole office") if where is None else _("of a single community")
            raise RowError("community", message.format(code=code, where=in_place))
        nearest = min(days, key=lambda day: abs(day - due))
        message = _("{day}: no sweep of {code} is due then; the nearest is due on {nearest}")
        raise RowError("due", message.format(day=due, code=code, nearest=nearest))

    def _unit(self, rules: Rules, code: str | None, community: str | None) -> str:
        """Who holds a sweep, where the row does not say so."""
        rhythm = next((r for r in rules.registers.safety.rhythms if r.code == code), None)
        unit = (rhythm and rhythm.unit) or community
        if unit is not None:
            return unit
        if rhythm is None:
            message = _("left empty; expected the unit that leads, for no community is given")
            raise RowError("unit", message)
        try:
            return sweeping_unit(self.filing.connection, rules.plan, rhythm)
        except DubanError as error:
            raise RowError("unit", str(error)) from None

    def _know_by_slot(self, chunk: Chunk, cases: list[dict[str, Any]]) -> None:
        """Finds the sweeps that the register has under other numbers."""
        wanted = {
            place: number
            for place, case in enumerate(cases)
            if chunk.known[place] is None
            and (slot := (case["rhythm"], case["community"], case["settle_by"]))[0] is not None
            and (number := self._numbers.get(slot)) is not None
        }
        if wanted:
            ours = (self.filing.connection, self.plans, self.filing.register)
            there = find_known(*ours, wanted.values())
            chunk.known = [
                there[wanted[place]] if place in wanted else known
                for place, known in enumerate(chunk.known)
            ]

    @cached_property
    def _numbers(self) -> Mapping[Slot, str]:
        """The numbers of the sweeps of rhythms that the register has."""
        c = register_case.c
        ours = (c.plan_id.in_(self.plans), c.register == "sweep", c.rhythm.isnot(None))
        rows = self.filing.connection.execute(
            select(c.rhythm, c.community, c.settle_by, c.number).where(*ours)
        )
        return {(row.rhythm, row.community, row.settle_by): row.number for row in rows}

    def steps(self, chunk: Chunk, place: int) -> list[Step]:
        """What a row says has happened, in order; raises RowError."""
        row = chunk.row(place)
        given = next((c for c in ("held", "places", "people") if row[c] is not None), None)
        if given is None:
            return []
        heading = chunk.layout.heading(given)
        on, places, people = (
            needed_with(row, code, heading) for code in ("held", "places", "people")
        )
        return [Step("held", "hold", on, places=places, people=people)]

    def said(self, events: Iterable[Event]) -> Iterator[Mapping[str, Any]]:
        """What has happened with a sweep, as a row says it."""
        for hold in events:
            yield {"held": hold.effective_on, "places": hold.places, "people": hold.people}

    def begin(self, rules: Rules, case: Mapping[str, Any]) -> Period:
        """A new case on its way."""
        return case["opened_on"], case["lapses_on"]

    def resume(self, rules: Rules, known: Known) -> Period:
        """A case of the register, as far as it has come."""
        return known.case.opened_on, known.case.lapses_on

    def take(self, course: Period, step: Step, opened: int) -> list[Happened]:
        """Has a step happen; raises a DubanError where it may not."""
        check_hold(*course, step.on)
        after = step.on.toordinal() - opened
        return [Happened("hold", after, places=step.places, people=step.people)]


_COLUMNS = (
    *("number", "opened_on", "kind", "community", "unit", "repeated", "settle_by", "lapses_on"),
    "rhythm",
)


def _read_number(text: str) -> int:
    """A number of places or people.

    Raises:
        BadInputError: it is no whole number, or more than there can be.
    """
    number = read_count(text)
    if number > MOST:
        raise BadInputError(_("{text}: too large").format(text=quoted(text)))
    return number
