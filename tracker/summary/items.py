"""The point that tells of one item: by its own template, or by what there is to tell."""

from collections.abc import Callable

from plans.language import gettext as _
from plans.sentences import Template
from tracker.document import Point, Quote, Text
from tracker.figures import Figure, Measured
from tracker.summary.account import Account
from tracker.summary.measures import compared, figures
from tracker.summary.record import Outcome
from tracker.summary.steps import children, progress
from tracker.summary.teller import Teller


def point(teller: Teller, account: Account) -> Point:
    """The point that tells of an item."""
    if account.template is not None:
        body = _own_words(teller, account, account.template)
    else:
        body = _body(teller, account)
    return Point(teller.lead(account), body, (account.code,))


def _body(teller: Teller, account: Account) -> Text:
    clauses = [
        figures(teller, account.measured, dated=not (account.steps or account.by_children)),
        progress(teller, account),
        children(teller, account),
    ]
    told = [clause for clause in clauses if clause] or [_noted(teller, account)]
    if _ends(teller, account, "carried"):
        told[-1] = teller.wording.render("goes_on", clause=told[-1], next_year=teller.next_year)
    elif _ends(teller, account, "settled"):
        told[-1] = teller.wording.render("settled", clause=told[-1])
    return teller.wording.render("item", clauses=told)


def _ends(teller: Teller, account: Account, outcome: Outcome) -> bool:
    return teller.record.year_over and teller.record.outcome(account) == outcome


def _noted(teller: Teller, account: Account) -> Text:
    """The note filed last, where nothing else was filed; of what was only closed, when."""
    notes = [row for row in account.reports if row.note]
    closed = next(account.of_kind("close"), None)
    if closed is not None and not account.reported:
        on = Quote(teller.day(closed.effective_on), (closed.id,))
        return teller.wording.render("closed", on=on)
    if not notes:
        return teller.wording.render("worked_on")
    return (Quote((notes[-1].note or "").rstrip("。."), rows=(notes[-1].id,)),)


def _own_words(teller: Teller, account: Account, template: str) -> Text:
    plan = teller.record.plan
    where = _("{plan}: item {code}, summary").format(
        plan=f"{plan.office} {plan.year}", code=account.code
    )
    return teller.wording.fill(
        Template(where, template),
        item=teller.title(account),
        year=teller.year,
        next_year=teller.next_year,
        goes_on=_ends(teller, account, "carried"),
        figure=_told(account, Measured.figure),
        target=_told(account, _promised(Measured.target_figure)),
        percent=_told(account, _promised(Measured.percent_figure)),
        compare=_told(account, lambda measured: compared(teller, measured)),
    )


def _told(
    account: Account, tell: Callable[[Measured], Figure | Text]
) -> Callable[[str], Figure | Text]:
    """A function of the name of one of the item's indicators."""
    named = {measured.name: measured for measured in account.measured}

    def told(name: str) -> Figure | Text:
        if name not in named:
            message = _("{code} has no indicator {name}; it has: {there}")
            there = ", ".join(named) or _("none")
            raise LookupError(message.format(code=account.code, name=name, there=there))
        return tell(named[name])

    return told


def _promised(tell: Callable[[Measured], Figure | None]) -> Callable[[Measured], Figure]:
    """As ``tell``; an indicator without a target is a mistake of the template."""

    def told(measured: Measured) -> Figure:
        figure = tell(measured)
        if figure is None:
            raise LookupError(_("{label} has no target").format(label=measured.label))
        return figure

    return told
