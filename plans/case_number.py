"""Numbers of cases: letters, digits and marks; in Chinese only words that can be nobody's name."""

import re
from collections.abc import Iterable
from functools import lru_cache

from plans.language import gettext as _
from plans.privacy import refuse_personal
from plans.typed import TypedError, fold, quoted

_FORM = re.compile(r"(?=.{1,60}\Z)(?=.*[0-9])[A-Za-z0-9_/.#〔〕一-龥-]+")
_BRACKETS = str.maketrans("()[]【】", "〔〕" * 3)
_HAN = re.compile("[一-龥]+")
_OFTEN = (
    "信访 来信 来访 来电 来件 网信 网上 网络 热线 工单 平台 交办 转办 督办 督查 办件 隐患"
    " 检查 排查 巡查 巡检 整改 安全 应急 消防 专项 编号 登记 受理 投诉 咨询 求助 诉求"
    " 街道 社区 政府 市长 便民 服务 信 访 网 函 件 字 第 号 年 月 日 区 市 县 省 委 政 办"
    " 转 交 督 期 批 次 局"
)
_WORDS = frozenset(_OFTEN.split())
_PROVINCES = frozenset(
    f"{short}信访" for short in "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
)
_PARTS = re.compile("[省市区县镇乡]|街道|地区|开发区|新区")
_KIND = re.compile(
    "(?:街道)?办事处|街道|社区(?:居委会|居民委员会)?|居委会|村委会|办公室|管理|委员会|[村镇乡县区市所]"
)


def number_words(names: Iterable[str]) -> frozenset[str]:
    """The words that may stand in numbers because the plan has them.

    Args:
        names: of the office and its units, codes of sweeps; 幸福街道办事处 gives 幸福街道 and
            幸福, too.
    """
    found: set[str] = set()
    for name in names:
        runs = _HAN.findall(name)
        for part in (part for run in runs for part in (run, *_PARTS.split(run))):
            short = _KIND.sub("", part)
            found |= {part, part.removesuffix("办事处"), part.removesuffix("居委会"), short}
    return frozenset(found - {""})


def normal_number(typed: str) -> str:
    """A number as it is kept, so that it is the same however it was typed.

    Full-width forms are folded, brackets are those of documents, and there are no spaces: with
    (2024) 1号 〔2024〕1号 is meant.
    """
    return fold(typed).translate(_BRACKETS).replace(" ", "")


def kept_number(register: str, number: str) -> str:
    """A number as a register keeps it: letters are capitals, but those of sweeps.

    These are numbered by codes of the plan, in which small letters are others than capitals.
    """
    return number if register == "sweep" else number.upper()


@lru_cache(10_000)
def parse_number(text: str, words: frozenset[str] = frozenset()) -> str:
    """The number of a case: letters, digits, marks, and words such as 信访 and 第…号.

    Args:
        words: others that may stand in it; see ``number_words``.

    Raises:
        TypedError: other characters, no digit, too long, or a mobile or identity number in it.
    """
    number = normal_number(text)
    refuse_personal(text)
    if not _FORM.fullmatch(number) or not all(_spelt(run, words) for run in _HAN.findall(number)):
        message = _(
            "{text} is no number of a case; expected letters, digits and - _ / . # ( ) [ ] 〔 〕,"
            " with a digit, at most 60, in Chinese only words such as 信访 or 第…号, and names of"
            " the office and its units"
        )
        raise TypedError(message.format(text=quoted(text)))
    refuse_personal(number)
    return number


@lru_cache(10_000)
def _spelt(run: str, words: frozenset[str]) -> bool:
    """Whether a run of characters is made of these words and the usual ones."""
    words |= _WORDS | _PROVINCES
    ends = {0}
    for end in range(1, len(run) + 1):
        if any(run[begin:end] in words for begin in ends):
            ends.add(end)
    return len(run) in ends
