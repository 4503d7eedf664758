"""What a correction of a petition or of a hazard brings with it, and recording one of them.

All checks of a new case apply, by the names and rules under which it was registered. What has
happened since must be able to follow; what was granted (an extension) stays as it was granted.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from plans.register_words import parse_channel
from plans.registers import HOTLINE, Registers
from plans.safety_words import GRADES, parse_name
from plans.workdays import Workdays
from tracker.registers.correction import check_differs, correct, differing, unit_with
from tracker.registers.events import Book, Case, about, events_of
from tracker.registers.found_on import FoundOn, load_found_on
from tracker.registers.hazard_texts import checked_place
from tracker.registers.hazards import (
    Hazards,
    accept_by,
    course_of,
    find_kind,
    typed_number,
)
from tracker.registers.known import Known
from tracker.registers.named import Named, load_named
from tracker.registers.petition_course import Course
from tracker.registers.petition_limits import Limits
from tracker.registers.petitions import Petitions

WHOLE_OFFICE = ""
"""What is given as the community of a case that concerns the whole office."""


class Follows(NamedTuple):
    """What a correction comes to.

    Attributes:
        columns: those that are corrected, and those that follow from them.
        due: the number of an event → the day that it sets, where that changes.
    """

    columns: Mapping[str, Any]
    due: Mapping[int, date | None]


def petition_follows(known: Known, columns: Mapping[str, Any], limits: Limits) -> Follows:
    """What follows where a petition came in otherwise.

    Args:
        columns: those that are corrected.
        limits: of the version under which it was registered.

    Raises:
        BadInputError: the kind does not fit the channel, or a day lies before it came in.
        ConflictError: what has happened with it could not have happened.
    """
    was, case = known.case, replace(known.case, **columns)
    assert case.channel is not None
    other_rules = (was.channel == HOTLINE) != (case.channel == HOTLINE)
    days: dict[str, Any] = {}
    due: dict[int, date | None] = {}
    course = Course.begin(limits, case.channel, case.kind, case.opened_on)
    if other_rules or "opened_on" in columns:
        days = {"accept_by": course.accept_by, "settle_by": course.due}
    elif "kind" in columns:
        days = {"settle_by": course.due}
    for event in known.standing if days else ():
        course.check(event.kind, event.effective_on)
        if event.kind == "accept" and other_rules:
            due[event.number] = course.settle_after(event.effective_on)
        course.note(event.kind, event.effective_on, due.get(event.number, event.due))
    return Follows({**columns, **days}, due)


def hazard_follows(
    known: Known,
    columns: Mapping[str, Any],
    rules: Registers,
    workdays: Workdays,
    sweep: FoundOn | None,
) -> Follows:
    """What follows where a hazard was found otherwise; the same with hazards.

    Args:
        sweep: that on which it was found, as corrected.

    Raises:
        BadInputError: a day lies before it was found, a major one lacks its settings, or it cannot
            have been found on its sweep.
        ConflictError: what has happened with it could not have happened.
    """
    case = replace(known.case, **columns)
    days: dict[str, Any] = {}
    if "opened_on" in columns:
        days = {"accept_by": accept_by(rules, case.opened_on, workdays)}
    if columns.keys() & {"opened_on", "grade"}:
        course = course_of(replace(case, **days), [], rules)
        for event in known.standing:
            due, by = event.due, event.by_whom
            settings = (event.details or {}).get("settings")
            course.take(event.kind, event.effective_on, due=due, by=by, settings=settings)
    if sweep is not None and columns.keys() & {"opened_on", "community", "sweep_id"}:
        sweep.check(case.community, case.opened_on)
    return Follows({**columns, **days}, {})


def correct_petition(
    register: Petitions,
    number: str,
    *,
    topic: str | None = None,
    community: str | None = None,
    unit: str | None = None,
    kind: str | None = None,
    channel: str | None = None,
    received: date | None = None,
    repeated: bool | None = None,
) -> Case:
    """Corrects how a petition came in; what is None stays.

    Args:
        community: ``WHOLE_OFFICE`` where it concerns no single one.

    Raises:
        NotFoundError: there is no such case, topic, community, unit or kind.
        BadInputError: a value that cannot be.
        ConflictError: nothing would change, or what has happened could not have happened.
    """
    book = register.book
    case = book.find(number)
    with about(case.number):
        rules, known = book.rules_of(case), _known(book, case)
        named = load_named(book.connection, case.version_id, rules)
        way = case.channel if channel is None else parse_channel(channel)
        sort: str | None = case.kind if way == HOTLINE else None
        if kind is not None:
            sort = named.kind(kind) if way == HOTLINE else kind
        given = {
            "channel": way,
            "kind": sort,
            "topic": case.topic if topic is None else named.topic(topic),
            "repeated": case.repeated if repeated is None else repeated,
            **_where(case, named, community, unit),
            **_when(book, case, received),
        }
        columns = differing(case, given)
        check_differs(columns)
        limits = Limits(rules, book.filing.workdays)
        return correct(book.filing, known, *petition_follows(known, columns, limits))


def correct_hazard(
    register: Hazards,
    number: str,
    *,
    kind: str | None = None,
    grade: str | None = None,
    place: str | None = None,
    community: str | None = None,
    unit: str | None = None,
    found: date | None = None,
) -> Case:
    """Corrects how a hazard was found; what is None stays. See ``correct_petition``."""
    book = register.book
    case = book.find(typed_number(number))
    with about(case.number):
        rules, known = book.rules_of(case), _known(book, case)
        named = load_named(book.connection, case.version_id, rules)
        given = {
            "kind": case.kind if kind is None else find_kind(rules, kind),
            "grade": case.grade if grade is None else parse_name(GRADES, grade),
            "place": case.place if place is None else checked_place(place),
            **_where(case, named, community, unit),
            **_when(book, case, found),
        }
        columns = differing(case, given)
        check_differs(columns)
        sweep = _sweep_of(book, case)
        follows = hazard_follows(known, columns, rules, book.filing.workdays, sweep)
        return correct(book.filing, known, *follows)


def moved(book: Book, opened_on: date) -> dict[str, Any]:
    """The columns of a case that came in on another day than was recorded."""
    return {"opened_on": opened_on, "plan_id": book.plan_of(opened_on).id}


def _known(book: Book, case: Case) -> Known:
    return Known(case, events_of(book.connection, case.id))


def _sweep_of(book: Book, hazard: Case) -> FoundOn | None:
    if hazard.sweep_id is None:
        return None
    ids = [plan.id for plan in book.plans.values()]
    return next(iter(load_found_on(book.connection, ids, hazard.sweep_id)), None)


def _where(case: Case, named: Named, community: str | None, unit: str | None) -> dict[str, Any]:
    where = case.community
    if community is not None:
        where = None if community == WHOLE_OFFICE else named.community(community)
    leads = unit_with(case, where) if unit is None else named.unit(unit)
    return {"community": where, "unit": leads or case.unit}


def _when(book: Book, case: Case, day: date | None) -> dict[str, Any]:
    if day is None or day == case.opened_on:
        return {}
    book.not_ahead(day)
    return moved(book, day)
