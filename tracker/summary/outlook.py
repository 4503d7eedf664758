"""The plan for next year: its commitments where it is in the store, otherwise what is known of it.

What is not known is not made up: carry-overs and recurring work follow from this year, and for new
work the office finds empty slots.
"""

from decimal import Decimal

from tracker.document import Point, Quote, Section, Text
from tracker.figures import Figure, place
from tracker.summary.measures import goals
from tracker.summary.next_year import NextYear, Promise
from tracker.summary.teller import Teller


def outlook(teller: Teller) -> Section:
    """The last section."""
    title = teller.wording.render("next", next_year=teller.next_year)
    following = teller.record.following
    if following is None:
        return Section("next", title, sections=_expected(teller))
    dates, targets = following.assumed_items, following.assumed_targets
    body = (teller.assumed(dates, targets),) if dates or targets else ()
    return Section("next", title, body, sections=_planned(teller, following))


def _planned(teller: Teller, following: NextYear) -> tuple[Section, ...]:
    sections = []
    for code, title in following.areas.items():
        points = tuple(
            _promise(teller, following, promise)
            for promise in following.promises
            if promise.area == code
        )
        heading: Text = (Quote(title, plan=(place(following.plan, code),)),)
        sections.append(Section("area", heading, points=points, code=code))
    return tuple(sections)


def _promise(teller: Teller, following: NextYear, promise: Promise) -> Point:
    wording, where = teller.wording, place(following.plan, promise.code)
    at_year_end = (promise.due.month, promise.due.day) == (12, 31)
    due = wording.year_end if at_year_end else wording.day(promise.due, following.plan.year)

    def number(count: int, unit: str) -> Figure | str:
        if not count:
            return ""
        named = wording.unit(unit, count)
        return Figure(Decimal(count), named, promise.code, "target", plan=(where,))

    body = wording.render(
        "next_item",
        rhythm=wording.rhythm(promise.steps) if promise.recurring else "",
        times=number(promise.steps, "times") if promise.recurring else "",
        goals=goals(teller, promise.measured),
        parts=number(promise.children, "parts"),
        due="" if promise.recurring else Quote(due, plan=(where,)),
        lead=Quote(following.units.get(promise.lead, promise.lead), plan=(where,)),
    )
    lead = wording.render("lead", title=Quote(promise.title, plan=(where,)))
    return Point(lead, body, (promise.code,))


def _expected(teller: Teller) -> tuple[Section, ...]:
    """What next year will hold, as far as this year's plan and ledger say."""
    wording = teller.wording
    sections = []
    still = teller.record.of_outcome("carried")
    if still:
        over = teller.record.year_over
        body = wording.render("next_carried", count=teller.items(still, "carried"), over=over)
        title = wording.render("next_carried_title", over=over)
        sections.append(Section("carry_over", title, (body,)))
    if often := _recurring(teller):
        sections.append(Section("recurring", wording.render("next_recurring_title"), often))
    slots = tuple(_slot(teller, code, title) for code, title in teller.record.view.areas.items())
    sections.append(Section("new", wording.render("next_new_title"), points=slots))
    return tuple(sections)


def _slot(teller: Teller, code: str, title: str) -> Point:
    area = Quote(title, plan=(teller.place(code),))
    what = teller.wording.render("slot_new", next_year=teller.next_year)
    lead = teller.wording.render("lead", title=area)
    return Point(lead, teller.wording.render("slot", what=what))


def _recurring(teller: Teller) -> tuple[Text, ...]:
    by_rhythm: dict[str, list[Text]] = {}
    for account in teller.record.accounts:
        if account.cancelled or not all(leaf.judged.recurring for leaf in account.leaves):
            continue
        rhythm = teller.wording.rhythm(len(account.leaves[0].steps))
        by_rhythm.setdefault(rhythm, []).extend(teller.titles([account]))
    return tuple(
        teller.wording.render("next_recurring", rhythm=rhythm, titles=list(titles))
        for rhythm, titles in by_rhythm.items()
    )
