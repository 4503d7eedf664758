"""Numbers that say who somebody is, found in texts: no register and no plan takes one in.

Matters are followed, never people (信访工作条例 §11; 个人信息保护法 §6). What is found is told by
its kind, never shown. Headings are held against
``plans/personal_headings.py``, names of people against ``plans/person_names.py``, numbers of cases
against ``plans/case_number.py``.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from plans.language import N_
from plans.language import gettext as _
from plans.typed import TypedError

TELEPHONE = N_("a telephone number")
MOBILE = N_("a mobile number")
IDENTITY = N_("an identity number")
DOCUMENT = N_("a document of a person")

# Digits are replaced one by one, so that places stay what they are.
_WIDE = re.compile("[０-９Ｘｘ＋－＿／＃．　]")
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ＋－＿／＃．　", "0123456789Xx+-_/#. ")
_HAN = "〇零○Ｏ一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_OTHER = re.compile(rf"(?:(?![0-9])\d|[⁰¹²³⁴-⁹₀-₉①-⑨⓪⒈-⒐{_HAN}].?){{3}}")
_OF_HAN = str.maketrans(_HAN, "0000123456789123456789" + "1")

_GAP = r"[ \t\xa0._/#\\·()（）‐-―−\u200b-\u200f\u202a-\u202e\u2060\ufeff-]{0,3}"
_D = "[0-9OoIl]"  # letters that are typed for 0 and 1
_LETTERS = str.maketrans("OoIlx", "0011X")
_GROUPS = ((3, 4, 4), (4, 3, 4), (3, 3, 5), (4, 4, 3), (3, 4, 2, 2), (3, 2, 2, 2, 2), (1, 10))
# Commas stand in amounts and lists, too: 13,800,138,000, or 150、1200、1300户.
_LISTED = (
    rf"{_D}{{3}}(?:{_GAP}[、,，]){_GAP}{_D}{{4}}(?:{_GAP}[、,，])?{_GAP}{_D}{{4}}"
    r"(?![0-9]|\s*[万亿元户人处件个次平米吨名栋起家间份条座项辆%])"
)
_EACH = rf"{_D}(?:(?!{_D}){_GAP}{_D}){{10}}"


def _grouped(groups: Sequence[int]) -> str:
    return _GAP.join(f"{_D}{{{number}}}" for number in groups)


_MOBILE = (
    rf"(?=[1Il]{_GAP}[3-9])(?:{'|'.join(map(_grouped, _GROUPS))}|{_LISTED}|{_EACH})"
    r"|1\.[3-9][0-9]{9}(?=[eE]\+?10)"
)
_OLD = rf"(?=[1-8][0-7]){_D}{{6}}{_GAP}{_D}{{2}}[01Il]{_D}[0-3OoIl]{_D}{_GAP}{_D}{{3}}"
_CENTURY = rf"(?:{_D}{_GAP}){{6}}[12Il]{_GAP}[089Oo]"  # soon rules out most numbers
_NEW = rf"(?={_CENTURY}){_D}(?:{_GAP}{_D}){{16}}{_GAP}[0-9OoIlXx]"
_PERSONAL = re.compile(
    rf"(?<![0-9])(?=[0-9+Il])(?=(?:(?:\+|00)?86{_GAP})?(?P<mobile>{_MOBILE})(?![0-9])"
    rf"|(?P<old>{_OLD})(?![0-9])|(?P<identity>{_NEW})(?![0-9]))"
)
_LANDLINE = re.compile(
    r"(?<![0-9])0(?:10|2[0-9]|[3-9][0-9]{2})"
    rf"[)）]?{_GAP}[1-9][0-9]{{2,3}}{_GAP}[0-9]{{4}}(?![0-9])"
)
_MOST_LETTERS = 3
_NOT_OF_IT = re.compile("[^0-9X]")
_REGIONS = {1: "1-5", 2: "1-3", 3: "1-7", 4: "1-6", 5: "0-4", 6: "1-5", 7: "1", 8: "1-3"}
_REGION = re.compile("|".join(f"{first}[{second}]" for first, second in _REGIONS.items()))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_DOCUMENT = re.compile(
    r"身份证|户口[本簿页]|护照|驾驶证|驾照|军官证|残疾证|社保卡|医保卡|银行卡|存折|病历|诊断书|低保证"
)


class PersonalError(TypedError):
    """A text seems to say who somebody is; it is not repeated."""


def personal_text(text: str) -> str | None:
    """Whether a mobile or an identity number stands in a text: which, in the user's language."""
    if len(text) < 11:
        return None
    return next((_(what) for _place, what in _personal(text)), None)


def personal_column(cells: Sequence[str]) -> list[tuple[int, str]]:
    """The cells in which a mobile or an identity number stands: index and which of them.

    A cell is given once. A column is looked at in one go: a million short cells take a second.
    """
    joined = "\n".join(cells)
    found = sorted(_personal(joined))
    if not found:
        return []
    starts, at = [], 0
    for cell in cells:
        starts.append(at)
        at += len(cell) + 1
    by_cell: dict[int, str] = {}
    for place, what in found:
        by_cell.setdefault(bisect_right(starts, place) - 1, _(what))
    return sorted(by_cell.items())


def refuse_personal(text: str) -> None:
    """Refuse a text in which a mobile or an identity number stands.

    Raises:
        PersonalError: it does.
    """
    if what := personal_text(text):
        raise _refused(what)


def refuse_telephone(text: str) -> None:
    """Refuse a text with the number of a fixed telephone: area code and number.

    Not for numbers of cases, which may begin with the code of a city and the year.

    Raises:
        PersonalError: one stands in it.
    """
    if _LANDLINE.search(_narrow(text)):
        raise _refused(_(TELEPHONE))


def refuse_personal_file(name: str) -> None:
    """Refuse the name of a file that says who somebody is: it is kept with what the file shows.

    Raises:
        PersonalError: a number of a person stands in it, or it is called after a document of one.
    """
    refuse_personal(name)
    if _DOCUMENT.search(unicodedata.normalize("NFKC", name)):
        raise _refused(_(DOCUMENT))


def _refused(what: str) -> PersonalError:
    message = _("the text seems to hold {what}; leave it out: matters are followed, never persons")
    return PersonalError(message.format(what=what))


def _personal(text: str) -> Iterator[tuple[int, str]]:
    if text.isascii():
        yield from _numbers(text)
        return
    narrow = _narrow(text)
    yield from _numbers(narrow)
    # Apart from the first look: what stands before and after a number may be such a digit, too.
    if _OTHER.search(narrow):
        yield from _numbers("".join(map(_digit, narrow.translate(_OF_HAN))))


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    for match in _PERSONAL.finditer(text):
        if mobile := match["mobile"]:
            if sum(letter in "OoIl" for letter in mobile) <= _MOST_LETTERS:
                yield match.start(), MOBILE
        elif _is_identity((match["old"] or match["identity"]).translate(_LETTERS)):
            yield match.start(), IDENTITY


def _narrow(text: str) -> str:
    return text.translate(_NARROW) if _WIDE.search(text) else text


def _digit(letter: str) -> str:
    """The ASCII digit that a letter stands for; any other letter itself."""
    return letter if letter.isascii() else str(unicodedata.digit(letter, letter))


def _is_identity(typed: str) -> bool:
    """Whether an identity number of 18 (GB 11643-1999) or 15 characters may have been given."""
    number = _NOT_OF_IT.sub("", typed)
    if _REGION.match(number) is None:
        return False
    if len(number) == 15:
        return _is_day("19" + number[6:12])
    weighed = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _is_day(number[6:14]) and number[17] == _CHECK[weighed % 11]


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year > 1850
    except ValueError:
        return False
