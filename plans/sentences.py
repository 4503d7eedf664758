"""Filling a sentence template: figures and quotations pass through it as the objects they are.

Inside the template each object stands as a mark; what comes out is a sequence of texts and
objects. So whoever renders a document still knows each figure and its source.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from plans.errors import BadInputError
from plans.language import gettext as _

if TYPE_CHECKING:
    from jinja2 import Template as Compiled

MAX_OUTPUT = 1_000_000  # characters of one filled template: a list of thousands of titles
MAX_ROUNDS = 2 * MAX_OUTPUT  # of all its loops together, which may say nothing

_MARK = re.compile("\x02([0-9]+)\x03")
_STRAY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DOUBLED = re.compile("[，、；]+(?=[，；。）])|（）")
_SPACED = re.compile(" +(?=[,.;:)])")


@dataclass(frozen=True, slots=True)
class Template:
    """A template, and where messages say that it stands.

    Attributes:
        first_line: its first line there.
        own: it is Duban's own, which a test holds to the rules instead of each run.
    """

    where: str
    text: str
    first_line: int = 1
    own: bool = False


class Cited:
    """An object on its way through a template, where it stands as a mark."""

    __slots__ = ("mark", "unit", "value")

    def __init__(self, mark: str, thing: object) -> None:
        self.mark = mark
        self.value = getattr(thing, "value", None)
        self.unit = getattr(thing, "unit", None)

    def __str__(self) -> str:
        return self.mark


class Given(list[object]):
    """A list on its way through a template, which is gone through only so often."""

    def __init__(self, things: Iterable[object], rounds: Iterator[int]) -> None:
        super().__init__(things)
        self._rounds = rounds

    def __iter__(self) -> Iterator[object]:
        for thing in super().__iter__():
            if next(self._rounds) >= MAX_ROUNDS:
                message = _("goes through its lists more than {limit} times")
                raise ValueError(message.format(limit=MAX_ROUNDS))
            yield thing


def fill(template: Template, language: str, values: dict[str, object]) -> tuple[Any, ...]:
    """The parts of a filled template: text, and the objects that stood in it, in order.

    Args:
        template: the template.
        language: how lines are put together: in Chinese without a space.
        values: texts and truths, taken as they are; other objects, and lists of them, which come
            out as they went in; tuples of parts from an earlier call, which come out flat;
            functions that return any of these.

    Raises:
        BadInputError: the template is not acceptable, fails, or says too much.
    """
    things: list[object] = []
    rounds = count()

    def cite(thing: object) -> object:
        if isinstance(thing, str | bool):
            return thing
        if isinstance(thing, list):
            return Given(map(cite, thing), rounds)
        if callable(thing):
            return _citing(thing, cite)
        if thing == ():
            return ""
        things.append(thing)
        return Cited(f"\x02{len(things) - 1}\x03", thing)

    said = _said(template, {name: cite(value) for name, value in values.items()})
    return _parts(_tidy(said, language), things)


def _citing(function: Callable[..., object], cite: Callable[[object], object]) -> object:
    return lambda *names: cite(function(*names))


def _said(template: Template, values: dict[str, object]) -> str:
    from jinja2 import TemplateError

    compiled = _compile(template)
    said: list[str] = []
    length = 0
    try:
        for piece in compiled.generate(values):
            length += len(piece)
            if length > MAX_OUTPUT:
                message = _("says more than {limit} characters")
                raise ValueError(message.format(limit=MAX_OUTPUT))
            said.append(piece)
    except (TemplateError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise _failed(template, _line_of(error), str(error)) from None
    return "".join(said)


@lru_cache(1000)  # a district's summaries share most of their templates
def _compile(template: Template) -> "Compiled":
    # Not at the top: jinja2 takes a while to load.
    from jinja2 import StrictUndefined

    from plans.templates import environment, find_problem

    if not template.own and (problem := find_problem(template.text)):
        raise _failed(template, *problem)
    made = environment()
    made.undefined = StrictUndefined
    return made.from_string(template.text)


def _tidy(said: str, language: str) -> str:
    """On one line, and without the marks that an empty clause leaves behind."""
    lines = [line.strip() for line in said.splitlines()]
    if language == "zh":
        return _DOUBLED.sub("", "".join(lines))
    return _SPACED.sub("", " ".join(line for line in lines if line))


def _parts(said: str, things: list[object]) -> tuple[Any, ...]:
    parts: list[Any] = []
    for position, piece in enumerate(_MARK.split(said)):
        if position % 2 and int(piece) >= len(things):
            continue  # a mark that the template made up
        new = things[int(piece)] if position % 2 else _STRAY.sub("", piece)
        for part in new if isinstance(new, tuple) else (new,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return tuple(parts)


def _line_of(error: BaseException) -> int:
    """The line of the template in which an error was met; jinja2 puts it into the traceback."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _failed(template: Template, line: int, problem: str) -> BadInputError:
    message = _("{where}, line {line}: {problem}")
    line += template.first_line - 1
    return BadInputError(message.format(where=template.where, line=line, problem=problem))
