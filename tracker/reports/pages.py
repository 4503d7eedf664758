"""The pages that flows publish as Markdown: late items, progress by area and unit, the report."""

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
from tracker.view import Scope, View, leads, names_of, span


def late_page(view: View, alerts: Mapping[int, Event], details: Mapping[int, Detail]) -> str:
    """Everything that is late, the worst first: with which step, why, and before whom it is.

    Args:
        view: the plan or a unit's part of it.
        alerts: the open alerts by item id.
        details: steps and reasons of the late items by item id.
    """
    words = WORDS[view.scope.plan.language]
    late = sorted((item for item in view.items if item.level.late), key=_worst_first)
    rows = [
        [
            with_steps(i, (), words),
            _answerable(i, view, alerts),
            f"{_level(i.level, view.scope)} {_lateness(i, words)}",
            passed(details[i.item_id].steps, deadline(i.original_due, i.due, words), words),
            escape(_reason(details[i.item_id])),
        ]
        for i in late
    ]
    names = ("item", "lead", "level", "due", "reason")
    found = table(titles(words, *names), rows) if rows else words["none_late"]
    return page(heading(view.scope, words["late"]), notice(view), found)


def areas_page(view: View) -> str:
    """Progress by area."""
    words = WORDS[view.scope.plan.language]
    return page(heading(view.scope, words["areas"]), notice(view), areas_table(view))


def units_page(view: View) -> str:
    """Progress by the unit that leads."""
    words = WORDS[view.scope.plan.language]
    found = [
        (names.name, _part(view, [i for i in view.items if i.lead == code]))
        for code, names in leads(view).items()
    ]
    return page(heading(view.scope, words["units"]), notice(view), _groups("unit", found, words))


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
    return page(heading(view.scope, words["report"]), *parts, f"*{words['months']}*")


def heading(scope: Scope, what: str) -> str:
    """Office, year, what it is, and as of when."""
    return f"{escape(scope.plan.office)} {scope.plan.year} {what} · {as_of_note(scope)}"


def notice(view: View) -> str:
    """What a reader has to know first: that data are simulated, how many are assumed."""
    words = WORDS[view.scope.plan.language]
    assumed = "> " + words["assumed"].format(*view.assumed) if any(view.assumed) else ""
    notes = (simulated_note(view.scope), assumed, provisional_note(view.provisional, words))
    return "\n>\n".join(line for line in notes if line)


def provisional_note(years: Sequence[int], words: Mapping[str, str]) -> str:
    """That working days of some years are provisional, if they are."""
    return "> " + words["provisional"].format(span(years)) if years else ""


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
        late = sum(i.level.late for i in part.items)
        shares = (f"{bar(actual)} {percent(actual)}", percent(expected))
        rows.append([escape(title), *shares, f"{done} / {len(part.items)}", str(late)])
    return table(titles(words, name, "actual:", "expected:", "finished:", "late:"), rows)


def _items_table(view: View, months: Months) -> str:
    words = WORDS[view.scope.plan.language]
    rows = (
        [
            ("　" if i.parent_id else "") + with_steps(i, (), words),
            escape(names_of(view.units, i.lead).name),
            f"{_level(i.level, view.scope)} {percent(i.actual)} / {percent(i.expected)}",
            sparkline(mark.actual for mark in months.marks[i.item_id]),
            deadline(i.original_due, i.due, words),
        ]
        for i in view.items
    )
    names = ("item", "lead", "shares", "trend", "due")
    return table(titles(words, *names), rows)


def with_steps(item: Judged, steps: Iterable[str], words: Mapping[str, str]) -> str:
    """Code and title of an item with the titles of milestones that are meant, in one column: a
    page of Prefect is narrow, and what has to be scrolled for is not read."""
    named = escape("、".join(steps))
    return escape(f"{item.code} {item.title}") + (words["steps"].format(named) if named else "")


def deadline(original: date, due: date, words: Mapping[str, str]) -> str:
    """The date in force, and the one first promised where that is another."""
    moved = words["first"].format(original.isoformat()) if original != due else ""
    return due.isoformat() + moved


def passed(steps: Iterable[tuple[str, date]], due: str, words: Mapping[str, str]) -> str:
    """The dates that were missed: of the milestones that are late, else the item's, ``due``."""
    named = (words["missed"].format(escape(title), day.isoformat()) for title, day in steps)
    return words["and"].join(named) or due


def lateness(days: int, workdays: int, words: Mapping[str, str]) -> str:
    """For how long something has been late; nothing is said of no days."""
    if not workdays:
        return words["days_off"].format(days) if days else ""
    return words["days"].format(days, workdays)


def page(title: str, *parts: str) -> str:
    """A page of parts; empty ones are left out."""
    return "\n\n".join([f"# {title}", *(part for part in parts if part)]) + "\n"


def _part(view: View, items: list[Judged]) -> View:
    return replace(view, items=items)


def titles(words: Mapping[str, str], *names: str) -> list[str]:
    """Column titles; a name that ends in ':' is aligned to the right."""
    return [words[name.rstrip(":")] + name[len(name.rstrip(":")) :] for name in names]


def simulated_note(scope: Scope) -> str:
    """The label of simulated data, where there are any."""
    return f"> **{WORDS[scope.plan.language]['simulated']}**" if scope.simulated else ""


def as_of_note(scope: Scope) -> str:
    """As of when, in words."""
    return f"{WORDS[scope.plan.language]['as_of']} {scope.as_of.isoformat()}"


def _level(level: Level, scope: Scope) -> str:
    return f"{level.mark} {WORDS[scope.plan.language][level.code]}"


def _worst_first(item: Judged) -> tuple[int, int, int]:
    return item.level.rank, -item.overdue_days, -item.gap


def _answerable(item: Judged, view: View, alerts: Mapping[int, Event]) -> str:
    """The unit that leads, and the post before which the item has been brought."""
    unit, alert = names_of(view.units, item.lead), alerts.get(item.item_id)
    before = answerable(item, unit, alert.stage) if alert else unit.name
    if before == unit.name:
        return escape(unit.name)
    words = WORDS[view.scope.plan.language]
    return words["noted"].format(escape(unit.name), words["before"].format(escape(before)))


def _reason(detail: Detail) -> str:
    return (detail.reason.reason if detail.reason else None) or ""


def _lateness(item: Judged, words: Mapping[str, str]) -> str:
    if item.overdue_days:
        return lateness(item.overdue_days, item.overdue_workdays, words)
    if item.level.code != "not_reported":
        return words["gap"].format(percent(item.gap).removesuffix("%"))
    last = item.last_reported
    return words["last"].format(last.isoformat()) if last else words["never"]
