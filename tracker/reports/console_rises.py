"""A topic that rises, in words: what came in, how rare that would be by chance, and the limit."""

import math
from decimal import Decimal

from plans.numerals import plain_number
from tracker.registers.rise import LOOKS, WINDOWS, Rise
from tracker.registers.warned import Warned
from tracker.reports.cells import clean
from tracker.reports.console_cases import place_of, topic_name
from tracker.reports.console_words import Words

MOST_ODDS = 1e12
"""Once in more than so many is beyond what chances of days mean."""


def topic_of(rise: Rise, warned: Warned, words: Words) -> str:
    """The topic, and the community or that it is the whole office."""
    place = place_of(rise.community, warned.named, words)
    return f"{topic_name(rise.topic, warned.named)} · {place}"


def rise_counts(rise: Rise, words: Words) -> str:
    """How many came in, and how many usually do."""
    office = "" if rise.community is not None else "_office"
    busy = "_busy" if rise.at_least > 1 else ""
    return words(
        f"rise_counts{office}{busy}",
        on=words.day(rise.on),
        window=rise.window_days,
        recent=rise.recent,
        least=rise.at_least,
        cases=rise.cases,
        expected=f"{rise.expected:.1f}",
    )


def rise_reasons(rise: Rise, words: Words) -> str:
    """The numbers behind a rise, or behind there being no alarm."""
    needed = rise.needed
    days = {"first": rise.history_first.isoformat(), "last": rise.history_last.isoformat()}
    said = (
        words("rise_past", history=rise.history_days, before=rise.before, **days),
        words("rise_odds", recent=rise.recent, odds=odds(rise.p, words)),
        words("rise_alarm" if rise.alarm else "rise_no_alarm", limit=odds(rise.limit, words)),
        words("rise_no_room") if needed is None else words("rise_needed", needed=needed),
    )
    return words("rise_then").join(said)


def untested_text(warned: Warned, words: Words) -> str:
    """What is too new in the lists to be tested, and from when on it is."""
    names = {"topic": warned.named.topics, "community": warned.named.communities}
    return words(
        "rise_untested",
        names=words.join(
            words.noted(clean(names[one.kind][one.code]), words.day(one.tested_from))
            for one in warned.untested
        ),
    )


def odds(chance: float, words: Words) -> str:
    """One in how many a chance is, to two digits."""
    once = min(1 / chance, MOST_ODDS) if chance > 0 else MOST_ODDS
    number = large(once, words)
    return words("rise_odds_over", number=number) if once == MOST_ODDS else number


def large(number: float, words: Words) -> str:
    """A number to two digits: 97, 3,000; in Chinese 6万 and 1.2亿."""
    rounded = round(number, 1 - math.floor(math.log10(number))) if number >= 1 else 1
    if words.language != "zh":
        return f"{rounded:,.0f}"
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if rounded >= size:
            return f"{plain_number(Decimal(round(rounded)) / size)}{unit}"
    return f"{rounded:.0f}"


def limit_text(warned: Warned, words: Words) -> str:
    """Where the limit of the test comes from."""
    rise, settings = warned.tested[0], warned.registers.warnings
    return words(
        "rise_limit",
        percent=settings.false_alarms_percent,
        looks=large(settings.false_alarms_percent / 100 / rise.limit, words),
        odds=odds(rise.limit, words),
        times=LOOKS,
        windows="/".join(str(times * settings.window_days) for times in WINDOWS),
        tested=len(warned.tested),
    )
