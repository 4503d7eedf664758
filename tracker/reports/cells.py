"""Text in terminal cells: a Chinese character takes two, so alignment is counted in cells.

Lines are laid out by hand: a table of rich costs twenty times as much a row, and this also keeps
text that people typed from ever being taken as markup.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, set_cell_size

from plans.numerals import percent_text
from plans.typed import FORBIDDEN
from tracker.schema import FULL

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

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
    """Progress (of FULL) in percent."""
    return percent_text(part, FULL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of pieces: (text, style)."""

    parts: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        """The text without styles and trailing blanks."""
        return "".join(text for text, _style in self.parts).rstrip()

    @property
    def cells(self) -> int:
        """Cells that the pieces take."""
        return sum(cell_len(text) for text, _style in self.parts)

    def __add__(self, other: "Line") -> "Line":
        return Line(self.parts + other.parts)

    def styled(self) -> "Text":
        """The line for a terminal."""
        from rich.text import Text

        text = Text.assemble(*self.parts, end="")
        text.rstrip()
        return text


def line(*parts: Part) -> Line:
    """A line of pieces."""
    return Line(tuple((part, "") if isinstance(part, str) else part for part in parts))


class Pipe:
    """Standard output that is no terminal: what is printed goes there as plain text.

    It stands in for a console of rich, which would take as long to import as all else here.
    """

    is_terminal = False

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    @property
    def width(self) -> int:
        """Columns: COLUMNS, else those of the terminal behind the pipe (a pager's), else 80."""
        if (columns := os.environ.get("COLUMNS", "")).isdecimal():
            return int(columns)
        for stream in (2, 0):
            try:
                return os.get_terminal_size(stream).columns
            except OSError:
                continue
        return 80


Output: TypeAlias = "Console | Pipe"


def width_of(output: Output) -> int:
    """The cells that a report is laid out for; on a narrower terminal its lines wrap."""
    return max(NARROWEST, output.width)


def show(output: Output, lines: Iterable[Line]) -> None:
    """Prints lines without trailing blanks: with styles on a terminal, as plain text elsewhere."""
    if isinstance(output, Pipe) or not output.is_terminal:
        output.file.write("".join(f"{one.plain}\n" for one in lines))
        return
    from rich.text import Text

    output.print(Text("\n").join(one.styled() for one in lines), soft_wrap=True)
