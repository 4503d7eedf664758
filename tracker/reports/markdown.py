"""The elements of Markdown pages: escaped text, tables, bars, sparklines.

Text that people typed is data: everything that Markdown, HTML or a linkifier could take for more
is escaped where it is put into a page.
"""

import re
from collections.abc import Iterable, Sequence

from plans.numerals import percent_text
from plans.typed import FORBIDDEN
from tracker.schema import FULL

BAR_CELLS = 10
SPARKS = "▁▂▃▄▅▆▇█"

# A colon and a full stop are live only in what looks like an address: http://, www.
_LIVE = re.compile(r"[\\`*_\[\]<>|~&#$@]|:(?=//)|(?<=[wW]{3})\.")


def escape(text: str) -> str:
    """Typed text as one line of Markdown in which nothing is live."""
    line = " ".join(FORBIDDEN.sub("�", text).split())
    return _LIVE.sub(r"\\\g<0>", line)


def bar(part: int) -> str:
    """Progress (of FULL) as a bar of ``BAR_CELLS`` cells; full only when complete."""
    full = max(0, min(part, FULL)) * BAR_CELLS // FULL
    return "█" * full + "░" * (BAR_CELLS - full)


def sparkline(parts: Iterable[int]) -> str:
    """Progress (of FULL) over time, one character each; the highest only when complete."""
    top = len(SPARKS) - 1
    return "".join(SPARKS[max(0, min(part, FULL)) * top // FULL] for part in parts)


def percent(part: int) -> str:
    """Progress (of FULL) in percent."""
    return percent_text(part, FULL)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table; a column whose name ends in ':' is aligned to the right.

    The cells are Markdown already: typed text has been through ``escape``.
    """
    rule = ("--:" if name.endswith(":") else "---" for name in columns)
    lines = [[name.removesuffix(":") for name in columns], list(rule), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
