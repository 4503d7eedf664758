"""The tables of areas and of lead units in `duban report`."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from plans.levels import LEVELS
from tracker.report import Group, Report
from tracker.reports.cells import (
    Line,
    Part,
    bar,
    clean,
    fit,
    line,
    percent,
    widest,
)
from tracker.reports.console_frame import (
    DIM,
)
from tracker.reports.console_words import Words
from tracker.schema import FULL

SPARKS = "▁▂▃▄▅▆▇█"


def areas(report: Report, width: int, words: Words) -> Iterator[Line]:
    """One line an area: bar, percentages, trend, how many items at which level."""
    wide = 20 if width >= 110 else 12
    tallies = [_tally(group) for group in report.areas]
    names = [f"{group.code} {clean(group.name)}" for group in report.areas]
    months = len(report.months.ends)
    room = width - 2 - wide - 6 - 6 - 2 - max(months, cell_len(words("trend")))
    title = min(room, widest(names, 60) + 2)
    tallied = room - title >= 2 + max(sum(cell_len(text) for text, _s in t) for t in tallies)
    shares = fit(words("actual"), 5, right=True) + fit(words("expected"), 6, right=True)
    heading = f"{fit(words('area_name'), title)}{fit(words('progress'), wide + 1)}{shares}"
    yield line((f"  {heading}  {words('trend')}", DIM))
    for group, name, parts in zip(report.areas, names, tallies, strict=True):
        trend = report.months.progress(_roots(report, group))
        yield line(
            "  ",
            fit(name, title - 1) + " ",
            *bar(group.actual, group.expected, wide, "cyan"),
            (fit(percent(group.actual), 6, right=True), "bold"),
            (fit(percent(group.expected), 6, right=True) + "  ", DIM),
            ("".join(SPARKS[min(7, done * 8 // FULL)] for _planned, done in trend), "cyan"),
            *([("  ", ""), *parts] if tallied else []),
        )


def _roots(report: Report, group: Group) -> list[int]:
    roots = {item.item_id for item in report.view.roots}
    return [item.item_id for item in group.items if item.item_id in roots]


def _tally(group: Group) -> list[tuple[str, str]]:
    """How many items of a group are at which level, as marks and numbers."""
    there = [(level, group.at(level.code)) for level in LEVELS]
    return [(f"{level.mark}{count} ", level.colour) for level, count in there if count]


_COUNTED: dict[str, tuple[tuple[str, ...], str]] = {
    "items": ((), ""),
    "finished": (("closed_out", "done"), "green"),
    "count_of_overdue": (("overdue",), "red"),
    "count_of_behind": (("far_behind", "behind"), "yellow"),
    "count_of_silent": (("not_reported",), "magenta"),
}
"""Columns of the table of units: word → (levels counted, colour); no levels for all items."""


def units(groups: Sequence[Group], width: int, words: Words) -> Iterator[Line]:
    """One line a lead unit: how many items, finished, late, silent, and how far."""
    numbers = [words(key) for key in _COUNTED]
    cells = [max(4, cell_len(name)) + 2 for name in numbers]
    wanted = widest((clean(group.name) for group in groups), 40) + 2
    room = width - 2 - sum(cells) - 3 - 12
    wide = min(20 if width >= 110 else 12, room - wanted)
    wide = wide if wide >= 5 else 0
    name = min(wanted, room - wide)
    titles = [fit(text, cell, right=True) for text, cell in zip(numbers, cells, strict=True)]
    shares = fit(words("actual"), 5, right=True) + fit(words("expected"), 6, right=True)
    progress = f"   {fit(words('progress') if wide else '', wide)} {shares}"
    yield line((f"  {fit(words('unit'), name)}{''.join(titles)}{progress}", DIM))
    for group in groups:
        counted = [
            (group.at(*levels) if levels else len(group.items), style)
            for levels, style in _COUNTED.values()
        ]
        parts: list[Part] = [
            (fit(str(count) if count else "·", cell, right=True), style if count else DIM)
            for (count, style), cell in zip(counted, cells, strict=True)
        ]
        yield line(
            "  ",
            fit(clean(group.name), name),
            *parts,
            "   ",
            *(bar(group.actual, group.expected, wide, "cyan") if wide else []),
            (fit(percent(group.actual), 6, right=True), "bold"),
            (fit(percent(group.expected), 6, right=True), DIM),
        )
