"""`duban show CODE`: one item with all that belongs to it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from tracker.arithmetic import MeasureSeen, StepSeen
from tracker.judge import Judged
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
    wrap,
)
from tracker.reports.console_frame import (
    DIM,
    head,
    named,
    paragraph,
    remark,
    section,
    words_of,
)
from tracker.reports.console_ledger import rows
from tracker.reports.console_words import Words, tenths
from tracker.schema import FULL, int_to_amount
from tracker.sheet import ItemSheet

RECENT = 5  # rows of the ledger
LABEL = 12

_STATES = {
    "held": ("●", "green"),
    "late": ("◐", "yellow"),
    "missed": ("×", "red"),
    "broken": ("!", "red"),
    "open": ("○", DIM),
}


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
        yield from _indicators(sheet.explained.summed, width, words)
    if sheet.explained.steps:
        yield from _steps(sheet, width, words)
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
        yield from rows(sheet.entries[-RECENT:], titles, words, width)


def _head(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    item = sheet.item
    yield from head(sheet.scope, words("item_card"), width)
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
    said = remark(item, sheet.scope, words)
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
    last = words("last_reported", day=reported) if reported else words("never_reported")
    rhythm = words(f"rhythm_{explained.item.report}")
    yield from _fact(words("rhythm"), f"{rhythm} · {last}", width)
    gap = item.expected - item.actual
    ahead = words("points_behind" if gap > 0 else "points_ahead", points=tenths(abs(gap)))
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


def _indicators(seen: Sequence[MeasureSeen], width: int, words: Words) -> Iterator[Line]:
    values = [words.amount(int_to_amount(one.value)) for one in seen]
    targets = [_target(one, words) for one in seen]
    value = widest(values, 16)
    target = widest(targets, 28)
    name = min(widest((clean(one.measure.name) for one in seen), 40), width - value - target - 26)
    for one, stands, aim in zip(seen, values, targets, strict=True):
        parts: list[Part] = [
            "  ",
            fit(clean(one.measure.name), name) + "  ",
            (fit(stands, value, right=True), "bold"),
            (" " + fit(aim, target) + "  ", DIM),
        ]
        yield line(*parts, *_completion(one, words))


def _target(seen: MeasureSeen, words: Words) -> str:
    measure = seen.measure
    if measure.target is None:
        return f"{clean(measure.unit)} · {words('recorded_only')}"
    aim = f"/ {words.amount(measure.target, clean(measure.unit))}"
    if measure.sense != "at_least":
        aim += f" {words(measure.sense)}"
    return aim + (f" {words('target_assumed')}" if measure.assumed else "")


def _completion(seen: MeasureSeen, words: Words) -> list[Part]:
    if seen.measure.target is None:
        return []
    if seen.follows:
        return [(words("kept"), "green")]
    done = seen.completion or 0
    if seen.measure.sense == "at_most":
        return [(words("exceeded"), "red")]
    return [*bar(done, 0, 12, "green" if done >= FULL else "cyan"), f" {percent(done):>4}"]


def _steps(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    seen, recurring = sheet.explained.steps, sheet.item.recurring
    yield from section(
        words("occurrences" if recurring else "milestones"), width, tally(seen, recurring, words)
    )
    if recurring:
        strip: list[Part] = ["  "]
        for one in seen[: width - 2]:
            strip.append(_STATES[one.state])
        yield line(*strip)
    odd = [one for one in seen if one.state in ("late", "missed", "broken")]
    ahead = [one for one in seen if one.state == "open"][:1]
    shown = [*odd, *ahead] if recurring else seen
    day = widest((words.day(one.due) for one in seen), 10)
    title = min(widest((clean(one.step.title) for one in seen), 60), width - day - 36)
    for one in shown:
        mark, colour = _STATES[one.state]
        moved = "" if one.due == one.step.original_due else words.day(one.step.original_due)
        yield line(
            "  ",
            (mark + " ", colour),
            (fit(words.day(one.due), day) + "  ", DIM),
            fit(clean(one.step.title), title) + "  ",
            (_step_state(one, sheet, words), colour if one.state != "held" else DIM),
            (f" {words('moved', due=moved)}" if moved else "", DIM),
        )


def _step_state(seen: StepSeen, sheet: ItemSheet, words: Words) -> str:
    recurring = sheet.item.recurring
    if seen.reached is not None:
        said = words("reached_on", day=words.day(seen.reached.effective_on))
        late = (seen.reached.effective_on - seen.due).days
        return said if late <= 0 else words.join([said, words("days_late", days=late)])
    if seen.state == "broken":
        return words("days_over", days=(sheet.scope.as_of - seen.due).days)
    return words("missed" if recurring else "lapsed") if seen.state == "missed" else words("open")


def tally(seen: Iterable[StepSeen], recurring: bool, words: Words) -> str:
    """How many milestones or occurrences were reached: in time, late, not at all."""
    states: list[str] = [one.state for one in seen]
    reached = states.count("held") + states.count("late")
    parts = [words("of_occurrences" if recurring else "of_steps", all=len(states), reached=reached)]
    named_states = {
        "held": "count_held",
        "late": "count_late_occurrence" if recurring else "count_late",
        "missed": "count_missed",
        "broken": "count_broken",
        "open": "count_open",
    }
    for state, key in named_states.items():
        if count := states.count(state):
            parts.append(words(key, count=count))
    return words.join(parts)


def _items(items: Sequence[Judged], sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    code = widest((item.code for item in items), 16)
    note = max(8, widest((remark(item, sheet.scope, words) for item in items), 14))
    title = min(width - code - note - 24, widest((clean(i.title) for i in items), 60) + 2)
    for item in items:
        yield line(
            ("  " + item.level.mark + " ", item.level.colour),
            (fit(item.code, code) + " ", DIM),
            fit(clean(item.title), title - 1) + " ",
            *bar(item.actual, item.expected, 12, item.level.colour),
            f" {percent(item.actual):>4} ",
            (remark(item, sheet.scope, words), item.level.colour),
        )


def _months(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    marks = sheet.months.marks[sheet.item.item_id]
    cell = min(6, (width - 2) // 12)
    months, levels, progress = [], [], []
    for end, mark in zip(sheet.months.ends, marks, strict=True):
        whole = (end + timedelta(days=1)).day == 1
        months.append(fit(words.month(end) if whole else words.day(end), cell))
        levels.append((fit(mark.level.mark, cell), mark.level.colour))
        progress.append(fit(percent(mark.actual), cell))
    yield line("  ", ("".join(months).rstrip(), DIM))
    yield line("  ", *levels)
    yield line("  ", "".join(progress).rstrip())
    there = {mark.level.rank: mark.level for mark in marks}
    legend = "  ".join(f"{level.mark}{words.level(level)}" for _n, level in sorted(there.items()))
    yield from paragraph(legend, width, DIM, 2)
