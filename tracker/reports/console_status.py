"""`duban status`: the items of a plan as a tree by area, one line each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from plans.levels import LEVELS
from tracker.judge import Judged, progress
from tracker.reports.cells import (
    Line,
    Output,
    Part,
    bar,
    clean,
    fit,
    line,
    percent,
    show,
    widest,
    width_of,
)
from tracker.reports.console_frame import (
    DIM,
    HEAT_HEAD,
    counts,
    head,
    heat,
    named,
    paragraph,
    remark,
    totals,
    words_of,
)
from tracker.reports.console_words import Words
from tracker.view import View

if TYPE_CHECKING:
    from tracker.history import Mark

REMARK = 15
PERCENT = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells of the columns of a tree; 0 for one that there is no room for."""

    code: int
    title: int
    bar: int
    expected: int
    due: int
    remark: int
    lead: int
    heat: int


def columns(view: View, width: int, *, months: bool = False) -> Columns:
    """Columns for a width: 80 cells hold what matters, more hold more.

    Args:
        months: show how items stood month by month, instead of their dates.
    """
    words = words_of(view.scope)
    code = widest((words("code"), *(item.code for item in view.items)), 16) + 2
    due = 0 if months else widest((words.day(item.due) for item in view.items), 10)
    note = max(12, widest((remark(item, view.scope, words) for item in view.items), REMARK))
    room = width - (2 + code + 1 + 11 + PERCENT + 1 + note)
    room -= 13 if months else due + 1
    if room < 16 and due:
        room, due = room + due + 1, 0
    expected = PERCENT + 1 if width >= 100 else 0
    lead = widest((named(view.units, item.lead) for item in view.items), 16) + 1
    wanted = max(8, widest((clean(item.title) for item in view.items), 60) + 1)
    if width < 110 and room - wanted < lead:
        lead = 0
    room -= expected + lead
    title = max(8, min(wanted, room))
    longer = max(-4, min(20, room - title))
    return Columns(code, title, 10 + longer, expected, due, note, lead, 12 * months)


def print_status(console: Output, view: View, *, limit: int | None = None) -> None:
    """Prints the items of a plan.

    On a terminal a tree by area with bars; elsewhere one plain line an item, titles in full.

    Args:
        limit: at most so many items are printed on a terminal; None for all.
    """
    if console.is_terminal:
        show(console, status_lines(view, width_of(console), limit))
    else:
        console.file.writelines(plain_lines(view))


def status_lines(view: View, width: int, limit: int | None = None) -> Iterator[Line]:
    """The tree, laid out for a width."""
    words = words_of(view.scope)
    unit = [] if view.unit is None else [words("only_unit", unit=named(view.units, view.unit))]
    yield from head(view.scope, words("status"), width, *unit)
    yield from paragraph(counts(view), width)
    yield line()
    yield from totals(view.totals, words, width)
    yield from tree(view, columns(view, width), limit)
    yield line()
    yield line((fit(words("legend"), width).rstrip(), DIM))


def tree(
    view: View,
    cols: Columns,
    limit: int | None = None,
    months: Mapping[int, list["Mark"]] | None = None,
) -> Iterator[Line]:
    """Areas and their items, one line each."""
    words = words_of(view.scope)
    yield line()
    yield _heading(cols, words)
    listed = view.items if limit is None else view.items[:limit]
    roots = {item.item_id for item in view.roots}
    for code, title in view.areas.items():
        items = [item for item in listed if item.area == code]
        if not items:
            continue
        yield line()
        whole = [item for item in view.items if item.area == code]
        yield _area_line(f"{code} {title}", whole, roots, cols, words)
        for n, item in enumerate(items):
            last = n + 1 == len(items) or items[n + 1].parent_id != item.parent_id
            guide = "" if item.item_id in roots else ("└ " if last else "├ ")
            marks = None if months is None else months.get(item.item_id, [])
            yield item_line(item, guide, cols, view, words, marks)
    if len(listed) < len(view.items):
        yield line((words("more", count=len(view.items) - len(listed)), DIM))
    if not view.items:
        yield line((words("nothing"), DIM))


def _heading(cols: Columns, words: Words) -> Line:
    cells = ["  ", fit(words("code"), cols.code), " ", fit(words("item"), cols.title)]
    if cols.heat:
        cells += [HEAT_HEAD, " "]
    cells += [fit(words("progress"), cols.bar + PERCENT + 2)]
    if cols.expected:
        cells += [fit(words("expected"), cols.expected - 1, right=True), " "]
    if cols.due:
        cells += [fit(words("due"), cols.due), " "]
    cells += [fit(words("state"), cols.remark)]
    if cols.lead:
        cells += [" ", fit(words("lead"), cols.lead - 1)]
    return line(("".join(cells).rstrip(), DIM))


def _area_line(
    title: str, items: list[Judged], roots: set[int], cols: Columns, words: Words
) -> Line:
    expected, actual = progress(item for item in items if item.item_id in roots)
    late = sum(item.level.late for item in items)
    note = words("remark_area_late" if late else "remark_area", count=len(items), late=late)
    room = 3 + cols.code + cols.title + (cols.heat + 1 if cols.heat else 0)
    return line(
        (fit(clean(title), room - 1) + " ", "bold"),
        *bar(actual, expected, cols.bar, "cyan"),
        (fit(percent(actual), PERCENT + 1, right=True) + " ", "bold"),
        (fit(percent(expected), cols.expected - 1, right=True) + " " if cols.expected else "", DIM),
        " " * (cols.due + 1 if cols.due else 0),
        (fit(note, cols.remark).rstrip(), DIM),
    )


def item_line(
    item: Judged,
    guide: str,
    cols: Columns,
    view: View,
    words: Words,
    marks: list["Mark"] | None = None,
) -> Line:
    """One item: mark, code, title, bar, percentage, date or months, remark."""
    level = item.level
    quiet = level.code in ("cancelled", "not_started")
    parts: list[Part] = [
        (level.mark + " ", level.colour),
        (guide, DIM),
        (fit(item.code, cols.code - cell_len(guide)) + " ", DIM),
        (fit(clean(item.title), cols.title - 1) + " ", DIM if quiet else ""),
    ]
    if marks is not None:
        parts += [*heat(marks), " "]
    parts += bar(item.actual, 0 if quiet else item.expected, cols.bar, level.colour)
    parts.append(fit(percent(item.actual), PERCENT + 1, right=True) + " ")
    if cols.expected:
        parts.append((fit(percent(item.expected), cols.expected - 1, right=True) + " ", DIM))
    if cols.due:
        parts.append(fit(words.day(item.due), cols.due) + " ")
    lead = " " + fit(named(view.units, item.lead), cols.lead - 1) if cols.lead else ""
    parts += [(fit(remark(item, view.scope, words), cols.remark), level.colour), (lead, DIM)]
    return line(*parts)


def plain_lines(view: View) -> Iterator[str]:
    """Column names and one line an item, for files and other programs, titles last and in full."""
    words, scope = words_of(view.scope), view.scope
    yield from (f"{one.plain}\n" for one in head(scope, words("status"), None, counts(view)))
    if not view.items:
        return
    names = {level.rank: fit(words.level(level), 12) for level in LEVELS}
    code = widest(("code", *(item.code for item in view.items)), 80)
    most = widest((words("lead"), *(unit.name for unit in view.units.values())), 40)
    leads = {key: fit(clean(unit.name), most) for key, unit in view.units.items()}
    shares = (fit(words(key), 5, right=True) for key in ("actual_short", "expected"))
    yield (
        f"  {fit(words('code'), code)}  {fit(words('state'), 12)} {' '.join(shares)}  "
        f"{fit(words('due'), 10)}  {fit(words('lead'), most)}  {words('item')}\n"
    )
    for item in view.items:
        level = item.level
        yield (
            f"{level.mark} {fit(item.code, code)}  {names[level.rank]} {percent(item.actual):>5} "
            f"{percent(item.expected):>5}  {item.due}  {leads.get(item.lead, item.lead)}  "
            f"{clean(item.title)}\n"
        )
