"""What is wrong with a file: all of it at once, each with its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import why
from plans.typed import one_line

MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: FILE:LINE, what it is and what was expected; line 0: no line."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """As it is printed: one line, whatever the file is called."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return one_line(f"{place}: {self.message}")


class PlanProblems(BadInputError):  # noqa: N818 - it is a list of problems, and read as one
    """A file is not acceptable; ``problems`` has every reason, in the order of the lines."""

    several = True

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file of at most 20 MB.

    Raises:
        PlanProblems: missing, a directory, not readable, too large, or in another encoding.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _problem(path, _("there is no such file")) from None
    except IsADirectoryError:
        raise _problem(path, _("is a directory; expected a file")) from None
    except PermissionError:
        raise _problem(path, _("no permission to read the file")) from None
    except (OSError, ValueError) as error:
        raise _problem(path, _("cannot be read: {reason}").format(reason=why(error))) from None
    if len(content) > MAX_BYTES:
        message = _("larger than {limit} MB; expected the plan of one office")
        raise _problem(path, message.format(limit=MAX_BYTES // 1_000_000))
    return _decoded(path, content)


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        bad = content[error.start]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _problem(path, _("encoded as UTF-16; save it as UTF-8"))
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        message = _("byte 0x{byte:02x} is not UTF-8; save the file as UTF-8 text")
        raise _problem(path, message.format(byte=bad), line) from None
    raise _problem(path, _("not UTF-8; it looks like GB18030 (GBK). Save it as UTF-8"), line)


def _problem(path: Path, message: str, line: int = 0) -> PlanProblems:
    return PlanProblems([Problem(str(path), line, message)])
