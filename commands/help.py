"""Help in terminal cells: a Chinese character takes two, and a line may break after each.

click counts characters and breaks at spaces, which Chinese text has none of.
"""

import re
from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

import click

_PIECE = re.compile(r"[!-~]+|\s+|.[，。、；：！？）》”]*")


class Formatter(click.HelpFormatter):
    """Writes text and lists of options in as many cells as the terminal has."""

    def write_text(self, text: str) -> None:
        """Writes paragraphs, indented as far as the section is."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            for line in _lines(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Writes terms, and beside each what it means."""
        rows = list(rows)
        indent = " " * self.current_indent
        widths = [width for term, _ in rows if (width := cells(term)) <= col_max]
        column = max(widths, default=col_max) + col_spacing
        beside = " " * (self.current_indent + column)
        for term, meaning in rows:
            lines = list(_lines(meaning, self.width - len(beside))) or [""]
            if cells(term) > column - col_spacing:
                self.write(f"{indent}{term}\n{beside}{lines[0]}\n")
            else:
                self.write(
                    f"{indent}{term}{' ' * (column - cells(term))}{lines[0]}".rstrip() + "\n"
                )
            for line in lines[1:]:
                self.write(f"{beside}{line}\n")


class Context(click.Context):
    """A context whose help is written in cells."""

    formatter_class = Formatter


def cells(text: str) -> int:
    """How many cells a terminal takes for a text."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _lines(paragraph: str, width: int) -> Iterator[str]:
    """A paragraph in lines of at most ``width`` cells; one that begins with \\b as it stands."""
    if paragraph.startswith("\b\n"):
        yield from paragraph.splitlines()[1:]
        return
    line, used = "", 0
    for piece in _PIECE.findall(" ".join(paragraph.split())):
        size = cells(piece)
        if line and used + size > width:
            yield line.rstrip()
            line, used = "", 0
            piece = piece.lstrip()
            size = cells(piece)
        line, used = line + piece, used + size
    if line.strip():
        yield line.rstrip()
