"""Rows of petitions and orders of the 12345 line, as the register takes them in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from plans.errors import BadInputError, DubanError
from plans.language import gettext as _
from plans.language import listed
from plans.register_words import RESULTS, UNSTATED, parse_channel
from plans.registers import HOTLINE
from plans.typed import fold, quoted
from tracker.registers.cells import Values, read_flag
from tracker.registers.chunk import Chunk, Happened, RowError, Rules, Step, needed_with
from tracker.registers.correcting import Follows, petition_follows
from tracker.registers.events import Case, Event
from tracker.registers.filing import Filing
from tracker.registers.findings import Findings
from tracker.registers.known import Known
from tracker.registers.petition_course import Course
from tracker.registers.petitions import USUAL_REASON, course_of
from tracker.registers.row_inserts import Columns, Story
from tracker.registers.satisfaction import read_survey
from tracker.registers.taking import Taking

ENDINGS = ("settle", "decline", "object")
_SETTLED = ("已办结", "办结", "已回复", "已答复", "已处理", "已办理", "已办")
"""What says that a case was settled, but not how."""

_OF_STEPS = (
    *("accepted", "extended_to", "extended_on", "extended_by", "settled", "result", "surveyed"),
    "survey",
)
_FURTHER = ("extended_on", "extended_by", "extended_to")


class Petitions(Taking[Course]):
    """Takes rows into the register of petitions."""

    opened = "received"
    days = ("received", "accepted", "extended_on", "settled", "surveyed")
    dues = ("extended_to",)
    beside = frozenset(("topic", "community", "unit", "repeated"))
    stays: Mapping[str, str] = {
        "opened_on": "received",
        "channel": "channel",
        "kind": "kind",
        "topic": "topic",
        "community": "community",
        "unit": "unit",
        "repeated": "repeated",
    }

    def __init__(self, filing: Filing, findings: Findings, correct: bool = False) -> None:
        super().__init__(filing, findings, correct)
        self._alike: dict[Any, dict[Any, Story]] = {}
        self._first_days = _FirstDays()

    def readers(self, rules: Rules) -> dict[str, Values]:
        """What reads the fields besides days and number."""
        named = rules.named
        return {
            "channel": Values(parse_channel, needed=True),
            "kind": Values(named.kind),
            "topic": Values(named.topic, needed=True),
            "community": Values(named.community),
            "unit": Values(named.unit),
            "repeated": Values(read_flag),
            "extended_by": Values(named.unit),
            "result": Values(read_ending),
            "survey": Values(read_survey),
        }

    def columns(self, chunk: Chunk) -> tuple[Columns, list[tuple[int, RowError]]]:
        """The columns of the cases; and the places where there can be no case, with why not."""
        values = chunk.values
        days = [
            self._first_days[key]
            for key in zip(
                chunk.rules, values["channel"], values["kind"], values["received"], strict=True
            )
        ]
        units = [
            unit or community
            for unit, community in zip(values["unit"], values["community"], strict=True)
        ]
        wrong = [(place, day) for place, day in enumerate(days) if type(day) is RowError]
        if None in units:
            message = _("left empty; expected the unit that leads, for no community is given")
            error = RowError("unit", message)
            wrong += [(place, error) for place, unit in enumerate(units) if unit is None]
        accept_by, settle_by = zip(*days, strict=True) if days and not wrong else (days, days)
        return {
            "opened_on": values["received"],
            **{name: values[name] for name in ("number", "channel", "kind", "topic", "community")},
            "unit": units,
            "repeated": [bool(flag) for flag in values["repeated"]],
            "accept_by": accept_by,
            "settle_by": settle_by,
        }, wrong

    def steps(self, chunk: Chunk, place: int) -> list[Step]:
        """What a row says has happened, in order; raises RowError."""
        row = {code: chunk.values[code][place] for code in _OF_STEPS}
        heading = chunk.layout.heading
        steps = []
        if row["accepted"] is not None:
            steps.append(Step("accepted", "accept", row["accepted"]))
        if extended := next((code for code in _FURTHER if row[code] is not None), None):
            on, by, to = (needed_with(row, code, heading(extended)) for code in _FURTHER)
            steps.append(Step("extended_to", "extend", on, to, by))
        if row["settled"] is not None:
            if row["result"] is None and "result" in chunk.layout.columns:
                there = [name for name, _en in RESULTS["settle"].values()]
                message = _("left empty; expected, for {heading} is given: one of {there}")
                values = {"heading": heading("settled"), "there": listed(there, len(there))}
                raise RowError("result", message.format(**values))
            kind, result = row["result"] or ("settle", UNSTATED)
            if kind == "settle" and chunk.values["channel"][place] != HOTLINE:
                needed_with(row, "accepted", heading("settled"))
            steps.append(Step("settled", kind, row["settled"], result=result))
        elif row["result"] is not None:
            needed_with(row, "settled", heading("result"))
        if row["survey"] is not None:
            # A file that has no such day at all: they were asked when the case was settled.
            day = "surveyed" if "surveyed" in chunk.layout.columns else "settled"
            on = row["surveyed"] or needed_with(row, day, heading("survey"))
            steps.append(Step("surveyed", "survey", on, result=row["survey"]))
        return steps

    def said(self, events: Iterable[Event]) -> Iterator[Mapping[str, Any]]:
        """What has happened with a case, as a row says it: of each event its fields."""
        for event in events:
            kind, on = event.kind, event.effective_on
            if kind == "accept":
                yield {"accepted": on}
            elif kind == "extend":
                yield dict(zip(_FURTHER, (on, event.by_whom, event.due), strict=True))
            elif kind in ENDINGS:
                yield {"settled": on, "result": (kind, event.result)}
            elif kind == "survey":
                yield {"surveyed": on, "survey": event.result}

    def came_in(self, case: Case, column: str, chunk: Chunk, place: int) -> Any:
        """What a row says of how a case came in, where it leaves that to the register."""
        if column == "kind" and chunk.values["channel"][place] != HOTLINE:
            return None  # only orders have one
        return super().came_in(case, column, chunk, place)

    def follows(self, rules: Rules, known: Known, columns: Mapping[str, Any]) -> Follows:
        """What follows where a case came in otherwise; raises a DubanError."""
        return petition_follows(known, columns, rules.limits)

    def begin(self, rules: Rules, case: Mapping[str, Any]) -> Course:
        """A new case on its way."""
        return Course.begin(rules.limits, case["channel"], case["kind"], case["opened_on"])

    def resume(self, rules: Rules, known: Known) -> Course:
        """A case of the register, as far as it has come."""
        return course_of(known.case, known.events, rules.registers, self.filing.workdays)

    def take(self, course: Course, step: Step, opened: int) -> list[Happened]:
        """Has a step happen; raises a DubanError where it may not."""
        taken = course.take(step.kind, step.on, step.due, step.by)
        result = USUAL_REASON if step.kind == "extend" else step.result
        return [
            Happened(
                kind,
                on.toordinal() - opened,
                None if due is None else due.toordinal() - opened,
                step.by,
                result if kind == step.kind else None,
            )
            for kind, on, due in taken
        ]

    def stories(self, chunk: Chunk, columns: Columns) -> Sequence[Story | RowError]:
        """What has happened with each new case, or why that cannot be.

        Of orders it matters only how many days lie between what has happened: those that are alike
        in this go alike. Not so where the rules count days themselves, which they do with other
        petitions, and where an order is extended or given back: such a case is like those of the
        same channel, kind and day only.
        """
        values = chunk.values
        opened = [day.toordinal() for day in columns["opened_on"]]
        after = [
            [
                None if day is None else day.toordinal() - began
                for day, began in zip(values[code], opened, strict=True)
            ]
            for code in ("accepted", "settled", "surveyed")
        ]
        extended = [values[code] for code in _FURTHER]
        result = values["result"]
        of_its_own = [
            (way, kind, began)
            if way != HOTLINE or any(more) or (end and end[0] == "object")
            else None
            for way, kind, began, end, *more in zip(
                values["channel"], values["kind"], opened, result, *extended, strict=True
            )
        ]
        alike = (chunk.rules, of_its_own, *after, *extended, result)
        # Of a file without these columns what is empty in them means something else.
        columns_there = tuple(code in chunk.layout.columns for code in ("result", "surveyed"))
        told = self._alike.setdefault(columns_there, {})
        stories: list[Story | RowError] = []
        for place, key in enumerate(zip(*alike, values["survey"], strict=True)):
            story: Story | RowError | None = told.get(key)
            if story is None:
                story = self.story(chunk, columns, place)
                if not isinstance(story, RowError):
                    told[key] = story
            stories.append(story)
        return stories


class _FirstDays(dict[tuple[Rules, str, str | None, date], Any]):
    """(rules, channel, kind, day it came in) → (accept_by, settle_by), or why there are none."""

    def __missing__(self, key: tuple[Rules, str, str | None, date]) -> Any:
        rules, channel, kind, received = key
        days: Any
        try:
            course = Course.begin(rules.limits, channel, kind, received)
            days = course.accept_by, course.due
        except DubanError as error:
            days = RowError("kind", str(error))
        self[key] = days
        return days


def read_ending(text: str) -> tuple[str, str]:
    """How a case ended: the kind of event, and its result or reason.

    Raises:
        BadInputError: there is no such result, or several kinds of events have one of this code.
    """
    typed = fold(text)
    if typed in _SETTLED:
        return "settle", UNSTATED
    found = [
        (kind, code)
        for kind in ENDINGS
        for code, names in RESULTS[kind].items()
        if typed in (code, *names)
    ]
    if len(found) == 1:
        return found[0]
    names = [RESULTS[kind][code][0] for kind, code in found] or [
        name for kind in ENDINGS for name, _en in RESULTS[kind].values()
    ]
    message = _("{text}: expected one of: {there}")
    raise BadInputError(message.format(text=quoted(text), there=listed(names, len(names))))
