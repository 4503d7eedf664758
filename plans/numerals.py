"""Numbers as people read them: list numbers 一、（一）一是, figures 11000, percentages 93.8%."""

from decimal import Decimal
from functools import lru_cache

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A list number in Chinese numerals: 3 三, 12 十二, 20 二十, 105 一百零五, 1010 一千零一十.

    From 1 to 9,999; beyond that in digits, for nobody counts points that far in words.
    """
    if number > 9_999:
        return str(number)
    text, gap = "", False
    for value, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text


def heading_number(level: int, number: int, language: str) -> str:
    """What stands before a heading: 一、 and （一） (GB/T 9704-2012), or 1. and (1)."""
    if language == "zh":
        return f"{chinese(number)}、" if level == 1 else f"（{chinese(number)}）"
    return f"{number}. " if level == 1 else f"({number}) "


def point_number(number: int, language: str) -> str:
    """What stands before a point of a paragraph: 一是, or (a)."""
    if language == "zh":
        return f"{chinese(number)}是"
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return f"({letters}) "


def plain_number(value: Decimal, language: str = "zh") -> str:
    """A number without trailing zeros or exponent; with commas in English."""
    text = f"{value:,f}" if language == "en" else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """A share in percent as people read it everywhere: to a tenth, half a tenth upwards.

    What is not complete is never 100 (but 99.9), and what is not nothing never 0 (but 0.1).
    """
    return Decimal(_tenths(part, whole)) / 10


@lru_cache(10_000)  # a long list has the same shares again and again
def percent_text(part: Decimal | int, whole: Decimal | int) -> str:
    """The same as text, quickly: 93.8%, 100%."""
    number, tenth = divmod(_tenths(part, whole), 10)
    return f"{number}.{tenth}%" if tenth else f"{number}%"


def _tenths(part: Decimal | int, whole: Decimal | int) -> int:
    tenths = int((part * 2000 + whole) // (whole * 2))
    if part < whole:
        tenths = min(tenths, 999)
    return max(tenths, 1) if part > 0 else tenths
