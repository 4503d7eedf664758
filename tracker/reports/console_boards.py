"""`duban petition board` and `duban sweep board`: a register at a glance."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rich.cells import cell_len

from plans.levels import BY_CODE
from plans.safety_words import GRADES, HELD
from tracker.alerts import Stage
from tracker.registers.hazard_list import HazardRow
from tracker.registers.petition_board import PetitionBoard
from tracker.registers.rate import Rate
from tracker.registers.safety_board import AGES, SafetyBoard
from tracker.registers.safety_rates import SweepCounts
from tracker.reports.cells import Line, Output, Part, bar, clean, fit, line, show, widest, width_of
from tracker.reports.console_frame import (
    DIM,
    head,
    others_told,
    paragraph,
    provisional,
    section,
    words_of,
)
from tracker.reports.console_heat import heat_lines, month_lines
from tracker.reports.console_petition_rates import group_lines
from tracker.reports.console_rises import rise_counts, topic_of
from tracker.reports.console_safety import SWEEP_LEVELS, late
from tracker.reports.console_safety_rates import stated_lines
from tracker.reports.console_warnings import RISING, counts_of
from tracker.reports.console_words import Words
from tracker.schema import FULL

TO_HOLD_SHOWN = 8
PLACE_LEAST = 16  # cells; where there are fewer, a second line is better

OVERDUE = BY_CODE["overdue"]


def print_petition_board(console: Output, board: PetitionBoard) -> None:
    """Prints the board of petitions."""
    show(console, petition_lines(board, width_of(console)))


def print_safety_board(console: Output, board: SafetyBoard) -> None:
    """Prints the board of safety sweeps."""
    show(console, safety_lines(board, width_of(console)))


def petition_lines(board: PetitionBoard, width: int) -> Iterator[Line]:
    """Warnings, rates, topic × community and months, laid out for a width."""
    scope, warned = board.scope, board.warned
    words = words_of(scope)
    more = [*provisional(warned.provisional, words), *others_told(scope, board.rates.others)]
    yield from head(scope, words("board_petitions"), width, *more)
    opened = words("warn_open", count=warned.open)
    yield from section(words("board_warnings"), width, opened)
    counts = counts_of(warned, words)
    colour = "bold red" if counts else "green"
    yield from paragraph(counts or words("warn_none"), width, colour, 2)
    for rise in warned.rises:
        text = f"{topic_of(rise, warned, words)}  {rise_counts(rise, words)}"
        yield from paragraph(f"▲ {text}", width, RISING, 2)
    for whole in board.rates.wholes:
        yield from section(words(f"rate_group_{whole.group}"), width)
        yield from group_lines(whole, board.rates, words, width)
    if board.heat.counts:
        note = words("board_heat_note", year=scope.plan.year)
        yield from section(words("board_heat"), width, note)
        yield from heat_lines(board.heat, warned.named, words, width)
    yield from _months(board.months, words, scope.plan.year, width)


def safety_lines(board: SafetyBoard, width: int) -> Iterator[Line]:
    """Sweeps by kind, hazards by age and grade, what is overdue or found again, and months."""
    scope = board.scope
    words = words_of(scope)
    others = others_told(scope, board.sweeps.others + board.hazards.others)
    yield from head(scope, words("board_safety"), width, *others)
    yield from section(words("board_sweeps"), width)
    if board.sweeps.total.due or not board.sweeps.stated:
        yield from _sweeps(board, words, width)
    yield from stated_lines(board.sweeps, words, width, 2)
    if board.to_hold:
        yield from section(words("board_to_hold"), width, str(len(board.to_hold)))
        yield from _to_hold(board, words, width)
    yield from section(words("board_hazards"), width)
    if board.hazards.total.found or not board.hazards.stated:
        yield from paragraph(hazard_rates(board, words), width, "bold", 2)
    yield from stated_lines(board.hazards, words, width, 2)
    yield from section(words("board_ages"), width)
    yield from _ages(board, words)
    if board.overdue:
        yield from section(words("board_overdue"), width, str(len(board.overdue)))
        said = [_late(row, board, words) for row in board.overdue]
        yield from _hazards(board.overdue, said, board, words, width, OVERDUE.colour)
    if board.again:
        title = words("board_again", days=board.again_days)
        yield from section(title, width, str(len(board.again)))
        said = [
            words("board_again_one", earlier=clean(row.again or ""), day=words.day(row.again_on))
            for row in board.again
        ]
        yield from _hazards(board.again, said, board, words, width, "yellow")
    yield from _months(board.months, words, scope.plan.year, width)


def hazard_rates(board: SafetyBoard, words: Words) -> str:
    """How many hazards were found, and the rates with numerator and denominator."""
    total = board.hazards.total
    return words(
        "board_hazard_rates",
        found=total.found,
        major=total.major,
        put_right=_rate(total.rates["put_right"]),
        in_time=_rate(total.rates["put_right_in_time"]),
        reopened=_rate(total.rates["reopened"]),
    )


def _rate(rate: Rate) -> str:
    return f"{rate.numerator}/{rate.denominator} {rate.text}"


def _sweeps(board: SafetyBoard, words: Words, width: int) -> Iterator[Line]:
    """By kind: held of those due as a bar and in numbers, missed, places and people."""
    kinds = board.sweeps.parts["kind"]
    rows: list[tuple[str, SweepCounts]] = [
        (clean(board.names.kinds.get(kind or "", kind or "")), counts)
        for kind, counts in kinds.items()
    ]
    rows.append((words("safety_total"), board.sweeps.total))
    name = widest((label for label, _counts in rows), 20)
    rates = [counts.rates["held"] for _label, counts in rows]
    held = [_rate(rate) for rate in rates]
    most = max(widest(held, 40), cell_len(words("board_held")))
    long = max(0, min(12, width - name - most - 32))
    keys = ("missed", "places", "people")
    titles = "".join(fit(words(f"safety_count_{key}"), 8, right=True) for key in keys)
    yield line((f"  {fit('', name + 2 + long)}  {fit(words('board_held'), most)}{titles}", DIM))
    for (label, counts), rate, text in zip(rows, rates, held, strict=True):
        done = rate.numerator * FULL // rate.denominator if rate.denominator else 0
        shown = bar(done, FULL, long, "green") if rate.denominator and long else [" " * long]
        numbers = ((counts.missed, "red"), (counts.places, ""), (counts.people, ""))
        cells: list[Part] = [
            (fit(str(count or "·"), 8, right=True), colour if count else DIM)
            for count, colour in numbers
        ]
        yield line("  ", fit(label, name) + "  ", *shown, "  ", (fit(text, most), "bold"), *cells)


def _to_hold(board: SafetyBoard, words: Words, width: int) -> Iterator[Line]:
    """The sweeps that have to be held next: by when, of what, where, by whom."""
    listed = board.to_hold[:TO_HOLD_SHOWN]
    kinds = [clean(board.names.kinds.get(row.kind, row.kind)) for row in listed]
    places = [clean(board.names.units.get(r.community or r.unit, r.unit)) for r in listed]
    kind, place = widest(kinds, 24), widest(places, 16)
    for row, what, where in zip(listed, kinds, places, strict=True):
        level = SWEEP_LEVELS[row.state]
        said = line(
            (f"{level.mark} ", level.colour),
            f"{words.day(row.due)}  ",
            (fit(what, kind) + "  ", "bold"),
            fit(where, place) + "  ",
            (HELD[row.state][words.language != "zh"], level.colour),
        )
        number = line((f"  {clean(row.number)}", DIM))
        yield said + number if said.cells + number.cells <= width else said
    more = len(board.to_hold) - TO_HOLD_SHOWN
    if more > 0:
        yield line((words("board_more", count=more), DIM))


def _ages(board: SafetyBoard, words: Words) -> Iterator[Line]:
    """Open hazards: a row for each grade, a column for each age."""
    if not board.open:
        yield line((f"  {words('board_none_open')}", "green"))
        return
    titles = age_titles(words)
    cells = [max(8, cell_len(title) + 2) for title in titles]
    names = "".join(fit(t, cell, right=True) for t, cell in zip(titles, cells, strict=True))
    yield line((f"  {fit('', 10)}{names}{fit(words('heat_all'), 8, right=True)}", DIM))
    shades = ("", "yellow", "bold yellow", "bold red")
    for grade, counts in board.ages.items():
        parts: list[Part] = [
            (fit(str(count), cell, right=True), shade)
            if count
            else (fit("·", cell, right=True), DIM)
            for count, cell, shade in zip(counts, cells, shades, strict=True)
        ]
        name = GRADES[grade][words.language != "zh"]
        total = (fit(str(sum(counts)), 8, right=True), "bold")
        yield line("  ", fit(name, 10), *parts, total)


def age_titles(words: Words) -> list[str]:
    """What the ages of open hazards are called, the youngest first."""
    between = [
        words("board_age_between", first=before + 1, last=last) for before, last in pairwise(AGES)
    ]
    youngest, oldest = words("board_age", days=AGES[0]), words("board_age_older", days=AGES[-1])
    return [youngest, *between, oldest]


def _late(row: HazardRow, board: SafetyBoard, words: Words) -> str:
    days = late(row, words, "hazard_overdue_long")
    stage = board.stages[row.number]
    if stage.code == "person":
        return f"{days} · {words('hazard_told_late')}"
    return f"{days} · {words('board_stage', stage=stage_name(stage, words))}"


def stage_name(stage: Stage, words: Words) -> str:
    """Before whom an overdue hazard is; at first the unit itself is reminded."""
    if stage.code == "person":
        return words("board_unit")
    return stage.zh if words.language == "zh" else stage.en


def _hazards(
    rows: Sequence[HazardRow],
    said: Sequence[str],
    board: SafetyBoard,
    words: Words,
    width: int,
    colour: str,
) -> Iterator[Line]:
    """A line for each hazard: number, kind, where, and what is remarkable about it."""
    names, units = board.names.kinds, board.names.units
    kinds = [clean(names.get(row.kind, row.kind)) for row in rows]
    leads = [clean(units.get(row.unit, row.unit)) for row in rows]
    number = widest((clean(row.number) for row in rows), 20)
    kind, text = widest(kinds, 14), widest(said, 60)
    unit = widest(leads, 14) if width >= 100 else 0
    beside = width - number - kind - unit - text - 10
    wanted = widest((clean(row.place) for row in rows), 30)
    below = beside < min(wanted, PLACE_LEAST)
    place = min(wanted, width - number - kind - unit - 6 if below else beside)
    for row, what, lead, how in zip(rows, kinds, leads, said, strict=True):
        major = row.grade == "major"
        named = line(
            (f"{OVERDUE.mark if row.overdue_days else '·'} ", colour),
            (fit(clean(row.number), number) + " ", "bold"),
            (fit(what, kind) + " ", "bold red" if major else ""),
            fit(clean(row.place), place) + " ",
            (fit(lead, unit) + "  " if unit else "", DIM),
        )
        if below:
            yield named
            yield from paragraph(how, width, colour, number + 3)
        else:
            yield named + line((how, colour))


def _months(
    months: Mapping[str, tuple[Sequence[int], Sequence[int]]], words: Words, year: int, width: int
) -> Iterator[Line]:
    if not months:
        return
    yield from section(words("board_months"), width)
    named = {words(f"board_months_{name}"): curves for name, curves in months.items()}
    yield from month_lines(named, year, width)
