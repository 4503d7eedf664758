"""Numbers that a document gives only roughly: 1200余人, 400户左右, 57亿元以上, 约30户."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from plans.numerals import plain_number

ABOUT = "约"
BETWEEN = ("余", "多")  # number, mark, unit
BEHIND = ("以上", "左右")  # number, unit, mark
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
    text, said = unicodedata.normalize("NFKC", passage), re.escape(unit)
    number = rf"(?<![\d.,]){re.escape(plain_number(amount))}(?![\d]|[.,]\d)"
    shape = rf"{number}({'|'.join(BETWEEN)})?\s?({said})?(?(2)({'|'.join(BEHIND)})?)"
    marks: dict[
        bool, str
    ] = {}  # of the first number with the unit, and without it
    for found in re.finditer(shape, text):
        before = _BEFORE.search(text[: found.start()])
        mark: str = found[1] or found[3] or (before[before.lastindex or 0] if before else "")
        marks.setdefault(bool(found[2]), mark)
    return marks.get(True, marks.get(False, ""))


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
