"""The pages that flows publish as Markdown: late items, progress, the report, urge slips."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from plans.levels import LEVELS, Level
from tracker.alerts import Event, answerable
from tracker.history import Months
from tracker.judge import Judged, progress
from tracker.late import Detail
from tracker.reports.markdown import bar, escape, percent, sparkline, table
from tracker.reports.words import WORDS
from tracker.schema import FULL
from tracker.slips import Line, Slip
from tracker.view import Scope, View


def late_page(view: View, alerts: Mapping[int, Event], details: Mapping[int, Detail]) -> str:
    """Everything that is late, the worst first: with which step, why, and before whom it is.

    Args:
        view: the plan or a unit's part of it.
        alerts: the open alerts by item id.
        details: steps and reasons of the late items by item id.
    """
    words = WORDS[view.scope.plan.language]
    rows = [
        [
            *(escape(text) for text in (i.code, i.title, view.units[i.lead].name)),
            *(_level(i.level, view.scope), _lateness(i, words)),
            *(i.original_due.isoformat(), i.due.isoformat()),
            escape("、".join(title for title, _due in details[i.item_id].steps)),
            escape(_reason(details[i.item_id])),
            escape(_before(i, view, alerts)),
        ]
        for i in sorted((i for i in view.items if i.level.late), key=_worst_first)
    ]
    names = ("code", "item", "lead", "level", "lateness", "original_due", "due")
    titles = _titles(words, *names, "step", "reason", "before")
    late = table(titles, rows) if rows else words["none_late"]
    return _page(heading(view.scope, words["late"]), notice(view), late)


def areas_page(view: View) -> str:
    """Progress by area."""
    words = WORDS[view.scope.plan.language]
    return _page(heading(view.scope, words["areas"]), notice(view), areas_table(view))


def units_page(view: View) -> str:
    """Progress by the unit that leads."""
    words = WORDS[view.scope.plan.language]
    groups = [
        (names.name, _part(view, [i for i in view.items if i.lead == code]))
        for code, names in view.units.items()
    ]
    found = [(name, part) for name, part in groups if part.items]
    return _page(heading(view.scope, words["units"]), notice(view), _groups("unit", found, words))


def report_page(view: View, months: Months) -> str:
    """The report: how many items are where, progress by area, every item with its sparkline.

    Args:
        view: the plan or a unit's part of it.
        months: how the items stood at the end of each month so far.
    """
    words = WORDS[view.scope.plan.language]
    parts = [notice(view), totals(view), f"## {words['areas']}", areas_table(view)]
    for code, title in view.areas.items():
        part = _part(view, [i for i in view.items if i.area == code])
        if part.items:
            parts += [f"## {escape(title)}", _items_table(part, months)]
    return _page(heading(view.scope, words["report"]), *parts, f"*{words['months']}*")


def slip_page(slip: Slip, scope: Scope) -> str:
    """One urge slip (催办单)."""
    words = WORDS[slip.plan.language]
    persons = dict.fromkeys(line.item.person for line in slip.late if line.item.person)
    posts = ("、".join(persons), slip.names.head, slip.names.leader)
    ahead = [f"## {words['ahead']}", _ahead_table(slip.ahead, words)] if slip.ahead else []
    return _page(
        f"{words['slip']} {slip_number(slip)} · {escape(slip.names.name)}",
        _simulated(scope),
        f"{escape(slip.plan.office)} · {_as_of(scope)}",
        words["people"].format(*(escape(post or "—") for post in posts)),
        f"## {words['late']}",
        _late_lines(slip.late, words) if slip.late else words["none_late"],
        *ahead,
    )


def slips_page(slips: Sequence[Slip], scope: Scope) -> str:
    """All slips of a day: number, unit, how much is late and how much is due."""
    words = WORDS[scope.plan.language]
    rows = [
        [slip_number(s), escape(s.names.name), str(len(s.late)), str(len(s.ahead))] for s in slips
    ]
    columns = _titles(words, "number", "unit", "late:", "ahead:")
    body = table(columns, rows) if rows else words["none_late"]
    return _page(heading(scope, words["slip"]), _simulated(scope), body)


def slip_number(slip: Slip) -> str:
    """The number as offices write it: 催〔2024〕3号."""
    return WORDS[slip.plan.language]["slip_number"].format(slip.plan.year, slip.number)


def heading(scope: Scope, what: str) -> str:
    """Office, year, what it is, and as of when."""
    return f"{escape(scope.plan.office)} {scope.plan.year} {what} · {_as_of(scope)}"


def notice(view: View) -> str:
    """What a reader has to know first: that data are simulated, how many are assumed."""
    words = WORDS[view.scope.plan.language]
    assumed = "> " + words["assumed"].format(*view.assumed) if any(view.assumed) else ""
    return "\n>\n".join(line for line in (_simulated(view.scope), assumed) if line)


def totals(view: View) -> str:
    """How many items there are at each level, empty levels left out."""
    counts = view.totals
    return "　".join(
        f"{_level(level, view.scope)} **{counts[level.code]}**"
        for level in LEVELS
        if counts[level.code]
    )


def areas_table(view: View) -> str:
    """The table of ``areas_page``."""
    groups = [
        (title, _part(view, [i for i in view.items if i.area == code]))
        for code, title in view.areas.items()
    ]
    return _groups("area", groups, WORDS[view.scope.plan.language])


def _groups(name: str, groups: Iterable[tuple[str, View]], words: Mapping[str, str]) -> str:
    rows = []
    for title, part in groups:
        expected, actual = progress(part.roots)
        done = sum(i.level.code in ("closed_out", "done") for i in part.items)
        counts = (len(part.items), done, sum(i.level.late for i in part.items))
        shares = (bar(actual), percent(actual), percent(expected))
        rows.append([escape(title), *shares, *(str(count) for count in counts)])
    columns = ("actual:", "expected:", "items:", "done:", "late:")
    return table([words[name], "", *_titles(words, *columns)], rows)


def _items_table(view: View, months: Months) -> str:
    names = ("code", "item", "lead", "level", "trend", "actual:", "expected:", "due", "reported")
    rows = (
        [
            escape(i.code),
            ("　" if i.parent_id else "") + escape(i.title),
            escape(view.units[i.lead].name),
            _level(i.level, view.scope),
            sparkline(mark.actual for mark in months.marks[i.item_id]),
            percent(i.actual),
            percent(i.expected),
            i.due.isoformat(),
            _iso(i.last_reported),
        ]
        for i in view.items
    )
    return table(_titles(WORDS[view.scope.plan.language], *names), rows)


def _late_lines(lines: Sequence[Line], words: Mapping[str, str]) -> str:
    names = ("code", "item", "level", "step", "since", "lateness", "original_due", "due", "reason")
    rows = (
        [
            escape(line.item.code),
            escape(line.item.title),
            f"{line.level.mark} {words[line.level.code]}",
            escape("、".join(line.missed)),
            _iso(line.since) or words["found"],
            words["days"].format(line.days, line.workdays) if line.since else "",
            line.original_due.isoformat(),
            line.due.isoformat(),
            escape(line.reason or ""),
        ]
        for line in lines
    )
    return table(_titles(words, *names), rows)


def _ahead_table(lines: Sequence[Line], words: Mapping[str, str]) -> str:
    rows = (
        [
            _iso(line.next_due),
            escape(line.item.code),
            escape(line.item.title),
            escape("、".join(line.coming)),
        ]
        for line in lines
    )
    return table(_titles(words, "next_due", "code", "item", "step"), rows)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", *(part for part in parts if part)]) + "\n"


def _part(view: View, items: list[Judged]) -> View:
    return replace(view, items=items)


def _titles(words: Mapping[str, str], *names: str) -> list[str]:
    """Column titles; a name that ends in ':' is aligned to the right."""
    return [words[name.rstrip(":")] + name[len(name.rstrip(":")) :] for name in names]


def _simulated(scope: Scope) -> str:
    return f"> **{WORDS[scope.plan.language]['simulated']}**" if scope.simulated else ""


def _as_of(scope: Scope) -> str:
    return f"{WORDS[scope.plan.language]['as_of']} {scope.as_of.isoformat()}"


def _level(level: Level, scope: Scope) -> str:
    return f"{level.mark} {WORDS[scope.plan.language][level.code]}"


def _worst_first(item: Judged) -> tuple[int, int, int]:
    return item.level.rank, -item.overdue_days, -item.gap


def _before(item: Judged, view: View, alerts: Mapping[int, Event]) -> str:
    alert = alerts.get(item.item_id)
    return answerable(item, view.units[item.lead], alert.stage) if alert else ""


def _reason(detail: Detail) -> str:
    return (detail.reason.reason if detail.reason else None) or ""


def _lateness(item: Judged, words: Mapping[str, str]) -> str:
    if item.overdue_days:
        return words["days"].format(item.overdue_days, item.overdue_workdays)
    return words["gap"].format(item.gap * 100 // FULL)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
