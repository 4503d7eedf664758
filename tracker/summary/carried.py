"""What is carried into next year, what was withdrawn, and what nobody reported on."""

from tracker.document import Point, Quote, Section, Text
from tracker.figures import Figure
from tracker.summary.account import Account
from tracker.summary.measures import figures
from tracker.summary.steps import progress
from tracker.summary.teller import Teller


def carried(teller: Teller) -> Section | None:
    """Unfinished items with their state and the date in force, and those that were cancelled."""
    wording, record = teller.wording, teller.record
    still = record.carried()
    gone = [account for account in record.walk() if account.cancelled]
    if not still and not gone:
        return None
    sections = []
    if still:
        tops = record.tops(still)
        body = wording.render(
            "carried_open",
            count=teller.items(tops, "carried"),
            listed=teller.items(still, "carried", unit="listed") if len(still) != len(tops) else "",
            as_of=teller.as_of,
            next_year=teller.next_year,
            over=record.year_over,
        )
        title = wording.render("carried_title", over=record.year_over)
        points = tuple(Point(teller.lead(a), _state(teller, a), (a.code,)) for a in still)
        sections.append(Section("carried_over", title, (body,), points))
    if gone:
        points = tuple(Point(teller.lead(a), _cancelled(teller, a), (a.code,)) for a in gone)
        sections.append(Section("cancelled", wording.render("cancelled_title"), points=points))
    title = wording.render("carried", over=record.year_over)
    return Section("carried", title, sections=tuple(sections))


def _state(teller: Teller, account: Account) -> Text:
    judged = account.judged
    weighted = account.measure == "milestones"
    matters = judged.level.late or teller.record.year_over
    reasons = account.reasons if matters else ()  # while it is on pace nobody asks why it was late
    granted = account.granted
    return teller.wording.render(
        "carried_item",
        lead=teller.unit(judged.lead),
        due=Quote(
            teller.day(judged.due),
            () if granted is None else (granted.id,),
            (teller.place(account.code),),
        ),
        extended=granted is not None,
        overdue=_overdue(teller, account),
        share=teller.share(account) if weighted else "",
        remaining=progress(teller, account) or figures(teller, account.measured),
        reported=account.reported,
        reason=_last(reasons[-1].reason, reasons[-1].id) if reasons else "",
    )


def _last(said: str | None, row: int) -> Quote:
    return Quote((said or "").rstrip("。."), (row,))


def _overdue(teller: Teller, account: Account) -> Figure | str:
    days = (teller.record.as_of - account.judged.due).days
    if days <= 0:
        return ""
    rows = list(account.of_kind("approve"))
    places = [teller.place(account.code)]
    return teller.count(days, "days", "overdue", account, rows=rows, places=places)


def _cancelled(teller: Teller, account: Account) -> Text:
    row, loaded = next(account.of_kind("cancel")), teller.wording.plan_loaded
    return teller.wording.render(
        "cancelled_item",
        on=Quote(teller.day(row.effective_on), (row.id,)),
        reason=_last(loaded if row.version_id else row.reason, row.id),
        figures=figures(teller, account.measured, dated=False, bare=True),
    )


def unreported(teller: Teller) -> Section | None:
    """Items that should have begun and on which nothing was ever filed, though it could be; they
    are not padded."""
    wording, record = teller.wording, teller.record
    mute = [
        account
        for account in record.leaves()
        if not (account.reported or account.judged.computed)
        and not account.finished
        and not account.cancelled
        and account.judged.start <= record.as_of
    ]
    if not mute:
        return None
    told = [
        wording.render(
            "unreported_item",
            title=teller.listed(teller.title(account)),
            lead=teller.unit(account.judged.lead),
            due=teller.is_due(account),
        )
        for account in mute
    ]
    due = [account for account in mute if teller.is_due(account)]
    body = wording.render(
        "unreported_items",
        count=teller.items(mute, "unreported"),
        as_of=teller.as_of,
        told=told,
        due=bool(due),
        waiting=len(due) < len(mute),
    )
    return Section("unreported", wording.render("unreported"), (body,))
