"""`duban petition rates`: every rate with what it is made of, beside last year's."""

from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len

from plans.numerals import plain_number
from plans.registers import CHANNELS
from tracker.registers.made_of import RATES
from tracker.registers.named import Named
from tracker.registers.rate_rows import RateRow, Rates, Year
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of
from tracker.reports.console_frame import DIM, head, others_told, paragraph, section, words_of
from tracker.reports.console_words import Words

Cells = list[str]


def print_rates(console: Output, rates: Rates) -> None:
    """Prints the rates of a plan's year."""
    show(console, rate_lines(rates, width_of(console)))


def rate_lines(rates: Rates, width: int) -> Iterator[Line]:
    """The rates, laid out for a width."""
    words = words_of(rates.scope)
    there = [year for year in map(_last_year, rates.wholes) if year is not None]
    alike = any(year.through in (None, rates.last_year) for year in there)
    before = rates.last_year if alike else None
    more = [words("rate_last_year_to", day=words.day(before))] if before else []
    more += others_told(rates.scope, rates.others)
    yield from head(rates.scope, words("petition_rates"), width, *more)
    if not rates.wholes:
        yield line((words("rate_none"), DIM))
        return
    for whole in rates.wholes:
        yield from section(words(f"rate_group_{whole.group}"), width)
        yield from group_lines(whole, rates, words, width)
    yield line()
    yield from paragraph(words("rate_legend"), width, DIM)


def group_lines(whole: RateRow, rates: Rates, words: Words, width: int) -> Iterator[Line]:
    """A group's whole and its parts in one table: the columns of all parts stand in line."""
    before = _last_year(whole)
    wide = width >= 120 and before is not None and before.counts.cases > 0
    known = whole.now.has_totals or whole.now.counts.cases == 0  # no rate may tell it
    table: list[tuple[str, Cells]] = [
        ("bold", [words("rate_whole"), *_cells(whole.now, words, settled=known)])
    ]
    if before is not None:
        label = _last_year_name(before, rates, words)
        cells = [label, *_cells(before, words, settled=known)]
        table.append((DIM, cells))
    for by, parts in rates.parts.items():
        rows = [row for row in parts if row.group == whole.group]
        if rows:
            table.append(("head", [words(f"rate_by_{by}")]))
        for row in rows:
            name = f"  {name_of(by, row.key, rates.named, words)}"
            table.append(
                ("", [name, *_cells(row.now, words, row.before if wide else None, settled=known)])
            )
    keys = [
        "rate_received",
        *(["rate_settled"] if known else []),
        *(_column(name, whole.group) for name in RATES),
    ]
    yield from _table(["", *map(words, keys)], table, width)
    if whole.now.has_totals and whole.now.counts.cases and rates.parts:
        yield from paragraph(words("rate_parts"), width, DIM)
    for label, year in (("", whole.now), (words("rate_last_year"), before)):
        if year is not None:
            yield from _unknown(year, whole.group, label, words, width)


def _unknown(year: Year, group: str, label: str, words: Words, width: int) -> Iterator[Line]:
    """Why there is no rate: one sentence for those that are not known of the same days."""
    found: dict[tuple[date, date], list[str]] = {}
    for name in RATES:
        days = year.unknown(name)
        if days is not None:
            found.setdefault(days, []).append(words(_column(name, group)))
    for (first, last), names in found.items():
        days_said = {"first": words.day(first), "last": words.day(last)}
        said = words("rate_unknown", rates=words.join(names), **days_said)
        yield from paragraph(words.labelled(label, said) if label else said, width, DIM)


def _column(name: str, group: str) -> str:
    """The key of what the column of a rate is called."""
    signed = name == "accepted_in_time" and group == "orders"
    return "rate_signed_in_time" if signed else f"rate_{name}"


def _last_year(whole: RateRow) -> Year | None:
    """Last year's figures of a group, where there are any."""
    before = whole.before
    return before if before is not None and (before.received or before.has_totals) else None


def _last_year_name(before: Year, rates: Rates, words: Words) -> str:
    """What last year's row is called: up to the same day, or as far as totals say."""
    if before.through in (None, rates.last_year):
        return words("rate_last_year")
    if (before.through.month, before.through.day) == (12, 31):
        return words("rate_last_year_all")
    return words("rate_last_year_through", day=words.day(before.through))


def _table(names: Cells, rows: Sequence[tuple[str, Cells]], width: int) -> Iterator[Line]:
    full = [names, *(cells for style, cells in rows if style != "head")]
    most = [max(cell_len(cells[n]) for cells in full) for n in range(1, len(names))]
    room = width - sum(most) - 2 * len(most)
    first = min(room, widest((cells[0] for _style, cells in rows), 24))

    def laid(cells: Cells) -> str:
        texts = zip(cells[1:], most, strict=True)
        return fit(cells[0], first) + "".join(f"  {fit(t, w, right=True)}" for t, w in texts)

    yield line((laid(names), DIM))
    for style, cells in rows:
        yield line((cells[0], DIM)) if style == "head" else line((laid(cells), style))


def _cells(year: Year, words: Words, before: Year | None = None, *, settled: bool) -> Cells:
    """How many came in (and were settled), and each rate: numerator, denominator and percent."""
    received = plain_number(year.received)
    if before is not None:
        received += f" ({plain_number(before.received)})"
    cells = [received]
    if settled:
        cells.append("—" if year.settled is None else plain_number(year.settled))
    for name in RATES:
        percent, made_of = year.rate(name), year.made_of(name)
        text = "—" if percent is None else f"{plain_number(percent)}%"
        if made_of.denominator:
            text = f"{made_of.numerator}/{made_of.denominator} {text:>5}"
        elif percent is not None:
            text += words("rate_stated")
        if before is not None:
            was = before.rate(name)
            text += " (—)" if was is None else f" ({plain_number(was)}%)"
        cells.append(text)
    return cells


def name_of(by: str, key: str | None, named: Named, words: Words) -> str:
    """What a part is called."""
    if key is None:
        return words("petition_whole_office")
    if by == "channel":
        return CHANNELS[key][words.language != "zh"]
    there = {"topic": named.topics, "community": named.units, "unit": named.units}.get(by, {})
    return clean(there.get(key, key))
