"""`duban sweep rates` and `duban hazard rates`: each rate with numerator and denominator."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from rich.cells import cell_len

from plans.numerals import plain_number
from plans.registers import MEASURE_NAMES, MEASURES
from tracker.registers.rate import Rate
from tracker.registers.rate_rows import Figure
from tracker.registers.safety_rates import HazardCounts, SafetyRates, SweepCounts
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of
from tracker.reports.console_frame import DIM, head, others_told, paragraph, words_of
from tracker.reports.console_words import Words

SWEEPS = ("missed", "places", "people")
HAZARDS = ("found", "major", "overdue")
"""The counts that are shown beside the rates."""

NAME = 14
"""At least so many cells for the name of a kind, community or month."""


def print_sweep_rates(console: Output, rates: SafetyRates[SweepCounts]) -> None:
    """Prints the rates of sweeps."""
    show(console, rate_lines(rates, "sweep", SWEEPS, width_of(console)))


def print_hazard_rates(console: Output, rates: SafetyRates[HazardCounts]) -> None:
    """Prints the rates of hazards."""
    show(console, rate_lines(rates, "hazard", HAZARDS, width_of(console)))


def rate_lines(
    rates: SafetyRates[SweepCounts] | SafetyRates[HazardCounts],
    register: str,
    counts: Sequence[str],
    width: int,
) -> Iterator[Line]:
    """One table, laid out for a width: of all, then by kind, community and month."""
    words = words_of(rates.scope)
    others = others_told(rates.scope, rates.others)
    yield from head(rates.scope, words(f"{register}_rates"), width, *others)
    stated = list(stated_lines(rates, words, width))
    if not any(there for there in rates.parts.values()):
        yield from stated or [line((words("safety_rate_none"), DIM))]
        return
    names = list(rates.total.rates)
    counts = _fitting(rates, counts, width)
    heading = [
        *(words(f"safety_count_{name}") for name in counts),
        *(words(f"safety_rate_{name}") for name in names),
    ]
    rows = [("bold", words("safety_total"), _cells(rates.total, counts))]
    for dimension, there in rates.parts.items():
        rows.append((DIM, words(f"safety_by_{dimension}"), []))
        for key, part in there.items():
            rows.append(("", f"  {_name(dimension, key, rates, words)}", _cells(part, counts)))
    columns = list(zip(heading, *(cells for _style, _name, cells in rows if cells), strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    name = min(widest((row[1] for row in rows), 40), width - sum(widths) - 2 * len(widths))
    yield line()
    yield line((_row("", heading, name, widths), DIM))
    for style, label, cells in rows:
        yield line((_row(label, cells, name, widths), style))
    yield line()
    yield from stated
    yield from paragraph(words(f"{register}_rate_legend"), width, DIM)


def stated_lines(
    rates: SafetyRates[SweepCounts] | SafetyRates[HazardCounts],
    words: Words,
    width: int,
    indent: int = 0,
) -> Iterator[Line]:
    """What is known from totals, a line for all and for each kind."""
    for kind, figures in rates.stated.items():
        name = clean(rates.names.kinds.get(kind, kind)) if kind else words("safety_total")
        said = words.join([_figure(*one, words) for one in figures.items()])
        text = words("safety_stated", what=words.labelled(name, said))
        yield from paragraph(text, width, "" if kind else "bold", indent)


def _figure(measure: str, figure: Figure, words: Words) -> str:
    """A figure by its name; a rate with what it is worked out from."""
    chinese = words.language == "zh"
    name = MEASURE_NAMES[measure] if chinese else f"{measure} "
    value = plain_number(figure.value or Decimal(0))
    if MEASURES[measure][0] == "sum":
        return f"{name}{value}"
    of = figure.counts
    made_of = f"{of.numerator}/{of.denominator}" if of.denominator else ""
    return words.noted(f"{name}{value}%", made_of) if made_of else f"{name}{value}%"


def _fitting(
    rates: SafetyRates[SweepCounts] | SafetyRates[HazardCounts], counts: Sequence[str], width: int
) -> Sequence[str]:
    """The counts that there is room for beside the rates and names of some length."""
    words = words_of(rates.scope)
    room = (
        width
        - NAME
        - sum(
            2 + max(cell_len(words(f"safety_rate_{name}")), cell_len(_rate(rate)))
            for name, rate in rates.total.rates.items()
        )
    )
    for n, name in enumerate(counts):
        heading = words(f"safety_count_{name}")
        room -= 2 + max(cell_len(heading), len(str(getattr(rates.total, name))))
        if room < 0:
            return counts[:n]
    return counts


def _row(label: str, cells: Sequence[str], name: int, widths: Sequence[int]) -> str:
    texts = [fit(cell, width, right=True) for cell, width in zip(cells, widths, strict=False)]
    return "  ".join([fit(label, name), *texts])


def _cells(part: SweepCounts | HazardCounts, counts: Sequence[str]) -> list[str]:
    shown = [str(getattr(part, name)) for name in counts]
    return shown + [_rate(rate) for rate in part.rates.values()]


def _rate(rate: Rate) -> str:
    return f"{rate.numerator}/{rate.denominator} {rate.text:>6}"


def _name(
    dimension: str,
    key: str | None,
    rates: SafetyRates[SweepCounts] | SafetyRates[HazardCounts],
    words: Words,
) -> str:
    if key is None:
        return words("safety_office")
    if dimension == "month":
        first = date.fromisoformat(f"{key}-01")
        return words.month(first) if first.year == words.year else key
    names = rates.names.kinds if dimension == "kind" else rates.names.units
    return clean(names.get(key, key))
