"""Counts over time as characters: ▁▂▃▄▅▆▇█, alike on terminals and in Markdown."""

from collections.abc import Iterable

from tracker.reports.markdown import SPARKS

NONE = "·"


def sparks(counts: Iterable[int], most: int) -> str:
    """Counts, one character each.

    Args:
        most: what the highest character stands for; only what reaches it has it.
    """
    top = len(SPARKS)
    return "".join(
        SPARKS[min(top, max(1, count * top // most)) - 1] if count else NONE for count in counts
    )
