"""The language of the command line: Chinese under a zh_* locale, otherwise English.

What office people read (reports, documents) follows the plan's own ``language`` instead.
"""

import gettext as _gettext
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"


def locale_name() -> str:
    """The locale in force by POSIX precedence: LC_ALL, LC_MESSAGES, LANG; "C" without any."""
    return next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "C")


def chinese(locale: str | None = None) -> bool:
    """Whether a locale, by default the one in force, is a Chinese one."""
    return (locale or locale_name()).lower().startswith("zh")


@cache
def _catalogue(locale: str) -> _gettext.NullTranslations:
    wanted = ["zh_CN"] if chinese(locale) else []
    return _gettext.translation("duban", CATALOGUES, languages=wanted, fallback=True)


def gettext(message: str) -> str:
    """The message in the language of the command line."""
    return _catalogue(locale_name()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name that message extractors look for
    """Marks a message that is translated later, when it is shown."""
    return message


_OF_THE_SYSTEM = (  # what the operating system says, in the C locale that Python leaves it in
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("File name too long"),
    N_("File exists"),
    N_("Input/output error"),
)


def why(error: Exception) -> str:
    """Why something could not be done, as the operating system or what reads a file says it."""
    said = isinstance(error, OSError) and error.strerror
    return gettext(said) if said else str(error)


def listed(names: Sequence[str], most: int = 8) -> str:
    """The names in a row; of many the first, and how many more there are."""
    text = ", ".join(names[:most])
    more = len(names) - most
    if more <= 0:
        return text
    return gettext(N_("{names} … and {more} more")).format(names=text, more=more)
