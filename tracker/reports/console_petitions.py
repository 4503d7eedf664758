"""`duban petition list`: what has to be done with which case, and by when."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from plans.levels import BY_CODE, Level
from plans.registers import CHANNELS, HOTLINE
from tracker.registers.petition_rows import PetitionList, PetitionRow
from tracker.reports.cells import Line, Output, Part, clean, fit, line, show, widest, width_of
from tracker.reports.console_cases import place_of, topic_name, way_of
from tracker.reports.console_frame import DIM, head, paragraph, words_of
from tracker.reports.console_words import Words
from tracker.view import Scope


def print_petitions(console: Output, found: PetitionList) -> None:
    """Prints a list: on a terminal a table, elsewhere one plain line a case."""
    if console.is_terminal:
        show(console, petition_lines(found, width_of(console)))
    else:
        console.file.writelines(plain_lines(found))


class _Column(NamedTuple):
    """A column of the table.

    Attributes:
        most, least: cells that it takes at most, and where room is short.
    """

    name: str
    texts: list[str]
    most: int
    least: int
    style: str = ""


def petition_lines(found: PetitionList, width: int) -> Iterator[Line]:
    """The table, laid out for a width."""
    words, scope = words_of(found.scope), found.scope
    yield from _head(found, width)
    if not found.rows:
        return
    repeated = f" · {words('petition_repeated')}"
    states = [state_of(row, scope, words, found.soon) for row in found.rows]
    marked = [repeated if row.repeated else "" for row in found.rows]
    said = widest(map(str.__add__, states, marked), width // 2)
    columns = _columns(found, words, wide=width >= 110)
    room = width - 2 - said
    if sum(_natural(columns)) + len(columns) > room:
        del columns[1]  # when it came in tells least of what has to be done
    widths = _widths(columns, room)
    heading = " ".join(fit(one.name, n) for one, n in zip(columns, widths, strict=True))
    yield line()
    yield line((f"  {heading} {words('petition_state')}", DIM))
    for place, row in enumerate(found.rows):
        level = level_of(row, scope, found.soon)
        cells: list[Part] = [
            (fit(one.texts[place], n) + " ", one.style)
            for one, n in zip(columns, widths, strict=True)
        ]
        state = [(states[place], level.colour), (marked[place], "yellow")]
        yield line((level.mark + " ", level.colour), *cells, *state)
    if len(found.rows) < found.total:
        yield line((words("petition_more", count=found.total - len(found.rows)), DIM))


def _columns(found: PetitionList, words: Words, *, wide: bool) -> list[_Column]:
    rows, named = found.rows, found.named
    due = [words.day(row.next_due) if row.next_due else "" for row in rows]
    places = [place_of(row.community, named, words) for row in rows]
    units = [clean(named.units.get(row.unit, row.unit)) for row in rows]
    columns = [
        _Column(words("code"), [clean(row.number) for row in rows], 22, 17, "bold"),
        _Column(words("petition_received"), [words.day(r.received) for r in rows], 10, 10, DIM),
        _Column(words("petition_way"), [way_of(row, named, words) for row in rows], 14, 9),
        _Column(words("petition_topic"), [topic_name(row.topic, named) for row in rows], 16, 6),
        _Column(words("petition_community"), places, 14, 5),
        _Column(words("petition_unit"), units, 18, 6),
        _Column(words("petition_due"), due, 10, 10),
    ]
    return columns if wide else [*columns[:5], columns[-1]]


def _natural(columns: Sequence[_Column]) -> list[int]:
    return [widest([one.name, *one.texts], one.most) for one in columns]


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """The cells of each column: where they do not fit into the room, the last that can gives."""
    widths = _natural(columns)
    for place in reversed(range(len(columns))):
        over = sum(widths) + len(widths) - room
        if over > 0:
            widths[place] = max(min(widths[place], columns[place].least), widths[place] - over)
    return widths


def plain_lines(found: PetitionList) -> Iterator[str]:
    """Column names and one line a case, for files and other programs."""
    words, scope = words_of(found.scope), found.scope
    yield from (f"{one.plain}\n" for one in _head(found, None))
    if not found.rows:
        return
    rows = [
        (
            level_of(row, scope, found.soon).mark,
            clean(row.number),
            row.received.isoformat(),
            way_of(row, found.named, words),
            topic_name(row.topic, found.named),
            place_of(row.community, found.named, words),
            clean(found.named.units.get(row.unit, row.unit)),
            row.next_due.isoformat() if row.next_due else "—",
            words("petition_repeated") if row.repeated else "—",
            state_of(row, scope, words, found.soon),
        )
        for row in found.rows
    ]
    keys = ("received", "way", "topic", "community", "unit", "due", "repeated", "state")
    names = ("", words("code"), *(words(f"petition_{key}") for key in keys))
    widths = [max(cell_len(cells[n]) for cells in (names, *rows)) for n in range(len(names))]
    for cells in (names, *rows):
        text = "  ".join(fit(one, width) for one, width in zip(cells, widths, strict=True))
        yield text.rstrip() + "\n"


def _head(found: PetitionList, width: int | None) -> Iterator[Line]:
    scope, filters, named = found.scope, found.filters, found.named
    words = words_of(scope)
    only = [
        filters.topic and named.topics.get(filters.topic, filters.topic),
        filters.community and named.units.get(filters.community, filters.community),
        filters.unit and named.units.get(filters.unit, filters.unit),
        filters.channel and CHANNELS[filters.channel][words.language != "zh"],
        filters.months and filters.months[0].strftime("%Y-%m"),
    ]
    yield from head(scope, words("petition_list"), width, *[one for one in only if one])
    if not found.total:
        yield line((words("petition_none"), "bold"))
        return
    every_year = filters.plan_id is None
    which = words("petition_all_years" if every_year else "petition_of_year", year=scope.plan.year)
    if filters.state is not None:
        said = [words(f"petition_count_{filters.state}", count=found.total, soon=found.soon)]
    else:
        said = [words("petition_counts", **found.counts, soon=found.soon)]
        reviewing, declined = found.counts["reviewing"], found.counts["declined"]
        if reviewing:
            said[0] = words.noted(said[0], words("petition_reviewing", count=reviewing))
        if declined:
            said.append(words("petition_count_declined", count=declined))
    yield from paragraph(which + words.join(said), width, "bold")


def level_of(row: PetitionRow, scope: Scope, soon: int) -> Level:
    """The level whose mark and colour a case has."""
    if row.next_due is None:
        if row.ended != "settle":
            return BY_CODE["cancelled"]
        return BY_CODE["behind" if row.settled_late else "done"]
    left = (row.next_due - scope.as_of).days
    return BY_CODE["overdue" if left < 0 else "due_soon" if left <= soon else "on_track"]


def state_of(row: PetitionRow, scope: Scope, words: Words, soon: int) -> str:
    """Where a case stands, in a few cells."""
    if row.awaits is None or row.next_due is None:
        if row.ended != "settle":
            return words("petition_declined" if row.ended == "decline" else "petition_given_back")
        said = words("petition_settled_late" if row.settled_late else "petition_settled")
        return said if row.survey is None else f"{said} · {words(f'petition_survey_{row.survey}')}"
    awaits = f"second_{row.awaits}" if row.reviews > 1 else row.awaits
    order = row.channel == HOTLINE and awaits == "accept"
    step = words("petition_awaits_sign" if order else f"petition_awaits_{awaits}")
    left = (row.next_due - scope.as_of).days
    if left > soon:
        return step
    if left == 0:
        return f"{words('petition_due_today')} · {step}"
    key = "petition_overdue" if left < 0 else "petition_due_in"
    return f"{words(key, days=abs(left))} · {step}"
