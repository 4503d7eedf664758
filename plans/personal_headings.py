"""Headings of columns that say who a person is: a file with one is not taken in."""

import re
import unicodedata
from itertools import pairwise

from plans.language import N_
from plans.language import gettext as _
from plans.privacy import IDENTITY, TELEPHONE, personal_text

NAME = N_("a person's name")
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
    return personal_text(heading) if found is None else _(found)


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
