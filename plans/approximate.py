"""Numbers that a document gives only roughly: 1200余人, 1.2万余人, 57亿元以上, 约30户."""

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

SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}

# In 签约, 附近, 赶超 the last character is no mark: they are words of their own. But a character
# which makes 约 part of a word may itself end another word: 节约30万元 is exact, 春节约30户 is not.
_JOINED_TO_ABOUT = "节签邀预公合条契违制相特履爽失缔盟简集隐婉绰毁邮赴租解续"
_WORDS_BEFORE_ABOUT = (
    *("征集", "收集", "采集", "筹集", "募集", "化解", "调解", "了解", "讲解", "手续", "连续"),
    *("陆续", "持续", "印制", "绘制", "联合", "整合", "损失", "流失", "精简", "环节", "春节"),
    *("干预", "出租", r"\d条"),
)
_BEFORE = re.compile(
    rf"(?:(?:(?<![{_JOINED_TO_ABOUT}])|(?<={'|'.join(_WORDS_BEFORE_ABOUT)}))(约)"
    r"|(?<![附最临靠邻就])(近)|(?<![高赶反])(超过|超)|(逾)|\b(about|over|nearly) )\s?$",
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
    scale, base = _scaled(unit)
    marks: dict[bool, str] = {}  # of the first number with the unit, and without it
    for found in _shape(base).finditer(text):
        number = Decimal(found["number"].replace(",", "")) * SCALES.get(found["scale"], 1)
        with_unit = found["unit"] is not None
        if number == amount * scale or (number == amount and not with_unit):
            before = _BEFORE.search(text, max(0, found.start() - WORD), found.start())
            behind = found["between"] or found["after"] or found["behind"]
            mark: str = behind or (before[before.lastindex or 0] if before else "")
            marks.setdefault(with_unit, mark)
    return marks.get(True, marks.get(False, ""))


def _scaled(unit: str) -> tuple[Decimal, str]:
    """A unit as so many of a smaller one: 万元 is 10,000 元."""
    scale = SCALES.get(unit[:1])
    return (Decimal(1), unit) if scale is None else (scale, unit[1:])


@lru_cache(100)
def _shape(unit: str) -> re.Pattern[str]:
    """A number with scale, unit and marks, as far as they are there: 30余万元, 400户左右."""
    number = r"(?<![\d.,])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d|[.,]\d)"
    between, behind, scales = "|".join(BETWEEN), "|".join(BEHIND), "|".join(SCALES)
    return re.compile(
        rf"{number}(?P<between>{between})?\s?(?P<scale>{scales})?(?P<after>{between})?\s?"
        rf"(?P<unit>{re.escape(unit)})?(?(unit)(?P<behind>{behind})?)",
        re.ASCII,
    )


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
