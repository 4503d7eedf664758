"""`duban petition warn`: cases whose time runs out or is over, and topics that rise."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from plans.levels import BY_CODE, Level
from plans.registers import Limit
from tracker.registers.rise import Rise
from tracker.registers.warned import CaseWarning, Sign, Warned
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of
from tracker.reports.console_cases import place_of, topic_name, way_of
from tracker.reports.console_frame import DIM, head, paragraph, provisional, section, words_of
from tracker.reports.console_rises import (
    limit_text,
    rise_counts,
    rise_reasons,
    topic_of,
    untested_text,
)
from tracker.reports.console_words import Words

LEVEL_OF_SIGN = {
    "overdue": BY_CODE["overdue"],
    "due": BY_CODE["due_soon"],
    "late": BY_CODE["behind"],
    "repeated": BY_CODE["behind"],
}
RISING = BY_CODE["overdue"].colour
NEAREST = 3
"""So many topics that are nearest to an alarm are explained."""


def print_warnings(
    console: Output, warned: Warned, *, limit: int | None = None, explain: bool = False
) -> None:
    """Prints what is warned of: on a terminal a table, elsewhere one plain line a case.

    Args:
        limit: at most so many cases are printed on a terminal; None for all.
        explain: with the numbers behind each warning.
    """
    if console.is_terminal:
        show(console, warning_lines(warned, width_of(console), limit, explain))
    else:
        console.file.writelines(plain_lines(warned, explain))


def warning_lines(
    warned: Warned, width: int, limit: int | None = None, explain: bool = False
) -> Iterator[Line]:
    """The warnings, laid out for a width."""
    words = words_of(warned.scope)
    yield from _head(warned, width)
    if warned.rises:
        yield from section(words("warn_topics"), width)
        for rise in warned.rises:
            yield line(("▲ ", RISING), (topic_of(rise, warned, words), "bold"))
            yield from _rise_lines(rise, words, width, explain)
    if explain and warned.tested:
        yield from _near_lines(warned, words, width)
    if warned.cases:
        yield from section(words("warn_cases"), width)
        yield from _table(warned, width, limit, explain)


def _rise_lines(rise: Rise, words: Words, width: int, explain: bool) -> Iterator[Line]:
    yield from paragraph(rise_counts(rise, words), width, DIM, 2)
    if explain:
        yield from paragraph(rise_reasons(rise, words), width, DIM, 2)


def _near_lines(warned: Warned, words: Words, width: int) -> Iterator[Line]:
    """Why other topics are not warned of, and where the limit comes from."""
    if warned.nearest:
        yield from section(words("rise_nearest"), width)
    for rise in warned.nearest[:NEAREST]:
        yield line(("  ", ""), (topic_of(rise, warned, words), "bold"))
        yield from _rise_lines(rise, words, width, True)
    yield from paragraph(limit_text(warned, words), width, DIM)


def _plain_rise(mark: str, rise: Rise, warned: Warned, explain: bool) -> str:
    words = words_of(warned.scope)
    said = [topic_of(rise, warned, words), rise_counts(rise, words)]
    return mark + "  ".join([*said, *([rise_reasons(rise, words)] if explain else [])]) + "\n"


def _table(warned: Warned, width: int, limit: int | None, explain: bool) -> Iterator[Line]:
    words, listed = words_of(warned.scope), warned.cases[:limit]
    signs = [[sign_text(sign, case, words) for sign in case.signs] for case in listed]
    room = width - 3 - widest((first for first, *_more in signs), 30)
    columns = _fitting(_columns(warned, listed, words), room)
    widths = [widest(cells, WIDEST[key]) for key, cells in columns.items()]
    code, *rest = columns.values()
    names = _row([code[0], *(cells[0] for cells in rest)], widths)
    yield line((f"  {names} {words('warn_sign')}", DIM))
    for n, (case, said) in enumerate(zip(listed, signs, strict=True), start=1):
        level = level_of(case)
        row = line(
            (f"{level.mark} ", level.colour),
            (fit(code[n], widths[0]) + " ", "bold"),
            _row([cells[n] for cells in rest], widths[1:]) + " ",
            (said[0], level.colour),
        )
        more = "".join(f" · {text}" for text in said[1:])
        if row.cells + cell_len(more) <= width:
            yield row + line((more, "yellow"))
        else:
            yield row
            yield from paragraph(more.removeprefix(" · "), width, "yellow", widths[0] + 3)
        for sign in case.signs if explain else ():
            text = " · ".join(reasons(sign, case, warned, words))
            yield from paragraph(text, width, DIM, widths[0] + 3)
    if len(listed) < len(warned.cases):
        count = len(warned.cases) - len(listed)
        yield line((words("petition_more", count=count), DIM))


WIDEST = {
    "code": 22,
    "petition_received": 10,
    "petition_way": 14,
    "petition_topic": 16,
    "petition_community": 14,
    "petition_unit": 18,
    "petition_due": 10,
}
"""The columns before the signs, and how wide at most."""

DISPENSABLE = ("petition_unit", "petition_received", "petition_way", "petition_community")
"""Which go first where there is no room."""


def _columns(warned: Warned, cases: Sequence[CaseWarning], words: Words) -> dict[str, list[str]]:
    """The columns before the signs: key → heading and cells."""
    named = warned.named
    columns = {
        "code": [clean(case.number) for case in cases],
        "petition_received": [words.day(case.received) for case in cases],
        "petition_way": [way_of(case, named, words) for case in cases],
        "petition_topic": [topic_name(case.topic, named) for case in cases],
        "petition_community": [place_of(case.community, named, words) for case in cases],
        "petition_unit": [clean(named.units.get(case.unit, case.unit)) for case in cases],
        "petition_due": [words.day(day) if (day := case.next_due) else "" for case in cases],
    }
    return {key: [words(key), *cells] for key, cells in columns.items()}


def _fitting(columns: dict[str, list[str]], room: int) -> dict[str, list[str]]:
    """The columns for which there is room."""
    for key in DISPENSABLE:
        if sum(widest(cells, WIDEST[name]) + 1 for name, cells in columns.items()) <= room:
            break
        del columns[key]
    return columns


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(fit(cell, width) for cell, width in zip(cells, widths, strict=True))


def plain_lines(warned: Warned, explain: bool = False) -> Iterator[str]:
    """A line for each topic that rises, column names, and a line for each case."""
    words = words_of(warned.scope)
    yield from (f"{one.plain}\n" for one in _head(warned, None))
    for rise in warned.rises:
        yield _plain_rise("▲ ", rise, warned, explain)
    if explain and warned.tested:
        for rise in warned.nearest[:NEAREST]:
            yield _plain_rise("  ", rise, warned, explain)
        yield f"{limit_text(warned, words)}\n"
    if not warned.cases:
        return
    columns = list(_columns(warned, warned.cases, words).values())
    widths = [max(map(cell_len, cells)) for cells in columns]
    names = _row([cells[0] for cells in columns], widths)
    yield f"  {names}  {words('warn_sign')}\n"
    for n, case in enumerate(warned.cases, start=1):
        cells = _row([cells[n] for cells in columns], widths)
        signs = [sign_text(sign, case, words) for sign in case.signs]
        if explain:
            why = [" · ".join(reasons(sign, case, warned, words)) for sign in case.signs]
            signs = [words.noted(*pair) for pair in zip(signs, why, strict=True)]
        yield f"{level_of(case).mark} {cells}  {' · '.join(signs)}\n"


def _head(warned: Warned, width: int | None) -> Iterator[Line]:
    words = words_of(warned.scope)
    more = provisional(warned.provisional, words)
    opened = words("warn_open", count=warned.open)
    yield from head(warned.scope, words("warn"), width, opened, *more)
    there = bool(warned.cases or warned.rises)
    text = counts_of(warned, words) or words("warn_none")
    yield from paragraph(text, width, "bold red" if there else "green")
    if warned.too_early:
        yield from paragraph(words("rise_too_early", day=words.day(warned.tested_from)), width, DIM)
    elif warned.untested:
        yield from paragraph(untested_text(warned, words), width, DIM)


def counts_of(warned: Warned, words: Words) -> str:
    """How many cases are warned of and why, and how many topics rise; "" where there are none.

    A case may have several signs: where the counts of signs come to more than the cases, the text
    says so.
    """
    widest_first = sorted(warned.registers.warnings.days, reverse=True)
    signs, counted = [], 0
    for key, count in warned.totals.items():
        if not count or key == "rises" or key in (f"due_{days}" for days in widest_first[1:]):
            continue
        counted += count
        if key.startswith("due_"):
            signs.append(_due_counts(warned, widest_first, words))
        else:
            signs.append(words(f"warn_{key}", count=count))
    cases, rises = len(warned.cases), len(warned.rises)
    key = "warn_cases_several" if counted > cases else "warn_cases_counted"
    said = [words(key, count=cases, signs=words.join(signs))] if cases else []
    said += [words("warn_rises", count=rises)] if rises else []
    return words("warn_then").join(said)


def _due_counts(warned: Warned, widths: Sequence[int], words: Words) -> str:
    """How many are due within so many days, and how many of these within fewer."""
    counts = [(days, warned.totals[f"due_{days}"]) for days in widths]
    (days, count), *nearer = counts
    among = [words("warn_due_of", days=days, count=count) for days, count in nearer if count]
    return words.noted(words("warn_due", days=days, count=count), words.join(among))


def level_of(case: CaseWarning) -> Level:
    """The level whose mark and colour the most urgent sign of a case has."""
    return LEVEL_OF_SIGN[case.signs[0].kind]


def sign_text(sign: Sign, case: CaseWarning, words: Words) -> str:
    """A sign in a few cells."""
    if sign.step is None:
        return words("sign_repeated")
    kind = "today" if sign.kind == "due" and not sign.days else sign.kind
    return words(f"sign_{kind}_{case.phrase(sign.step)}", days=sign.days)


def reasons(sign: Sign, case: CaseWarning, warned: Warned, words: Words) -> list[str]:
    """The numbers behind a sign: from when, by which rule, until when, and how far that is."""
    if sign.step is None:
        return [words("why_repeated")]
    limit, source = case.rule(sign.step, warned.rules[case.version_id])
    said = [words("why_received", day=words.day(case.received))]
    if sign.step == "answer_review":
        key = "why_second_review" if case.reviews > 1 else "why_review"
        said = [words(key, day=words.day(case.review_on))]
    elif sign.step == "settle" and case.accepted_on is not None:
        key = "why_signed" if case.order else "why_accepted"
        said.append(words(key, day=words.day(case.accepted_on)))
    if limit is not None:
        length = limit_words(limit, words)
        said.append(words("why_rule", source=source or words("petition_by_plan"), limit=length))
    if sign.step == "settle" and case.extensions:
        said.append(words("why_extended", count=case.extensions))
    counted = {"days": sign.days, "workdays": sign.workdays}
    said.append(words("why_due", day=words.day(sign.due)))
    key = {"overdue": "why_overdue", "due": "why_left"}.get(sign.kind, "why_late")
    return [*said, words(key, day=words.day(case.accepted_on), **counted)]


def limit_words(limit: Limit, words: Words) -> str:
    """How long a limit is."""
    return words("why_workdays" if limit.workdays else "why_days", count=limit.number)
