"""How satisfied people were, as platforms of the 12345 line export it."""

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.typed import fold, quoted

_SATISFIED = ("满意", "非常满意", "很满意", "比较满意", "较满意", "基本满意", "satisfied")
_DISSATISFIED = (
    "不满意",
    "不太满意",
    "非常不满意",
    "很不满意",
    "较不满意",
    "比较不满意",
    "dissatisfied",
)
_NOT_ASKED = (
    *("未评价", "未回访", "未接通", "无人接听", "未回复", "未参评", "无法回访", "无需回访"),
    *("不需回访", "待回访", "拒绝评价", "空", "无", "-", "--", "—", "/"),
)
_WORDS: dict[str, str | None] = {
    **dict.fromkeys(_SATISFIED, "satisfied"),
    **dict.fromkeys(_DISSATISFIED, "dissatisfied"),
    **dict.fromkeys(_NOT_ASKED),
}


def read_survey(text: str) -> str | None:
    """Satisfied or dissatisfied; None for one who was not asked or did not answer.

    Raises:
        BadInputError: it is neither, such as 一般: whether that counts, the office has to say.
    """
    typed = fold(text)
    if typed not in _WORDS:
        message = _(
            "{text}: satisfied or not? Say so in the file: 满意, 不满意, or 未评价 (does not count)"
        )
        raise BadInputError(message.format(text=quoted(text)))
    return _WORDS[typed]
