"""`duban hazard show NUMBER`: one hazard and all that happened with it."""

from collections.abc import Iterator
from typing import Any

from plans.safety_words import GRADES, SETTINGS, STATES, STEPS
from tracker.registers.happened import Happened
from tracker.registers.hazard_sheet import HazardSheet
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of, wrap
from tracker.reports.console_corrections import HAZARD, corrections
from tracker.reports.console_frame import DIM, head, section, words_of
from tracker.reports.console_safety import hazard_level, late
from tracker.reports.console_words import Words

LABEL = 12

_COLOURS = {"fail": "red", "pass": "green", "close": "green", "escalate": "red"}


def print_hazard(console: Output, sheet: HazardSheet) -> None:
    """Prints one hazard."""
    show(console, hazard_card(sheet, width_of(console)))


def hazard_card(sheet: HazardSheet, width: int) -> Iterator[Line]:
    """One hazard, laid out for a width."""
    words, row = words_of(sheet.scope), sheet.row
    level = hazard_level(row)
    yield from head(sheet.scope, words("hazard_card", number=clean(row.number)), width)
    yield line()
    yield from _fact(words("hazard_place"), row.place, width, "bold")
    state = STATES[row.state][words.language != "zh"]
    if row.fails > (row.state == "failed"):
        state = words.noted(state, words("hazard_fails", count=row.fails))
    yield line(fit(words("safety_state"), LABEL), (f"{level.mark} {state}", level.colour))
    for label, text, style in _facts(sheet, words):
        yield from _fact(label, text, width, style)
    codes = {"kind": sheet.names.kinds}
    codes |= {"community": sheet.names.units, "unit": sheet.names.units}
    for text in corrections(sheet.corrections, HAZARD, codes, row.found.year, words):
        yield from _fact(words("case_corrections"), text, width, DIM)
    for shown in sheet.evidence:
        yield from _fact(words("hazard_evidence"), _file(shown), width, DIM)
    yield from section(words("hazard_events"), width)
    if not sheet.steps:
        yield line((words("hazard_no_events"), DIM))
    for step in sheet.steps:
        yield from _step(step, words, width)


def _facts(sheet: HazardSheet, words: Words) -> Iterator[tuple[str, str, str]]:
    row, names, english = sheet.row, sheet.names, words.language != "zh"
    yield words("safety_kind"), names.kinds.get(row.kind, row.kind), ""
    yield words("hazard_grade"), GRADES[row.grade][english], "red" if row.grade == "major" else ""
    if row.community is not None:
        yield words("safety_community"), names.units.get(row.community, row.community), ""
    yield words("safety_unit"), names.units.get(row.unit, row.unit), ""
    yield words("hazard_found"), words.long_day(row.found), ""
    yield words("hazard_sweep"), row.sweep or words("hazard_reported"), ""
    if row.again is not None:
        said = words("hazard_again_long", number=row.again, day=words.day(row.again_on))
        yield words("hazard_again_label"), said, "yellow"
    due = words.long_day(row.due)
    if row.overdue_days:
        due += " · " + late(row, words, "hazard_overdue_long")
    yield words("hazard_due"), due, "red" if row.overdue_days else ""


def _fact(label: str, text: str, width: int, style: str = "") -> Iterator[Line]:
    for n, part in enumerate(wrap(text, width - LABEL)):
        yield line(fit("" if n else label, LABEL), (part, style))


def _step(step: Happened, words: Words, width: int) -> Iterator[Line]:
    event, english = step.event, words.language != "zh"
    day = widest([words.day(event.effective_on)], 10)
    said = [STEPS[event.kind][english]]
    if event.by_whom:
        said.append(event.by_whom)
    if event.kind in ("remind", "escalate") and event.result:
        said.append(words(f"hazard_told_{event.result}"))
    if event.due is not None:
        key = "hazard_inspect_due" if event.kind == "fix" else "hazard_step_due"
        said.append(words(key, day=words.day(event.due)))
    if event.reverses is not None:
        said.append(words("hazard_undone", number=event.reverses))
    style = f"{DIM} strike" if step.reversed else _COLOURS.get(event.kind, "")
    texts = wrap(" · ".join(said), width - day - 8)
    for n, text in enumerate(texts):
        mark = f"{'×' if step.reversed else ' '} {event.number:>2}  "
        yield line(
            (mark if n == 0 else " " * 6, DIM),
            fit("" if n else words.day(event.effective_on), day) + "  ",
            (text, style),
        )
    for text in _about(step, words):
        yield from (line(" " * (day + 8), (one, DIM)) for one in wrap(text, width - day - 8))


def _about(step: Happened, words: Words) -> Iterator[str]:
    """Settings and evidence of an event, and who filed it when."""
    details = step.event.details or {}
    for code, text in details.get("settings", {}).items():
        label = SETTINGS[code][words.language != "zh"] if code in SETTINGS else code
        yield words.labelled(label, text)
    for shown in details.get("evidence", []):
        yield words.labelled(words("hazard_evidence"), _file(shown))
    moment = words.moment(step.recorded_at)
    yield words("hazard_filed", author=clean(step.author), moment=moment)


def _file(shown: dict[str, Any]) -> str:
    """A file by its name and the beginning of its SHA-256, under which it is kept."""
    return f"{shown.get('name')} ({str(shown.get('sha256'))[:12]}…)"
