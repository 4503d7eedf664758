"""`duban overdue`: what is past a date, the longest overdue first, with why."""

from collections.abc import Iterator

from rich.cells import cell_len

from tracker.late import Detail, LateList
from tracker.reports.cells import Line, Output, Part, clean, fit, line, show, widest, width_of
from tracker.reports.console_frame import DIM, head, named, paragraph, provisional, words_of
from tracker.reports.console_words import Words


def print_overdue(console: Output, late: LateList, *, limit: int | None = None) -> None:
    """Prints the overdue items.

    On a terminal a table with reasons; elsewhere one plain line an item, titles in full.

    Args:
        limit: at most so many items are printed on a terminal; None for all.
    """
    if console.is_terminal:
        show(console, overdue_lines(late, width_of(console), limit))
    else:
        console.file.writelines(plain_lines(late))


def overdue_lines(late: LateList, width: int, limit: int | None = None) -> Iterator[Line]:
    """The table, laid out for a width."""
    words = words_of(late.scope)
    yield from _head(late, width)
    if not late.items:
        return
    days = (words.day(day) for item in late.items for day in (item.due, item.original_due))
    due = widest((words("original_due"), *days), 10)
    code = widest((words("code"), *(item.code for item in late.items)), 16)
    lead = widest((named(late.units, i.lead) for i in late.items), 18) if width >= 110 else 0
    indent = 2 + 6 + 7 + code + 1
    room = width - indent - (lead + 1 if lead else 0) - 2 * (due + 1) - 5
    title = min(room, max(48, widest((clean(item.title) for item in late.items), 80) + 2))
    yield line()
    yield _heading(words, code, title, lead, due)
    listed = late.items[:limit]
    for item in listed:
        yield line(
            (item.level.mark + " ", item.level.colour),
            (fit(words("days", days=item.overdue_days), 5, right=True) + " ", item.level.colour),
            fit(str(item.overdue_workdays), 6, right=True) + " ",
            (fit(item.code, code) + " ", DIM),
            (fit(clean(item.title), title - 1) + " ", "bold"),
            (fit(named(late.units, item.lead), lead) + " " if lead else ""),
            (fit(words.day(item.original_due), due) + " ", DIM),
            fit(words.day(item.due), due) + " ",
            fit(words("times", count=item.extensions) if item.extensions else "—", 4, right=True),
        )
        detail = late.details.get(item.item_id, Detail((), None))
        unit = "" if lead else named(late.units, item.lead)
        about = " · ".join(filter(None, [unit, late_step(detail, words)]))
        said = [text for text in (about, reason(detail, words)) if text]
        for text in [" · ".join(said)] if lead else said:
            yield from paragraph(text, width, DIM, indent)
    if len(listed) < len(late.items):
        yield line((words("more", count=len(late.items) - len(listed)), DIM))


def late_step(detail: Detail, words: Words) -> str:
    """Which milestone is past and not reached, if any."""
    if not detail.steps:
        return ""
    title, due = detail.steps[0]
    key = "late_step" if len(detail.steps) == 1 else "late_steps"
    return words(key, title=title, due=words.day(due), count=len(detail.steps))


def reason(detail: Detail, words: Words) -> str:
    """The reason that was filed last."""
    filed = detail.reason.reason if detail.reason else None
    return words("reason", reason=filed) if filed else words("no_reason")


def _heading(words: Words, code: int, title: int, lead: int, due: int) -> Line:
    cells: list[Part] = [
        "  ",
        fit(words("overdue_days"), 5, right=True) + " ",
        fit(words("overdue_workdays"), 6, right=True) + " ",
        fit(words("code"), code) + " ",
        fit(words("item"), title),
        fit(words("lead"), lead) + " " if lead else "",
        fit(words("original_due"), due) + " ",
        fit(words("present_due"), due) + " ",
        fit(words("extensions"), 4, right=True),
    ]
    return line(("".join(str(cell) for cell in cells), DIM))


def _head(late: LateList, width: int | None) -> Iterator[Line]:
    words = words_of(late.scope)
    unit = late.view.unit
    only = [] if unit is None else [words("only_unit", unit=named(late.units, unit))]
    only += provisional(late.view.provisional, words)
    yield from head(late.scope, words("overdue"), width, *only)
    count = len(late.items)
    key = "overdue_count" if count else "none_overdue"
    yield line((words(key, count=count, of=late.of), "bold red" if count else "green"))


def plain_lines(late: LateList) -> Iterator[str]:
    """Column names and one line an item, for files and other programs, titles last and in full."""
    words = words_of(late.scope)
    yield from (f"{one.plain}\n" for one in _head(late, None))
    if not late.items:
        return
    code = widest(("code", *(item.code for item in late.items)), 80)
    most = widest((words("lead"), *(unit.name for unit in late.units.values())), 40)
    leads = {key: fit(clean(unit.name), most) for key, unit in late.units.items()}
    days = {n: words("days", days=f"{n:>3}") for n in {item.overdue_days for item in late.items}}
    long = fit(words("overdue_days"), cell_len(next(iter(days.values()))), right=True)
    worked = fit(words("overdue_workdays"), 6, right=True)
    dates = " ".join(fit(words(key), 10) for key in ("original_due", "present_due"))
    extended = fit(words("extensions"), 4, right=True)
    yield (
        f"  {fit(words('code'), code)}  {long} {worked}  {dates} {extended}  "
        f"{fit(words('lead'), most)}  {words('item')}\n"
    )
    for item in late.items:
        yield (
            f"! {fit(item.code, code)}  {days[item.overdue_days]} {item.overdue_workdays:>6}  "
            f"{item.original_due} {item.due} {item.extensions:>4}  "
            f"{leads.get(item.lead, item.lead)}  {clean(item.title)}\n"
        )
