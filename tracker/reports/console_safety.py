"""`duban sweep list` and `duban hazard list`: what is to be held or put right, and by when."""

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len

from plans.levels import BY_CODE, Level
from plans.safety_words import GRADES, HELD, STATES
from plans.sweep_calendar import Occurrence
from tracker.registers.hazard_list import HazardList, HazardRow
from tracker.registers.sweep_list import SweepList, SweepRow
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of
from tracker.reports.console_frame import DIM, head, paragraph, words_of
from tracker.reports.console_words import Words

SWEEP_LEVELS = {
    "held": BY_CODE["done"],
    "late": BY_CODE["behind"],
    "missed": BY_CODE["overdue"],
    "behind": BY_CODE["due_soon"],
    "open": BY_CODE["on_track"],
}
NARROW = 16
"""A column for places is at least so many cells wide."""
TITLE = 10
"""And one for what a sweep is called."""

HAZARD_LEVELS = {
    "found": BY_CODE["not_reported"],
    "ordered": BY_CODE["on_track"],
    "fixed": BY_CODE["due_soon"],
    "failed": BY_CODE["behind"],
    "passed": BY_CODE["done"],
    "closed": BY_CODE["closed_out"],
}
"""How what stands like this is marked: as an item of the plan that stands alike."""


def print_sweeps(console: Output, found: SweepList) -> None:
    """Prints a list: on a terminal a table, elsewhere one plain line a sweep."""
    if console.is_terminal:
        show(console, sweep_lines(found, width_of(console)))
    else:
        console.file.writelines(_plain(_sweep_head(found, None), _sweep_cells(found)))


def print_hazards(console: Output, found: HazardList) -> None:
    """Prints a list: on a terminal a table, elsewhere one plain line a hazard."""
    if console.is_terminal:
        show(console, hazard_lines(found, width_of(console)))
    else:
        console.file.writelines(_plain(_hazard_head(found, None), _hazard_cells(found)))


def print_coming(console: Output, coming: Sequence[Occurrence]) -> None:
    """Prints the sweeps that are still to be held: number, days and title."""
    number = widest((one.number for one in coming), 60)
    for one in coming:
        text = f"{fit(one.number, number)}  {one.begins} — {one.due}  {clean(one.title)}"
        show(console, [line(text)])


def sweep_lines(found: SweepList, width: int) -> Iterator[Line]:
    """The table, laid out for a width."""
    words = words_of(found.scope)
    yield from _sweep_head(found, width)
    if not found.rows:
        return
    day = widest((words.day(row.due) for row in found.rows), 10)
    names = [_place(row.community, found.names.units, words) for row in found.rows]
    place = widest((words("safety_community"), *names), 14)
    titles = [_title(row, found, words) for row in found.rows]
    number = widest((words("code"), *(row.number for row in found.rows)), 36)
    sums = widest((str(row.places or 0) for row in found.rows), 9)
    sums = max(sums, cell_len(words("sweep_places")), cell_len(words("sweep_people")))
    state = widest((HELD[row.state][words.language != "zh"] for row in found.rows), 10)
    fixed = 2 + 2 * (day + 1) + place + 1 + 2 * (sums + 1) + state + 1 + number + 1
    title = min(widest((words("sweep_title"), *titles), 60), width - fixed - 1)
    below = title < TITLE  # the number stands in a second line then
    if below:
        title, number = min(title + number + 1, 60), 0
    cells = [
        *([fit(words("code"), number)] if number else []),
        fit(words("sweep_due"), day),
        fit(words("sweep_title"), title),
        fit(words("safety_community"), place),
        fit(words("sweep_held_on"), day),
        fit(words("sweep_places"), sums, right=True),
        fit(words("sweep_people"), sums, right=True),
        words("safety_state"),
    ]
    yield line()
    yield line((f"  {' '.join(cells)}", DIM))
    for row, about, where in zip(found.rows, titles, names, strict=True):
        level = SWEEP_LEVELS[row.state]
        yield line(
            (level.mark + " ", level.colour),
            (fit(clean(row.number), number) + " " if number else "", DIM),
            fit(words.day(row.due), day) + " ",
            (fit(about, title) + " ", "bold"),
            fit(where, place) + " ",
            fit(words.day(row.held_on), day) + " ",
            fit(_count(row.places), sums, right=True) + " ",
            fit(_count(row.people), sums, right=True) + " ",
            (HELD[row.state][words.language != "zh"], level.colour),
        )
        if below:
            yield line((f"  {fit(clean(row.number), width - 3).rstrip()}", DIM))
    yield from _more(found.listed - len(found.rows), words)


def hazard_lines(found: HazardList, width: int) -> Iterator[Line]:
    """The table, laid out for a width: a line a hazard, and a second one where it is remarkable."""
    words = words_of(found.scope)
    yield from _hazard_head(found, width)
    if not found.rows:
        return
    zh = words.language == "zh"
    number = widest((words("code"), *(clean(row.number) for row in found.rows)), 24)
    days = (words.day(day) for row in found.rows for day in (row.found, row.due))
    day = widest(days, 10)
    kinds = [clean(found.names.kinds.get(row.kind, row.kind)) for row in found.rows]
    kind = widest((words("safety_kind"), *kinds), 14)
    names = [_place(row.community, found.names.units, words) for row in found.rows]
    community = widest((words("safety_community"), *names), 12) if width >= 110 else 0
    state = widest((STATES[row.state][not zh] for row in found.rows), 14)
    fixed = 2 + number + 1 + kind + 1 + 2 * (day + 1) + state + 1
    fixed += community + 1 if community else 0
    place = min(
        widest((words("hazard_place"), *(row.place for row in found.rows)), 60), width - fixed - 1
    )
    if place < NARROW:  # it stands in the second line then
        place = 0
    cells = [
        fit(words("code"), number),
        fit(words("safety_kind"), kind),
        *([fit(words("hazard_place"), place)] if place else []),
        *([fit(words("safety_community"), community)] if community else []),
        fit(words("hazard_found"), day),
        fit(words("hazard_due"), day),
        words("safety_state"),
    ]
    yield line()
    yield line((f"  {' '.join(cells)}", DIM))
    for row, about, where in zip(found.rows, kinds, names, strict=True):
        level = hazard_level(row)
        yield line(
            (level.mark + " ", level.colour),
            (fit(clean(row.number), number) + " ", DIM),
            fit(about, kind) + " ",
            (fit(clean(row.place), place) + " " if place else "", "bold"),
            fit(where, community) + " " if community else "",
            (fit(words.day(row.found), day) + " ", DIM),
            fit(words.day(row.due), day) + " ",
            (STATES[row.state][not zh], level.colour),
        )
        whole = [] if cell_len(clean(row.place)) <= place else [clean(row.place)]
        if said := whole + _remarks(row, words):
            yield from paragraph(" · ".join(said), width, "yellow", 2 + number + 1)
    yield from _more(found.counts["all"] - len(found.rows), words)


def _remarks(row: HazardRow, words: Words) -> list[str]:
    said = [words("hazard_major")] if row.grade == "major" else []
    if row.overdue_days:
        said.append(late(row, words, "hazard_overdue"))
    if row.fails > (row.state == "failed"):
        said.append(words("hazard_fails", count=row.fails))
    if row.again:
        said.append(words("hazard_again", number=row.again, day=words.day(row.again_on)))
    return said


def late(row: HazardRow, words: Words, key: str) -> str:
    """Since when the day in force is over: of the putting right, or of the re-inspection."""
    said = words(key, days=row.overdue_days, workdays=row.overdue_workdays)
    return words("hazard_inspect_late", late=said) if row.state == "fixed" else said


def _sweep_head(found: SweepList, width: int | None) -> Iterator[Line]:
    words = words_of(found.scope)
    yield from head(found.scope, words("sweep_list"), width)
    if not found.counts["all"]:
        yield line((words("sweep_none"), DIM))
        return
    if only := _only(found, words):
        yield from paragraph(words("sweep_only", what=only), width)
    counts = {**found.counts, "done": found.held.numerator, "rate": found.held.text}
    said = [words("sweep_counts", **counts)]
    said.append(words("sweep_sums", places=found.places, people=found.people))
    colour = "bold red" if found.counts["missed"] else "green"
    for text in said:
        yield from paragraph(text, width, colour)
        colour = DIM


def _only(found: SweepList, words: Words) -> str:
    """What a list is narrowed down to, in words."""
    by, names = found.filters, found.names
    given = [
        names.kinds.get(by.kind or "", by.kind),
        *(names.units.get(code or "", code) for code in (by.community, by.unit)),
        by.state and HELD[by.state][words.language != "zh"],
    ]
    return ("、" if words.language == "zh" else ", ").join(clean(name) for name in given if name)


def _hazard_head(found: HazardList, width: int | None) -> Iterator[Line]:
    words, counts = words_of(found.scope), found.counts
    yield from head(found.scope, words("hazard_list"), width)
    if not counts["all"]:
        yield line((words("hazard_none"), DIM))
        return
    yield from paragraph(words("hazard_counts", **counts), width)
    said = []
    if counts["overdue"]:
        waiting = counts["inspection_overdue"]
        note = words("hazard_inspection_overdue_count", count=waiting) if waiting else ""
        said.append(words.noted(words("hazard_overdue_count", count=counts["overdue"]), note))
    if counts["again"]:
        key = "hazard_again_count"
        said.append(words(key, count=counts["again"], days=found.again_days))
    if said:
        yield from paragraph(words.join(said), width, "bold red")


def _sweep_cells(found: SweepList) -> Iterator[Sequence[str]]:
    words = words_of(found.scope)
    keys = ("sweep_due", "sweep_held_on", "sweep_places", "sweep_people", "safety_state")
    yield (
        *("", words("code"), *map(words, keys)),
        *(words("safety_kind"), words("safety_community"), words("sweep_title")),
    )
    for row in found.rows:
        yield (
            SWEEP_LEVELS[row.state].mark,
            clean(row.number),
            row.due.isoformat(),
            row.held_on.isoformat() if row.held_on else "—",
            _count(row.places),
            _count(row.people),
            HELD[row.state][words.language != "zh"],
            clean(found.names.kinds.get(row.kind, row.kind)),
            _place(row.community, found.names.units, words),
            _title(row, found, words),
        )


def _hazard_cells(found: HazardList) -> Iterator[Sequence[str]]:
    words = words_of(found.scope)
    english = words.language != "zh"
    keys = ("hazard_found", "hazard_due", "safety_state", "hazard_grade", "safety_kind")
    yield (
        *("", words("code"), *map(words, keys)),
        *(words("safety_community"), words("safety_unit"), words("hazard_place"), ""),
    )
    for row in found.rows:
        yield (
            hazard_level(row).mark,
            clean(row.number),
            row.found.isoformat(),
            row.due.isoformat(),
            STATES[row.state][english],
            GRADES[row.grade][english],
            clean(found.names.kinds.get(row.kind, row.kind)),
            _place(row.community, found.names.units, words),
            _place(row.unit, found.names.units, words),
            clean(row.place),
            " · ".join(said for said in _remarks(row, words) if said != words("hazard_major")),
        )


def _plain(heading: Iterator[Line], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """A heading, and rows in columns as wide as they need; the first one names them."""
    yield from (f"{one.plain}\n" for one in heading)
    table = list(rows)
    if len(table) == 1:
        return
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        text = "  ".join(fit(one, width) for one, width in zip(cells, widths, strict=True))
        yield text.rstrip() + "\n"


def _more(count: int, words: Words) -> Iterator[Line]:
    if count:
        yield line((words("safety_more", count=count), DIM))


def hazard_level(row: HazardRow) -> Level:
    """The level whose mark and colour a hazard has."""
    return BY_CODE["overdue"] if row.overdue_days else HAZARD_LEVELS[row.state]


def _title(row: SweepRow, found: SweepList, words: Words) -> str:
    if row.rhythm in found.rhythms:
        return clean(found.rhythms[row.rhythm].title)
    return clean(row.rhythm or words("sweep_other"))


def _place(code: str | None, units: Mapping[str, str], words: Words) -> str:
    return words("safety_office") if code is None else clean(units.get(code, code))


def _count(number: int | None) -> str:
    return "—" if number is None else str(number)
