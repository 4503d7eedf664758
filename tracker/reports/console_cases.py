"""What a petition or an order is called on a terminal: on which way it came, and where it is."""

from typing import Protocol

from plans.registers import CHANNELS, HOTLINE
from tracker.registers.named import Named
from tracker.reports.cells import clean
from tracker.reports.console_words import Words


class Matter(Protocol):
    """What is said of a case wherever it is listed."""

    @property
    def channel(self) -> str:
        """How it came in, see ``plans.registers.CHANNELS``."""

    @property
    def kind(self) -> str | None:
        """The code of the kind of an order."""

    @property
    def community(self) -> str | None:
        """The code of the community; None for the whole office."""


def way_of(case: Matter, named: Named, words: Words) -> str:
    """The channel of a case, or the kind of an order."""
    if case.channel == HOTLINE:
        return "12345" + clean(named.kinds.get(case.kind or "", case.kind or ""))
    return CHANNELS[case.channel][words.language != "zh"]


def place_of(community: str | None, named: Named, words: Words) -> str:
    """The community of a case, or of a topic."""
    if community is None:
        return words("petition_whole_office")
    return clean(named.units.get(community, community))


def topic_name(code: str, named: Named) -> str:
    """The name of a topic."""
    return clean(named.topics.get(code, code))
