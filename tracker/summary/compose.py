"""The summary as a document: opening, the year's work, and the sections that follow from it."""

from plans.numerals import percentage
from plans.phrasing import Wording
from tracker.document import Document, Quote, Section, Text
from tracker.figures import Figure
from tracker.summary.account import Account
from tracker.summary.carried import carried, unreported
from tracker.summary.items import point
from tracker.summary.outlook import outlook
from tracker.summary.problems import problems
from tracker.summary.record import Record
from tracker.summary.teller import Teller


def compose(record: Record, wording: Wording) -> Document:
    """Puts the summary together; sections that would be empty are left out."""
    teller = Teller(record, wording)
    office = Quote(record.plan.office)
    parts = (_work, problems, carried, unreported, outlook)
    sections = [part(teller) for part in parts]
    return Document(
        title=wording.render("title", office=office, year=teller.year, next_year=teller.next_year),
        language=wording.language,
        labels=_labels(teller),
        opening=(_opening(teller, office),),
        sections=tuple(section for section in sections if section is not None),
        signed=(record.plan.office, record.as_of),
    )


def _labels(teller: Teller) -> tuple[Text, ...]:
    view = teller.record.view
    labels = []
    if view.scope.simulated:
        labels.append(teller.wording.render("simulated"))
    if any(view.assumed):
        dates = [teller.place(item.code) for item in view.items if item.assumed]
        targets = [m.place for a in teller.record.walk() for m in a.measured if m.assumed]
        labels.append(teller.assumed(dates, targets))
    return tuple(labels)


def _opening(teller: Teller, office: Quote) -> Text:
    record = teller.record
    finished, cancelled = record.of_outcome("finished"), record.of_outcome("cancelled")
    others = [a for a in record.accounts if not a.finished and not a.cancelled]
    split = [account for account in record.accounts if account.children]
    parts = [child for account in split for child in account.children]
    goes_on, ends, settled = (
        record.of_outcome(outcome) for outcome in ("carried", "recurring", "settled")
    )
    divided = record.year_over and bool(ends or settled)
    areas = [teller.place(code) for code in record.view.areas]

    def planned(accounts: list[Account], unit: str) -> Figure | str:
        places = [teller.place(account.code) for account in accounts]
        return teller.count(len(accounts), unit, unit, places=places) if accounts else ""

    def now(accounts: list[Account], what: str) -> Figure | str:
        return teller.items(accounts, what) if accounts else ""

    return teller.wording.render(
        "opening",
        office=office,
        year=teller.year,
        next_year=teller.next_year,
        as_of=teller.as_of,
        areas=teller.count(len(areas), "areas", "areas", places=areas),
        items=planned(list(record.accounts), "items"),
        split=planned(split, "items"),
        parts=planned(parts, "parts"),
        finished=now(finished, "finished"),
        share=_share(teller, finished) if finished else "",
        open=now(others, "open"),
        goes_on=now(goes_on, "carried") if divided else "",
        ends=now(ends, "recurring") if divided else "",
        settled=now(settled, "settled") if divided else "",
        cancelled=now(cancelled, "cancelled"),
        complete=len(finished) == len(record.accounts),
        following=record.following is not None,
    )


def _share(teller: Teller, finished: list[Account]) -> Figure:
    everything = teller.record.accounts
    rows = {row.id for account in finished for row in account.standing}
    places = tuple(teller.place(account.code) for account in everything)
    value = percentage(len(finished), len(everything))
    return Figure(
        value, "%", teller.wording.label("finished"), "percent", tuple(sorted(rows)), places
    )


def _work(teller: Teller) -> Section:
    record = teller.record
    areas = []
    for code, named in record.view.areas.items():
        points = [
            point(teller, account)
            for account in record.accounts
            if account.judged.area == code and _has_work(account)
        ]
        if points:
            heading: Text = (Quote(named, plan=(teller.place(code),)),)
            areas.append(Section("area", heading, points=tuple(points), code=code))
    title = teller.wording.render(
        "work", year=teller.year, as_of=teller.as_of, over=record.year_over
    )
    return Section("work", title, sections=tuple(areas))


def _has_work(account: Account) -> bool:
    """Whether anything was reported of an item, or anything of it is finished."""
    return not account.cancelled and bool(
        account.reported or any(leaf.finished for leaf in account.walk())
    )
