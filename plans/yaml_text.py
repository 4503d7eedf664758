"""YAML text as plain data that remembers its lines; hostile until parsed.

Only what a plan needs is accepted: one document of mappings, lists and scalars. Anchors, aliases,
tags and deep nesting are refused before anything is built from them, so no input can expand or
recurse. A scalar is text (None when left empty): what a number or a date is, each key says itself.
"""

import re
from typing import Any

import yaml

from plans.language import gettext as _
from plans.typed import FORBIDDEN, quoted

MAX_DEPTH = 40
MAX_PROBLEMS = 100
MAX_SCALARS = 2_000_000
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Finding = tuple[int, str]
"""A line (from 1; 0 for the whole file) and what is wrong there, what was expected."""


class Map(dict[str, Any]):
    """A mapping that remembers where it stood.

    Attributes:
        line: where it begins.
        lines: the line of each key.
        removed: keys whose content was (partly) taken out because it is not acceptable.
    """

    __slots__ = ("line", "lines", "removed")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.removed: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key stands there with something behind it."""
        return self.get(key) is not None

    def line_of(self, key: str) -> int:
        """The line of a key; the line of the mapping where the key is missing."""
        return self.lines.get(key, self.line)


class Seq(list[Any]):
    """A list; ``lines`` has the line of each element, ``line`` the line where it begins."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def parse_yaml(text: str) -> tuple[Any, list[Finding]]:
    """The document as Map, Seq, str and None, and the problems met on the way.

    The document is None after a problem that makes the rest unreadable.
    """
    found = _forbidden_characters(text)
    if found:
        return None, found
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except _RefusedError as refused:
        return None, [*builder.found, refused.finding]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.found, _syntax(text, error)]
    except (yaml.YAMLError, RecursionError):
        return None, [(0, _("not readable as YAML text"))]
    return builder.document, builder.found


def _forbidden_characters(text: str) -> list[Finding]:
    found: list[Finding] = []
    for match in FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append((line, forbidden_message(match[0])))
        if len(found) == MAX_PROBLEMS:
            break
    return found


def forbidden_message(character: str) -> str:
    """What is said about a character that may stand in no text."""
    message = _("control or invisible character U+{code:04X}; expected visible text only")
    return message.format(code=ord(character))


def _syntax(text: str, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 0, _("not readable as YAML text")
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    before = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    if line[: len(line) - len(line.lstrip())].count("\t"):
        return mark.line + 1, _("tab at the start of the line; expected spaces")
    for number, shown in ((mark.line + 1, line), (mark.line, before)):
        if re.match(r"\s*(- )?\w+：", shown):
            return number, _("full-width colon '：' after a key; expected ': '")
    message = _(
        "not readable as YAML from here; expected 'key: value' lines or '- ' list entries, "
        "evenly indented, with quotes and brackets closed"
    )
    return mark.line + 1, message


class _RefusedError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.finding: Finding = (line, message)


class _Builder:
    """Builds the data from parser events with a stack of its own."""

    def __init__(self) -> None:
        self.document: Any = None
        self.found: list[Finding] = []
        self._stack: list[Map | Seq] = []
        self._keys: list[str | None] = []
        self._documents = 0
        self._scalars = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_extras(event)
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_extras(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise _RefusedError(_line(event), _("alias '*'; expected the text itself"))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _RefusedError(_line(event), _("second document after '---'; expected one"))

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            raise _RefusedError(_line(event), _("anchor '&'; expected the text itself"))
        if event.tag is not None:
            raise _RefusedError(_line(event), _("tag '!'; expected plain text, a list or keys"))

    def _scalar(self, event: Any) -> None:
        self._scalars += 1
        if self._scalars > MAX_SCALARS:
            message = _("more than {limit} values; expected the plan of one office")
            raise _RefusedError(_line(event), message.format(limit=MAX_SCALARS))
        value: str | None = event.value
        if not event.style and value in NULLS:
            value = None
        elif event.style == '"' and (bad := FORBIDDEN.search(event.value)):
            raise _RefusedError(_line(event), forbidden_message(bad[0]))
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            self._key(self._stack[-1], event.value, _line(event))
        else:
            self._put(value, _line(event))

    def _key(self, parent: Map, key: str, line: int) -> None:
        if key in parent.lines:
            message = _("key {key} stands twice; it is already in line {first}")
            self.found.append((line, message.format(key=quoted(key), first=parent.lines[key])))
        parent.lines.setdefault(key, line)
        self._keys[-1] = key

    def _open(self, event: Any) -> None:
        line = _line(event)
        if len(self._stack) >= MAX_DEPTH:
            message = _("nested deeper than {limit} levels; expected a plan as in the format")
            raise _RefusedError(line, message.format(limit=MAX_DEPTH))
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            raise _RefusedError(line, _("a list or mapping as a key; expected a word"))
        node = Map(line) if isinstance(event, yaml.MappingStartEvent) else Seq(line)
        self._put(node, line)
        self._stack.append(node)
        self._keys.append(None)

    def _put(self, value: Any, line: int) -> None:
        if not self._stack:
            self.document = value
            return
        parent, key = self._stack[-1], self._keys[-1]
        if isinstance(parent, Seq):
            parent.append(value)
            parent.lines.append(line)
        elif key is not None:
            parent.setdefault(key, value)
            self._keys[-1] = None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
