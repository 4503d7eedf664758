"""The pages of the registers that flows publish as Markdown: numbers, topics and units only.

What was typed of a case or a hazard, such as a place, stands on no page.
"""

from collections.abc import Mapping

from plans.registers import CHANNELS, HOTLINE
from plans.safety_words import GRADES, HELD
from tracker.registers.hazard_list import HazardRow
from tracker.registers.petition_board import Heat
from tracker.registers.rate import Rate
from tracker.registers.rise import Rise
from tracker.registers.safety_board import SafetyBoard
from tracker.registers.warned import CaseWarning, Warned
from tracker.reports.console_boards import age_titles, hazard_rates, stage_name
from tracker.reports.console_cases import place_of, topic_name
from tracker.reports.console_frame import words_of
from tracker.reports.console_heat import short_names
from tracker.reports.console_rises import odds, rise_counts, topic_of, untested_text
from tracker.reports.console_safety import late
from tracker.reports.console_warnings import counts_of, level_of, sign_text
from tracker.reports.console_words import Words
from tracker.reports.markdown import escape, table
from tracker.reports.pages import heading, page, provisional_note, simulated_note
from tracker.reports.sparks import sparks
from tracker.reports.words import WORDS

CASES_SHOWN = 200
"""A page of Prefect is read, not searched: whoever needs all asks ``duban petition warn``."""


def warnings_page(warned: Warned) -> str:
    """What is warned of today: topics that rise, then cases, the most urgent first."""
    scope, words = warned.scope, words_of(warned.scope)
    counts = counts_of(warned, words)
    parts = [
        _notes(warned),
        words("warn_open", count=warned.open),
        f"**{counts}**" if counts else words("warn_none"),
        words("rise_too_early", day=words.day(warned.tested_from)) if warned.too_early else "",
        untested_text(warned, words) if warned.untested else "",
    ]
    if warned.rises:
        # Not as a table: it would be wider than the page.
        rises = [_rise(rise, warned, words) for rise in warned.rises]
        parts += [f"## {words('warn_topics')}", "\n".join(rises)]
    if warned.cases:
        shown = warned.cases[:CASES_SHOWN]
        columns = ("due", "topic", "unit", "received", "way")
        names = _titles(words, "code", "warn_sign", *(f"petition_{one}" for one in columns))
        rows = [_case(case, warned, words) for case in shown]
        parts += [f"## {words('warn_cases')}", table(names, rows)]
        if len(shown) < len(warned.cases):
            parts.append(words("board_more", count=len(warned.cases) - len(shown)))
    return page(heading(scope, words("board_warnings")), *parts)


def _rise(rise: Rise, warned: Warned, words: Words) -> str:
    """A topic that rises, with the numbers behind it."""
    limit = words("rise_alarm", limit=odds(rise.limit, words))
    chance = words("rise_odds", recent=rise.recent, odds=odds(rise.p, words))
    said = words("rise_then").join((rise_counts(rise, words), chance, limit))
    return f"- **▲ {escape(topic_of(rise, warned, words))}** {escape(said)}"


def _case(case: CaseWarning, warned: Warned, words: Words) -> list[str]:
    named = warned.named
    signs = " · ".join(sign_text(sign, case, words) for sign in case.signs)
    about = (topic_name(case.topic, named), place_of(case.community, named, words))
    order = case.channel == HOTLINE
    way = "12345" if order else CHANNELS[case.channel][words.language != "zh"]
    return [
        escape(case.number),
        f"{level_of(case).mark} {signs}",
        "—" if case.next_due is None else case.next_due.isoformat(),
        escape(" · ".join(about)),
        escape(named.units.get(case.unit, case.unit)),
        case.received.isoformat(),
        way,
    ]


def heat_page(heat: Heat, warned: Warned) -> str:
    """How many cases of each topic in each community, those that rise marked."""
    scope, named, words = warned.scope, warned.named, words_of(warned.scope)
    columns = [f"{escape(name)}:" for name in short_names(heat, named, words)]
    names = [words("petition_topic"), *columns, f"{words('heat_all')}:"]
    rows = [
        [
            escape(topic_name(topic, named)),
            *(_count(heat, topic, place) for place in heat.communities),
            f"**{heat.of_topic(topic)}**" + (" ↑" if (topic, None) in heat.rising else ""),
        ]
        for topic in heat.topics
    ]
    sums = [f"**{heat.of_community(place)}**" for place in heat.communities]
    total = f"**{sum(heat.counts.values())}**"
    found = table(names, [*rows, [words("heat_all"), *sums, total]])
    note = words("page_heat_note", year=scope.plan.year)
    parts = (found, f"*{note}*") if heat.counts else (words("petition_none"),)
    return page(heading(scope, words("board_heat")), _notes(warned), *parts)


def _count(heat: Heat, topic: str, place: str | None) -> str:
    """How many; in bold what is at least half of the most, as a page has no colours."""
    count = heat.counts.get((topic, place), 0)
    rises = " ↑" if heat.rises(topic, place) else ""
    if not rises and 2 * count < max(heat.counts.values()):
        return str(count or "·")
    return f"**{count}**{rises}"


def sweeps_page(board: SafetyBoard) -> str:
    """How many of the sweeps that are due were held, by kind, and which are to be held next."""
    words = words_of(board.scope)
    kinds = [
        (escape(board.names.kinds.get(kind or "", kind or "")), counts)
        for kind, counts in board.sweeps.parts["kind"].items()
    ]
    rows = [
        [
            name,
            _rate(counts.rates["held"]),
            _rate(counts.rates["in_time"]),
            *(str(n or "·") for n in (counts.missed, counts.places, counts.people)),
        ]
        for name, counts in [*kinds, (f"**{words('safety_total')}**", board.sweeps.total)]
    ]
    counted = (f"safety_count_{name}:" for name in ("missed", "places", "people"))
    names = _titles(words, "safety_kind", "board_held:", "safety_rate_in_time:", *counted)
    parts = [table(names, rows)]
    if board.to_hold:
        listed = [
            [
                escape(row.number),
                escape(board.names.kinds.get(row.kind, row.kind)),
                escape(board.names.units.get(row.unit, row.unit)),
                row.due.isoformat(),
                HELD[row.state][words.language != "zh"],
            ]
            for row in board.to_hold
        ]
        names = _titles(words, "code", "safety_kind", "safety_unit", "sweep_due", "safety_state")
        parts += [f"## {words('board_to_hold')}", table(names, listed)]
    parts += _months(board, words, "sweeps", "places")
    return page(heading(board.scope, words("board_sweeps")), simulated_note(board.scope), *parts)


def hazards_page(board: SafetyBoard) -> str:
    """Hazards that are not put right by age and grade, and those past their day with the stage."""
    words = words_of(board.scope)
    parts = [escape(hazard_rates(board, words)), f"## {words('board_ages')}"]
    if board.open:
        rows = [
            [
                GRADES[grade][words.language != "zh"],
                *(str(n or "·") for n in counts),
                f"**{sum(counts)}**",
            ]
            for grade, counts in board.ages.items()
        ]
        names = [words("hazard_grade"), *(f"{t}:" for t in (*age_titles(words), words("heat_all")))]
        parts.append(table(names, rows))
    else:
        parts.append(words("board_none_open"))
    parts += [*_late(board, words), *_again(board, words)]
    parts += _months(board, words, "hazards")
    return page(heading(board.scope, words("board_hazards")), simulated_note(board.scope), *parts)


def _late(board: SafetyBoard, words: Words) -> list[str]:
    """The hazards past their day, and before whom they are."""
    if not board.overdue:
        return []
    rows = [
        [
            *_hazard(row, board),
            GRADES[row.grade][words.language != "zh"],
            row.due.isoformat(),
            late(row, words, "hazard_overdue_long"),
            stage_name(board.stages[row.number], words),
        ]
        for row in board.overdue
    ]
    keys = ("hazard_grade", "hazard_due", "safety_state", "board_before")
    return [f"## {words('board_overdue')}", table(_titles(words, *HAZARD, *keys), rows)]


def _again(board: SafetyBoard, words: Words) -> list[str]:
    """The hazards at a place that had one not long before."""
    if not board.again:
        return []
    rows = [[*_hazard(row, board), escape(f"{row.again} {row.again_on}")] for row in board.again]
    title = words("board_again", days=board.again_days)
    return [f"## {title}", table(_titles(words, *HAZARD, "hazard_again_label"), rows)]


HAZARD = ("code", "safety_kind", "safety_unit")


def _hazard(row: HazardRow, board: SafetyBoard) -> list[str]:
    """Which hazard, of what kind and whose: never where."""
    kind = board.names.kinds.get(row.kind, row.kind)
    return [escape(row.number), escape(kind), escape(board.names.units.get(row.unit, row.unit))]


def _months(board: SafetyBoard, words: Words, *wanted: str) -> list[str]:
    """This year's and last year's months as a table with sparklines."""
    year = board.scope.plan.year
    there = {name: board.months[name] for name in wanted if name in board.months}
    if not there:
        return []
    years = 2 if any(any(before) for _now, before in there.values()) else 1
    rows = []
    for name, both in there.items():
        most = max([*both[0], *both[1], 1])
        cells = [cell for one in both[:years] for cell in (sparks(one, most), str(sum(one)))]
        rows.append([words(f"board_months_{name}"), *cells])
    names = ["", *[str(year), ":", str(year - 1), ":"][: 2 * years]]
    return [f"## {words('board_months')}", table(names, rows)]


def _rate(rate: Rate) -> str:
    return f"{rate.numerator} / {rate.denominator}　{rate.text}"


def _titles(words: Words, *keys: str) -> list[str]:
    """Column titles; a key that ends in ':' is aligned to the right."""
    return [words(key.removesuffix(":")) + key[len(key.removesuffix(":")) :] for key in keys]


def _notes(warned: Warned) -> str:
    """What a reader has to know first: that data are simulated, or working days provisional."""
    language: Mapping[str, str] = WORDS[warned.scope.plan.language]
    notes = (simulated_note(warned.scope), provisional_note(warned.provisional, language))
    return "\n>\n".join(note for note in notes if note)
