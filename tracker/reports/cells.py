"""Text in terminal cells: a Chinese character takes two, so alignment is counted in cells.

Lines are laid out by hand: a table of rich costs twenty times as much a row, and this also keeps
text that people typed from ever being taken as markup.
"""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from plans.typed import FORBIDDEN
from tracker.schema import FULL

Part = str | tuple[str, str]
"""A piece of a line: text, or text with a style."""

NARROWEST = 60

_NOT_FIRST = frozenset("，。、；：！？）》”’】〕％…,.;:!?)%")
_NOT_LAST = frozenset("（《“‘【〔(")


def clean(text: str) -> str:
    """Typed text as one line without anything that moves the cursor or the direction of text."""
    return text if text.isprintable() else " ".join(FORBIDDEN.sub("", text).split())


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly ``width`` cells: padded, or cut with an ellipsis."""
    cells = cell_len(text)
    if cells > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width) if width else ""
    padding = " " * (width - cells)
    return padding + text if right else text + padding


def widest(texts: Iterable[str], most: int) -> int:
    """Cells that the widest text takes, at most ``most``."""
    return min(most, max(map(cell_len, texts), default=0))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells.

    Chinese breaks between any two characters, but no line begins with closing punctuation or ends
    with opening punctuation; words and numbers stay whole where a line can hold them.
    """
    lines: list[str] = []
    line, used = "", 0
    for token in _tokens(clean(text), width):
        cells = cell_len(token)
        if line and used + cells > width:
            lines.append(line.rstrip())
            line, used = "", 0
            token = token.lstrip()
            cells = cell_len(token)
        line, used = line + token, used + cells
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _tokens(text: str, width: int) -> Iterator[str]:
    """Pieces that stay together on a line."""
    token = ""
    for char in text:
        joins = token and (
            char in _NOT_FIRST or token[-1] in _NOT_LAST or (_in_word(token[-1]) and _in_word(char))
        )
        if token and (not joins or cell_len(token) + cell_len(char) > width):
            yield token
            token = ""
        token += char
    if token:
        yield token


def _in_word(char: str) -> bool:
    return char.isascii() and not char.isspace()


def bar(actual: int, expected: int, width: int, colour: str) -> list[Part]:
    """Progress as a bar with the expected progress marked on it; both of FULL.

    Without colour it reads the same: █ is done, ▒ should have been done by now, │ is where it
    should be, ░ is still to come. Only what is complete fills the bar.
    """
    done = max(0, min(actual, FULL)) * width // FULL
    if actual > 0:
        done = max(done, 1)
    mark = min(width - 1, expected * width // FULL) if expected > 0 and actual < FULL else None
    if mark is None:
        return [("█" * done, colour), ("░" * (width - done), "bright_black")]
    ahead = max(0, done - mark - 1)
    return [
        ("█" * min(done, mark), colour),
        ("▒" * (mark - min(done, mark)), colour),
        ("│", "bold"),
        ("█" * ahead, colour),
        ("░" * (width - mark - 1 - ahead), "bright_black"),
    ]


def percent(part: int) -> str:
    """Progress (of FULL) as a whole percentage, rounded down: 100% is complete."""
    return f"{part * 100 // FULL}%"


def points(part: int) -> str:
    """A gap (of FULL) in percentage points, rounded up: above a threshold of 10 it is 11."""
    return str(-(-part * 100 // FULL))


def width_of(console: Console) -> int:
    """The cells that a report is laid out for; on a narrower terminal its lines wrap."""
    return max(NARROWEST, console.width)


def line(*parts: Part) -> Text:
    """A line of pieces."""
    return Text.assemble(*parts, no_wrap=True, overflow="ignore", end="")


def show(console: Console, lines: Iterable[Text]) -> None:
    """Prints lines without trailing blanks: with styles on a terminal, as plain text elsewhere."""
    if console.is_terminal:
        stripped = list(lines)
        for one in stripped:
            one.rstrip()
        console.print(Text("\n").join(stripped), soft_wrap=True)
    else:
        console.file.write("".join(f"{one.plain.rstrip()}\n" for one in lines))
