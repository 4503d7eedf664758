"""Topic × community as a coloured table, and months as sparklines, for the boards."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from rich.cells import cell_len

from tracker.registers.named import Named
from tracker.registers.petition_board import Heat
from tracker.reports.cells import Line, Part, fit, line, widest
from tracker.reports.console_cases import place_of, topic_name
from tracker.reports.console_frame import DIM
from tracker.reports.console_words import Words
from tracker.reports.sparks import sparks

SHADES = (
    "",
    "black on color(230)",
    "black on color(222)",
    "black on color(215)",
    "black on color(208)",
    "white on color(160)",
)
"""Colours of cells, the more the darker; what they mean stands in the cells as numbers, too."""

RISES = "↑"


def heat_lines(heat: Heat, named: Named, words: Words, width: int) -> Iterator[Line]:
    """A row for each topic, a column for each community, and sums; in parts where it is wide."""
    names = short_names(heat, named, words)
    sums = [str(heat.of_community(place)) for place in heat.communities]
    cells = [max(cell_len(name), len(sum_) + 1) + 1 for name, sum_ in zip(names, sums, strict=True)]
    topic = widest((topic_name(code, named) for code in heat.topics), 16) + 1
    together = str(sum(heat.counts.values()))
    total = max(len(together), cell_len(words("heat_all"))) + 2
    most = max(heat.counts.values(), default=0)
    parts = _parts(cells, width - topic - total - 4)
    for here in parts:
        last = here is parts[-1]
        if here is not parts[0]:
            yield line()
        head = "".join(fit(names[n], cells[n], right=True) for n in here)
        all_ = fit(words("heat_all") if last else "", total, right=True)
        yield line((f"{fit('', topic + 2)}{head}{all_}", DIM))
        for code in heat.topics:
            row = [_cell(heat, code, heat.communities[n], most, cells[n]) for n in here]
            count = fit(str(heat.of_topic(code)) if last else "", total, right=True)
            rises = f" {RISES}" if last and (code, None) in heat.rising else ""
            yield line(
                "  ",
                fit(topic_name(code, named), topic),
                *row,
                (count, "bold"),
                (rises, "bold red"),
            )
        foot = "".join(fit(sums[n], cells[n] - 1, right=True) + " " for n in here)
        all_ = fit(together if last else "", total, right=True)
        yield line("  ", fit(words("heat_all"), topic), (foot + all_, "bold"))


def _parts(cells: Sequence[int], room: int) -> list[range]:
    """The columns in parts that have room beside each other."""
    parts, first, used = [], 0, 0
    for n, cell in enumerate(cells):
        if used + cell > room and n > first:
            parts.append(range(first, n))
            first, used = n, 0
        used += cell
    return [*parts, range(first, len(cells))]


def _cell(heat: Heat, topic: str, community: str | None, most: int, width: int) -> Part:
    """How many, coloured by how many that is of the most; an arrow where it rises."""
    count = heat.counts.get((topic, community), 0)
    rises = heat.rises(topic, community)
    text = fit(str(count) if count else "·", width - 1, right=True) + (RISES if rises else " ")
    if not count:
        return (text, DIM)
    shade = SHADES[min(len(SHADES) - 1, 1 + (count - 1) * (len(SHADES) - 1) // most)]
    return (text, f"bold {shade}" if rises else shade)


def short_names(heat: Heat, named: Named, words: Words) -> list[str]:
    """The communities as heads of narrow columns: without what the names of all end with."""
    names = [place_of(place, named, words) for place in heat.communities if place is not None]
    letters = zip(*(reversed(name) for name in names), strict=False)
    common = len(list(takewhile(lambda alike: len(set(alike)) == 1, letters)))
    short = [name[: len(name) - common] for name in names]
    if len(names) > 1 and all(short):
        names = short
    return [*names, place_of(None, named, words)] if None in heat.communities else names


def month_lines(
    months: Mapping[str, tuple[Sequence[int], Sequence[int]]], year: int, width: int
) -> Iterator[Line]:
    """Each name with its months of this year and of last year, on one scale."""
    name = widest(months, 20)
    for label, (now, before) in months.items():
        most = max([*now, *before, 1])
        this = _year(year, now, most, "bold")
        last = _year(year - 1, before, most, DIM) if any(before) else line()
        first = line("  ", fit(label, name) + "  ") + this
        if first.cells + 4 + last.cells <= width:
            yield first + line("    " if any(before) else "") + last
        else:
            yield first
            yield line(fit("", name + 4)) + last


def _year(year: int, months: Sequence[int], most: int, style: str) -> Line:
    count = fit(str(sum(months)), 7, right=True)
    return line((f"{year} ", DIM), (fit(sparks(months, most), 12), "cyan"), (count, style))
