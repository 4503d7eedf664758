"""What is told of requests for a later date: from which date, why, and how they were answered."""

from collections.abc import Callable, Iterator, Mapping

from tracker.document import Quote, Section, Text
from tracker.figures import Figure
from tracker.history import Entry
from tracker.late_requests import deadline
from tracker.summary.account import Account
from tracker.summary.teller import Teller


def extensions(teller: Teller) -> Iterator[Section]:
    """How many were asked for, and each of them; nothing where there is none."""
    accounts = list(teller.record.walk())
    asked = [(account, row) for account in accounts for row in account.of_kind("extend")]
    if not asked:
        return
    answers = {row.answers: row for a in accounts for row in a.of_kind("approve", "refuse")}

    def number(which: Callable[[str], bool]) -> Figure | str:
        found = [row for _, row in asked if which(_answered(answers.get(row.id)))]
        if not found:
            return ""
        rows = found + [answers[row.id] for row in found if row.id in answers]
        return teller.count(len(found), "requests", "extensions", rows=rows)

    body = teller.wording.render(
        "extensions",
        asked=number(lambda answer: True),
        approved=number(lambda answer: answer == "approve"),
        refused=number(lambda answer: answer == "refuse"),
        pending=number(lambda answer: answer == ""),
        over=teller.record.year_over,
        told=[_extension(teller, account, row, answers) for account, row in asked],
    )
    yield Section("extensions", teller.wording.render("extensions_title"), (body,))


def _answered(answer: Entry | None) -> str:
    return "" if answer is None else answer.kind


def _extension(
    teller: Teller, account: Account, row: Entry, answers: Mapping[int | None, Entry]
) -> Text:
    place = teller.place(account.code, row.part)
    step = next((step for step in account.steps if step.code == row.part), None)
    answer = answers.get(row.id)
    assert row.due is not None
    return teller.wording.render(
        "extension",
        title=teller.listed(teller.title(account)),
        step="" if step is None else Quote(step.title, plan=(place,)),
        before=_before(teller, account, row),
        to=Quote(teller.day(row.due), (row.id,)),
        reason=Quote((row.reason or "").rstrip("。"), (row.id,)),
        answer=_answered(answer),
        answer_reason=Quote(answer.reason.rstrip("。"), (answer.id,))
        if answer is not None and answer.reason
        else "",
    )


def _before(teller: Teller, account: Account, request: Entry) -> Quote:
    """The date that was in force when a later one was asked for, and what put it in force."""
    due = deadline(account.item, request)
    step = next((step.step for step in account.steps if step.code == request.part), account.item)
    granted = [
        row.id
        for row in account.of_kind("extend")
        if row.id < request.id and row.due == due and row.part in (request.part, None)
    ]
    if due == step.due or not granted:
        return Quote(teller.day(due), plan=(teller.place(account.code, request.part),))
    return Quote(teller.day(due), (granted[-1],))
