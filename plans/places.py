"""Places, as they are kept and as they are compared."""

import unicodedata

from plans.typed import parse_line


def folded_place(typed: str) -> str:
    """A place as it is kept: without full-width forms, with single spaces.

    Raises:
        TypedError: it is empty, longer than 200 characters, or has more than one line.
    """
    return " ".join(unicodedata.normalize("NFKC", parse_line(typed)).split())[:200]


def compared(name: str) -> str:
    """What ways of writing the same place or post have in common: no widths, case or spaces.

    It is worked out here and kept, for databases differ in what they take for a capital letter.
    """
    folded = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return unicodedata.normalize("NFKC", folded)
