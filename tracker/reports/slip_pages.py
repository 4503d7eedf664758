"""Urge slips (催办单) as Markdown: one page a slip, and the list of a day's."""

from collections.abc import Mapping, Sequence

from tracker.reports.markdown import escape, table
from tracker.reports.pages import (
    as_of_note,
    deadline,
    heading,
    lateness,
    page,
    passed,
    provisional_note,
    simulated_note,
    titles,
    with_steps,
)
from tracker.reports.words import WORDS
from tracker.slips import Line, Slip
from tracker.view import Scope


def slip_page(slip: Slip, scope: Scope) -> str:
    """One slip: who is answerable, what is late since when and why, what is due next, and what
    the unit is to answer by when; at its end who wrote it, and the day."""
    words = WORDS[slip.plan.language]
    ahead = [f"## {words['ahead']}", _ahead(slip.ahead, words)] if slip.ahead else []
    return page(
        f"{words['slip']} {slip_number(slip)} · {escape(slip.names.name)}",
        simulated_note(scope),
        f"{escape(slip.plan.office)} · {as_of_note(scope)}",
        _people(slip, words),
        f"## {words['late']}",
        _late(slip.late, words) if slip.late else words["none_late"],
        *ahead,
        f"## {words['answer']}",
        words["answer_late" if slip.late else "answer_ahead"].format(slip.reply_by),
        provisional_note(slip.provisional, words),
        escape(slip.plan.office),
        words["day"].format(slip.as_of),
    )


def slips_page(slips: Sequence[Slip], scope: Scope) -> str:
    """All slips of a day: number, unit, how much is late and how much is due."""
    words = WORDS[scope.plan.language]
    rows = [
        [slip_number(s), escape(s.names.name), str(len(s.late)), str(len(s.ahead))] for s in slips
    ]
    columns = titles(words, "number", "unit", "late:", "ahead:")
    body = table(columns, rows) if rows else words["none_late"]
    return page(heading(scope, words["slip"]), simulated_note(scope), body)


def slip_number(slip: Slip) -> str:
    """The number as offices write it: 催〔2024〕3号."""
    return WORDS[slip.plan.language]["slip_number"].format(slip.plan.year, slip.number)


def _people(slip: Slip, words: Mapping[str, str]) -> str:
    """Who is answerable, as far as it is known."""
    persons = dict.fromkeys(line.item.person for line in slip.late if line.item.person)
    posts = (
        ("person", "、".join(persons)),
        ("head", slip.names.head),
        ("leader", slip.names.leader),
    )
    return words["and"].join(words[name].format(escape(post)) for name, post in posts if post)


def _late(lines: Sequence[Line], words: Mapping[str, str]) -> str:
    rows = (
        [
            with_steps(line.item, (), words),
            _status(line, words),
            passed(line.missed, deadline(line.original_due, line.due, words), words),
            escape(line.reason or ""),
        ]
        for line in lines
    )
    return table(titles(words, "item", "level", "due", "reason"), rows)


def _status(line: Line, words: Mapping[str, str]) -> str:
    level = f"{line.level.mark} {words[line.level.code]}"
    if line.since is None:
        return words["noted"].format(level, words["found"])
    if line.level.code != "overdue":  # a check found it so; since when it is so nobody knows
        return words["noted"].format(level, words["found_on"].format(line.since))
    days = lateness(line.days, line.workdays, words)
    return words["noted"].format(level, words["since"].format(line.since, days).rstrip())


def _ahead(lines: Sequence[Line], words: Mapping[str, str]) -> str:
    rows = (
        [
            line.next_due.isoformat() if line.next_due else "",
            with_steps(line.item, line.coming, words),
        ]
        for line in lines
    )
    return table(titles(words, "next_due", "item"), rows)
