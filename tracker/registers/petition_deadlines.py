"""The deadlines of one petition or order: from when, until when, by which rule, and kept or not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any, Literal

from plans.registers import Registers, source_of
from plans.workdays import Workdays
from tracker.registers.events import Case, Event, standing
from tracker.registers.petition_course import MOST, Course
from tracker.registers.petition_limits import Limits
from tracker.registers.petitions import course_of

State = Literal["met", "late", "open", "over", "lapsed"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something has to be done, or can be.

    Attributes:
        step: pass_on, accept (with an order: to sign for it), object, settle, review or
            answer_review.
        starts: the day from which it is counted.
        due: its last day, in force.
        source: the sections that it comes from; None where the plan sets it.
        met_on: when it was done.
        state: ``met`` in time or ``late``; ``open``: still to come; ``over``: past and not done;
            ``lapsed``: it cannot or need not be done any more.
        second: of a second review (复核).
    """

    step: str
    starts: date
    due: date
    source: str | None
    met_on: date | None
    state: State
    second: bool = False

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {
            "step": self.step,
            "starts": self.starts.isoformat(),
            "due": self.due.isoformat(),
            "source": self.source,
            "met_on": None if self.met_on is None else self.met_on.isoformat(),
            "state": self.state,
            "second": self.second,
        }


def deadlines(
    case: Case, events: Sequence[Event], rules: Registers, workdays: Workdays, as_of: date
) -> list[Deadline]:
    """The deadlines that have begun to run, in the order of the steps.

    Args:
        events: what had happened by ``as_of``, reversals among it.
        rules: those under which the case was registered.
        as_of: the date whose end is looked at.
    """
    held = standing(events)
    course = course_of(case, events, rules, workdays)
    found = [*_answering(case, held, course, as_of), *_settling(case, held, course, as_of)]
    return found if course.order else [*found, *_reviewing(held, course.limits, as_of)]


def _answering(
    case: Case, held: Sequence[Event], course: Course, as_of: date
) -> Iterator[Deadline]:
    """To pass on, to accept, and to give back."""
    assert case.accept_by is not None
    rules, received = course.limits.rules.petitions, case.opened_on
    answered = held[0].effective_on if held else None
    if course.order:
        yield _duty("accept", received, case.accept_by, None, answered, as_of)
        return
    pass_on = course.limits.after(rules.pass_on, received)
    section = source_of(rules, "pass_on")
    yield _duty("pass_on", received, pass_on, section, answered, as_of)
    section = source_of(rules, "accept")
    yield _duty("accept", received, case.accept_by, section, answered, as_of)
    given_back = _day_of(held, "object")
    if given_back or not held:
        section = source_of(rules, "object")
        yield _right("object", received, course.object_by, section, given_back, as_of)


def _settling(case: Case, held: Sequence[Event], course: Course, as_of: date) -> Iterator[Deadline]:
    if course.due is None:
        return
    starts = case.opened_on if course.order else _day_of(held, "accept") or case.opened_on
    steps = ["settle", *["extend"] * (_day_of(held, "extend") is not None)]
    found = [] if course.order else [source_of(course.limits.rules.petitions, s) for s in steps]
    section = " · ".join(dict.fromkeys(one for one in found if one)) or None
    if course.last in ("decline", "object"):
        yield Deadline("settle", starts, course.due, section, None, "lapsed")
    else:
        yield _duty("settle", starts, course.due, section, _day_of(held, "settle"), as_of)


def _reviewing(held: Sequence[Event], limits: Limits, as_of: date) -> Iterator[Deadline]:
    """To ask for a review after each answer, and to answer it."""
    rules = limits.rules.petitions
    answers = [event.effective_on for event in held if event.kind in ("settle", "reviewed")]
    asked = [event for event in held if event.kind == "review"]
    rounds = zip_longest(answers[: MOST["review"]], asked, answers[1:])
    for second, (answer, event, reply) in enumerate(rounds):
        if answer is None:
            return
        on = None if event is None else event.effective_on
        last = limits.after(rules.review, answer)
        section = source_of(rules, "review", second=bool(second))
        right = _right("review", answer, last, section, on, as_of)
        yield replace(right, second=bool(second))
        if event is not None and event.due is not None:
            section = source_of(rules, "answer_review", second=bool(second))
            duty = _duty("answer_review", event.effective_on, event.due, section, reply, as_of)
            yield replace(duty, second=bool(second))


def _day_of(held: Sequence[Event], kind: str) -> date | None:
    return next((event.effective_on for event in held if event.kind == kind), None)


def _duty(
    step: str, starts: date, due: date, by: str | None, met_on: date | None, as_of: date
) -> Deadline:
    if met_on is None:
        return Deadline(step, starts, due, by, None, "open" if as_of <= due else "over")
    return Deadline(step, starts, due, by, met_on, "met" if met_on <= due else "late")


def _right(
    step: str, starts: date, due: date, by: str | None, met_on: date | None, as_of: date
) -> Deadline:
    unused: State = "open" if as_of <= due else "lapsed"
    return Deadline(step, starts, due, by, met_on, unused if met_on is None else "met")
