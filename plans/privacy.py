"""What must never come into a register: who a petitioner or resident is.

Matters are followed, never people (信访工作条例 §11; 个人信息保护法 §6): a case has no name, no
telephone, no identity number, no address. Headings of files are looked at, columns of cells, texts
that people type, and numbers of cases. What is found is told by its kind, never shown.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from plans.language import N_
from plans.language import gettext as _
from plans.person_names import SURNAMES
from plans.typed import TypedError, fold, quoted

NAME = N_("a person's name")
TELEPHONE = N_("a telephone number")
MOBILE = N_("a mobile number")
IDENTITY = N_("an identity number")
ADDRESS = N_("a person's address")
BIRTH = N_("a date of birth or an age")
ACCOUNT = N_("an account of a person")
PARTICULARS = N_("particulars of a person")

# Headings: what is left of one when brackets, spaces and marks are taken out. The first that fits.
_OF_A_MATTER = re.compile(
    r"满意|评价|是否|(?:渠道|来源|类型|类别|人数|人次|户数|次数|数量|(?<!出生)(?:时间|日期)|结果|录音)$"
    r"|(?:工单|案件|信访件|受理|登记)(?:编号|号码|号)$|(?:所在|所属|属地)(?:社区|街道|区域?)$"
    r"|^出动人员$"
)
_CHINESE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (IDENTITY, re.compile(r"身份证|身份号|公民身份|证件|护照|驾驶证|军官证|残疾证|社保卡?号|户口")),
    (
        TELEPHONE,
        re.compile(
            r"电话|手机|联系方式|联系号|联络方式|(?:主叫|被叫|来电|去电|回拨|回访|呼入|本机)号码?$"
        ),
    ),
    (
        ACCOUNT,
        re.compile(
            r"微信|邮箱|邮件|微博|抖音|快手|支付宝|账号|帐号|账户|帐户|用户名|昵称|网名"
            r"|银行卡|车牌|(?<![a-z])qq"
        ),
    ),
    (BIRTH, re.compile(r"出生|生日|年龄|岁数")),
    (
        ADDRESS,
        re.compile(
            r"住址|住所|户籍|居住地|(?:家庭|详细|联系|通讯|通信|邮寄|居住|常住|现住|人员?)地址|门牌"
            r"|房号|室号|单元号|^地址$"
        ),
    ),
    (PARTICULARS, re.compile(r"(?:性别|民族|籍贯|国籍|婚姻状况|学历|政治面貌|职业|工作单位)$")),
    (
        NAME,
        re.compile(
            r"姓名|名字|称呼|姓氏|信访者|来访者|(?:联系|当事|代理|监护|委托|受害|来电|来访|来信|信访|上访|写信"
            r"|反映|投诉|诉求|申请|举报|求助|咨询|报修|报警|申诉|承租|产权)人|(?<!法)人员?(?:名称?|信息|\d)*$"
            r"|(?:居民|群众|市民|村民|户主|房主|业主|住户|租户|用户|家属|亲属|配偶|父母|子女|受理员|话务员|网格员)"
            r"(?:名称?|信息|资料|情况)?$"
        ),
    ),
)
_POSTS = re.compile(r"(?:再次)?(?:整改人|复查人|责任人|整改责任人)")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_WHAT = (
    "case order ticket topic community unit kind sweep place hazard site incident event file street"
    " subdistrict department district office register channel category measure indicator"
)
_OF_A_PERSON = {
    NAME: "name fullname firstname lastname surname caller petitioner complainant applicant citizen"
    " resident visitor informant householder owner tenant contact person",
    TELEPHONE: "phone mobile tel telephone cellphone cell fax",
    IDENTITY: "identity idcard idno passport ssn licence license",
    ADDRESS: "address addr residence domicile",
    BIRTH: "birth birthday birthdate dob age",
    ACCOUNT: "email wechat weixin qq account username nickname plate",
    PARTICULARS: "gender sex ethnicity occupation",
}
_OTHERS = frozenset(_OF_WHAT.split())
_ENGLISH = {word: what for what, words in _OF_A_PERSON.items() for word in words.split()}
_PAIRS = {
    ("id", "card"): IDENTITY,
    ("id", "number"): IDENTITY,
    ("id", "no"): IDENTITY,
    ("e", "mail"): ACCOUNT,
    ("we", "chat"): ACCOUNT,
    ("contact", "number"): TELEPHONE,
    ("contact", "no"): TELEPHONE,
    ("caller", "number"): TELEPHONE,
    ("caller", "id"): TELEPHONE,
}


def personal_heading(heading: str, posts: bool = False) -> str | None:
    """What of a person a column with this heading seems to hold, in the user's language.

    Args:
        heading: as it stands in a file.
        posts: whether 责任人, 整改人 and 复查人 are expected: columns of posts, not of names.
    """
    typed = unicodedata.normalize("NFKC", heading)
    plain = re.sub(r"[\W_]+", "", typed).lower()
    if posts and _POSTS.fullmatch(plain):
        return None
    found = _in_chinese(plain) or _in_english(typed)
    return None if found is None else _(found)


def _in_chinese(plain: str) -> str | None:
    if _OF_A_MATTER.search(plain):
        return None
    return next((what for what, pattern in _CHINESE if pattern.search(plain)), None)


def _in_english(typed: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(typed)]
    if not _OTHERS.isdisjoint(words):
        return None
    for pair in pairwise(words):
        if pair in _PAIRS:
            return _PAIRS[pair]
    # "petitioner address" is an address: what is said of a person comes after the person.
    return next((_ENGLISH[word] for word in reversed(words) if word in _ENGLISH), None)


# Texts. Full-width digits and letters are replaced one by one, so that places stay what they are.
_WIDE = re.compile("[０-９Ｘｘ＋－　]")
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ＋－　", "0123456789Xx+- ")
_GAP = r"[ \t\xa0.·‐-―−\u200b-\u200f\u202a-\u202e\u2060\ufeff-]{0,2}"
_DIGITS = rf"(?:{_GAP}[0-9])"
_REGIONS = {1: "1-5", 2: "1-3", 3: "1-7", 4: "1-6", 5: "0-4", 6: "1-5", 7: "1", 8: "1-3"}
_REGION = "|".join(f"{first}{_GAP}[{second}]" for first, second in _REGIONS.items())
_REGIONS_OF = re.compile("|".join(f"{first}[{second}]" for first, second in _REGIONS.items()))
_MOBILE = (
    rf"1[3-9][0-9](?:{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}|[0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}"
    rf"|{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}|[0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}})"
)
_OLD = (
    rf"[1-8][0-7][0-9]{{4}}{_GAP}[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"{_GAP}[0-9]{{3}}"
)
_PERSONAL = re.compile(
    rf"(?<![0-9])(?=[0-9+])(?=(?:(?:\+|00)?86{_GAP})?(?P<mobile>{_MOBILE})(?![0-9])"
    rf"|(?P<old>{_OLD})(?![0-9])"
    rf"|(?P<identity>(?:{_REGION}){_DIGITS}{{15}}{_GAP}[0-9Xx])(?![0-9]))"
)
_NOT_OF_IT = re.compile("[^0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


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
    found = list(_personal(joined))
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
        TypedError: it does; the text itself is not repeated.
    """
    if what := personal_text(text):
        message = _("the text seems to hold {what}; leave it out: no register says who a person is")
        raise TypedError(message.format(what=what))


def _personal(text: str) -> Iterator[tuple[int, str]]:
    narrow = text.translate(_NARROW) if _WIDE.search(text) else text
    for match in _PERSONAL.finditer(narrow):
        if match["mobile"]:
            yield match.start(), MOBILE
        elif _is_identity(_NOT_OF_IT.sub("", (match["old"] or match["identity"]).upper())):
            yield match.start(), IDENTITY


def _is_identity(number: str) -> bool:
    """Whether an identity number of 18 (GB 11643-1999) or 15 characters may have been given."""
    if _REGIONS_OF.match(number) is None:
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


# Numbers of cases. Chinese only as documents and registers are numbered: no name can be one.
_WORDS = (
    "信访|来信|来访|来电|来件|网信|网上|网络|热线|工单|平台|交办|转办|督办|督查|办件|隐患|检查|排查|巡查|巡检"
    "|整改|安全|应急|消防|专项|编号|登记|受理|投诉|咨询|求助|诉求|街道|社区|政府|市长|便民|服务|信|访|网|函|件"
    "|字|第|号|年|月|日|区|市|县|省|委|政|办|转|交|督|期|批|次|局"
)
_PLACE = (
    r"[一-龥]{2,8}(?:社区|街道|居委会)"
    rf"|(?:(?![{''.join(sorted(SURNAMES))}])[一-龥]{{1,2}}|[一-龥])(?=信|访|政|办|督)"
)
NUMBER = re.compile(
    r"(?=.{1,60}\Z)(?=.*[0-9])"
    rf"(?:[A-Za-z0-9_/.#〔〕\[\]()-]|(?<![一-龥])(?:{_PLACE})|{_WORDS})++"
)
"""What the number of a case is made of, after full-width forms are folded."""


@lru_cache(10_000)
def parse_number(text: str) -> str:
    """The number of a case: letters, digits, marks, and words such as 信访 and 第…号.

    Raises:
        TypedError: other characters, no digit, too long, or a mobile or identity number in it.
    """
    number = fold(text)
    if not NUMBER.fullmatch(number):
        message = _(
            "{text} is no number of a case; expected letters, digits and - _ / . # ( ) [ ] 〔 〕,"
            " with a digit, at most 60, in Chinese only words such as 信访 or 第…号"
        )
        raise TypedError(message.format(text=quoted(text)))
    refuse_personal(number)
    return number
