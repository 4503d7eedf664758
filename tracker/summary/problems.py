"""What went wrong, from what was late and the reasons that units filed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tracker.document import Point, Quote, Section, Text
from tracker.history import Entry
from tracker.schema import REPORTS
from tracker.summary.account import Account
from tracker.summary.completed import completed_by, days_late
from tracker.summary.extensions import extensions
from tracker.summary.measures import figures, misses_target
from tracker.summary.steps import shortfall
from tracker.summary.teller import Teller

NAMED = 5  # items that are named of a group; the rest are counted

SILENT_DAYS = 60
"""A late item on which nothing was filed for longer counts as one that fell silent."""


def problems(teller: Teller) -> Section:
    """The section on problems; where the ledger knows of none, a slot for the office."""
    wording = teller.wording
    late = list(_late(teller))
    silent = [account for account in late if _fell_silent(teller, account)]
    others = [account for account in late if not _fell_silent(teller, account)]
    parts = [
        *_by_cause(teller, late),
        *_finished_late(teller, late),
        *_missed(teller, late),
        *_short(teller),
        *_silent(teller, silent),
        *_unexplained(teller, others),
        *extensions(teller),
    ]
    slot = wording.render("slot", what=wording.render("slot_problems"))
    body: Text = wording.render("no_problems", slot=slot)
    if late:
        tops = teller.record.tops(late)
        still = [top for top in tops if not top.finished and not top.cancelled]
        body = wording.render(
            "late_items",
            late=teller.items(tops, "late"),
            open=teller.items(still, "late") if still else "",
            as_of=teller.as_of,
            over=teller.record.year_over,
            parts=any(account.children for account in tops),
            reasons=any(_reasons(account) for account in late),
        )
    return Section("problems", wording.render("problems"), (body,), sections=tuple(parts))


def _late(teller: Teller) -> Iterator[Account]:
    """What was late; what is told by its children only where it has something of its own to tell:
    a reason that was filed on it, or no child that was late."""
    for account in teller.record.walk():
        below = account.by_children and any(map(_was_late, account.counted))
        if _was_late(account) and not (below and not _told(account)):
            yield account


def _was_late(account: Account) -> bool:
    judged = account.judged
    late = judged.level.late or judged.late or judged.missed or days_late(account)
    return bool(late or _told(account)) and not account.cancelled


def _told(account: Account) -> bool:
    """Whether a unit filed a reason for lateness with a report."""
    return any(row.reason for row in account.of_kind(*REPORTS))


def _reasons(account: Account) -> list[Quote]:
    """Why an item was late, in the words of its unit; each reason once, with all its rows."""
    rows: dict[str, list[Entry]] = {}
    for row in account.reasons:
        rows.setdefault((row.reason or "").rstrip("。.；;"), []).append(row)
    return [Quote(said, tuple(row.id for row in told)) for said, told in rows.items()]


def _by_cause(teller: Teller, late: list[Account]) -> Iterator[Section]:
    wording = teller.wording
    causes = {wording.cause(reason.text) for account in late for reason in _reasons(account)}
    for cause in wording.causes:
        told = [
            (account, reasons)
            for account in late
            if (reasons := [r for r in _reasons(account) if wording.cause(r.text) == cause])
        ]
        if not told:
            continue
        points = tuple(
            Point(
                teller.lead(account),
                wording.render("cause_open", reasons=reasons),
                (account.code,),
            )
            for account, reasons in told
            if not account.finished
        )
        over = [pair for pair in told if pair[0].finished]
        closing = (_finished(teller, over, bool(points)),) if over else ()
        title = wording.render("cause", cause=wording.cause_heading(cause, causes))
        yield Section("cause", title, points=points, closing=closing)


def _finished(teller: Teller, over: list[tuple[Account, list[Quote]]], others: bool) -> Text:
    wording = teller.wording
    told = [
        wording.render(
            "late_with_reason", title=teller.listed(teller.title(account)), reason=reasons[0]
        )
        for account, reasons in over[:NAMED]
    ]
    return wording.render(
        "cause_finished",
        told=told,
        others=others,
        many=len(over) > 1,
        count=teller.items([account for account, _ in over], "late"),
    )


def _finished_late(teller: Teller, late: list[Account]) -> Iterator[Section]:
    """What was finished after its date in force, each with by how many days; many by unit."""
    by_lead: dict[str, list[Text]] = {}
    for account in late:
        row, days = completed_by(account), days_late(account)
        if row is None or not days:
            continue
        cited = [row, *account.of_kind("approve")]
        due = [teller.place(account.code)]
        by_lead.setdefault(account.judged.lead, []).append(
            teller.wording.render(
                "finished_late_item",
                title=teller.listed(teller.title(account)),
                on=Quote(teller.day(row.effective_on), (row.id,)),
                days=teller.count(days, "days", "overdue", account, rows=cited, places=due),
            )
        )
    told = [one for of_lead in by_lead.values() for one in of_lead]
    if not told:
        return
    bodies = [teller.wording.render("finished_late", lead="", told=told)]
    if len(told) > NAMED:
        bodies = [
            teller.wording.render("finished_late", lead=teller.unit(lead), told=of_lead)
            for lead, of_lead in by_lead.items()
        ]
    yield Section("finished_late", teller.wording.render("finished_late_title"), tuple(bodies))


def _missed(teller: Teller, late: list[Account]) -> Iterator[Section]:
    short = [told for account in late if (told := shortfall(teller, account))]
    if short:
        body = teller.wording.render("missed", short=short)
        yield Section("missed", teller.wording.render("missed_title"), (body,))


def _short(teller: Teller) -> Iterator[Section]:
    """Items that count as done, or go on every year, while a target of theirs was missed."""
    points = []
    for account in teller.record.walk():
        over = account.finished or (account.judged.recurring and teller.record.year_over)
        short = [measured for measured in account.measured if misses_target(measured)]
        if over and short and not account.cancelled:
            body = teller.wording.render("short", figures=figures(teller, short, dated=False))
            points.append(Point(teller.lead(account), body, (account.code,)))
    if points:
        yield Section("short", teller.wording.render("short_title"), points=tuple(points))


def _fell_silent(teller: Teller, account: Account) -> bool:
    last = account.judged.last_reported
    if account.finished or account.judged.computed or last is None or not account.judged.level.late:
        return False
    return (teller.record.as_of - last).days > SILENT_DAYS


def _silent(teller: Teller, silent: list[Account]) -> Iterator[Section]:
    """Who reported nothing any more, and since when: those of a unit together that agree in it."""
    alike: dict[tuple[str, date | None], list[Account]] = {}
    for account in silent:
        alike.setdefault((account.judged.lead, account.judged.last_reported), []).append(account)
    bodies = []
    for (lead, since), accounts in alike.items():
        rows = [row.id for a in accounts for row in a.reports if row.effective_on == since]
        assert since is not None
        bodies.append(
            teller.wording.render(
                "silent",
                lead=teller.unit(lead),
                titles=[teller.listed(_without(teller.unit(lead), a, teller)) for a in accounts],
                since=Quote(teller.day(since), tuple(rows)),
            )
        )
    if bodies:
        yield Section("silent", teller.wording.render("silent_title"), tuple(bodies))


def _without(unit: Quote, account: Account, teller: Teller) -> Quote:
    """The title of one of many alike, without the name of its unit, which was just said."""
    title = teller.title(account)
    if account.judged.parent_id is None:  # it has a title of its own: 党群服务中心体系建设
        return title
    return replace(title, text=title.text.removeprefix(unit.text) or title.text)


def _unexplained(teller: Teller, late: list[Account]) -> Iterator[Section]:
    silent = [a for a in late if not _reasons(a) and not shortfall(teller, a)]
    mute = [a for a in silent if teller.is_due(a)]
    waiting = [a for a in silent if not teller.is_due(a)]
    if silent:
        body = teller.wording.render(
            "unexplained",
            titles=teller.titles(mute[:NAMED]),
            more=len(mute) > NAMED,
            count=teller.items(mute, "late") if mute else "",
            waiting=teller.titles(waiting),
        )
        yield Section("unexplained", teller.wording.render("unexplained_title"), (body,))
