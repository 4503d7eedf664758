"""Rows of sweeps, as the register takes them in."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from plans.errors import BadInputError, DubanError
from plans.language import gettext as _
from plans.language import listed
from plans.sweep_calendar import Occurrence
from plans.typed import quoted
from tracker.registers.against import shown
from tracker.registers.cells import Values, read_count
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, needed_with
from tracker.registers.events import Event
from tracker.registers.filing import Filing
from tracker.registers.findings import Findings
from tracker.registers.hazards import find_kind
from tracker.registers.known import Known
from tracker.registers.named import find
from tracker.registers.new_numbers import NewNumbers
from tracker.registers.row_inserts import Columns
from tracker.registers.sweep_course import check_hold
from tracker.registers.sweep_making import take_back, untouched
from tracker.registers.sweep_plan import planned, sweeping_unit
from tracker.registers.sweeps import MOST
from tracker.registers.sweeps_there import Slot, SweepsThere
from tracker.registers.taking import Taking

SHOWN = 10  # rows that are named

Period = tuple[date, date | None]
"""Of a sweep the first day on which it can be held, and the last if there is one."""


class Sweeps(Taking[Period]):
    """Takes rows into the register of sweeps.

    One that a rhythm asks for is the same sweep whatever its number; as long as nothing has
    happened on it, it takes the number of the row. One of its own without a number gets one, and
    is known again by what was done where and when.
    """

    opened = "due"
    days = ("held",)
    dues = ("due",)
    numbered = dated = False
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
        self._there = SweepsThere(filing.connection, self.plans)
        self._new = NewNumbers(filing.connection, self.plans, "sweep", "S")
        self._replaced: dict[int, date] = {}

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        # Of older versions of the plan, too.
        there = self._there
        rhythms = {code: code for code, _where, _due in (*there.by_slot, *there.gone)}
        rhythms |= {one.code: one.title for one in rules.registers.safety.rhythms}
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

    def _cases(self, chunk: Chunk) -> tuple[Chunk, Columns]:
        """Rows of sweeps that were never held, and that the plan has taken back, are no cases."""
        gone = {place for place in range(len(chunk)) if self._is_gone(chunk, place)}
        if gone:
            message = _("not held, and the plan asks for them no more; passed over: rows {rows}")
            rows = listed([str(chunk.rows[place]) for place in sorted(gone)], SHOWN)
            sheet = chunk.sheet and _("sheet {sheet}").format(sheet=chunk.sheet)
            self.warnings.append(": ".join(filter(None, (sheet, message.format(rows=rows)))))
        return super()._cases(chunk.only([n for n in range(len(chunk)) if n not in gone]))

    def _is_gone(self, chunk: Chunk, place: int) -> bool:
        if not self._there.gone or chunk.known[place] is not None:
            return False
        row = chunk.row(place)
        slot = row["rhythm"], row["community"], row["due"]
        was = slot in self._there.gone or row["number"] in self._there.gone_numbers
        held = any(row[name] is not None for name in ("held", "places", "people"))
        asked = slot in self._there.by_slot or slot in self._asked(chunk.rules[place])
        return was and not held and not asked

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
        self._know(chunk, cases)
        return {name: [case[name] for case in cases] for name in _COLUMNS}, wrong

    def _case(self, chunk: Chunk, place: int) -> dict[str, Any]:
        """The columns of one case; raises RowError."""
        row, rules = chunk.row(place), chunk.rules[place]
        code, _where, due = slot = row["rhythm"], row["community"], row["due"]
        self._check_day(due)
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
                kinds = {"here": row["kind"], "kind": made.kind}
                values = {name: shown(rules, "kind", kind) for name, kind in kinds.items()}
                said = message.format(rhythm=_title(rules, code), **values)
                raise RowError("kind", said)
            first = self._taken.setdefault(slot, chunk.rows[place])
            if first != chunk.rows[place]:
                message = _("the same sweep stands in row {row} already")
                raise RowError("due", message.format(row=first))
            case["number"] = row["number"] or made.number
            case["opened_on"], case["lapses_on"] = made.begins, made.lapses_on
        case["unit"] = row["unit"] or self._unit(rules, slot)
        return case

    def _govern(self, chunk: Chunk) -> None:
        """Where it is not said when a sweep was due, it was when it was held."""
        said, held = chunk.values["due"], chunk.values["held"]
        days = [
            on if due is None and isinstance(on, date) else due
            for due, on in zip(said, held, strict=True)
        ]
        chunk.values["due"] = days
        super()._govern(chunk)
        # Of one that is known the register says it.
        chunk.values["due"] = [
            day if known is None else due
            for due, day, known in zip(said, days, chunk.known, strict=True)
        ]

    def _check_day(self, due: date | None) -> None:
        if due is None:
            message = _("left empty; expected the day on which it is due, or on which it was held")
            raise RowError("due", message)
        try:
            self.filing.check_year(due, self.book.plans)
        except DubanError as error:
            raise RowError("held", str(error)) from None

    def _occurrence(self, rules: Rules, slot: Slot) -> Occurrence:
        if slot in self._there.by_slot:
            return self._there.by_slot[slot].one
        there = self._asked(rules)
        if slot in there:
            return there[slot]
        if slot in self._there.gone:  # and was held all the same
            return self._there.gone[slot].one
        code, where, due = slot
        days = [day for rhythm, place, day in there if (rhythm, place) == (code, where)]
        if not days:
            message = _("{code}: the plan has no such sweep {where}")
            in_place = _("of the whole office") if where is None else _("of a single community")
            raise RowError("community", message.format(code=_title(rules, code), where=in_place))
        nearest = min(days, key=lambda day: abs(day - due))
        message = _("{day}: no sweep of {code} is due then; the nearest is due on {nearest}")
        values = {"code": _title(rules, code), "nearest": nearest}
        raise RowError("due", message.format(day=due, **values))

    def _asked(self, rules: Rules) -> Mapping[Slot, Occurrence]:
        """The sweeps that a version of the plan asks for."""
        if rules not in self._occurrences:
            made = planned(self.filing.connection, rules.plan, self.filing.workdays)
            self._occurrences[rules] = {(o.rhythm, o.community, o.due): o for o in made}
        return self._occurrences[rules]

    def _unit(self, rules: Rules, slot: Slot) -> str:
        """Who holds a sweep, where the row does not say so."""
        code, community, _due = slot
        rhythm = next((r for r in rules.registers.safety.rhythms if r.code == code), None)
        made = self._there.by_slot.get(slot) or self._there.gone.get(slot)
        if rhythm is None and made is not None:
            return made.unit
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

    def _know(self, chunk: Chunk, cases: list[dict[str, Any]]) -> None:
        """Finds the sweeps that the register has under other numbers, and gives numbers."""
        wanted = {
            place: number
            for place, case in enumerate(cases)
            if chunk.known[place] is None
            and case["kind"] is not None  # else there is no case
            and (number := self._number_there(chunk, place, case)) is not None
        }
        if not wanted:
            return
        there = self.there(wanted.values())
        same = {place: there[number] for place, number in wanted.items()}
        known = [*chunk.known]
        for place in same.keys() - self._renamed(chunk, same):
            known[place] = same[place]
            if chunk.values["unit"][place] is None:
                cases[place]["unit"] = same[place].case.unit
        chunk.known = known

    def _number_there(self, chunk: Chunk, place: int, case: dict[str, Any]) -> str | None:
        """The number under which the register has a sweep; a new one without any gets one."""
        if case["rhythm"] is not None:
            made = self._there.by_slot.get((case["rhythm"], case["community"], case["settle_by"]))
            return None if made is None else made.one.number
        if case["number"] is not None:
            return None
        number = self._there.take_same(chunk.row(place))
        if number is None:
            case["number"] = new = self._new.next(case["settle_by"].year, self._seen)
            self._seen[new] = chunk.sheet, chunk.rows[place]
        return number

    def _renamed(self, chunk: Chunk, same: Mapping[int, Known]) -> set[int]:
        """The places of those that are recorded under the number of the row instead."""
        numbers = chunk.values["number"]
        days = {
            one.case.id: one.case.opened_on
            for place, one in same.items()
            if numbers[place] not in (None, one.case.number)
        }
        free = untouched(self.filing, days)
        self._replaced |= free
        return {place for place, one in same.items() if one.case.id in free}

    def finish(self) -> None:
        """Records what has happened with all cases, unless anything was wrong."""
        if not self.findings:
            take_back(self.filing, self._replaced)
        super().finish()

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


def _title(rules: Rules, code: str) -> str:
    """What a plan calls a sweep that recurs."""
    titles = {one.code: one.title for one in rules.registers.safety.rhythms}
    return titles.get(code, code)


def _read_number(text: str) -> int:
    """A number of places or people.

    Raises:
        BadInputError: it is no whole number, or more than there can be.
    """
    number = read_count(text)
    if number > MOST:
        raise BadInputError(_("{text}: too large").format(text=quoted(text)))
    return number
