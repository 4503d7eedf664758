"""`duban petition warn`: cases whose time runs out or is over, and topics that rise."""

from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len

from plans.levels import BY_CODE, Level
from plans.registers import Limit
from tracker.registers.rise import LOOKS, WINDOWS, Rise
from tracker.registers.warned import CaseWarning, Sign, Warned
from tracker.reports.cells import Line, Output, clean, fit, line, show, widest, width_of
from tracker.reports.console_cases import place_of, topic_name, way_of
from tracker.reports.console_frame import DIM, head, paragraph, provisional, section, words_of
from tracker.reports.console_words import Words

LEVEL_OF_SIGN = {
    "overdue": BY_CODE["overdue"],
    "due": BY_CODE["due_soon"],
    "late": BY_CODE["behind"],
    "repeated": BY_CODE["behind"],
}
RISING = BY_CODE["overdue"].colour


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
            for text in _rise_texts(rise, words, explain):
                yield from paragraph(text, width, DIM, 2)
    if explain and warned.tested:
        yield from paragraph(limit_text(warned, words), width, DIM)
    if warned.cases:
        yield from section(words("warn_cases"), width)
        yield from _table(warned, width, limit, explain)


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
        "petition_due": [words.day(_first_due(case)) for case in cases],
    }
    return {key: [words(key), *cells] for key, cells in columns.items()}


def _fitting(columns: dict[str, list[str]], room: int) -> dict[str, list[str]]:
    """The columns for which there is room."""
    for key in DISPENSABLE:
        if sum(widest(cells, WIDEST[name]) + 1 for name, cells in columns.items()) <= room:
            break
        del columns[key]
    return columns


def _first_due(case: CaseWarning) -> date | None:
    return case.signs[0].due if case.signs[0].kind in ("overdue", "due") else case.settle_by


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(fit(cell, width) for cell, width in zip(cells, widths, strict=True))


def plain_lines(warned: Warned, explain: bool = False) -> Iterator[str]:
    """A line for each topic that rises, column names, and a line for each case."""
    words = words_of(warned.scope)
    yield from (f"{one.plain}\n" for one in _head(warned, None))
    for rise in warned.rises:
        texts = "  ".join(_rise_texts(rise, words, explain))
        yield f"▲ {topic_of(rise, warned, words)}  {texts}\n"
    if explain and warned.tested:
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
    text = words.join(counts_of(warned, words)) if there else words("warn_none")
    yield from paragraph(text, width, "bold red" if there else "green")
    if warned.too_early:
        yield from paragraph(words("rise_too_early", day=words.day(warned.tested_from)), width, DIM)


def counts_of(warned: Warned, words: Words) -> list[str]:
    """How many cases have which sign, and how many topics rise; what there is none of left out."""
    said = []
    for key, count in warned.totals.items():
        days = key.removeprefix("due_")
        if count and days.isdecimal():
            said.append(words("warn_due", days=days, count=count))
        elif count:
            said.append(words(f"warn_{key}", count=count))
    return said


def level_of(case: CaseWarning) -> Level:
    """The level whose mark and colour the most urgent sign of a case has."""
    return LEVEL_OF_SIGN[case.signs[0].kind]


def sign_text(sign: Sign, case: CaseWarning, words: Words) -> str:
    """A sign in a few cells."""
    if sign.step is None:
        return words("sign_repeated")
    kind = "today" if sign.kind == "due" and not sign.days else sign.kind
    step = "sign" if case.order and sign.step == "accept" else sign.step
    return words(f"sign_{kind}_{step}", days=sign.days)


def reasons(sign: Sign, case: CaseWarning, warned: Warned, words: Words) -> list[str]:
    """The numbers behind a sign: from when, by which rule, until when, and how far that is."""
    if sign.step is None:
        return [words("why_repeated")]
    limit, source = case.rule(sign.step, warned.rules[case.version_id])
    said = [words("why_received", day=words.day(case.received))]
    if sign.step == "answer_review":
        said = [words("why_review", day=words.day(case.review_on))]
    elif sign.step == "settle" and case.accepted_on is not None:
        key = "why_signed" if case.order else "why_accepted"
        said.append(words(key, day=words.day(case.accepted_on)))
    if limit is not None:
        length = limit_words(limit, words)
        key = "why_rule" if source else "why_plan"
        said.append(words(key, source=source, limit=length))
    if sign.step == "settle" and case.extensions:
        said.append(words("why_extended", count=case.extensions))
    counted = {"days": sign.days, "workdays": sign.workdays}
    said.append(words("why_due", day=words.day(sign.due)))
    key = {"overdue": "why_overdue", "due": "why_left"}.get(sign.kind, "why_late")
    return [*said, words(key, day=words.day(case.accepted_on), **counted)]


def limit_words(limit: Limit, words: Words) -> str:
    """How long a limit is."""
    return words("why_workdays" if limit.workdays else "why_days", count=limit.number)


def topic_of(rise: Rise, warned: Warned, words: Words) -> str:
    """The topic, and the community or that it is the whole office."""
    place = place_of(rise.community, warned.named, words)
    return f"{topic_name(rise.topic, warned.named)} · {place}"


def _rise_texts(rise: Rise, words: Words, explain: bool) -> Iterator[str]:
    yield rise_counts(rise, words)
    if explain:
        p, limit = (f"{number:.1e}" for number in (rise.p, rise.limit))
        said = words("rise_test", history=rise.history_days, before=rise.before, p=p, limit=limit)
        needed = rise.needed
        yield said + (words("rise_needed", needed=needed) if needed is not None else "")


def rise_counts(rise: Rise, words: Words) -> str:
    """How many came in, and how many usually do."""
    return words(
        "rise_counts" if rise.community is not None else "rise_counts_office",
        on=words.day(rise.on),
        window=rise.window_days,
        recent=rise.recent,
        cases=rise.cases,
        expected=f"{rise.expected:.1f}",
    )


def limit_text(warned: Warned, words: Words) -> str:
    """Where the limit of the test comes from."""
    rise, settings = warned.tested[0], warned.registers.warnings
    return words(
        "rise_limit",
        percent=settings.false_alarms_percent,
        days=rise.window_days + rise.history_days,
        looks=rise.looks,
        times=LOOKS,
        windows="/".join(str(times * settings.window_days) for times in WINDOWS),
        tested=len(warned.tested),
    )
