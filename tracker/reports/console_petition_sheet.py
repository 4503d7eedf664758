"""`duban petition show`: one case with its deadlines and all that happened with it."""

from collections.abc import Iterator, Mapping

from plans.levels import BY_CODE
from plans.register_words import RESULTS
from plans.registers import CHANNELS, HOTLINE
from tracker.registers.happened import Happened
from tracker.registers.petition_course import names_of
from tracker.registers.petition_deadlines import Deadline
from tracker.registers.petition_sheet import PetitionSheet
from tracker.reports.cells import Line, Output, Part, clean, fit, line, show, widest, width_of
from tracker.reports.console_cases import place_of
from tracker.reports.console_corrections import PETITION, changed, corrections
from tracker.reports.console_frame import DIM, head, section, words_of
from tracker.reports.console_petitions import level_of, state_of
from tracker.reports.console_words import Words
from tracker.view import Scope

LEVEL_OF_STATE = {
    "met": BY_CODE["done"],
    "late": BY_CODE["behind"],
    "open": BY_CODE["on_track"],
    "over": BY_CODE["overdue"],
    "lapsed": BY_CODE["cancelled"],
}


def print_petition(console: Output, sheet: PetitionSheet) -> None:
    """Prints one case."""
    show(console, sheet_lines(sheet, width_of(console)))


def sheet_lines(sheet: PetitionSheet, width: int) -> Iterator[Line]:
    """One case, laid out for a width."""
    words, row, named = words_of(sheet.scope), sheet.row, sheet.named
    yield from head(sheet.scope, words("petition_card", number=clean(row.number)), width)
    level = level_of(row, sheet.scope, 0)
    repeated = f" · {words('petition_repeated')}" if row.repeated else ""
    state = state_of(row, sheet.scope, words, 0) + repeated
    yield line((f"{level.mark} ", level.colour), (state, f"bold {level.colour}"))
    yield line()
    facts = [
        ("petition_received", row.received.isoformat()),
        ("petition_way", CHANNELS[row.channel][words.language != "zh"]),
        ("petition_kind", named.kinds.get(row.kind or "", row.kind)),
        ("petition_topic", named.topics.get(row.topic, row.topic)),
        ("petition_community", place_of(row.community, named, words)),
        ("petition_unit", named.units.get(row.unit, row.unit)),
    ]
    keys = [key for key, _value in facts] + ["case_corrections"] * bool(sheet.corrections)
    label = widest((words(key) for key in keys), 16)
    for key, value in facts:
        if value:
            yield line((f"  {fit(words(key), label)}  ", DIM), clean(value))
    year = row.received.year
    for text in corrections(sheet.corrections, PETITION, _codes(sheet), year, words):
        yield line((f"  {fit(words('case_corrections'), label)}  ", DIM), text)
    yield from section(words("petition_deadlines"), width)
    yield from _deadlines(sheet, words, width)
    yield from section(words("petition_events"), width)
    if not sheet.events:
        yield line((f"  {words('petition_no_events')}", DIM))
    yield from _events(sheet, words)


def corrected(sheet: PetitionSheet, words: Words) -> str:
    """What the last correction of a case has changed."""
    row = sheet.row
    same = ("channel", "kind", "topic", "community", "unit", "repeated")
    now = {"opened_on": row.received, **{name: getattr(row, name) for name in same}}
    return changed(sheet.corrections[-1], now, PETITION, _codes(sheet), words)


def _codes(sheet: PetitionSheet) -> dict[str, Mapping[str, str]]:
    """Column of a case → code → name."""
    named = sheet.named
    codes = {"kind": named.kinds, "topic": named.topics}
    return {**codes, "community": named.units, "unit": named.units}


def _deadlines(sheet: PetitionSheet, words: Words, width: int) -> Iterator[Line]:
    steps = [words(f"petition_step_{_phrase(one, sheet)}") for one in sheet.deadlines]
    said = [_said(one, sheet.scope, words) for one in sheet.deadlines]
    step, state = widest(steps, 24), widest(said, 30)
    due = widest((words.day(d) for one in sheet.deadlines for d in (one.starts, one.due)), 10)
    for one, name, how in zip(sheet.deadlines, steps, said, strict=True):
        level = LEVEL_OF_STATE[one.state]
        source = one.source or words("petition_by_plan")
        yield line(
            "  ",
            (level.mark + " ", level.colour),
            fit(name, step) + "  ",
            (fit(words.day(one.starts), due) + " → ", DIM),
            (fit(words.day(one.due), due) + "  ", "bold"),
            (fit(how, state) + "  ", level.colour),
            (fit(source, max(0, width - step - 2 * due - state - 14)), DIM),
        )


def _phrase(one: Deadline, sheet: PetitionSheet) -> str:
    if one.step == "accept" and sheet.row.channel == HOTLINE:
        return "sign"
    return one.step.replace("review", "second_review") if one.second else one.step


def _said(one: Deadline, scope: Scope, words: Words) -> str:
    if one.met_on is not None:
        days = (one.met_on - one.due).days
        return words(f"petition_{one.state}", day=words.day(one.met_on), days=days)
    unused = one.state == "lapsed" and one.step in ("object", "review")
    key = "petition_unused" if unused else f"petition_{one.state}"
    return words(key, days=abs((one.due - scope.as_of).days))


def _events(sheet: PetitionSheet, words: Words) -> Iterator[Line]:
    said = [_what(one, sheet, words) for one in sheet.events]
    what = widest(said, 44)
    day = widest((words.day(one.event.effective_on) for one in sheet.events), 10)
    who = widest((clean(one.author) for one in sheet.events), 16)
    for one, text in zip(sheet.events, said, strict=True):
        style = f"{DIM} strike" if one.reversed else ""
        gone = f"  {words('petition_taken_back')}" if one.reversed else ""
        parts: list[Part] = [
            "× " if one.reversed else "  ",
            (fit(str(one.event.number), 2, right=True) + "  ", DIM),
            fit(words.day(one.event.effective_on), day) + "  ",
            (fit(text, what), style),
            (f"  {fit(clean(one.author), who)}  {words.moment(one.recorded_at)[:10]}{gone}", DIM),
        ]
        yield line(*parts)


def _what(one: Happened, sheet: PetitionSheet, words: Words) -> str:
    """What an event says, in a few words."""
    event, n = one.event, words.language != "zh"
    if event.kind == "undo":
        return words("petition_takes_back", number=event.reverses)
    reviews = sum(
        other.event.kind == "review" and not other.reversed and other.event.number <= event.number
        for other in sheet.events
    )
    said = [names_of(event.kind, sheet.row.channel == HOTLINE, reviews)[n]]
    if event.result is not None:
        said.append(RESULTS[event.kind].get(event.result, (event.result,) * 2)[n])
    if event.due is not None:
        said.append(words("petition_until", due=words.day(event.due)))
    if event.by_whom is not None:
        unit = clean(sheet.named.units.get(event.by_whom, event.by_whom))
        approved = event.kind == "extend"
        said.append(words("petition_approved_by", unit=unit) if approved else unit)
    return " · ".join(said)
