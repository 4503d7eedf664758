"""Numbers that a document gives only roughly: 1200余人, 400户左右, 57亿元以上, 约30户."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

ABOUT = "约"
BETWEEN = ("余", "多")  # number, mark, unit
BEHIND = ("以上", "左右")  # number, unit, mark
WORD = 10  # characters: longer than any mark before a number
IN_ENGLISH = {
    **dict.fromkeys(("余", "多", "以上", "超", "超过", "逾"), "over"),
    **dict.fromkeys((ABOUT, "左右"), "about"),
    "近": "nearly",
}

# 附近, 节约, 高超 and the like are words of their own: the last character is no mark in them.
_BEFORE = re.compile(
    "(?:(?<![节预契违公制条])(约)|(?<![附最临靠])(近)|(?<!高)(超过|超)|(逾)"
    r"|\b(about|over|nearly) )$",
    re.IGNORECASE,
)


def approximation(passage: str, amount: Decimal, unit: str) -> str:
    """The mark by which a passage says that it gives an amount only roughly.

    Args:
        passage: of a document, as it stands there; full-width digits are read as digits.
        amount: in ``unit``.

    Returns:
        "余", "约", "以上" and so on; empty where the passage gives the amount exactly, or not.
    """
    text = unicodedata.normalize("NFKC", passage)
    marks: dict[bool, str] = {}  # of the first number with the unit, and without it
    for found in _shape(unit).finditer(text):
        if Decimal(found[1]) == amount:
            before = _BEFORE.search(text, max(0, found.start() - WORD), found.start())
            mark: str = found[2] or found[4] or (before[before.lastindex or 0] if before else "")
            marks.setdefault(bool(found[3]), mark)
    return marks.get(True, marks.get(False, ""))


@lru_cache(100)
def _shape(unit: str) -> re.Pattern[str]:
    """A number with the mark between, the unit, and the mark behind, as far as they are there."""
    number = r"(?<![\d.,])([0-9]+(?:\.[0-9]+)?)(?![\d]|[.,]\d)"
    between, behind = "|".join(BETWEEN), "|".join(BEHIND)
    return re.compile(rf"{number}({between})?\s?({re.escape(unit)})?(?(3)({behind})?)")


def of_sum(marks: Iterable[str]) -> str:
    """The mark of a sum of amounts with these marks: theirs if it is one, otherwise 约."""
    there = {mark for mark in marks if mark}
    return there.pop() if len(there) == 1 else ABOUT if there else ""


def roughly(number: str, unit: str, mark: str, language: str) -> str:
    """A number with its unit and mark as it is written: 100余吨, 57亿元以上, over 100 t."""
    space = "" if language == "zh" or unit == "%" or not unit else " "
    if not mark:
        return f"{number}{space}{unit}"
    if language != "zh":
        return f"{IN_ENGLISH.get(mark, mark)} {number}{space}{unit}"
    if mark in BETWEEN:
        return f"{number}{mark}{unit}"
    return f"{number}{unit}{mark}" if mark in BEHIND else f"{mark}{number}{unit}"
