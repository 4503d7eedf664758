"""`duban show CODE`: one item with all that belongs to it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from tracker.judge import Judged
from tracker.reports.cells import (
    Line,
    Output,
    bar,
    clean,
    fit,
    line,
    percent,
    show,
    widest,
    width_of,
    wrap,
)
from tracker.reports.console_frame import (
    DIM,
    head,
    named,
    paragraph,
    provisional,
    remark,
    section,
    words_of,
)
from tracker.reports.console_ledger import rows
from tracker.reports.console_parts import indicators, steps
from tracker.reports.console_words import Words, apart, tenths
from tracker.sheet import ItemSheet

RECENT = 5  # rows of the ledger
LABEL = 12
MONTH = 6  # cells of a month: its progress and a space


def print_item(console: Output, sheet: ItemSheet) -> None:
    """Prints one item: who, when, how far, its parts, months, source and latest rows."""
    show(console, item_lines(sheet, width_of(console)))


def item_lines(sheet: ItemSheet, width: int) -> Iterator[Line]:
    """The item, laid out for a width."""
    words, item = words_of(sheet.scope), sheet.item
    yield from _head(sheet, width, words)
    yield from _facts(sheet, width, words)
    if sheet.explained.measures:
        summed = sheet.explained.item.measure == "children" and sheet.children
        yield from section(words("indicators"), width, words("with_children") if summed else "")
        yield from indicators(sheet.explained.summed, width, words)
    if sheet.explained.steps:
        yield from steps(sheet, width, words)
    for key, items in (("children", sheet.children), ("after", sheet.after)):
        if items:
            yield from section(words(key), width)
            yield from _items(items, sheet, width, words)
    if item.item_id in sheet.months.marks:
        yield from section(words("trend"), width)
        yield from _months(sheet, width, words)
    if sheet.explained.item.source:
        yield from section(words("source"), width)
        for passage in sheet.explained.item.source.splitlines():
            yield from paragraph(words("source_text", text=passage), width, "italic", 2)
    if sheet.entries:
        note = words("of_rows", shown=min(RECENT, len(sheet.entries)), all=len(sheet.entries))
        yield from section(words("recent_rows"), width, note)
        titles = {seen.step.code: seen.step.title for seen in sheet.explained.steps}
        names = {code: unit.name for code, unit in sheet.units.items()}
        yield from rows(sheet.entries[-RECENT:], titles, names, words, width)


def _head(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    item = sheet.item
    yield from head(sheet.scope, words("item_card"), width, *provisional(sheet.provisional, words))
    state = f"{item.level.mark} {_state(sheet, words)}"
    label = fit(f"{item.code} {clean(item.title)}", width - 4 - cell_len(state) - 2)
    yield line(("╭" + "─" * (width - 2) + "╮", item.level.colour))
    yield line(
        ("│ ", item.level.colour),
        (label, "bold"),
        "  ",
        (state, f"bold {item.level.colour}"),
        (" │", item.level.colour),
    )
    yield line(("╰" + "─" * (width - 2) + "╯", item.level.colour))


def _state(sheet: ItemSheet, words: Words) -> str:
    """The level, with the number that goes with it."""
    item, level = sheet.item, words.level(sheet.item.level)
    said = remark(item, sheet.scope, words, full=True)
    if item.overdue_days:
        return f"{said} · {words('workdays', days=item.overdue_workdays)}"
    return said if level in said or not level else f"{level} · {said}"


def _facts(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    item, explained, who = sheet.item, sheet.explained, sheet.explained.who
    above = [sheet.area] + ([" ".join(sheet.parent)] if sheet.parent else [])
    lead = sheet.units.get(who.lead)
    posts = [(words("person"), who.person), (words("head"), lead.head if lead else None)]
    posts.append((words("leader"), who.leader or (lead.leader if lead else None)))
    yield from _fact(words("area"), " › ".join(above), width)
    yield from _fact(words("lead"), named(sheet.units, who.lead), width)
    support = "、".join(named(sheet.units, code) for code in who.support)
    yield from _fact(words("support"), support, width)
    for label, post in posts:
        yield from _fact(label, post or "", width)
    yield from _fact(words("dates"), _dates(sheet, words), width)
    for request in explained.pending:
        yield from _fact("", words("pending", due=words.day(request.due)), width, "yellow")
    reported = words.day(item.last_reported) if item.last_reported else ""
    never = words("computed" if item.computed else "never_reported")
    last = words("last_reported", day=reported) if reported else never
    rhythm = words(f"rhythm_{explained.item.report}")
    yield from _fact(words("rhythm"), f"{rhythm} · {last}", width)
    far = apart(item.actual, item.expected)
    gap = item.expected - item.actual if far != "0" else 0
    ahead = words("points_behind" if gap > 0 else "points_ahead", points=far)
    shares = f" {tenths(item.actual)}%", words("should_be", percent=f"{tenths(item.expected)}%")
    said = f"{shares[0]}  {shares[1]}  {ahead if gap else ''}"
    yield line(
        (fit(words("progress"), LABEL), DIM),
        *bar(
            item.actual,
            item.expected,
            min(40, width - LABEL - cell_len(said)),
            item.level.colour,
        ),
        (shares[0], "bold"),
        (f"  {shares[1]}", DIM),
        (f"  {ahead}" if gap else "", item.level.colour if gap > 0 else "green"),
    )


def _dates(sheet: ItemSheet, words: Words) -> str:
    item = sheet.item
    said = words("from_to", start=item.start, due=item.due)
    notes = []
    if item.extensions or item.due != item.original_due:
        notes.append(words("was_due", due=item.original_due, count=item.extensions))
    if item.assumed:
        notes.append(words("date_assumed"))
    return words.noted(said, words.join(notes))


def _fact(label: str, text: str, width: int, style: str = "") -> Iterator[Line]:
    """A labelled fact; nothing where there is none."""
    if text:
        for n, part in enumerate(wrap(text, width - LABEL)):
            yield line((fit("" if n else label, LABEL), DIM), (part, style))


def _items(items: Sequence[Judged], sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    code = widest((item.code for item in items), 16)
    note = max(8, widest((remark(item, sheet.scope, words) for item in items), 14))
    title = min(width - code - note - 25, widest((clean(i.title) for i in items), 60) + 2)
    for item in items:
        yield line(
            ("  " + item.level.mark + " ", item.level.colour),
            (fit(item.code, code) + " ", DIM),
            fit(clean(item.title), title - 1) + " ",
            *bar(item.actual, item.expected, 12, item.level.colour),
            f" {percent(item.actual):>5} ",
            (remark(item, sheet.scope, words), item.level.colour),
        )


def _months(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    marks = sheet.months.marks[sheet.item.item_id]
    stood = list(zip(sheet.months.ends, marks, strict=True))
    abreast = min(12, (width - 2) // MONTH)
    for first in range(0, len(stood), abreast):
        months, levels, progress = [], [], []
        for end, mark in stood[first : first + abreast]:
            whole = (end + timedelta(days=1)).day == 1
            months.append(fit(words.month(end) if whole else words.day(end), MONTH))
            levels.append((fit(mark.level.mark, MONTH), mark.level.colour))
            progress.append(fit(percent(mark.actual), MONTH))
        yield line("  ", ("".join(months).rstrip(), DIM))
        yield line("  ", *levels)
        yield line("  ", "".join(progress).rstrip())
    there = {mark.level.rank: mark.level for mark in marks}
    legend = "  ".join(f"{level.mark}{words.level(level)}" for _n, level in sorted(there.items()))
    yield from paragraph(legend, width, DIM, 2)
