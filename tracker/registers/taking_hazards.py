"""Rows of hazards, as the register takes them in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from plans.case_number import normal_number
from plans.errors import BadInputError, NotFoundError
from plans.language import gettext as _
from plans.safety_words import GRADES, SETTINGS, parse_name
from plans.typed import fold, quoted
from tracker.registers.cells import Bad, Values
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, needed_with
from tracker.registers.correcting import Follows, hazard_follows
from tracker.registers.events import Case, Event
from tracker.registers.filing import Filing
from tracker.registers.findings import Findings
from tracker.registers.found_on import FoundOn, load_found_on
from tracker.registers.hazard_course import HazardCourse
from tracker.registers.hazard_texts import checked_place, checked_post, checked_setting
from tracker.registers.hazards import accept_by, course_of, find_kind
from tracker.registers.hazards_there import HazardsThere, Same, same
from tracker.registers.known import Known
from tracker.registers.new_numbers import NewNumbers
from tracker.registers.row_inserts import Columns
from tracker.registers.taking import Taking

_GRADES = {
    **dict.fromkeys(("一般隐患", "一般事故隐患", "一般安全隐患"), "ordinary"),
    **dict.fromkeys(("重大隐患", "重大事故隐患", "重大安全隐患"), "major"),
}

POSTS = ("fixed_by", "inspected_by", "fixed_again_by", "inspected_again_by")
TEXTS = ("place", *SETTINGS, *POSTS)
"""The fields of which a text is kept."""

_ROUNDS = (
    (
        ("ordered_on", "order_due"),
        ("fixed", "fixed_by"),
        ("inspected", "inspected_by", "inspection"),
    ),
    (
        ("ordered_again_on", "order_again_due"),
        ("fixed_again", "fixed_again_by"),
        ("inspected_again", "inspected_again_by", "inspection_again"),
    ),
)
"""The fields of order, putting right and re-inspection, the first time and again."""


class Hazards(Taking[HazardCourse]):
    """Takes rows into the register of hazards.

    One without a number gets one, and is known again by what was found where and when.
    """

    opened = "found"
    numbered = False
    days = (
        *("found", "ordered_on", "fixed", "inspected"),
        *("ordered_again_on", "fixed_again", "inspected_again", "closed"),
    )
    dues = ("order_due", "order_again_due")
    beside = frozenset(("kind", "place", "community", "unit"))
    stays: Mapping[str, str] = {
        "opened_on": "found",
        "kind": "kind",
        "grade": "grade",
        "place": "place",
        "community": "community",
        "unit": "unit",
        "sweep_id": "sweep",
    }

    def __init__(self, filing: Filing, findings: Findings, correct: bool = False) -> None:
        super().__init__(filing, findings, correct)
        self._there = HazardsThere(filing.connection, self.plans)
        self._new = NewNumbers(filing.connection, self.plans, "hazard", "H")

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        result = partial(_read_inspection)
        units = rules.named.units
        post = partial(checked_post, units)
        return {
            "kind": Values(partial(find_kind, rules.registers), needed=True),
            "grade": Values(_read_grade, needed=True),
            "place": Values(checked_place, needed=True),
            "community": Values(rules.named.community),
            "unit": Values(rules.named.unit),
            "sweep": Values(self._sweep),
            "inspection": Values(result),
            "inspection_again": Values(result),
            **{code: Values(partial(checked_setting, units, code)) for code in SETTINGS},
            **{code: Values(post) for code in POSTS},
        }

    def know_again(self, chunk: Chunk) -> None:
        """Finds the hazards that the register has of rows without a number; others get one."""
        keys = {n: key for n in range(len(chunk)) if (key := _key(chunk, n)) is not None}
        if not keys:
            return
        numbers = chunk.values["number"] = [*chunk.values["number"]]
        used = self._seen.keys() | {n for n in numbers if isinstance(n, str)}
        for place, key in keys.items():
            number = self._there.take(key, used)
            numbers[place] = number or self._new.next(key[-1].year, used)
            used.add(numbers[place])
        there = self.there([numbers[place] for place in keys])
        chunk.known, chunk.rules = known, rules = [*chunk.known], [*chunk.rules]
        places = chunk.values["place"] = [*chunk.values["place"]]
        for place in keys:
            if one := there.get(numbers[place]):
                known[place], rules[place] = one, self.registered(one)
                places[place] = one.case.place  # spaces and widths aside

    def columns(self, chunk: Chunk) -> tuple[Columns, list[tuple[int, RowError]]]:
        """The columns of the cases; and the places where there can be no case, with why not."""
        values = chunk.values
        communities = [_community(chunk, place) for place in range(len(chunk))]
        units = [
            unit or community for unit, community in zip(values["unit"], communities, strict=True)
        ]
        message = _("left empty; expected the unit that leads, for no community is given")
        error = RowError("unit", message)
        wrong = [(place, error) for place, unit in enumerate(units) if unit is None]
        limits = zip(chunk.rules, values["found"], strict=True)
        return {
            "number": values["number"],
            "opened_on": values["found"],
            **{name: values[name] for name in ("kind", "grade", "place")},
            "community": communities,
            "unit": units,
            "repeated": [False] * len(chunk),
            "accept_by": [
                accept_by(rules.registers, day, self.filing.workdays) for rules, day in limits
            ],
            "sweep_id": [sweep and sweep.id for sweep in values["sweep"]],
        }, [*wrong, *_not_found_there(chunk, communities)]

    def steps(self, chunk: Chunk, place: int) -> list[Step]:
        """What a row says has happened, in order; raises RowError."""
        row = chunk.row(place)
        heading = chunk.layout.heading
        settings = {code: row[code] for code in SETTINGS if row[code] is not None}
        if row["order_due"] is not None and row["ordered_on"] is None:
            row["ordered_on"] = row["found"]  # a ledger with nothing but the day that was set
        steps = []
        for order, fix, inspection in _ROUNDS:
            said = (*order, *settings) if order is _ROUNDS[0][0] else order
            if given := _first_given(row, said):
                on, due = (needed_with(row, code, heading(given)) for code in order)
                texts = settings if order is _ROUNDS[0][0] else None
                steps.append(Step(order[0], "order", on, due, settings=texts))
            if given := _first_given(row, fix):
                on, by = (needed_with(row, code, heading(given)) for code in fix)
                steps.append(Step(fix[0], "fix", on, by=by))
            if given := _first_given(row, inspection):
                on, by, kind = (needed_with(row, code, heading(given)) for code in inspection)
                steps.append(Step(inspection[0], kind, on, by=by))
        if row["closed"] is not None:
            steps.append(Step("closed", "close", row["closed"]))
        return steps

    def said(self, events: Iterable[Event]) -> Iterator[Mapping[str, Any]]:
        """What has happened with a hazard, as a row says it: of each event its fields."""
        inspected = 0
        for event in events:
            kind, on, by = event.kind, event.effective_on, event.by_whom
            if kind == "close":
                yield {"closed": on}
            elif inspected < len(_ROUNDS):
                order, fix, inspection = _ROUNDS[inspected]
                if kind == "order":
                    yield dict(zip(order, (on, event.due), strict=True))
                elif kind == "fix":
                    yield dict(zip(fix, (on, by), strict=True))
                else:
                    yield dict(zip(inspection, (on, by, kind), strict=True))
                    inspected += 1

    def came_in(self, case: Case, column: str, chunk: Chunk, place: int) -> Any:
        """What a row says of how a hazard was found, where it leaves that to the register."""
        if column == "sweep_id":
            return case.sweep_id and self._by_id.get(case.sweep_id)
        return super().came_in(case, column, chunk, place)

    def follows(self, rules: Rules, known: Known, columns: Mapping[str, Any]) -> Follows:
        """What follows where a hazard was found otherwise; raises a DubanError."""
        sweep_id = columns.get("sweep_id", known.case.sweep_id)
        sweep = None if sweep_id is None else self._by_id.get(sweep_id)
        return hazard_follows(known, columns, rules.registers, self.filing.workdays, sweep)

    def begin(self, rules: Rules, case: Mapping[str, Any]) -> HazardCourse:
        """A new case on its way."""
        within = rules.registers.safety.inspect_within
        return HazardCourse(case["grade"], case["opened_on"], case["accept_by"], within)

    def resume(self, rules: Rules, known: Known) -> HazardCourse:
        """A case of the register, as far as it has come."""
        return course_of(known.case, known.events, rules.registers)

    def take(self, course: HazardCourse, step: Step, opened: int) -> list[Happened]:
        """Has a step happen; raises a DubanError where it may not."""
        course.take(step.kind, step.on, due=step.due, by=step.by, settings=step.settings)
        day = course.sets(step.kind, step.on, step.due, self.filing.workdays)
        due = None if day is None else day.toordinal() - opened
        details = {"settings": dict(step.settings)} if step.settings else None
        return [Happened(step.kind, step.on.toordinal() - opened, due, step.by, details=details)]

    def _sweep(self, text: str) -> FoundOn:
        """The sweep with a number."""
        number = normal_number(text)
        if number not in self._sweeps:
            message = _("{text}: no such sweep in the register; import the sweeps first")
            raise NotFoundError(message.format(text=quoted(text)))
        return self._sweeps[number]

    @cached_property
    def _sweeps(self) -> Mapping[str, FoundOn]:
        found = load_found_on(self.filing.connection, self.plans)
        return {sweep.number: sweep for sweep in found}

    @cached_property
    def _by_id(self) -> Mapping[int, FoundOn]:
        return {sweep.id: sweep for sweep in self._sweeps.values()}


def _read_grade(text: str) -> str:
    """A grade, also as the law and most ledgers name it; raises BadInputError."""
    return parse_name(GRADES, _GRADES.get(fold(text), text))


def _community(chunk: Chunk, place: int) -> Any:
    """Where a hazard is: as the row says, else that of the sweep."""
    sweep: FoundOn | None = chunk.values["sweep"][place]
    return chunk.values["community"][place] or (sweep and sweep.community)


def _not_found_there(
    chunk: Chunk, communities: Sequence[str | None]
) -> Iterator[tuple[int, RowError]]:
    """The places of new hazards that cannot have been found on their sweep, with why not."""
    for place, sweep in enumerate(chunk.values["sweep"]):
        if sweep and chunk.known[place] is None:
            try:
                sweep.check(communities[place], chunk.values["found"][place])
            except BadInputError as error:
                yield place, RowError("sweep", str(error))


def _key(chunk: Chunk, place: int) -> Same | None:
    """By what a row without a number is known again; None where it has one, or cannot be read."""
    values = chunk.values
    said = [values[code][place] for code in ("kind", "place", "community", "sweep", "found")]
    if values["number"][place] is not None or any(type(value) is Bad for value in said):
        return None
    kind, where, _here, _sweep, found = said
    return same(kind, where, _community(chunk, place), found)


def _first_given(row: Mapping[str, Any], codes: tuple[str, ...]) -> str | None:
    return next((code for code in codes if row[code] is not None), None)


def _read_inspection(text: str) -> str:
    """The kind of event that a re-inspection was: pass or fail.

    Raises:
        BadInputError: neither.
    """
    results = {"合格": "pass", "通过": "pass", "pass": "pass", "不合格": "fail", "不通过": "fail"}
    found = (results | {"fail": "fail"}).get(fold(text).lower())
    if found is None:
        raise BadInputError(_("{text}: expected 合格 or 不合格").format(text=quoted(text)))
    return found
