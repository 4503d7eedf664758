"""`duban ledger CODE`: the rows of an item as they were filed, taken-back ones among them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tracker.history import Entry
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of, wrap
from tracker.reports.console_frame import DIM, head, words_of
from tracker.reports.console_words import Words, row_words
from tracker.sheet import LedgerSheet

_COLOURS = {"approve": "green", "refuse": "red", "close": "green", "cancel": "bright_black"}


def print_ledger(console: Output, sheet: LedgerSheet) -> None:
    """Prints the ledger of an item."""
    show(console, ledger_lines(sheet, width_of(console)))


def ledger_lines(sheet: LedgerSheet, width: int) -> Iterator[Line]:
    """The rows, laid out for a width."""
    words = words_of(sheet.scope)
    what = f"{sheet.code} {clean(sheet.title)} · {words('ledger')}"
    yield from head(sheet.scope, what, width)
    yield line()
    if sheet.entries:
        yield from rows(sheet.entries, sheet.titles, sheet.units, words, width, heading=True)
    else:
        yield line((words("no_rows"), DIM))


def rows(
    entries: Sequence[Entry],
    titles: Mapping[str, str],
    units: Mapping[str, str],
    words: Words,
    width: int,
    *,
    heading: bool = False,
) -> Iterator[Line]:
    """Rows of the ledger: number, date, who, what, and below it what was said about it."""
    number = max(4, *(len(str(entry.id)) for entry in entries))
    day = widest((words.day(entry.effective_on) for entry in entries), 10)
    who = widest((clean(entry.author) for entry in entries), 16)
    written = max(_recorded(entry, words, width)[1] for entry in entries)
    indent = 2 + number + 2 + day + 2 + written + 2 + who + 2
    if heading:
        number_name = fit(words("row"), number, right=True)
        names = [fit(words("effective"), day), fit(words("recorded"), written)]
        names += [fit(words("author"), who), words("what")]
        yield line((f"  {number_name}  {'  '.join(names)}", DIM))
    for entry in entries:
        gone = entry.reversed_by is not None
        texts = wrap(_what(entry, titles, units, words), width - indent)
        style = f"{DIM} strike" if gone else _COLOURS.get(entry.kind, "")
        yield line(
            "× " if gone else "  ",
            (fit(str(entry.id), number, right=True) + "  ", DIM),
            fit(words.day(entry.effective_on), day) + "  ",
            (fit(_recorded(entry, words, width)[0], written) + "  ", DIM),
            (fit(clean(entry.author), who) + "  ", DIM),
            (texts[0], style),
        )
        yield from (line(" " * indent, (text, style)) for text in texts[1:])
        for text in _about(entry, words):
            yield from (line(" " * indent, (one, DIM)) for one in wrap(text, width - indent))


def _what(entry: Entry, titles: Mapping[str, str], units: Mapping[str, str], words: Words) -> str:
    said = row_words(entry, words, titles, units)
    if entry.recorded_late:
        said += words("row_recorded_late")
    if entry.reversed_by is not None:
        said += words("row_reversed", row=entry.reversed_by)
    return said


def _recorded(entry: Entry, words: Words, width: int) -> tuple[str, int]:
    """When a row was written down, and the cells of it: the day, the minute where there is room."""
    moment = words.moment(entry.recorded_at)
    shown = moment if width >= 110 else words.day(date.fromisoformat(moment[:10]))
    return shown, len(shown)


def _about(entry: Entry, words: Words) -> Iterator[str]:
    """Note, reason, source and evidence of a row."""
    if entry.note:
        yield entry.note
    if entry.reason:
        loaded = words("plan_loaded") if entry.version_id else entry.reason
        yield words("reason", reason=loaded)
    if entry.source:
        yield words.labelled(words("source"), words("source_text", text=entry.source))
    if entry.evidence:
        yield words.labelled(words("evidence"), str(entry.evidence.get("name", "")))
