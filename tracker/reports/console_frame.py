"""What terminal reports have in common: the head, the totals by level, remarks, notices."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from plans.levels import LEVELS
from tracker.judge import Judged
from tracker.reports.cells import Line, Part, clean, fit, line, wrap
from tracker.reports.console_words import Words, apart
from tracker.view import Scope, UnitName, View, span

if TYPE_CHECKING:
    from tracker.history import Mark

DIM = "bright_black"


def words_of(scope: Scope) -> Words:
    """The words of the plan's language."""
    return Words(scope.plan.language, scope.plan.year)


def head(scope: Scope, what: str, width: int | None, *more: str) -> list[Line]:
    """Office, what it is, as of when and known when; says when data are simulated.

    Args:
        width: of a line; None where lines may be of any length.
    """
    words = words_of(scope)
    label = words("simulated") if scope.simulated else ""
    title = clean(scope.plan.title or f"{scope.plan.office} {scope.plan.year}")
    office = "" if scope.plan.office in title else clean(scope.plan.office)
    name = f"{title} · {what}"
    if width is not None:
        name = fit(name, width - cell_len(label) - 1)
    facts = [office, words("as_of", day=words.long_day(scope.as_of))]
    if scope.known_at is not None:
        facts.append(words("known_at", moment=words.moment(scope.known_at)))
    facts += [clean(fact) for fact in more]
    return [
        line((name, "bold"), " ", (label, "bold black on yellow")),
        *paragraph(" · ".join(fact for fact in facts if fact), width, DIM),
    ]


def others_told(scope: Scope, others: int) -> list[str]:
    """That so many cases of a plan's register are of other years, and not counted; if any."""
    return [words_of(scope)("rate_others", count=others, year=scope.plan.year)] if others else []


def paragraph(text: str, width: int | None, style: str = "", indent: int = 0) -> list[Line]:
    """Typed or written text, wrapped where a line has a width."""
    if width is None:
        return [line(" " * indent, (clean(text), style))]
    return [line(" " * indent, (part, style)) for part in wrap(text, width - indent)]


def section(title: str, width: int, note: str = "") -> list[Line]:
    """A heading with a rule to the right edge, after an empty line."""
    note = f" {note}" if note else ""
    rest = width - cell_len(title) - cell_len(note) - 1
    if rest < 1:
        return [line(), line((fit(title + note, width), "bold"))]
    return [line(), line((title, "bold"), (note, DIM), " ", ("─" * rest, DIM))]


def counts(view: View) -> str:
    """How many items there are, and how many rest on assumptions."""
    words = words_of(view.scope)
    here = {item.item_id for item in view.items}
    children = sum(item.parent_id in here for item in view.items)
    items = len(view.items) - children
    parts = [words("counts" if children else "counts_items", items=items, children=children)]
    if any(view.assumed):
        parts.append(words("assumed", items=view.assumed[0], indicators=view.assumed[1]))
    return words.join([*parts, *provisional(view.provisional, words)])


def provisional(years: Sequence[int], words: Words) -> list[str]:
    """That working days of some years are provisional, if they are."""
    return [words("provisional", years=span(years))] if years else []


def totals(totals: Mapping[str, int], words: Words, width: int) -> list[Line]:
    """Items by level: a bar of the levels' marks, which needs no colour, and its legend."""
    there = [(level, totals[level.code]) for level in _BAR_ORDER if totals[level.code]]
    if not there:
        return []
    cells = _shares([count for _level, count in there], width)
    stripes: list[Part] = [
        (level.mark * share, level.colour) for (level, _n), share in zip(there, cells, strict=True)
    ]
    legend = [
        [(f"{level.mark} {words.level(level)}", level.colour), (f" {count}", "bold")]
        for level, count in there
    ]
    return [line(*stripes), *flow(legend, width)]


_BAR_ORDER = [
    *(
        level
        for level in LEVELS
        if not level.late and level.code not in ("cancelled", "not_started")
    ),
    *(level for level in LEVELS if level.late),
    *(level for level in LEVELS if level.code in ("not_started", "cancelled")),
]


def _shares(counts: Sequence[int], width: int) -> list[int]:
    """Cells in proportion to counts, one at least, ``width`` together where there is room."""
    total = sum(counts)
    shares = [max(1, count * width // total) for count in counts]
    largest = max(range(len(counts)), key=counts.__getitem__)
    shares[largest] = max(1, shares[largest] + width - sum(shares))
    return shares


def flow(groups: Sequence[Sequence[tuple[str, str]]], width: int) -> list[Line]:
    """Groups of pieces side by side, as many in a line as fit."""
    lines: list[list[Part]] = [[]]
    used = 0
    for group in groups:
        cells = sum(cell_len(text) for text, _style in group)
        if used and used + 3 + cells > width:
            lines.append([])
            used = 0
        if used:
            lines[-1].append("   ")
        lines[-1] += group
        used += cells + (3 if used else 0)
    return [line(*parts) for parts in lines]


def remark(item: Judged, scope: Scope, words: Words, *, full: bool = False) -> str:
    """What is remarkable about where an item stands, in a few cells; ``full`` where there is room
    for whole words."""
    if item.level.code in ("far_behind", "behind"):
        key = f"remark_{item.level.code}{'_full' if full else ''}"
        return words(key, points=apart(item.actual, item.expected))
    return _REMARKS.get(item.level.code, _level_word)(item, scope, words)


def _level_word(item: Judged, scope: Scope, words: Words) -> str:
    return words.level(item.level)


def _silent(item: Judged, scope: Scope, words: Words) -> str:
    if item.last_reported is None:
        return words("remark_never_reported")
    return words("remark_not_reported", month=words.day(item.last_reported))


def _soon(item: Judged, scope: Scope, words: Words) -> str:
    days = ((item.next_due or scope.as_of) - scope.as_of).days
    return words("remark_due_soon", days=days) if days else words("remark_due_today")


_REMARKS: Mapping[str, Callable[[Judged, Scope, Words], str]] = {
    "overdue": lambda i, scope, words: words("remark_overdue", days=i.overdue_days),
    "not_reported": _silent,
    "due_soon": _soon,
    "not_started": lambda i, scope, words: (
        words("remark_not_started", day=words.day(i.start))
        if i.start > scope.as_of
        else words.level(i.level)
    ),
}


def heat(marks: Sequence["Mark"], first: int = 0) -> list[Part]:
    """Months as the marks of their levels, twelve cells; '·' where nothing was due yet."""
    parts: list[Part] = [(mark.level.mark, mark.level.colour) for mark in marks]
    return [*parts, " " * (12 - len(marks))]


HEAT_HEAD = "1  4  7  10 "


def named(units: Mapping[str, UnitName], code: str) -> str:
    """A unit's name as it may be shown."""
    return clean(units[code].name) if code in units else clean(code)
