"""`duban report`: where the plan stands, what needs attention first, what is due next."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from rich.cells import cell_len

from plans.levels import LEVELS
from tracker.judge import Judged
from tracker.late import Detail
from tracker.report import Due, Report
from tracker.reports.cells import (
    Line,
    Output,
    bar,
    clean,
    fit,
    line,
    show,
    widest,
    width_of,
    wrap,
)
from tracker.reports.console_frame import (
    DIM,
    counts,
    flow,
    head,
    named,
    paragraph,
    remark,
    section,
    totals,
    words_of,
)
from tracker.reports.console_groups import areas, units
from tracker.reports.console_overdue import late_step
from tracker.reports.console_status import columns, tree
from tracker.reports.console_words import Words, apart, tenths

FIRST = 8  # items in the panel of what needs attention first
DUE_NEXT = 20  # items in each list of what is due next


def print_report(console: Output, report: Report, *, items: bool = True) -> None:
    """Prints the progress report.

    Args:
        items: also every item with its months, by area.
    """
    show(console, report_lines(report, width_of(console), items=items))


def report_lines(report: Report, width: int, *, items: bool = True) -> Iterator[Line]:
    """The report, laid out for a width."""
    words, view = words_of(report.scope), report.view
    unit = [] if view.unit is None else [words("only_unit", unit=named(view.units, view.unit))]
    yield line(("━" * width, DIM))
    yield from head(report.scope, words("report"), width, *unit)
    yield line(("━" * width, DIM))
    if not view.items:
        yield line((words("nothing"), DIM))
        return
    yield from _overall(report, width, words)
    yield line()
    yield from totals(view.totals, words, width)
    yield from _attention(report, width, words)
    yield from section(words("areas"), width)
    yield from areas(report, width, words)
    if view.unit is None:
        yield from section(words("by_unit"), width)
        yield from units(report.groups, width, words)
    yield from section(words("upcoming"), width)
    yield from _upcoming(report, width, words)
    if items:
        yield from section(words("by_area"), width)
        months = {key: list(marks) for key, marks in report.months.marks.items()}
        yield from tree(view, columns(view, width, months=True), months=months)
    yield line()
    yield from paragraph(words("legend"), width, DIM)
    legend = [[(f"{level.mark} {words.level(level)}", DIM)] for level in LEVELS]
    yield from flow([[(words("heat_legend").strip(), DIM)], *legend], width)


def _overall(report: Report, width: int, words: Words) -> Iterator[Line]:
    expected, actual = report.overall
    gap = expected - actual
    ahead = words("points_behind" if gap > 0 else "points_ahead", points=apart(actual, expected))
    colour = "yellow" if gap > 0 else "green"
    label = words("overall")
    shares = f" {tenths(actual)}%", f" {words('should_be', percent=tenths(expected) + '%')}"
    room = width - cell_len(label + "".join(shares) + ahead) - 2
    yield line(
        (label + " ", "bold"),
        *bar(actual, expected, room, "cyan"),
        (shares[0], "bold"),
        (shares[1], DIM),
        (f" {ahead}", colour),
    )
    yield from paragraph(counts(report.view), width)
    yield from paragraph(words.join(_month(report, actual, words)), width)


def _month(report: Report, actual: int, words: Words) -> Iterator[str]:
    """What the month that is looked at has changed."""
    trend, ends = report.trend, report.months.ends
    if len(trend) > 1:
        change = actual - trend[-2][1]
        points, month = tenths(abs(change)), words.month(ends[-2])
        way = "same" if points == "0" else "up" if change > 0 else "down"
        yield words(f"since_month_{way}", month=month, points=points)
    yield words("month_finished", count=len(report.finished))
    yield words("month_late", count=len(report.newly_late))


def _attention(report: Report, width: int, words: Words) -> Iterator[Line]:
    """The panel of what needs attention first."""
    title = f" {words('attention')} "
    colour = "red" if report.attention else "green"
    yield line()
    yield line(
        ("╭─", colour),
        (title, f"bold {colour}"),
        ("─" * (width - cell_len(title) - 3) + "╮", colour),
    )
    for text in _attention_rows(report, width - 4, words):
        padding = width - 4 - text.cells
        yield line(("│ ", colour)) + text + line(" " * padding, (" │", colour))
    yield line(("╰" + "─" * (width - 2) + "╯", colour))


def _attention_rows(report: Report, width: int, words: Words) -> Iterator[Line]:
    if not report.attention:
        yield line((fit(words("attention_none"), width).rstrip(), "green"))
    first = report.attention[:FIRST]
    code = widest((item.code for item in first), 16)
    for item in first:
        state = remark(item, report.scope, words, full=True)
        if item.overdue_days:
            state += f" · {words('workdays', days=item.overdue_workdays)}"
        title = width - code - 3 - cell_len(state) - 1
        yield line(
            (f"{item.level.mark} ", item.level.colour),
            (fit(item.code, code) + " ", DIM),
            (fit(clean(item.title), title) + " ", "bold"),
            (state, item.level.colour),
        )
        for about in filter(None, _about(item, report, words)):
            yield from (
                line(" " * (code + 3), (text, DIM)) for text in wrap(about, width - code - 3)
            )
    rest = len(report.attention) - len(first)
    if rest:
        yield line((fit(words("attention_more", count=rest), width).rstrip(), DIM))


def _about(item: Judged, report: Report, words: Words) -> tuple[str, str]:
    """Who has to act and on which milestone; the reason that was filed."""
    detail = report.details.get(item.item_id, Detail((), None))
    unit = report.units.get(item.lead)
    post = item.person or (unit.head if unit else None)
    who = words.noted(named(report.units, item.lead), clean(post or ""))
    filed = detail.reason.reason if detail.reason else None
    step = late_step(detail, words)
    return f"{who} · {step}" if step else who, words("reason", reason=filed) if filed else ""


def _upcoming(report: Report, width: int, words: Words) -> Iterator[Line]:
    """What is due in the next 7 days and in the next 30."""
    week = report.scope.as_of + timedelta(days=7)
    groups = {
        "within_week": [due for due in report.upcoming if due.on <= week],
        "within_month": [due for due in report.upcoming if due.on > week],
    }
    if not report.upcoming:
        yield line("  ", (fit(words("none_due"), width - 2).rstrip(), DIM))
    lines = iter(
        _dues([d for dues in groups.values() for d in dues[:DUE_NEXT]], report, width, words)
    )
    for key, dues in groups.items():
        if dues:
            yield line("  ", (words(key), "bold"), (f" {len(dues)}", DIM))
            yield from islice(lines, DUE_NEXT if len(dues) > DUE_NEXT else len(dues))
        if len(dues) > DUE_NEXT:
            yield line("  ", (words("more", count=len(dues) - DUE_NEXT), DIM))


def _dues(dues: Sequence[Due], report: Report, width: int, words: Words) -> list[Line]:
    """One line for each thing that is due."""
    code = widest((due.item.code for due in dues), 16)
    day = widest((words.day(due.on) for due in dues), 10)
    lead = widest((named(report.units, due.item.lead) for due in dues), 16)
    whats = ["、".join(map(clean, due.steps)) or words("item_due") for due in dues]
    room = width - 2 - 2 - day - 2 - code - 1 - lead
    title = min(widest((clean(due.item.title) for due in dues), 60) + 2, room * 3 // 5)
    step = min(widest(whats, 60) + 2, room - title)
    return [
        line(
            "  ",
            (due.item.level.mark + " ", due.item.level.colour),
            fit(words.day(due.on), day) + "  ",
            (fit(due.item.code, code) + " ", DIM),
            fit(clean(due.item.title), title - 1) + " ",
            (fit(what, step - 1) + " ", "cyan"),
            (fit(named(report.units, due.item.lead), lead).rstrip(), DIM),
        )
        for due, what in zip(dues, whats, strict=True)
    ]
