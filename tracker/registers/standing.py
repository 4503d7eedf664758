"""Where each case of a register stands: one statement for each register.

Nothing here is stored. Days are whole day numbers, as in ``tracker/stored.py``; all come out alike
on SQLite and PostgreSQL. What a rate counts is decided by these columns and nowhere else:

**A petition** is *accepted* by its first ``accept`` and *ended* by ``settle``, ``decline`` or
``object``. The day by which it has to be settled is the latest one that its registration, its
acceptance or an extension has set; it is NULL as long as the clock has not begun to run.

- ``accept_due``: the time to accept it is over, or it was accepted or ended; ``accepted_in_time``:
  accepted or ended by ``accept_by``.
- ``settle_due``: settled, or open though ``settle_by`` is over (应办结); as long as it is not
  accepted ``accept_by`` stands for that day, else one that nobody ever accepts would not count.
  ``settled_on_time``: settled by ``settle_by``. Declined and given back it is neither.
- ``asked``: a survey says whether it satisfied; ``satisfied``: it did.

**A hazard** is *put right* when it has passed its last re-inspection, *in time* when that for which
it passed was done by the day of its first order, if that was given by ``accept_by``; else by
``accept_by``. So no order that is given late, or anew after a failed one, mends what was late.

**A sweep** is *held* in time by its ``settle_by``, *late* up to ``lapses_on``, and *missed* after.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, literal_column, or_, select

from tracker.registers.look import Look
from tracker.schema_registers import ENDS, NOTICES
from tracker.sight import Column, greatest, number
from tracker.stored import register_case, register_event

ONE, NONE = number(1), number(0)

STATES = ("found", "ordered", "fixed", "failed", "passed", "closed")
"""The states of a hazard, in the order in which ``state`` numbers them."""

_STATE_OF = {"order": 1, "fix": 2, "fail": 3, "pass": 4, "close": 5}

_CASE = (
    *("id", "plan_id", "version_id", "filing_id", "number", "opened_on", "channel", "kind"),
    *("grade", "topic", "community", "place", "place_key", "unit", "repeated", "accept_by"),
    *("lapses_on", "rhythm", "sweep_id"),
)


def _flag(condition: Column) -> Column:
    return case((condition, ONE), else_=NONE)


def _events(
    look: Look, *registers: str, among: Select[Any] | None = None, **columns: Column
) -> Subquery:
    """What the events that hold say of each case, one row a case that has any."""
    e = register_event
    happened_on = case((e.c.kind.not_in(NOTICES), e.c.effective_on))
    columns |= {"last_on": func.max(happened_on)}
    of_register = among
    if of_register is None:
        of_register = select(register_case.c.id).where(look.covers(register_case, *registers))
    return (
        select(e.c.case_id, *[column.label(name) for name, column in columns.items()])
        .where(e.c.case_id.in_(of_register), look.holds(e))
        .group_by(e.c.case_id)
        .subquery("happened")
    )


def _when(*kinds: str) -> Column:
    """The day of an event of these kinds, to be taken the least or greatest of."""
    return case((register_event.c.kind.in_(kinds), register_event.c.effective_on))


def _joined(
    look: Look,
    register: str,
    happened: Subquery,
    among: Select[Any] | None = None,
    **columns: Column,
) -> Select[Any]:
    c = register_case.c
    wanted = look.covers(register_case, register) if among is None else c.id.in_(among)
    return (
        select(
            *[c[name] for name in _CASE],
            happened.c.last_on,
            *[made.label(name) for name, made in columns.items()],
        )
        .select_from(register_case.outerjoin(happened, happened.c.case_id == c.id))
        .where(wanted)
    )


def petitions(look: Look, among: Select[Any] | None = None) -> Select[Any]:
    """Each petition and order: the columns of the case, and

    settle_by (in force), accepted_on, ended_on, ended (the kind), extensions, extended_days,
    survey (satisfied, dissatisfied or NULL), reviews (asked for), review_on and review_by (where a
    review is pending: asked for, and to be answered), overdue (open, and ``settle_by`` is over),
    and the flags accept_due, accepted_in_time, settle_due, settled_on_time, settled, asked,
    satisfied (1 or 0).

    Args:
        among: a statement of the ids of those that are wanted, out of those that ``look`` covers.
    """
    e = register_event.c
    happened = _events(
        look,
        "petition",
        among=among,
        accepted_on=func.min(_when("accept")),
        ended_on=func.max(_when(*ENDS)),
        ended=func.max(case((e.kind.in_(ENDS), e.kind))),
        due=func.max(case((e.kind.in_(("accept", "extend")), e.due))),
        extensions=func.sum(_flag(e.kind == "extend")),
        survey=func.max(case((e.kind == "survey", e.result))),
        pending=func.sum(
            case(
                (e.kind == "review", ONE), (e.kind == "reviewed", literal_column("-1")), else_=NONE
            )
        ),
        reviews=func.sum(_flag(e.kind == "review")),
        review_on=func.max(_when("review")),
        review_by=func.max(case((e.kind == "review", e.due))),
    )
    c, h = register_case.c, happened.c
    settle_by = greatest(c.settle_by, h.due)
    answered = case(
        (h.accepted_on.isnot(None), h.accepted_on), else_=h.ended_on
    )  # whichever told first whether it is accepted
    settled = h.ended == "settle"
    has_ended = h.ended_on.isnot(None)
    return _joined(
        look,
        "petition",
        happened,
        among,
        settle_by=settle_by,
        accepted_on=h.accepted_on,
        ended_on=h.ended_on,
        ended=h.ended,
        extensions=func.coalesce(h.extensions, NONE),
        survey=h.survey,
        reviews=func.coalesce(h.reviews, NONE),
        review_on=case((h.pending > 0, h.review_on)),
        review_by=case((h.pending > 0, h.review_by)),
        overdue=_flag(and_(h.ended_on.is_(None), settle_by < look.day)),
        accept_due=_flag(or_(answered.isnot(None), c.accept_by < look.day)),
        accepted_in_time=_flag(answered <= c.accept_by),
        settled=_flag(settled),
        settle_due=_flag(
            or_(settled, and_(~has_ended, func.coalesce(settle_by, c.accept_by) < look.day))
        ),
        settled_on_time=_flag(and_(settled, h.ended_on <= settle_by)),
        asked=_flag(h.survey.isnot(None)),
        satisfied=_flag(h.survey == "satisfied"),
    )


def hazards(look: Look) -> Select[Any]:
    """Each hazard: the columns of the case, and

    settle_by (in force: by its last order, else accept_by; of one that waits for re-inspection the
    day for that), state (see ``STATES``), fixed_on, ended_on (passed re-inspection), closed_on,
    ordered (1 or 0), fails (failed re-inspections), overdue (not put right, and ``settle_by`` is
    over), and the flags major, put_right, put_right_in_time, reopened (1 or 0).
    """
    e = register_event.c
    ranks = [(e.kind == kind, e.number * 8 + rank) for kind, rank in _STATE_OF.items()]
    happened = _events(
        look,
        "hazard",
        last=func.max(case(*ranks)),
        due=func.max(case((e.kind == "order", e.due))),
        ordered_on=func.min(_when("order")),
        first_due=func.min(case((e.kind == "order", e.due))),
        fixed_on=func.max(_when("fix")),
        inspect_by=func.max(case((e.kind == "fix", e.due))),
        passed_on=func.max(_when("pass")),
        closed_on=func.max(_when("close")),
        fails=func.sum(_flag(e.kind == "fail")),
    )
    c, h = register_case.c, happened.c
    state = func.coalesce(h.last % 8, NONE)
    waits = and_(state == 2, h.inspect_by.isnot(None))
    settle_by = case((waits, h.inspect_by), else_=func.coalesce(h.due, c.accept_by))
    right = state >= 4
    in_time_by = case((h.ordered_on <= c.accept_by, h.first_due), else_=c.accept_by)
    return _joined(
        look,
        "hazard",
        happened,
        settle_by=settle_by,
        state=state,
        fixed_on=h.fixed_on,
        ended_on=case((right, h.passed_on)),
        closed_on=h.closed_on,
        ordered=_flag(h.due.isnot(None)),
        fails=func.coalesce(h.fails, NONE),
        overdue=_flag(and_(~right, settle_by < look.day)),
        major=_flag(c.grade == "major"),
        put_right=_flag(right),
        put_right_in_time=_flag(and_(right, h.fixed_on <= in_time_by)),
        reopened=_flag(h.fails > 0),
    )


def sweeps(look: Look) -> Select[Any]:
    """Each sweep: the columns of the case, and

    settle_by (due), held_on, places, people (NULL as long as it is not held), and the flags held,
    in_time, late, missed, and due (its day is over, or it was held; 1 or 0).
    """
    e = register_event.c
    happened = _events(
        look,
        "sweep",
        held_on=func.min(_when("hold")),
        places=func.sum(case((e.kind == "hold", e.places))),
        people=func.sum(case((e.kind == "hold", e.people))),
    )
    c, h = register_case.c, happened.c
    held = h.held_on.isnot(None)
    last_day = func.coalesce(c.lapses_on, c.settle_by)
    return _joined(
        look,
        "sweep",
        happened,
        settle_by=c.settle_by,
        held_on=h.held_on,
        places=h.places,
        people=h.people,
        held=_flag(and_(held, h.held_on <= last_day)),
        in_time=_flag(h.held_on <= c.settle_by),
        late=_flag(and_(h.held_on > c.settle_by, h.held_on <= last_day)),
        missed=_flag(and_(last_day < look.day, or_(~held, h.held_on > last_day))),
        due=_flag(or_(held, c.settle_by < look.day)),
    )


STATEMENTS: Mapping[str, Callable[[Look], Select[Any]]] = {
    "petition": petitions,
    "sweep": sweeps,
    "hazard": hazards,
}
"""Register → the statement of its cases."""
